"""Modes: the ways in which goods leave authorised hands, which movement is which, and which goods are alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from takingstock.records import Mode, Movement, PartyKind
from takingstock.reference.surroundings import Surroundings


class DiversionMode(StrEnum):
    """Four ways, each with a hazard of its own."""

    CAPTURE = "battlefield-capture"
    THEFT = "theft-or-leakage"
    RETRANSFER = "unauthorised-retransfer"
    COLLAPSE = "loss-or-abandonment"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


MODES: Final = tuple(DiversionMode)
NUMBER: Final = {mode: place for place, mode in enumerate(MODES)}

_BY_MODE: Final = {
    Mode.CAPTURE: DiversionMode.CAPTURE,
    Mode.THEFT_OR_LEAKAGE: DiversionMode.THEFT,
    Mode.ILLICIT_PURCHASE: DiversionMode.THEFT,
    Mode.LOSS: DiversionMode.COLLAPSE,
}
_PASSED_ON: Final = frozenset({Mode.RETRANSFER, Mode.EXPORT, Mode.AID})
_MAKING: Final = frozenset({Mode.PRODUCTION, Mode.CRAFT_PRODUCTION})


class GoodsClass(StrEnum):
    """Goods whose losses are compared: what a person can carry, ammunition, and all else."""

    PORTABLE = "portable"
    AMMUNITION = "ammunition"
    HEAVY = "heavy"


_PORTABLE: Final = frozenset({"", "weapons", "small-arms", "light-weapons", "manpads", "atgw", "craft-produced"})
_ROUNDS: Final = frozenset({"ammunition", "munitions"})


def goods_class(around: Surroundings, item: str) -> GoodsClass:
    """The class of goods of an item; one that the table lacks counts as portable, which goes astray most easily."""
    group = around.group(item)
    if group in _PORTABLE:
        return GoodsClass.PORTABLE
    return GoodsClass.AMMUNITION if group in _ROUNDS else GoodsClass.HEAVY


def diversion(around: Surroundings, movement: Movement) -> DiversionMode | None:
    """By which mode a delivered movement took goods out of authorised hands; None if it did not, or nobody gave.

    Goods passed on count where a source says that it was not permitted, or where a retransfer went to an armed group
    and no source says that it was. A capture, theft or loss always counts; nothing is said of whose fault it was."""
    if movement.from_party is None or not holds_lawfully(around, movement.from_party):
        return None
    if (mode := _BY_MODE.get(movement.mode)) is not None:
        return mode
    if movement.mode in _PASSED_ON and movement.authorised is False:
        return DiversionMode.RETRANSFER
    to_group = around.kind(movement.to_party) is PartyKind.ARMED_GROUP
    if movement.mode is Mode.RETRANSFER and to_group and movement.authorised is None:
        return DiversionMode.RETRANSFER
    return None


def arrives(around: Surroundings, movement: Movement) -> bool:
    """Whether the movement adds to its receiver's stock. What was made is in no end user's stock yet, and what was
    taken unlawfully is in no lawful one: else one holder's loss would count as another's safe keeping."""
    if movement.to_party is None or movement.mode in _MAKING or not holds_lawfully(around, movement.to_party):
        return False
    if movement.mode.diverts or movement.mode.ends:
        return False
    return diversion(around, movement) is None


def holds_lawfully(around: Surroundings, party: str) -> bool:
    """Whether a party's stock is one whose losses are diversions: an armed group's is not, and "unknown recipient" is
    no holder."""
    return around.kind(party) is not PartyKind.ARMED_GROUP and not party.startswith("unknown-")
