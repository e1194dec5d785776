"""Loading policies: those that ship, a user's own, and every fault told with its line and what to do."""

import hashlib
from importlib.resources import files

import pytest

from takingstock.records import BadFileError, Policy, RuleOutcome
from takingstock.reference.policies import load, names, read, shipped, text_of
from takingstock.reference.policy_tests import beside, load_tests, read_tests
from takingstock.reference.policy_vocabulary import VOCABULARY

GOOD = """\
id: mine
title: Ours
body: Ministry
standing: national criteria
version: "1"
source: gazette 12
verified: yes
applies: {authority: DEU}
questions: {mine.asked: 'Is it so?'}
rules:
  - id: one
    title: First
    reference: section 1
    then: presume denial
    applies: {destination: [IRQ, SYR]}
    unless:
      all:
        - reply: {mine.asked: no}
        - evidenced: training
    conditions: [training]
"""


def fault(text, old="", new="", name="mine.yaml"):
    with pytest.raises(BadFileError) as caught:
        read(text.replace(old, new).encode(), name)
    return str(caught.value)


def test_a_policy_is_read_with_its_digest_and_text():
    policy = read(GOOD.encode(), "mine.yaml")
    assert policy.id == "mine"
    assert policy.verified
    assert policy.digest == hashlib.sha256(GOOD.encode()).hexdigest()
    assert text_of(policy) == GOOD
    rule = policy.rules[0]
    assert rule.then is RuleOutcome.PRESUME_DENIAL
    assert rule.applies == {"destination": ["IRQ", "SYR"]}
    assert rule.unless == {"all": [{"reply": {"mine.asked": "no"}}, {"evidenced": ["training"]}]}
    assert [(one.id, one.reference) for one in rule.questions] == [("mine.asked", "section 1")]
    assert not rule.verified


def test_the_text_makes_the_same_policy_again_and_stays_out_of_the_canonical_form():
    for policy in shipped():
        assert read(text_of(policy).encode(), policy.id) == policy
        assert policy.text not in policy.canonical()
        assert Policy.model_validate_json(policy.model_dump_json()).rules == policy.rules


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load(file).id == "mine"
    assert load(str(file)).digest == load(file).digest


def test_a_name_that_does_not_ship_is_told_the_nearest():
    with pytest.raises(BadFileError, match="amnesty-iraq"):
        load("amnesty-irak")


def test_every_shipped_file_is_named_after_its_policy_and_has_tests():
    assert [policy.id for policy in shipped()] == list(names())
    for name in names():
        assert load_tests(name)
        data = (files("takingstock.reference") / "data" / "policies" / f"{name}.yaml").read_bytes()
        assert load(name).digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("destination: [IRQ, SYR]", "destinaton: IRQ", 15, "did you mean destination"),
        ("destination: [IRQ, SYR]", "destination: Irak", 15, "unknown state 'Irak'"),
        ("destination: [IRQ, SYR]", "destination: krg", 15, "is no state"),
        ("destination: [IRQ, SYR]", "goods: rifel", 15, "unknown item class"),
        ("destination: [IRQ, SYR]", "goods: rifle.asault", 15, "rifle.assault"),
        ("destination: [IRQ, SYR]", "quantity_above: {above: many}", 15, "takes a number"),
        ("destination: [IRQ, SYR]", "quantity_above: {above: nan}", 15, "takes a number"),
        ("destination: [IRQ, SYR]", "when: 2014-31", 15, "impossible date"),
        ("destination: [IRQ, SYR]", "gate: {att-6: passed}", 15, "takes bars or needs an answer"),
        ("destination: [IRQ, SYR]", "embargo_on: {of: nowhere}", 15, "destination or end_user"),
        ("destination: [IRQ, SYR]", "military_list: ML23", 15, "ML1 to ML22"),
        ("destination: [IRQ, SYR]", "any: []", 15, "any takes a list"),
        ("destination: [IRQ, SYR]", "answered: [{destination: IRQ}]", 15, "two trees"),
        ("destination: [IRQ, SYR]", "indicator: {id: cpi}", 15, "either above or below"),
        ("destination: [IRQ, SYR]", "forecast: {measure: any, years: 5}", 15, "above is missing"),
        ("{destination: [IRQ, SYR]}", "IRQ", 15, "takes tests by name"),
        ("evidenced: training", "evidenced: trainings", 19, "did you mean training"),
        ("conditions: [training]", "conditions: [trainig]", 20, "did you mean training"),
        ("then: presume denial", "then: presume", 14, "did you mean presume denial"),
        ("then: presume denial", "then: passes", 14, "cannot say 'passes'"),
        ("then: presume denial", "then: exception shown", 14, "cannot say"),
        ("mine.asked: no", "mine.other: no", 11, "'mine.other' has no text"),
        ("mine.asked: no", "mine.asked: maybe", 18, "takes yes or no"),
        ("standing: national criteria", "standing: custom", 4, "unknown standing"),
        ("title: First", "titel: First", 12, "did you mean title"),
        ("version: \"1\"", "version: []", 1, "needs version"),
        ("verified: yes", "verified: maybe", 7, "yes or no"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line(old, new, line, says):
    told = fault(GOOD, old, new)
    assert f"mine.yaml, line {line}:" in told, told
    assert says in told, told


def test_all_faults_are_told_at_once():
    text = GOOD.replace("destination: [IRQ, SYR]", "destinaton: IRQ").replace("evidenced: training", "evidenced: x")
    assert len(fault(text).splitlines()) == 2


@pytest.mark.parametrize(
    "number", ["forecast: {measure: any, years: 5, above: 0.1}", "indicator: {id: cpi, above: 40}"]
)
def test_a_number_may_tighten_and_never_lift(number):
    read(GOOD.replace("destination: [IRQ, SYR]", number).encode(), "mine.yaml")
    read(GOOD.replace("destination: [IRQ, SYR]", f"any: [{{{number}}}]").encode(), "mine.yaml")
    for old, new in (
        ("evidenced: training", number),
        ("evidenced: training", f"any: [{{{number}}}]"),
        ("evidenced: training", f"not: {{{number}}}"),
        ("destination: [IRQ, SYR]", f"not: {{{number}}}"),
        ("destination: [IRQ, SYR]", f"answered: [{{{number}}}, {{destination: IRQ}}]"),
        ("applies: {authority: DEU}", f"applies: {{{number}}}"),
    ):
        assert "may tighten and never lift" in fault(GOOD, old, new)


def test_yaml_that_hides_something_is_refused():
    assert "comes twice" in fault(GOOD + "    then: refuse\n")
    assert "anchors and aliases" in fault(GOOD, "authority: DEU", "authority: &a DEU")
    assert "line 9" in fault(GOOD, "{authority: DEU}", "{authority: DEU")
    assert "UTF-8" in _raises(b"\xff\xfe")
    assert "a policy is written as fields" in _raises(b"- 1")
    assert "a policy is written as fields" in _raises(b"")
    assert "the rule 'one' comes twice" in fault(GOOD + GOOD[GOOD.index("  - id: one") :])


def _raises(data):
    with pytest.raises(BadFileError) as caught:
        read(data, "mine.yaml")
    return str(caught.value)


def test_tests_are_read_with_their_short_forms(tmp_path):
    assert beside("att") == "att"
    assert beside(tmp_path / "mine.yaml") == tmp_path / "mine.tests.yaml"
    [test] = read_tests(
        b"tests: [{name: a, application: {goods: {tank: '4'}, replies: {x: no}, undertakings: {training: evidenced}}}]",
        "x",
    )
    assert test.application.replies[0].sound
    assert test.application.undertakings[0].evidenced
    assert test.application.goods[0].quantity.low == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tests: []", "at least one"),
        ("tests:\n- name: a\n  applikation: {}\n", "did you mean application"),
        ("tests:\n- name: a\n  application: {goods: {tonk: '4'}}\n", "line 3: unknown item class 'tonk'"),
        ("tests:\n- name: a\n  application: {goods: {tank: '4'}}\n  expect: {x: allowed}\n", "line 4"),
    ],
)
def test_faults_of_tests_are_told(text, says):
    with pytest.raises(BadFileError, match=says):
        read_tests(text.encode(), "mine.tests.yaml")


def test_every_form_says_what_it_takes():
    for name, form in VOCABULARY.items():
        assert form.takes, name
        assert form.says.endswith("."), name
