"""Marks as JSON and as rows."""

from __future__ import annotations

from takingstock.linkage.marks import Use
from takingstock.linkage.marks_links import Proposal
from takingstock.records import MarkLink, Quantity
from takingstock.verbs.marklinks import MarkLinks, MarksLinked
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


def mark_links_json(found: MarkLinks) -> Json:
    """``{revision, public, proposals: [{number, id, …, open, quantity, unit}], links: [{id, kind, mark, receipt, issue,
    quantity, unit, sightings, person, reason, withdrawn}]}``."""
    return {
        "revision": found.revision,
        "public": found.public,
        "proposals": [
            {"number": number, **one.model_dump(mode="json"), "open": one.open, **_counted(one.quantity)}
            for number, one in enumerate(found.proposals, 1)
        ],
        "links": [_link(one) for one in found.links],
    }


def mark_links_table(found: MarkLinks) -> Table:
    """One row a proposal, by its number, then one a link."""
    head = ("number", "state", "id", "kind", "mark", "receipt", "issue", "quantity", "sightings", "why", "who")
    rows: list[tuple[object, ...]] = []
    for number, one in enumerate(found.proposals, 1):
        state = "open" if one.open else "proposed"
        rows.append((number, state, *_ends(one), f"{one.reason}. {one.caution}", one.rule))
    for link in found.links:
        state = "withdrawn" if link.withdrawn else "stands"
        rows.append(("", state, *_ends(link), link.reason, link.person))
    return head, rows


def marks_linked_json(made: MarksLinked) -> Json:
    """``{revision, links, notes}``."""
    return {"revision": made.revision, "links": [_link(one) for one in made.links], "notes": list(made.notes)}


def marks_linked_table(made: MarksLinked) -> Table:
    """One row a link that was written."""
    head = ("state", "id", "kind", "mark", "receipt", "issue", "quantity", "sightings", "why", "who")
    return head, [
        ("withdrawn" if one.withdrawn else "stands", *_ends(one), one.reason, one.person) for one in made.links
    ]


def _ends(one: MarkLink | Proposal) -> tuple[str, ...]:
    issue = one.issue or "none on record"
    return (one.id, one.kind, one.mark, one.receipt, issue, str(one.quantity), "; ".join(one.sightings))


def _link(one: MarkLink) -> Json:
    return {**one.model_dump(mode="json"), **_counted(one.quantity)}


def _counted(quantity: Quantity) -> Json:
    return {"quantity": str(quantity), "unit": quantity.unit.value}
