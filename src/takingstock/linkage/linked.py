"""linked: the ledger read as its standing linkings say, so that one transfer stands under one key.

Statements are not changed in the case; only the key they are read under is. Rule: splits first (a statement leaves its
movement for the split's key), then merges, transitively; of merged movements the smallest key stands; then a whole is
read as its parts (`linked_parts`). ``apart`` has no effect here: it keeps a rule from merging.
"""

from __future__ import annotations

from collections.abc import Iterable

from scipy.cluster.hierarchy import DisjointSet

from takingstock.linkage.linked_parts import in_parts, standing_parts
from takingstock.records import Ledger, Linking, LinkKind


def linked(ledger: Ledger) -> Ledger:
    """The ledger with each statement under the key that its standing linkings give; itself where there are none."""
    standing = [one for one in ledger.linkings if not one.withdrawn and one.kind is not LinkKind.APART]
    if not standing:
        return ledger
    leaving = {
        (movement, statement): one.into
        for one in standing
        if one.kind is LinkKind.SPLIT
        for movement in one.movements
        for statement in one.statements
    }
    keys = merged_keys(standing)
    statements = []
    for statement in ledger.statements:
        own = leaving.get((statement.movement, statement.id), statement.movement)
        key = keys.get(own, own)
        statements.append(statement if key == statement.movement else statement.model_copy(update={"movement": key}))
    links = tuple(
        link.model_copy(
            update={"receipt": keys.get(link.receipt, link.receipt), "issue": keys.get(link.issue, link.issue)}
        )
        if {link.receipt, link.issue} & keys.keys()
        else link
        for link in ledger.marklinks
    )
    read = ledger.model_copy(update={"statements": tuple(statements), "marklinks": links})
    return in_parts(read, standing_parts(standing, keys))


def merged_keys(linkings: Iterable[Linking]) -> dict[str, str]:
    """For every movement key that a standing merge names, the key it is read under."""
    sets: DisjointSet = DisjointSet()
    for one in linkings:
        if one.withdrawn or one.kind is not LinkKind.MERGE:
            continue
        for key in one.movements:
            sets.add(key)
        for other in one.movements[1:]:
            sets.merge(one.movements[0], other)
    return {key: min(subset) for subset in sets.subsets() for key in subset}
