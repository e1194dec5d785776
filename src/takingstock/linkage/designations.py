"""Designations: suggestions for the designation of an item that no exact alias answers.

Two rules, each with its version: ``designation-1`` says that a name means the same type, ``family-1`` that it is a
variant of a type family, read as the family. A suggestion is automatic where its score reaches the rule's threshold
and nothing else comes near; the thresholds are fitted on one half of real synonyms and measured on the other, see
docs/names.md.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from takingstock.linkage import scoring
from takingstock.linkage.designation import Designation, bores_of, parse
from takingstock.linkage.suggestion import Suggestion
from takingstock.linkage.vocabulary import TYPE_WORDS
from takingstock.records import ItemClass
from takingstock.reference.taxonomy import SETS, fold

if TYPE_CHECKING:
    from takingstock.reference.taxonomy import Taxonomy

SAME_RULE: Final = "designation-1"
FAMILY_RULE: Final = "family-1"
AUTOMATIC: Final[dict[str, float]] = {SAME_RULE: 91.0, FAMILY_RULE: 91.0}
"""The score from which a rule's suggestion is applied without a person."""
MARGIN: Final = 4.0
"""How far the best suggestion must be above any other class that is not above or below it."""
OUR_CLASS: Final = "class of this taxonomy"
"""The source of a broad class: it is a common noun, no designation."""
_PARTS: Final = (
    "turret",
    "engine",
    "sensor",
    "component",
    "ammunition",
    "missile",
    "equipment",
    "artillery.ssm-launcher",
)
"""Classes of what belongs to something else and goes by its name."""
_NEAR: Final = 0.6
"""What a mere likeness of letters counts: it orders what a person is shown, and never decides."""


class Designations:
    """The names of a taxonomy, filed by their codes and nicknames. Read-only."""

    def __init__(self, taxonomy: Taxonomy, automatic: Mapping[str, float] = AUTOMATIC) -> None:
        self.taxonomy = taxonomy
        self._automatic = dict(automatic)
        self._names: dict[str, list[Designation]] = defaultdict(list)
        self._by_code: dict[tuple[str, ...], dict[str, None]] = defaultdict(dict)
        self._by_stem: dict[str, dict[str, None]] = defaultdict(dict)
        for item in taxonomy.all():
            if item.id in SETS:
                continue
            for name in dict.fromkeys((item.name, *item.aliases)):
                parsed = parse(name)
                self._names[item.id].append(parsed)
                if item.source == OUR_CLASS:
                    # A common noun ("artillery shell") is no designation: it is found in full, or not.
                    continue
                if parsed.flat:
                    self._by_code[parsed.flat][item.id] = None
                for stem, _ in parsed.words:
                    self._by_stem[stem][item.id] = None

    def suggest(
        self,
        text: str,
        *,
        description: str = "",
        calibre: str = "",
        states: frozenset[str] = frozenset(),
        hidden: Collection[str] = (),
        without: Collection[str] = (),
        limit: int = 3,
    ) -> tuple[Suggestion, ...]:
        """Up to ``limit`` suggestions, the automatic one (at most one) first, then by score and id.

        ``description`` is the register's broad word ("tank"), ``calibre`` its cell, ``states`` ids of the states of
        design or manufacture. ``hidden`` are folded names, ``without`` ids of classes, that count as not in the table:
        for measuring."""
        asked = parse(text)
        kinds = self._kinds(asked, description)
        bores = asked.bores | bores_of(calibre)
        found: list[Suggestion] = []
        for id in self._near(asked):
            if id in without:
                continue
            known = self._known(id, asked, kinds, bores, states, hidden)
            lone = self._lone(asked, id, hidden, without)
            for rule, score in (
                (SAME_RULE, scoring.same(asked, known, lone)),
                (FAMILY_RULE, scoring.variant(asked, known)),
            ):
                if score > 0:
                    found.append(self._made(known, rule, score))
        found += self._vaguely(asked, hidden, without)
        found.sort(key=lambda one: (-one.score, one.rule, one.meaning))
        best = self._best(found)
        if best:
            best = best.model_copy(update={"automatic": True})
        rest = [one for one in found if not best or one.meaning != best.meaning]
        rest = list({one.meaning: one for one in reversed(rest)}.values())[::-1]
        rest.sort(key=lambda one: (-one.score, one.meaning))
        chosen = [*([best] if best else []), *rest][:limit]
        if len(chosen) < limit:
            taken = {one.meaning for one in chosen} | set(without)
            chosen += self._alike(text, limit - len(chosen), taken, hidden)
        return tuple(chosen)

    def _best(self, found: list[Suggestion]) -> Suggestion | None:
        """The one suggestion that may be applied; of a type and its family the type, of two families the deeper."""
        ripe = [one for one in found if one.score >= self._automatic[one.rule]]
        same = [one for one in ripe if one.rule == SAME_RULE]
        best = same[0] if same else max(ripe, key=lambda one: (one.meaning.count("."), one.score), default=None)
        if best is None:
            return None
        for other in found:
            apart = not (self._is_a(other.meaning, best.meaning) or self._is_a(best.meaning, other.meaning))
            if apart and other.score > best.score - MARGIN:
                return None
        return best

    def _is_a(self, one: str, other: str) -> bool:
        return one == other or one.startswith(f"{other}.")

    def _near(self, asked: Designation) -> list[str]:
        """Ids of classes that share a whole code or a nickname with what is asked."""
        flat = asked.flat
        ids: dict[str, None] = {}
        for first in range(len(flat)):
            for last in range(first + 1, min(len(flat), first + 8) + 1):
                ids |= self._by_code.get(flat[first:last], {})
        for stem, _ in asked.words:
            ids |= self._by_stem.get(stem, {})
            if len(stem) >= 6:
                for other in self._stems_like(stem):
                    ids |= self._by_stem[other]
        return list(ids)

    def _vaguely(self, asked: Designation, hidden: Collection[str], without: Collection[str]) -> list[Suggestion]:
        """ "Unknown tank" is a tank: the class of that name, where there are types below it."""
        id = self._folded.get(asked.bare) if asked.bare and asked.bare not in hidden else None
        if not id or id in without or not self.taxonomy.children(id):
            return []
        name = self.taxonomy.get(id).name
        why = "the source does not know which type; read as the class"
        return [Suggestion(meaning=id, name=name, score=97.0, rule=SAME_RULE, why=why)]

    def _stems_like(self, stem: str) -> list[str]:
        from rapidfuzz import fuzz, process

        found = process.extract(stem, self._stems, scorer=fuzz.ratio, score_cutoff=scoring.ALIKE, limit=5)
        return [other for other, _, _ in found]

    @cached_property
    def _stems(self) -> list[str]:
        return [stem for stem in self._by_stem if len(stem) >= 6]

    def _known(
        self,
        id: str,
        asked: Designation,
        kinds: tuple[tuple[str, ...], ...],
        bores: frozenset[float],
        states: frozenset[str],
        hidden: Collection[str],
    ) -> scoring.Known:
        item = self.taxonomy.get(id)
        names = tuple(name for name in self._names[id] if name.folded not in hidden)
        return scoring.Known(
            id=id,
            names=names,
            kind_agrees=self._kind_agrees(item, kinds),
            bore_agrees=_bore_agrees(bores, bores_of(item.calibre) | {b for name in names for b in name.bores}),
            country_agrees=_country_agrees(item, (*asked.states, *([states] if states else []))),
            family="." in id and bool(self.taxonomy.children(id)),
            part=any(self._is_a(id, whole) for whole in _PARTS),
            above=self._above(id),
        )

    def _above(self, id: str) -> tuple[tuple[str, str], ...]:
        """The nicknames of the types above a class; a common noun of a broad class is none."""
        types = (one.id for one in self.taxonomy.ancestors(id) if one.source != OUR_CLASS)
        return tuple(word for one in types for name in self._names[one] for word in name.words)

    def _kinds(self, asked: Designation, description: str) -> tuple[tuple[str, ...], ...]:
        """The classes that each word of kind allows; the register's own description is one such word."""
        found = [TYPE_WORDS[phrase] for phrase in asked.kinds]
        if description.strip():
            broad = self.taxonomy.classify_sipri(description)
            if broad:
                found.append((broad,))
            else:
                found += [TYPE_WORDS[phrase] for phrase in parse(description).kinds]
        return tuple(found)

    def _kind_agrees(self, item: ItemClass, kinds: tuple[tuple[str, ...], ...]) -> bool | None:
        if not kinds:
            return None
        return all(any(self._fits(item.id, allowed) for allowed in classes) for classes in kinds)

    def _fits(self, id: str, allowed: str) -> bool:
        if allowed in SETS:
            return self.taxonomy.has(allowed) and self.taxonomy.is_a(id, allowed)
        return self._is_a(id, allowed) or self._is_a(allowed, id)

    def _lone(self, asked: Designation, id: str, hidden: Collection[str], without: Collection[str]) -> bool:
        """Whether the nicknames asked for belong to classes on one path only."""
        for stem, _ in asked.words:
            for other in self._by_stem.get(stem, {}):
                related = self._is_a(other, id) or self._is_a(id, other)
                if (
                    not related
                    and other not in without
                    and any(
                        stem in {own for own, _ in name.words} and name.folded not in hidden
                        for name in self._names[other]
                    )
                ):
                    return False
        return True

    def _made(self, known: scoring.Known, rule: str, score: float) -> Suggestion:
        item = self.taxonomy.get(known.id)
        notes = ["a variant, read as its family" if rule == FAMILY_RULE else "the same designation"]
        if score <= scoring.CONFLICT:
            notes = ["kind or calibre is another"]
        elif score <= scoring.OTHER:
            notes = ["the designation differs"]
        compared = {"kind": known.kind_agrees, "calibre": known.bore_agrees, "country": known.country_agrees}
        for word, agrees in compared.items():
            if agrees is not None:
                notes.append(f"{word} {'agrees' if agrees else 'differs'}")
        return Suggestion(meaning=known.id, name=item.name, score=round(score, 1), rule=rule, why="; ".join(notes))

    def _alike(self, text: str, limit: int, taken: set[str], hidden: Collection[str]) -> list[Suggestion]:
        from rapidfuzz import fuzz, process

        found: dict[str, Suggestion] = {}
        folded = fold(text)
        if not folded:
            return []
        for name, ratio, _ in process.extract(folded, self._folds, scorer=fuzz.ratio, limit=30, score_cutoff=40):
            id = self._folded[name]
            if id in taken or id in found or name in hidden:
                continue
            item = self.taxonomy.get(id)
            found[id] = Suggestion(
                meaning=id,
                name=item.name,
                score=round(ratio * _NEAR, 1),
                rule=SAME_RULE,
                why="only the letters are alike",
            )
        return list(found.values())[:limit]

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {name.folded: id for id, names in self._names.items() for name in names if name.folded}

    @cached_property
    def _folds(self) -> list[str]:
        return list(self._folded)


def _bore_agrees(asked: Iterable[float], known: Iterable[float]) -> bool | None:
    """Whether a calibre is shared, to a tenth of a millimetre. Inches (negative) are compared with inches only."""
    pairs = [(one, other) for one in asked for other in known if (one < 0) == (other < 0)]
    return any(abs(one - other) <= 0.1 for one, other in pairs) if pairs else None


def _country_agrees(item: ItemClass, asked: tuple[frozenset[str], ...]) -> bool | None:
    designer = frozenset((item.designer or "").split("+")) - {""}
    # A copy made elsewhere is often a type of its own, so a maker counts only where no designer is known.
    own = designer or frozenset(made.state for made in item.producers)
    if not asked or not own:
        return None
    return all(scoring.one_country(states, own) for states in asked)


def half(text: str) -> int:
    """0 or 1: the half of the synonyms that a name belongs to, by the hash of its folded form."""
    return hashlib.sha256(fold(text).encode()).digest()[0] % 2
