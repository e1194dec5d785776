"""Totals: the bound of the leading statement stays with the figure wherever it is printed."""

import re
from dataclasses import replace

import pytest

from takingstock.records import Caution, Quantity, Step, Unit
from takingstock.report.context import Context
from takingstock.report.language import messages
from takingstock.report.totals import leading, received, received_words, step_quantity
from takingstock.report.words import share_words


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


def lost(publication, other, quantity, second=None):
    """The publication with another quantity for the capture, and its HMMWV block."""
    figures = {"b1": quantity, "b2": second or "?"}
    rows = tuple(
        s.model_copy(update={"quantity": Quantity.parse(figures[s.id])}) if s.id in figures else s
        for s in publication.ledger.statements
    )
    changed = other(publication, statements=rows)
    best = changed.ledger.statement_by_id["b1"].quantity.best
    block = publication.trace.items[0].model_copy(update={"total": best})
    return Context(changed, messages("en")), block


@pytest.mark.parametrize(
    ("said", "words"),
    [("40", "40 items"), (">=40", "at least 40 items"), ("<=52", "up to 52 items"), ("~40", "about 40 items")],
)
def test_the_total_keeps_the_form_of_the_leading_statement(publication, other, said, words):
    context, block = lost(publication, other, said)
    assert received(context, block) == Quantity.parse(said)
    assert plain(received_words(context, block)) == words
    chain = block.chains[0].model_copy(update={"quantity": block.total, "share": 1.0})
    assert f"{int(block.total)} of {words}." in plain(share_words(context, block, chain))


def test_contradicting_statements_give_the_range_beside_the_bound(publication, other):
    context, block = lost(publication, other, ">=40", "30")
    caution = Caution(kind="contradiction", words="", field="quantity", movements=("loss",))
    words = plain(received_words(context, block.model_copy(update={"cautions": (caution,)})))
    assert words == "at least 40 items by the leading statement; the statements range from 30 to 40"


def test_a_total_that_the_arrivals_do_not_make_up_is_printed_bare(publication, other):
    context, block = lost(publication, other, "<=52")
    assert received(context, block.model_copy(update={"total": 9.0})) == Quantity.exact(9)


def test_a_step_that_moves_a_part_says_of_what(publication, other):
    context, _ = lost(publication, other, "<=52")
    step = Step(from_party="iraqi-army", to_party="islamic-state", mode="capture", movements=("loss",))
    for moved, words in ((52, "up to 52 items"), (51, "51 of up to 52 items")):
        part = step.model_copy(update={"quantity": Quantity.exact(moved)})
        assert plain(step_quantity(context, part)) == words


def test_units_are_never_added(publication):
    movements = publication.movements
    assert leading(movements, Unit.TONNES) == Quantity(unit=Unit.TONNES)
    assert leading(movements, Unit.ROUNDS) == Quantity.exact(5_000_000, Unit.ROUNDS)


def test_a_missing_movement_leaves_the_steps_own_figure(publication):
    context = Context(replace(publication, movements=()), messages("en"))
    step = Step(from_party="USA", to_party="IRQ", mode="export", movements=("gone",), quantity=Quantity.exact(1))
    assert plain(step_quantity(context, step)) == "1 item"
