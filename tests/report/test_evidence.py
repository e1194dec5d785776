"""Evidence and identification in the report: every figure leads to its files, dissent is printed, nothing open is."""

import re
from dataclasses import replace

import pytest

from takingstock.records import (
    Archive,
    Assignment,
    Collection,
    Confidence,
    DateRange,
    Evidence,
    Grade,
    Identification,
    Incident,
    Judgement,
    Ledger,
    LikenessJudgement,
    Place,
    Precision,
    Quantity,
    ReviewRule,
    Ruling,
    Sighting,
    Source,
    Verification,
)
from takingstock.report import render
from takingstock.report.evidenced import evidenced, voices

FILES = tuple(f"{n:064x}" for n in range(1, 6))
AK, AKM, PKM = "rifle.assault.ak.ak-47", "rifle.assault.ak.akm", "machine-gun"
RULE = ReviewRule()


def said(sighting, expert, item, **more):
    fields = {"made_in": "CHN", "level": "model", "confidence": Confidence.HIGH, "reason": f"{item} because"} | more
    return Identification(id=f"{sighting}/{expert}", sighting=sighting, expert=expert, item=item, **fields)


def ruled(sighting, number, kind, **more):
    fields = {"person": "Leader Lee", "reason": f"{kind} by Leader Lee"} | more
    return Ruling(id=f"{sighting}/{number}", sighting=sighting, number=number, kind=kind, **fields)


@pytest.fixture(scope="module")
def team(publication):
    """``done``: released against a dissent; ``open``: one expert has answered; ``bare``: no source is verified."""
    from takingstock.catalogue.releasing import release_ruling
    from takingstock.reference.items import taxonomy

    def seen(id, *files):
        return Sighting(
            id=id, source="audit", holder="islamic-state", item="rifle", evidence=files, quantity=Quantity.exact(1)
        )

    verified = tuple(
        Verification(
            id=f"{file}/{aspect}/{who}", evidence=file, person=who, aspect=aspect, answer="confirmed", method="m",
            reason="r",
        )
        for file in FILES[:3]
        for who in ("Ana Vee", "Bo Vee")
        for aspect in ("origin", "place", "time")
    )  # fmt: skip
    book = Ledger(
        title="t",
        revision=1,
        head="0",
        sources=(Source(id="audit", title="An audit"),),
        sightings=(seen("bare", FILES[3]), seen("done", FILES[0], FILES[1]), seen("open", FILES[2])),
        verifications=verified,
        likenesses=(
            LikenessJudgement(
                id="l", first=FILES[0], second=FILES[3], judgement=Judgement.SAME_ORIGINAL, person="Ana Vee", reason="r"
            ),
        ),
        assignments=(Assignment(id="a", sighting="open", expert="Xenia Ex"),),
        identifications=(
            said("done", "Xenia Ex", AKM),
            said("done", "Yuri Ey", AKM, made=DateRange.parse("1965")),
            said("done", "Zoe Ez", AK, reason="Unlike Xenia Ex I see a milled receiver", made_in="SUN"),
            said("open", "Yuri Ey", PKM, reason="OPEN-SECRET", serial="SERIAL-9", level="serial"),
        ),
        incidents=(
            Incident(
                id="i",
                source="audit",
                what="Killing of captives",
                qualified_by="A commission",
                place=Place(name="Hidden village", latitude=1, longitude=2, precision=Precision.EXACT),
                parties=("islamic-state",),
                sightings=("done",),
                grade=Grade.parse("B2"),
            ),
        ),
    )
    book = book.model_copy(update={"rulings": (ruled("done", 1, "close"),)})
    final = release_ruling(book, "done", RULE, taxonomy(), id="done/2", person="Leader Lee", reason="Two agree")
    book = book.model_copy(update={"rulings": (*book.rulings, final)})
    archive = Archive(
        revision=1,
        evidence=tuple(Evidence(id=file, name=f"name-of-{n}.jpg", size=10 + n) for n, file in enumerate(FILES)),
        collections=tuple(
            Collection(id=f"c{n}", evidence=file, account=account)
            for n, (file, account) in enumerate(zip(FILES, ("", "@a", "@A ", "", ""), strict=True))
        ),
    )
    return book, archive, taxonomy()


@pytest.fixture(scope="module")
def made(publication, team):
    book, archive, classes = team

    def page(names=False, language="en", **changes):
        ledger = book.model_copy(update=changes)
        return render(replace(publication, evidenced=evidenced(ledger, archive, RULE, classes, names=names)), language)

    return page


def part(html):
    start = html.index('<section id="evidence">')
    return html[start : html.index("</section>", start)]


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", html))


def test_a_case_without_evidence_has_no_such_section(publication, team):
    _, _, classes = team
    assert '<section id="evidence">' not in render(publication)
    assert evidenced(publication.ledger, Archive(revision=1), RULE, classes) is None


def test_copies_and_one_account_are_one_voice(team):
    book, archive, _ = team
    assert voices(book, archive) == dict(zip(FILES, (1, 2, 2, 1, 3), strict=True))


def test_what_was_released_with_dissent_and_reason(made):
    text = plain(part(made()))
    assert "Files in the vault: 5. Distinct voices: 3." in text
    for words in (
        "Rule of the case: 2 people on the source, 2 independent experts at the released level.",
        "independent experts at the released level. Reason: kept in the case, not published",
        "Dissent of expert 3: AK-47 (Soviet Union) (level model). Reason: kept in the case, not published",
        "Released in spite of dissent: 1 of 1.",
    ):
        assert words in text
    # What a member of the team wrote may hold anything, so nothing of it leaves.
    for words in ("Two agree", "milled receiver", "Unlike"):
        assert words not in text
    inside = plain(part(made(True)))
    for words in (
        "Reason: Two agree",
        "Unlike Xenia Ex I see a milled receiver",
        "Killing of captives",
        "A commission",
    ):
        assert words in inside
    for state in ("collected", "in review", "released"):
        assert state in text


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("names", [False, True])
def test_nothing_of_an_open_review_and_no_name_is_told(made, language, names):
    html = made(names, language)
    for secret in ("OPEN-SECRET", "SERIAL-9"):
        assert secret not in html
    team_names = ("Xenia", "Yuri", "Zoe", "name-of-")
    assert all((name in part(html)) is names for name in team_names)
    for always in ("Leader Lee", "Ana Vee", "Bo Vee"):
        assert always not in html
    assert ("Hidden village" in html) is names


def test_the_page_is_the_same_whatever_an_open_answer_says(made, team):
    book, _, _ = team
    other = (*book.identifications[:3], said("open", "Yuri Ey", AK, made_in="RUS"))
    assert made() == made(identifications=other)


def test_every_figure_leads_to_its_files(made):
    html = part(made())
    anchors = set(re.findall(r'id="(e\d+)"', html))
    assert anchors == {f"e{n}" for n in range(1, 6)}
    assert set(re.findall(r"href='#(e\d+)'", html)) == {"e1", "e2", "e3", "e4"}
    for file in FILES:
        assert html.count(f">{file}<") == 1
        assert f">{file[:12]}<" in html
    released = next(row for row in re.findall(r"<tr>.*?</tr>", html, re.S) if "AKM" in row)
    assert "#e1'" in released
    assert "#e2'" in released
    assert "#e3'" not in released


def test_a_case_with_nothing_released_says_so(made, team):
    text = plain(part(made(rulings=())))
    assert "Nothing has been released yet" in text
    assert "Dissent of" not in text


def test_hostile_texts_are_escaped(made, team):
    book, _, _ = team
    evil = book.incidents[0].model_copy(update={"what": "<script>alert(1)</script>", "qualified_by": "<img src=x>"})
    html = part(made(incidents=(evil,)))
    assert "<script>alert" not in html
    assert "<img" not in html


def test_why_there_is_no_agreement_is_said_in_the_page_s_language(made):
    from takingstock.catalogue.agreement import too_little
    from takingstock.report.evidenced import NO_EXTRA
    from takingstock.report.sections.evidence import _WHY

    same = [("a", "x", "l"), ("a", "y", "l"), ("b", "x", "l"), ("b", "y", "l")]
    assert {too_little([]), too_little(same), NO_EXTRA} == set(_WHY)
    assert "identified" in plain(part(made()))
    assert "fewer than two" not in part(made(language="ar"))


def test_alpha_is_printed_where_it_can_be_told(made, team):
    """Two closed reviews of which one is disputed: a number, and no expert in its table."""
    pytest.importorskip("crowdkit")
    book, _, _ = team
    rows = (*book.identifications, said("open", "Xenia Ex", AK))
    html = part(made(identifications=rows, rulings=(*book.rulings, ruled("open", 1, "close"))))
    assert "Krippendorff" in html
    assert "all identifications" in html
    assert "OPEN-SECRET" not in html, "of a disputed sighting that is not released nothing is printed"


def test_a_missing_extra_is_said(made, monkeypatch):
    from takingstock.catalogue import agreement
    from takingstock.records import TakingStockError

    def missing(*_):
        raise TakingStockError("install takingstock[agreement]")

    monkeypatch.setattr(agreement, "agreement", missing)
    assert "not installed here" in plain(part(made()))


def test_what_the_rule_confirmed_and_what_not_is_said(made):
    assert "Not confirmed: quantity and possessor" in plain(part(made()))
    assert "وما لم يؤكَّد: الكمية والحائز" in plain(part(made(language="ar")))


@pytest.fixture(scope="module")
def changed(team):
    """Somebody changed the quantity after the release."""
    book, *_ = team
    rows = tuple(
        one.model_copy(update={"quantity": Quantity.exact(500)}) if one.id == "done" else one for one in book.sightings
    )
    return {"sightings": rows}


def test_a_released_sighting_that_was_changed_leaves_and_the_page_says_so(made, changed):
    text = plain(part(made(**changed)))
    assert "Nothing has been released yet" in text
    assert "Released and counted no more, since they were changed afterwards: done." in text
    assert "صدرت ولم تعد تُحسب" in plain(part(made(language="ar", **changed)))


def test_files_of_one_sighting_that_look_alike_are_no_caution(team):
    book, archive, classes = team
    assert evidenced(book, archive, RULE, classes, alike=[(FILES[0], FILES[1])]).notes == ()
