"""Every policy that ships: its own tests hold, and every rule is seen to speak and to be silent."""

import pytest

from takingstock.records import RuleOutcome
from takingstock.reference.policies import names, shipped
from takingstock.reference.policy_tests import load_tests
from takingstock.risk.policies import check
from takingstock.risk.policies.check import uncovered


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_the_tests_beside_it_hold(policy):
    assert check(policy, load_tests(policy.id)) == ()


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_every_rule_is_seen_to_speak_and_to_be_silent(policy):
    assert uncovered(policy, load_tests(policy.id)) == ()


def test_a_rule_that_is_taken_out_or_turned_is_noticed():
    """Every rule of every policy is held by its tests: without it, or with its opposite, they fail."""
    for policy in shipped():
        tests = load_tests(policy.id)
        for at, rule in enumerate(policy.rules):
            rest = (*policy.rules[:at], *policy.rules[at + 1 :])
            if rest:
                assert check(policy.model_copy(update={"rules": rest}), tests), f"{policy.id}.{rule.id} is not held"
            turned = rule.model_copy(update={"applies": {"not": rule.applies}})
            rules = (*policy.rules[:at], turned, *policy.rules[at + 1 :])
            assert check(policy.model_copy(update={"rules": rules}), tests), f"{policy.id}.{rule.id} turned"


def test_a_coverage_gap_is_named():
    policy = shipped()[0]
    gaps = uncovered(policy, load_tests(policy.id)[:1])
    assert any("silent" in gap for gap in gaps)


def test_what_ships():
    assert set(names()) >= {"amnesty-iraq", "amnesty-syria", "att", "eu-common-position", "uk-criteria"}
    outcomes = {rule.then for policy in shipped() for rule in policy.rules}
    assert outcomes == {
        RuleOutcome.REFUSE,
        RuleOutcome.PRESUME_DENIAL,
        RuleOutcome.NEEDS_ANSWER,
        RuleOutcome.CONSULT,
        RuleOutcome.SUSPEND,
        RuleOutcome.REVOKE,
        RuleOutcome.CONDITIONS,
        RuleOutcome.CHECKS,
    }


@pytest.mark.parametrize("policy", shipped(), ids=lambda policy: policy.id)
def test_every_rule_has_reference_source_and_an_arabic_title(policy):
    assert dict(policy.titles)["ar"]
    for rule in policy.rules:
        assert rule.reference, rule.id
        assert rule.source, rule.id
        assert dict(rule.titles).get("ar"), rule.id
        bare = rule.source.startswith(("general knowledge", "assumption"))
        assert not (bare and rule.verified), f"{rule.id} is verified by {rule.source}"
