"""Named: every party that a case names, where, and what the log of the right of reply says of it. Pure.

To be asked are companies, organisations, states and what belongs to states (forces, units, depots, authorities): who
is named is asked before publication, an armed group and a party that is not known cannot be. A force counts as asked
where the state or command that it belongs to was. A state that is no more is not asked; its successors are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from takingstock.records import Contact, ContactKind, Ledger, Party, PartyKind, Record
from takingstock.report.model import Names

_STATES: Final = frozenset({PartyKind.STATE, PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT, PartyKind.AUTHORITY})
ASKABLE: Final = _STATES | {PartyKind.COMPANY, PartyKind.ORGANISATION}
_HANDLED: Final = frozenset({ContactKind.ASKED, ContactKind.REMINDED, ContactKind.REPLIED, ContactKind.DECLINED})
_ORDER: Final = list(ContactKind)


class Mention(Record):
    """Where a party is named: the table and id of the record, and as what (from, to, via, payer, holder, maker,
    designer, supplier, recoverer, alleged)."""

    table: str
    record: str
    role: str


class NamedParty(Record):
    """A party that the case names. ``entries`` are its own in the log, in order; ``through`` is the party above it that
    was asked in its place. ``company``: it is to be named in the report's notice. ``gone``: it is no more."""

    party: str
    kind: PartyKind
    mentions: tuple[Mention, ...]
    entries: tuple[Contact, ...] = ()
    through: str = ""
    gone: bool = False

    @property
    def to_ask(self) -> bool:
        return self.kind in ASKABLE and not self.gone

    @property
    def company(self) -> bool:
        return self.kind is PartyKind.COMPANY

    @property
    def asked(self) -> bool:
        """Whether somebody wrote to it, or to what it belongs to; an answer shows that it was asked."""
        return bool(self.through) or any(entry.kind in _HANDLED for entry in self.entries)

    def has(self, kind: ContactKind) -> bool:
        return any(entry.kind is kind for entry in self.entries)

    @property
    def never_asked(self) -> bool:
        """To be asked, and neither asked nor written down as having no address."""
        return self.to_ask and not self.asked and not self.has(ContactKind.NO_ADDRESS)

    @property
    def state(self) -> str:
        """How far it has come, in one word."""
        for kind in (ContactKind.REPLIED, ContactKind.DECLINED, ContactKind.REMINDED, ContactKind.ASKED):
            if self.has(kind):
                return kind.value
        if self.through:
            return "asked-through"
        if self.has(ContactKind.NO_ADDRESS):
            return ContactKind.NO_ADDRESS.value
        return "never-asked" if self.to_ask else "not-to-be-asked"


def named(ledger: Ledger, directory: Names) -> tuple[NamedParty, ...]:
    """Every party named by statements, sightings, counts, payments or incidents, by id; parties of the log that nobody
    names are among them, without a mention. Ids that join two states (``RUS+SUN``) name both."""
    mentions: dict[str, dict[tuple[str, str, str], None]] = {}
    for table, record, role, party in _all(ledger):
        for one in party.split("+"):
            mentions.setdefault(one, {})[(table, record, role)] = None
    entries: dict[str, list[Contact]] = {}
    for contact in ledger.contacts:
        entries.setdefault(contact.party, []).append(contact)
        mentions.setdefault(contact.party, {})
    written = {party for party, own in entries.items() if any(entry.kind in _HANDLED for entry in own)}
    found = []
    for party in sorted(mentions):
        known = directory.get(party) if directory.has(party) else None
        found.append(
            NamedParty(
                party=party,
                kind=known.kind if known else PartyKind.UNKNOWN,
                mentions=tuple(Mention(table=t, record=r, role=role) for t, r, role in mentions[party]),
                entries=tuple(sorted(entries.get(party, ()), key=_by_date)),
                through=_through(known, written, directory) if party not in written else "",
                gone=known is not None and known.exists.last is not None,
            )
        )
    return tuple(found)


def _through(party: Party | None, written: set[str], directory: Names) -> str:
    """The party that was asked in its place: what a state's force, unit, depot or authority belongs to."""
    if party is None or party.kind not in _STATES or party.kind is PartyKind.STATE:
        return ""
    above = [one for one in sorted(written) if directory.part_of(party.id, one)]
    home = directory.country(party.id)
    return above[0] if above else home if home and home in written else ""


def _by_date(contact: Contact) -> tuple[tuple[str, str], int, str]:
    return contact.when.sort_key, _ORDER.index(contact.kind), contact.id


def _all(ledger: Ledger) -> Iterable[tuple[str, str, str, str]]:
    for s in ledger.statements:
        alleged = "alleged" if s.allegation else ""
        named = [("from", s.from_party), ("to", s.to_party), ("payer", s.payer), *(("via", party) for party in s.via)]
        for role, party in (*named, ("maker", s.made_in)):
            if party:
                yield "statements", s.id, role, party
                if alleged and role != "maker":
                    yield "statements", s.id, alleged, party
    for o in ledger.sightings:
        roles = {
            "holder": o.holder, "maker": o.made_in, "designer": o.designed_in, "supplier": o.supplied_by,
            "recoverer": o.recoverer,
        }  # fmt: skip
        yield from (("sightings", o.id, role, party) for role, party in roles.items() if party)
    yield from (("counts", c.id, "holder", c.holder) for c in ledger.counts)
    for p in ledger.payments:
        yield from (
            ("payments", p.id, role, party) for role, party in (("from", p.from_party), ("to", p.to_party)) if party
        )
    yield from (("incidents", i.id, "alleged", party) for i in ledger.incidents for party in i.parties)
