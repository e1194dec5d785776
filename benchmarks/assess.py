"""Benchmark: assessing 1,000 applications in one run, against one by one, each in the time that the verb takes.

The yardstick is the same verb called for one application after another, warm (libraries loaded, kernels compiled), each
call opening the case anew as a licensing officer's does. The run opens it once. Both judge the very same files; the
recommendations are compared. One by one gives more (controls, tornado, mitigation): the ratio is therefore also shown
against one by one without them.

    python benchmarks/assess.py [applications] [single]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from trace_common import publish

from takingstock.verbs.assess import assess, assess_many, at_bench
from takingstock.verbs.demo import demo

MANY = 1_000
SINGLE = 15
WANTED, FASTEST = 20.0, 3.0
GIVERS = ("Germany", "France", "United States", "Serbia", "Bulgaria", "Italy", "Brazil", "Belgium")
TAKERS = ("Iraq", "Iraqi Army", "Saudi Arabia", "Egypt", "Jordan", "Lebanon", "popular-mobilisation", "Chile")
ITEMS = ("AKM", "M16A2", "PKM", "RPG-7", "T-72M1", "FN FAL", "G3", "DShK")


def write(folder: Path, number: int) -> Path:
    """One of many applications that differ."""
    file = folder / f"a{number:04}.yaml"
    giver, taker = GIVERS[number % 8], TAKERS[number // 8 % 8]
    file.write_text(
        f"exporter: {giver}\nend user: {taker}\ngoods: [{{item: {ITEMS[number // 64 % 8]}, quantity: {number + 10}}}]\n"
        f"end use: stated\ndate: {2005 + number % 12}-03-15\n",
        encoding="utf-8",
    )
    return file


def main(many: int = MANY, single: int = SINGLE) -> None:
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        demo(folder / "demo", draws=100)
        case = folder / "demo" / "case"
        files = [write(folder, number) for number in range(many)]
        step = max(1, many // single)
        some = files[::step][:single]
        first = time.perf_counter()
        assess(case, some[0])
        first = time.perf_counter() - first
        whole, brief, said = [], [], []
        for file in some:
            start = time.perf_counter()
            said.append(assess(case, file).recommendation)
            whole.append(time.perf_counter() - start)
            start = time.perf_counter()
            with at_bench(case, brief=True) as bench:
                bench.judge(bench.application(file))
            brief.append(time.perf_counter() - start)
        start = time.perf_counter()
        made = assess_many(case, files)
        each = (time.perf_counter() - start) / many
        assert [made[files.index(file)].recommendation for file in some] == said
    ratio, alike = statistics.median(whole) / each, statistics.median(brief) / each
    lines = [
        f"One by one: medians of {len(some)} applications on the Iraq case; the run: {many:,} applications.",
        "",
        "| what | seconds an application | times the run | limit |",
        "|---|--:|--:|---|",
        f"| one by one, whole | {statistics.median(whole):.2f} (slowest {max(whole):.2f}) | {ratio:.0f} | "
        f"{WANTED:g}: {'met' if ratio >= WANTED else '**missed**'} |",
        f"| one by one, without controls, mitigation and tornado | {statistics.median(brief):.2f} | {alike:.0f} | |",
        f"| in one run, the same | {each:.4f} | 1 | |",
        "",
        f"One assessment, warm: {statistics.median(whole):.2f} s (limit {FASTEST:g} s: "
        f"{'met' if max(whole) < FASTEST else '**missed**'}); the first in a process {first:.1f} s.",
    ]
    publish("assess", lines, (many, single) == (MANY, SINGLE))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
