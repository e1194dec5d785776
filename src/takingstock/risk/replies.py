"""Replies: which answers of an application no gate and no policy can ask, so that a slip in an id is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from takingstock.records import Application, Gate, Policy, PolicyAnswer
from takingstock.risk.gates.questions import WORDINGS


def unasked(
    application: Application, policies: Iterable[Policy], gates: Iterable[Gate], answers: Iterable[PolicyAnswer]
) -> tuple[str, ...]:
    """A sentence for each reply whose id is none that the gates or the policies of the run can ask."""
    if not application.replies:
        return ()
    asked = {q.id for gate in gates for q in gate.questions} | {q.id for one in answers for q in one.questions}
    named = set(WORDINGS) | asked | {text for policy in policies for text in _texts(policy)}
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", ".+", re.escape(key))) for key in WORDINGS if "{" in key]
    told = []
    for reply in application.replies:
        known = reply.question in named or reply.question.startswith("control.")
        if known or any(one.fullmatch(reply.question) for one in patterns):
            continue
        near = get_close_matches(reply.question, sorted(named), 1, 0.7)
        hint = f"; did you mean {near[0]}?" if near else ""
        told.append(f"The answer to {reply.question!r} is not used: nothing asks that{hint}")
    return tuple(told)


def _texts(policy: Policy) -> Iterator[str]:
    for rule in policy.rules:
        yield from (question.id for question in rule.questions)
        yield from _inside(rule.applies)
        yield from _inside(rule.unless)
    yield from _inside(policy.applies)


def _inside(tree: Any) -> Iterator[str]:
    """Every key and text of a tree of tests."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield str(key)
            yield from _inside(value)
    elif isinstance(tree, list | tuple):
        for one in tree:
            yield from _inside(one)
    elif isinstance(tree, str):
        yield tree
