"""Dask's figures for the rows of the report that it has, on two single-threaded worker processes.

Started by `cargo xtask bench` with the file to write and a regular expression of the rows' names.
"""

import json
import re
import statistics
import sys
import time

import dask
import distributed
import numpy
from distributed import Client, LocalCluster

ROUNDS = 5
REPORT = sys.argv[1]
WANTED = re.compile(sys.argv[2] if len(sys.argv) > 2 else "")


def main():
    entries = []
    start = []
    if WANTED.search("start until the first result"):
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with cluster() as one, Client(one) as client:
                client.submit(noop, 0).result()
                start.append((time.perf_counter() - began) * 1000)
        entries.append(entry("start until the first result", "ms", start))
    rows = [row for row in ROWS if WANTED.search(row[0])]
    for workers in (2, 1):
        of_workers = [row for row in rows if ("1 worker" in row[0] and "2 workers" not in row[0]) == (workers == 1)]
        if not of_workers:
            continue
        measured = {}
        with cluster(workers) as local, Client(local) as client:
            client.gather(client.map(noop, range(1000), pure=False))
            for name, unit, measure, figure in of_workers:
                if measure not in measured:
                    measured[measure] = [measure(client) for _ in range(ROUNDS)]
                values = [figure(value) for value in measured[measure]]
                entries.append(entry(name, unit, values))
                print(f"{name:45} {statistics.median(values):12.2f} {unit}", flush=True)
    version = [f"Dask {distributed.__version__}, Python {sys.version.split()[0]}"]
    with open(REPORT, "w") as report:
        json.dump({"entries": entries, "without": [], "version": version}, report, indent=2)


def cluster(workers=2):
    return LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None)


def entry(row, unit, values):
    return {
        "row": row,
        "subject": "dask",
        "engine": "dask",
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "unit": unit,
        "rounds": len(values),
    }


def noop(_number):
    return 0


def inc(x):
    return x + 1


def spin(milliseconds):
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass


def leaf(value):
    return numpy.full(32_768, float(value))


def add(a, b):
    return a + b


def echo(array):
    return array


def timed(run):
    """Milliseconds."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def no_op_map(client):
    return 10_000 / (timed(lambda: client.gather(client.map(noop, range(10_000), pure=False))) / 1000)


def submit_loop(client):
    futures = []

    def submit():
        for i in range(10_000):
            futures.append(client.submit(noop, i, pure=False))

    took = timed(submit)
    client.gather(futures)
    return 10_000 / (took / 1000)


def latencies(client):
    """Microseconds, the least first."""
    return sorted(1000 * timed(lambda: client.submit(noop, i, pure=False).result()) for i in range(1000))


def milliseconds_1(client):
    return timed(lambda: client.gather(client.map(spin, [1] * 1000, pure=False)))


def skewed(client):
    durations = [200 if i == 200 else 1 for i in range(401)]
    return timed(lambda: client.gather(client.map(spin, durations, pure=False)))


def there_and_back(client):
    array = numpy.zeros(1024 * 1024)
    return timed(lambda: client.submit(echo, array, pure=False).result())


def tree(client):
    def run():
        level = client.map(inc, range(4096), pure=False)
        while len(level) > 1:
            level = [client.submit(sum, level[i : i + 8], pure=False) for i in range(0, len(level), 8)]
        assert level[0].result() == 4096 * 4097 // 2

    return timed(run)


def chain(client):
    def run():
        future = client.submit(inc, 0, pure=False)
        for _ in range(999):
            future = client.submit(inc, future, pure=False)
        assert future.result() == 1000

    return timed(run)


def arrays(client):
    def run():
        level = client.map(leaf, range(64), pure=False)
        while len(level) > 1:
            level = client.map(add, level[0::2], level[1::2], pure=False)
        assert client.submit(numpy.sum, level[0], pure=False).result() == 32_768 * 64 * 63 / 2

    return timed(run)


# Named as in `benches/web/rows.js`; what is measured once for several rows gives each of them a figure of its own.
ROWS = [
    ("no-op map, 10 k", "tasks/s", no_op_map, float),
    ("submit loop, 10 k", "tasks/s", submit_loop, float),
    ("submit → result, p50", "µs", latencies, lambda sorted_times: sorted_times[499]),
    ("submit → result, p99", "µs", latencies, lambda sorted_times: sorted_times[989]),
    ("submit → result, mean", "µs", latencies, statistics.fmean),
    ("1,000 tasks of 1 ms, 2 workers", "ms", milliseconds_1, float),
    ("200 ms among 400 × 1 ms", "ms", skewed, float),
    ("8 MB to a worker and back", "ms", there_and_back, float),
    ("tree of 4,096 leaves", "ms", tree, float),
    ("chain of 1,000", "ms", chain, float),
    ("64 × 256 KiB added pairwise", "ms", arrays, float),
    ("1,000 tasks of 1 ms, 1 worker", "ms", milliseconds_1, float),
]

if __name__ == "__main__":
    dask.config.set({"distributed.logging.distributed": "error"})
    main()
