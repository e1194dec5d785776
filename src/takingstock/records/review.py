"""Review: how far the sources of a sighting and its identification have come, as computed from a case. Never a row."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.evidence import Answer, Aspect
from takingstock.records.identification import Level, ReviewState
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity


class SourceState(Record):
    """Where the verification of one evidence stands. ``settled`` holds each aspect that is settled and how,
    ``findings`` what those found who confirmed it; ``missing`` says what is still to be done, ``against`` who
    contradicts or refutes, ``remarks`` what to look at."""

    evidence: str
    verified: bool
    settled: tuple[tuple[Aspect, Answer], ...] = ()
    missing: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    findings: tuple[tuple[Aspect, str], ...] = ()

    def answer(self, aspect: Aspect) -> Answer | None:
        """How the aspect is settled, or None."""
        return dict(self.settled).get(aspect)

    @property
    def words(self) -> str:
        """The state in one line."""
        return "; ".join(("verified" if self.verified else "not verified", *self.against, *self.missing))


class Agreed(Record):
    """What independent experts support together: ``experts`` (names), on the identifications ``support``; ``dissent``
    are the identifications that contradict it. ``made_in``, ``maker``, ``made``, ``marks``: only what so many of them
    state as the rule asks for, without contradiction; empty otherwise. ``differing``: each of the first three that
    supporters state in ways that exclude each other, with what they state."""

    level: Level
    item: str
    made_in: str | None = None
    maker: str = ""
    made: DateRange = DateRange()
    serial: str = ""
    marks: tuple[str, ...] = ()
    marking_condition: str = ""
    experts: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    dissent: tuple[str, ...] = ()
    differing: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Review(Record):
    """Where one sighting stands. ``open``: its identifications are closed to all, and nothing here tells of them.
    ``agreed`` is what the experts support, ``standing`` what a decision or, without one, their agreement says.
    ``comments`` are identifications that came too late to be independent; ``faults`` is what does not count or does
    not hold, in words. ``erased`` are files of it that nobody can inspect any more; ``reopened``: answers may have been
    given by people who could have read others' answers."""

    sighting: str
    state: ReviewState
    open: bool
    sources: tuple[SourceState, ...] = ()
    agreed: Agreed | None = None
    standing: Agreed | None = None
    counted: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    reopened: bool = False


class Awaiting(Record):
    """A sighting that awaits an expert, with what the expert may know: the files, and where, when and in whose hands.
    Not what anybody, also who entered it, takes it for. ``ready``: its sources are verified;
    ``erased``: files of it are gone, so that it cannot be identified."""

    sighting: str
    evidence: tuple[str, ...]
    holder: str
    place: Place | None = None
    when: DateRange = DateRange()
    quantity: Quantity = Quantity()
    assigned: bool = False
    ready: bool = False
    erased: bool = False
