"""Agreement: how well the experts of a case agree with each other. A summary of reviewers; it releases nothing."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.identification import Level


class AgreementRow(Record):
    """Krippendorff's alpha (nominal) over ``units`` sightings that at least two experts identified. ``scope`` is
    ``all``, ``class`` or ``expert``, ``key`` the item class or the expert; ``level`` None: each as far as it went; one
    that is more general than what another named has no label. ``alpha`` is None where there is too little to tell;
    ``words`` say why."""

    scope: str
    key: str = ""
    level: Level | None = None
    units: int
    experts: int
    identifications: int
    alpha: float | None = None
    words: str = ""


class Consensus(Record):
    """The most probable label of one sighting in the Dawid-Skene model, and its probability in that model."""

    sighting: str
    item: str
    probability: float


class Confusion(Record):
    """With which probability an expert says ``said`` when the model takes ``true`` for the truth."""

    expert: str
    true: str
    said: str
    probability: float


class Agreement(Record):
    """Agreement per class and expert, and the Dawid-Skene consensus with each expert's confusion. ``words`` say what
    was left out and why."""

    rows: tuple[AgreementRow, ...] = ()
    consensus: tuple[Consensus, ...] = ()
    confusion: tuple[Confusion, ...] = ()
    note: str = ""
    words: tuple[str, ...] = ()
