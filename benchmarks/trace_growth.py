"""Benchmark e: does the time of an answer grow with the number of movements, and no faster?

Fitted is the exponent of (movements): 1 is linear. Every repetition draws fresh data at each size; the exponent is
fitted to the median of each size.

    python benchmarks/trace_growth.py [repetitions]
"""

from __future__ import annotations

import statistics
import sys

import numpy as np
from trace_common import SEED, YARDSTICK, Clock, draw, publish, scalar_pass

from takingstock.trace import CustodyNetwork

HOLDERS = 20_000
SIZES = (1_000_000, 2_000_000, 4_000_000)
REPETITIONS = 7
LIMIT = 1.1
ANSWER = "constructor and first answer, proportional"


def measure(random: np.random.Generator, movements: int) -> dict[str, float]:
    source, target, quantity = draw(random, movements, HOLDERS)
    source_32, target_32 = source.astype(np.int32), target.astype(np.int32)
    clock = Clock()
    scalar_pass(source_32, target_32, quantity, np.zeros(HOLDERS))
    clock(YARDSTICK, lambda: scalar_pass(source_32, target_32, quantity, np.zeros(HOLDERS)))

    def first(policy: str) -> None:
        CustodyNetwork(source, target, np.arange(movements), quantity, HOLDERS).origins(0, policy)

    first("proportional")
    for policy in ("proportional", "fifo", "lifo"):
        clock(ANSWER.replace("proportional", policy), lambda policy=policy: first(policy))  # type: ignore[misc]
    return clock.times


def main(repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    measure(random, 20_000)
    runs = {size: [measure(random, size) for _ in range(repetitions)] for size in SIZES}
    lines = [f"{HOLDERS:,} holders, int64 columns, times in order; {repetitions} repetitions.", ""]
    lines += ["| ms at movements | " + " | ".join(f"{size:,}" for size in SIZES) + " | exponent | limit |"]
    lines += ["|---|" + "--:|" * (len(SIZES) + 1) + "---|"]
    for line in runs[SIZES[0]][0]:
        middle = [statistics.median(run[line] for run in runs[size]) for size in SIZES]
        exponent = float(np.polyfit(np.log(SIZES), np.log(middle), 1)[0])
        limit = "" if line == YARDSTICK else f"{LIMIT}: {'met' if exponent <= LIMIT else '**missed**'}"
        cells = " | ".join(f"{ms:.1f}" for ms in middle)
        lines.append(f"| {line} | {cells} | {exponent:.2f} | {limit} |")
    publish("trace_growth", lines, repetitions >= REPETITIONS)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
