"""Benchmark b: 45 million movements of 12 million holders, sorted by time: speed and memory.

Holders trade about as Zipf 0.8 (rank u^5 for uniform u), their numbers shuffled, so that no cache is helped by big
traders lying together. Peak memory is that of the whole process, the input columns included.

    python benchmarks/trace_large.py [--small]
"""

from __future__ import annotations

import resource
import statistics
import sys

import numpy as np
from trace_common import SEED, YARDSTICK, Clock, publish, scalar_pass, table

from takingstock.trace import CustodyNetwork

MOVEMENTS, HOLDERS, REPETITIONS = 45_000_000, 12_000_000, 3
LIMITS = {"constructor and first answer": 6}
GIGABYTE = 1e9


def measure(random: np.random.Generator, movements: int, holders: int) -> dict[str, float]:
    number = random.permutation(holders).astype(np.int32)

    def ends() -> np.ndarray:
        column = np.empty(movements, np.int32)
        for begin in range(0, movements, 1_000_000):
            part = column[begin : begin + 1_000_000]
            part[:] = number[(holders * random.random(len(part)) ** 5).astype(np.int64)]
        return column

    source, target = ends(), ends()
    quantity = random.lognormal(0.0, 1.5, movements)
    when = np.arange(movements)
    clock = Clock()
    balance = np.zeros(holders)
    clock(YARDSTICK, lambda: scalar_pass(source, target, quantity, balance))
    net = clock("constructor and first answer", lambda: asked(source, target, when, quantity, holders, int(number[0])))
    clock("next question", lambda: net.origins(int(number[1])))
    assert np.allclose(net.balances(), balance)
    return clock.times


def asked(
    source: np.ndarray, target: np.ndarray, when: np.ndarray, quantity: np.ndarray, holders: int, holder: int
) -> CustodyNetwork:
    net = CustodyNetwork(source, target, when, quantity, holders)
    net.origins(holder)
    return net


def main(small: bool) -> None:
    movements, holders = (MOVEMENTS // 20, HOLDERS // 20) if small else (MOVEMENTS, HOLDERS)
    random = np.random.default_rng(SEED)
    measure(random, 20_000, 5_000)
    runs = [measure(random, movements, holders) for _ in range(REPETITIONS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
    head = f"{movements:,} movements, {holders:,} holders, int32 holders, times in order; {REPETITIONS} repetitions."
    met = "met" if peak < 4 else "**missed**"
    answer = statistics.median(run["constructor and first answer"] for run in runs) / 1e3
    tail = f"Peak memory of the process {peak:.1f} GB (limit 4: {met}); first answer after {answer:.1f} s."
    publish("trace_large", [head, "", *table(runs, LIMITS), "", tail], not small)


if __name__ == "__main__":
    main("--small" in sys.argv[1:])
