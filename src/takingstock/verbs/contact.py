"""contact: the log of the right of reply: who is named in the case, who was asked, and what they said."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from takingstock.records import BadValueError, Contact, ContactKind, DateRange, Record, UnknownNameError
from takingstock.report.named import NamedParty, named
from takingstock.verbs.desk import at_desk
from takingstock.verbs.filled import chosen, filled


class ContactAdded(Record):
    """The entry; ``words``: what to know of it."""

    contact: Contact
    words: tuple[str, ...] = ()
    revision: int = 0


class ContactsListed(Record):
    """The parties with their entries, by id; ``names`` of parties for people. The numbers are of all parties that are
    named and to be asked, whatever was asked to be listed."""

    revision: int
    parties: tuple[NamedParty, ...]
    names: tuple[tuple[str, str], ...]
    to_ask: int
    asked: int
    replied: int
    never: int


def add(
    folder: Path,
    party: str,
    kind: str,
    *,
    when: str,
    person: str,
    channel: str = "",
    about: str = "",
    deadline: str = "",
    text: str = "",
    reference: str = "",
) -> ContactAdded:
    """Write what happened: asked, reminded, replied, declined, no-address. ``about`` are ids of statements, movements
    or sightings, parted by ``;`` (default: everything that names the party). The id is made of the entry, so that the
    same one twice is one row.

    Raises NotACaseError, UnknownNameError for a party or id that the case does not have, BadValueError for a kind that
    is none, no date, a reply or question without its text, and a reminder to somebody who was never asked."""
    from takingstock.case import Rows, open_case

    what = chosen(ContactKind, kind, "the kind")
    date = DateRange.parse(when)
    if not date.known:
        raise BadValueError("an entry needs its date; give --when")
    if date.first and date.first > datetime.now(UTC).date():
        raise BadValueError(f"{when} lies ahead; log what has happened")
    until = DateRange.parse(deadline)
    if until.last and date.first and until.last < date.first:
        raise BadValueError(f"the deadline {deadline} lies before {when}; mend one of the two")
    if what is ContactKind.REPLIED and not text.strip():
        raise BadValueError("a reply is logged with what they said, which the report prints; give --text")
    with at_desk(folder) as desk:
        id_ = desk.party(party)
        every = {one.party: one for one in named(desk.ledger, desk.directory)}
        before = every[id_].entries if id_ in every else ()
        if what is ContactKind.REMINDED and not any(one.kind is ContactKind.ASKED for one in before):
            raise BadValueError(f"{id_} was never asked; log that first: contact add CASE {id_} asked --when …")
        ids = tuple(dict.fromkeys(part.strip() for part in about.split(";") if part.strip()))
        known = {
            row.id for table in (desk.ledger.statements, desk.ledger.sightings, desk.ledger.counts) for row in table
        }
        known |= {one.movement for one in desk.ledger.statements}
        if unknown := [one for one in ids if one not in known]:
            raise UnknownNameError(f"no statement, movement, sighting or count {', '.join(unknown)} in the case")
        mentions = every[id_].mentions if id_ in every else ()
        row = Contact(
            id="",
            party=id_,
            kind=what,
            when=date,
            person=filled(person, "--by"),
            channel=channel.strip(),
            about=ids or tuple(dict.fromkeys(one.record for one in mentions if one.table != "payments")),
            deadline=DateRange.parse(deadline),
            text=text.strip(),
            reference=reference.strip(),
        )
    row = row.model_copy(update={"id": f"co-{hashlib.sha256(row.canonical().encode()).hexdigest()[:12]}"})
    words = () if mentions else (f"nothing in the case names {id_}; the entry is kept all the same",)
    with open_case(folder) as case:
        case.write(Rows(contacts=(row,)), actor=person, reason=f"right of reply: {id_} {what.value}")
        return ContactAdded(contact=row, words=words, revision=case.revision)


def contacts(folder: Path, *, missing: bool = False, party: str = "") -> ContactsListed:
    """Every party that the case names, where, and what its log says; ``missing``: only those that are to be asked and
    were not. Of sightings that rest on evidence only what is released names anybody.

    Raises NotACaseError, UnknownNameError."""
    with at_desk(folder) as desk:
        every = named(desk.ledger, desk.directory)
        own = desk.party(party) if party else None
        names = tuple((one.party, desk.directory.name(one.party)) for one in every if desk.directory.has(one.party))
        revision = desk.ledger.revision
    due = [one for one in every if one.to_ask and one.mentions]
    shown = [one for one in every if own is None or one.party == own]
    if missing:
        shown = [one for one in shown if one.never_asked and one.mentions]
    return ContactsListed(
        revision=revision,
        parties=tuple(shown),
        names=names,
        to_ask=len(due),
        asked=sum(one.asked for one in due),
        replied=sum(one.has(ContactKind.REPLIED) for one in due),
        never=sum(one.never_asked for one in due),
    )
