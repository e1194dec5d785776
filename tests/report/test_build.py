"""The gathering: from a ledger and the tables to a publication, on the bundled case."""

from importlib.resources import files

import pytest

from takingstock.exchange import read_template
from takingstock.records import BadFileError, Ledger, UnknownNameError
from takingstock.report import Paragraph, build, render
from takingstock.report.build import told_apart


@pytest.fixture(scope="module")
def iraq():
    reading = read_template(files("takingstock") / "cases" / "iraq")
    tables = ("sources", "parties", "statements", "counts", "populations", "sightings")
    return Ledger(title="Iraq", revision=3, head="ab" * 32, **{name: reading.rows(name) for name in tables})


@pytest.fixture(scope="module")
def built(iraq):
    return build(iraq, holder="islamic-state", highlights=["One."], narrative=[Paragraph(text="Two.")])


def test_it_gathers_everything(built):
    assert built.versions.revision == 3
    assert built.versions.head == "ab" * 32
    assert len(built.versions.tables) == 64
    assert built.trace.items
    assert built.findings
    assert built.contradictions
    assert built.territories[0] == "IRQ"
    assert [p.text for p in (*built.highlights, *built.narrative)] == ["One.", "Two."]
    assert {arsenal.by for arsenal in built.arsenals} >= {"country", "class"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_bundled_case_renders(built, page, language):
    html = render(built, language)
    assert render(built, language) == html
    assert 300_000 < len(html.encode()) < 3_000_000
    text = page(html).text
    for figure in ("43.5 %", "492", "53.5 %", "8,564", "681"):
        assert figure in text, figure


def test_the_report_says_what_the_issue_asks(built, page):
    text = page(render(built)).text
    for words in (
        "about 190,000 of about 355,000 items recorded as issued or received by Iraqi security forces",
        "China 43.5 %",
        "Russia / Soviet Union",
        "59 days",
        "Tradewell",
        "A source alleges",
        "up to 52",
    ):
        assert words in text, words


def test_no_stinger_reaches_the_group(built):
    html = render(built)
    chains = html[html.index('<section id="chains">') : html.index('<section id="diversion">')]
    assert "Stinger" not in chains


def test_a_story_is_read_and_a_bad_one_is_named(iraq):
    told = {"title": "T", "scope": "S", "narrative": [{"text": "x", "sources": ["sipri-2026"]}]}
    publication = build(iraq, holder="islamic-state", story=told)
    assert (publication.title, publication.scope) == ("T", "S")
    assert publication.narrative[0].sources == ("sipri-2026",)
    with pytest.raises(BadFileError, match="give text"):
        build(iraq, holder="islamic-state", story={"highlights": [{"txt": "x"}]})


@pytest.mark.parametrize("holder", ["", "islamic-stat"])
def test_an_unknown_holder_is_an_error(iraq, holder):
    with pytest.raises(UnknownNameError):
        build(iraq, holder=holder)


def test_a_table_that_says_the_same_twice_is_left_out(built):
    (one,) = [a for a in built.arsenals if a.by == "country" and a.role == "manufactured"]
    assert told_apart([one, one.model_copy(update={"role": "designed"})]) == (one,)
