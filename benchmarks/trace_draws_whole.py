"""Benchmark c, second part: what do draws cost end to end, sampling included, against the kernel alone?

End to end is `Runner.run`: statements, quantities and orders sampled, a pass forward and one back for one holder in
every block, and what is kept of each draw; a further line values 20 candidate chains as well. The kernel alone is
`Block.run` and `Block.held` (with chains: and `Walk.values`) over the same blocks, with quantities and orders sampled
before. The plan, its windows of dates among it, is prepared outside of both, and told apart.

Memory is how far a run raises the peak of a process that holds the plan already (Linux tells), one process for each
number of draws; less what is kept of each draw: its total, its origins, its categories and the values of its chains.

    python benchmarks/trace_draws_whole.py [movements] [repetitions]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from trace_common import SEED, draw, publish

from takingstock.records import OriginKind
from takingstock.trace import CustodyNetwork
from takingstock.trace.classes import SAME, ClassRows
from takingstock.trace.draws.cost import shape
from takingstock.trace.draws.groups import Grouping
from takingstock.trace.draws.plan import OPEN, Plan, Said
from takingstock.trace.draws.randomness import record_hashes
from takingstock.trace.draws.run import Holders, How, Runner
from takingstock.trace.draws.sampling import LawKind

HOLDERS = 300
MOVEMENTS = 30_000
REPETITIONS = 7
YEARS = 70
YEAR = 365
START = 700_000
MAKERS = 10
CHAINS = 20
DRAWS = 1_000
LIMIT = 4.0
MEMORY_DRAWS = (250, 1_000, 4_000)
MEMORY_LIMIT = 1.1
"""What more draws may take beyond what is kept of them, as a multiple of what the fewest take, side by side as many."""

ITEM = "rifle"
SETTINGS = {"day": False, "year": True}
"""Dates known to the day: one order serves all draws. To the year: as many orders as blocks."""

Chains = list[tuple[Holders, OriginKind]]


def laws(
    random: np.random.Generator, quantity: NDArray[np.float64]
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A law for each figure, of all kinds alike often: exact, a range, about, at least, at most."""
    kind = random.integers(0, len(LawKind), len(quantity)).astype(np.int8)
    a = np.select([kind == LawKind.AT_MOST, kind == LawKind.EXACT, kind == LawKind.AT_LEAST], [0.0, quantity, quantity])
    a = np.where((kind == LawKind.UNIFORM) | (kind == LawKind.TRIANGULAR), 0.9 * quantity, a)
    b = np.select([kind == LawKind.EXACT, kind == LawKind.TRIANGULAR], [0.0, quantity], 1.1 * quantity)
    b = np.where(kind == LawKind.AT_LEAST, 0.25 * quantity, b)
    return kind, a, b, np.where(kind == LawKind.TRIANGULAR, 1.1 * quantity, 0.0)


def prepared(random: np.random.Generator, movements: int, years: bool) -> tuple[Plan, Grouping, Chains]:
    """A plan as `draws.plan` and `draws.groups` lay it out, made of columns: one class, makers among the holders, one
    statement for nine movements of ten, two contradicting ones for the tenth; and the
    largest chains to the holder who has most at the end, who is asked about."""
    source, target, quantity = draw(random, movements, HOLDERS)
    target = np.where(source == target, (target + 1) % HOLDERS, target)
    day = np.sort(random.integers(0, YEARS * YEAR, movements))
    year = day // YEAR
    first = (START + (year * YEAR if years else day)).astype(np.int32)
    last = (START + (year * YEAR + YEAR - 1 if years else day)).astype(np.int32)
    network = CustodyNetwork(source, target, np.arange(movements), quantity, HOLDERS)
    asked = int(network.balances().argmax())
    maker = np.arange(HOLDERS) % (HOLDERS // MAKERS) == 0

    # The second of two statements follows the first, and says twice as many.
    told = 1 + (np.arange(movements) % 10 == 0)
    move = np.repeat(np.arange(movements), told)
    second = np.concatenate(([False], move[1:] == move[:-1]))
    kind, a, b, c = laws(random, np.where(second, 2.0, 1.0) * quantity[move])
    said = Said(
        hash=record_hashes(f"statement {number}" for number in range(len(move))),
        p=random.uniform(0.6, 1.0, len(move)),
        move=move.astype(np.int32),
        kind=kind,
        a=a,
        b=b,
        c=c,
        first=np.array([0, *accumulate(told)], dtype=np.int64),
        movement=record_hashes(f"movement {number}" for number in range(movements)),
    )
    labels = tuple(f"holder {number}" for number in range(HOLDERS))
    rows = ClassRows(
        nodes=tuple((holder, ITEM) for holder in range(HOLDERS)),
        label=np.arange(HOLDERS, dtype=np.int32),
        first_row=np.arange(movements + 1),
        row_source=source.astype(np.int32),
        row_target=target.astype(np.int32),
        row_tier=np.full(movements, SAME, np.int8),
    )
    nothing: Any = (None,) * movements
    plan = Plan(
        asked=asked,
        labels=labels,
        nodes=rows.nodes,
        rows=rows,
        moves=nothing,  # A run asks only how many there are.
        said=said,
        counted=(),
        carried=(),
        maker=maker,
        first_day=first,
        last_day=last,
        date_hash=record_hashes(f"date {number}" for number in range(movements)),
        rank=np.arange(movements),
        typical=quantity,
        typical_opening=np.zeros(HOLDERS),
        until=OPEN,
        kind=np.where(maker[source], 0, 1).astype(np.int8),
        origin=(),
    )
    begun = [OriginKind.PRODUCED if made else OriginKind.UNRECORDED for made in maker]
    born = tuple(zip(labels, begun, strict=True))
    counted = tuple((label, OriginKind.OPENING) for label in labels)
    country = np.concatenate(
        (np.where(maker, np.arange(HOLDERS) * MAKERS // HOLDERS, MAKERS), np.full(HOLDERS, MAKERS))
    )
    finest = tuple((ITEM, str(number) if number < MAKERS else None, "") for number in range(MAKERS + 1))
    groups = Grouping(
        groups=tuple((origin, finest[number]) for origin, number in zip(born + counted, country, strict=True)),
        origins=born + counted,
        channels=(("", "held", 0),),
        finest=finest,
        move_group=source.astype(np.int32),
        node_group=np.arange(HOLDERS, 2 * HOLDERS, dtype=np.int32),
        lack_group=np.arange(HOLDERS, dtype=np.int32),
        row_channel=np.full(movements, -1, np.int32),
        lack_kind=np.where(maker, 0, 1).astype(np.int8),
        origin_of=np.arange(2 * HOLDERS),
        finest_of=country,
    )
    chains: dict[tuple[Holders, OriginKind], None] = {}
    for chain in network.chains(asked, limit=CHAINS).chains:
        chains[tuple(labels[holder] for holder in chain.holders), begun[chain.holders[0]]] = None
    return plan, groups, list(chains)


def runner(plan: Plan, groups: Grouping, draws: int) -> Runner:
    return Runner(plan, groups, How("proportional", "late", "held", SEED), draws)


def measure(random: np.random.Generator, movements: int, years: bool, draws: int = DRAWS) -> dict[str, float]:
    """Milliseconds a draw of each part, and of what is done once, all on one fresh plan."""
    plan, groups, chains = prepared(random, movements, years)
    by = groups.move_group, groups.node_group, groups.lack_group, len(groups.groups)
    begin = time.perf_counter()
    whole = runner(plan, groups, draws)
    spent = {"once": time.perf_counter() - begin, "sampled": 0.0, "kernel": 0.0, "walk": 0.0}
    assert whole.uncertain == years
    worker = whole.worker()
    worker.follow(chains)
    # The first blocks meet memory that is fresh from the system.
    whole.run(chains, deadline=0.0)
    totals = []
    for number in range(whole.shape.blocks):
        begin = time.perf_counter()
        worker.sample(number)
        sampled = time.perf_counter()
        worker.block.run(worker.order_now, worker.opening, "late")
        total, _ = worker.block.held(plan.asked, *by)
        passed = time.perf_counter()
        worker.walk.values(worker.block)
        valued = time.perf_counter()
        for part, seconds in (("sampled", sampled - begin), ("kernel", passed - sampled), ("walk", valued - passed)):
            spent[part] += seconds
        totals.append(total)
    for line, followed in (("whole", []), ("whole with chains", chains)):
        begin = time.perf_counter()
        drawn = whole.run(followed)
        spent[line] = time.perf_counter() - begin
        assert np.array_equal(drawn.total, np.concatenate(totals)[:draws])
        assert np.allclose(drawn.origins.sum(axis=0), drawn.total)
    return {"lanes": whole.shape.lanes, **{line: 1e3 * seconds / draws for line, seconds in spent.items()}}


def table(runs: dict[str, list[dict[str, float]]]) -> list[str]:
    """Medians over repetitions; end to end as a multiple of the kernel, with range and limit."""
    lines = [
        "| dates known to the | draws side by side | sampled | kernel alone | end to end | times the kernel | range "
        "| limit | prepared once, ms |",
        "|---|--:|--:|--:|--:|--:|---|---|--:|",
    ]
    for setting, found in runs.items():
        for chains in (False, True):
            kernel = [run["kernel"] + (run["walk"] if chains else 0.0) for run in found]
            whole = [run["whole with chains" if chains else "whole"] for run in found]
            ratios = [ended / alone for ended, alone in zip(whole, kernel, strict=True)]
            ratio = statistics.median(ratios)
            sampled, once = (statistics.median(run[part] for run in found) for part in ("sampled", "once"))
            lines.append(
                f"| {setting}{f', {CHAINS} chains valued' if chains else ''} | {found[0]['lanes']} | {sampled:.2f} "
                f"| {statistics.median(kernel):.2f} | {statistics.median(whole):.2f} | {ratio:.1f} "
                f"| {min(ratios):.1f}–{max(ratios):.1f} | {LIMIT:g}: {'met' if ratio <= LIMIT else '**missed**'} "
                f"| {once * DRAWS:.0f} |"
            )
    return lines


def peak(movements: int, years: bool, draws: int) -> None:
    """Print, in bytes, how far a run raises this process's peak, and what is kept of its draws."""
    random = np.random.default_rng(SEED)
    small, groups, chains = prepared(random, 1_000, years)
    runner(small, groups, DRAWS).run(chains)
    plan, groups, chains = prepared(random, movements, years)
    whole = runner(plan, groups, draws)
    # From now on the system counts the peak anew.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = status("VmRSS")
    drawn = whole.run(chains)
    kept = drawn.total.nbytes + drawn.origins.nbytes + drawn.channels.nbytes + drawn.values.nbytes
    print(status("VmHWM") - before, kept)


def status(line: str) -> int:
    """One of the sizes that Linux tells of this process, in bytes."""
    told = Path("/proc/self/status").read_text(encoding="ascii").split(f"{line}:")[1]
    return int(told.split()[0]) * 1024


def memory(movements: int) -> list[str]:
    """The peak of a run by the number of draws."""
    lines = [
        "| dates known to the | draws | side by side | MB in use at once | MB kept of the draws | limit |",
        "|---|--:|--:|--:|--:|---|",
    ]
    # What is freed goes back to the system at once, so that no run finds room that an earlier one left.
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    for setting, years in SETTINGS.items():
        least: dict[int, float] = {}
        for draws in MEMORY_DRAWS:
            child = [sys.executable, __file__, "--peak", str(movements), str(int(years)), str(draws)]
            told = subprocess.check_output(child, text=True, env=environment)
            raised, kept = (int(word) / 1e6 for word in told.split())
            used, lanes = raised - kept, shape(draws, uncertain=years).lanes
            limit = ""
            if lanes in least:
                met = "met" if used <= MEMORY_LIMIT * least[lanes] else "**missed**"
                limit = f"{MEMORY_LIMIT:g} times the fewest: {met}"
            least.setdefault(lanes, used)
            lines.append(f"| {setting} | {draws:,} | {lanes} | {used:.1f} | {kept:.1f} | {limit} |")
    return lines


def main(movements: int = MOVEMENTS, repetitions: int = REPETITIONS) -> None:
    random = np.random.default_rng(SEED)
    for years in SETTINGS.values():
        measure(random, 1_000, years)
    runs = {
        setting: [measure(random, movements, years) for _ in range(repetitions)] for setting, years in SETTINGS.items()
    }
    head = (
        f"{movements:,} movements over {YEARS} years, {HOLDERS:,} holders, {DRAWS:,} draws on one core, births late; "
        f"{repetitions} repetitions. Milliseconds a draw."
    )
    publish(
        "trace_draws_whole",
        [head, "", *table(runs), "", *memory(movements)],
        movements == MOVEMENTS and repetitions >= REPETITIONS,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        peak(int(sys.argv[2]), sys.argv[3] == "1", int(sys.argv[4]))
    else:
        main(*(int(argument) for argument in sys.argv[1:3]))
