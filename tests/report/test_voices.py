"""Voices: a chain is said to be stated whole only by a source, or outlets of one report, that state every link."""

import re

import pytest

from takingstock.records import Source
from takingstock.report.context import Context
from takingstock.report.language import languages, messages
from takingstock.report.voices import Telling, basis_words, told
from takingstock.report.words import chain_sentence


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


def chain_of(publication):
    return publication.trace.items[1].chains[0]


def stated(publication, other, by, sources=None):
    """The chain with its two movements stated by the sources named."""
    rows = []
    for row in publication.ledger.statements:
        if row.id in by:
            rows += [
                row.model_copy(update={"id": f"{row.id}-{n}", "source": name}) for n, name in enumerate(by[row.id])
            ]
        else:
            rows.append(row)
    fields = {"statements": tuple(rows)} | ({"sources": sources} if sources else {})
    return Context(other(publication, **fields), messages("en"))


def test_one_source_that_states_every_link_is_named(publication, other):
    context = stated(publication, other, {"c1": ["study", "audit"], "c2": ["study"]})
    assert told(context, chain_of(publication)).telling is Telling.WHOLE
    assert plain(basis_words(context, chain_of(publication))).startswith("stated link by link by A field study [")


def test_a_source_that_repeats_a_report_is_said_to_quote_it(publication, other):
    context = stated(publication, other, {"c1": ["paper"], "c2": ["paper"]})
    words = plain(basis_words(context, chain_of(publication)))
    study = context.references.sources["study"]
    assert words.startswith("stated link by link by A newspaper [")
    assert words.endswith(f", which quotes [{study}]")


def test_outlets_of_one_report_are_said_to_quote_it(publication, other):
    sources = (
        *(source for source in publication.ledger.sources if source.id != "paper"),
        Source(id="paper", title="A newspaper", derives_from=("study",)),
        Source(id="weekly", title="A weekly", derives_from=("paper",)),
    )
    sources = tuple(sorted(sources, key=lambda source: source.id))
    context = stated(publication, other, {"c1": ["paper"], "c2": ["weekly"]}, sources)
    by = told(context, chain_of(publication))
    assert (by.telling, by.original) == (Telling.REPEATED, "study")
    words = plain(basis_words(context, chain_of(publication)))
    assert re.fullmatch(r"stated link by link by 2 outlets \S+ \S+ that quote one report \S+", words), words


def test_independent_sources_piece_a_chain_together(publication, other):
    context = stated(publication, other, {"c1": ["register"], "c2": ["study", "paper"]})
    by = told(context, chain_of(publication))
    assert (by.telling, by.voices) == (Telling.PIECED, 2)
    assert plain(basis_words(context, chain_of(publication))).startswith("pieced together from 2 sources [")
    sentence = plain(chain_sentence(context, "ammunition.cartridge", chain_of(publication)))
    assert "pieced together from 2 sources" in sentence
    assert "states the whole chain" not in sentence


@pytest.mark.parametrize("language", languages())
def test_an_inferred_chain_is_called_inferred(publication, language):
    context = Context(publication, messages(language))
    chain = publication.trace.items[0].chains[0]
    assert told(context, chain) is None
    assert str(basis_words(context, chain)) == messages(language).plain("basis.inferred")
