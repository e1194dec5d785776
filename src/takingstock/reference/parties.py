"""The directory of parties: states with time bounds and successors, non-state and "unknown" actors.

A state keeps its id through a change of name or regime (Zaire is ``COD``, Burma ``MMR``); a new id starts where
territory was divided or united (``SUN``, ``YUG``, ``SCG``, ``CSK``, ``DDR``, ``YAR``, ``YMD``, ``VDR``, ``RVN``,
``UAR``). Where a source or a date does not tell states apart, the answer is a joined id (``RUS+SUN``), no guess.
A state without bounds began or ended neither by division nor by union: it is taken to exist at every date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from takingstock.records import BadValueError, DateRange, Party, PartyKind, UnknownNameError, canonical_json
from takingstock.reference import names, party_tables, tables, territories
from takingstock.reference.party_tables import Index, Use

JOIN = "+"


class Directory:
    """Look-ups over the reference parties and a case's own; a case's party of the same id replaces ours, and its
    names come before ours. Read-only."""

    def __init__(self, extra: Iterable[Party] = ()) -> None:
        self._tables = party_tables.load()
        self._own = {party.id: party for party in extra}
        for id in self._own:
            if JOIN in id:
                raise BadValueError(f"party id {id!r} may not hold '{JOIN}', which joins states; choose another id")
        self._parties = self._tables.parties | self._own
        self._own_names = party_tables.own(self._own.values())
        self._joined: dict[str, Party] = {}

    def get(self, id: str) -> Party:
        """The party of this id; joined ids (``RUS+SUN``) and former ISO codes (``ZAR`` is ``COD``) are understood.

        Raises UnknownNameError with suggestions."""
        party = self._parties.get(id) or self._parties.get(self._tables.former.get(id, "")) or self._join(id)
        if party is None:
            raise UnknownNameError(self._unknown(id))
        return party

    def has(self, id: str) -> bool:
        """Whether :meth:`get` knows the id."""
        return id in self._parties or id in self._tables.former or self._join(id) is not None

    def all(self) -> tuple[Party, ...]:
        """Every party, the reference tables first; joined ids are not listed."""
        return tuple(self._parties.values())

    @property
    def version(self) -> str:
        """SHA-256 (hex) of the reference tables and of the case's own parties, if any."""
        if not self._own:
            return self._tables.version
        own = [party.canonical() for _, party in sorted(self._own.items())]
        return tables.sha256(canonical_json([self._tables.version, own]))

    def find(self, text: str, when: DateRange = DateRange()) -> Party | None:
        """The party that ``text`` names: id, name, alias, SIPRI or UN spelling, name in another language.

        A name that fits several parties goes by date; where the date cannot tell two states apart, the answer is
        their joined id ("Yugoslavia" in 1992 is ``SCG+YUG``, so is "Yugoslavia" without a date). A name outside its
        dates still finds its party when no other claims it ("Russia" in 1985 is ``RUS``: see :meth:`alive`). States
        with a stroke between them are joined ("Russia/USSR"). None: unknown, or several parties that are no states."""
        text = text.strip()
        if not text:
            return None
        if self.has(text):
            return self.get(text)
        ids = self._candidates(text, when)
        if ids:
            return self._parties[ids[0]] if len(ids) == 1 else self._join(JOIN.join(ids))
        if "/" in text:
            parts = [self.find(part, when) for part in text.split("/")]
            if all(part and part.kind is PartyKind.STATE for part in parts):
                return self._join(JOIN.join(part.id for part in parts if part))
        return None

    def resolve(self, text: str, when: DateRange = DateRange()) -> Party:
        """As :meth:`find`. Raises UnknownNameError: with suggestions, or with the parties that the name fits."""
        party = self.find(text, when)
        if party:
            return party
        ids = self._candidates(text.strip(), when)
        if ids:
            raise UnknownNameError(f"{text!r} fits several parties: {', '.join(ids)}; write the id of the one meant")
        raise UnknownNameError(self._unknown(text))

    def suggest(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """Ids whose English names are nearest to ``text`` (rapidfuzz, at least 75 of 100)."""
        from rapidfuzz import fuzz, process

        known = {form: hits for index in self._plain() for form, hits in index.items() if not form.startswith("#")}
        scored = process.extract(names.key(text), list(known), scorer=fuzz.ratio, limit=4 * limit, score_cutoff=75)
        return tuple(dict.fromkeys(hit.party for form, _, _ in scored for hit in known[form]))[:limit]

    def part_of(self, a: str, b: str) -> bool:
        """Whether ``a`` belongs to ``b`` at any depth; a party is not part of itself."""
        return a != b and b in self._above(a)

    def country(self, id: str) -> str | None:
        """Id of the home state; a state is its own. None for joined ids and for parties without a home state.

        Raises UnknownNameError."""
        party = self.get(id)
        if JOIN in party.id:
            return None
        for party_id in (party.id, *self._above(party.id)):
            upper = self._parties.get(party_id)
            if upper and (upper.kind is PartyKind.STATE or upper.country):
                return upper.id if upper.kind is PartyKind.STATE else upper.country
        return None

    def name(self, id: str, lang: str = "en") -> str:
        """The name for print in ``lang`` (a CLDR language code such as ``ar`` or ``zh_Hant``); English where that
        language has none. Raises UnknownNameError."""
        party = self.get(id)
        if JOIN in party.id:
            return " / ".join(self.name(part, lang) for part in party.id.split(JOIN))
        if lang == "en":
            return party.name
        alpha2 = dict(party.codes).get("alpha-2")
        return dict(party.names).get(lang) or (territories.name(alpha2, lang) if alpha2 else None) or party.name

    def alive(self, id: str, when: DateRange) -> bool | None:
        """Whether the party existed: True on every day of ``when``, False on none, None where it cannot be known.

        Raises UnknownNameError."""
        exists = self.get(id).exists
        if not exists.overlaps(when):
            return False
        return True if not exists.known or when.within(exists) else None

    def successors(self, id: str) -> tuple[str, ...]:
        """Ids of the states that followed on the territory. Raises UnknownNameError."""
        return self.get(id).successors

    def predecessors(self, id: str) -> tuple[str, ...]:
        """Ids of the states that this one followed. Raises UnknownNameError."""
        wanted = self.get(id).id
        return tuple(party.id for party in self._parties.values() if wanted in party.successors)

    def _plain(self) -> tuple[Index, ...]:
        return self._own_names, self._tables.names

    def _foreign(self) -> Iterator[Index]:
        for language in territories.LANGUAGES:
            yield party_tables.foreign(language)

    def _candidates(self, text: str, when: DateRange) -> tuple[str, ...]:
        """Ids that the name fits at that date, sorted. English before the other languages, which are read one by one
        when their turn comes; within each, a name in its dates before a name outside them."""
        forms = names.forms(text)
        for in_its_dates in (True, False):
            for index in self._plain():
                if ids := _fitting(index, forms, when, in_its_dates):
                    return ids
        for index in self._foreign():
            if ids := _fitting(index, forms, when, True) or _fitting(index, forms, when, False):
                return ids
        code = text.upper()
        if text != code and code in self._tables.parties and len(code) == 3:
            return (code,)
        return ()

    def _join(self, id: str) -> Party | None:
        """The one party of several states, ids in any order; None where a part is no state."""
        ids = sorted(set(id.split(JOIN)))
        parts = [party for part in ids if (party := self._parties.get(part)) and party.kind is PartyKind.STATE]
        if len(parts) < len(ids):
            return None
        if len(parts) == 1:
            return parts[0]
        joined = JOIN.join(ids)
        if joined not in self._joined:
            exists = parts[0].exists
            for part in parts[1:]:
                exists = exists.joined(part.exists)
            self._joined[joined] = Party(
                id=joined,
                name=" / ".join(part.name for part in parts),
                kind=PartyKind.STATE,
                exists=exists,
                source="; ".join(dict.fromkeys(part.source for part in parts)),
                verified=all(part.verified for part in parts),
                remark="the source does not say which of these states",
            )
        return self._joined[joined]

    def _above(self, id: str) -> tuple[str, ...]:
        """Every party that ``id`` belongs to, nearest first."""
        seen: dict[str, None] = {}
        party = self._parties.get(id)
        while party and party.part_of and party.part_of not in seen:
            seen[party.part_of] = None
            party = self._parties.get(party.part_of)
        return tuple(seen)

    def _unknown(self, text: str) -> str:
        near = self.suggest(text)
        hint = f"did you mean {', '.join(near)}?" if near else "check the spelling or add it to the sheet 'parties'"
        return f"unknown party: {text!r}; {hint}"


def _fitting(index: Index, forms: tuple[str, ...], when: DateRange, in_its_dates: bool) -> tuple[str, ...]:
    for form in forms:
        hits: tuple[Use, ...] = index.get(form, ())
        if in_its_dates:
            hits = tuple(hit for hit in hits if hit.when.overlaps(when))
            hits = tuple(hit for hit in hits if when.known and when.within(hit.when)) or hits
        if hits:
            return tuple(sorted({hit.party for hit in hits}))
    return ()


@lru_cache(maxsize=1)
def _reference() -> Directory:
    return Directory()


def directory(extra: Iterable[Party] = ()) -> Directory:
    """The reference parties and a case's own. Raises BadValueError for a party id that holds ``+``."""
    own = tuple(extra)
    return Directory(own) if own else _reference()
