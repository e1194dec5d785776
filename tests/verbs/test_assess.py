"""Assessing on the Iraq case: examples, comparison, batch, replay, decisions, re-check; and the JSON as promised."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.cli.app import main
from takingstock.records import (
    BadFileError,
    BadValueError,
    DateRange,
    Incident,
    Mode,
    Outcome,
    Quantity,
    Recommendation,
    Source,
    SourceKind,
    Statement,
)
from takingstock.verbs import import_file, init
from takingstock.verbs.assess import assess, assess_many, page, replay, write_questions
from takingstock.verbs.decide import decide, decision_of, decisions, earlier, recheck

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MILITIA, UNIT, EVIDENCED = (
    EXAMPLES / f"application-{name}.yaml" for name in ("militia", "army-unit", "army-unit-evidenced")
)
QUICK = {"draws": 200}
ORDER = list(Recommendation)


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assess") / "case"
    init(folder, title="Iraq")
    import_file(folder, Path(str(files("takingstock"))) / "cases" / "iraq")
    return folder


@pytest.fixture
def case(imported, tmp_path):
    return Path(shutil.copytree(imported, tmp_path / "case"))


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        main([str(one) for one in arguments])
    return stopped.value.code


def add(case, *records):
    with open_case(case) as opened:
        opened.write(Rows.of(*records), actor="test", reason="a new fact")


def _priors_divided(file, by):
    """The shipped priors with every rate divided, as a user's own table."""
    shipped = Path(str(files("takingstock"))) / "reference" / "data" / "hazard_priors.csv"
    head, *rows = shipped.read_text("utf-8").splitlines()
    columns = head.split(",")
    cut = []
    for row in rows:
        cells = row.split(",")
        if cells[0] != "pooling":
            for name in ("low", "high"):
                cells[columns.index(name)] = str(float(cells[columns.index(name)]) / by)
        cut.append(",".join(cells))
    file.write_text("\n".join([head, *cut]) + "\n", "utf-8")
    return file


def loss(number, quantity=400, when="2016-03"):
    source = Source(
        id=f"new-{number}", title="A new report", kind=SourceKind.PRESS, published=DateRange.parse("2016-04")
    )
    return source, Statement(
        id=f"new-{number}",
        movement=f"new-{number}",
        source=source.id,
        item="rifle.assault.ak.akm",
        from_party="iraqi-army",
        to_party="islamic-state",
        quantity=Quantity.exact(quantity),
        when=DateRange.parse(when),
        mode=Mode.CAPTURE,
    )


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (MILITIA, Recommendation.BARRED),
        (UNIT, Recommendation.MORE_INFORMATION),
        (EVIDENCED, Recommendation.REFER),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_the_shipped_examples(imported, file, expected):
    made = assess(imported, file, **QUICK)
    assert made.recommendation is expected, (
        made.because,
        [(g.id, g.outcome.value, g.facts) for g in made.gates if g.outcome in {Outcome.BARS, Outcome.NEEDS_ANSWER}],
    )
    assert bool(made.questions) is (expected is Recommendation.MORE_INFORMATION) or expected is Recommendation.BARRED
    assert made.forecast
    assert [one.years for one in made.forecast.horizons] == [1, 5, 10]


def test_the_answer_is_the_same_twice(imported):
    assert assess(imported, UNIT, **QUICK) == assess(imported, UNIT, **QUICK)


def test_taking_away_an_answer_never_helps(imported, tmp_path):
    """Each reply and undertaking of the evidenced example taken out: never nearer to a decision than with it."""
    from takingstock.exchange.application_sheet import write_application
    from takingstock.exchange.applications import read_application
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    whole = read_application(EVIDENCED, directory(), taxonomy())
    variants = []
    for field in ("replies", "undertakings"):
        rows = getattr(whole, field)
        for n in range(len(rows)):
            variants.append(whole.model_copy(update={field: rows[:n] + rows[n + 1 :]}))
    for field, empty in (("end_user", None), ("when", DateRange()), ("exporter", None)):
        variants.append(whole.model_copy(update={field: empty} | ({"authority": None} if field == "exporter" else {})))
    variants = [one.model_copy(update={"id": f"v{n}"}) for n, one in enumerate(variants)]
    made_of = [write_application(tmp_path / f"{one.id}.xlsx", one) for one in variants]
    found = assess_many(imported, [EVIDENCED, *made_of], **QUICK)
    assert found[0].recommendation is Recommendation.REFER
    moved = 0
    for made in found[1:]:
        assert ORDER.index(made.recommendation) <= ORDER.index(found[0].recommendation)
        moved += made.recommendation is not Recommendation.REFER
    assert moved >= len(found) // 2


def test_a_batch_says_what_single_runs_say(imported):
    batch = assess_many(imported, [MILITIA, UNIT, EVIDENCED], **QUICK)
    for file, made in zip((MILITIA, UNIT, EVIDENCED), batch, strict=True):
        alone = assess(imported, file, **QUICK)
        assert made.recommendation is alone.recommendation
        assert made.gates == alone.gates
        assert made.policy == alone.policy
        assert [one.any for one in made.forecast.horizons] == [one.any for one in alone.forecast.horizons]


def test_a_diversion_never_lowers_the_forecast(case):
    before = assess(case, UNIT, **QUICK).forecast
    add(case, *loss(1))
    after = assess(case, UNIT, **QUICK).forecast
    for old, new in zip(before.horizons, after.horizons, strict=True):
        assert new.any.value >= old.any.value
        assert new.tenth.value >= old.tenth.value
        assert new.expected.value >= old.expected.value
    assert after.horizons[-1].any.value > before.horizons[-1].any.value


def test_another_name_changes_nothing(imported, tmp_path):
    other = tmp_path / "application-army-unit.yaml"
    other.write_text(UNIT.read_text(encoding="utf-8").replace("Example battalion", "Zulu company"), encoding="utf-8")
    one, two = assess(imported, UNIT, **QUICK), assess(imported, other, **QUICK)
    assert one.recommendation is two.recommendation
    assert [(g.id, g.outcome) for g in one.gates] == [(g.id, g.outcome) for g in two.gates]
    assert one.forecast.horizons == two.forecast.horizons


def test_a_policy_alone(imported):
    made = assess(imported, UNIT, policies=["amnesty-iraq"], **QUICK)
    assert {one.policy for one in made.policy} == {"amnesty-iraq"}
    with pytest.raises(BadFileError, match="did you mean amnesty-iraq"):
        assess(imported, UNIT, policies=["amnesty-irak"], **QUICK)


def test_questions_go_out_and_come_back(imported, tmp_path):
    made = assess(imported, UNIT, **QUICK)
    book = write_questions(imported, UNIT, made, tmp_path / "answers.xlsx")
    again = assess(imported, book, **QUICK)
    assert again.recommendation is made.recommendation
    assert [q.id for q in again.questions] == [q.id for q in made.questions]
    assert again.application_digest == made.application_digest


def test_a_replay_knows_nothing_later(case):
    rows = replay(case, policies=["amnesty-iraq", "att"], draws=100)
    judged = [one for one in rows if one.recommendation]
    assert judged
    assert any(one.skipped for one in rows) or len(judged) == len(rows)
    assert {Recommendation.BARRED, Recommendation.MORE_INFORMATION} <= {one.recommendation for one in judged}
    # Before the treaty bound anybody, and where no embargo and no policy spoke, there was nothing to ask by.
    for one in judged:
        if one.recommendation is Recommendation.REFER:
            assert one.known.last.isoformat() < "2014-12-24"
    # A report of 2016 changes nothing that was judged before it.
    add(case, *loss(1, when="2005"))
    again = {one.movement: one for one in replay(case, policies=["amnesty-iraq", "att"], draws=100)}
    for one in judged:
        if one.known.last.year < 2016:
            assert again[one.movement].because == one.because
            assert again[one.movement].recommendation is one.recommendation


def test_a_replay_tells_what_happened_after(imported):
    rows = replay(imported, policies=["att"], holder="iraqi-army", draws=100)
    assert {one.application.end_user for one in rows}
    after = [each for one in rows for each in one.after]
    assert any(each.mode == "capture" and each.to_party == "islamic-state" for each in after)


def test_a_decision_is_kept_and_reprinted(case):
    made = decide(
        case, UNIT, kind="returned-for-information", reason="ask", person="R. Berg", when="2016-03-20", **QUICK
    )
    assert decisions(case) == (made,)
    assert not made.against
    assert {name for name, _ in made.policies} == {one.policy for one in made.assessment.policy}
    before = made.assessment
    add(case, *loss(1))
    assert decision_of(case, "army-unit").assessment == before
    with open_case(case) as opened:
        event = opened.events()[-2]
        assert event.actor == "R. Berg"
        assert "ask" in event.reason
        assert opened.verify() == ()


def test_a_bar_cannot_be_decided_away(case):
    with pytest.raises(BadValueError, match="barred and cannot be authorised"):
        decide(case, MILITIA, kind="authorised", reason="r", person="P", when="2010-03-20", **QUICK)
    assert decisions(case) == ()
    assert decide(case, MILITIA, kind="refused", reason="r", person="P", when="2010-03-20", **QUICK).kind == "refused"


def test_a_decision_against_the_assessment_says_so(case):
    made = decide(case, UNIT, kind="authorised", reason="urgent", person="P", when="2016-03-20", **QUICK)
    assert made.against


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"kind": "approved"}, "no decision"),
        ({"reason": " "}, "has a reason"),
        ({"when": "2016"}, "no day"),
        ({"kind": "authorised-with-conditions"}, "names them"),
        ({"conditions": ["hope"]}, "no control"),
    ],
)
def test_what_is_no_decision(imported, given, match):
    usual = {"kind": "refused", "reason": "r", "person": "P", "when": "2016-03-20"} | QUICK
    with pytest.raises(BadValueError, match=match):
        decide(imported, UNIT, **(usual | given))


def test_a_recheck_finds_what_a_new_fact_touches(case):
    from datetime import date

    decide(case, EVIDENCED, kind="authorised", reason="r", person="P", when="2016-03-20", **QUICK)
    decide(case, MILITIA, kind="refused", reason="r", person="P", when="2010-03-20", **QUICK)
    today = date(2016, 4, 1)
    assert recheck(case, today=today, draws=200) == ()
    source, statement = loss(2, quantity=30_000)
    incident = Incident(
        id="in-new",
        source=source.id,
        what="Attack on a village",
        qualified_by="A new report",
        when=DateRange.parse("2016-03"),
        parties=("iraqi-army",),
    )
    add(case, source, statement, incident)
    (found,) = [one for one in recheck(case, today=today, draws=200) if one.decision == "example-army-unit-evidenced"]
    assert found.worse
    assert found.why
    assert found.new
    # Visits that nobody made are told too, once their day has passed.
    later = recheck(case, today=date(2030, 1, 1), draws=200)
    assert any("visit" in text.casefold() or "serial" in text.casefold() for one in later for text in one.why)


def test_the_json_is_as_promised(imported, capsys):
    assert run("assess", imported, UNIT, "--draws", 200, "--format", "json") == 0
    value = json.loads(capsys.readouterr().out)
    for gate in value["gates"]:
        assert {"id", "reference", "outcome", "facts", "questions"} <= set(gate)
    assert all({"rule", "outcome", "reason"} <= set(rule) for rule in value["policy"])
    assert all(
        {"years", "any", "tenth", "expected", "low", "high"} <= set(one) for one in value["forecast"]["horizons"]
    )
    assert {"indicators", "controls", "because"} <= set(value)
    assert value["recommendation"] in {one.value for one in Recommendation}
    assert value["versions"]["takingstock"]
    text = json.dumps(value).casefold()
    assert "approve" not in text.replace("approved by", "")


@pytest.mark.parametrize("form", ["table", "csv"])
def test_every_form_prints(imported, capsys, form):
    assert run("assess", imported, UNIT, "--draws", 200, "--format", form) == 0
    out = capsys.readouterr().out
    assert "more information" in out
    assert " 0 %" not in out
    assert "100 %" not in out


def test_two_compared(imported, capsys):
    assert run("assess", imported, UNIT, "--compare", EVIDENCED, "--draws", 200) == 0
    out = capsys.readouterr().out
    assert "more information" in out
    assert "refer to a decision" in out


@pytest.mark.parametrize(
    "arguments",
    [(), ("--replay", "--recheck"), (UNIT, "--replay"), (UNIT, MILITIA, "--format", "html")],
    ids=str,
)
def test_calls_that_make_no_sense(imported, capsys, arguments):
    assert run("assess", imported, *arguments) == 2
    assert "error:" in capsys.readouterr().err


def test_a_decision_takes_no_other_applications_place(case, tmp_path, capsys):
    usual = {"reason": "r", "person": "P"} | QUICK
    conditions = {"conditions": ["on-site-visits", "training"]}
    first = decide(case, UNIT, kind="authorised-with-conditions", when="2016-03-16", **conditions, **usual)
    other = tmp_path / "other.yaml"
    other.write_text(
        "application: example-army-unit\nexporter: United Kingdom\nend user: New Zealand\n"
        "goods: [{item: M1A1 Abrams, quantity: 3}]\ndate: 2018-01-10\n",
        "utf-8",
    )
    with pytest.raises(BadValueError, match="for another exporter and end user and goods"):
        decide(case, other, kind="refused", when="2018-01-11", **usual)
    with pytest.raises(BadValueError, match="is before the decision"):
        decide(case, UNIT, kind="revoked", when="2015-01-11", **usual)
    assert decisions(case) == (first,)
    second = decide(case, UNIT, kind="revoked", when="2017-01-11", **usual)
    assert decisions(case) == (second,)
    assert earlier(case) == (first,)
    assert run("decisions", case) == 0
    told = capsys.readouterr().out
    assert "on-site-visits, training" in told
    assert "revoked" in told
    html = tmp_path / "d.html"
    assert run("decisions", case, "example-army-unit", "--html", html, "--language", "ar") == 0
    assert 'lang="ar"' in html.read_text("utf-8")


def test_a_rule_in_the_way_cannot_be_left_out_of_a_decision(case, tmp_path):
    file = tmp_path / "eu3.yaml"
    text = EVIDENCED.read_text("utf-8").replace(
        "question: eu-3.internal-situation\n    answer: no", "question: eu-3.internal-situation\n    answer: yes"
    )
    file.write_text(text, "utf-8")
    assert assess(case, file, **QUICK).recommendation is Recommendation.REFUSE
    made = decide(
        case, file, kind="authorised", reason="r", person="P", when="2016-03-15",
        policies=["post-delivery-checks"], **QUICK,
    )  # fmt: skip
    assert made.against


def test_other_priors_are_no_new_fact(case, tmp_path):
    from datetime import date

    file = _priors_divided(tmp_path / "own.csv", 50)
    decide(case, EVIDENCED, kind="authorised", reason="r", person="P", when="2016-03-20", priors=file, **QUICK)
    assert recheck(case, today=date(2016, 3, 21)) == ()


def test_an_answer_that_nothing_asks_for_is_told(imported, tmp_path):
    file = tmp_path / "typo.yaml"
    text = UNIT.read_text("utf-8") + (
        "replies:\n - {question: att-6-3.knowlege, answer: no, reason: r, source: s, person: p}\n"
        " - {question: embargo.un-iraq-1990.2, answer: no, reason: r, source: s, person: p}\n"
        " - {question: eu-2.repression, answer: no, reason: r, source: s, person: p}\n"
    )
    file.write_text(text, "utf-8")
    (told,) = assess(imported, file, **QUICK).cautions
    assert "'att-6-3.knowlege'" in told
    assert "did you mean att-6-3.knowledge?" in told
    assert assess(imported, EVIDENCED, **QUICK).cautions == ()


def test_all_files_that_cannot_be_read_are_told_at_once(imported, tmp_path):
    bad = [tmp_path / "a.yaml", tmp_path / "none.yaml"]
    bad[0].write_text("goods: []\n", "utf-8")
    with pytest.raises(BadFileError, match=r"3 of 4 files.*a\.yaml.*none\.yaml.*both example-army-unit"):
        assess_many(imported, [UNIT, *bad, UNIT], **QUICK)


@pytest.mark.parametrize(
    "arguments",
    [("--out", "o.json", "--format", "json"), ("--holder", "x"), ("--today", "2016"), ("--language", "ar")],
    ids=str,
)
def test_an_option_that_would_be_ignored_is_refused(imported, capsys, arguments):
    assert run("assess", imported, UNIT, *arguments) == 2
    assert "does not go with" in capsys.readouterr().err


def test_an_empty_workbook(imported, tmp_path, capsys):
    book = tmp_path / "empty.xlsx"
    assert run("assess", imported, "--template", book) == 0
    assert run("assess", imported, book) == 2
    assert "no goods" in capsys.readouterr().err


def test_policies_are_listed_shown_and_checked(tmp_path, capsys):
    assert run("policies") == 0
    assert "amnesty-iraq" in capsys.readouterr().out
    assert run("policies", "amnesty-iraq") == 0
    assert "presume denial" in capsys.readouterr().out
    assert run("policies", "amnesty-iraq", "--check") == 0
    own = tmp_path / "own.yaml"
    shipped = Path(str(files("takingstock"))) / "reference" / "data" / "policies"
    own.write_text((shipped / "amnesty-iraq.yaml").read_text("utf-8"), "utf-8")
    wrong = (shipped / "amnesty-iraq.tests.yaml").read_text("utf-8").replace("presume denial", "refuse", 1)
    (tmp_path / "own.tests.yaml").write_text(wrong, "utf-8")
    assert run("policies", own, "--check") == 1
    assert run("policies", "--check") == 2


def test_recheck_by_the_command_line(case, capsys):
    assert run("assess", case, "--recheck", "--today", "2016-04-01") == 0
    assert (
        run("decide", case, EVIDENCED, "--decision", "authorised", "--reason", "r", "--date", "2016-03-20", "--by", "P",
            "--draws", 200) == 0
    )  # fmt: skip
    add(case, *loss(3, quantity=30_000))
    assert run("assess", case, "--recheck", "--today", "2016-04-01", "--draws", 200) == 1
    assert run("decisions", case) == 0
    assert run("decisions", case, "evidenced") == 0
    assert "authorised" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page(imported, language):
    made = assess(imported, UNIT, **QUICK)
    text = page(imported, UNIT, made, language=language)
    assert f'<html lang="{language}"' in text
    assert "http" not in text.split("</head>")[0].replace("http-equiv", "")
    assert "<script" not in text
    for question in made.questions:
        assert question.id in text
    assert made.versions[0][1][:16] in text


def test_a_number_lifts_no_bar(imported, tmp_path):
    """However small the forecast is made by priors of one's own: what is barred stays barred."""
    usual = assess(imported, MILITIA, **QUICK)
    made = assess(imported, MILITIA, priors=_priors_divided(tmp_path / "tiny.csv", 1e3), **QUICK)
    assert made.forecast.horizons[0].any.value < usual.forecast.horizons[0].any.value / 2
    assert made.recommendation is Recommendation.BARRED
    assert made.gates == usual.gates
