"""Which reports may be one transfer, which the rule joins, and what it never does."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transfers_small import DIRECTORY, TAXONOMY, ledger, report, said

from takingstock.linkage import transfers_matching
from takingstock.linkage.blocking import candidates, every, reports
from takingstock.linkage.linked import linked
from takingstock.linkage.transfers import mergers, open_doubles, suggestions
from takingstock.linkage.transfers_suggested import LinkSuggestion, Relation
from takingstock.records import Condition, Ledger, Linking, LinkKind, Mode, Money, Quantity, Stage, Statement, Unit


def found(*statements: Statement, linkings: tuple[Linking, ...] = ()) -> tuple[LinkSuggestion, ...]:
    return suggestions(ledger(*statements, linkings=linkings), DIRECTORY, TAXONOMY)


def joined(one: Ledger) -> list[tuple[str, ...]]:
    return [row.movements for row in mergers(one, DIRECTORY, TAXONOMY)]


def test_exporter_importer_and_register_become_one_movement() -> None:
    rows = ledger(report("a", "x-BGR-2010"), report("b", "m-IRQ-2010", item="tank"), report("c", "register"))
    (merge,) = mergers(rows, DIRECTORY, TAXONOMY)
    assert merge.movements == ("a", "b", "c")
    assert (merge.rule, merge.person) == ("transfer-1", "")
    after = rows.model_copy(update={"linkings": (merge,)})
    assert {one.movement for one in linked(after).statements} == {"a"}
    assert suggestions(after, DIRECTORY, TAXONOMY) == ()
    assert suggestions(linked(after), DIRECTORY, TAXONOMY) == ()


def test_what_agrees_and_what_conflicts_is_said() -> None:
    (one,) = found(report("a", "x", "100", made_in="RUS"), report("b", "m", "104", made_in="UKR"))
    said_of = {field.field: (field.words, field.agrees) for field in one.fields}
    assert said_of["quantity"] == ("within 5 %", True)
    assert said_of["origin"] == ("differ", False)
    assert said_of["value"] == ("not stated by both", None)
    assert [field.field for field in one.conflicting] == ["origin"]
    assert not one.automatic


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"stage": Stage.REFUSED}, "refused against delivered"),
        ({"item": "rifle.assault"}, "another class"),
        ({"to_party": "IRN", "reporter": "IRN"}, "another recipient"),
        ({"from_party": "ROU"}, "another supplier"),
        ({"when": "2013"}, "another year"),
        ({"mode": Mode.CAPTURE}, "another kind of movement"),
        ({"unit": "rounds"}, "other units"),
        ({"source": "x-BGR-2010"}, "one source"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_never_one(change: dict[str, str], why: str) -> None:
    given = {"source": "m-IRQ-2010"} | change
    unit = given.pop("unit", "")
    other = report("b", **given)  # type: ignore[arg-type]
    if unit:
        other = other.model_copy(update={"quantity": Quantity.parse("137", Unit(unit))})
    assert found(report("a", "x-BGR-2010"), other) == (), why


def test_one_state_does_not_report_one_transfer_in_two_years() -> None:
    assert found(report("a", "x-BGR-2010"), report("b", "x-BGR-2011", when="2011")) == ()
    (one,) = found(report("a", "x-BGR-2010"), report("b", "m-IRQ-2011", when="2011"))
    assert not one.automatic


def test_a_loss_is_no_transfer() -> None:
    losses = [
        report(key, key, mode=Mode.LOSS, to_party=None, reporter=None).model_copy(update={"reporter": None})
        for key in ("loss-a", "loss-b")
    ]
    assert found(*losses) == ()


def test_stages_are_said_to_be_stages_and_never_joined_by_the_rule() -> None:
    licence, delivery = report("a", "x", stage=Stage.AUTHORISED), report("b", "m", "120", when="2012")
    (one,) = found(licence, delivery)
    assert (one.relation, one.automatic) == (Relation.STAGES, False)
    assert joined(ledger(licence, delivery)) == []
    assert open_doubles(ledger(licence, delivery), DIRECTORY, TAXONOMY) == ()
    # More delivered than authorised, or delivered before: something contradicts.
    assert found(licence, report("b", "m", "160", when="2012")) == ()
    assert found(licence, report("b", "m", when="2008")) == ()
    assert found(licence, report("b", "m", when="2012", item="tank.t-55")) == ()


def test_a_state_and_its_army_agree_and_other_parts_of_it_contradict() -> None:
    army = next(one for one in DIRECTORY.all() if one.kind == "force" and one.part_of == "IRQ")
    (one,) = found(report("a", "x"), report("b", "press", to_party=army.id))
    assert {f.field: f.words for f in one.fields}["recipient"] == "one is a part of the other"
    assert one.automatic


def test_a_final_importer_and_an_intermediate_are_shown_and_contradict() -> None:
    (one,) = found(report("a", "x", to_party="JOR"), report("b", "register", to_party="IRQ", via=("JOR",)))
    assert "final importer and intermediate" in {f.words for f in one.conflicting}
    assert not one.automatic


def test_who_does_not_name_the_supplier_is_compared_by_the_recipient() -> None:
    (one,) = found(report("a", "x"), report("b", "press", from_party=None))
    assert not one.automatic
    assert found(report("a", "press-1", from_party=None), report("b", "press-2", to_party=None, from_party="BGR")) == ()


def test_values_in_one_currency_are_compared() -> None:
    money = {"value": Money(amount=Quantity.parse("1000"), currency="EUR")}
    (plain,) = found(report("a", "x"), report("b", "m"))
    (dear,) = found(report("a", "x", **money), report("b", "m", **money))
    assert dear.score > plain.score


def test_of_two_candidates_none_is_taken() -> None:
    rows = (report("a", "x"), report("b", "m"), report("c", "m", condition=Condition.NEW))
    (one,) = found(*rows)
    assert one.ambiguous
    assert one.movements == ("a", "b", "c")
    assert joined(ledger(*rows)) == []


def test_nobody_is_linked_twice() -> None:
    rows = (
        report("a1", "x"),
        report("a2", "x", "41", item="tank"),
        report("b1", "m"),
        report("b2", "m", "41", item="tank"),
        report("b3", "m", "139", item="tank"),
    )
    pairs = [one.movements for one in found(*rows) if one.automatic]
    assert sorted(pairs) == [("a1", "b1"), ("a2", "b2")]


def test_a_sum_and_its_parts_are_shown_and_not_joined() -> None:
    rows = (
        report("whole", "x", "60", item="tank"),
        report("p1", "register", "20", item="tank.t-72"),
        report("p2", "register", "41", item="tank.t-55"),
    )
    one = next(one for one in found(*rows) if one.relation is Relation.PARTS)
    assert one.movements == ("p1", "p2", "whole")
    assert one.whole == "whole"
    assert joined(ledger(*rows)) == []
    assert one in open_doubles(ledger(*rows), DIRECTORY, TAXONOMY, least=one.score)


def test_what_a_person_holds_apart_stays_apart() -> None:
    rows = (report("a", "x"), report("b", "m"), report("c", "register"))
    held = ledger(*rows, linkings=(said(LinkKind.APART, "a", "b"),))
    (keys,) = joined(held)
    assert len(keys) == 2
    assert set(keys) != {"a", "b"}
    both = ledger(*rows, linkings=(said(LinkKind.APART, "a", "b"), said(LinkKind.MERGE, "b", "c")))
    assert joined(both) == []
    withdrawn = ledger(*rows, linkings=(said(LinkKind.APART, "a", "b", withdrawn=True),))
    assert joined(withdrawn) == [("a", "b", "c")]


def test_what_was_split_off_is_not_joined_again() -> None:
    rows = (report("a", "x"), report("b", "m").model_copy(update={"movement": "a"}))
    split = said(LinkKind.SPLIT, "a", statements=("s-b",), into="a-2")
    assert found(*rows, linkings=(split,)) == ()


def test_many_that_look_alike_are_one_group() -> None:
    rows = [report(f"a{n:04}", "list-1", "1", mode=Mode.CAPTURE) for n in range(1500)]
    rows += [report(f"b{n:04}", "list-2", "1", mode=Mode.CAPTURE) for n in range(1500)]
    start = time.perf_counter()
    (one,) = found(*rows)
    assert time.perf_counter() - start < 10
    assert one.ambiguous
    assert len(one.movements) == 3000


PARTIES = ("BGR", "RUS", "SUN", "RUS+SUN", None)
STATEMENTS = st.builds(
    lambda n, source, frm, to, via, item, quantity, year, stage, mode: report(
        f"k{n:03}",
        source,
        quantity,
        year,
        from_party=frm,
        to_party=to,
        via=via,
        item=item,
        stage=stage,
        mode=mode,
        reporter=frm if source == "x" else None,
    ),
    st.integers(0, 99),
    st.sampled_from(("x", "m", "r1", "r2")),
    st.sampled_from(PARTIES),
    st.sampled_from(("IRQ", "JOR", "IRN", None)),
    st.sampled_from(((), ("JOR",))),
    st.sampled_from(("tank", "tank.t-72", "tank.t-55", "armour", "weapons", "rifle")),
    st.sampled_from(("?", "10", "10..12", "137", "140", "~138")),
    st.sampled_from(("", "2010", "2011", "2010..2012", "2010-05", "2014", "..2009")),
    st.sampled_from((Stage.DELIVERED, Stage.AUTHORISED, Stage.REFUSED)),
    st.sampled_from((Mode.EXPORT, Mode.AID, Mode.CAPTURE)),
)
LEDGERS = st.lists(STATEMENTS, max_size=14, unique_by=lambda one: one.id)


@given(LEDGERS)
@settings(deadline=None, max_examples=60)
def test_no_pair_is_lost_in_the_blocks(statements: list[Statement]) -> None:
    shown = reports(ledger(*statements), DIRECTORY, TAXONOMY)
    assert sorted(candidates(shown)) == sorted(every(shown))


@given(LEDGERS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_rows_does_not_matter(statements: list[Statement], chance: random.Random) -> None:
    shuffled = list(statements)
    chance.shuffle(shuffled)
    one, other = ledger(*statements), ledger(*shuffled)
    assert suggestions(one, DIRECTORY, TAXONOMY) == suggestions(other, DIRECTORY, TAXONOMY)
    assert mergers(one, DIRECTORY, TAXONOMY) == mergers(other, DIRECTORY, TAXONOMY)


@given(LEDGERS)
@settings(deadline=None, max_examples=40)
def test_no_source_is_twice_in_a_group_and_nothing_barred(statements: list[Statement]) -> None:
    rows = ledger(*statements)
    by_key = {one.movement: one for one in statements}
    seen: set[str] = set()
    for merge in mergers(rows, DIRECTORY, TAXONOMY):
        sources = [by_key[key].source for key in merge.movements]
        assert len(sources) == len(set(sources))
        assert not seen & set(merge.movements)
        seen |= set(merge.movements)
        for a, b in itertools.combinations(merge.movements, 2):
            assert by_key[a].stage is by_key[b].stage


def test_all_pairs_give_the_same_as_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ledger(*(report(f"k{n}", f"r{n % 3}", str(10 + n // 3), f"{2010 + n % 2}") for n in range(24)))
    blocked = suggestions(rows, DIRECTORY, TAXONOMY)
    assert blocked
    monkeypatch.setattr(transfers_matching, "candidates", every)
    assert suggestions(rows, DIRECTORY, TAXONOMY) == blocked


def test_twenty_five_thousand_statements_take_seconds() -> None:
    chance = random.Random(5)
    states = [one.id for one in DIRECTORY.all() if one.kind == "state"][:150]
    items = [one.id for one in TAXONOMY.all() if one.id.startswith(("tank.", "aircraft.", "artillery.", "apc."))]
    rows = []
    for n in range(12_500):
        sender, receiver = chance.choice(states[:25]), chance.choice(states[25:])
        year, item, many = f"{chance.randint(1990, 2020)}", chance.choice(items), str(chance.randint(1, 60))
        common = {"from_party": sender, "to_party": receiver, "item": item}
        rows.append(report(f"r{n:05}", "register", many, year, **common))
        rows.append(report(f"x{n:05}", f"x-{sender}-{year}", many, year, **common))
    start = time.perf_counter()
    shown = suggestions(ledger(*rows), DIRECTORY, TAXONOMY)
    assert time.perf_counter() - start < 30
    assert len(shown) > 10_000
