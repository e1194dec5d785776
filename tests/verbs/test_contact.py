"""contact: who is named, who was asked, what they said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import (
    BadValueError,
    Mode,
    Party,
    PartyKind,
    Quantity,
    Sighting,
    Source,
    Statement,
    UnknownNameError,
)
from takingstock.verbs import init
from takingstock.verbs.contact import ContactsListed, add, contacts


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    rows = Rows(
        sources=(Source(id="s", title="t"),),
        parties=(Party(id="acme", name="Acme Trading", kind=PartyKind.COMPANY),),
        statements=(
            Statement(
                id="d1", movement="m1", source="s", item="pistol", from_party="ROU", to_party="iraqi-army",
                via=("acme",), mode=Mode.EXPORT, allegation="no licence",
            ),
            Statement(
                id="d2", movement="m2", source="s", item="pistol", from_party="iraqi-army", to_party="islamic-state",
                mode=Mode.CAPTURE,
            ),
        ),
        sightings=(
            Sighting(
                id="o1", source="s", holder="islamic-state", item="pistol", quantity=Quantity.exact(1), made_in="SUN"
            ),
        ),
    )  # fmt: skip
    with open_case(folder) as opened:
        opened.write(rows, actor="A", reason="r")
    return folder


def missing(case: Path) -> list[str]:
    return [one.party for one in contacts(case, missing=True).parties]


def numbers(found: ContactsListed) -> tuple[int, int, int, int]:
    return found.to_ask, found.asked, found.replied, found.never


def test_everybody_named_is_listed_with_where(case: Path) -> None:
    found = contacts(case)
    where = {one.party: [(m.record, m.role) for m in one.mentions] for one in found.parties}
    assert where["acme"] == [("d1", "via"), ("d1", "alleged")]
    assert where["iraqi-army"] == [("d1", "to"), ("d1", "alleged"), ("d2", "from")]
    assert where["SUN"] == [("o1", "maker")]
    # The armed group cannot be asked, and the Soviet Union is no more.
    assert missing(case) == ["ROU", "acme", "iraqi-army"]
    assert numbers(found) == (3, 0, 0, 3)


def test_asked_reminded_replied(case: Path) -> None:
    with pytest.raises(BadValueError, match="never asked; log that first"):
        add(case, "acme", "reminded", when="2016", person="A")
    made = add(case, "Acme Trading", "asked", when="2016-05-01", deadline="2016-06-01", person="A", text="Did you?")
    assert made.contact.about == ("d1",)
    add(case, "acme", "reminded", when="2016-06-02", person="A")
    with pytest.raises(BadValueError, match="what they said"):
        add(case, "acme", "replied", when="2016-06-03", person="A")
    add(case, "acme", "replied", when="2016-06-03", person="A", text="We had a licence.")
    (row,) = contacts(case, party="acme").parties
    assert (row.state, [entry.kind.value for entry in row.entries]) == ("replied", ["asked", "reminded", "replied"])
    assert numbers(contacts(case)) == (3, 1, 1, 2)


def test_a_force_is_asked_through_its_state_and_a_company_never(case: Path) -> None:
    add(case, "IRQ", "asked", when="2016", person="A", text="t")
    assert missing(case) == ["ROU", "acme"]
    (army,) = contacts(case, party="iraqi-army").parties
    assert (army.state, army.through) == ("asked-through", "IRQ")


def test_no_address_is_no_longer_missing(case: Path) -> None:
    add(case, "acme", "no-address", when="2016", person="A")
    assert "acme" not in missing(case)
    assert numbers(contacts(case)) == (3, 0, 0, 2)


def test_the_same_entry_twice_is_one_row(case: Path) -> None:
    one, two = (add(case, "ROU", "asked", when="2016", person="A", text="t") for _ in range(2))
    assert one == two
    with open_case(case) as opened:
        assert len(opened.ledger().contacts) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "shouted"}, "asked, reminded, replied"),
        ({"when": ""}, "--when"),
        ({"party": "Nobody Ltd."}, "Nobody"),
        ({"about": "d1; nope"}, "no statement, movement, sighting or count nope"),
        ({"person": " "}, "--by"),
    ],
)
def test_what_cannot_be_logged(case: Path, given: dict[str, str], says: str) -> None:
    call = {"party": "acme", "kind": "asked", "when": "2016", "person": "A"} | given
    with pytest.raises((BadValueError, UnknownNameError), match=says):
        add(case, call.pop("party"), call.pop("kind"), **call)  # type: ignore[arg-type]


def test_the_commands(case: Path) -> None:
    done = CliRunner().invoke(
        app, ["contact", "add", str(case), "FRA", "asked", "--when", "2016"], catch_exceptions=False
    )
    assert "nothing in the case names FRA" in done.stderr
    listed = CliRunner().invoke(app, ["contact", "list", str(case), "--missing", "--format", "json"])
    found = json.loads(listed.stdout)
    assert [one["party"] for one in found["parties"]] == ["ROU", "acme", "iraqi-army"]
    assert found["parties"][1]["name"] == "Acme Trading"
    assert "3 named and to be asked; 0 asked" in listed.stderr
