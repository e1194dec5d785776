"""The log of the right of reply as JSON and as rows."""

from __future__ import annotations

from takingstock.verbs.contact import ContactAdded, ContactsListed
from takingstock.verbs.shapes.figures import Json, Table

_SHOWN = 6


def contact_added_json(made: ContactAdded) -> Json:
    """``{contact, words, revision}``."""
    value: Json = made.model_dump(mode="json")
    return value


def contacts_json(found: ContactsListed) -> Json:
    """``{revision, to_ask, asked, replied, never, parties: [{party, kind, state, through, mentions, entries}]}``."""
    names = dict(found.names)
    return {
        "revision": found.revision,
        "to_ask": found.to_ask,
        "asked": found.asked,
        "replied": found.replied,
        "never": found.never,
        "parties": [
            one.model_dump(mode="json") | {"name": names.get(one.party, one.party), "state": one.state}
            for one in found.parties
        ],
    }


def contacts_table(found: ContactsListed, *, brief: bool = False) -> Table:
    """One row a party. ``brief``: the first records that name it, and how many more."""
    names = dict(found.names)
    head = ("party", "name", "kind", "state", "named as", "named in", "last", "what was said")
    rows = []
    for one in found.parties:
        records = list(dict.fromkeys(mention.record for mention in one.mentions))
        where = "; ".join(records[:_SHOWN] if brief else records)
        if brief and len(records) > _SHOWN:
            where += f" and {len(records) - _SHOWN} more"
        last = one.entries[-1] if one.entries else None
        rows.append(
            (
                one.party,
                names.get(one.party, one.party),
                one.kind.value,
                f"asked through {one.through}" if one.state == "asked-through" else one.state,
                ", ".join(dict.fromkeys(mention.role for mention in one.mentions)),
                where,
                f"{last.kind.value} {last.when}" if last else "",
                last.text if last else "",
            )
        )
    return head, rows
