"""Sources: every file that is named comes out, with where it lay; what leads elsewhere is passed over, and said so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from capturing import packed, record, wacz
from small import picture

from takingstock.case import Case, create
from takingstock.evidence.ingest import ingest
from takingstock.evidence.sources import Incoming, incoming
from takingstock.evidence.vault import Vault
from takingstock.records import BadFileError, Rejected
from takingstock.verbs.evidence.adding import _commit


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with create(tmp_path / "case", "A case") as made:
        yield made


def take(case: Case, *paths: Path) -> list[str]:
    archive = case.archive()
    report = ingest(
        Vault(case.folder),
        incoming(paths, scratch=Vault(case.folder).scratch),
        known={one.id for one in archive.evidence},
        collections={one.id for one in archive.collections},
        common={"collector": "A"},
        commit=lambda intakes: _commit(case, intakes, "A"),
        examine="naughty:examine",
        cores=1,
    )
    return sorted(one.outcome for one in report.taken)


def shown(*paths: Path) -> tuple[list[str], dict[str, str]]:
    """Where each file lay, and what was passed over with the reason."""
    found, passed = [], {}
    for one in incoming(paths):
        if isinstance(one, Incoming):
            found.append(one.fields["path"])
        else:
            passed[Path(dict(one.row)["file"]).name] = one.reason
    return found, passed


def folder(top: Path, *names: str) -> Path:
    for seed, name in enumerate(names):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(picture(seed))
    return top


def test_a_folder_gives_its_files_below_its_own_name(tmp_path: Path) -> None:
    made = folder(tmp_path / "stick", "b.png", "a/c.png")
    assert shown(made) == (["stick/a/c.png", "stick/b.png"], {})
    assert shown(made / "b.png") == (["b.png"], {})


def test_however_it_is_named_it_is_called_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder(tmp_path / "stick", "b.png")
    monkeypatch.chdir(tmp_path)
    for name in ("stick", "./stick/", str(made), "stick/../stick"):
        assert shown(Path(name))[0] == ["stick/b.png"]
    monkeypatch.chdir(made)
    assert shown(Path())[0] == ["stick/b.png"]


def test_the_same_bytes_in_two_folders_were_found_twice(case: Case, tmp_path: Path) -> None:
    """Same name, same place below the folder: two collection records, and no third when it is run again."""
    first, second = folder(tmp_path / "anna", "p.png"), folder(tmp_path / "ben", "p.png")
    assert take(case, first, second) == ["added", "another source"]
    archive = case.archive()
    assert len(archive.evidence) == 1
    assert {one.path for one in archive.collections} == {"anna/p.png", "ben/p.png"}
    assert take(case, second, first) == ["known", "known"]
    assert take(case, second) == ["known"]


def test_two_folders_of_one_name_are_told_apart_by_what_lies_above(case: Case, tmp_path: Path) -> None:
    cards = [folder(tmp_path / card / "DCIM", "p.png") for card in ("one", "two")]
    assert take(case, *cards) == ["added", "another source"]
    assert {one.path for one in case.archive().collections} == {"one/DCIM/p.png", "two/DCIM/p.png"}


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    made = [folder(tmp_path / top, "p.png") / "p.png" for top in ("one", "two")]
    assert shown(*made)[0] == ["one/p.png", "two/p.png"]
    assert shown(made[0], made[0])[0] == ["p.png", "p.png"]


def test_nothing_of_the_path_above_is_told(tmp_path: Path) -> None:
    made = folder(tmp_path / "home-of-layla" / "stick", "p.png")
    assert not any("layla" in path for path in shown(made, made / "p.png")[0])


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_names_with_line_breaks_and_other_dirt(case: Case, tmp_path: Path) -> None:
    made = folder(tmp_path / "in", "two\nlines.png", "tab\t.png", "صورة.png", " .png", "-rf", "'; drop.png")
    found, passed = shown(made)
    assert passed == {}
    assert set(found) == {f"in/{path.name}" for path in made.iterdir()}
    assert take(case, made) == ["added"] * 6
    assert "two\nlines.png" in {one.name for one in case.archive().evidence}


def test_links_and_hidden_files_are_passed_over_and_said(tmp_path: Path) -> None:
    made = folder(tmp_path / "in", "a.png", ".hidden.png", ".hide/b.png")
    precious = folder(tmp_path / "elsewhere", "precious.png")
    (made / "link.png").symlink_to(precious / "precious.png")
    (made / "way").symlink_to(precious, target_is_directory=True)
    (made / "circle").symlink_to(made / "circle")
    found, passed = shown(made)
    assert found == ["in/a.png"]
    assert passed.keys() == {".hidden.png", ".hide", "link.png", "way", "circle"}
    assert all("link" in passed[name] for name in ("link.png", "way", "circle"))
    # Named themselves, they are still links; hidden files are then taken.
    assert shown(made / "link.png", made / "circle")[1].keys() == {"link.png", "circle"}
    assert shown(made / ".hidden.png")[0] == [".hidden.png"]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="does not exist"):
        list(incoming([tmp_path / "none"]))


def test_a_capture_in_a_folder_is_kept_and_opened(case: Case, tmp_path: Path) -> None:
    made = folder(tmp_path / "in", "z.png")
    wacz(made / "c.wacz", packed(record("https://e.org/1.png", picture(7))), "0" * 64)
    found = list(incoming([made]))
    assert [one.name for one in found if isinstance(one, Incoming)] == ["c.wacz", "1.png", "z.png"]
    assert [one.reason for one in found if isinstance(one, Rejected)]
    assert take(case, made) == ["added"] * 3
    look = next(one for one in case.archive().examinations if any(step.step == "capture" for step in one.steps))
    assert look.status.startswith("capture failed: archive/data.warc.gz in the WACZ does not have the hash")
    # What was unpacked lies nowhere any more.
    assert list(Vault(case.folder).incoming.iterdir()) == []


def test_what_a_killed_run_unpacked_is_cleared(case: Case, tmp_path: Path) -> None:
    vault = Vault(case.folder)
    with vault.scratch() as room:
        (room / "0000001").write_bytes(b"plain bytes of a secret")
        assert room.parent == vault.incoming
        left = vault.incoming / "1-abc.unpacked"
        left.mkdir()
        (left / "0000001").write_bytes(b"plain bytes of a secret")
    assert not room.exists()
    take(case, folder(tmp_path / "in", "a.png"))
    assert list(vault.incoming.iterdir()) == []
