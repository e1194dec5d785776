"""Totals: what came in, with the bound that the leading statements give it, wherever it is printed.

A total that rests on "up to 52" reads up to 52; one that rests on "at least 40" reads at least 40. Where statements
contradict each other, the figures between which they range stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, isclose

from markupsafe import Markup

from takingstock.records import Movement, Quantity, Stage, Step, TraceItem, Unit
from takingstock.report.context import Context, isolated, number


def leading(movements: Iterable[Movement], unit: Unit) -> Quantity:
    """The sum of the movements' quantities of one unit, each as its leading statement has it; bounds stay bounds.
    Unknown where none has a quantity."""
    parts = [m.quantity for m in movements if m.quantity.known and m.quantity.unit is unit]
    if not parts:
        return Quantity(unit=unit)
    low = fsum(part.low or 0.0 for part in parts)
    high = None if any(part.high is None for part in parts) else fsum(part.high or 0.0 for part in parts)
    about = any(part.about for part in parts) and low == high
    # No lower bound but an upper one is the form "at most".
    return Quantity(low=low if low or not high else None, high=high, about=about, unit=unit)


def received(context: Context, block: TraceItem) -> Quantity:
    """The total of a block as the leading statements bound it; the bare total where the arrivals do not add up to it
    (a stock counted before, goods that left again)."""
    total = block.total or 0.0
    came = arrivals(context, block)
    if _adds_up(came, total):
        return leading(came, block.unit)
    span = block.total_range
    if span.known and (span.low or 0.0) <= total and span.high is None and isclose(span.low or 0.0, total):
        return Quantity(low=total, unit=block.unit)
    return Quantity.exact(total, block.unit)


def received_words(context: Context, block: TraceItem) -> Markup:
    """What came in, in words; where statements contradict each other, between which figures all of them range."""
    total = block.total or 0.0
    amount = received(context, block)
    words = context.quantity(amount, unit=True)
    keys = [key for caution in block.cautions if caution.field == "quantity" for key in caution.movements]
    span = context.stated_range(keys) if context.publication.trace.of == "received" else None
    if span is not None and total >= span[2]:
        sure = total - span[2]
        low, high = (isolated(number(sure + end)) for end in span[:2])
        return context.t("chain.contested", n=words, low=low, high=high)
    if context.publication.trace.of == "held" and not _adds_up(arrivals(context, block), total):
        # Of what is left the statements' bounds are not known.
        return context.t("chain.as_stands", n=words)
    open_end = block.total_range.known and block.total_range.high is None and amount.form == "exact"
    return context.t("chain.leading", n=words) if open_end else words


def step_quantity(context: Context, step: Step) -> Markup:
    """How many a step moved: with the bound of its movements where it is all that they moved, else so many of it."""
    amount, movements = step.quantity, [m for key in step.movements if (m := context.movements.get(key))]
    whole = leading(movements, amount.unit)
    if amount.best is None or amount.form != "exact" or whole.form == "exact" or not whole.known:
        return context.quantity(amount, unit=True)
    if _adds_up(movements, amount.best):
        return context.quantity(whole, unit=True)
    return context.t(
        "quantity.part", n=isolated(number(round(amount.best, 1))), whole=context.quantity(whole, unit=True)
    )


def arrivals(context: Context, block: TraceItem) -> list[Movement]:
    """The delivered movements of the block's classes that came to the holder from outside, up to the day asked."""
    trace, until = context.publication.trace, context.publication.trace.at.last
    return [
        m
        for m in context.publication.movements
        if m.stage is Stage.DELIVERED
        and m.item in block.classes
        and m.quantity.unit is block.unit
        and _mine(context, m.to_party, trace.holder)
        and not _mine(context, m.from_party, trace.holder)
        and (until is None or m.when.first is None or m.when.first <= until)
    ]


def _mine(context: Context, party: str | None, holder: str) -> bool:
    directory = context.publication.directory
    return party is not None and (party == holder or (directory.has(party) and directory.part_of(party, holder)))


def _adds_up(movements: list[Movement], total: float) -> bool:
    known = [m.quantity.best or 0.0 for m in movements if m.quantity.known]
    return bool(known) and isclose(fsum(known), total, rel_tol=1e-9, abs_tol=1e-6)
