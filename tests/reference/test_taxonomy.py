"""Taxonomy built from small tables: names, inheritance, and the faults that it finds."""

from __future__ import annotations

import re

import pytest

from takingstock.records import BadValueError, DateRange, ItemGroup, UnknownNameError
from takingstock.reference.items import build
from takingstock.reference.taxonomy import fold

HEADER = "id,name,group,unit,designer,calibre,unroca,military_list,aliases,wikipedia,sipri,supported,source,verified\n"
NO_PRODUCTIONS = "item,state,when,licensed,source,verified\n"
NO_DESCRIPTIONS = "description,item\n"


def test_fold_keeps_a_mark_between_digits() -> None:
    assert fold("Type 56-1") == fold("TYPE 56.1") != fold("Type 561")
    assert fold("Škorpion vz. 61") == fold("skorpion VZ61")


def row(id: str, name: str, aliases: str = "", group: str = "armour") -> str:
    return f"{id},{name},{group},,,,,,{aliases},,,,general knowledge,no\n"


def test_an_ambiguous_name_is_an_error() -> None:
    built = build(HEADER + row("a", "Alpha") + row("b", "Beta", "AL-PHA"), NO_PRODUCTIONS, NO_DESCRIPTIONS)
    with pytest.raises(BadValueError, match="means both 'a' and 'b'"):
        built.check()


@pytest.mark.parametrize(
    ("table", "message"),
    [(row("a.b", "Beta"), "no class above it"), (row("a", "Alpha") + row("a", "Other"), "stands twice")],
)
def test_a_broken_tree_is_an_error(table: str, message: str) -> None:
    with pytest.raises(BadValueError, match=message):
        build(HEADER + table, NO_PRODUCTIONS, NO_DESCRIPTIONS)


def test_a_table_about_an_unknown_class_is_an_error() -> None:
    production = NO_PRODUCTIONS + "zz,POL,,no,general knowledge,no\n"
    with pytest.raises(BadValueError, match="'zz'"):
        build(HEADER + row("weapons", "Weapons"), production, NO_DESCRIPTIONS).check()
    with pytest.raises(BadValueError, match="'yy'"):
        build(HEADER + row("weapons", "Weapons"), NO_PRODUCTIONS, NO_DESCRIPTIONS + "tank,yy\n").check()


def test_a_name_falls_back_to_the_english_one_and_counts_in_the_version() -> None:
    tables = (HEADER + row("a", "Alpha") + row("b", "Beta"), NO_PRODUCTIONS, NO_DESCRIPTIONS)
    built = build(*tables, "item,lang,name,source,verified\na,ar,ألفا,general knowledge,no\n")
    assert (built.name("a", "ar"), built.name("a"), built.name("b", "ar")) == ("ألفا", "Alpha", "Beta")
    assert built.version != build(*tables).version
    with pytest.raises(UnknownNameError):
        built.name("zz", "ar")
    with pytest.raises(BadValueError, match="'zz'"):
        build(*tables, "item,lang,name,source,verified\nzz,ar,x,general knowledge,no\n").check()


def test_values_are_inherited_and_dash_is_none() -> None:
    built = build(
        HEADER + "a,Alpha,armour,,,,I,ML6,,,,,x,no\na.b,Beta,,,,,,,,,,,x,no\na.c,Gamma,,,,,-,,,,,,x,no\n",
        NO_PRODUCTIONS,
        NO_DESCRIPTIONS,
    )
    assert [(item.group, item.unroca, item.military_list) for item in built.all()] == [
        (ItemGroup.ARMOUR, "I", "ML6"),
        (ItemGroup.ARMOUR, "I", "ML6"),
        (ItemGroup.ARMOUR, "", "ML6"),
    ]


def test_version_follows_the_data() -> None:
    first = build(HEADER + row("a", "Alpha"), NO_PRODUCTIONS, NO_DESCRIPTIONS)
    second = build(HEADER + row("a", "Alpha "), NO_PRODUCTIONS, NO_DESCRIPTIONS)
    assert first.version != second.version
    assert re.fullmatch(r"[0-9a-f]{64}", first.version)


def test_makes_looks_at_the_class_and_below() -> None:
    built = build(
        HEADER + row("a", "Alpha") + row("a.b", "Beta") + row("a.c", "Gamma"),
        NO_PRODUCTIONS + "a.b,POL,1986..1995,yes,general knowledge,no\n",
        NO_DESCRIPTIONS,
    )
    asked = [("a", "1990"), ("a.b", "1990"), ("a.b", "1995..2005"), ("a.b", "1996"), ("a.c", "1990"), ("a", "")]
    answers = [built.makes("POL", item, DateRange.parse(when)) for item, when in asked]
    assert answers == [True, True, True, False, None, True]
    assert built.makes("HUN", "a", DateRange()) is False
    assert built.makes("HUN+POL", "a", DateRange()) is True
    assert built.production_note("a", "POL") == "Beta, POL 1986..1995, under licence (general knowledge, unverified)"


def test_a_line_with_a_cell_too_many_is_an_error() -> None:
    with pytest.raises(BadValueError, match="line 2"):
        build(HEADER + "a,Alpha,armour\n", NO_PRODUCTIONS, NO_DESCRIPTIONS)
