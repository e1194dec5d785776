"""Arms embargoes: target, territory, goods, exemptions and dates; never a flag on a country.

``target`` is :data:`WHOLE_TERRITORY`, :data:`NON_GOVERNMENTAL`, :data:`EXPORTS_FROM` (the embargo binds the territory
as a supplier), the id of a party (a named group) or words where the embargo names a list. ``territory`` is the id of a
state, several joined with ``+``, or empty where a group is bound wherever it is. An open end means that no source
that was read records the lifting. Where sources contradict each other, there is a record for each (``…-b``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from takingstock.records import DateRange, Embargo, Exemption
from takingstock.reference import tables

TABLES = ("embargoes.csv", "embargo_exemptions.csv", "eu_members.csv", "arab_league_members.csv")
WHOLE_TERRITORY = "whole territory"
NON_GOVERNMENTAL = "non-governmental forces"
EXPORTS_FROM = "exports from the territory"
_NOT_BINDING = ("not mandatory", "not a ban")
_POLITICAL = ("political agreement", "political declaration")

Fit = Literal["within", "may overlap"]


@lru_cache(maxsize=1)
def embargoes() -> tuple[Embargo, ...]:
    """Every record of the table, in its order."""
    exempted: dict[str, list[Exemption]] = defaultdict(list)
    sources: dict[str, list[str]] = defaultdict(list)
    unsure: set[str] = set()
    for row in tables.read("embargo_exemptions.csv"):
        when = DateRange.parse(row["when"])
        exempted[row["embargo"]].append(Exemption(when=when, condition=row["condition"], reference=row["reference"]))
        sources[row["embargo"]].append(f"exemption by {row['reference']}: {row['source']}")
        if row["verified"] != "yes":
            unsure.add(row["embargo"])
    return tuple(
        Embargo(
            id=row["id"],
            body=row["body"],
            target=row["target"],
            territory=row["territory"],
            scope=row["scope"],
            when=DateRange.parse(row["when"]),
            reference=row["reference"],
            exemptions=tuple(exempted[row["id"]]),
            source="; ".join([row["source"], *sources[row["id"]]]),
            verified=row["verified"] == "yes" and row["id"] not in unsure,
            note=row["note"],
        )
        for row in tables.read("embargoes.csv")
    )


def with_own(own: Iterable[Embargo]) -> tuple[Embargo, ...]:
    """The table with a case's own embargoes, which stand for those of the same id, in a stable order."""
    held = {embargo.id: embargo for embargo in own}
    kept = (embargo for embargo in embargoes() if embargo.id not in held)
    return (*kept, *(held[id_] for id_ in sorted(held)))


def version() -> str:
    """SHA-256 (hex) of the tables."""
    return tables.digest(*TABLES)


def applicable(
    table: Iterable[Embargo], territory: str, when: DateRange, *, as_supplier: bool = False
) -> tuple[tuple[Embargo, Fit], ...]:
    """The embargoes on ``territory`` (id of a state, joined ids, or id of a named group) that may cover ``when``.

    "within": every possible day lies inside the embargo; "may overlap": some may, so the date, or which of the joined
    states is meant, has to be found out. Bans on exports *from* a territory are left out unless ``as_supplier``, and
    then nothing else is given. Who is bound (``target``) and what is exempt stay for the caller to judge."""
    asked = set(territory.split("+")) - {""}
    found: list[tuple[Embargo, Fit]] = []
    for embargo in table:
        covered = {*embargo.territory.split("+"), embargo.target} & asked
        if not covered or (embargo.target == EXPORTS_FROM) is not as_supplier:
            continue
        if fit := fits(embargo.when, when):
            found.append((embargo, fit if covered == asked else "may overlap"))
    return tuple(found)


def exemptions(embargo: Embargo, when: DateRange) -> tuple[tuple[Exemption, Fit], ...]:
    """The exemptions of one embargo that may be open at ``when``, with the same two words."""
    return tuple(
        (exemption, fit) for exemption in embargo.exemptions if (fit := fits(exemption.when, when)) is not None
    )


def binding(embargo: Embargo) -> bool:
    """Whether states are bound; False where the body only called for it or its members only undertook it."""
    political = any(words in embargo.note.casefold() for words in _POLITICAL)
    return not political and not any(words in embargo.scope for words in _NOT_BINDING)


def fits(period: DateRange, when: DateRange) -> Fit | None:
    """How a date lies to a period: inside, possibly inside, or outside (None)."""
    if not period.overlaps(when):
        return None
    return "within" if when.known and when.within(period) else "may overlap"
