"""Benchmark c: what do draws cost side by side, as lanes of a block, against one after another?

A single pass is the same kernel with one lane. Every block has its own order of movements, as if each date were known
to the year in a register of 70 years, and its own quantities; sampling them is left out here (`trace_draws_whole` has
it). One draw is a pass
forward and a pass back for one holder; a further line values its 20 largest chains instead.

    python benchmarks/trace_draws.py [movements] [repetitions]
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from trace_common import SEED, draw, publish

from takingstock.trace import CustodyNetwork
from takingstock.trace.draws.lanes import Block, Rows
from takingstock.trace.draws.walk import UNRECORDED, Walk

HOLDERS = 300
MOVEMENTS = 30_000
REPETITIONS = 15
YEARS = 70
GROUPS = 10
CHAINS = 20
SINGLE = 1
LANES = (SINGLE, 4, 5, 8, 16, 32)
DRAWS = 32
LIMIT = 2.0
LIMITED = (8, 16, 32)


def measure(random: np.random.Generator, movements: int) -> dict[int, tuple[float, float, float]]:
    """Nanoseconds per movement and draw, by lanes: forward, back, back along chains; on one fresh network."""
    source, target, quantity = draw(random, movements, HOLDERS)
    rows = Rows(
        np.arange(HOLDERS, dtype=np.int32),
        np.arange(movements + 1),
        source.astype(np.int32),
        target.astype(np.int32),
        np.ones(movements, np.int8),
    )
    group = (source % GROUPS).astype(np.int32)
    none = np.zeros(HOLDERS, np.int32)
    opening = np.zeros(HOLDERS)
    found = CustodyNetwork(source, target, np.arange(movements), quantity, HOLDERS).chains(0, limit=CHAINS).chains
    kinds = np.full(movements, UNRECORDED, np.int8), np.full(HOLDERS, UNRECORDED, np.int8)
    walk = Walk(rows, 0, "held", [chain.holders for chain in found], [UNRECORDED] * len(found), *kinds)
    out = {}
    for lanes in LANES:
        block = Block(rows, lanes)
        spent = [0.0, 0.0, 0.0]
        blocks = max(2, DRAWS // lanes)
        for number in range(blocks + 1):
            order = np.argsort(np.arange(movements) + random.uniform(0, movements / YEARS, movements))
            block.quantity[:] = random.lognormal(0.0, 1.5, block.quantity.shape)
            begin = time.perf_counter()
            block.run(order, opening)
            forward = time.perf_counter()
            total, mass = block.held(0, group, none, none, GROUPS)
            back = time.perf_counter()
            value = walk.values(block)
            along = time.perf_counter()
            # The first block meets buffers that are fresh from the system, as it does once in a run of many.
            if number:
                for i, part in enumerate((forward - begin, back - forward, along - back)):
                    spent[i] += part
            assert np.allclose(mass.sum(axis=(0, 1)), total)
            assert (value.sum(axis=0) <= total * (1 + 1e-5)).all()
        scale = 1e9 / (movements * lanes * blocks)
        out[lanes] = (spent[0] * scale, spent[1] * scale, spent[2] * scale)
    return out


def table(runs: list[dict[int, tuple[float, float, float]]]) -> list[str]:
    """Medians over repetitions, and how many times cheaper than one lane, with range and limit."""
    lines = [
        f"| draws side by side | forward | back | {CHAINS} chains | ms a draw | times cheaper | range | limit |",
        "|--:|--:|--:|--:|--:|--:|---|---|",
    ]
    movements = MOVEMENTS / 1e6
    for lanes in LANES:
        forward, back, along = (statistics.median(run[lanes][i] for run in runs) for i in range(3))
        ratios = [sum(run[SINGLE][:2]) / sum(run[lanes][:2]) for run in runs]
        ratio = statistics.median(ratios)
        limit = "" if lanes not in LIMITED else f"{LIMIT:g}: {'met' if ratio >= LIMIT else '**missed**'}"
        lines.append(
            f"| {lanes} | {forward:.1f} | {back:.1f} | {along:.1f} | {(forward + back) * movements:.2f} "
            f"| {ratio:.1f} | {min(ratios):.1f}–{max(ratios):.1f} | {limit} |"
        )
    return lines


def main(movements: int = MOVEMENTS, repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    measure(random, 1_000)
    runs = [measure(random, movements) for _ in range(repetitions)]
    head = (
        f"{movements:,} movements, {HOLDERS:,} holders, one class, births late; {repetitions} repetitions. Nanoseconds "
        "per movement and draw; cheaper: forward and back, against one lane."
    )
    publish("trace_draws", [head, "", *table(runs)], movements == MOVEMENTS)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
