"""What a rule says: scope, dates, exceptions, standing decisions; and that less knowledge never lifts a refusal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.risk.policies.scene import UNIT, dossier, policy, reply

from takingstock.records import (
    Assessment,
    BadValueError,
    Consent,
    Count,
    Decision,
    Incident,
    Party,
    Policy,
    RuleOutcome,
    Undertaking,
    UnknownNameError,
)
from takingstock.records.control import ControlKind
from takingstock.reference.policies import load, read, shipped
from takingstock.risk.policies import SCOPE, apply, timeless


def outcome(rule, then="refuse", head="", **fields):
    answers = apply((policy(rule, then, head),), dossier(**fields))
    return answers[0].outcome.value if answers else None


ASKED = "unless: {reply: {q: no}}"


@pytest.mark.parametrize(
    ("then", "answer", "expected"),
    [
        ("refuse", "no", "passes"),
        ("refuse", "yes", "refuse"),
        ("refuse", None, "needs an answer"),
        ("presume denial", "no", "exception shown"),
        ("presume denial", "yes", "presume denial"),
        ("presume denial", None, "needs an answer"),
        ("needs an answer", "no", "passes"),
        ("needs an answer", None, "needs an answer"),
        ("consult first", "no", "passes"),
        ("consult first", None, "consult first"),
        ("only with conditions", "no", "passes"),
        ("only with conditions", None, "only with conditions"),
        ("post-delivery checks", None, "post-delivery checks"),
    ],
)
def test_unless(then, answer, expected):
    replies = (reply("q", answer),) if answer else ()
    assert outcome(ASKED, then, replies=replies) == expected


def test_applies():
    assert outcome("applies: {destination: SYR}") == "not applicable"
    assert outcome("applies: {destination: IRQ}") == "refuse"
    assert outcome("applies: {destination: IRQ}", end_user=None) == "needs an answer"
    assert outcome("applies: {destination: IRQ, kind: transit}") == "not applicable"


def test_what_cannot_be_known_of_the_scope_asks_once():
    [answer] = apply((policy("", head="applies: {destination: IRQ}"),), dossier(end_user=None))
    assert (answer.rule, answer.outcome) == (SCOPE, RuleOutcome.NEEDS_ANSWER)
    assert [one.id for one in answer.questions] == ["end-user.who"]
    assert apply((policy("", head="applies: {destination: SYR}"),), dossier()) == ()


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2016-03-01", "refuse"),
        ("2014-01-01", "not applicable"),
        ("2015", "needs an answer"),
        ("", "needs an answer"),
        ("2015-12-08", "refuse"),
        ("2015-12-07", "not applicable"),
    ],
)
def test_a_rule_outside_its_dates(when, expected):
    assert outcome("when: 2015-12-08..", when=when) == expected


def test_a_policy_outside_its_dates_is_silent_but_where_it_is_named_or_timeless():
    recommended = load("amnesty-iraq")
    old = dossier(when="2010-01-01")
    assert apply((recommended,), old) == ()
    assert apply((timeless(recommended),), old)[0].rule == "iraq-denial"
    assert apply((recommended,), dossier(when="2010-01-01", policies=("amnesty-iraq",)))[0].rule == "iraq-denial"


def test_a_policy_that_is_named_and_not_given_is_no_silence():
    with pytest.raises(UnknownNameError, match="amnesty-syria"):
        apply((load("amnesty-iraq"),), dossier(policies=("amnesty-syria",)))
    with pytest.raises(BadValueError, match="two policies"):
        apply((policy("when: 2015.."), policy("when: 2016..")), dossier())


def decided(found, kind="authorised", day="2016-03-01"):
    made = Assessment(application="a", recommendation="refer to a decision", because=(), gates=())
    return Decision(
        id="a", application=found.application, assessment=made, kind=kind, reason="r", person="p", decided=day
    )


def test_suspension_speaks_only_of_a_standing_decision_and_of_what_came_after_it():
    rule = "applies: {loss_recorded: {by: end_user, since: decision}}"

    def lost(day, kind=None):
        count = Count(id="c", source="s", holder=UNIT.id, item="rifle", quantity="3", when=day, basis="lost")
        decisions = (decided(dossier(), kind),) if kind else ()
        return outcome(rule, "suspend", counts=(count,), decisions=decisions)

    assert lost("2016-08") == "not applicable"
    assert lost("2016-08", "authorised") == "suspend"
    assert lost("2016-08", "authorised-with-conditions") == "suspend"
    assert lost("2016-08", "suspended") == "suspend"
    assert lost("2016-08", "refused") == "not applicable"
    assert lost("2015-08", "authorised") == "not applicable"
    assert lost("2016-03", "authorised") == "needs an answer"


def test_an_embargo_that_came_after_the_decision():
    rule = "applies: {embargo_on: {of: destination, since: decision}}"
    before = decided(dossier(when="1990-01-01", end_user="IRQ"), day="1990-01-01")
    assert outcome(rule, "suspend", when="1990-01-01", end_user="IRQ", decisions=(before,)) == "suspend"
    after = decided(dossier(when="2010-01-01", end_user="IRQ"), day="2010-01-01")
    assert outcome(rule, "suspend", when="2010-01-01", end_user="IRQ", decisions=(after,)) == "not applicable"


def test_an_answer_that_came_after_the_authorisation_counts_only_for_what_follows_it():
    late, stands = (reply("q", "yes", when="2016-09-01"),), (decided(dossier()),)
    assert outcome(ASKED, replies=late) == "needs an answer"
    assert outcome(ASKED, replies=late, decisions=stands) == "needs an answer"
    assert outcome(ASKED, "suspend", replies=late, decisions=stands) == "suspend"
    assert outcome("applies: {standing: yes, reply: {q: yes}}", replies=late, decisions=stands) == "refuse"


@pytest.mark.parametrize("standing", [False, True])
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("", "exception shown"),
        ("2016-02", "exception shown"),
        ("2016-03-01", "exception shown"),
        ("2016", "needs an answer"),
        ("2016-03-02", "needs an answer"),
        ("2015..", "needs an answer"),
    ],
)
def test_a_late_or_straddling_answer_shows_no_exception(day, expected, standing):
    decisions = (decided(dossier()),) if standing else ()
    late = (reply("q", "yes", when=day),)
    [answer] = apply(
        (policy("unless: {reply: {q: yes}}", "presume denial"),), dossier(replies=late, decisions=decisions)
    )
    assert answer.outcome == expected
    assert ("undated" in answer.reason) == (not day)


@pytest.mark.parametrize("standing", [False, True])
@pytest.mark.parametrize(
    ("day", "when", "expected"),
    [
        ("2016-03-01", "2016-03-01", "exception shown"),
        ("2016-06-01", "2016-03-01", "needs an answer"),
        ("2016", "2016-03-01", "needs an answer"),
        ("2016-01..", "2016-03-01", "needs an answer"),
        ("2016-02-01", "", "exception shown"),
        ("2016-03-01", "", "needs an answer"),
        ("2017-06-01", "", "needs an answer"),
    ],
)
def test_evidence_in_the_middle_of_deliveries_shows_no_exception(day, when, expected, standing):
    shown = (Undertaking(control="training", standing="evidenced", source="report", when=day),)
    fields = {"when": when, "period": "2016-03-01..2016-12-31"}
    decisions = (decided(dossier(**fields)),) if standing else ()
    rule = policy("unless: {evidenced: [training]}", "presume denial")
    [answer] = apply((rule,), dossier(undertakings=shown, decisions=decisions, **fields))
    assert answer.outcome == expected
    if expected == "needs an answer":
        assert [one.id for one in answer.questions] == ["control.training"]


def test_a_late_consent_and_a_late_offer_show_no_exception():
    def said(rule, **fields):
        return outcome(f"unless: {rule}", "presume denial", decisions=(decided(dossier()),), **fields)

    for day, expected in (("2016-02-01", "exception shown"), ("", "exception shown"), ("2016-06", "needs an answer")):
        consent = Consent(by="CZE", given=True, when=day)
        assert said("{consent: given}", consents=(consent,)) == expected
        assert said("{offered: [training]}", undertakings=(Undertaking(control="training", when=day),)) == expected


def test_a_late_answer_settles_nothing_that_the_record_leaves_open():
    asked, rule = "incident.end-user", "applies: {incident: {of: end_user}}"
    incident = Incident(
        id="i", source="s-1", what="attack", qualified_by="court", parties=("iraqi-army",), when="2015-05"
    )
    known = {"incidents": (incident,), "decisions": (decided(dossier()),)}
    assert outcome(rule, replies=(reply(asked, "yes", when="2016-02-01"),), **known) == "refuse"
    assert outcome(rule, replies=(reply(asked, "yes", when="2016-06-01"),), **known) == "needs an answer"


def test_a_decision_on_other_goods_under_the_same_id_does_not_stand_and_one_more_answer_changes_nothing():
    rule, other = "applies: {kind: export}", dossier(end_user="SYR")
    assert outcome(rule, "suspend", decisions=(decided(other),)) == "not applicable"
    more = (reply("r", "yes", when="2016-09-01"),)
    assert outcome(rule, "suspend", replies=more, decisions=(decided(dossier()),)) == "suspend"


def test_conditions_and_questions_come_with_the_answer():
    rule = "conditions: [training]\n    unless: {evidenced: [training]}"
    [answer] = apply((policy(rule, "presume denial"),), dossier(undertakings=(Undertaking(control="training"),)))
    assert answer.outcome is RuleOutcome.NEEDS_ANSWER
    assert answer.conditions == (ControlKind.TRAINING,)
    assert [one.id for one in answer.questions] == ["control.training"]
    assert "before delivery" in answer.questions[0].text
    assert answer.questions[0].reference == "section 1"
    assert "offered, not evidenced" in answer.reason


def test_a_name_changes_nothing():
    other = Party(id="x", name="Another name", kind="unit", part_of="iraqi-army")
    before = apply(shipped(), dossier())
    after = apply(shipped(), dossier(end_user="x", parties=(other,)))
    assert [(one.rule, one.outcome) for one in before] == [(one.rule, one.outcome) for one in after]


STERN = {RuleOutcome.REFUSE, RuleOutcome.PRESUME_DENIAL}
LIGHT = {RuleOutcome.PASSES, RuleOutcome.EXCEPTION_SHOWN}
QUESTIONS = sorted({one.id for each in shipped() for rule in each.rules for one in rule.questions})
REPLIES = st.lists(
    st.builds(reply, st.sampled_from(QUESTIONS), st.sampled_from(["yes", "no", "unknown"])),
    max_size=12,
    unique_by=lambda one: one.question,
)
UNDERTAKINGS = st.lists(
    st.builds(
        Undertaking,
        control=st.sampled_from(list(ControlKind)),
        standing=st.sampled_from(["missing", "offered", "evidenced"]),
        source=st.sampled_from(["", "report"]),
        when=st.sampled_from(["", "2015-01-01", "2019-01-01"]),
    ),
    max_size=12,
)
WHERE = st.sampled_from([UNIT.id, "iraqi-army", "IRQ", "syrian-arab-army", "new-syrian-army", "JOR", None])


@settings(max_examples=60, deadline=None)
@given(REPLIES, UNDERTAKINGS, WHERE, st.sampled_from(["DEU", "GBR"]), st.data())
def test_taking_an_answer_away_never_lifts_a_refusal(replies, undertakings, end_user, exporter, data):
    def outcomes(replies, undertakings):
        found = dossier(
            replies=tuple(replies),
            undertakings=tuple(undertakings),
            end_user=end_user,
            exporter=exporter,
            when="2018-02-01",
        )
        return {(one.policy, one.rule): one.outcome for one in apply(shipped(), found)}

    before = outcomes(replies, undertakings)
    if replies and data.draw(st.booleans(), "a reply"):
        gone = data.draw(st.integers(0, len(replies) - 1))
        after = outcomes([*replies[:gone], *replies[gone + 1 :]], undertakings)
    elif undertakings:
        gone = data.draw(st.integers(0, len(undertakings) - 1))
        after = outcomes(replies, [*undertakings[:gone], *undertakings[gone + 1 :]])
    else:
        return
    for key, was in before.items():
        assert not (was in STERN and after.get(key, RuleOutcome.PASSES) in LIGHT), key


LEAVES = st.sampled_from(
    [
        {"reply": {"q": "no"}},
        {"reply": {"r": "yes"}},
        {"evidenced": ["training"]},
        {"offered": ["disposal-agreement"]},
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(TREES, REPLIES, UNDERTAKINGS, st.integers(0, 30))
def test_whatever_the_exception_taking_an_answer_away_never_shows_it(tree, replies, undertakings, gone):
    """The same over made-up exceptions of every shape."""
    replies = [reply("q", "yes"), reply("r", "no"), *replies][: 2 + len(replies) % 3]
    rows = [*replies, *undertakings]
    fewer = [one for at, one in enumerate(rows) if at != gone % len(rows)]
    made = policy("", "presume denial")
    made = made.model_copy(update={"rules": (made.rules[0].model_copy(update={"unless": tree}),)})

    def said(some):
        return apply(
            (made,),
            dossier(
                replies=tuple(one for one in some if not isinstance(one, Undertaking)),
                undertakings=tuple(one for one in some if isinstance(one, Undertaking)),
            ),
        )[0].outcome

    if said(rows) is RuleOutcome.PRESUME_DENIAL:
        assert said(fewer) not in LIGHT


def test_the_text_of_a_policy_is_enough_to_judge_again():
    for one in shipped():
        again = read(one.text.encode(), one.id)
        assert apply((again,), dossier()) == apply((one,), dossier())
        stored = Policy.model_validate_json(one.canonical())
        assert stored.digest == one.digest
        assert apply((stored,), dossier()) == apply((one,), dossier())
