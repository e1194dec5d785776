"""Scope: whether an embargo's words reach a recipient, and a class of goods. What the words leave open stays open."""

from __future__ import annotations

from typing import Literal

from takingstock.records import DateRange, Embargo, Exemption, PartyKind
from takingstock.reference.embargoes import EXPORTS_FROM, NON_GOVERNMENTAL, WHOLE_TERRITORY
from takingstock.reference.surroundings import Surroundings

Reach = Literal["within", "may overlap"]

_GOVERNED = frozenset({PartyKind.STATE, PartyKind.FORCE, PartyKind.UNIT, PartyKind.DEPOT})
_ALL = ("arms and related materiel", "all arms", "arms from", "arms;", "arms for")
_HALF = ("only", "at first", "in combat")
_UNSTATED = "not stated"
# Words of a scope that names goods, and the groups that certainly (True) or possibly (False) lie in them.
_NAMED: tuple[tuple[str, str, bool], ...] = (
    ("tanks", "armour", True),
    ("armoured combat vehicles", "vehicles", False),
    ("large-calibre artillery", "artillery", False),
    ("combat aircraft", "aircraft", False),
    ("warships", "naval", False),
    ("missiles", "missiles", True),
    ("missiles", "manpads", False),
    ("missiles", "atgw", False),
    ("missiles", "air-defence", False),
    ("small arms", "small-arms", True),
    ("light weapons", "light-weapons", True),
    ("ammunition", "ammunition", True),
    ("major conventional weapons", "components", False),
    ("major conventional weapons", "munitions", False),
)


# Territory that was part of another state before, where the table of states names no predecessor (general knowledge).
_ONCE_PART_OF = {"XKX": ("SRB", "SCG"), "SSD": ("SDN",), "ERI": ("ETH",), "TLS": ("IDN",)}


def wholes(around: Surroundings, party: str) -> tuple[str, ...]:
    """The party and everything that it is recorded as part of, nearest first; what is not recorded ends the chain."""
    chain = [party]
    while (above := around.directory.get(chain[-1]).part_of) and above not in chain and around.directory.has(above):
        chain.append(above)
    return tuple(chain)


def armed_group(around: Surroundings, party: str) -> bool:
    """Whether the party is an armed group or a part of one, whatever its own kind."""
    return any(around.kind(one) is PartyKind.ARMED_GROUP for one in wholes(around, party))


def elsewhen(around: Surroundings, states: set[str], when: DateRange) -> set[str]:
    """The states that may be meant where a state is named that did not, or may not, exist then: what came before it
    and what came after, further back or on where that did not exist either."""
    directory, open_ = around.directory, list(states)
    found: set[str] = set()
    while open_:
        one = open_.pop()
        if not directory.has(one) or directory.alive(one, when) is True:
            continue
        near = {*directory.predecessors(one), *directory.successors(one), *_ONCE_PART_OF.get(one, ())} - found
        found |= near
        open_ += near
    return found - states


def reaches(around: Surroundings, embargo: Embargo, party: str, when: DateRange | None = None) -> Reach | None:
    """Whether the embargo's target and territory reach a recipient (or, for bans on exports, a supplier).

    With ``when``, an embargo on the predecessor (or successor) of a state named outside its years may reach it."""
    target = embargo.target
    if target not in {WHOLE_TERRITORY, NON_GOVERNMENTAL, EXPORTS_FROM} and around.directory.has(target):
        return "within" if around.inside(party, target) else None
    states = set((around.state(party) or "").split("+")) - {""}
    territory = set(embargo.territory.split("+"))
    shared = states & territory
    if not shared and (when is None or not territory & elsewhen(around, states, when)):
        return None
    sure: Reach = "within" if shared == states else "may overlap"
    if _UNSTATED in target:
        return "may overlap"
    if target in {WHOLE_TERRITORY, EXPORTS_FROM}:
        return sure
    kind = around.kind(party)
    group = armed_group(around, party)
    if kind in _GOVERNED and not group:
        return None
    # A list of names, or an authority or company whose standing towards the government is open.
    return sure if target == NON_GOVERNMENTAL and group else "may overlap"


def covers(around: Surroundings, embargo: Embargo, item: str, table: tuple[Embargo, ...]) -> Reach | None:
    """Whether the goods lie in the embargo's scope: certainly, possibly, or not."""
    words = embargo.scope
    if words.startswith("as "):
        other = next((one for one in table if one.id == words.removeprefix("as ")), None)
        return covers(around, other, item, table) if other is not None and other.scope != words else "may overlap"
    if words.startswith(_ALL):
        return "may overlap" if any(word in words for word in _HALF) else "within"
    group = around.group(item)
    named = [(sure, g) for word, g, sure in _NAMED if word in words]
    if not group or group in {"weapons", "craft-produced"} or not named or any(word in words for word in _HALF):
        return "may overlap"
    hits = [sure for sure, g in named if g == group]
    if not hits:
        return "may overlap" if "; all arms" in words else None
    return "within" if any(hits) and not words.startswith("technology") else "may overlap"


def open_to(around: Surroundings, exemption: Exemption, party: str) -> bool:
    """Whether an exemption can be open to a recipient at all: one for a government is not open to an armed group,
    nor to a part of one."""
    group = armed_group(around, party)
    return not (group and any(word in exemption.condition for word in ("Government", "security forces", "Authority")))


def suspended(exemption: Exemption) -> bool:
    """Whether the row says that the embargo was suspended, and so not in force."""
    return exemption.condition.startswith("suspended")


def unstated(embargo: Embargo) -> bool:
    """Whether the record does not say whom the embargo binds: a list of dates and documents."""
    return _UNSTATED in embargo.target
