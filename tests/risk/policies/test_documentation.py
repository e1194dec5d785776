"""The worked example of docs/policies.md is a policy that loads, and its tests hold."""

import re
from pathlib import Path

from takingstock.reference.policies import MAY_FOLLOW, STANDINGS, names, read
from takingstock.reference.policy_tests import read_tests
from takingstock.risk.policies import check
from takingstock.risk.policies.check import uncovered

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "policies.md").read_text(encoding="utf-8")
POLICY, TESTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)


def test_the_worked_example_holds():
    policy, tests = read(POLICY.encode(), "coast-guard.yaml"), read_tests(TESTS.encode(), "coast-guard.tests.yaml")
    assert check(policy, tests) == ()
    assert uncovered(policy, tests) == ()


def test_a_broken_example_would_be_noticed():
    policy = read(POLICY.replace("presume denial", "refuse").encode(), "coast-guard.yaml")
    failures = check(policy, read_tests(TESTS.encode(), "coast-guard.tests.yaml"))
    assert any("expected exception shown, found passes" in one for one in failures)


def test_every_policy_outcome_and_standing_is_documented():
    for word in (*names(), *(one.value for one in MAY_FOLLOW)):
        assert f"`{word}`" in PAGE, word
    for word in STANDINGS:
        assert f"*{word}*" in PAGE, word
