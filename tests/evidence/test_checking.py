"""What a killed run leaves of secret items is finished or cleared by the next one; what is of no item is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small import picture

from takingstock.case import Case, create
from takingstock.evidence import secrets
from takingstock.evidence.checking import Checked, check
from takingstock.evidence.ingest import ingest
from takingstock.evidence.sources import incoming
from takingstock.evidence.vault import Vault
from takingstock.verbs.evidence.adding import _commit


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create(tmp_path / "case", "A case") as made:
        yield made


@pytest.fixture
def recipient(tmp_path: Path) -> str:
    return secrets.new_identity(tmp_path / "key")


def take(case: Case, path: Path, recipient: str) -> int:
    archive = case.archive()
    report = ingest(
        Vault(case.folder),
        incoming([path]),
        known={one.id for one in archive.evidence},
        collections={one.id for one in archive.collections},
        commitments={one.commitment for one in archive.evidence if one.commitment},
        common={"collector": "A"},
        commit=lambda intakes: _commit(case, intakes, "A"),
        recipient=recipient,
        examine="naughty:examine",
        cores=1,
    )
    return report.recovered


def checked(case: Case) -> Checked:
    return check(Vault(case.folder), case.archive())


def killed_in(name: str, case: Case, path: Path, recipient: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Vault, name, kill)
        with pytest.raises(Killed):
            take(case, path, recipient)


def test_killed_before_its_row_a_secret_is_cleared(
    case: Case, tmp_path: Path, recipient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its ciphertext nor its envelope stays; until then both are said, and no fault."""
    (tmp_path / "a.png").write_bytes(picture(1))
    killed_in("settle", case, tmp_path / "a.png", recipient, monkeypatch)
    vault = Vault(case.folder)
    assert len([path for path in vault.incoming.iterdir() if path.suffix == ".age"]) == 1
    assert not vault.sealed.exists() or list(vault.sealed.iterdir()) == []
    said = checked(case)
    assert said.faults == ()
    assert said.remarks[0].startswith("incoming: 2 unfinished file(s)")
    (tmp_path / "b.png").write_bytes(picture(2))
    take(case, tmp_path / "b.png", recipient)
    assert list(vault.incoming.iterdir()) == []
    assert (checked(case).faults, checked(case).remarks) == ((), ())
    assert len(list(vault.sealed.iterdir())) == len(case.archive().evidence) == 1


@pytest.mark.parametrize("step", ["place", "place_envelope"])
def test_killed_after_its_row_a_secret_is_put_in_place(
    case: Case, tmp_path: Path, recipient: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    killed_in(step, case, tmp_path / "a.png", recipient, monkeypatch)
    said = checked(case)
    assert said.faults == ()
    assert any("its envelope is on its way" in one for one in said.remarks)
    (tmp_path / "b.png").write_bytes(picture(2))
    assert take(case, tmp_path / "b.png", recipient) == (step == "place")
    assert (checked(case).faults, checked(case).remarks) == ((), ())
    (one,) = [one for one in case.archive().evidence if not Vault(case.folder).incoming.joinpath(one.id).exists()][:1]
    assert one.commitment is not None
    identity = secrets.identity_in(tmp_path / "key")
    secrets.unseal(Vault(case.folder).envelope(one.commitment).read_bytes(), identity, one.commitment)


def test_an_envelope_of_no_item_is_named_and_left(case: Case, tmp_path: Path, recipient: str) -> None:
    """It may be the only copy of what a database that was swapped knew."""
    (tmp_path / "a.png").write_bytes(picture(1))
    take(case, tmp_path / "a.png", recipient)
    vault = Vault(case.folder)
    (vault.sealed / f"{'c' * 64}.age").write_bytes(b"sealed")
    (vault.sealed / "note.txt").write_bytes(b"x")
    (tmp_path / "b.png").write_bytes(picture(2))
    take(case, tmp_path / "b.png", recipient)
    assert [fault.id for fault in checked(case).faults] == [f"sealed/{'c' * 64}.age", "sealed/note.txt"]


def test_an_envelope_that_is_gone_is_a_fault(case: Case, tmp_path: Path, recipient: str) -> None:
    (tmp_path / "a.png").write_bytes(picture(1))
    take(case, tmp_path / "a.png", recipient)
    (envelope,) = Vault(case.folder).sealed.iterdir()
    envelope.unlink()
    assert ["envelope is missing" in fault.words for fault in checked(case).faults] == [True]
