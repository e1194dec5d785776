"""Doubles: which movements of a ledger may be one transfer told by several sources and are not linked, as groups of
keys. What a person holds apart is none."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Ledger
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy


def possible_doubles(ledger: Ledger, directory: Directory, taxonomy: Taxonomy) -> tuple[frozenset[str], ...]:
    """What ``link list`` proposes of deliveries, and pairs of official reports that differ in number
    (:func:`takingstock.audit.retold`). ``ledger`` is as linked."""
    from takingstock.audit import retold
    from takingstock.linkage.blocking import kept_apart, members_of
    from takingstock.linkage.transfers import open_doubles
    from takingstock.linkage.transfers_suggested import SHOWN

    found = [frozenset(one.movements) for one in open_doubles(ledger, directory, taxonomy, least=SHOWN)]
    apart, members = kept_apart(ledger.linkings), members_of(ledger)
    of = {member: row.movement for row in ledger.statements for member in members(row.movement)} if apart else {}
    held = {frozenset((of.get(a, a), of.get(b, b))) for a, b in apart}
    found += [pair for pair in retold(ledger, taxonomy, directory) if pair not in held]
    return tuple(dict.fromkeys(found))


def words(groups: tuple[frozenset[str], ...], folder: Path | str = "CASE") -> str:
    """What to know of them, as a sentence; nothing where there are none."""
    if not groups:
        return ""
    keys = frozenset[str]().union(*groups)
    return (
        f"{len(keys):,} movements may be fewer transfers, told by several sources and not linked: sums count them once "
        f"at least and together at most, and each finding names its own; see link list {folder}, link merge, link apart"
    )
