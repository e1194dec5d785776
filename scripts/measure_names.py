"""Measure the rules for names on real synonyms and write docs/names.md.

    python scripts/measure_names.py

A name that the tables know is hidden, and the rule is asked what it means; then its whole class is hidden, and the
rule should say nothing. Names of other people's files come from ../shared/data (SIPRI, Oryx, a list of firearms,
licences); where that is missing, the sets that need it are left out and the page is not written.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from takingstock.catalogue.interval import wilson
from takingstock.linkage.designation import parse
from takingstock.linkage.designations import AUTOMATIC, FAMILY_RULE, MARGIN, OUR_CLASS, SAME_RULE, Designations
from takingstock.linkage.parties import AUTOMATIC as PARTY_AUTOMATIC
from takingstock.linkage.parties import PARTY_RULE, PartyNames, written_out
from takingstock.records import DateRange
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.taxonomy import SETS, fold

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
LABELS = ROOT / "benchmarks" / "names"
PAGE = ROOT / "docs" / "names.md"
BEGIN, END = "<!-- measured: written by scripts/measure_names.py -->", "<!-- end of what was measured -->"
SWEEP = (80.0, 84.0, 86.0, 88.0, 90.0, 91.0, 92.0, 94.0, 96.0)
WANTED = 0.98
"""The precision wanted of automatic matches."""


@dataclass(frozen=True)
class Case:
    """One question. ``truth`` is the class or party that the name means; None: none that the tables hold (then only a
    class that holds for certain what ``above`` says may be answered). ``given`` is what the register says beside it."""

    set: str
    text: str
    truth: str | None
    above: str | None = None
    given: Mapping[str, object] = field(default_factory=dict)
    when: DateRange = field(default_factory=DateRange)

    @property
    def half(self) -> str:
        """``fitted`` or ``measured``, by the hash of the folded name, so that one name is never on both sides."""
        return "fitted" if hashlib.sha256(fold(self.text).encode()).digest()[0] % 2 else "measured"


@dataclass
class Tally:
    """What the rule did: ``cases`` asked, ``known`` of them with a truth in the table, ``automatic`` answers, ``right``
    of them, ``exact`` of these the class itself and not one above it, ``offered`` where a person would have found the
    truth among the best three; ``wrong`` lists the others."""

    cases: int = 0
    known: int = 0
    automatic: int = 0
    right: int = 0
    exact: int = 0
    offered: int = 0
    wrong: list[tuple[str, str, str | None]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Put another tally into this one."""
        for name in ("cases", "known", "automatic", "right", "exact", "offered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong

    @property
    def precision(self) -> float:
        """Right of automatic; 1 where nothing was answered."""
        return self.right / self.automatic if self.automatic else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the precision at 95 %."""
        return wilson(self.precision, self.automatic, 0.95) if self.automatic else (0.0, 1.0)


def aliases() -> Iterator[Case]:
    """Every name of every type in our own table: the name hidden, then the whole class."""
    table = taxonomy()
    for item in table.all():
        if item.id in SETS or item.source == OUR_CLASS:
            continue
        names = {fold(name): name for name in (item.name, *item.aliases)}
        kind = _kind(item.id)
        above = item.parent if item.parent and table.get(item.parent).source != OUR_CLASS else None
        for folded, name in names.items():
            for label, given in (("name alone", {}), ("with its kind", {"description": kind})):
                if given and not parse(kind).kinds:
                    continue
                if len(names) > 1:
                    yield Case(f"our table, name hidden, {label}", name, item.id, None, given | {"hidden": {folded}})
                absent = given | {"hidden": set(names), "without": {item.id}}
                yield Case(f"our table, class hidden, {label}", name, None, above, absent)


def _kind(id: str) -> str:
    """The name of the nearest broad class, as a register would give it."""
    table = taxonomy()
    return next((one.name for one in table.ancestors(id) if one.source == OUR_CLASS), "")


def sipri() -> Iterator[Case]:
    """Designations of the register's extract that the table knows: hidden alone, and with their class."""
    table = taxonomy()
    seen = set()
    with (SHARED / "sipri" / "trade_register_extract.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            name, description, category = row["Designation"], row["Description"], row["Armament category"]
            if (name, description) in seen:
                continue
            seen.add((name, description))
            given = {"description": description}
            known = table.find(name) if name else None
            if not known or table.classify_sipri(description, category, name) != known.id:
                # Not in the table: any automatic answer counts as wrong.
                yield Case("SIPRI, not in the table", name, None, None, given)
                continue
            names = {fold(one) for one in (known.name, *known.aliases)}
            above = known.parent if known.parent and table.get(known.parent).source != OUR_CLASS else None
            yield Case("SIPRI, name hidden", name, known.id, None, given | {"hidden": {fold(name)}})
            absent = given | {"hidden": names, "without": {known.id}}
            yield Case("SIPRI, class hidden", name, None, above, absent)


def firearms() -> Iterator[Case]:
    """The list of firearms: names of the table hidden, and the thousands that the table does not have, but for those
    that a person found to be in it (``benchmarks/names/firearms.csv``)."""
    table = taxonomy()
    labels = dict(_labels("firearms.csv"))
    where = ROOT / "src" / "takingstock" / "reference" / "data" / "items.csv"
    with where.open(encoding="utf-8", newline="") as stream:
        ours = {name: row["id"] for row in csv.DictReader(stream) for name in row["wikipedia"].split("; ") if name}
    for name, given in _listed().items():
        if name in ours:
            yield Case("firearms, name hidden", name, ours[name], None, given | {"hidden": {fold(name)}})
        elif table.find(name) is None:
            yield Case("firearms, not in the table", name, labels.get(name), None, given)


def _listed() -> dict[str, dict[str, object]]:
    """Name to what the list says of it: category, calibre, states of design."""
    data = json.loads((SHARED / "weapons" / "wikipedia_list_of_firearms_2016.json").read_text(encoding="utf-8"))
    parties = directory()
    found: dict[str, dict[str, object]] = {}

    def take(entry: Mapping[str, object], category: str) -> None:
        name = str(entry["name"]).split("\n")[0].strip()
        category = str(entry.get("category") or category).strip()
        said = str(entry.get("extra") or "").strip().lstrip("(").split(":")[0].split(" - ")
        party = parties.find(said[0])
        calibre = said[-1] if len(said) > 1 else ""
        states = frozenset(party.id.split("+")) if party else frozenset()
        kind = next((one for one in said[1:] if parse(one).kinds), category)
        found.setdefault(name, {"description": kind, "calibre": calibre, "states": states})
        for below in entry.get("mods") or ():
            take(below, category)

    for maker in data["manufacturers"]:
        for entry in maker["firearms"]:
            take(entry, "")
    return found


def oryx() -> Iterator[Case]:
    """Systems of the lists of losses, with what a person says they are (``benchmarks/names/oryx.csv``: the names of
    five rows and more that the table does not have, and all that the rule answers)."""
    labels = dict(_labels("oryx.csv"))
    table = taxonomy()
    names = set()
    for file in ("event_captured.csv", "event_abandoned.csv"):
        with (SHARED / "oryx" / file).open(encoding="utf-8-sig", newline="") as stream:
            # Lists carry a running number before the system.
            names |= {re.sub(r"^\d+ (?=\S)", "", row["system"]) for row in csv.DictReader(stream)}
    for name in sorted(names):
        if table.find(name) is None:
            labelled = name in labels
            label = "Oryx, labelled by a person" if labelled else "Oryx, not labelled"
            yield Case(label, name, labels.get(name) or None)


def later() -> Iterator[Case]:
    """Systems of further lists of losses, collected and labelled after the rule was fixed."""
    for name, meaning in _labels("oryx_later.csv"):
        yield Case("Oryx, collected later", name, meaning or None)


def parties() -> Iterator[Case]:
    """Every English name of every party: the name hidden, then the whole party."""
    table = directory()
    owners = defaultdict(set)
    for party in table.all():
        for name in (party.name, *party.aliases):
            owners[" ".join(written_out(name))].add(party.id)
    for party in table.all():
        own = {" ".join(written_out(name)): name for name in (party.name, *party.aliases)}
        for words, name in own.items():
            if len(owners[words]) > 1:
                continue
            if len(own) > 1:
                yield Case("parties, name hidden", name, party.id, None, {"hidden": {words}}, party.exists)
            yield Case("parties, party hidden", name, None, None, {"hidden": set(own)}, party.exists)


def destinations() -> Iterator[Case]:
    """Destinations of the licences that the directory does not have, with what a person says of some
    (``benchmarks/names/destinations.csv``): any other automatic answer counts as wrong."""
    table = directory()
    labels = dict(_labels("destinations.csv"))
    with (SHARED / "licences" / "uk_licences_2008_2010.csv").open(encoding="utf-8-sig", newline="") as stream:
        names = {row["destination"].strip() for row in csv.DictReader(stream)}
    for name in sorted(names):
        if name and table.find(name) is None:
            yield Case("UK licences, not an exact name", name, labels.get(name))


def _labels(file: str) -> list[tuple[str, str]]:
    with (LABELS / file).open(encoding="utf-8", newline="") as stream:
        return [(row["name"], row["meaning"]) for row in csv.DictReader(stream)]


def measure(cases: Iterable[Case], automatic: Mapping[str, float] = AUTOMATIC) -> dict[tuple[str, str], Tally]:
    """(set, half) to what the rules for designations did with these thresholds."""
    rule = Designations(taxonomy(), automatic)
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for case in cases:
        answers = rule.suggest(case.text, **case.given)  # type: ignore[arg-type]
        best = answers[0] if answers and answers[0].automatic else None
        _note(found[case.set, case.half], case, best.meaning if best else None, [one.meaning for one in answers])
    return dict(found)


def measure_parties(cases: Iterable[Case]) -> dict[tuple[str, str], Tally]:
    """As :func:`measure`, for the rule for parties."""
    rule = PartyNames(directory())
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for case in cases:
        answers = rule.suggest(case.text, case.when, **case.given)  # type: ignore[arg-type]
        best = answers[0] if answers and answers[0].automatic else None
        _note(found[case.set, case.half], case, best.meaning if best else None, [one.meaning for one in answers])
    return dict(found)


def _note(tally: Tally, case: Case, answer: str | None, offered: list[str]) -> None:
    tally.cases += 1
    tally.known += case.truth is not None
    tally.offered += answer is None and case.truth is not None and case.truth in offered
    if answer is None:
        return
    tally.automatic += 1
    holds = case.truth or case.above
    if holds and (holds == answer or holds.startswith(f"{answer}.")):
        tally.right += 1
        tally.exact += answer == case.truth
    else:
        tally.wrong.append((case.text, answer, case.truth))


def summed(found: Mapping[tuple[str, str], Tally], half: str | None = None, only: str = "") -> Tally:
    """All sets whose name begins with ``only``, of one half or both."""
    whole = Tally()
    for (name, side), tally in found.items():
        if name.startswith(only) and half in (None, side):
            whole.add(tally)
    return whole


def rows(found: Mapping[tuple[str, str], Tally], half: str) -> list[str]:
    """The table of the page, one line for each set of one half, and their sum."""
    lines = [
        "| names | asked | in the table | answered automatically | right | exactly the type | precision "
        "| 95 % interval | recall | else in the best three |",
        "|---|--:|--:|--:|--:|--:|--:|---|--:|--:|",
    ]
    named = sorted({name for name, _ in found})
    lines += [_row(name, found.get((name, half), Tally())) for name in named]
    return [*lines, _row("**all**", summed(found, half))]


def _row(name: str, tally: Tally) -> str:
    low, high = tally.interval
    answered = f"{tally.precision:.3f}" if tally.automatic else "–"
    interval = f"{low:.3f} to {high:.3f}" if tally.automatic else "–"
    recall = f"{_found(tally) / tally.known:.3f}" if tally.known else "–"
    offered = f"{tally.offered / tally.known:.3f}" if tally.known else "–"
    return (
        f"| {name} | {tally.cases} | {tally.known} | {tally.automatic} | {tally.right} | {tally.exact} | {answered} "
        f"| {interval} | {recall} | {offered} |"
    )


def _found(tally: Tally) -> int:
    """Right answers about names that are in the table; where nothing is in it, none are missed."""
    return tally.right if tally.known == tally.cases else min(tally.right, tally.known)


def fit(cases: list[Case]) -> tuple[float, list[tuple[float, Tally]]]:
    """The lowest threshold of the sweep at which the lower end of the interval of the precision on the fitting half
    reaches what is wanted, at this and every higher one; and the sweep."""
    mine = [case for case in cases if case.half == "fitted"]
    sweep = [(at, summed(measure(mine, {SAME_RULE: at, FAMILY_RULE: at}))) for at in SWEEP]
    best = SWEEP[-1]
    for at, tally in reversed(sweep):
        if tally.interval[0] < WANTED:
            break
        best = at
    return best, sweep


def _told(tally: Tally) -> str:
    """Each wrong answer once, with how often it was given."""
    times = Counter(f"`{text}` as `{answer}`" for text, answer, _ in tally.wrong)
    return (
        "; ".join(f"{told}{f' ({number} times)' if number > 1 else ''}" for told, number in sorted(times.items()))
        or "none"
    )


def page(text: str, measured: list[str]) -> str:
    """The page with what was measured put between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return "\n".join([before + BEGIN, "", *measured, "", END]) + after


def main() -> int:
    """Run everything and write the page. 1: the wanted precision is not reached, or the code's threshold is lower."""
    if not SHARED.is_dir():
        sys.stderr.write("the real data is not here: ../shared/data\n")
        return 2
    cases = [*aliases(), *sipri(), *firearms(), *oryx()]
    best, sweep = fit(cases)
    found = measure(cases)
    fresh = measure(later())
    told = measure_parties([*parties(), *destinations()])
    half, whole = summed(found, "measured"), summed(told)
    low, high = half.interval
    lines = [
        f"Thresholds in the code: {SAME_RULE} {AUTOMATIC[SAME_RULE]:g}, {FAMILY_RULE} {AUTOMATIC[FAMILY_RULE]:g}, "
        f"{PARTY_RULE} {PARTY_AUTOMATIC:g}; margin {MARGIN:g}. Taxonomy {taxonomy().version[:12]}, "
        f"directory {directory().version[:12]}.",
        "",
        "### The threshold, fitted on one half",
        "",
        "| threshold | answered automatically | right | precision | 95 % interval |",
        "|--:|--:|--:|--:|---|",
        *(
            f"| {at:g} | {tally.automatic} | {tally.right} | {tally.precision:.3f} "
            f"| {tally.interval[0]:.3f} to {tally.interval[1]:.3f} |"
            for at, tally in sweep
        ),
        "",
        f"The lowest threshold whose interval, and that of every higher one, lies above {WANTED} is **{best:g}**.",
        "",
        "### Designations, measured on the other half",
        "",
        f"Precision of automatic answers: **{half.precision:.4f}** ({half.right} of {half.automatic}; "
        f"95 % interval {low:.4f} to {high:.4f}).",
        "",
        *rows(found, "measured"),
        "",
        "Wrong on this half: " + _told(half) + ".",
        "",
        "### Names that nobody had looked at",
        "",
        "Systems of further lists, collected and labelled after the weights and thresholds were fixed; both halves.",
        "",
        *rows({(name, "all"): summed(fresh, None, name) for name, _ in fresh}, "all")[:-1],
        "",
        "Wrong: " + _told(summed(fresh)) + ".",
        "",
        "### Parties",
        "",
        f"Nothing was fitted for {PARTY_RULE}; both halves together. Precision: **{whole.precision:.4f}** "
        f"({whole.right} of {whole.automatic}; 95 % interval {whole.interval[0]:.4f} to {whole.interval[1]:.4f}).",
        "",
        *rows({(name, "all"): summed(told, None, name) for name, _ in told}, "all"),
        "",
        "Wrong: " + _told(whole) + ".",
    ]
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    if half.precision < WANTED or max(best, 0) > min(AUTOMATIC.values()):
        sys.stderr.write("the code's threshold is not borne out: raise AUTOMATIC\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
