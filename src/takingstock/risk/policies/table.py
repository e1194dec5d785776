"""The table of tests: one pure function for each name of the vocabulary, and the walk through a tree of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from takingstock.risk.policies import answers, goods, numbers, parties, record
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.truth import Found, all_of, answered, any_of, negated

Test = Callable[[Matter, Any], Found]

TESTS: Mapping[str, Test] = {
    "destination": parties.destination,
    "authority": parties.authority,
    "authority_member_of": parties.authority_member_of,
    "authority_party_to": parties.authority_party_to,
    "exporter": parties.exporter,
    "end_user": parties.end_user,
    "end_user_kind": parties.end_user_kind,
    "end_user_named": parties.end_user_named,
    "kind": goods.kind,
    "licence": goods.licence,
    "brokered": goods.brokered,
    "when": goods.when,
    "goods": goods.goods,
    "group": goods.group,
    "military_list": goods.military_list,
    "quantity_above": goods.quantity_above,
    "requirement_exceeded": goods.requirement_exceeded,
    "evidenced": answers.evidenced,
    "offered": answers.offered,
    "consent": answers.consent,
    "reply": answers.reply,
    "gate": answers.gate,
    "embargo_on": record.embargo_on,
    "incident": record.incident,
    "finding": record.finding,
    "loss_recorded": record.loss_recorded,
    "refusals": record.refusals,
    "standing": record.standing,
    "missed_visit": record.missed_visit,
    "forecast": numbers.forecast,
    "indicator": numbers.indicator,
}


def evaluate(tree: Mapping[str, Any], matter: Matter) -> Found:
    """What a tree says. Several names side by side have all to be met; an empty tree is met. Names are read in order
    of their letters, so that a policy kept as canonical JSON gives the same words again."""
    return all_of(_branch(name, tree[name], matter) for name in sorted(tree))


def _branch(name: str, value: Any, matter: Matter) -> Found:
    if name == "all":
        return all_of(evaluate(one, matter) for one in value)
    if name == "any":
        return any_of(evaluate(one, matter) for one in value)
    if name == "not":
        return negated(evaluate(value, matter))
    if name == "answered":
        own, elsewhere = value
        return answered(evaluate(own, matter), evaluate(elsewhere, matter))
    return TESTS[name](matter, value)
