"""What can be a whole and its parts: checked before a person's word becomes a linking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from takingstock.records import BadValueError, Ledger, Movement
from takingstock.reference.parties import Directory

NEAR: Final = 0.05
"""By this share the figure of a whole and the sum of its parts may differ, beyond the ranges that sources give."""


def refuse_no_parts(read: Ledger, directory: Directory, whole: str, parts: Sequence[str]) -> None:
    """Raises BadValueError where movements of a ledger as linked cannot be a whole and its parts: of other stages, from
    another supplier, to somebody who is no part of the recipient, or of another figure together. Without the last, what
    is missing among the parts would be laid upon those that are named."""
    views = {one.key: one for one in read.movements(directory.part_of) if one.key in {whole, *parts}}
    top = views[whole]
    own = [views[key] for key in parts]
    for one in own:
        if one.stage is not top.stage:
            raise BadValueError(
                f"{one.key} is {one.stage.value} and {whole} {top.stage.value}: stages of one transfer are joined with "
                "link merge, and count once"
            )
        if not _akin(directory, one.from_party, top.from_party):
            raise BadValueError(f"{one.key} comes from {one.from_party}, {whole} from {top.from_party}: not its part")
        if not _inside(directory, one.to_party, top.to_party):
            raise BadValueError(f"{one.key} goes to {one.to_party}, which is no part of {top.to_party} ({whole})")
        if not one.when.overlaps(top.when):
            raise BadValueError(f"{one.key} ({one.when}) is not within the time of {whole} ({top.when})")
    _refuse_other_sum(top, own)


def _refuse_other_sum(top: Movement, own: Sequence[Movement]) -> None:
    if not top.quantity.known or not all(one.quantity.known for one in own):
        lacking = next(one.key for one in (top, *own) if not one.quantity.known)
        raise BadValueError(f"{lacking} has no quantity, so that it cannot be told whether these are all its parts")
    low, high = sum(one.quantity.low or 0.0 for one in own), sum(_high(one) for one in own)
    if high < (top.quantity.low or 0.0) * (1 - NEAR) or low > _high(top) * (1 + NEAR):
        together = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
        raise BadValueError(
            f"the parts come to {together} and {top.key} to {top.quantity}: name all of its parts, or leave out what "
            "is another transfer"
        )


def _high(one: Movement) -> float:
    return one.quantity.high if one.quantity.high is not None else float("inf")


def _akin(directory: Directory, one: str | None, other: str | None) -> bool:
    return not one or not other or _inside(directory, one, other) or _inside(directory, other, one)


def _inside(directory: Directory, part: str | None, whole: str | None) -> bool:
    return not part or not whole or part == whole or directory.part_of(part, whole)
