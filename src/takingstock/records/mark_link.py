"""MarkLink: a person holds that goods received and goods issued under one serial or lot are the same goods."""

from __future__ import annotations

from typing import Literal

from takingstock.records.base import Record
from takingstock.records.quantity import Quantity


class MarkLink(Record):
    """``receipt`` and ``issue`` are keys of movements of one holder; ``mark`` is the serial or lot that both name. The
    trace follows it under the policy ``strict``. ``withdrawn`` links stay and count no more."""

    id: str
    kind: Literal["serial", "lot"]
    mark: str
    receipt: str
    issue: str
    quantity: Quantity = Quantity()
    sightings: tuple[str, ...] = ()
    person: str
    reason: str
    withdrawn: bool = False
