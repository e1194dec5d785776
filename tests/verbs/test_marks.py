"""marks on a real case: what is found, what is kept from sight, what is proposed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import BadValueError, DateRange, Evidence, Mode, Quantity, Sighting, Source, Statement
from takingstock.verbs import init
from takingstock.verbs.evidence import add
from takingstock.verbs.marks import marks, shared_marks

SERIAL = "AB4471"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    (tmp_path / "f.txt").write_text("a file")
    added = add(folder, [tmp_path / "f.txt"], collector="A")
    with open_case(folder) as opened:
        (file,) = (one.id for one in opened.archive().evidence if isinstance(one, Evidence))
        given = {
            "source": "s",
            "holder": "islamic-state",
            "item": "rifle.assault.ak.akm",
            "quantity": Quantity.exact(1),
        }
        rows = Rows(
            sources=(Source(id="s", title="t"),),
            sightings=(
                Sighting(id="seen", marks=("serial: AB 4471",), when=DateRange.parse("2016"), **given),  # type: ignore[arg-type]
                Sighting(id="closed", marks=("serial: AB4471",), evidence=(file,), **given),  # type: ignore[arg-type]
            ),
            statements=(
                Statement(
                    id="d1", movement="m1", source="s", item="rifle.assault.ak.akm", from_party="ROU",
                    to_party="iraqi-army", when=DateRange.parse("2004"), mode=Mode.EXPORT, marks=("serial AB-4471",),
                ),
                Statement(
                    id="d2", movement="m2", source="s", item="rifle.assault.ak.akm", from_party="iraqi-army",
                    to_party="islamic-state", when=DateRange.parse("2014"), mode=Mode.CAPTURE,
                ),
            ),
        )  # fmt: skip
        opened.write(rows, actor="A", reason="r")
    assert added
    return folder


def test_of_a_sighting_that_is_not_released_nothing_is_told(case: Path) -> None:
    found = marks(case, SERIAL)
    assert [(hit.use.record, hit.match.value) for hit in found.hits] == [("seen", "exact"), ("d1", "exact")]
    assert dict(found.names)["iraqi-army"] == "Iraqi Army"


def test_shared_marks_propose_a_link(case: Path) -> None:
    found = shared_marks(case)
    assert [[use.record for use in one.uses] for one in found.shared] == [["seen", "d1"]]
    (link,) = found.proposals
    assert (link.receipt, link.issue, link.sightings) == ("m1", "m2", ("seen",))
    assert shared_marks(case, kind="lot").shared == ()
    with pytest.raises(BadValueError, match="many items by nature"):
        shared_marks(case, kind="factory")


@pytest.mark.parametrize("words", [[SERIAL], ["AB4?71", "--partial"], ["--shared"]])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_at_redaction_public_no_mark_is_printed(case: Path, words: list[str], form: str) -> None:
    call = ["marks", str(case), *words, "--redaction", "public", "--format", form]
    done = CliRunner().invoke(app, call, catch_exceptions=False)
    assert done.exit_code == 0
    assert "4471" not in done.output
    assert "AB4?71" not in done.output
    assert "d1" in done.output
    # Nor anything made of one: an id could confirm a guess.
    (link,) = shared_marks(case).proposals
    assert link.id not in done.output


def test_the_command(case: Path) -> None:
    done = CliRunner().invoke(app, ["marks", str(case), "АВ4471", "--format", "json"], catch_exceptions=False)
    (first, _) = json.loads(done.stdout)["hits"]
    assert (first["match"], first["taken"][0]) == ("look-alike", {"asked": "А", "found": "A"})
    assert "no record bears" in CliRunner().invoke(app, ["marks", str(case), "ZZ"]).stderr
    for wrong in ([], [SERIAL, "--shared"], [SERIAL, "--redaction", "some"], [SERIAL, "--kind", "colour"]):
        with pytest.raises(BadValueError):
            CliRunner().invoke(app, ["marks", str(case), *wrong], catch_exceptions=False)
