"""Checking: whether an identification may be written: known item, known states, nothing technical on craft items."""

from __future__ import annotations

import re

from takingstock.records import Activation, Craft, Identification, Level, Sighting
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

# Which treaties speak of mines and cluster munitions is general knowledge, not checked against their texts; so are
# the categories below *unverified*, and a short free text is as good.
TREATY_CATEGORIES = ("anti-personnel mine (APMBC)", "cluster munition (CCM)", "none", "unknown")
TREATY_CATEGORY_LENGTH = 60
CRAFT_FIELDS = frozenset({"base_item", "victim_activated", "treaty_category"})


def check_identification(one: Identification, taxonomy: Taxonomy, directory: Directory) -> tuple[str, ...]:
    """Every fault, in words that say what to do; empty: it may be written."""
    faults = []
    if not taxonomy.has(one.item):
        faults.append(f"item {one.item!r} is not in the taxonomy; {_near(one.item, taxonomy)}")
    faults += [
        f"made_in {state!r} is no known state; write its id, joined with + where states cannot be separated"
        for state in (one.made_in.split("+") if one.made_in else ())
        if not directory.has(state) or directory.country(state) != directory.get(state).id
    ]
    if one.level.rank >= Level.MAKER.rank and not (one.maker or one.made_in):
        faults.append(f"level {one.level.value} needs the maker or the country; fill one in, or choose level variant")
    if one.craft is not None:
        faults += check_craft(one.craft, taxonomy)
    return tuple(faults)


def check_shown(text: str, sighting: Sighting) -> str:
    """Whether a queue was written for the files that the sighting has now: the fault, or empty. ``text`` is what stands
    in its column evidence."""
    told = {one.lower() for one in re.split(r"[\s;,]+", text) if one}
    now = set(sighting.evidence)
    if told == now:
        return ""
    gone, new = sorted(told - now), sorted(now - told)
    parts = [f"without {', '.join(one[:12] for one in gone)}"] if gone else []
    parts += [f"with {', '.join(one[:12] for one in new)}"] if new else []
    return (
        f"the files of {sighting.id} are not those of this workbook any more (now {' and '.join(parts)}); write the "
        "queue out again and look at them"
    )


def check_craft(craft: Craft, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Faults of what is said about a craft-produced item; it holds what arms control needs and nothing technical."""
    faults = []
    if extra := sorted(set(type(craft).model_fields) - CRAFT_FIELDS):
        faults.append(f"a craft item holds no {', '.join(extra)}: no technical detail is kept; take it out")
    if craft.base_item is not None and not taxonomy.has(craft.base_item):
        faults.append(f"base item {craft.base_item!r} is not in the taxonomy; {_near(craft.base_item, taxonomy)}")
    category = craft.treaty_category
    if category not in TREATY_CATEGORIES and (len(category) > TREATY_CATEGORY_LENGTH or "\n" in category):
        faults.append(
            f"treaty category: one of {', '.join(TREATY_CATEGORIES)}, or at most {TREATY_CATEGORY_LENGTH} characters "
            "on one line; no technical detail"
        )
    if category == TREATY_CATEGORIES[0] and craft.victim_activated is Activation.NO:
        faults.append(f"{category} is set off by its victim; say yes or unknown, or choose another category")
    return tuple(faults)


def _near(text: str, taxonomy: Taxonomy) -> str:
    near = ", ".join(item.id for item, _ in taxonomy.suggest(text, 3))
    return f"did you mean {near}?" if near else "choose a class that is"
