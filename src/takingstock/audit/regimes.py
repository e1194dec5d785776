"""Regimes: which records of a table speak of one and the same embargo, so that it is named once, with all of them.

One embargo: records that contradict each other on purpose (``eu-iraq-1990`` and ``eu-iraq-1990-b``), and a record of
the case's own beside one of the reference tables: the same body, territory or named party, target and first day. A list
that does not say the target, the goods or the exemptions speaks only of dates; whether anybody is bound, who, and to
what, the record that says it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from takingstock.records import Embargo
from takingstock.reference.embargoes import EXPORTS_FROM, binding
from takingstock.reference.scope import suspended, unstated


def regimes(table: Iterable[Embargo]) -> dict[str, str]:
    """For the id of every record the name of its embargo: the id of the first record of it that says its target."""
    names: dict[str, str] = {}
    leads: list[Embargo] = []
    for embargo in sorted(table, key=unstated):
        own = embargo.id.removesuffix("-b")
        same = next((lead for lead in leads if _same(lead, embargo)), None)
        if own in names.values():
            names[embargo.id] = own
        elif same is not None:
            names[embargo.id] = names[same.id]
        else:
            names[embargo.id] = own
            leads.append(embargo)
    return names


def grouped(table: Iterable[Embargo]) -> dict[str, tuple[Embargo, ...]]:
    """The records of each embargo that binds states, those that say their target first, verified ones before others."""
    rows = tuple(table)
    names = regimes(rows)
    ordered = sorted(enumerate(rows), key=lambda row: (names[row[1].id], unstated(row[1]), not row[1].verified, row[0]))
    found = {name: tuple(e for _, e in group) for name, group in groupby(ordered, key=lambda row: names[row[1].id])}
    return {name: records for name, records in found.items() if binding(records[0])}


def differ(records: Iterable[Embargo]) -> bool:
    """Whether the records give one embargo different dates, or times of suspension."""
    return len({(e.when, tuple(x.when for x in e.exemptions if suspended(x))) for e in records}) > 1


def _same(one: Embargo, other: Embargo) -> bool:
    if one.body != other.body or one.when.first is None or one.when.first != other.when.first:
        return False
    if unstated(other) and one.target != EXPORTS_FROM:
        mine, theirs = set(one.territory.split("+")), set(other.territory.split("+"))
        return other.territory != "" and theirs <= mine
    return one.target == other.target and (one.territory == other.territory or not (one.territory and other.territory))
