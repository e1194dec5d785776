"""Marks as JSON and as rows."""

from __future__ import annotations

from takingstock.linkage.marks import Use
from takingstock.verbs.marks import MarksFound
from takingstock.verbs.shapes.figures import Json, Table


def marks_json(found: MarksFound) -> Json:
    """``{revision, asked, public, hits: [{match, why, taken, …use}], shared: [{kind, match, marks, taken, uses}],
    proposals: [{id, rule, kind, mark, receipt, issue, open, quantity, sightings, reason, caution}]}``."""
    return {
        "revision": found.revision,
        "asked": found.asked,
        "public": found.public,
        "hits": [
            {
                "match": hit.match.value,
                "why": hit.why,
                "taken": [one.model_dump() for one in hit.taken],
                **hit.use.model_dump(),
            }
            for hit in found.hits
        ],
        "shared": [
            {
                "kind": one.kind,
                "match": one.match.value,
                "marks": list(one.marks),
                "taken": [pair.model_dump() for pair in one.taken],
                "uses": [use.model_dump() for use in one.uses],
            }
            for one in found.shared
        ],
        "proposals": [
            one.model_dump(mode="json")
            | {"open": one.open, "quantity": str(one.quantity), "unit": one.quantity.unit.value}
            for one in found.proposals
        ],
    }


_USE = ("in", "record", "movement", "kind", "mark", "class", "holder", "when")


def hits_table(found: MarksFound) -> Table:
    """One row a mark that fits, best first."""
    names = dict(found.names)
    return ("match", *_USE, "why"), [(hit.match.value, *_use(hit.use, names), hit.why) for hit in found.hits]


def shared_table(found: MarksFound) -> Table:
    """One row for each record that bears a shared mark; ``group`` numbers the marks."""
    from takingstock.linkage.lookalikes import described

    names = dict(found.names)
    return ("group", "match", *_USE, "why"), [
        (number, one.match.value, *_use(use, names), described(one.taken))
        for number, one in enumerate(found.shared, 1)
        for use in one.uses
    ]


def proposals_table(found: MarksFound) -> Table:
    """One row a proposed link."""
    head = ("id", "kind", "mark", "receipt", "issue", "quantity", "sightings", "why", "caution")
    return head, [
        (
            one.id,
            one.kind,
            one.mark,
            one.receipt,
            one.issue or "none on record",
            f"{one.quantity}",
            "; ".join(one.sightings),
            one.reason,
            one.caution,
        )
        for one in found.proposals
    ]


def _use(use: Use, names: dict[str, str]) -> tuple[str, ...]:
    return (
        use.table,
        use.record,
        use.movement,
        use.kind,
        use.written,
        names.get(use.item, use.item),
        names.get(use.holder, use.holder),
        use.when,
    )
