"""A service: one quick answer, and one that takes a while."""
import os
import time

from flask import Flask

app = Flask(__name__)
time.sleep(1)   # a larger application takes a while to load


@app.get("/")
def front():
    return "hello\n"


@app.get("/report")
def report():
    time.sleep(0.2)
    return "all is well\n"


@app.after_request
def say_who(response):
    """Who answered, in hupproof's report: for workers that share a queue only they can tell."""
    response.headers["X-Pid"] = os.getpid()
    return response
