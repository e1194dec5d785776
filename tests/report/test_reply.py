"""Right of reply: the notice tells what the log says; a company that was never asked is named on the first page."""

import re
from dataclasses import replace

import pytest

from takingstock.records import Contact, ContactKind, DateRange, Party, PartyKind
from takingstock.report import render
from takingstock.report.context import Context
from takingstock.report.language import languages, messages
from takingstock.report.named import named
from takingstock.report.reply import appendix, box, chains_box, elsewhere, in_chains


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


def entry(party, kind, when, text="", **more):
    return Contact(
        id=f"{party}-{kind}-{when}", party=party, kind=ContactKind(kind), when=DateRange.parse(when),
        person="A member", text=text, **more,
    )  # fmt: skip


@pytest.fixture
def logged(publication, other):
    """The publication with a log."""

    def make(*entries):
        return other(publication, contacts=tuple(sorted(entries, key=lambda one: one.id)))

    return make


def front(publication, language="en"):
    return plain(box(Context(publication, messages(language))).html)


@pytest.mark.parametrize("language", languages())
def test_the_notice_stands_on_the_first_page_and_at_the_chains(publication, language):
    html = render(publication, language)
    notices = re.findall(r'<p class="reply">(.*?)</p>', html, re.S)
    assert len(notices) == 2
    assert all("A broker" in plain(notice) for notice in notices)
    assert html.index('class="reply"') < html.index('<nav class="toc"')
    chains = html[html.index('<section id="chains">') : html.index('<section id="diversion">')]
    assert 'class="reply"' in chains


def test_a_company_that_was_never_asked_is_named(publication):
    text = front(publication)
    # Iraq, its army and security forces, the USA, China, Romania, Serbia and Montenegro is no more, and the broker.
    assert "that are to be asked: 7, of which companies: 1. Asked: 0; replied: 0" in text
    assert "never asked: 7." in text
    assert "Companies in the chains that were never asked: A broker." in text
    assert "not to be released before the company was asked" in text


def test_once_asked_it_is_not_named_and_the_rule_falls_away(logged):
    asked = logged(entry("broker", "asked", "2015-06"), entry("IRQ", "asked", "2015-06-02"))
    text = front(asked)
    # The forces were asked through their state.
    assert "Asked: 4; replied: 0" in text
    assert "A broker" not in text
    assert "not to be released" not in text
    assert chains_box(Context(asked, messages("en"))) is None


def test_no_address_is_told_and_is_not_an_answer(logged):
    text = front(logged(entry("broker", "no-address", "2015")))
    assert "Asked: 0; replied: 0; declined: 0; no address found: 1; never asked: 6." in text
    assert "A broker" not in text


def test_the_reply_stands_in_the_appendix(logged):
    asked = logged(
        entry("broker", "asked", "2015-06", deadline=DateRange.parse("2015-07")),
        entry("broker", "replied", "2015-08", "We had <b>every</b> licence."),
    )
    section = appendix(Context(asked, messages("en")), "D")
    (table,) = (block for block in section.blocks if block.kind == "table")
    first = table.rows[0]
    said = str(first.cells[3].html)
    assert "We had &lt;b&gt;every&lt;/b&gt; licence." in said
    assert plain(said).startswith("asked ")
    assert "answer asked for by" in said
    record = table.records()[0]
    assert (record["id"], record["state"], record["mentions"]) == ("broker", "replied", "c1")
    # Who wrote the log stays out.
    assert "A member" not in render(asked)
    assert [row.cells[1].plain for row in table.rows][1:] == sorted(row.cells[1].plain for row in table.rows[1:])


@pytest.mark.parametrize("language", languages())
def test_the_appendix_is_on_the_page(logged, language):
    html = render(logged(entry("broker", "declined", "2015-06", "لا تعليق")), language)
    part = html[html.index('<section id="contacts">') :]
    assert "لا تعليق" in part
    assert messages(language).plain("contact.declined") in part


def test_a_company_outside_the_chains_is_named_too(publication, other):
    dealer = Party(id="dealer", name="A dealer", kind=PartyKind.COMPANY)
    rows = tuple(
        s.model_copy(update={"via": ("dealer",)}) if s.id == "d2" else s for s in publication.ledger.statements
    )
    from takingstock.reference.parties import directory

    changed = other(publication, statements=rows, parties=(*publication.ledger.parties, dealer))
    context = Context(replace(changed, directory=directory(changed.ledger.parties)), messages("en"))
    assert in_chains(context) == ("broker",)
    assert elsewhere(context) == ("dealer",)
    assert "Companies named elsewhere that were never asked: A dealer." in plain(box(context).html)
    assert "A dealer" not in plain(chains_box(context).html)


def test_without_anybody_to_ask_there_is_no_notice(publication, other):
    groups = tuple(
        s.model_copy(update={"from_party": None, "to_party": "islamic-state", "via": ()})
        for s in publication.ledger.statements
    )
    bare = other(publication, statements=groups, sightings=(), counts=())
    bare = replace(bare, trace=publication.trace.model_copy(update={"items": ()}))
    context = Context(bare, messages("en"))
    assert box(context) is None
    assert chains_box(context) is None
    assert appendix(context, "D") is None


def test_where_and_as_what_a_party_is_named(publication):
    found = {one.party: one for one in named(publication.ledger, publication.directory)}
    assert [(m.table, m.record, m.role) for m in found["broker"].mentions] == [
        ("statements", "c1", "via"),
        ("statements", "c1", "alleged"),
    ]
    assert {m.role for m in found["CHN"].mentions} == {"maker"}
    assert found["islamic-state"].state == "not-to-be-asked"
    assert found["SCG"].gone
    assert not found["SCG"].to_ask
