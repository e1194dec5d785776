"""A mapping file is checked as a whole: every fault with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange.mapping import LARGEST, mapping_of, read_mapping
from takingstock.exchange.mapping_rows import Given, rules
from takingstock.records import BadFileError, SourceKind

GOOD = """\
exports:
  source: {id: reg, title: A register, kind: official, published: 2019, coverage: {period: 1995.., note: major arms}}
  queries:
    - csv_url: https://example.org/exports.csv
      filters: {Status: [shipped, SHIPPED]}
      filters_not: {Type: test}
      entities:
        shipment:
          schema: Statement
          key_literal: ex
          keys: [Licence, Line]
          properties:
            item: {column: Goods}
            from: {literal: NO}
            to: {column: Destination}
            when: {column: Shipped, format: "%d.%m.%Y"}
            quantity: {column: Number, decimal: ","}
            marks: {columns: [Serial, Lot]}
            remark: {columns: [Note, More], join: " / "}
            mode: {literal: export}
"""


def faults(text: str, write: Callable[..., Path]) -> str:
    with pytest.raises(BadFileError) as caught:
        read_mapping(write("m.yaml", text))
    return str(caught.value)


def test_a_sound_mapping(write: Callable[..., Path]) -> None:
    mapping = read_mapping(write("m.yaml", GOOD))
    (query,) = mapping.queries
    assert mapping.name == "exports"
    assert query.entity.target.table == "statements"
    assert query.entity.properties["from"].literal == ("NO",), "a country code is no truth value"
    assert mapping.source
    record = mapping.source.record()
    assert record
    assert record.kind is SourceKind.OFFICIAL
    assert (str(record.published), str(record.coverage.period if record.coverage else "")) == ("2019", "1995..")
    assert mapping.reads[:4] == ("Status", "Type", "Licence", "Line")


def test_one_query_without_a_list(write: Callable[..., Path]) -> None:
    text = GOOD.replace("queries:\n    - csv_url", "query:\n      csv_url")
    assert len(read_mapping(write("m.yaml", text)).queries) == 1


def test_all_faults_at_once(write: Callable[..., Path]) -> None:
    said = faults(
        GOOD.replace("item: {column: Goods}", "item: {colum: Goods}")
        .replace("from: {literal: NO}", "from: {literal: NO, column: X}")
        .replace("%d.%m.%Y", "%d.%m")
        .replace("mode:", "mod:")
        .replace("kind: official", "kind: offical"),
        write,
    )
    path = "queries[0].entities.shipment.properties"
    assert "6 faults" in said
    assert f"{path}.item.colum: this key is not known; did you mean column?" in said
    assert f"{path}.from: has column and literal" in said
    assert f"{path}.when: format '%d.%m' has no year" in said
    assert f"{path}.mod: a Statement has no such property; did you mean mode?" in said
    assert f"{path}.mode: is missing" in said
    assert "source.kind: 'offical' is none of" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema: Statement", "schema: Person", "schema: 'Person' is none of Statement, Count, Payment, Sighting"),
        ("keys: [Licence, Line]", "id_column: Licence", "has keys and id_column"),
        ("          keys: [Licence, Line]\n", "", "has no keys"),
        (
            "{columns: [Note, More], join: ' / '}".replace("'", '"'),
            "{columns: [Note, More]}",
            "takes one value; add join",
        ),
        ("mode: {literal: export}", "mode: {literal: [export, aid]}", "takes one value; write one literal"),
        ("mode: {literal: export}", "mode: {literal: export, split: ','}", "split does not fit"),
        ("to: {column: Destination}", "to: {column: Destination, format: '%Y'}", "is no date"),
        ("to: {column: Destination}", "to: {column: Destination, decimal: ','}", "is no number"),
        ("to: {column: Destination}", "to: {column: Destination, join: ' '}", "join needs columns"),
        ("to: {column: Destination}", "to: {column: Destination, required: often}", "neither true nor false"),
        ("to: {column: Destination}", "to: Destination", "must hold keys with values"),
        ("period: 1995..", "period: nineties", "not a date"),
        ("id: reg, ", "", "source.id: is missing"),
        ("filters_not: {Type: test}", "filter: {Type: test}", "did you mean filters?"),
    ],
)
def test_a_fault_and_what_to_write(write: Callable[..., Path], old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in faults(GOOD.replace(old, new), write)


def test_two_entities(write: Callable[..., Path]) -> None:
    entity = GOOD[GOOD.index("        shipment:") :]
    assert "has 2 entities" in faults(GOOD + entity.replace("shipment", "again"), write)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x\n", "line 1, column 4: anchors and aliases"),
        ("a: *x\n", "anchors and aliases"),
        ("a: 1\na: 2\n", "line 2, column 1: the key 'a' comes twice"),
        ("? [a]\n: b\n", "a key must be a text"),
        ("a: [b\n", "mend the YAML there"),
        ("[" * 100, "nested too deep"),
        ("[" * 100_000, "nested too deep"),
        ("", "it has no queries"),
        ("just words", "it has no queries"),
        ("exports: {queries: []}", "queries: is empty"),
        ("exports: {queries: {a: 1}}", "queries: must be a list"),
        ("a: \x07", "no YAML that can be read"),
        ("!!python/object/apply:os.system ['true']", "it has no queries"),
    ],
)
def test_what_is_no_mapping(write: Callable[..., Path], text: str, said: str) -> None:
    assert said in faults(text, write)


def test_a_bomb_of_aliases_is_not_unfolded(write: Callable[..., Path]) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert "anchors and aliases" in faults("\n".join(lines), write)


def test_too_large_and_not_text(write: Callable[..., Path], tmp_path: Path) -> None:
    assert "1,000,000 bytes" in faults("# " + "x" * LARGEST, write)
    with pytest.raises(BadFileError, match="is not UTF-8"):
        read_mapping(write("m.yaml", b"a: \xff\xfe\xfd"))
    with pytest.raises(BadFileError, match="cannot be read"):
        read_mapping(tmp_path / "nothing.yaml")


def test_columns_that_the_file_lacks(write: Callable[..., Path]) -> None:
    mapping = read_mapping(write("m.yaml", GOOD))
    with pytest.raises(BadFileError) as caught:
        rules(mapping, ("Licence", "Line", "Status", "Type", "Good", "Destination ", "SHIPPED"), Given(), "x.csv")
    said = str(caught.value)
    assert "properties.item: the file has no column 'Goods'; did you mean 'Good'?" in said
    assert "properties.quantity: the file has no column 'Number'" in said
    assert "Destination'" not in said, "blanks do not matter"
    assert "'Shipped'" not in said, "case does not matter"


def test_a_column_that_comes_twice(write: Callable[..., Path]) -> None:
    mapping = read_mapping(write("m.yaml", GOOD))
    with pytest.raises(BadFileError, match="the column GOODS comes twice"):
        rules(mapping, (*mapping.reads, "GOODS"), Given(), "x.csv")
    assert rules(mapping, (*mapping.reads, "other", "other"), Given(), "x.csv"), "what is not read may come twice"


def test_nothing_says_under_which_source() -> None:
    content = {
        "queries": [
            {
                "entities": {
                    "a": {
                        "schema": "count",
                        "keys": "A",
                        "properties": {name: {"column": name} for name in ("holder", "item", "quantity", "basis")},
                    }
                }
            }
        ]
    }
    mapping = mapping_of(content)
    headers = ("A", "holder", "item", "quantity", "basis")
    with pytest.raises(BadFileError, match="--source"):
        rules(mapping, headers, Given(), "x.csv")
    assert rules(mapping, headers, Given(source="reg"), "x.csv")
