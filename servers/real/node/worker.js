// GET /?sleep=2 answers this worker's pid after two seconds; GET /?stream=2 goes on for as
// long, in parts.  What is posted is read first.
//
//   worker.js PORT [--polite]
//
// Told to go, Node closes its listener and, from version 19 on, the connections that are idle
// just then; those of before, and those that were busy, go on for as long as they are used.  A
// polite worker closes the idle ones itself, and all others after their next answer.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const version = fs.readFileSync(path.join(__dirname, 'VERSION'), 'utf8').trim();
const polite = process.argv.includes('--polite');
const PART_MS = 100;
let going = false;

const server = http.createServer((req, res) => {
  const query = new URL(req.url, 'http://localhost').searchParams;
  req.resume();
  req.on('end', () => setTimeout(() => {
    res.setHeader('X-Version', version);
    if (going) res.setHeader('Connection', 'close');
    const end = Date.now() + 1000 * (query.get('stream') || 0);
    const answer = `ospid:${process.pid}\n`;
    if (!query.has('stream')) return res.end(answer);
    res.write(answer);
    const timer = setInterval(() => {
      if (Date.now() < end) return res.write('and on\n');
      clearInterval(timer);
      res.end();
    }, PART_MS);
  }, 1000 * (query.get('sleep') || 0)));
});

if (polite) {
  process.on('message', () => {    // 'disconnect' comes when all connections have gone
    going = true;
    server.closeIdleConnections();
  });
}

server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
