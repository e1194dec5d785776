"""Goods: under which article of a treaty a class falls, as far as the class says it. What it leaves open is asked."""

from __future__ import annotations

import re
from typing import Literal

from takingstock.records import Goods
from takingstock.reference.surroundings import Surroundings

Article = Literal["arms", "ammunition", "parts", "outside", "open"]
Match = Literal["yes", "may", "no"]

_ARMS = frozenset({"small-arms", "light-weapons", "atgw", "manpads", "missiles"})
_OUTSIDE = ("equipment", "listed.dual-use", "listed.torture", "listed.hs-9307")
# Neither fired, launched nor delivered by arms of Article 2(1) in general, or only in part.
_NOT_FIRED = ("mine", "ammunition.grenade.hand", "demolition", "torpedo", "ammunition.fuze", "ammunition.propellant")

# Directional charges are mines of the ban only where a person sets them off by coming near.
_COMMAND_FIRED = tuple(f"mine.anti-personnel.{one}" for one in ("m18", "mon-50", "mon-100", "mrud"))
_MAY_BE_MINES = ("mine", "munitions", "craft-produced", "craft-produced.ied", "craft-produced.ied.victim-activated")
_MAY_BE_CLUSTER = (
    *("bomb", "munitions", "ammunition", "ammunition.rocket", "ammunition.artillery", "ammunition.mortar"),
    *(f"ammunition.rocket.{one}mm" for one in (122, 128, 140, 220, 240, 300, 302)),
    *(f"ammunition.artillery.{one}mm" for one in (105, 122, 130, 152, 155, 203)),
    *(f"ammunition.mortar.{one}mm" for one in (81, 82, 120, 160, 240)),
)
_HEADINGS = ("listed", "listed.ml4", "listed.hs-93", "listed.hs-9306")
_MINE_WORDS = re.compile(r"anti-?\s?personnel|\bap[- ]?mines?\b|\bapm\b", re.I)
_CLUSTER_WORDS = re.compile(
    r"cluster|sub[- ]?munition|bomblet|dpicm|\bicm\b|\bcargo\b|9m27k|9m55k|\bm[- ]?(483|864|509|449|444)",
    re.I,
)
# Words that also name small grenades, and so count only for what can carry others.
_CARRIED_WORDS = re.compile(r"grenades?\b|\bm[- ]?26(a\d)?\b", re.I)
_NO_CARRIER = ("ammunition.grenade", "ammunition.cartridge")
# Arms by their class, though Article 2(1) has no category for them or leaves it open.
_MILITARY_LISTS = ("listed.ml", "listed.hs-93")
_WEAPONS = frozenset({"weapons", "armour", "air-defence", "munitions", "ammunition", "craft-produced"})


def article(around: Surroundings, item: str) -> Article:
    """The article of the ATT that a class falls under: arms of Article 2(1), ammunition of Article 3, parts of
    Article 4, none of them, or open (a class without a category may be within a state's own definition)."""
    if item.startswith("listed"):
        return "outside" if item in _OUTSIDE else "open"
    if _below(item, _OUTSIDE):
        return "outside"
    if _below(item, _NOT_FIRED):
        return "open"
    group = around.group(item)
    if group in _ARMS or _category(around, item):
        return "arms"
    if group == "ammunition" or _below(item, ("bomb", "submunition")):
        return "ammunition"
    return "parts" if group == "components" else "open"


def mine(around: Surroundings, line: Goods) -> Match:
    """Whether a line holds anti-personnel mines: certainly, perhaps (the class says only "mine"), or not."""
    if _below(line.item, ("mine.anti-personnel",)):
        return "may" if line.item in _COMMAND_FIRED else "yes"
    return _perhaps(around, line, _MAY_BE_MINES, _MINE_WORDS)


def cluster(around: Surroundings, line: Goods) -> Match:
    """Whether a line holds cluster munitions or their submunitions."""
    if _below(line.item, ("bomb.cluster", "submunition")):
        return "yes"
    small = _below(line.item, _NO_CARRIER) or around.group(line.item) in {"small-arms", "light-weapons"}
    if not small and _CARRIED_WORDS.search(line.designation):
        return "may"
    return _perhaps(around, line, _MAY_BE_CLUSTER, _CLUSTER_WORDS)


def military(around: Surroundings, item: str) -> bool:
    """Whether a class is certainly arms or related materiel: what is outside the treaty's articles or left open by
    them is not, but for mines, grenades, torpedoes, charges, their parts and the headings of lists of arms."""
    said = article(around, item)
    if said == "outside" or (said == "open" and not around.group(item)):
        return item != "listed.hs-9307" and item.startswith(_MILITARY_LISTS)
    return said != "open" or _below(item, _NOT_FIRED) or around.group(item) in _WEAPONS


def named(around: Surroundings, lines: tuple[Goods, ...]) -> str:
    """The lines by name, each once."""
    return ", ".join(dict.fromkeys(line.designation or around.item_name(line.item) for line in lines))


def _perhaps(around: Surroundings, line: Goods, broad: tuple[str, ...], words: re.Pattern[str]) -> Match:
    unknown = not around.group(line.item)
    return "may" if unknown or line.item in (*broad, *_HEADINGS) or words.search(line.designation) else "no"


def _category(around: Surroundings, item: str) -> bool:
    return around.taxonomy.has(item) and around.taxonomy.get(item).unroca.startswith(("I", "V"))


def _below(item: str, classes: tuple[str, ...]) -> bool:
    return any(item == one or item.startswith(f"{one}.") for one in classes)
