#!/usr/bin/env python3
"""Small JSON GET: our server and nginx beside it, wrk pairs in alternation on the same machine.

Usage: bench/http_bench.py [--binary build/release/http_server_bench] [--rounds 5] [--seconds 5]
       [--connections 64] [--machine TEXT] [--out bench/results/http.json]
Prints JSON {machine, command, load_before, load_after, rounds, ours, nginx, ratio, cpu_ratio, p50_ms,
p99_ms, peak_rss_mb}; "ours" and "nginx" are the medians of requests/s, "ratio" is the median of the
rounds' own ratios. cpu_us is the processor time, user and system, that the server took a request:
unlike requests/s it stays meaningful on a machine that does other work at the same time; "cpu_ratio"
is nginx's over ours, so more is better, as for "ratio". Exit status 2 without wrk or nginx.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BODY = '{"message":"hello, world"}'
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on port {port}")


def start_ours(binary, port):
    process = subprocess.Popen([binary, "--port", str(port), "--loops", "2"], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL)
    wait_for(port)
    return process


def start_nginx(folder, port):
    config = pathlib.Path(folder) / "nginx.conf"
    config.write_text(f"""daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000;
client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
server {{ listen 127.0.0.1:{port} reuseport; location / {{ default_type application/json;
return 200 '{BODY}'; }} }} }}
""")
    process = subprocess.Popen(["nginx", "-p", folder, "-c", str(config)], stderr=subprocess.DEVNULL)
    wait_for(port)
    return process


def wrk(port, connections, seconds):
    url = f"http://127.0.0.1:{port}/json"
    out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", url],
                         capture_output=True, text=True, check=True).stdout
    def percentile(name):
        value, unit = re.search(rf"{name}%\s+([\d.]+)(us|ms|s|m)\b", out).groups()
        return round(float(value) * UNITS_MS[unit], 3)
    errors = re.search(r"Socket errors: (.*)|Non-2xx or 3xx responses: (\d+)", out)
    return {"requests_per_s": round(float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))),
            "p50_ms": percentile(50), "p99_ms": percentile(99),
            "errors": errors.group(0) if errors else ""}


def peak_rss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return None


def cpu_seconds(pid):
    """User and system time of a process and its children that live."""
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        pids += [int(child) for child in (task / "children").read_text().split()]
    ticks = 0
    for one in pids:
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured_wrk(pid, port, args):
    before = cpu_seconds(pid)
    result = wrk(port, args.connections, args.seconds)
    requests = max(1.0, result["requests_per_s"] * args.seconds)
    result["cpu_us"] = round((cpu_seconds(pid) - before) * 1e6 / requests, 2)
    return result


def measure(args):
    rounds = []
    with tempfile.TemporaryDirectory(prefix="saola-http-bench-") as folder:
        our_port, nginx_port = free_port(), free_port()
        ours = start_ours(args.binary, our_port)
        nginx = start_nginx(folder, nginx_port)
        load = os.getloadavg()
        try:
            for port in (our_port, nginx_port):
                wrk(port, args.connections, 1)  # warm up
            for number in range(args.rounds):
                pair = {}
                order = [("ours", ours.pid, our_port), ("nginx", nginx.pid, nginx_port)]
                for name, pid, port in order if number % 2 == 0 else reversed(order):
                    pair[name] = measured_wrk(pid, port, args)
                rounds.append(pair)
            rss = peak_rss_mb(ours.pid)
        finally:
            ours.stdin.close()
            ours.wait(10)
            nginx.terminate()
            nginx.wait(10)
    median = lambda who, what: statistics.median(r[who][what] for r in rounds)
    return {"machine": args.machine, "date": time.strftime("%Y-%m-%d"),
            "command": f"wrk -t1 -c{args.connections} -d{args.seconds}s, client on the same cores",
            "load_before": [round(x, 2) for x in load],
            "load_after": [round(x, 2) for x in os.getloadavg()], "rounds": rounds,
            "ours": median("ours", "requests_per_s"), "nginx": median("nginx", "requests_per_s"),
            "ratio": round(statistics.median(r["ours"]["requests_per_s"] / r["nginx"]["requests_per_s"]
                                             for r in rounds), 3),
            "cpu_ratio": round(median("nginx", "cpu_us") / max(0.01, median("ours", "cpu_us")), 3),
            "p50_ms": median("ours", "p50_ms"), "p99_ms": median("ours", "p99_ms"),
            "peak_rss_mb": rss}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/http_server_bench"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--machine", default=f"{os.cpu_count()} cores")
    parser.add_argument("--out")
    args = parser.parse_args()
    for tool in ("wrk", "nginx"):
        if not shutil.which(tool):
            print(f"{tool} is not installed", file=sys.stderr)
            return 2
    text = json.dumps(measure(args), indent=1)
    print(text)
    if args.out:
        pathlib.Path(args.out).write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
