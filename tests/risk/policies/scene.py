"""Small applications and cases for the tests of policies."""

from takingstock.records import Application, Goods, Ledger, Party, Reply, Source, Statement
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.policies import read
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.table import evaluate

UNIT = Party(id="iraq-9th-division", name="9th Division", kind="unit", part_of="iraqi-army")


def dossier(known=None, findings=(), **fields):
    """An application of 100 rifles from Germany to a unit in Iraq on 1 March 2016, with changes and a case's rows."""
    rows = {name: fields.pop(name) for name in tuple(fields) if name in Ledger.model_fields and name != "parties"}
    base = {
        "id": "a",
        "exporter": "DEU",
        "end_user": UNIT.id,
        "goods": (Goods(item="rifle.assault", quantity="100"),),
        "when": "2016-03-01",
    }
    ledger = Ledger(title="t", revision=0, head="", parties=(UNIT,), **rows)
    background = Background(ledger, taxonomy(), directory((UNIT,)), embargoes(), findings=findings, known=known)
    return Dossier(background, Application(**(base | fields)))


def says(tree, gates=(), forecast=None, indicators=(), **fields):
    """What a tree of tests says, read as the loader reads it."""
    rule = policy(f"applies: {tree}").rules[0]
    return evaluate(rule.applies, Matter(dossier(**fields), gates, forecast, indicators))


def policy(rule, then="refuse", head=""):
    """A policy of one rule; every reply of the tests has its text."""
    text = f"""\
id: mine
title: Ours
body: Ministry
standing: practice
version: "1"
source: test
{head}
questions: {{q: 'Is it so?', r: 'And so?'}}
rules:
  - id: one
    title: First
    reference: section 1
    then: {then}
    {rule}
"""
    return read(text.encode(), "mine.yaml")


def reply(question, value, **fields):
    return Reply(question=question, value=value, **({"person": "p", "reason": "r", "source": "s"} | fields))


def statement(id, **fields):
    base = {"id": id, "movement": id, "source": "s-1", "item": "rifle.assault", "mode": "capture", "when": "2014-06-10"}
    return Statement(**(base | fields))


SOURCE = Source(id="s-1", title="report")
