"""Does the bench understand what each tool says of its requests?  The samples are what the tools
printed, but for lines that nobody reads; oha's, k6's are put together from their manuals."""

import json

import pytest

from outputs import (Told, read_h2load, read_hey, read_k6, read_report, read_vegeta, read_wrk)

WRK = """\
Running 3s test @ http://127.0.0.1:36495/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    20.74ms  606.64us  24.48ms   93.71%
    Req/Sec   371.57     49.19   404.00     73.33%
  1112 requests in 3.01s, 80.36KB read
"""
WRK_END = """\
Requests/sec:    369.46
Transfer/sec:     26.70KB
"""
WRK_CUT = "  Socket errors: connect 1, read 40, write 2, timeout 3\n"
WRK_404 = "  Non-2xx or 3xx responses: 1112\n"

H2LOAD = """\
finished in 214.12ms, 336.27 req/s, 24.30KB/s
requests: 800 total, 80 started, 72 done, 72 succeeded, 728 failed, 728 errored, 0 timeout
status codes: 72 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 5.20KB (5328) total, 2.53KB (2592) headers (space savings 0.00%), 792B (792) data
"""

HEY = """
Summary:
  Total:\t3.0168 secs
  Requests/sec:\t257.2259

Response time histogram:
  0.020 [1]\t|
  0.021 [79]\t|■■■■■■■■■■■
  0.023 [1]\t|

Details (average, fastest, slowest):
  DNS+dialup:\t0.0000 secs, 0.0204 secs, 0.0230 secs

Status code distribution:
  [200]\t768 responses
"""
HEY_404 = "  [404]\t40 responses\n"
HEY_HUNG = """
Error distribution:
  [8]\tGet "http://127.0.0.1:45075/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)
  [10]\tGet "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused
"""

OHA_ABORTED = """
Status code distribution:
  [200] 1011 responses

Error distribution:
  [8] aborted due to deadline
  [3] connection closed before message completed
"""


@pytest.mark.parametrize("read, text, told", [
    (read_wrk, WRK + WRK_END, Told(1112, 0)),
    (read_wrk, WRK + WRK_CUT + WRK_END, Told(1112, 46)),
    (read_wrk, WRK + WRK_404 + WRK_END, Told(1112, 1112)),
    (read_h2load, H2LOAD, Told(72, 728)),
    (read_hey, HEY, Told(768, 0)),
    (read_hey, HEY + HEY_404, Told(808, 40)),
    (read_hey, HEY + HEY_HUNG, Told(768, 18)),
    (read_hey, OHA_ABORTED, Told(1011, 3)),
], ids=["wrk", "wrk-cut", "wrk-404", "h2load-gave-up", "hey", "hey-404", "hey-hung", "oha"])
def test_failed_requests_are_found_in_what_a_tool_prints(read, text, told):
    assert read(text) == told


def test_what_a_tool_writes_as_json_is_counted():
    vegeta = {"requests": 100, "success": 0.9, "status_codes": {"0": 7, "200": 90, "500": 3}}
    k6 = {"metrics": {"http_reqs": {"count": 180, "rate": 4.4},
                      "http_req_failed": {"passes": 5, "fails": 175, "value": 0.03}}}
    report = {"summary": {"requests": 50, "ok": 42, "lost": 7}}
    assert read_vegeta(json.dumps(vegeta)) == Told(100, 10)
    assert read_k6(json.dumps(k6)) == Told(180, 5)
    assert read_report(json.dumps(report)) == Told(50, 8)


@pytest.mark.parametrize("read", [read_wrk, read_h2load])
def test_what_says_nothing_of_requests_is_no_success(read):
    with pytest.raises(ValueError):
        read("unable to connect to 127.0.0.1:1 Connection refused\n")
