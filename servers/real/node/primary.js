// Node's cluster, reloaded by SIGHUP: as many new workers as there are old ones, then the old
// ones are told to go.
//
//   node primary.js WORKER ARG...     WORKER is read anew at each reload, with these arguments
'use strict';

const cluster = require('node:cluster');
const path = require('node:path');

const WORKERS = 2;
// As most write it: beside this file.  Node resolves __dirname when it starts.
const exec = path.resolve(__dirname, process.argv[2]);

cluster.setupPrimary({ exec, args: process.argv.slice(3) });

let current = [];
let reloading = false;

// The workers, once each of them listens; or none, if one of them does not come so far.
async function start() {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  const listens = workers.map((w) => new Promise((resolve, reject) => {
    w.once('listening', resolve);
    w.once('exit', (code) => reject(new Error(`a new worker exited with ${code}`)));
  }));
  try {
    await Promise.all(listens);
    return workers;
  } catch (e) {
    for (const w of workers) w.kill();
    throw e;
  }
}

function retire(workers) {
  for (const w of workers) {
    w.send('go');
    w.disconnect();
  }
}

async function reload() {
  if (reloading) return;
  reloading = true;
  try {
    const old = current;
    current = await start();
    retire(old);
  } catch (e) {
    console.error(`reload failed: ${e.message}`);
  }
  reloading = false;
}

process.on('SIGHUP', reload);
process.on('SIGTERM', () => {    // it exits once no worker is left
  reloading = true;              // no more of that
  retire(Object.values(cluster.workers));
});

reload();
