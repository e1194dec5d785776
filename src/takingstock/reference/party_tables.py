"""The tables of parties as read: states, other actors, and names with the days on which they were in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from takingstock.records import DateRange, Party, PartyKind
from takingstock.reference import names, tables, territories

TABLES = ("states.csv", "actors.csv", "party_names.csv")


@dataclass(frozen=True, slots=True)
class Use:
    """One party under one name, and the days on which the name was in use for it."""

    party: str
    when: DateRange


Index = Mapping[str, tuple[Use, ...]]


@dataclass(frozen=True, slots=True)
class Tables:
    """``parties`` by id; ``names`` by :func:`names.forms`; ``former`` ISO codes of states that only changed name."""

    parties: dict[str, Party]
    names: Index
    former: dict[str, str]
    version: str


@lru_cache(maxsize=1)
def load() -> Tables:
    """Read the tables once."""
    rows = tables.read("party_names.csv")
    former = {row["name"]: row["id"] for row in rows if row["kind"] == "former-code"}
    named = [row for row in rows if row["kind"] != "former-code"]
    aliases: dict[str, list[str]] = defaultdict(list)
    tongues: dict[str, dict[str, str]] = defaultdict(dict)
    for row in named:
        if row["lang"] == "en":
            aliases[row["id"]].append(row["name"])
        elif row["kind"] == "name":  # for print; an alias in another language is only found
            tongues[row["id"]].setdefault(row["lang"], row["name"])
    parties: dict[str, Party] = {}
    for row in (*tables.read("states.csv"), *tables.read("actors.csv")):
        parties[row["id"]] = _party(row, former, tuple(aliases[row["id"]]), tuple(tongues[row["id"]].items()))
    uses = [(text, Use(party.id, party.exists)) for party in parties.values() for text in (party.id, party.name)]
    for row in named:
        when = DateRange.parse(row["when"])
        uses.append((row["name"], Use(row["id"], when if when.known else parties[row["id"]].exists)))
    return Tables(parties, index(uses), former, tables.digest(*TABLES))


@lru_cache(maxsize=64)
def foreign(language: str) -> Index:
    """The names that CLDR has for our states in one language; empty where it has none."""
    spelled = territories.names(language)
    uses = []
    for party in load().parties.values():
        text = spelled.get(dict(party.codes).get("alpha-2", ""))
        if text:
            uses.append((text, Use(party.id, party.exists)))
    return index(uses)


def own(parties: Iterable[Party]) -> Index:
    """The names of a case's own parties: id, name, aliases, names in other languages."""
    return index(
        (text, Use(party.id, party.exists))
        for party in parties
        for text in (party.id, party.name, *party.aliases, *(name for _, name in party.names))
    )


def index(uses: Iterable[tuple[str, Use]]) -> Index:
    """File each use under all forms of its name."""
    found: dict[str, dict[Use, None]] = defaultdict(dict)
    for text, use in uses:
        for form in names.forms(text):
            found[form][use] = None
    return {form: tuple(hits) for form, hits in found.items()}


def _party(
    row: dict[str, str], former: dict[str, str], aliases: tuple[str, ...], tongues: tuple[tuple[str, str], ...]
) -> Party:
    codes = [(code, row[code]) for code in ("alpha-2", "numeric") if row.get(code)]
    codes += [("former-alpha-3", code) for code, heir in former.items() if heir == row["id"]]
    return Party(
        id=row["id"],
        name=row["name"],
        kind=PartyKind(row["kind"]),
        part_of=row["part_of"] or None,
        country=row.get("country") or None,
        aliases=tuple(dict.fromkeys(aliases)),
        exists=DateRange.parse(row["exists"]),
        successors=tuple(part.strip() for part in row.get("successors", "").split(";") if part.strip()),
        codes=tuple(codes),
        names=tongues,
        source=row["source"],
        verified=row["verified"] == "yes",
        remark=row["remark"],
    )
