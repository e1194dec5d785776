"""Consensus: what independent experts say together about one sighting.

The rule. A *claim* is an item at a level, from maker on with maker or country of manufacture, at serial with the serial
number. An identification supports a claim when it reaches the level, its item is the claimed one or lies below it in
the taxonomy, and it states what the claim states (makers and serials compared by :func:`fold`, countries by a common
state). So a more general identification supports the general level only. A claim that nobody made, but that lies above
what experts named, is supported at a lower level than theirs: generalising costs a level (class stays class).

Claims are taken from the highest level down; the first that enough experts support stands: the most specific of them,
then the one with most experts. An identification dissents when its item lies neither above nor below, or when at the
maker or serial level it states another maker, country or serial. Where as many dissenters stand together for another
item, the sighting is disputed; where they only differ in maker or serial, a lower level is tried. ``weapons``, the
class of everything, is no claim. What is made where and when is agreed only if enough supporters state it and no
supporter contradicts; where they do, what they state is kept (``differing``). Where all name a maker or a country, but
no one in common, the type is agreed and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from takingstock.catalogue.dimensions import states as states
from takingstock.records import Agreed, DateRange, Identification, Level, MarkCondition, folded
from takingstock.records.marking import named_mark
from takingstock.reference.taxonomy import WEAPONS, Taxonomy, fold


@dataclass(frozen=True)
class Claim:
    """An item at a level; ``maker`` and ``serial`` folded, ``made_in`` the states one of which made it."""

    level: Level
    item: str
    maker: str = ""
    made_in: frozenset[str] = frozenset()
    serial: str = ""

    @property
    def sort_key(self) -> tuple[str, ...]:
        return self.item, self.maker, "+".join(sorted(self.made_in)), self.serial


def claim(level: Level, item: str, maker: str, made_in: str | None, serial: str) -> Claim:
    """A claim from the fields of an identification or ruling; what lies beyond the level is left out."""
    at_maker, at_serial = level.rank >= Level.MAKER.rank, level is Level.SERIAL
    return Claim(
        level=level,
        item=item,
        maker=plain(maker) if at_maker else "",
        made_in=states(made_in) if at_maker else frozenset(),
        serial=plain(serial) if at_serial else "",
    )


def plain(text: str) -> str:
    """The form in which makers and serials are compared."""
    return fold(text) or text.strip()


def supports(one: Identification, what: Claim, taxonomy: Taxonomy) -> bool:
    """Whether the identification reaches the claim's level and says no less; see the head of the module."""
    if one.level.rank < what.level.rank or not taxonomy.is_a(one.item, what.item):
        return False
    if what.maker and plain(one.maker) != what.maker:
        return False
    if what.made_in and not (states(one.made_in) & what.made_in) and (one.made_in or not what.maker):
        return False
    return not what.serial or plain(one.serial) == what.serial


def dissents(one: Identification, what: Claim, taxonomy: Taxonomy) -> bool:
    """Whether the identification contradicts the claim."""
    return _other_item(one, what, taxonomy) or (
        (bool(what.maker and one.maker) and plain(one.maker) != what.maker)
        or (bool(what.made_in and one.made_in) and not states(one.made_in) & what.made_in)
        or (bool(what.serial and one.serial) and plain(one.serial) != what.serial)
    )


def _other_item(one: Identification, what: Claim, taxonomy: Taxonomy) -> bool:
    return not taxonomy.is_a(one.item, what.item) and not taxonomy.is_a(what.item, one.item)


def supporters(counted: Iterable[Identification], what: Claim, taxonomy: Taxonomy) -> list[Identification]:
    """The identifications that support the claim, by id; of one that nobody named, only those a level above it."""
    found = sorted((one for one in counted if supports(one, what, taxonomy)), key=lambda one: one.id)
    if what.level is Level.CLASS or any(one.item == what.item for one in found):
        return found
    return [one for one in found if one.level.rank > what.level.rank]


def experts(rows: Iterable[Identification]) -> set[str]:
    """The different people behind identifications, folded."""
    return {folded(one.expert) for one in rows}


def agreed(counted: Sequence[Identification], needed: int, taxonomy: Taxonomy) -> Agreed | None:
    """What at least ``needed`` experts support, or None (disputed). Order of the rows does not matter; every item
    must be in the taxonomy."""
    for level in reversed(Level):
        best = _best(counted, level, needed, taxonomy)
        if best is None:
            continue
        dissent = [one for one in counted if dissents(one, best, taxonomy)]
        if _strongest(dissent, level, taxonomy) < len(experts(supporters(counted, best, taxonomy))):
            found = describe(best, counted, needed, taxonomy)
            # Each names a maker or a country, but no one that they share: then it is agreed no further than the type.
            if level is not Level.MAKER or found.maker or found.made_in:
                return found
            continue
        if any(_other_item(one, best, taxonomy) for one in dissent):
            return None
    return None


def _claims(counted: Iterable[Identification], level: Level) -> set[Claim]:
    claims = set()
    for one in counted:
        what = claim(level, one.item, one.maker, one.made_in, one.serial)
        says = level.rank < Level.MAKER.rank or what.serial or (level is Level.MAKER and (what.maker or what.made_in))
        if one.level.rank >= level.rank and one.item != WEAPONS and says:
            claims.add(what)
    return claims


def _best(counted: Sequence[Identification], level: Level, needed: int, taxonomy: Taxonomy) -> Claim | None:
    """The claim at this level with enough experts: the most specific, then with most experts, then by name."""
    enough = {}
    for what in _claims(counted, level):
        many = len(experts(supporters(counted, what, taxonomy)))
        if many >= needed:
            enough[what] = many
    tops = [
        what
        for what in enough
        if not any(other.item != what.item and taxonomy.is_a(other.item, what.item) for other in enough)
    ]
    order = sorted(tops, key=lambda c: (-enough[c], -bool(c.maker), -bool(c.made_in), c.sort_key))
    return order[0] if order else None


def _strongest(dissent: Sequence[Identification], level: Level, taxonomy: Taxonomy) -> int:
    """How many of the dissenters stand together for one claim, at this level or below."""
    claims = {what for at in Level if at.rank <= level.rank for what in _claims(dissent, at)}
    return max((len(experts(supporters(dissent, what, taxonomy))) for what in claims), default=0)


def describe(what: Claim, counted: Sequence[Identification], needed: int, taxonomy: Taxonomy) -> Agreed:
    """The claim with its experts, its dissent, and what these experts agree on besides."""
    support = supporters(counted, what, taxonomy)
    made_in = _countries(support, needed)
    makers = [one for one in support if one.maker]
    one_maker = len({plain(one.maker) for one in makers}) == 1 and len(experts(makers)) >= needed
    marks, condition = _marks(support, needed)
    serials = sorted(one.serial for one in support if what.serial)
    return Agreed(
        level=what.level,
        item=what.item,
        made_in="+".join(sorted(made_in)) or None,
        maker=min(one.maker for one in makers) if one_maker else "",
        made=describe_years(support, needed),
        serial=serials[0] if serials else "",
        marks=marks,
        marking_condition=condition,
        experts=tuple(sorted({folded(one.expert): one.expert for one in support}.values())),
        support=tuple(one.id for one in support),
        dissent=tuple(sorted(one.id for one in counted if dissents(one, what, taxonomy))),
        differing=_differing(support),
    )


def _differing(support: Sequence[Identification]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the supporters state of country, maker and years where they contradict each other: it is not agreed."""
    lands = sorted({"+".join(sorted(states(one.made_in))) for one in support if one.made_in})
    makers = {plain(one.maker): one.maker for one in sorted(support, key=lambda one: one.maker) if one.maker}
    years = sorted({one.made for one in support if one.made.known}, key=lambda made: made.sort_key)
    found = (
        ("made_in", tuple(lands) if lands and not reduce(frozenset.__and__, map(states, lands)) else ()),
        ("maker", tuple(makers.values()) if len(makers) > 1 else ()),
        ("made", tuple(map(str, years)) if any(not a.overlaps(b) for a in years for b in years) else ()),
    )
    return tuple((name, said) for name, said in found if said)


def _countries(support: Sequence[Identification], needed: int) -> frozenset[str]:
    stating = [one for one in support if one.made_in]
    if len(experts(stating)) < needed:
        return frozenset()
    return reduce(frozenset.__and__, (states(one.made_in) for one in stating))


def describe_years(support: Sequence[Identification], needed: int) -> DateRange:
    """The years that all supporters who state any have in common, if enough state them."""
    stating = [one for one in support if one.made.known]
    if len(experts(stating)) < needed:
        return DateRange()
    first = max((one.made.first for one in stating if one.made.first), default=None)
    last = min((one.made.last for one in stating if one.made.last), default=None)
    return DateRange() if first and last and first > last else DateRange(first=first, last=last)


def _marks(support: Sequence[Identification], needed: int) -> tuple[tuple[str, ...], str]:
    """Texts of the marks that enough supporters read alike, and the conditions other than present they agree on.
    A serial number is no such mark: it is released at the serial level only."""
    readers: dict[tuple[str, str, MarkCondition], set[str]] = {}
    texts: dict[tuple[str, str, MarkCondition], list[str]] = {}
    for one in support:
        for mark in one.marks:
            key = (mark.kind.casefold(), plain(mark.text), mark.condition)
            readers.setdefault(key, set()).add(folded(one.expert))
            texts.setdefault(key, []).append(mark.text)
    both = [key for key, who in readers.items() if len(who) >= needed]
    read = {named_mark(min(texts[key]), key[0]) for key in both if key[1] and key[0] != "serial"}
    conditions = {key[2].value for key in both if key[2] is not MarkCondition.PRESENT}
    return tuple(sorted(read)), ", ".join(sorted(conditions))
