"""What holds for every record: frozen, strict about unknown fields, one canonical text."""

import inspect

import pytest
from pydantic import ValidationError

from takingstock import records
from takingstock.records import GENESIS, Ledger, Mode, Population, Record, Sighting, Source, Statement, sealed

MODELS = [m for m in vars(records).values() if inspect.isclass(m) and issubclass(m, Record) and m is not Record]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_record_is_frozen_strict_and_described(model):
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"
    assert model.__doc__
    assert model.__doc__ != Record.__doc__


def test_the_canonical_text_does_not_depend_on_how_a_record_was_made():
    a = Statement(id="a", movement="m", source="s", item="tank", mode=Mode.EXPORT, when="2004", quantity="5")
    b = Statement.model_validate_json(a.canonical())
    assert a == b
    assert a.fingerprint() == b.fingerprint()
    assert " " not in a.canonical().replace("s s", "")
    assert a.model_copy(update={"remark": "x"}).fingerprint() != a.fingerprint()


def test_unknown_fields_are_refused():
    with pytest.raises(ValidationError, match="colour"):
        Statement(id="a", movement="m", source="s", item="tank", mode="export", colour="green")


def test_a_share_needs_its_population():
    with pytest.raises(ValidationError, match="population"):
        Sighting(id="s", source="x", holder="h", item="weapons", share=0.4)
    assert Population(id="p", title="t", holder="h", unit="items", source="x").size.form == "unknown"


def test_a_changed_field_changes_the_seal():
    fields = (1, "k", "me", "2026-01-01T00:00:00Z", "why", "{}", GENESIS)
    base = sealed(*fields)
    assert len(base) == 64
    for place, other in enumerate((2, "j", "you", "2027", "who", "{ }", "1" * 64)):
        changed = [*fields]
        changed[place] = other
        assert sealed(*changed) != base


def test_a_changed_ledger_has_fresh_look_ups():
    a = Source(id="a", title="a")
    ledger = Ledger(title="t", revision=1, head="0", sources=(a,))
    assert set(ledger.source_by_id) == {"a"}
    changed = ledger.model_copy(update={"sources": (Source(id="b", title="b"),)})
    assert set(changed.source_by_id) == {"b"}
    assert set(ledger.source_by_id) == {"a"}


def test_a_minimum_above_the_quantity_is_refused_and_an_old_one_still_read() -> None:
    from pydantic import ValidationError

    from takingstock.records import Quantity, Sighting

    row = {"id": "s", "source": "t", "holder": "g", "item": "rifle", "minimum": 5}
    for quantity in ("2", "<=4", "1..4"):
        with pytest.raises(ValidationError, match="minimum 5 is more than the quantity"):
            Sighting(**row, quantity=Quantity.parse(quantity))
    for quantity in ("5", ">=2", "", "1..9"):
        assert Sighting(**row, quantity=Quantity.parse(quantity)).minimum == 5
    old = '{"holder":"g","id":"s","item":"rifle","minimum":5,"quantity":{"high":2,"low":2},"source":"t"}'
    assert Sighting.model_validate_json(old).minimum == 5
