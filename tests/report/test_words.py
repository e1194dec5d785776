"""Words: a sentence says what the figures of its finding or chain say, and of malpractice no more and no less."""

import re

import pytest

from takingstock.records import Finding, FindingKind, Grade, Mode, PopulationTable, Quantity, Unit
from takingstock.report.context import Context
from takingstock.report.language import languages, messages
from takingstock.report.words import (
    agreement_words,
    finding_sentence,
    malpractice_words,
    other_claims,
    population_title,
)

HMMWV = "vehicle.light.hmmwv"


@pytest.fixture(scope="module", params=languages())
def context(request, publication):
    return Context(publication, messages(request.param))


@pytest.fixture(scope="module")
def english(publication):
    return Context(publication, messages("en"))


def plain(html):
    text = re.sub("[\u2066\u2069]", "", re.sub("<[^>]+>", "", str(html)))
    return re.sub(r"\s+", " ", text).replace("&gt;", ">")


def finding(kind, numerator, denominator, share, **more):
    return Finding(
        id="f",
        kind=kind,
        holder="BGR",
        item="ifv.bmp.bmp-1",
        numerator=Quantity.parse(numerator),
        denominator=Quantity.parse(denominator),
        share=share,
        definition="",
        words="",
        sources=(),
        rests_on=more.pop("rests_on", ()),
        **more,
    )


SENT = FindingKind.SENT_MORE_THAN_HELD
NONE = {"en": "as having received none", "ar": "ولم يستلم شيئًا"}
OUTSIDE = {"en": "must come from before or outside the records", "ar": "مما قبل السجلات أو من خارجها"}
HAD = {"en": "to have had", "ar": "وكان لديه"}


def test_sent_on_with_nothing_received(context):
    text = plain(finding_sentence(context, finding(SENT, "130", "130", None)))
    language = context.words.code
    assert text.count("130") == 2
    assert NONE[language] in text
    assert OUTSIDE[language] in text
    assert HAD[language] not in text
    assert "%" not in text
    assert messages(language).plain("share.none") not in text


def test_sent_on_with_a_part_received(context):
    text = plain(finding_sentence(context, finding(SENT, "30", "130", 30 / 130)))
    language = context.words.code
    sent, missing = text.index("130"), text.index(" 30 ")
    assert sent < missing, "what was sent comes first, then what of it must come from elsewhere"
    assert OUTSIDE[language] in text
    assert NONE[language] not in text
    assert "(23.1 %)" in text


def test_sent_on_between_two_bounds_says_neither_none_nor_a_share(context):
    text = plain(finding_sentence(context, finding(SENT, "30..60", "130", None)))
    language = context.words.code
    assert "30–60" in text
    assert NONE[language] not in text
    assert "%" not in text


def test_only_those_whose_figure_it_is_are_named_with_it(publication, english):
    capture = finding(
        FindingKind.CLAIMED_CAPTURE, "2300", "8100", 2300 / 8100,
        rests_on=("a1", "b1", "b2"), claimants=("a minister",),
    ).model_copy(update={"item": HMMWV})  # fmt: skip
    assert [one.id for one in other_claims(english, capture)] == ["b2"]
    text = plain(finding_sentence(english, capture, others=True))
    own, others = text.split("Others claim: ")
    assert "Figure given by: a minister." in own
    assert "1,500 items" in others
    assert "grade C3" in others
    assert "a minister" not in others
    assert "Others claim" not in plain(finding_sentence(english, capture))


def chain_with(publication, other, language="en", **fields):
    """The context and the inferred chain, whose capture two statements carry; ``fields`` change one of them."""
    rows = tuple(s.model_copy(update=fields) if s.id == "b1" else s for s in publication.ledger.statements)
    changed = other(publication, statements=rows)
    chain = publication.trace.items[0].chains[0]
    (barred,) = [m.authorised for m in changed.movements if m.key == "loss"]
    steps = (chain.steps[0], chain.steps[1].model_copy(update={"authorised": barred}))
    return Context(changed, messages(language)), chain.model_copy(update={"steps": steps})


@pytest.mark.parametrize("language", languages())
def test_the_plain_line_stands_only_where_nothing_is_said(publication, other, language):
    line = messages(language).plain("chain.no_malpractice")
    context, chain = chain_with(publication, other, language)
    assert plain(malpractice_words(context, chain)) == line
    for fields in ({"authorised": False}, {"allegation": "sold on"}):
        context, chain = chain_with(publication, other, language, **fields)
        assert line not in plain(malpractice_words(context, chain))


def test_not_authorised_is_said_with_its_statement(publication, other):
    context, chain = chain_with(publication, other, authorised=False)
    html = str(malpractice_words(context, chain))
    assert "a source says that this transfer was not authorised; no other malpractice is inferred" in html
    assert f"href='#{context.references.anchor('b1')}'" in html
    assert f"href='#{context.references.anchor('b2')}'" not in html


def test_an_allegation_takes_precedence_and_carries_its_status_once(publication, other):
    rows = tuple(
        s.model_copy(update={"allegation": "sold on", "allegation_status": "denied", "authorised": False})
        if s.id in {"b1", "b2"}
        else s
        for s in publication.ledger.statements
    )
    context = Context(other(publication, statements=rows), messages("en"))
    text = plain(malpractice_words(context, publication.trace.items[0].chains[0]))
    assert text.count("sold on") == 1
    assert "Status: denied." in text
    assert "was not authorised" not in text
    assert "Of every other step no malpractice is inferred." in text


def test_an_allegation_on_one_step_does_not_hide_a_bar_on_another(publication, other):
    fields = {"a1": {"authorised": False}, "b1": {"allegation": "sold on"}}
    rows = tuple(s.model_copy(update=fields.get(s.id, {})) for s in publication.ledger.statements)
    context = Context(other(publication, statements=rows), messages("en"))
    text = plain(malpractice_words(context, publication.trace.items[0].chains[0]))
    assert "sold on" in text
    assert "was not authorised" in text
    assert "Of every other step" not in text


def test_rules_that_were_not_computed_are_not_printed(english, publication):
    chain = publication.trace.items[0].chains[0]
    few = chain.model_copy(update={"agreement": (("fifo, late births", 0.55),)})
    text = plain(agreement_words(english, few))
    assert "55.0 % under first in, first out" in text
    assert "last in, first out" not in text
    assert agreement_words(english, chain.model_copy(update={"agreement": ()})) is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("until-2017", "until 2017"),
        ("since-2014", "from 2014"),
        ("2014", "2014"),
        ("2014-2017", "2014–2017"),
        ("undated", "date not recorded"),
    ],
)
def test_titles_of_single_sightings(english, span, words):
    table = PopulationTable(
        id=f"sightings-rounds-lot-or-serial-match-{span}", title="raw", unit=Unit.ROUNDS,
        size=Quantity(), source="study", rows=(),
    )  # fmt: skip
    assert plain(population_title(english, table)) == f"Single sightings, rounds, lot or serial match, {words}"


def test_a_statement_of_a_broader_class_is_another_claim(publication, other):
    row = publication.ledger.statement_by_id["b2"].model_copy(
        update={"item": "vehicle", "quantity": Quantity.exact(2300), "mode": Mode.CAPTURE, "grade": Grade.parse("C3")}
    )
    rows = tuple(row if s.id == "b2" else s for s in publication.ledger.statements)
    context = Context(other(publication, statements=rows), messages("en"))
    capture = finding(
        FindingKind.CLAIMED_CAPTURE, "2300", "8100", 0.3, rests_on=("b1", "b2"), claimants=("a minister",)
    )
    capture = capture.model_copy(update={"item": HMMWV})
    assert [one.id for one in other_claims(context, capture)] == ["b2"]


def test_a_population_of_own_sightings_is_titled_in_the_page_s_language(context):
    table = PopulationTable(
        id="own-sightings-islamic-state-items-imagery-only-2014-2016",
        title="Own sightings of Islamic State, items, imagery only, 2014-2016",
        unit=Unit.ITEMS, size=Quantity(), source="s", rows=(),
    )  # fmt: skip
    said = plain(population_title(context, table))
    assert "2014–2016" in said
    assert ("Own sightings of Islamic State" in said) is (context.words.code == "en")
    if context.words.code == "ar":
        assert "مشاهدات الفريق" in said
        assert not re.search("[a-z]", said)
