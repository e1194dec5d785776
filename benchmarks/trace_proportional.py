"""Benchmark a: how much dearer is provenance than none? Proportional tracing against the scalar pass.

Lines marked "with construction" include validating, copying and ordering the columns; "next question" is what a
kept forward pass makes of a further holder asked about.

    python benchmarks/trace_proportional.py [movements] [repetitions]
"""

from __future__ import annotations

import sys

import numpy as np
from trace_common import SEED, YARDSTICK, Clock, draw, publish, scalar_pass, table

from takingstock.trace import CustodyNetwork

HOLDERS = 20_000
MOVEMENTS = 1_000_000
REPETITIONS = 15
LIMITS = {"constructor and first answer": 10, "next question": 3, "next question, of all received": 3}


def measure(random: np.random.Generator, movements: int) -> dict[str, float]:
    """Milliseconds per line, on one fresh draw."""
    source, target, quantity = draw(random, movements, HOLDERS)
    source_32, target_32 = source.astype(np.int32), target.astype(np.int32)
    when = np.arange(movements)
    shuffled = random.permutation(movements)
    years = np.sort(random.integers(1950, 2020, movements))
    keys = random.permutation(movements)
    clock = Clock()

    def network(at: np.ndarray, key: np.ndarray | None = None) -> CustodyNetwork:
        return CustodyNetwork(source, target, at, quantity, HOLDERS, key=key)

    scalar_pass(source_32, target_32, quantity, np.zeros(HOLDERS))
    balance = np.zeros(HOLDERS)
    clock(YARDSTICK, lambda: scalar_pass(source_32, target_32, quantity, balance))
    net = clock("constructor alone", lambda: network(when))
    clock("first answer", lambda: net.origins(0))
    clock("next question", lambda: net.origins(1))
    clock("next question, of all received", lambda: net.origins(2, of="received"))
    clock("ten chains", lambda: net.chains(0))
    clock("ten chains of a further holder", lambda: net.chains(1))
    clock("constructor and first answer", lambda: network(when).origins(0))
    clock("the same, rows in no order", lambda: network(shuffled).origins(0))
    clock("the same, years for dates, keys", lambda: network(years, keys).origins(0))
    again = np.zeros(HOLDERS)
    clock("scalar pass again, as a check", lambda: scalar_pass(source_32, target_32, quantity, again))
    assert np.array_equal(again, balance)
    assert np.allclose(net.balances(), balance)
    return clock.times


def main(movements: int = MOVEMENTS, repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    measure(random, 20_000)
    runs = [measure(random, movements) for _ in range(repetitions)]
    head = f"{movements:,} movements, {HOLDERS:,} holders, int64 columns, times in order; {repetitions} repetitions."
    publish("trace_proportional", [head, "", *table(runs, LIMITS)], movements == MOVEMENTS)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
