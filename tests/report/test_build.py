"""The gathering: from a ledger and the tables to a publication, on the bundled case."""

import re
from importlib.resources import files

import pytest

from takingstock.exchange import read_template
from takingstock.records import BadFileError, Ledger, UnknownNameError
from takingstock.report import Paragraph, build, render
from takingstock.report.build import told_apart
from takingstock.report.language import messages
from takingstock.report.sentences import known


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


def test_a_story_in_several_languages(iraq, page):
    told = {
        "title": "T", "title_ar": "عنوان", "scope": "Scope.", "scope_fr": "Portée.",
        "narrative": [{"text": "Both.", "text_ar": "كلاهما 12 %.", "heading": "H", "sources": ["sipri-2026"]}],
        "highlights": [{"text": "Base only."}],
    }  # fmt: skip
    publication = build(iraq, holder="islamic-state", story=told)
    english, arabic = render(publication), render(publication, "ar")
    assert '<h1 dir="ltr" lang="en">T</h1>' in english
    assert '<h1 dir="rtl" lang="ar">عنوان</h1>' in arabic
    assert "Portée" not in english + arabic
    for html in (english, arabic):
        assert "<span class='passage' dir='ltr' lang='en'>Scope.</span>" in html
        assert "<span class='passage' dir='ltr' lang='en'>Base only.</span>" in html
        assert "<span dir='ltr' lang='en'>H</span>" in html
    assert "Both." not in arabic
    assert "<span class='passage' dir='rtl' lang='ar'>كلاهما \u206612 %\u2069." in arabic
    given = build(iraq, holder="islamic-state", story=told, title="Mine")
    assert '<h1 dir="ltr" lang="en">Mine</h1>' in render(given, "ar")


def test_what_the_program_says_is_arabic_on_the_arabic_page(built, page):
    """In the parts that the program words, nothing of its English is left; texts of sources stay."""
    for finding in built.findings:
        assert known(finding.definition), finding.definition
        assert known(finding.caution), finding.caution
    html = render(built, "ar")
    text = page(html).text
    for words in (
        *(c.words for b in built.trace.items for c in b.cautions),
        *(b.definition for b in built.trace.items),
    ):
        assert words not in text
    for words in ("Single sightings", "No interval", "recorded receipts", "A gap between", "HMMWV 2,300"):
        assert words not in text, words
    assert "ولم يقرأها بعدُ ناطق بالعربية" in text
    assert messages("en").texts["method.translation"] == ""


def test_totals_with_contradicting_claims_are_exact(built, page):
    english, arabic = (page(render(built, language)).text for language in ("en", "ar"))
    assert "2,300 items by the leading statement; the statements range from 1,500 to 2,300" in english
    assert "2,300 قطعة بحسب الإفادة المقدَّمة على غيرها؛ وتتراوح الإفادات بين 1,500 و2,300" in arabic
    assert "نحو 2,300" not in arabic
    assert "Recorded as received: 1 item." in english
    assert not re.search(r"(?<![\d,.])1 items", english)


def test_two_outlets_that_quote_one_source_differ_in_the_open(built, page):
    html = render(built)
    part = page(html[html.index('<section id="contradictions">') : html.index('<section id="stages">')]).text
    assert "12 December 2015" in part
    assert "15 December 2015" in part
    assert part.count("they are one voice") == 1
    outlets = part[part.index("Outlets of one source that differ") :]
    assert "15 December 2015" in outlets
    assert "2,300" not in outlets
    assert "HMMWV" in part[: part.index("Outlets of one source that differ")]


@pytest.mark.parametrize("holder", ["", "islamic-stat"])
def test_an_unknown_holder_is_an_error(iraq, holder):
    with pytest.raises(UnknownNameError):
        build(iraq, holder=holder)


def test_a_table_that_says_the_same_twice_is_left_out(built):
    (one,) = [a for a in built.arsenals if a.by == "country" and a.role == "manufactured"]
    assert told_apart([one, one.model_copy(update={"role": "designed"})]) == (one,)
