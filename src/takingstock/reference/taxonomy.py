"""Taxonomy: item classes as dotted paths, from a broad class to a leaf type, with who designed and who made them.

Besides the paths there are *sets*: the broad groups of the field (``small-arms``, ``ammunition`` …) and ``weapons``,
which is every class that is not ammunition, munitions, equipment or components. A class belongs to a set only if the
class and everything below it does, so that "is a" stays transitive: ``machine-gun`` holds both small arms and light
weapons and is therefore, on its own, neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

from takingstock.records import BadValueError, DateRange, ItemClass, ItemGroup, Record, UnknownNameError

WEAPONS = "weapons"
NOT_WEAPONS = frozenset({ItemGroup.AMMUNITION, ItemGroup.MUNITIONS, ItemGroup.EQUIPMENT, ItemGroup.COMPONENTS})
SETS = frozenset({WEAPONS, *(group.value for group in ItemGroup)})

# A designation in the register is trusted only within its own family: a helicopter and a carrier may share a name.
_FAMILY = {
    ItemGroup.AIRCRAFT: "air",
    ItemGroup.NAVAL: "sea",
    ItemGroup.COMPONENTS: "parts",
    ItemGroup.EQUIPMENT: "equipment",
}
_CATEGORY_FAMILY = {"aircraft": "air", "ships": "sea", "navalweapons": "sea", "engines": "parts", "sensors": "parts"}


class ProductionFact(Record):
    """One line of the production table: a state made a class in a period, says ``source``; ``verified`` is False
    where only general knowledge supports it."""

    item: str
    state: str
    when: DateRange = DateRange()
    licensed: bool = False
    source: str
    verified: bool = False


class ItemEvidence(Record):
    """What stands behind a row of the taxonomy: ``supported`` names the facts (name, calibre, designer …) that the
    source states; every other fact on the row is general knowledge. ``verified``: all of them are supported."""

    item: str
    source: str
    supported: tuple[str, ...] = ()
    verified: bool = False


_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\W_]+(?=[0-9])")
_NO_SIGN = re.compile(r"[^\w·]+|_+")


def fold(text: str) -> str:
    """The form in which names are compared: case, accents, blanks, dashes and punctuation do not count, but a mark
    between two digits does (``Type 56-1`` is not ``Type 561``); ``×`` is ``x``.

    >>> fold("T-72 M1"), fold("7.62×39 mm")
    ('t72m1', '7·62x39mm')
    """
    plain = text.lower()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold().replace("×", "x"))
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NO_SIGN.sub("", _BETWEEN_DIGITS.sub("·", plain))


class Taxonomy:
    """The item classes with their look-ups. Read-only; built by :func:`takingstock.reference.items.taxonomy`.

    Raises BadValueError when built from classes with a missing parent or a doubled id; :meth:`check` looks for the
    faults that cost time to find."""

    def __init__(
        self,
        items: Iterable[ItemClass],
        facts: Iterable[ProductionFact] = (),
        evidence: Iterable[ItemEvidence] = (),
        descriptions: Mapping[str, str] | None = None,
        version: str = "",
        names: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.version = version
        self._names_by_language = dict(names or {})
        self._items: dict[str, ItemClass] = {}
        self._children: dict[str, list[str]] = {}
        for item in items:
            if item.id in self._items:
                raise BadValueError(f"item {item.id!r} stands twice in the taxonomy; delete one row")
            self._items[item.id] = item
            parent = item.parent
            if parent is not None:
                if parent not in self._items:
                    raise BadValueError(f"item {item.id!r} has no class above it; add a row {parent!r} before it")
                self._children.setdefault(parent, []).append(item.id)
        self._makers: dict[str, dict[str, list[DateRange]]] = {}
        self._fact_rows = facts
        self._evidence_rows = evidence
        self._descriptions = {fold(text): item for text, item in (descriptions or {}).items()}

    def check(self) -> None:
        """Raises BadValueError for an ambiguous name, or a production, description or name of an unknown class."""
        if self._names:
            for id in (*self._facts, *self._descriptions.values(), *(id for id, _ in self._names_by_language)):
                if id not in self._items:
                    raise BadValueError(
                        f"a table speaks about the item {id!r}, which is not in the taxonomy; add a row"
                    )

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for item in self._items.values():
            for name in (item.name, *item.aliases):
                known = names.setdefault(fold(name), item.id)
                if known != item.id:
                    raise BadValueError(f"the name {name!r} means both {known!r} and {item.id!r}; keep it in one row")
        for id in self._items:
            names.setdefault(fold(id), id)
        return names

    @cached_property
    def _facts(self) -> dict[str, list[ProductionFact]]:
        facts: dict[str, list[ProductionFact]] = {}
        for fact in self._fact_rows:
            facts.setdefault(fact.item, []).append(fact)
        return facts

    @cached_property
    def _evidence(self) -> dict[str, ItemEvidence]:
        return {row.item: row for row in self._evidence_rows}

    @cached_property
    def _groups(self) -> dict[str, frozenset[ItemGroup]]:
        groups = {id: {item.group} for id, item in self._items.items()}
        for id, item in self._items.items():
            for above in self._above(id):
                groups[above].add(item.group)
        groups[WEAPONS] = set(ItemGroup) - NOT_WEAPONS
        return {id: frozenset(found) for id, found in groups.items()}

    @staticmethod
    def _above(id: str) -> list[str]:
        parts = id.split(".")
        return [".".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1)]

    def get(self, id: str) -> ItemClass:
        """The class of that id. Raises UnknownNameError with the nearest names."""
        try:
            return self._items[id]
        except KeyError:
            near = ", ".join(item.id for item, _ in self.suggest(id, 3))
            raise UnknownNameError(f"no item class {id!r}; did you mean {near}?") from None

    def has(self, id: str) -> bool:
        """Whether there is a class of that id."""
        return id in self._items

    def name(self, id: str, lang: str = "en") -> str:
        """The name of a class in a language, the English one where the table has none. Raises UnknownNameError."""
        return self._names_by_language.get((id, lang)) or self.get(id).name

    def find(self, text: str) -> ItemClass | None:
        """The class whose id, name or alias is ``text`` once folded (see :func:`fold`), or None. Never a guess."""
        item = self._items.get(text.strip())
        if item is None:
            id = self._names.get(fold(text))
            item = self._items[id] if id else None
        return item

    def suggest(self, text: str, limit: int = 5) -> list[tuple[ItemClass, float]]:
        """Up to ``limit`` classes with a similar name and their likeness (0 to 1), best first: for a person to choose
        from, never to be taken by itself. Method: normalised indel similarity of the folded names (rapidfuzz ratio)."""
        from rapidfuzz import fuzz, process

        # A mistyped id is recognised by its last part: "tank.t-72.t-72ml".
        names = {fold(id.rpartition(".")[2]): id for id in self._items} | self._names
        asked = fold(text.rpartition(".")[2] or text)
        best: dict[str, float] = {}
        for name, score, _ in process.extract(asked, list(names), scorer=fuzz.ratio, limit=limit * 4):
            best.setdefault(names[name], score / 100)
        return [(self._items[id], score) for id, score in list(best.items())[:limit]]

    def all(self) -> tuple[ItemClass, ...]:
        """Every class and set, in the order of the table."""
        return tuple(self._items.values())

    def leaves(self) -> tuple[ItemClass, ...]:
        """The leaf types: classes with nothing below them; sets are none."""
        return tuple(item for item in self._items.values() if item.id not in self._children and item.id not in SETS)

    def children(self, id: str) -> tuple[ItemClass, ...]:
        """The classes directly below; for a set the widest classes that lie wholly in it."""
        self.get(id)
        below = list(self._children.get(id, ()))
        if id in SETS:
            below += [
                item.id
                for item in self._items.values()
                if item.id not in SETS
                and not item.is_a(id)
                and self._in_set(item.id, id)
                and not (item.parent and self._in_set(item.parent, id))
            ]
        return tuple(self._items[child] for child in below)

    def ancestors(self, id: str) -> tuple[ItemClass, ...]:
        """The classes above by path, nearest first; sets are not listed."""
        self.get(id)
        return tuple(self._items[above] for above in self._above(id))

    def descendants(self, id: str) -> tuple[ItemClass, ...]:
        """Every class below, each before its own children; for a set every class that lies wholly in it."""
        self.get(id)
        if id in SETS:
            return tuple(item for item in self._items.values() if item.id != id and self.is_a(item.id, id))
        found: list[ItemClass] = []
        for child in self._children.get(id, ()):
            found += (self._items[child], *self.descendants(child))
        return tuple(found)

    def is_a(self, a: str, b: str) -> bool:
        """Whether ``a`` is ``b`` or lies below it; ``b`` may be a set. Raises UnknownNameError for unknown ids."""
        item = self.get(a)
        self.get(b)
        if item.is_a(b):
            return True
        return b in SETS and self._in_set(a, b)

    def _in_set(self, id: str, name: str) -> bool:
        groups = self._groups[id]
        if name == WEAPONS:
            return not groups & NOT_WEAPONS
        return all(group == name for group in groups)

    def makes(self, state_id: str, item_id: str, when: DateRange) -> bool | None:
        """Whether the production table says that the state makes the class, or any class below it, at some day of
        ``when``. None: the table says nothing at all about the class. Unverified lines count; a report marks them
        with :meth:`production_note`. Of states joined by ``+`` one is enough."""
        makers = self._makers.get(item_id)
        if makers is None:
            # Asked once per movement by the trace: the walk down the tree is made once per class.
            makers = self._makers[item_id] = {}
            for id in self._ids_below(item_id):
                for maker in self._items[id].producers:
                    makers.setdefault(maker.state, []).append(maker.when)
        if not makers:
            return None
        return any(period.overlaps(when) for state in state_id.split("+") for period in makers.get(state, ()))

    def _ids_below(self, id: str) -> list[str]:
        return [id, *(item.id for item in self.descendants(id))]

    def productions(self, item_id: str, state_id: str | None = None) -> tuple[ProductionFact, ...]:
        """The lines of the production table about the class and all below it, of one state (or joined states)."""
        ids = self._ids_below(item_id)
        states = state_id.split("+") if state_id else None
        return tuple(fact for id in ids for fact in self._facts.get(id, ()) if states is None or fact.state in states)

    def production_note(self, item_id: str, state_id: str) -> str:
        """One line for a report: periods, licence and source of what the table says about a state's production of the
        class, with the word *unverified* where only general knowledge supports it; empty if it says nothing."""
        notes = []
        for fact in self.productions(item_id, state_id):
            what = "" if fact.item == item_id else f"{self._items[fact.item].name}, "
            period = str(fact.when) or "years not known"
            licence = ", under licence" if fact.licensed else ""
            mark = "" if fact.verified else ", unverified"
            notes.append(f"{what}{fact.state} {period}{licence} ({fact.source}{mark})")
        return "; ".join(notes)

    def evidence(self, id: str) -> ItemEvidence:
        """What stands behind the row of a class. Raises UnknownNameError."""
        item = self.get(id)
        return self._evidence.get(id) or ItemEvidence(item=id, source=item.source, verified=item.verified)

    def classify_sipri(self, description: str, category: str = "", designation: str = "") -> str | None:
        """The id of the class of a line of the SIPRI register, or None for a description that the table does not
        know (a new kind of entry should be seen by a person).

        The designation decides where a class is known under it and lies in the same family (land, air, sea, parts)
        as the armament category or, without one, as the description; else the broad class of the description."""
        broad = self._descriptions.get(fold(description))
        if broad is None:
            return None
        family = _CATEGORY_FAMILY.get(fold(category)) or _family(self._items[broad])
        found = self.find(designation) if designation.strip() else None
        return found.id if found and _family(found) == family else broad


def _family(item: ItemClass) -> str:
    return _FAMILY.get(item.group, "land")
