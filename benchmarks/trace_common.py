"""What the trace benchmarks share: the generator, the yardstick, the clock, and the page they publish on.

Every repetition draws fresh data and measures every line on it in turn, so that each ratio compares like with like
on the same machine at the same time. Compilation is left out: a small network is asked everything first.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numba
import numpy as np

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
SEED = 20220509
YARDSTICK = "scalar pass, no provenance"

Result = TypeVar("Result")


@numba.njit
def scalar_pass(source: np.ndarray, target: np.ndarray, quantity: np.ndarray, balance: np.ndarray) -> None:
    """Balances only, in place; what a source lacks appears from nowhere. No engine can be cheaper."""
    for i in range(len(source)):
        balance[source[i]] -= min(balance[source[i]], quantity[i])
        balance[target[i]] += quantity[i]


def weights(holders: int) -> np.ndarray:
    """How often each holder trades: Zipf with exponent 0.8."""
    raw = 1.0 / np.arange(1, holders + 1) ** 0.8
    return raw / raw.sum()


def draw(random: np.random.Generator, movements: int, holders: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Source and target (int64, Zipf 0.8), quantity (log-normal, sigma 1.5)."""
    p = weights(holders)
    source, target = (random.choice(holders, movements, p=p) for _ in range(2))
    return source, target, random.lognormal(0.0, 1.5, movements)


class Clock:
    """Milliseconds per line, in the order in which they were measured."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}

    def __call__(self, line: str, work: Callable[[], Result]) -> Result:
        begin = time.perf_counter()
        result = work()
        self.times[line] = 1e3 * (time.perf_counter() - begin)
        return result


def table(runs: Sequence[Mapping[str, float]], limits: Mapping[str, float]) -> list[str]:
    """A table of medians over repetitions: time, ratio to the yardstick, its range, the limit set, met or missed."""
    lines = ["| | ms | times the scalar pass | range | limit |", "|---|--:|--:|---|---|"]
    for line in runs[0]:
        ratios = [run[line] / run[YARDSTICK] for run in runs]
        ratio = statistics.median(ratios)
        ms = statistics.median(run[line] for run in runs)
        limit = "" if line not in limits else f"{limits[line]:g}: {'met' if ratio <= limits[line] else '**missed**'}"
        lines.append(f"| {line} | {ms:.1f} | {ratio:.1f} | {min(ratios):.1f}–{max(ratios):.1f} | {limit} |")
    return lines


def machine() -> str:
    """Processor, cores, Python, numpy, numba."""
    model = platform.processor() or platform.machine()
    told = Path("/proc/cpuinfo")
    if told.exists():
        facts = dict(re.split(r"\s*:\s*", line, maxsplit=1) for line in told.read_text().splitlines() if ":" in line)
        model = " ".join(
            f"{facts.get('model name', model)} (family {facts.get('cpu family')}, model {facts.get('model')})".split()
        )
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}"
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, {versions}"


def publish(name: str, lines: Sequence[str], full: bool) -> None:
    """Print the lines; a full run also puts them into its own part of docs/performance.md."""
    text = "\n".join([*lines, "", f"Machine: {machine()}."])
    print(text)
    if not full:
        print("\n(not the full size: docs/performance.md is left as it is)")
        return
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(begin)
    PAGE.write_text(before + begin + text + "\n" + end + rest.split(end)[1], encoding="utf-8")
