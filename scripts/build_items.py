"""Checks the item taxonomy against the data it is made from, and rewrites what is derived from that data.

    python scripts/build_items.py DATA_FOLDER            # says what differs (exit code 1 if anything does)
    python scripts/build_items.py DATA_FOLDER --write    # brings the tables up to date

Written by hand: in ``items.csv`` everything but the columns *supported*, *source* and *verified*; in
``items_productions.csv`` the rows whose source is "general knowledge". Derived here: those three columns, and the
production rows that the data supports. DATA_FOLDER holds ``weapons/`` (Wikipedia's list of firearms, 2016) and
``sipri/`` (an extract of the trade register); the product itself needs neither.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from takingstock.records import PartyKind
from takingstock.reference.items import build
from takingstock.reference.parties import directory
from takingstock.reference.taxonomy import fold

TABLES = Path(__file__).resolve().parents[1] / "src" / "takingstock" / "reference" / "data"
WIKIPEDIA = "Wikipedia, List of firearms (2016, CC BY-SA), via weaponsdb"
SIPRI = "SIPRI Arms Transfers Database"
GENERAL = "general knowledge"
OWN_CLASS = "class of this taxonomy"

# Names of states as the list of firearms writes them and the directory of parties does not.
SHORT = {"us": "USA", "uk": "GBR", "uae": "ARE", "italian republic": "ITA", "swiss confederation": "CHE"}
# Former regimes of a state that goes on: it made under that name until then.
FORMER = {
    "german empire": ("DEU", "..1918"),
    "nazi germany": ("DEU", "..1945"),
    "polish people's republic": ("POL", "..1989"),
    "russian empire": ("RUS", "..1917"),
    "socialist republic of romania": ("ROU", "..1989"),
}


@cache
def state_of(name: str) -> tuple[str, str] | None:
    """Our id of a state as the data names it, and the years in which it existed under that name."""
    name = name.strip().lower()
    if name in FORMER:
        return FORMER[name]
    plain = re.sub(r"^(federative republic|republic|kingdom|state) of ", "", name)
    party = directory().get(SHORT[name]) if name in SHORT else directory().find(name) or directory().find(plain)
    if party is None or party.kind is not PartyKind.STATE:
        return None
    first, last = party.exists.first, party.exists.last
    # Makers are dated by year: the new state's first full year follows the old one's last.
    return party.id, f"{_first_year(first)}..{last.year if last else ''}" if party.exists.known else ""


def _first_year(day: date | None) -> int | str:
    if day is None:
        return ""
    return day.year + 1 if day.month == 12 else day.year


@dataclass(frozen=True)
class Firearm:
    """One entry of the list: the states it is given for, the first year named with them, its calibres."""

    states: tuple[tuple[str, str], ...]
    year: str
    calibres: frozenset[str]


@dataclass(frozen=True)
class Supply:
    """One line of the register: a state that made a designation in a year (``licensed``: in the recipient's works)."""

    state: str
    year: int
    licensed: bool


def firearms(folder: Path) -> dict[str, list[Firearm]]:
    """Entries by folded name; one name may stand for several weapons."""
    data = json.loads((folder / "weapons" / "wikipedia_list_of_firearms_2016.json").read_text(encoding="utf-8"))
    found: dict[str, list[Firearm]] = {}
    for name, text in _entries(data["manufacturers"]):
        head = text[text.find("(") + 1 :].split(":")[0].rstrip(") \n")
        parts = [part.strip() for part in head.split(" - ")]
        if len(parts) < 2:
            continue
        named = (state_of(name) for name in re.split(r",\s|/", parts[0]))
        states = tuple(state for state in named if state)
        years = re.search(r"\b(1[89]\d\d|20\d\d)\b(?!'?s)", " ".join(parts[1:-2]))
        calibres = frozenset(calibre(part) for part in re.split(r"[,&]", parts[-1]))
        found.setdefault(fold(name), []).append(Firearm(states, years[1] if years else "", calibres))
    return found


def _entries(nodes: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if node.get("extra", "").strip():
            yield node["name"].split("\n")[-1].strip(), node["extra"]
        yield from _entries(node.get("firearms", ()))
        yield from _entries(node.get("mods", ()))


def calibre(text: str) -> str:
    """The form in which calibres are compared: ``7.62×51mm NATO`` and ``7.62×51 mm`` are one."""
    folded = fold(text).replace("mm", "")
    match = re.match(r"[\d·]+x[\d·]+(r(?![a-z]))?", folded)
    if match:
        return {"12·7x99": "50bmg"}.get(match[0], match[0])
    return re.sub(r"(springfield|grenade)$", "", folded)


def supplies(folder: Path) -> dict[str, list[Supply]]:
    """What the register says was supplied new or made under licence, by folded designation; keys without a supply of
    either kind have an empty list."""
    found: dict[str, list[Supply]] = {}
    with (folder / "sipri" / "trade_register_extract.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            lines = found.setdefault(fold(row["Designation"]), [])
            licensed = row["Local production"] == "Yes"
            state = state_of(row["Recipient" if licensed else "Supplier"])
            if row["Status"] == "New" and state:
                lines.append(Supply(state[0], int(row["Delivery year"]), licensed))
    return found


def derive(
    items: list[dict[str, str]],
    productions: list[dict[str, str]],
    guns: dict[str, list[Firearm]],
    register: dict[str, list[Supply]],
) -> tuple[list[dict[str, str]], list[dict[str, str]], list[str]]:
    """The rows as they should be, and what the data contradicts."""
    by_hand: dict[str, list[dict[str, str]]] = {}
    for row in productions:
        if row["source"] == GENERAL:
            by_hand.setdefault(row["item"], []).append(row)
    out_items: list[dict[str, str]] = []
    out_productions: list[dict[str, str]] = []
    doubts: list[str] = []
    for item in items:
        known = by_hand.get(item["id"], [])
        entries = guns.get(fold(item["wikipedia"]), []) if item["wikipedia"] else []
        if item["wikipedia"] and not entries:
            doubts.append(f"{item['id']}: the list of firearms has no entry {item['wikipedia']!r}")
        entry = _best(item, entries)
        supported, source = _support(item, entry, register)
        facts = {"name", *(field for field in ("designer", "calibre") if item[field])}
        verified = source == OWN_CLASS or facts <= set(supported)
        out_items.append(
            item | {"supported": "; ".join(supported), "source": source, "verified": "yes" if verified else "no"}
        )
        made = [*_from_list(item, entry, known), *_from_register(item, register, known)]
        if entry and not any(row["source"] == WIKIPEDIA for row in made):
            doubts.append(f"{item['id']}: the list of firearms gives {entry.states}, the table does not")
        out_productions += [*made, *known]
    return out_items, out_productions, doubts


def _best(item: dict[str, str], entries: list[Firearm]) -> Firearm | None:
    """The entry of that name that agrees with the row in most facts."""
    return max(entries, key=lambda entry: len(_agreement(item, entry)), default=None)


def _agreement(item: dict[str, str], entry: Firearm) -> list[str]:
    states = {state for state, _ in entry.states}
    agree = ["name"]
    if item["designer"] and set(item["designer"].split("+")) <= states:
        agree.append("designer")
    if item["calibre"] and calibre(item["calibre"]) in entry.calibres:
        agree.append("calibre")
    return agree


def _support(item: dict[str, str], entry: Firearm | None, register: dict[str, list[Supply]]) -> tuple[list[str], str]:
    if entry:
        return _agreement(item, entry), WIKIPEDIA
    designations = [name for name in item["sipri"].split("; ") if name and fold(name) in register]
    if designations:
        bore = re.match(r"(\d+) mm$", item["calibre"])
        named = bore and any(re.search(rf"\b{bore[1]}mm", name) for name in designations)
        return ["name", "class", *(["calibre"] if named else [])], SIPRI
    if not item["designer"] and not item["wikipedia"]:
        return [], OWN_CLASS
    return [], GENERAL


def _from_list(item: dict[str, str], entry: Firearm | None, known: list[dict[str, str]]) -> list[dict[str, str]]:
    if entry is None:
        return []
    rows: dict[str, dict[str, str]] = {}
    # The list has slips (a Russian shotgun under the United States): it confirms a maker, it does not add one.
    makers = {row["state"] for row in known} or set(item["designer"].split("+"))
    for state, exists in entry.states:
        if state not in makers:
            continue
        first, _, last = exists.partition("..")
        if entry.year and first <= entry.year <= (last or "9999"):
            first = entry.year
        when = first if first == last else f"{first}..{last}"
        rows.setdefault(state, _row(item, state, when, known, WIKIPEDIA))
    return list(rows.values())


def _from_register(
    item: dict[str, str], register: dict[str, list[Supply]], known: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Years of new supply by states that are known as makers (a supplier need not be one), and years of licensed
    production as the register has them."""
    makers = {row["state"] for row in known}
    years: dict[tuple[str, bool], list[int]] = {}
    for name in item["sipri"].split("; "):
        for line in register.get(fold(name), ()):
            if line.licensed or line.state in makers:
                years.setdefault((line.state, line.licensed), []).append(line.year)
    rows = []
    for (state, licensed), span in sorted(years.items()):
        when = f"{min(span)}..{max(span)}" if min(span) < max(span) else str(min(span))
        row = _row(item, state, when, known, SIPRI)
        rows.append(row | {"licensed": "yes"} if licensed else row)
    return rows


def _row(item: dict[str, str], state: str, when: str, known: list[dict[str, str]], source: str) -> dict[str, str]:
    licensed = any(row["state"] == state and row["licensed"] == "yes" for row in known)
    return {
        "item": item["id"],
        "state": state,
        "when": when,
        "licensed": "yes" if licensed else "no",
        "source": source,
        "verified": "yes",
    }


def read(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def text(rows: list[dict[str, str]]) -> str:
    """Rows as the text of a table."""
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> int:
    """Check or write; the number of differing tables decides the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with weapons/ and sipri/")
    parser.add_argument("--write", action="store_true", help="bring the tables up to date")
    options = parser.parse_args()
    items, productions, doubts = derive(
        read("items.csv"), read("items_productions.csv"), firearms(options.data), supplies(options.data)
    )
    fresh = {"items.csv": text(items), "items_productions.csv": text(productions)}
    descriptions = (TABLES / "sipri_descriptions.csv").read_text(encoding="utf-8")
    build(fresh["items.csv"], fresh["items_productions.csv"], descriptions).check()
    for doubt in doubts:
        print(doubt)
    stale = [name for name, new in fresh.items() if new != (TABLES / name).read_text(encoding="utf-8")]
    if options.write:
        for name in stale:
            (TABLES / name).write_text(fresh[name], encoding="utf-8")
    print(f"{len(items)} rows, {len(productions)} productions; differing: {', '.join(stale) or 'none'}")
    return 0 if options.write or not stale else 1


if __name__ == "__main__":
    sys.exit(main())
