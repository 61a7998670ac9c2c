#!/usr/bin/env python3
"""Idle Server-Sent Event clients: memory of the server, and how long a new request takes meanwhile.

Usage: bench/sse_bench.py [--binary build/release/http_server_bench] [--clients 2000]
       [--requests 500] [--machine TEXT] [--out bench/results/sse.json]
Prints JSON {machine, clients, rss_before_mb, rss_mb, peak_rss_mb, bytes_per_client, request_p50_ms,
request_p99_ms}. Each request is a new connection. Exit status 1 when memory is 100 MB or more.
"""
import argparse
import json
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT_MB = 100


def memory_mb(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return round(int(line.split()[1]) / 1024, 2)
    return None


def request(port, target):
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    return connection


def timed_request(port):
    begin = time.perf_counter()
    with request(port, "/json") as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return (time.perf_counter() - begin) * 1000


def open_streams(port, count):
    streams = []
    for _ in range(count):
        stream = request(port, "/events")
        seen = b""
        while b"retry:" not in seen:
            chunk = stream.recv(4096)
            assert chunk, "the server closed a stream"
            seen += chunk
        streams.append(stream)
    return streams


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/http_server_bench"))
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--machine", default=f"{os.cpu_count()} cores")
    parser.add_argument("--out")
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, args.clients + 1024), hard))

    server = subprocess.Popen([args.binary, "--loops", "2"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        port = json.loads(server.stdout.readline())["port"]
        timed_request(port)
        before = memory_mb(server.pid, "VmRSS")
        streams = open_streams(port, args.clients)
        times = sorted(timed_request(port) for _ in range(args.requests))
        time.sleep(16)  # one heartbeat to each
        assert all(stream.recv(16).startswith(b":") for stream in streams)
        after, peak = memory_mb(server.pid, "VmRSS"), memory_mb(server.pid, "VmHWM")
    finally:
        server.stdin.close()
        server.wait(20)
    result = {"machine": args.machine, "date": time.strftime("%Y-%m-%d"), "clients": args.clients,
              "load": [round(x, 2) for x in os.getloadavg()],
              "rss_before_mb": before, "rss_mb": after, "peak_rss_mb": peak,
              "bytes_per_client": round((after - before) * 1048576 / args.clients),
              "requests": args.requests, "request_p50_ms": round(statistics.median(times), 3),
              "request_p99_ms": round(times[int(len(times) * 0.99) - 1], 3)}
    text = json.dumps(result, indent=1)
    print(text)
    if args.out:
        pathlib.Path(args.out).write_text(text + "\n")
    return 0 if peak < LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
