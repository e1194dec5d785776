"""How much dearer is provenance than none? Proportional tracing against the scalar pass, side by side.

The yardstick is the leanest compiled pass that keeps balances and no provenance: no engine can be cheaper. Every
repetition draws fresh data, and measures all lines on it in turn, so that each ratio compares like with like on
the same machine at the same time. Printed: the median over repetitions of the time and of the ratio, and the
ratio's range. Compilation is left out (one small network is asked everything first).

Lines marked "with construction" include validating, copying and ordering the columns; "next question" is what a
kept forward pass makes of the second holder asked about.

    python benchmarks/trace_proportional.py [movements] [repetitions]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numba
import numpy as np

from takingstock.trace import CustodyNetwork

HOLDERS = 20_000
ZIPF = 0.8

Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@numba.njit
def scalar_pass(source: np.ndarray, target: np.ndarray, quantity: np.ndarray, balance: np.ndarray) -> None:
    """Balances only, in place; what a source lacks appears from nowhere."""
    for i in range(len(source)):
        balance[source[i]] -= min(balance[source[i]], quantity[i])
        balance[target[i]] += quantity[i]


def draw(random: np.random.Generator, movements: int, weights: np.ndarray) -> Columns:
    """Movements between Zipf-distributed holders, log-normal quantities, distinct times in order."""
    source = random.choice(HOLDERS, movements, p=weights).astype(np.int32)
    target = random.choice(HOLDERS, movements, p=weights).astype(np.int32)
    return source, target, np.arange(movements, dtype=np.float64), random.lognormal(0.0, 1.5, movements)


def measure(random: np.random.Generator, movements: int, weights: np.ndarray) -> dict[str, float]:
    """Milliseconds per line, on one fresh draw."""
    source, target, when, quantity = draw(random, movements, weights)
    shuffled = random.permutation(movements)
    years = np.sort(random.integers(1950, 2020, movements))
    keys = random.permutation(movements)
    times: dict[str, float] = {}

    def clock(line: str, work: Callable[[], object]) -> object:
        begin = time.perf_counter()
        result = work()
        times[line] = 1e3 * (time.perf_counter() - begin)
        return result

    def network(at: np.ndarray, key: np.ndarray | None = None) -> CustodyNetwork:
        return CustodyNetwork(source, target, at, quantity, HOLDERS, key=key)

    balance = np.zeros(HOLDERS)
    clock("(first touch, not to be read)", lambda: scalar_pass(source, target, quantity, np.zeros(HOLDERS)))
    clock("scalar pass, no provenance", lambda: scalar_pass(source, target, quantity, balance))
    net = network(when)
    clock("one question, forward and back", lambda: net.origins(0))
    clock("next question, back only", lambda: net.origins(1))
    clock("next question, of all received", lambda: net.origins(2, of="received"))
    clock("ten chains", lambda: net.chains(0))
    clock("one question, with construction", lambda: network(when).origins(0))
    clock("  the same, rows in no order", lambda: network(when[shuffled]).origins(0))
    clock("  the same, years for dates, keys", lambda: network(years, keys).origins(0))
    again = np.zeros(HOLDERS)
    clock("scalar pass again, as a check", lambda: scalar_pass(source, target, quantity, again))
    assert np.array_equal(again, balance)
    assert np.allclose(net.balances(), balance)
    return times


def main(movements: int = 1_000_000, repetitions: int = 9) -> None:
    random = np.random.default_rng(20220509)
    weights = 1.0 / np.arange(1, HOLDERS + 1) ** ZIPF
    weights /= weights.sum()
    measure(random, 1_000, weights)
    runs = [measure(random, movements, weights) for _ in range(repetitions)]
    base = "scalar pass, no provenance"
    print(f"{movements:,} movements, {HOLDERS:,} holders, {repetitions} repetitions, fresh data in each\n")
    print(f"{'':36}{'ms':>9}{'ratio':>9}   range")
    for line in list(runs[0])[1:]:
        ratios = [run[line] / run[base] for run in runs]
        middle = statistics.median(run[line] for run in runs)
        print(f"{line:36}{middle:9.1f}{statistics.median(ratios):9.1f}   {min(ratios):.1f} to {max(ratios):.1f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
