"""Makes the shipped tables of indicators and of land borders from the data they come from.

    python scripts/make_indicators.py DATA_FOLDER            # says what differs (exit code 1 if anything does)
    python scripts/make_indicators.py DATA_FOLDER --write    # brings the tables up to date

DATA_FOLDER holds ``indicators/`` (the Corruption Perceptions Index and UCDP deaths as downloaded). Borders come from
the map that ships with the report (Natural Earth, by way of world-atlas): two states are neighbours where their
outlines share a line.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from takingstock.records import DateRange, PartyKind
from takingstock.reference.parties import directory

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "src" / "takingstock" / "reference" / "data"
MAP = ROOT / "src" / "takingstock" / "report" / "assets" / "vendor" / "countries-110m.json"

# Spellings of the two downloads that the directory of parties does not know.
SPELLINGS = {
    "Australias": "AUS",
    "Congo  Republic": "COG",
    "Congo Republic": "COG",
    "Congo, Republic": "COG",
    "Congo. Republic": "COG",
    "Congo. Republic of": "COG",
    "Congo, Democratic Republic": "COD",
    "Congo. Democratic Republic": "COD",
    "Cote d´Ivoire": "CIV",
    "Côte d´Ivoire": "CIV",
    "Czech Rep.": "CZE",
    "Czech Republik": "CZE",
    "Dominican Rep": "DOM",
    "Dominican Rep.": "DOM",
    "FYR Macedonia": "MKD",
    "Kuweit": "KWT",
    "Luxemburg": "LUX",
    "Moldovaa": "MDA",
    "Taijikistan": "TJK",
    "The FYR of Macedonia": "MKD",
    "Unit.Kingd.": "GBR",
    "Palestinian Authority": "PSE",
    # UCDP keeps one name for a state through unions and divisions.
    "Yemen Arab Republic": "YEM",
}
# UCDP writes the name that a state has today; until these years another state held the place.
UNTIL = {"Russia": ((1991, "SUN"),), "Serbia": ((1991, "YUG"), (2005, "SCG"))}
# Rows about several states, about none, or about a territory that the directory does not list.
LEFT_OUT = {"Belgium/Luxembourg", "GLOBAL AVARAGE", "Puerto Rico"}

NATURAL_EARTH = "shared outline in Natural Earth 1:110m, by way of world-atlas 2.0.2 (public domain)"
LIST = "Country Borders List, https://github.com/geodatasource/country-borders (CC BY-SA 4.0)"
# Parts that the map draws apart, as they stand in the directory of parties.
PARTS = {"N. Cyprus": "CYP", "Somaliland": "SOM", "Kosovo": "XKX"}
# Too short or too small for the map's scale.
SHORT = ("AND ESP", "AND FRA", "AUT LIE", "AZE TUR", "CHE LIE", "EGY PSE", "ESP MAR", "FRA MCO", "ITA SMR", "ITA VAT")
ISLANDS = (
    "ATG",
    "BHR",
    "BRB",
    "COM",
    "CPV",
    "DMA",
    "FSM",
    "GRD",
    "KIR",
    "KNA",
    "LCA",
    "MDV",
    "MHL",
    "MLT",
    "MUS",
    "NRU",
)
ISLANDS += ("PLW", "SGP", "STP", "SYC", "TON", "TUV", "VCT", "WSM")
# Borders of a state before a part of it became a state: that part's, up to the day before.
BEFORE = {"SSD": ("SDN", "..2011-07-08"), "XKX": ("SRB", "2006-06-03..2008-02-16")}

Row = tuple[str, ...]


def cpi(folder: Path) -> Iterator[Row]:
    """State, year and score of 0 to 10. A missing score is written 0.0 in the download; several spellings of one state
    are rows of their own, each with some of the years."""
    found: dict[tuple[str, int], set[float]] = defaultdict(set)
    with (folder / "indicators" / "cpi.csv").open(encoding="cp1252", newline="") as file:
        for row in csv.DictReader(file):
            name = row.pop("country")
            if name in LEFT_OUT:
                continue
            for year, cell in row.items():
                if float(cell) > 0:
                    found[state(name, year), int(year)].add(float(cell))
    for (id, year), values in sorted(found.items()):
        if len(values) > 1:
            raise SystemExit(f"cpi: {id} {year} has several scores: {sorted(values)}; look at the download")
        yield "cpi", id, str(year), f"{values.pop():g}"


def deaths(folder: Path) -> Iterator[Row]:
    """State, year and best estimate of deaths; only country-years with an event are in the download."""
    with (folder / "indicators" / "owid_ucdp_deaths_by_country.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    total: dict[tuple[str, int], float] = {}
    for name, year, value in rows:
        key = state(name, year), int(year)
        if key in total:
            raise SystemExit(f"ucdp: {key} stands twice; look at the download")
        total[key] = float(value)
    for (id, year), value in sorted(total.items()):
        yield "ucdp-deaths", id, str(year), f"{value:g}"


def state(name: str, year: str) -> str:
    """The id of the state (or listed territory) at that year; SystemExit where nobody is found."""
    if name in SPELLINGS:
        return SPELLINGS[name]
    for last, id in UNTIL.get(name, ()):
        if int(year) <= last:
            return id
    party = directory().find(name.strip(), DateRange.parse(year))
    if party is None:
        raise SystemExit(f"nobody is called {name!r} in {year}; add the spelling to scripts/make_indicators.py")
    return party.id


def borders() -> Iterator[Row]:
    """Each pair once, with the time for which both states exist; a state without any has a row with nobody."""
    known = directory()
    numeric = {dict(party.codes).get("numeric"): party.id for party in known.all() if party.kind is PartyKind.STATE}
    sides: dict[int, set[str]] = defaultdict(set)
    mapped: set[str] = set()
    for shape in json.loads(MAP.read_text(encoding="utf-8"))["objects"]["countries"]["geometries"]:
        id = PARTS.get(shape["properties"]["name"]) or numeric.get(shape.get("id"))
        if id:
            mapped.add(id)
            for line in lines(shape["arcs"]):
                sides[line].add(id)
    pairs = {(min(pair), max(pair)): NATURAL_EARTH for pair in sides.values() if len(pair) == 2}
    for short in SHORT:
        one, other = short.split()
        pairs[one, other] = LIST
    rows = [(*pair, str(both(*pair)), source) for pair, source in pairs.items()]
    for part, (whole, when) in BEFORE.items():
        near = {other for pair in pairs if part in pair for other in pair} - {part, whole}
        near -= {other for pair in pairs if whole in pair for other in pair}
        rows += [(*sorted((whole, one)), when, f"border of {part}, a part of {whole} until then; {NATURAL_EARTH}")
                 for one in near]  # fmt: skip
    met = {id for pair in pairs for id in pair}
    rows += [(id, "", "", NATURAL_EARTH) for id in mapped - met]
    rows += [(id, "", "", LIST) for id in ISLANDS if id not in mapped]
    return iter(sorted(rows))


def lines(arcs: Any) -> Iterator[int]:
    """The numbers of the lines of a shape, whichever way they are walked."""
    if isinstance(arcs, int):
        yield arcs if arcs >= 0 else ~arcs
    else:
        for one in arcs:
            yield from lines(one)


def both(one: str, other: str) -> DateRange:
    """When two states exist at once."""
    a, b = directory().get(one).exists, directory().get(other).exists
    firsts = [day for day in (a.first, b.first) if day]
    lasts = [day for day in (a.last, b.last) if day]
    return DateRange(first=max(firsts, default=None), last=min(lasts, default=None))


def text(header: str, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def tables(folder: Path) -> dict[str, str]:
    """File name and text of every table."""
    figures = "measure,state,year,value"
    return {
        "indicators/cpi.csv": text(figures, cpi(folder)),
        "indicators/ucdp_deaths.csv": text(figures, deaths(folder)),
        "borders.csv": text("one,other,when,source", borders()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    differ = 0
    for name, wanted in tables(given.folder).items():
        path = TABLES / name
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        differ += 1
        print(f"{name} {'written' if given.write else 'differs; run with --write'}")
        if given.write:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted, encoding="utf-8", newline="\n")
    return 0 if given.write or not differ else 1


if __name__ == "__main__":
    sys.exit(main())
