"""Benchmark d: fifo and lifo, index and chains, against the scalar pass.

"Index" is all that a first question needs: births, the index of the policy, the movements by target, and the
(short) answer about the holder that trades least. Chains should cost what the answer is long: then holders of very
different trade are asked, and the time is printed per step back that the search took.

    python benchmarks/trace_arrival.py [movements] [repetitions]
"""

from __future__ import annotations

import statistics
import sys
from functools import partial

import numpy as np
from trace_common import SEED, YARDSTICK, Clock, draw, publish, scalar_pass, table

from takingstock.trace import CustodyNetwork

HOLDERS = 20_000
MOVEMENTS = 5_000_000
REPETITIONS = 7
ASKED = (0, 10, 100, 1_000, 10_000)
LIMITS = {"fifo index": 25, "lifo index": 80}

Chains = dict[tuple[str, int], tuple[float, int, int]]


def measure(random: np.random.Generator, movements: int) -> tuple[dict[str, float], Chains]:
    """Milliseconds per line; per policy and holder the milliseconds, steps back and movements of ten chains."""
    source, target, quantity = draw(random, movements, HOLDERS)
    source_32, target_32 = source.astype(np.int32), target.astype(np.int32)
    clock = Clock()
    scalar_pass(source_32, target_32, quantity, np.zeros(HOLDERS))
    clock(YARDSTICK, partial(scalar_pass, source_32, target_32, quantity, np.zeros(HOLDERS)))
    chains: Chains = {}
    for policy in ("fifo", "lifo"):
        net = CustodyNetwork(source, target, np.arange(movements), quantity, HOLDERS)
        clock(f"{policy} index", partial(net.chains, HOLDERS - 1, policy))
        for holder in ASKED:
            asked = Clock()
            found = asked("chains", partial(net.chains, holder, policy))
            rows = sum(len(step.rows) for chain in found.chains for step in chain.steps)
            chains[policy, holder] = (asked.times["chains"], found.expansions, rows)
    return clock.times, chains


def main(movements: int = MOVEMENTS, repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    measure(random, 20_000)
    runs = [measure(random, movements) for _ in range(repetitions)]
    head = f"{movements:,} movements, {HOLDERS:,} holders, int64 columns, times in order; {repetitions} repetitions."
    lines = [head, "", *table([times for times, _ in runs], LIMITS), ""]
    lines += ["| ten chains of | ms | steps back | µs a step | movements named |", "|---|--:|--:|--:|--:|"]
    for policy, holder in runs[0][1]:
        ms, steps, rows = (statistics.median(chains[policy, holder][k] for _, chains in runs) for k in range(3))
        cells = f"{ms:.1f} | {steps:.0f} | {1e3 * ms / steps:.0f} | {rows:.0f}"
        lines.append(f"| {policy}, holder {holder + 1:,} by trade | {cells} |")
    publish("trace_arrival", lines, movements == MOVEMENTS)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
