"""Benchmark: near-duplicates among a million hashes of 256 bits, exactly, against a plain numpy loop.

The yardstick compares one query after another with all hashes: exclusive or, bit counts, sum, all in numpy. Both look
at every pair and must find the same; among the queries are copies of a hash with some bits flipped.

    python benchmarks/likeness.py [hashes] [repetitions]
"""

from __future__ import annotations

import statistics
import sys

import numpy as np
from trace_common import SEED, Clock, publish

from takingstock.evidence.bits import Hashes, within
from takingstock.evidence.likeness import THRESHOLD

HASHES = 1_000_000
REPETITIONS = 7
QUERIES = (1, 20)
WANTED = 5.0


def numpy_loop(queries: Hashes, hashes: Hashes, distance: int) -> list[tuple[int, int, int]]:
    """The same search, one query after another."""
    found = []
    for row, query in enumerate(queries):
        bits = np.bitwise_count(hashes ^ query).sum(axis=1)
        found += [(row, int(at), int(bits[at])) for at in np.flatnonzero(bits <= distance)]
    return found


def measure(random: np.random.Generator, hashes: int) -> dict[int, tuple[float, float]]:
    """By number of queries: milliseconds of the loop and of the search."""
    table = random.integers(0, 2**64, (hashes, 4), dtype=np.uint64)
    times = {}
    for number in QUERIES:
        queries = table[random.integers(0, hashes, number)].copy()
        queries[:, 0] ^= random.integers(0, 2**40, number, dtype=np.uint64)
        clock = Clock()
        wanted = clock("loop", lambda queries=queries: numpy_loop(queries, table, THRESHOLD))
        found = clock("search", lambda queries=queries: within(queries, table, THRESHOLD))
        assert [tuple(row) for row in np.stack(found, axis=1).tolist()] == wanted, "the search is not exact"
        assert len(wanted) >= number
        times[number] = clock.times["loop"], clock.times["search"]
    return times


def main(hashes: int = HASHES, repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    measure(random, 1_000)
    runs = [measure(random, hashes) for _ in range(repetitions)]
    lines = [
        f"{hashes:,} hashes of 256 bits, at most {THRESHOLD} bits apart; medians of {repetitions} repetitions, the two "
        "in turn in one run.",
        "",
        "| queries | plain numpy loop, ms | search, ms | times as fast | range | wanted |",
        "|--:|--:|--:|--:|---|---|",
    ]
    for number in QUERIES:
        loop, search = (statistics.median(run[number][k] for run in runs) for k in range(2))
        ratios = sorted(run[number][0] / run[number][1] for run in runs)
        ratio = statistics.median(ratios)
        met = "met" if ratio >= WANTED else "**missed**"
        lines.append(
            f"| {number} | {loop:.0f} | {search:.1f} | {ratio:.1f} | {ratios[0]:.1f}–{ratios[-1]:.1f} "
            f"| {WANTED:g}: {met} |"
        )
    publish("likeness", lines, hashes == HASHES)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
