# What is upgraded?  A small Rack application that says who answered, and which version.
#
# GET /?sleep=2 takes two seconds; /?stream=1 sends its answer in parts, for a second.  It takes
# LOAD_SECONDS to load, as large ones do.

version = File.read(File.join(__dir__, 'VERSION')).strip
parts = 10

sleep Float(ENV.fetch('LOAD_SECONDS', '0'))

run lambda { |env|
  query = env['QUERY_STRING'].split('&').to_h { |pair| pair.split('=', 2) }
  env['rack.input'].read
  sleep Float(query.fetch('sleep', '0'))
  seconds = Float(query.fetch('stream', '0'))
  first = "ospid:#{Process.pid}\n"
  filler = "#{'.' * 99}\n"
  length = first.bytesize + (seconds.positive? ? parts * filler.bytesize : 0)
  body = Enumerator.new do |answer|
    answer << first
    parts.times do
      sleep seconds / parts
      answer << filler
    end if seconds.positive?
  end
  [200, { 'Content-Type' => 'text/plain', 'Content-Length' => length.to_s, 'X-Version' => version },
   body]
}
