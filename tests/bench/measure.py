#!/usr/bin/env python3
"""Measures the real programs and prints one JSON object a line.

    tests/bench/measure.py BUILD_FOLDER [plan] [scale] [provision] [provision_scale] [real] [real_killed] [virtual] [virtual_scale] [compile]

BUILD_FOLDER is a release build (build/release); without names, all but `compile` and those of
`…_scale` that take minutes are measured. Numbers depend on the machine and on what
else it does, so none of this is a test.
"""

import json
import os
import pathlib
import random
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAN_TARGET = 500_000  # rows a second
WIDE = {"limit": 1_000_000_000, "window": "1s"}
WIDE_LIMITS = {
    "schema": "poolwright.limits/1",
    "application": {"writes": WIDE, "resource_units": WIDE},
    "tenant": {"writes": WIDE},
    "application_tenant": {"writes": WIDE, "resource_units": {"S": WIDE, "M": WIDE, "L": WIDE}},
}


def say(benchmark, **figures):
    print(json.dumps({"benchmark": benchmark, **figures}), flush=True)


def timed(command, environment=None, output=subprocess.DEVNULL):
    """Runs a command to its end; its wall seconds, CPU seconds and peak memory."""
    begun = time.monotonic()
    child = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command[0]} failed: {said.decode(errors='replace')}")
    return {
        "seconds": round(wall, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_memory_mib": round(usage.ru_maxrss / 1024, 1),
    }


def write_tenants(path, count, mailboxes):
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as out:
        out.write("tenant_id,mailboxes,name\n")
        for number in range(count):
            out.write(f"{uuid.UUID(int=draw.getrandbits(128), version=4)},{mailboxes(draw)},Customer {number}\n")


def timed_plan(build, folder, rows):
    tenants = folder / f"{rows}.csv"
    write_tenants(tenants, rows, lambda draw: draw.randrange(0, 20_000))
    return timed([build / "poolwright", "plan", tenants, "-o", "json", "--state", f"sqlite://{folder}/none.db"])


def measure_plan(build, folder):
    rows = 1_000_000
    figures = timed_plan(build, folder, rows)
    rate = rows / figures["seconds"]
    say(
        "plan",
        rows=rows,
        rows_per_second=round(rate),
        ratio_to_target=round(rate / PLAN_TARGET, 2),
        rows_per_cpu_second=round(rows / figures["cpu_seconds"]),
        **figures,
    )


def measure_scale(build, folder):
    """Planning of more and more tenants: the seconds for each must not grow."""
    for tenants in (100, 1_000, 10_000, 100_000):
        figures = timed_plan(build, folder, tenants)
        each = {f"{what}_per_tenant": float(f"{figures[what] / tenants:.3g}") for what in ("seconds", "cpu_seconds")}
        say("scale", what="plan", tenants=tenants, **figures, **each)


def start_sandbox(build, folder, limits):
    sandbox = subprocess.Popen(
        [build / "graph-sandbox", "--port", "0", "--dir", folder, "--limits", limits],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ready = folder / "ready.json"
    while not ready.exists():
        if sandbox.poll() is not None:
            sys.exit("graph-sandbox ended at once")
        time.sleep(0.01)
    return sandbox, json.loads(ready.read_text())


def measure_bare_load(build, sandbox_folder, requests):
    """As many of the same requests without any logic, to the same sandbox; their CPU seconds."""
    figures = timed([build / "tests/bench/raw_https_load", sandbox_folder, str(requests), "64", "provision"])
    say("bare_load", requests=requests, requests_per_cpu_second=round(requests / figures["cpu_seconds"]), **figures)
    return figures["cpu_seconds"]


class Fleet:
    """Tenants of six apps in a sandbox of their own, provisioned by the real program under the same limits."""

    def __init__(self, build, folder, limits, tenants=1000):
        self.build, self.folder = build, folder
        self.tenants, self.apps = tenants, 6 * tenants
        self.listed, self.limits = folder / "tenants.csv", folder / "limits.json"
        write_tenants(self.listed, self.tenants, lambda draw: 2501)
        self.limits.write_text(json.dumps(limits))
        (folder / "sandbox").mkdir()

    def __enter__(self):
        self.sandbox, self.where = start_sandbox(self.build, self.folder / "sandbox", self.limits)
        return self

    def __exit__(self, *_):
        self.sandbox.terminate()
        _, _, usage = os.wait4(self.sandbox.pid, 0)
        self.sandbox.returncode = 0
        self.sandbox_cpu_seconds = round(usage.ru_utime + usage.ru_stime, 3)

    def provision(self, kill_after=None):
        """What the run took, and its totals; killed after that many seconds, it is started again."""
        folder, where = self.folder, self.where
        environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "XDG_STATE_HOME": str(folder / "state")}
        command = [self.build / "poolwright", "provision", self.listed, "--yes", "--quiet", "-o", "json", "--limits", self.limits]
        command += ["--authority-url", where["url"], "--graph-url", where["url"], "--ca-file", where["ca_file"]]
        command += ["--client-id", where["client_id"], "--client-secret-file", where["client_secret_file"]]
        killed_seconds = 0
        if kill_after is not None:
            begun = time.monotonic()
            try:
                subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=kill_after, check=True)
                raise SystemExit("the run ended before it was to be killed")
            except subprocess.TimeoutExpired:
                killed_seconds = time.monotonic() - begun
        with open(folder / "run.json", "wb") as out:
            figures = timed(command, environment, out)
        figures["seconds"] = round(figures["seconds"] + killed_seconds, 3)
        return figures, json.loads((folder / "run.json").read_text())["totals"]

    def stats(self):
        trust = ssl.create_default_context(cafile=self.where["ca_file"])
        with urllib.request.urlopen(self.where["url"] + "/sandbox/stats", context=trust) as reply:
            return json.load(reply)

    def forecast(self, latency):
        """What `report` says beforehand."""
        command = [self.build / "poolwright", "report", self.listed, "-o", "json", "--quiet", "--limits", self.limits]
        command += ["--latency", str(latency), "--replication-lag", "0", "--state", f"sqlite://{self.folder}/none.db"]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["forecast"]


def measure_provision(build, folder):
    """No latency, no lag, no limits: what the program itself costs."""
    with Fleet(build, folder, WIDE_LIMITS) as fleet:
        figures, totals = fleet.provision()
        bare = measure_bare_load(build, folder / "sandbox", totals["calls"])
    say(
        "provision",
        tenants=fleet.tenants,
        apps=fleet.apps,
        apps_per_second=round(fleet.apps / figures["seconds"]),
        cpu_seconds_per_1000_apps=round(figures["cpu_seconds"] / fleet.apps * 1000, 3),
        apps_per_cpu_second=round(fleet.apps / figures["cpu_seconds"]),
        requests_per_cpu_second=round(totals["calls"] / figures["cpu_seconds"]),
        share_of_bare_load=round(bare / figures["cpu_seconds"], 3),
        sandbox_cpu_seconds=fleet.sandbox_cpu_seconds,
        run=totals,
        **figures,
    )


def measure_provision_scale(build, folder):
    """Runs of more and more tenants, without limits: the memory is the program's alone, the directory is in another process."""
    for tenants in (100, 1_000, 10_000, 100_000):
        place = folder / str(tenants)
        place.mkdir()
        with Fleet(build, place, WIDE_LIMITS, tenants) as fleet:
            figures, totals = fleet.provision()
        say(
            "provision_scale",
            tenants=tenants,
            ready=totals["ready"],
            seconds_per_tenant=figures["seconds"] / tenants,
            cpu_seconds_per_tenant=figures["cpu_seconds"] / tenants,
            **figures,
        )


def measure_real(build, folder, kill_after=None):
    """Limits that bind for twenty seconds by a real clock: the time against the least possible, and the forecast."""
    limit, window = 3500, 3
    limits = {
        "schema": "poolwright.limits/1",
        "application": {"writes": {"limit": limit, "window": f"{window}s"}},
        "tenant": {"writes": {"limit": 1800, "window": "3s"}},
        "application_tenant": {"writes": {"limit": 300, "window": "1.5s"}},
    }
    with Fleet(build, folder, limits) as fleet:
        forecast = fleet.forecast(5)
        figures, totals = fleet.provision(kill_after)
        stats = fleet.stats()
    writes = 5 * fleet.apps
    least = (writes - limit) * window / limit
    say(
        "real" if kill_after is None else "real_killed",
        apps=fleet.apps,
        least_seconds=round(least, 2),
        ratio=round(figures["seconds"] / least, 4),
        forecast_seconds=forecast["seconds"],
        forecast_error=round(forecast["seconds"] / figures["seconds"] - 1, 4),
        binding_limit=forecast["binding_limit"],
        throttled=stats["throttled"],
        early_calls=stats["early_calls"],
        run=totals,
        **figures,
    )


def measure_real_killed(build, folder):
    """The same, ended by SIGKILL in the middle and started again."""
    measure_real(build, folder, kill_after=9)


def run_virtual(build, *words):
    done = subprocess.run([build / "tests/bench/virtual_run", *words], capture_output=True, check=True, text=True)
    print(done.stdout.strip(), flush=True)


def measure_virtual(build, _folder):
    run_virtual(build, "documented", "giant", "hidden-fixed", "hidden-sliding", "hidden-bucket", "noisy")
    run_virtual(build, "identities-1", "identities-2", "identities-4")
    run_virtual(build, "documented-killed", "giant-killed")


def measure_virtual_scale(build, _folder):
    """Virtual runs of more and more tenants, each in a process of its own, since memory is its peak."""
    for tenants in ("100", "1000", "10000", "100000"):
        run_virtual(build, "scale", tenants)


def measure_compile(_build, folder):
    configure = ["cmake", "-S", ROOT, "-B", folder / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DPOOLWRIGHT_TESTS=OFF"]
    subprocess.run(configure, check=True, stdout=subprocess.DEVNULL)
    begun = time.monotonic()
    subprocess.run(["cmake", "--build", folder / "build", "-j2"], check=True, stdout=subprocess.DEVNULL)
    say("compile", what="clean release build, two jobs", seconds=round(time.monotonic() - begun, 1))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    known = {
        "plan": measure_plan,
        "scale": measure_scale,
        "provision": measure_provision,
        "provision_scale": measure_provision_scale,
        "real": measure_real,
        "real_killed": measure_real_killed,
        "virtual": measure_virtual,
        "virtual_scale": measure_virtual_scale,
        "compile": measure_compile,
    }
    wanted = sys.argv[2:] or ["plan", "scale", "provision", "real", "virtual"]
    for name in wanted:
        if name not in known:
            sys.exit(f"measure.py: unknown: {name} ({', '.join(known)})")
        with tempfile.TemporaryDirectory() as folder:
            known[name](pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))


main()
