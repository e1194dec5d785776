"""What must hold of any application: taking a fact away may turn a bar into a question and never into a pass, and the
names of the case's own parties change nothing.

A fact is an answer or a part of one, a date, the end user, what is recorded of a party, a consent, the exporter. The
goods themselves and who receives them beside the end user are not: without them it is another transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.records import Application
from takingstock.records.application import ApplicationKind
from takingstock.reference.embargoes import embargoes
from takingstock.risk.gates.questions import WORDINGS

Outcomes = Callable[[Application], dict[str, str]]

EXEMPTIONS = [f"embargo.{one.id}.{n}" for one in embargoes() for n in range(1, len(one.exemptions) + 1)]
IRAQ = [name for name in EXEMPTIONS if "iraq" in name]
QUESTIONS = sorted({*(key for key in WORDINGS if "{" not in key), *IRAQ, "embargo.eu-iraq-1990.records"})
DAYS = ["", "1998-05-01", "2003-01-15", "2004", "2004-06-07", "2004-06-09", "2010-03-15", "2014-12", "2016-03-15"]
DAYS += ["2025", "2025-03-01", "2026-04-01"]
ITEMS = ["rifle.assault.ak.akm", "ammunition.cartridge.7_62x39", "mine.anti-personnel.pmn", "bomb.cluster", "mine"]
USERS = ["own-group", "own-unit", "iraqi-army", "popular-mobilisation", "islamic-state", "syrian-arab-army", "BRA"]
OWN = [
    {"id": "own-group", "name": "A group", "kind": "armed-group", "country": "IRQ"},
    {"id": "own-unit", "name": "A unit", "kind": "unit", "part_of": "iraqi-army"},
]


def replies() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.tuples(st.sampled_from(QUESTIONS), st.sampled_from(["yes", "no"]), st.sampled_from(["", "2003-01-01"]))
    return st.lists(one, unique_by=lambda each: each[0], max_size=12).map(
        lambda each: [
            {"question": name, "value": value, "reason": "r", "source": "s", "person": "p", "when": when}
            for name, value, when in each
        ]
    )


@st.composite
def applications(draw: st.DrawFn) -> Application:
    return Application.model_validate(
        {
            "id": "a",
            "kind": draw(st.sampled_from(list(ApplicationKind))),
            "authority": draw(st.sampled_from(["DEU", "LTU", "USA"])),
            "exporter": draw(st.sampled_from(["DEU", "LTU", "USA", "IRN"])),
            "end_user": draw(st.sampled_from(USERS)),
            "goods": [{"item": draw(st.sampled_from(ITEMS)), "made_in": draw(st.sampled_from([None, "DEU", "ROU"]))}],
            "when": draw(st.sampled_from(DAYS)),
            "period": draw(st.sampled_from(DAYS)),
            "parties": OWN,
            "replies": draw(replies()),
            "consents": draw(st.sampled_from([[], [{"by": "ROU", "given": False, "source": "letter"}]])),
        }
    )


def weakened(app: Application) -> Iterator[tuple[str, Application]]:
    """The application with one fact less, each in its turn."""

    def without(**update: Any) -> Application:
        return Application.model_validate(app.model_dump() | update)

    for name in ("when", "period"):
        if getattr(app, name).known:
            yield name, without(**{name: ""})
    for name in ("end_user", "exporter"):
        if getattr(app, name):
            yield name, without(**{name: None})
    for n, party in enumerate(app.parties):
        rest = (*app.parties[:n], *app.parties[n + 1 :])
        yield f"party {party.id}", without(parties=[one.model_dump() for one in rest])
    for n, consent in enumerate(app.consents):
        kept = [one.model_dump() for one in app.consents]
        yield f"consent {consent.by}", without(consents=kept[:n] + kept[n + 1 :])
        yield f"source of consent {consent.by}", without(consents=[*kept[:n], kept[n] | {"source": ""}, *kept[n + 1 :]])
    for n, reply in enumerate(app.replies):
        kept = [one.model_dump() for one in app.replies]
        yield f"reply {reply.question}", without(replies=kept[:n] + kept[n + 1 :])
        for name in ("source", "person", "reason", "when"):
            changed = kept[n] | {name: ""}
            yield f"{name} of {reply.question}", without(replies=[*kept[:n], changed, *kept[n + 1 :]])
    for n, line in enumerate(app.goods):
        lines = [one.model_dump() for one in app.goods]
        for name in ("made_in", "designation"):
            if getattr(line, name):
                blank = lines[n] | {name: None if name == "made_in" else ""}
                yield f"{name} of {line.item}", without(goods=[*lines[:n], blank, *lines[n + 1 :]])


def check(app: Application, outcomes: Outcomes) -> None:
    before = outcomes(app)
    bars = [id_ for id_, said in before.items() if said == "bars"]
    if not bars:
        return
    for fact, less in weakened(app):
        after = outcomes(less)
        said = set(after.values())
        assert said & {"bars", "needs an answer"}, f"without {fact} nothing bars or asks any more"
        six = any(after[id_] == "bars" for id_ in ("att-6-1", "att-6-2", "att-6-3"))
        for gate in bars:
            # A regime's gate may give way to the one that asks who or where; Article 7 gives way to Article 6.
            now = after.get(gate, after.get("embargoes", "passes") if gate.startswith("embargo.") else "passes")
            assert now in {"bars", "needs an answer"} or (gate.startswith("att-7") and six), f"{gate} without {fact}"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(app=applications())
def test_a_fact_less_never_turns_a_bar_into_a_pass(app: Application, outcomes: Outcomes) -> None:
    check(app, outcomes)


def test_the_same_for_every_row_of_the_table(
    rows: list[tuple[str, Application]], outcomes: Outcomes, case: SimpleNamespace
) -> None:
    barred = 0
    for _, app in rows:
        barred += "bars" in outcomes(app).values()
        check(app, outcomes)
    assert barred > 15


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(app=applications(), new=st.sampled_from(["zzz", "aaa", "iraqi-army-1"]))
def test_names_of_own_parties_change_nothing(app: Application, new: str, outcomes: Outcomes) -> None:
    text = app.model_dump_json().replace("own-group", f"{new}-g").replace("own-unit", f"{new}-u")
    assert outcomes(Application.model_validate_json(text)) == outcomes(app)


@pytest.mark.parametrize("said", ["yes", "no"])
def test_a_reply_never_approves_what_a_table_bars(said: str, case: SimpleNamespace, outcomes: Outcomes) -> None:
    """Contradicting a class or a membership that the tables know needs the tables changed, not a reply."""
    app = case.application(
        exporter="LTU",
        items=["bomb.cluster.cbu-87"],
        end_user="FRA",
        when="2024-05-01",
        answers={"ccm.item": said, "ccm.membership": said, "scope.membership": said},
    )
    assert outcomes(app)["ccm"] == "bars"
