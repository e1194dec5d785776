"""The evidence of the demonstration: sample pictures with credits, taken in, sealed, verified; and nothing made up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from takingstock.case import open_case
from takingstock.verbs import verify
from takingstock.verbs.demo import KEY, evidence
from takingstock.verbs.evidence import listing, show

PICTURES = Path(__file__).resolve().parents[2] / "src" / "takingstock" / "cases" / "pictures"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo")
    evidence(out)
    return out


def test_every_picture_that_ships_has_its_credit_and_they_are_small() -> None:
    with (PICTURES / "sources.csv").open(encoding="utf-8", newline="") as file:
        credits = {row["id"]: row for row in csv.DictReader(file)}
    pictures = list(PICTURES.glob("*.jpg"))
    assert {path.stem for path in pictures} == set(credits)
    assert sum(path.stat().st_size for path in pictures) < 300_000
    for row in credits.values():
        assert row["licence"]
        assert row["publisher"]
        assert "A sample" in row["note"]


def test_the_pictures_are_listed_with_their_credentials_and_sources(out: Path) -> None:
    found = {one.name: one for one in listing(out / "evidence").evidence}
    assert {name: one.credentials for name, one in found.items()} == {
        "adobe-20220124-C.jpg": "valid-untrusted",
        "m109.jpg": "absent",
        "m2-browning.jpg": "absent",
    }
    assert all(one.status == "examined" and not one.verified for one in found.values())
    assert show(out / "evidence", "m109.jpg").collections[0].source == "m109"


def test_it_is_sealed_verified_and_kept(out: Path) -> None:
    verdict = verify(out / "evidence")
    assert (verdict.sound, verdict.files, verdict.seals) == (True, 3, 1)
    assert (out / KEY).is_file()
    again = evidence(out)
    assert again.verdict == verdict
    # A key of one's own outside the folder is not touched, and the folder holds none.
    assert not list((out / "evidence").rglob("*.key"))


def test_nobody_is_made_to_say_what_the_pictures_show(out: Path) -> None:
    with open_case(out / "evidence") as case:
        ledger = case.ledger()
    assert (ledger.sightings, ledger.identifications, ledger.verifications, ledger.statements) == ((), (), (), ())
