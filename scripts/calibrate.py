"""Write docs/calibration.md, docs/calibration.svg and what the report prints of them: how far a trace's intervals hold.

Run: make campaign-calibration. Synthetic worlds (takingstock.worlds) are traced and held against their truth; what is
counted and how is in takingstock.worlds.scoring and .summary. The seeds are 1, 2, 3 … for every mechanism, so the same
version gives the same page. The mechanism is a part of the seed, so no two worlds share a scene.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

from takingstock import __version__
from takingstock.worlds import MECHANISMS, SIZE, what_it_does, world
from takingstock.worlds.scoring import CAME, LARGE, TOLERANCE, Score, score
from takingstock.worlds.summary import (
    BAND,
    CLEARLY,
    KINDS,
    LEAST,
    NOMINAL,
    PLACES,
    Comparison,
    Coverage,
    Rate,
    Summary,
    mark,
    summarise,
)

ROOT = Path(__file__).resolve().parents[1]
CHAINS = 40
NAMES = {
    "chain": "chains",
    "origin": "origins",
    "unrecorded": "unrecorded",
    "channel": "channels",
    "unrecorded inflow": "unrecorded inflow",
    "total": "total",
}


PLOTTED = ("chain", "origin", "channel")
RANKED = {"chain": "whole chain", "ends": "both ends", "supplier": "last supplier", "maker": "main maker"}
READERS = ("trace", "other", "gain")
TRUTHS = ("chain", "origin", "unrecorded", "channel", "unrecorded inflow")

PAGE = """# Calibration: do the intervals hold what they promise?

Made by `make campaign-calibration`; no figure on this page is typed in. takingstock {version}, {worlds} synthetic
worlds of about {size} planned movements, {draws} draws for each trace, seeds 1 to {seeds} for every mechanism. The
mechanism is a part of the seed: these are {scenes} independent scenes, one for each world, and no two worlds share
parties' trade, plans or random numbers. So worlds may be pooled over mechanisms, and are the trials that errors count.

A *world* is invented from its first rifle to its last: every movement of every item is known. It is then degraded as
records are: figures are rounded or given as ranges, as at least or at most so many, days become years, classes are
vague, sources contradict one another in number, party, date or class, or copy one another, some statements are false as
often as their grade says, some consignments are followed link by link, some sightings have no site and some only a
share. The trace sees only what is left. Its {nominal} intervals should hold the truth in about {nominal} of cases;
{low} to {high} is taken as good.

Where a world breaks an assumption of the trace, intervals are **not** promised to hold. Those rows are here so that a
reader can see how wrong a trace can be without noticing it.

![Share of {nominal} intervals that hold the truth, and their mean width, by mechanism](calibration.svg)

## The mechanisms

{mechanisms}

## Coverage of {nominal} intervals

**This table, and the claim of {low} to {high}, rest on shares of which the truth is neither nothing nor all.** Where
nothing is missing from the record the true unrecorded share is exactly nothing in every world; an interval that begins
at nothing holds that without any merit, and one that does not cannot. Such claims stand apart, in the next table.

In percent, with the standard error by world: claims of one world rise and fall together, so a world is the trial (where
all worlds agree, the error is that of as many trials with two failures and two successes more: Agresti and Coull). The
last row pools the mechanisms that keep the assumptions. ✓ within {low} to {high}, one error to either side
included; ↓ below and ↑ above (too wide) by more than {clearly:.0f} errors; ~ what these worlds cannot tell from the
band. – no such claim. Chains, origins and channels count from a share of {least} (the trace's median); smaller chains
have a column of their own further down. The total is no share, and is taken in parts of the true one.

{coverage}

How many claims there were, and the error if each were a trial of its own (in points):

{counted}

## Coverage by where the truth lies

Coverage and number of claims where the truth is nothing, strictly between, and all. Nothing and all are points at the
ends of what an interval can reach: high figures there are cheap, and low ones are failures that the table above leaves
out (an interval about a chain that never was, and that does not reach down to nothing).

{places}

## Width of the intervals

Mean width in points of a percent; of the total, in percent of the true total.

{widths}

## Chains by size

By the share that the trace gives (its median), since a reader knows no other, wherever the truth lies: coverage, then
mean width.

{sizes}

## What is not listed

Of the true goods, the share whose chain the trace lists (at most {most} chains); and the coverage if true chains of
{large} or more that it does not list count as not covered.

{missed}

## Does it name the right chain?

In percent of worlds: how often the true main chain is named whole, how often both its ends are (its maker and the last
holder before the group, whatever is said of those between), how often the largest last supplier, and how often the
largest maker. The gain is the difference over the same worlds, with its paired error; the last rows pool.

Against **the walk back**: the reader who names who is recorded to have given the group most, then who is recorded to
have given that one most, and so on, to the first.

{ranks}

Against **the largest recorded supplier**: the reader who names whoever is recorded to have exported most of the class,
to whomever, as the maker, and whoever is recorded to have given the group most as the one who passed the arms on. That
reader names nobody between the two, so only a chain that short can be named whole; *both ends* is the fair comparison.

{plain}

## Are the words worth what they say?

In the worlds that keep the assumptions: what a likelihood word was given for, the mean probability behind it, and how
often it was so (percent).

{words}

## What is counted

- A **chain** is a sequence of holders with its beginning (made there, an opening stock, or unrecorded). The truth of a
  chain is the share of the real goods that came that way, as far back as the record has the steps at all; what lies
  before an unrecorded step is counted under where the record begins. Chains that the trace lists are claims also
  where the goods never existed.
- **Origins** are the parties where the record begins, by kind; **unrecorded** is the sum of those of that kind;
  **channels** are the inflows (supplier and mode) as each population of sightings leaves them; the **unrecorded
  inflow** is that of which no record exists; the **total** is how many were received.
- Where nothing is missing from the record, the true unrecorded inflow is nothing at all. A trace with sightings never
  excludes one, so its interval cannot hold that: a failure by construction, shown as one where the truth is nothing.
- Statements of one movement are true each by itself, but of two that clash never both. A consignment that a source
  follows link by link is a chain of its own, apart from other goods that went the same way.
- Goods *came* by a chain if at least {came} of an item did.
- An interval holds the truth if it does so within {tolerance} points, as finely as shares are printed.
- Shares are of all that was received, recorded or not: where whole arrivals are missing from the record, no interval
  can be right about them.
- The probability that a statement of a grade is true is the trace's own table. Real grades need not be worth that; no
  synthetic world can test it.
- Worlds in which the record had nothing on what was asked: {silent}.
"""


@dataclass(frozen=True)
class Campaign:
    """What was run."""

    worlds: int
    draws: int
    size: int
    summaries: tuple[Summary, ...]
    assumed: Summary
    every: Summary


def one(job: tuple[str, int], *, draws: int, size: int) -> Score:
    """Make one world, trace it, and score the trace."""
    from takingstock.records import DateRange
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory
    from takingstock.trace.draws.holding import every_grade
    from takingstock.trace.question import trace

    mechanism, seed = job
    made = world(seed, mechanism, size, every_grade())
    truth = made.truth
    found = trace(
        made.ledger,
        taxonomy(),
        directory(made.ledger.parties),
        truth.holder,
        item=truth.item,
        at=DateRange.day(truth.at),
        chains=CHAINS,
        draws=draws,
        # Draws go by record id, and ids are alike in all worlds: a number for each mechanism and seed.
        seed=crc32(f"{mechanism} {seed}".encode()),
        cores=1,
    )
    return score(truth, made.ledger, found)


def campaign(worlds: int, draws: int, size: int, processes: int) -> Campaign:
    """Run about ``worlds`` worlds, as many of each mechanism."""
    each = -(-worlds // len(MECHANISMS))
    jobs = [(mechanism, seed) for mechanism in MECHANISMS for seed in range(1, each + 1)]
    scores: list[Score] = []
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(partial(one, draws=draws, size=size), jobs, chunksize=4):
            scores.append(found)
            if sys.stderr.isatty():
                print(f"\r{len(scores)} of {len(jobs)} worlds", end="", file=sys.stderr)
    by_name = {name: [score for score in scores if score.mechanism == name] for name in MECHANISMS}
    kept = [score for name, how in MECHANISMS.items() if how.keeps for score in by_name[name]]
    return Campaign(
        worlds=len(scores),
        draws=draws,
        size=size,
        summaries=tuple(summarise(name, by_name[name]) for name in MECHANISMS),
        assumed=summarise("assumptions kept", kept),
        every=summarise("all mechanisms", scores),
    )


# -- the page ------------------------------------------------------------------------------------------------------


def page(run: Campaign) -> str:
    """The whole page, as Markdown."""
    every = (*run.summaries, run.assumed)
    names = [NAMES[kind] for kind in KINDS]
    silent = [f"{s.mechanism} {s.worlds - s.answered}" for s in run.summaries if s.answered < s.worlds]
    return PAGE.format(
        version=__version__,
        worlds=run.worlds,
        size=run.size,
        draws=f"{run.draws:,}",
        seeds=run.summaries[0].worlds,
        scenes=sum(found.worlds for found in run.summaries),
        clearly=CLEARLY,
        came=CAME,
        nominal=f"{NOMINAL:.0%}",
        low=f"{BAND[0]:.0%}",
        high=f"{BAND[1]:.0%}",
        most=CHAINS,
        large=f"{LARGE:.0%}",
        least=f"{LEAST:.0%}",
        tolerance=f"{100 * TOLERANCE:.2f}",
        mechanisms=_table(
            ("mechanism", "what it keeps or breaks"), [(f"`{n}`", what_it_does(how)) for n, how in MECHANISMS.items()]
        ),
        coverage=_table(
            ("mechanism", "worlds", *names),
            [(_name(s), s.worlds, *(_marked(s.covered[kind].rate) for kind in KINDS)) for s in every],
        ),
        counted=_table(
            ("mechanism", *(f"{name}: claims, binomial error" for name in names)),
            [(_name(s), *(_counted(s.covered[kind].rate) for kind in KINDS)) for s in every],
        ),
        places=_table(
            ("mechanism", *(f"{NAMES[kind]}: {place}" for kind in TRUTHS for place in PLACES)),
            [
                (_name(s), *(_placed(s.by_truth[kind][place].rate) for kind in TRUTHS for place in PLACES))
                for s in every
            ],
        ),
        widths=_table(("mechanism", *names), [(_name(s), *(_width(s.covered[kind]) for kind in KINDS)) for s in every]),
        sizes=_table(
            ("mechanism", *(f"{low:.0%} to {min(high, 1.0):.0%}" for (low, high), _ in run.assumed.by_size)),
            [(_name(s), *(f"{_rate(c.rate)}, {_width(c)}" for _, c in s.by_size)) for s in every],
        ),
        missed=_table(
            ("mechanism", "goods in listed chains", "coverage with the missed"),
            [(_name(s), f"{100 * s.heard:.1f} %", _rate(s.whole)) for s in every],
        ),
        ranks=_ranks((*every, run.every), lambda s: (s.chain, s.ends, s.supplier, s.maker)),
        plain=_ranks((*every, run.every), lambda s: tuple(s.plain[what] for what in RANKED)),
        words=_words(run.assumed),
        silent=", ".join(silent) or "none",
    )


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _name(found: Summary) -> str:
    how = MECHANISMS.get(found.mechanism)
    if how is None:
        return f"**{found.mechanism}**"
    return f"`{found.mechanism}`" + ("" if how.keeps else " (breaks)")


def _rate(found: Rate) -> str:
    if found.value is None:
        return "–"
    error = found.by_world if found.by_world is not None else found.error
    return f"{100 * found.value:.0f} ± {100 * (error or 0.0):.0f}"


def _marked(found: Rate) -> str:
    if found.value is None:
        return "–"
    error = found.by_world if found.by_world is not None else found.error
    return f"{100 * found.value:.1f} ± {100 * (error or 0.0):.1f} {mark(found)}"


def _placed(found: Rate) -> str:
    return "–" if found.value is None else f"{_rate(found)} ({found.trials:,})"


def _ranks(every: Sequence[Summary], of: Callable[[Summary], tuple[Comparison, ...]]) -> str:
    return _table(
        ("mechanism", *(f"{what}: {who}" for what in RANKED.values() for who in READERS)),
        [(_name(s), *(told for pair in of(s) for told in _compared(pair))) for s in every],
    )


def _counted(found: Rate) -> str:
    return "–" if found.error is None else f"{found.trials:,}, {100 * found.error:.1f}"


def _width(found: Coverage) -> str:
    return "–" if found.width is None else f"{100 * found.width:.1f}"


def _compared(found: Comparison) -> tuple[str, str, str]:
    return _rate(found.trace), _rate(found.baseline), f"{100 * found.gain:+.0f} ± {100 * found.error:.0f}"


def _words(found: Summary) -> str:
    titles = {"came": "any goods came this way", "leads": "this is the largest of the chains listed"}
    rows = [(titles[r.kind], r.word, f"{r.rate.trials:,}", f"{100 * r.said:.0f} %", _rate(r.rate)) for r in found.words]
    return _table(("what", "word", "given", "mean probability", "was so"), rows) if rows else "No words were given."


# -- the table for the report ----------------------------------------------------------------------------------------


def table(run: Campaign) -> dict[str, Any]:
    """What the report prints of it. Rates are 0 to 1; ``error`` is by world. ``coverage`` is of claims whose truth is
    neither nothing nor all, ``by_truth`` of all; ``baseline`` walks back, ``plain`` names the largest supplier."""
    return {
        "version": __version__,
        "worlds": run.worlds,
        "draws": run.draws,
        "size": run.size,
        "scenes": sum(found.worlds for found in run.summaries),
        "nominal": NOMINAL,
        "band": list(BAND),
        "mechanisms": [
            {
                "name": found.mechanism,
                "keeps": bool(found.mechanism not in MECHANISMS or MECHANISMS[found.mechanism].keeps),
                "worlds": found.worlds,
                "coverage": {kind: _plain(found.covered[kind].rate) for kind in KINDS},
                "by_truth": {
                    kind: {place: _plain(found.by_truth[kind][place].rate) for place in PLACES} for kind in TRUTHS
                },
                "width": {kind: _rounded(found.covered[kind].width) for kind in KINDS},
                "main_chain_first": {
                    "trace": _rounded(found.chain.trace.value),
                    "baseline": _rounded(found.chain.baseline.value),
                    "plain": _rounded(found.plain["chain"].baseline.value),
                },
                "gain": _gains(found),
            }
            for found in (*run.summaries, run.assumed)
        ],
        "gain": _gains(run.every),
    }


def _gains(found: Summary) -> dict[str, Any]:
    """By how much more often the trace is right, with the paired error: against the walk back, and the plain reader."""
    walked = {"chain": found.chain, "ends": found.ends, "supplier": found.supplier, "maker": found.maker}
    return {
        reader: {what: {"value": _rounded(c.gain), "error": _rounded(c.error)} for what, c in compared.items()}
        for reader, compared in (("baseline", walked), ("plain", found.plain))
    }


def _plain(found: Rate) -> dict[str, Any]:
    return {"value": _rounded(found.value), "error": _rounded(found.by_world), "claims": found.trials}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


# -- the plot --------------------------------------------------------------------------------------------------------


def plot(run: Campaign) -> str:
    """Coverage and width by mechanism, as SVG."""
    import altair as alt
    import vl_convert

    rows = [
        {
            "mechanism": found.mechanism,
            "of": NAMES[kind],
            "coverage": found.covered[kind].rate.value,
            "low": max(0.0, value - 2 * error),
            "high": min(1.0, value + 2 * error),
            "width": found.covered[kind].width,
        }
        for found in run.summaries
        for kind in PLOTTED
        if (value := found.covered[kind].rate.value) is not None
        and (error := found.covered[kind].rate.by_world or 0.0) is not None
    ]
    order = [found.mechanism for found in run.summaries]
    kinds = [NAMES[kind] for kind in PLOTTED]
    data = alt.Data(values=rows)
    title = f"{NOMINAL:.0%} intervals that hold the truth (rules: two standard errors by world)"
    scale = alt.Scale(domain=[0, 1])
    palette = alt.Scale(domain=kinds, range=["#1b5e8c", "#d1762c", "#5d8a3a"])
    colour = alt.Color("of:N", sort=kinds, title=None, scale=palette)
    y = alt.Y("mechanism:N", sort=order, title=None)
    offset = alt.YOffset("of:N", sort=kinds)
    band = (
        alt.Chart(alt.Data(values=[{"from": BAND[0], "to": BAND[1]}]))
        .mark_rect(color="#dcdcdc", opacity=0.7)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q")
    )
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, size=45, opacity=1)
        .encode(
            x=alt.X("coverage:Q", scale=scale, axis=alt.Axis(format="%"), title=title),
            y=y,
            yOffset=offset,
            color=colour,
        )
    )
    errors = (
        alt.Chart(data)
        .mark_rule()
        .encode(x=alt.X("low:Q", scale=scale, title=title), x2="high:Q", y=y, yOffset=offset, color=colour)
    )
    widths = (
        alt.Chart(data)
        .mark_bar(height=6)
        .encode(
            x=alt.X("width:Q", axis=alt.Axis(format="%"), title="mean width"),
            y=alt.Y("mechanism:N", sort=order, title=None, axis=None),
            yOffset=offset,
            color=colour,
        )
    )
    height = 40 * len(order)
    chart = alt.hconcat(
        (band + errors + dots).properties(width=420, height=height), widths.properties(width=200, height=height)
    )
    chart = chart.configure(font="sans-serif").configure_view(stroke=None)
    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=480, help="about how many worlds, spread over the mechanisms")
    parser.add_argument("--draws", type=int, default=1000, help="draws for each trace")
    parser.add_argument("--size", type=int, default=SIZE, help="movements of a world")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where the page and the plot go")
    parser.add_argument("--data", type=Path, default=ROOT / "src" / "takingstock" / "reference" / "data")
    asked = parser.parse_args(arguments)
    for folder in (asked.docs, asked.data):
        # Now, not after an hour of work.
        folder.mkdir(parents=True, exist_ok=True)
    run = campaign(asked.worlds, asked.draws, asked.size, asked.processes)
    (asked.docs / "calibration.md").write_text(page(run), encoding="utf-8")
    (asked.docs / "calibration.svg").write_text(plot(run), encoding="utf-8")
    text = json.dumps(table(run), indent=1, ensure_ascii=False)
    (asked.data / "calibration.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"{run.worlds} worlds: see {asked.docs / 'calibration.md'}")


if __name__ == "__main__":
    main()
