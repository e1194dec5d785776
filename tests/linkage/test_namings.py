"""What a name means in a case: persons, tables, rules, in that order."""

from __future__ import annotations

import pytest

from takingstock.linkage.designations import AUTOMATIC, FAMILY_RULE, SAME_RULE, Designations
from takingstock.linkage.namings import Names, naming_id, usage_path, widening
from takingstock.linkage.parties import PARTY_RULE
from takingstock.records import DateRange, NameKind, Naming, UnknownNameError
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

TABLE, PARTIES = taxonomy(), directory()


def names(*namings: Naming) -> Names:
    return Names(TABLE, PARTIES, namings)


def said(text: str, meaning: str | None, usage: str = "", kind: NameKind = NameKind.ITEM, **more: object) -> Naming:
    when = more.pop("when", DateRange())
    assert isinstance(when, DateRange)
    fields = {"person": "Ann", **more}
    return Naming(
        id=naming_id(kind, text, usage, when), kind=kind, text=text, meaning=meaning, usage=usage, when=when, **fields
    )


def test_an_exact_name_needs_no_naming() -> None:
    named = names().item("T-72M1", description="tank", usage="sipri", fallback="tank")
    assert (named.meaning, named.naming, named.ids) == ("tank.t-72.t-72m1", None, ())


def test_a_rule_says_so_with_its_version_and_score() -> None:
    named = names().item("122mm 2S1 Gvozdika", usage="oryx")
    assert named.meaning == "artillery.self-propelled.2s1"
    (naming,) = named.rows
    assert (naming.rule, naming.person, naming.usage) == (SAME_RULE, "", "oryx")
    assert naming.score is not None
    assert AUTOMATIC[SAME_RULE] <= naming.score <= 100
    assert named.ids == (naming.id,)


def test_a_variant_is_read_as_its_family() -> None:
    named = names().item("T-72B Obr. 2022", usage="oryx")
    assert named.meaning == "tank.t-72"
    assert named.naming is not None
    assert named.naming.rule == FAMILY_RULE


def test_below_the_threshold_there_are_candidates_and_no_meaning() -> None:
    named = names().item("BTR-82A(M)")
    assert named.meaning is None
    assert 1 <= len(named.candidates) <= 3
    assert "ifv.btr-82a" in {one.meaning for one in named.candidates}
    with pytest.raises(UnknownNameError, match=r"unknown item: 'BTR-82A\(M\)'; nearest: "):
        names().needed_item("BTR-82A(M)")


def test_a_rule_refines_only_below_the_class_of_the_source() -> None:
    below = names().item("122mm 2S1 Gvozdika", fallback="artillery")
    beside = names().item("122mm 2S1 Gvozdika", fallback="tank")
    assert below.meaning == "artillery.self-propelled.2s1"
    assert below.naming is not None
    assert below.naming.fallback == "artillery"
    assert (beside.meaning, beside.naming) == ("tank", None)
    assert beside.candidates


def test_a_person_comes_before_the_table_and_the_rule() -> None:
    ours = names(said("T-72M1", "tank.t-72.t-72m", "oryx"), said("2S1 Gvozdika (new)", None))
    assert ours.item("T-72 M1", usage="oryx").meaning == "tank.t-72.t-72m"
    assert ours.item("T-72M1", usage="sipri").meaning == "tank.t-72.t-72m1"
    none = ours.item("2S1 Gvozdika (new)", fallback="artillery")
    assert none.meaning == "artillery"
    assert none.naming is not None
    with pytest.raises(UnknownNameError, match="Ann says that it is none we know"):
        ours.needed_item("2S1 Gvozdika (new)")


def test_the_more_specific_usage_comes_first() -> None:
    ours = names(said("X-9", "tank"), said("X-9", "ifv", "sipri"), said("X-9", "apc", "sipri/carrier"))
    assert ours.item("X-9").meaning == "tank"
    assert ours.item("X-9", usage="sipri").meaning == "ifv"
    assert ours.item("X-9", usage="sipri", description="carrier").meaning == "apc"
    assert widening("a/b") == ("a/b", "a", "")
    assert usage_path("sipri", "", "light/trainer aircraft") == "sipri/light-trainer aircraft"


def test_what_a_rule_said_stands_until_it_is_withdrawn() -> None:
    old = said("Zorro 7", "tank.t-55", "", person="", rule="designation-0", score=99.0)
    assert names(old).item("Zorro 7").meaning == "tank.t-55"
    assert names(old).item("zorro-7").meaning is None  # a rule's word is for the name as it was written
    assert names(old.model_copy(update={"withdrawn": True})).item("Zorro 7").meaning is None


def test_the_order_of_questions_decides_nothing() -> None:
    texts = ["122mm BM-21 'Grad'", "122mm BM-21 Grad", "122MM BM-21 GRAD"]
    forward, backward = names(), names()
    one = {text: forward.item(text) for text in texts}
    other = {text: backward.item(text) for text in reversed(texts)}
    assert one == other
    assert len({named.ids for named in one.values() if named.naming}) == sum(bool(n.naming) for n in one.values())


@pytest.mark.parametrize(
    ("text", "when", "meaning"),
    [
        ("Russia", "2000", "RUS"),
        ("Soviet Union", "1985", "SUN"),
        ("Yugoslavia", "1985", "YUG"),
        ("Yugoslavia", "1992", "SCG+YUG"),
        ("Germany", "2000", "DEU"),
        ("Syria rebels*", "2015", "syria-rebels"),
    ],
)
def test_a_party_is_resolved_with_the_date(text: str, when: str, meaning: str) -> None:
    if meaning == "syria-rebels":
        meaning = PARTIES.resolve("Syria rebels").id
    assert names().party(text, DateRange.parse(when), "sipri").meaning == meaning


def test_a_slip_of_the_pen_is_read_and_bounded_by_the_states_life() -> None:
    named = names().party("Czechoslovakai", DateRange.parse("1980"), "sipri")
    assert named.meaning == "CSK"
    (naming,) = named.rows
    assert naming.rule == PARTY_RULE
    assert naming.when == PARTIES.get("CSK").exists
    # After its end the same slip is read as nobody.
    assert names().party("Czechoslovakai", DateRange.parse("2005"), "sipri").meaning is None
    assert names(naming).party("Czechoslovakai", DateRange.parse("2005"), "sipri").meaning is None


def test_a_person_bounds_a_name_in_time() -> None:
    union = said("The Union", "SUN", kind=NameKind.PARTY, when=DateRange.parse("..1991"))
    ours = names(union)
    assert ours.party("The Union", DateRange.parse("1985")).meaning == "SUN"
    assert ours.party("The Union", DateRange.parse("1991..1993")).meaning is None
    assert ours.party("The Union").meaning is None


def test_a_hidden_name_is_as_if_it_were_not_there() -> None:
    from takingstock.reference.taxonomy import fold

    found = Designations(TABLE).suggest("AKMS", hidden={fold("AKMS")})
    assert not found[0].automatic
