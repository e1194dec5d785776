"""Replay: a policy over past transfers, each judged with only what was known at its date, and what happened after.

A delivered movement from one state to a holder of another becomes the application that could have been made for it:
no undertakings and no answers, since none are on record. So a replay says what would have been barred, denied or
asked; it cannot say that anything would have been authorised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from takingstock.records import (
    Application,
    DateRange,
    Goods,
    Mode,
    Movement,
    Quantity,
    Recommendation,
    Record,
    Stage,
)
from takingstock.risk.assess import Terms, assess
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.forecast import diversion

SUPPLIES = frozenset({Mode.EXPORT, Mode.AID, Mode.RETRANSFER, Mode.LICENSED_PRODUCTION})
_STAGES = frozenset({Stage.AUTHORISED, Stage.ORDERED, Stage.DELIVERED})

BackgroundAt = Callable[[date | None], Background]
"""The background as it was known at the end of a day (None: the date of the transfer is not known)."""


class Aftermath(Record):
    """What the case records of goods of the class leaving the recipient afterwards. That it was these very goods is not
    said: that is for the trace."""

    movement: str
    mode: str
    item: str
    to_party: str | None
    quantity: Quantity
    when: DateRange


class Replayed(Record):
    """One past transfer. ``known``: the day whose knowledge was used; ``against`` says why it is not judged, if so."""

    movement: str
    application: Application
    recommendation: Recommendation | None
    because: tuple[str, ...] = ()
    known: DateRange = DateRange()
    questions: int = 0
    after: tuple[Aftermath, ...] = ()
    skipped: str = ""


def application_of(movement: Movement) -> Application:
    """The application that could have been made for a movement, with what the record has of it and nothing else."""
    return Application(
        id=f"replay:{movement.key}",
        kind="re-export" if movement.mode is Mode.RETRANSFER else "export",
        exporter=movement.from_party,
        end_user=movement.to_party,
        brokers=movement.via,
        goods=(Goods(item=movement.item, quantity=movement.quantity, made_in=movement.made_in),),
        when=movement.when,
    )


def replay(today: Background, at: BackgroundAt, terms: Terms) -> Iterator[Replayed]:
    """Every past supply of the case across a border, in the order of its date, judged by ``terms`` (brief)."""
    rows = [one for one in today.movements if _crosses(today, one)]
    for movement in sorted(rows, key=lambda one: (one.when.sort_key, one.key)):
        application = application_of(movement)
        if not movement.when.known or movement.when.first is None:
            yield Replayed(
                movement=movement.key,
                application=application,
                recommendation=None,
                after=_after(today, movement),
                skipped="its date is not recorded, so what was known then cannot be said",
            )
            continue
        # The first day that it may have been decided: nothing later was certainly known.
        background = at(movement.when.first)
        made = assess(Dossier(background, application), terms)
        yield Replayed(
            movement=movement.key,
            application=application,
            recommendation=made.recommendation,
            because=made.because,
            known=DateRange(first=movement.when.first, last=movement.when.first),
            questions=len(made.questions),
            after=_after(today, movement),
        )


def _crosses(background: Background, movement: Movement) -> bool:
    if movement.mode not in SUPPLIES or movement.stage not in _STAGES:
        return False
    dossier = Dossier(background, application_of(movement))
    sender, receiver = dossier.around.state(movement.from_party), dossier.around.state(movement.to_party)
    return movement.to_party is not None and (sender is None or sender != receiver)


def _after(background: Background, movement: Movement) -> tuple[Aftermath, ...]:
    around = Dossier(background, application_of(movement)).around
    found = []
    for other in background.delivered:
        if diversion(around, other) is None or not movement.to_party:
            continue
        if not around.family(other.from_party, movement.to_party) or not around.akin(other.item, movement.item):
            continue
        first = movement.when.first
        if first is None or other.when.last is None or other.when.last < first:
            continue
        found.append(
            Aftermath(
                movement=other.key,
                mode=other.mode.value,
                item=other.item,
                to_party=other.to_party,
                quantity=other.quantity,
                when=other.when,
            )
        )
    return tuple(found)
