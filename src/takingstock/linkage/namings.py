"""Names: what a name means in this case, from its standing namings, the tables, and the rules, in that order.

A person's naming comes before everything, then an exact alias of the tables, then what a rule said and still stands,
then what the rule says now. A naming for one usage comes before one for everybody; a usage is a path
(``sipri/tank``), so that one designation may mean different things under different descriptions. A rule's answer is
taken only where it lies below the broader class that the source gives.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from takingstock.linkage.designation import parse
from takingstock.linkage.designations import Designations
from takingstock.linkage.parties import PartyNames
from takingstock.linkage.suggestion import Suggestion
from takingstock.linkage.vocabulary import TYPE_WORDS
from takingstock.records import DateRange, NameKind, Naming, UnknownNameError
from takingstock.reference import names as spelling
from takingstock.reference.taxonomy import fold

if TYPE_CHECKING:
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy


_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")


@dataclass(frozen=True)
class Named:
    """``meaning`` is the id of a party or class, None where a person must say. ``naming`` is the row that the meaning
    rests on (None: an exact name of the tables, or only the broader class); ``new`` says that the rule made it just
    now and it must be written with what rests on it. ``candidates`` are the best suggestions where the name is not
    answered; ``why`` is one line for a person."""

    meaning: str | None
    naming: Naming | None = None
    candidates: tuple[Suggestion, ...] = ()
    new: bool = False
    why: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """What goes into ``Statement.namings``."""
        return (self.naming.id,) if self.naming else ()

    @property
    def rows(self) -> tuple[Naming, ...]:
        """What must be written with the row that rests on it."""
        return (self.naming,) if self.naming and self.new else ()


class Names:
    """One case's reading of names. Keeps what it has answered, as registers repeat themselves."""

    def __init__(self, taxonomy: Taxonomy, directory: Directory, namings: Iterable[Naming] = ()) -> None:
        self.taxonomy = taxonomy
        self.directory = directory
        self._standing: dict[tuple[NameKind, str, str], list[Naming]] = {}
        for naming in sorted(namings, key=lambda one: one.id):
            if not naming.withdrawn:
                key = (naming.kind, _folded(naming.kind, naming.text), naming.usage)
                self._standing.setdefault(key, []).append(naming)
        self._answered: dict[object, Named] = {}

    def item(
        self,
        text: str,
        *,
        description: str = "",
        category: str = "",
        calibre: str = "",
        country: str = "",
        usage: str = "",
        fallback: str | None = None,
    ) -> Named:
        """What a designation means. ``description`` is the register's broad word ("tank"), ``category`` its group,
        ``calibre`` and ``country`` (of design or manufacture) its cells, ``usage`` the reader or source. ``fallback``
        is the broader class that stands where nothing is known of the designation itself; a rule refines it only to
        a class below it."""
        key = ("item", text, description, category, calibre, country, usage, fallback)
        if key not in self._answered:
            self._answered[key] = self._item(text, description, category, calibre, country, usage, fallback)
        return self._answered[key]

    def party(self, text: str, when: DateRange = DateRange(), usage: str = "") -> Named:
        """What a party's name means at a date; stars of the registers are no part of it. A joined id ("Russia" where
        the date leaves the USSR open) is the directory's answer and no guess."""
        key = ("party", text, when, usage)
        if key not in self._answered:
            self._answered[key] = self._party(text.strip().rstrip("* "), when, usage)
        return self._answered[key]

    def needed_item(self, text: str, **known: str) -> Named:
        """As :meth:`item`. Raises UnknownNameError with the best three where nothing is known."""
        named = self.item(text, **known)
        if named.meaning is None:
            raise UnknownNameError(_said("item", text, named))
        return named

    def needed_party(self, text: str, when: DateRange = DateRange(), usage: str = "") -> Named:
        """As :meth:`party`. Raises UnknownNameError with the best three where nothing is known."""
        named = self.party(text, when, usage)
        if named.meaning is None:
            raise UnknownNameError(_said("party", text, named))
        return named

    def decided_item(self, text: str, usage: str = "") -> Naming | None:
        """The standing naming by a person of a designation under this usage or a wider one."""
        naming = self._of(NameKind.ITEM, text, usage)
        return naming if naming and naming.person else None

    def decided_party(self, text: str, when: DateRange = DateRange(), usage: str = "") -> Naming | None:
        """The standing naming by a person of a party at a date, under this usage or a wider one."""
        naming = self._of(NameKind.PARTY, text.strip().rstrip("* "), usage, when)
        return naming if naming and naming.person else None

    def _item(
        self, text: str, description: str, category: str, calibre: str, country: str, usage: str, fallback: str | None
    ) -> Named:
        path = usage_path(usage, description, calibre, country)
        standing = self._of(NameKind.ITEM, text, path)
        if standing and standing.person:
            why = (
                f"{standing.person} says so" if standing.meaning else f"{standing.person} says that it is none we know"
            )
            return Named(standing.meaning or fallback, standing, why=why)
        exact = self._exact(text, description, category)
        if exact:
            return Named(exact, why="a name of the table")
        if standing and standing.meaning and self._refines(standing.meaning, fallback):
            return Named(standing.meaning, standing, why=f"the rule {standing.rule} says so, {standing.score:g} of 100")
        if not text.strip():
            return Named(fallback, why="no designation")
        states = frozenset(self._state(country))
        found = self.designations.suggest(text, description=description, calibre=calibre, states=states)
        best = found[0] if found and found[0].automatic else None
        if best and best.meaning == fallback:
            return Named(fallback, candidates=found, why="no more than the broader class")
        if best and self._refines(best.meaning, fallback):
            naming = Naming(
                id=naming_id(NameKind.ITEM, text, path, rule=best.rule),
                kind=NameKind.ITEM,
                text=text,
                meaning=best.meaning,
                usage=path,
                fallback=fallback,
                rule=best.rule,
                score=best.score,
                reason=best.why,
            )
            return Named(best.meaning, naming, new=True, why=f"the rule {best.rule} says so, {best.score:g} of 100")
        return Named(fallback, candidates=found, why="only the broader class is known" if fallback else "not known")

    def _party(self, text: str, when: DateRange, usage: str) -> Named:
        standing = self._of(NameKind.PARTY, text, usage, when)
        if standing and standing.person:
            why = (
                f"{standing.person} says so" if standing.meaning else f"{standing.person} says that it is none we know"
            )
            return Named(standing.meaning, standing, why=why)
        try:
            exact = self.directory.resolve(text, when)
            if when.known and self.directory.alive(exact.id, when) is False:
                # Russia in 1985: whether the USSR or a slip of the date is meant, a person must say.
                return Named(None, why=f"{text!r} is {exact.id}, which existed {exact.exists} and not in {when}")
            return Named(exact.id, why="a name of the table")
        except UnknownNameError as error:
            reason = str(error)
        if standing and standing.meaning:
            return Named(standing.meaning, standing, why=f"the rule {standing.rule} says so, {standing.score:g} of 100")
        if "fits several parties" in reason:
            return Named(None, why=reason)
        found = self.party_names.suggest(text, when)
        best = found[0] if found and found[0].automatic else None
        if best:
            exists = self.directory.get(best.meaning).exists
            naming = Naming(
                id=naming_id(NameKind.PARTY, text, usage, exists, rule=best.rule),
                kind=NameKind.PARTY,
                text=text,
                meaning=best.meaning,
                usage=usage,
                when=exists,
                rule=best.rule,
                score=best.score,
                reason=best.why,
            )
            return Named(best.meaning, naming, new=True, why=f"the rule {best.rule} says so, {best.score:g} of 100")
        return Named(None, candidates=found, why="not known")

    @cached_property
    def designations(self) -> Designations:
        """The suggestions for items."""
        return _designations(self.taxonomy)

    @cached_property
    def party_names(self) -> PartyNames:
        """The suggestions for parties."""
        return PartyNames(self.directory)

    def _of(self, kind: NameKind, text: str, usage: str, when: DateRange = DateRange()) -> Naming | None:
        """The naming that stands: a person's before a rule's, within each the more specific usage first. A rule's is
        for the name exactly as it was written, as it was scored; a person's for all that fold alike."""
        hits = [
            hit
            for one in widening(usage)
            for hit in self._standing.get((kind, _folded(kind, text), one), ())
            if (hit.person or hit.text == text.strip())
            and (not hit.when.known or (when.known and when.within(hit.when)))
        ]
        return next((hit for hit in hits if hit.person), hits[0] if hits else None)

    def _exact(self, text: str, description: str, category: str) -> str | None:
        # Folded, "T-72s" would be the T-72S; it is several T-72.
        text = _PLURAL.sub("", text.strip())
        found = self.taxonomy.find(text) if text else None
        if found is None or not description.strip():
            return found.id if found else None
        broad = self.taxonomy.classify_sipri(description)
        if broad:
            return found.id if self.taxonomy.classify_sipri(description, category, text) == found.id else None
        for phrase in parse(description).kinds:
            allowed = TYPE_WORDS[phrase]
            if not any(found.is_a(one) or self.taxonomy.get(one).is_a(found.id) for one in allowed):
                return None
        return found.id

    def _refines(self, meaning: str, fallback: str | None) -> bool:
        return fallback is None or (self.taxonomy.has(meaning) and self.taxonomy.is_a(meaning, fallback))

    def _state(self, country: str) -> tuple[str, ...]:
        party = self.directory.find(country) if country.strip() else None
        return tuple(party.id.split("+")) if party else ()


def naming_id(kind: NameKind, text: str, usage: str, when: DateRange = DateRange(), rule: str = "") -> str:
    """The one id of the naming of this kind, name, usage and period: whoever names it again replaces it. A person's
    goes by the folded name; a ``rule``'s by the name as written, so that the order of rows decides nothing."""
    named = text.strip() if rule else _folded(kind, text)
    said = "\x1f".join((kind.value, named, usage.casefold(), str(when), "rule" if rule else ""))
    return f"naming-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _folded(kind: NameKind, text: str) -> str:
    return fold(text) if kind is NameKind.ITEM else spelling.key(text)


def usage_path(*parts: str) -> str:
    """The parts that say something, joined by strokes: ``sipri/tank``."""
    return "/".join(part.strip().replace("/", "-") for part in parts if part.strip())


def widening(path: str) -> tuple[str, ...]:
    """The path and every wider one, down to everybody's: ``a/b``, ``a``, empty."""
    parts = path.split("/") if path else []
    return tuple("/".join(parts[:length]) for length in range(len(parts), -1, -1))


def said_near(candidates: Iterable[Suggestion]) -> str:
    """The best candidates for a message: ids with their scores."""
    return ", ".join(f"{one.meaning} ({one.score:g})" for one in candidates)


def _said(kind: str, text: str, named: Named) -> str:
    if named.naming:
        return f"unknown {kind}: {text!r}; {named.why}"
    if named.why.startswith(repr(text)):
        return named.why
    near = said_near(named.candidates)
    return f"unknown {kind}: {text!r}; " + (f"nearest: {near}" if near else "nothing is near; say what it means")


_KEPT: dict[int, tuple[Taxonomy, Designations]] = {}


def _designations(taxonomy: Taxonomy) -> Designations:
    """One index for each taxonomy: there is one shipped table, and building its index takes longer than asking it."""
    kept = _KEPT.get(id(taxonomy))
    if kept is None or kept[0] is not taxonomy:
        _KEPT.clear()
        kept = _KEPT[id(taxonomy)] = (taxonomy, Designations(taxonomy))
    return kept[1]
