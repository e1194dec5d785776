"""Requested: what a trace request has to say, how far it has come, and which step may follow which. Pure.

Fields after the International Tracing Instrument (2005): see ``docs/tracing.md``, which says what of it was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from takingstock.records import BadValueError, Ledger, MarkCondition, Record, RequestStatus, RequestStep, TraceRequest
from takingstock.records.marking import read_mark

FOLLOWS: Final[dict[RequestStatus, frozenset[RequestStatus]]] = {
    RequestStatus.DRAFTED: frozenset({RequestStatus.SENT}),
    RequestStatus.SENT: frozenset({RequestStatus.ACKNOWLEDGED, RequestStatus.ANSWERED, RequestStatus.REFUSED}),
    RequestStatus.ACKNOWLEDGED: frozenset({RequestStatus.ANSWERED, RequestStatus.REFUSED}),
    # A state may think again, and may add to its answer.
    RequestStatus.REFUSED: frozenset({RequestStatus.ANSWERED}),
    RequestStatus.ANSWERED: frozenset({RequestStatus.ANSWERED}),
}
"""Which steps may follow which. Nothing goes back: what was sent is not a draft again."""

_RANK: Final = {status: rank for rank, status in enumerate(FOLLOWS)}
COVERED: Final = frozenset({"small-arms", "light-weapons"})
"""The groups of the taxonomy that the Instrument is about."""


class Missing(Record):
    """A field that is empty. ``paragraph`` of the Instrument; ``required`` before sending, or else only encouraged."""

    field: str
    paragraph: str
    required: bool
    what: str


class Standing(Record):
    """A request with its steps in order. ``status`` is *overdue* where an answer was due before the day asked about
    and none came; ``before`` is then what it was."""

    request: TraceRequest
    steps: tuple[RequestStep, ...]
    status: RequestStatus
    before: RequestStatus
    since: str
    missing: tuple[Missing, ...]


def missing(request: TraceRequest, *, covered: bool = True, ammunition: bool = False) -> tuple[Missing, ...]:
    """What is still empty, in the order of the letter. Another mark, where one is given, may stand for maker and
    serial: the Instrument allows a code of symbols that tells the country of manufacture. ``covered``: small arms and
    light weapons; of anything else no paragraph speaks, and the same is asked for by custom. ``ammunition``: a lot
    instead of a serial."""
    read = (read_mark(text, rounds=ammunition) for text in request.marks)
    coded = any(mark.text and mark.condition is MarkCondition.PRESENT for mark in read)
    eight, more, seventeen = ("8 (a)", "8 (a), encouraged", "17") if covered else ("", "", "")
    numbered = ("lot", request.lot) if ammunition else ("serial", request.serial)
    looked = (
        ("make", request.make or coded, eight, True, "who made it, as marked"),
        ("made_in", request.made_in, eight, True, "country of manufacture"),
        (numbered[0], numbered[1] or coded, eight, True, f"{numbered[0]} number, or another unique mark"),
        ("made", request.made.known, more, False, "year of manufacture"),
        ("model", request.model, more, False, "type or model"),
        ("calibre", request.calibre, more, False, "calibre"),
        ("import_marks", request.import_marks, "8 (b)" if covered else "", False, "import marks, if there are any"),
        ("circumstances", request.circumstances.strip(), seventeen, True, "the circumstances in which it was found"),
        ("why_illicit", request.why_illicit.strip(), seventeen, True, "why it is held to be illicit"),
        ("intended_use", request.intended_use.strip(), seventeen, True, "what the answer will be used for"),
    )
    return tuple(
        Missing(field=field, paragraph=paragraph, required=required, what=what)
        for field, given, paragraph, required, what in looked
        if not given
    )


def steps_of(ledger: Ledger, request: str) -> tuple[RequestStep, ...]:
    """The steps of a request in order: by date, then by how far they go, then by id."""
    own = (step for step in ledger.steps if step.request == request)
    return tuple(sorted(own, key=lambda step: (step.when.sort_key, _RANK[step.status], step.id)))


def reached(steps: Iterable[RequestStep]) -> RequestStatus:
    """How far a request has come: the furthest of its steps. Without one it is a draft."""
    return max((step.status for step in steps), key=_RANK.__getitem__, default=RequestStatus.DRAFTED)


def standing(
    request: TraceRequest, steps: tuple[RequestStep, ...], today: date, still: tuple[Missing, ...]
) -> Standing:
    """A request as it stands on a day."""
    before = reached(steps)
    waiting = before in {RequestStatus.SENT, RequestStatus.ACKNOWLEDGED}
    late = waiting and request.due.last is not None and request.due.last < today
    since = next((str(step.when) for step in reversed(steps) if step.status is before), str(request.drafted))
    return Standing(
        request=request,
        steps=steps,
        status=RequestStatus.OVERDUE if late else before,
        before=before,
        since=since,
        missing=still,
    )


def may_follow(request: TraceRequest, steps: tuple[RequestStep, ...], step: RequestStep) -> None:
    """Raises BadValueError, with what may come instead, for a step that may not follow: out of turn, or wholly before
    the day of the draft or the date of an earlier step."""
    if step.status not in _RANK or step.status is RequestStatus.DRAFTED:
        raise BadValueError(
            f"no step {step.status.value!r}: request draft makes a draft, and overdue is computed from the due date"
        )
    now = reached(steps)
    if step.status not in FOLLOWS[now]:
        allowed = sorted(FOLLOWS[now], key=_RANK.__getitem__)
        raise BadValueError(
            f"the request is {now.value}, and {step.status.value} cannot follow; what can: "
            f"{', '.join(one.value for one in allowed)}"
        )
    if not step.when.known:
        raise BadValueError("a step needs its date; give --when")
    later = [one for one in steps if not one.when.may_precede(step.when)]
    if later:
        raise BadValueError(
            f"{step.when} is before the step {later[-1].status.value} of {later[-1].when}; correct --when"
        )
    if not request.drafted.may_precede(step.when):
        raise BadValueError(
            f"{step.when} is before {request.drafted}, the day of the draft: nothing was {step.status.value} before it "
            "was written; correct --when, or draft it again with the day on which it was written (--today)"
        )
