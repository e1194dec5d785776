"""Measure the linking of transfers on mirror reports made from a real register, and write docs/linking.md.

    python scripts/measure_linkage.py

No open set of exporters' and importers' reports comes with the truth of which rows are one transfer. So the reports are
made: each delivery of the register extract in ../shared/data/sipri is told by its exporter, its importer and a second
register, each with gaps, later dates, other figures and coarser classes, all from hashes of ids. ``u`` (how often
reports of *different* transfers agree) is measured on the fitted half of the real deals; ``m`` is assumed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import log2
from pathlib import Path

from takingstock.catalogue.interval import wilson
from takingstock.exchange.sipri import read_sipri
from takingstock.linkage.blocking import reports
from takingstock.linkage.comparing import levels
from takingstock.linkage.transfers import AUTOMATIC, MARGIN, mergers, suggestions
from takingstock.linkage.transfers_suggested import Relation
from takingstock.linkage.transfers_weights import FIELDS, LEVELS, PRIOR
from takingstock.records import DateRange, Ledger, PartyKind, Quantity, Source, SourceKind, Statement
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT.parent / "shared" / "data" / "sipri" / "trade_register_extract.csv"
PAGE = ROOT / "docs" / "linking.md"
BEGIN, END = "<!-- measured: written by scripts/measure_linkage.py -->", "<!-- end of what was measured -->"


@dataclass(frozen=True)
class Noise:
    """How reports differ from what happened; each a share of reports. ``summed``: reports of states give one row for
    each class and partner."""

    name: str
    missing: float
    later: float
    close: float
    other: float
    no_figure: float
    parent: float
    root: float
    part: float
    summed: bool = False


USUAL = Noise("as assumed", 0.25, 0.10, 0.08, 0.10, 0.05, 0.25, 0.25, 0.05)
HARSH = Noise("twice as bad", 0.40, 0.20, 0.10, 0.25, 0.10, 0.25, 0.50, 0.15)
SUMMED = Noise(
    "states' reports summed by class and partner", 0.25, 0.10, 0.08, 0.10, 0.05, 0.25, 0.25, 0.05, summed=True
)
NOISES = (USUAL, HARSH, SUMMED)


def chance(*parts: object) -> float:
    """A number from 0 to 1 made of a hash, so that nothing depends on the order of rows."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


def half(statement: Statement) -> str:
    """``fitted`` or ``measured``, by deal, so that one deal is never on both sides."""
    deal = statement.movement.split("-")[1]
    return "fitted" if chance("half", deal) < 0.5 else "measured"


def deliveries() -> list[Statement]:
    """The real deliveries between two states, with a figure."""
    known = read_sipri(REGISTER).statements
    states = directory()

    def state(party: str | None) -> bool:
        return bool(party) and states.get(str(party)).kind is PartyKind.STATE

    return [s for s in known if state(s.from_party) and state(s.to_party) and s.quantity.known]


def mirrored(truth: list[Statement], noise: Noise) -> tuple[Ledger, dict[str, frozenset[str]]]:
    """A ledger of reports, and for each movement key the transfers that it tells of."""
    sources: dict[str, Source] = {}
    made: dict[str, Statement] = {}
    of: dict[str, frozenset[str]] = {}
    rows: dict[tuple[str, ...], list[Statement]] = {}
    for real in truth:
        for voice in ("exporter", "importer", "register"):
            told = _told(real, voice, noise)
            if told is None:
                continue
            source = told.source
            kind = SourceKind.REGISTER if voice == "register" else SourceKind.OFFICIAL
            sources[source] = Source(id=source, title=source, kind=kind)
            parts = (told.id,)
            if noise.summed and voice != "register":
                parts = (source, told.item, str(told.from_party), str(told.to_party), str(told.when))
            rows.setdefault(parts, []).append(told)
    for found in rows.values():
        figures = [one.quantity.best for one in found]
        total = Quantity() if None in figures else Quantity.exact(sum(f for f in figures if f), found[0].quantity.unit)
        lead = found[0] if len(found) == 1 else found[0].model_copy(update={"quantity": total, "designation": ""})
        made[lead.id] = lead
        of[lead.movement] = frozenset(one.remark for one in found)
    ledger = Ledger(
        title="mirror",
        revision=1,
        head="",
        sources=tuple(source for _, source in sorted(sources.items())),
        statements=tuple(statement for _, statement in sorted(made.items())),
    )
    return ledger, of


def _told(real: Statement, voice: str, noise: Noise) -> Statement | None:
    def lot(what: str) -> float:
        return chance(real.id, voice, what, noise.name)

    if lot("missing") < noise.missing:
        return None
    assert real.when.first
    year = real.when.first.year + (lot("later") < noise.later)
    best = real.quantity.best or 0.0
    figure, draw = best, lot("quantity")
    quantity = real.quantity
    if draw < noise.no_figure:
        quantity = Quantity(unit=quantity.unit)
    elif draw < noise.no_figure + noise.close:
        figure = round(best * (0.96 + 0.08 * lot("close")))
        quantity = Quantity.exact(figure, quantity.unit)
    elif draw < noise.no_figure + noise.close + noise.other:
        figure = max(1, round(best * (0.5 + lot("other")) + 1))
        quantity = Quantity.exact(figure, quantity.unit)
    item, draw, designation = real.item, lot("item"), real.designation
    if draw < noise.root:
        item, designation = item.partition(".")[0], ""
    elif draw < noise.root + noise.parent:
        item, designation = item.rpartition(".")[0] or item, ""
    reporter = {"exporter": real.from_party, "importer": real.to_party}.get(voice)
    source = f"{voice}-{reporter}-{year}" if reporter else voice
    return real.model_copy(
        update={
            "id": f"{real.id}-{voice}",
            "movement": f"{real.movement}-{voice}",
            "source": source,
            "reporter": reporter,
            "item": item,
            "designation": designation,
            "quantity": quantity,
            "when": DateRange(first=date(year, 1, 1), last=date(year, 12, 31)),
            "remark": real.movement,
            "namings": (),
        }
    )


@dataclass
class Levels:
    """How often reports of one transfer (``m``) and of two (``u``) fall on each level of a field, ``other`` being
    other parties; and how many pairs of each there are."""

    m: dict[str, Counter[str]]
    u: dict[str, Counter[str]]
    same: int = 0
    different: int = 0

    def share(self, which: str, name: str, level: str) -> float:
        """The share of a level among the pairs that state the field."""
        counts = getattr(self, which)[name]
        return counts[level] / max(1, counts.total())


def fitted(truth: list[Statement], noise: Noise) -> Levels:
    """The levels of all comparable pairs: one class, within a year, of two sources, whoever the parties."""
    ledger, of = mirrored(truth, noise)
    found = Levels({name: Counter() for name in FIELDS}, {name: Counter() for name in FIELDS})
    for a, b in combinations(reports(ledger, directory(), taxonomy()), 2):
        if a.root != b.root or abs(a.years[0] - b.years[0]) > 1 or a.sources & b.sources or a.how != b.how:
            continue
        if a.reporters & b.reporters and a.years != b.years:
            continue
        same = of[a.key] == of[b.key]
        found.same += same
        found.different += not same
        for name, level in zip(FIELDS, levels(a, b), strict=True):
            sides = {"supplier": (a.supplier, b.supplier), "recipient": (a.recipient, b.recipient)}.get(name)
            if sides and sides[0] and sides[1] and not sides[0].states & sides[1].states:
                level = "other"
            if level:
                (found.m if same else found.u)[name][level] += 1
    return found


@dataclass
class Tally:
    """``true`` pairs of reports of one transfer; of those joined, ``joined`` and ``right``; pairs ``shown`` (joined,
    single or among several) that are true."""

    reports: int = 0
    true: int = 0
    joined: int = 0
    right: int = 0
    shown: int = 0
    single: int = 0
    single_right: int = 0
    parts: int = 0
    parts_right: int = 0


def measure(truth: list[Statement], noise: Noise) -> Tally:
    """What the rule does with reports of known truth."""
    ledger, of = mirrored(truth, noise)
    by_transfer: dict[frozenset[str], list[str]] = {}
    for key, transfers in of.items():
        by_transfer.setdefault(transfers, []).append(key)
    true = {pair for keys in by_transfer.values() for pair in combinations(sorted(keys), 2)}
    joined = {
        pair for one in mergers(ledger, directory(), taxonomy()) for pair in combinations(sorted(one.movements), 2)
    }
    tally = Tally(reports=len(of), true=len(true), joined=len(joined), right=len(joined & true))
    shown = set(joined)
    for one in suggestions(ledger, directory(), taxonomy()):
        if one.relation is Relation.PARTS:
            tally.parts += 1
            others = frozenset().union(*(of[key] for key in one.movements if key != one.whole))
            tally.parts_right += others == of[one.whole]
            continue
        pairs = set(combinations(one.movements, 2))
        shown |= pairs
        if not one.ambiguous:
            tally.single += 1
            tally.single_right += pairs <= true
    tally.shown = len(shown & true)
    return tally


def rows(real: list[Statement]) -> Iterator[str]:
    """The measured part of the page."""
    mine = [s for s in real if half(s) == "fitted"]
    found = fitted(mine, USUAL)
    odds = log2(found.same / found.different)
    yield f"{len(real)} real deliveries between two states; {len(mine)} are in the fitted half, split by deal."
    yield ""
    yield "| field | level | m made | u measured | m in the table | u in the table | weight, bits |"
    yield "|---|---|---|---|---|---|---|"
    for name in FIELDS:
        for level, outcome in LEVELS[name].items():
            seen = found.m[name][level] or found.u[name][level]
            made = [f"{found.share(which, name, level):.3f}" if seen else "assumed" for which in ("m", "u")]
            told = f"{made[0]} | {made[1]} | {outcome.m:g} | {outcome.u:g} | {outcome.weight:+.2f}"
            yield f"| {name} | {outcome.words} | {told} |"
    yield ""
    yield (
        f"Of {found.same + found.different} comparable pairs (one class, within a year, two sources, any parties) "
        f"{found.same} are of one transfer: log-odds {odds:.1f}. The prior in the table is {PRIOR:g}."
    )
    yield ""
    yield f"Threshold {AUTOMATIC:g} bits, edge {MARGIN:g} bits, chosen on the fitted half. On the other half:"
    yield ""
    yield (
        "| reports made | reports | true pairs | joined | right | precision (95 %) | recall | shown "
        "| single suggestions right | sums found right |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for noise in NOISES:
        yield row(noise, measure([s for s in real if half(s) == "measured"], noise))


def row(noise: Noise, tally: Tally) -> str:
    """One line of the table of results."""
    low, high = wilson(tally.right / tally.joined, tally.joined)
    return (
        f"| {noise.name} | {tally.reports} | {tally.true} | {tally.joined} | {tally.right} "
        f"| {tally.right / max(1, tally.joined):.3f} ({low:.3f} to {high:.3f}) | {tally.right / tally.true:.3f} "
        f"| {tally.shown / tally.true:.3f} | {tally.single_right} of {tally.single} "
        f"| {tally.parts_right} of {tally.parts} |"
    )


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN, 1)
    measured = "\n".join(rows(deliveries()))
    PAGE.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    print(measured)
