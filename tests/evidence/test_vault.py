"""Files are named by their content, written once, and read-only; nothing of ours lies outside the folder."""

from __future__ import annotations

import hashlib
import io
import stat
from pathlib import Path

import pytest

from takingstock.evidence.vault import Vault
from takingstock.records import BadFileError, ConflictError, TakingStockError


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "case")


def kept(vault: Vault, content: bytes) -> str:
    staged = vault.stage(io.BytesIO(content))
    vault.place(staged.sha256)
    return staged.sha256


def test_a_file_is_visible_only_when_it_is_placed(vault: Vault) -> None:
    staged = vault.stage(io.BytesIO(b"content"))
    assert (staged.sha256, staged.size) == (hashlib.sha256(b"content").hexdigest(), 7)
    assert list(vault.ids()) == []
    vault.place(staged.sha256)
    vault.place(staged.sha256)
    assert list(vault.ids()) == [staged.sha256]
    home = vault.original(staged.sha256)
    assert home.read_bytes() == b"content"
    assert stat.S_IMODE(home.stat().st_mode) == 0o444
    assert home.parent.name == staged.sha256[:2]
    assert list(vault.incoming.iterdir()) == []


def test_what_was_never_staged_cannot_be_placed(vault: Vault) -> None:
    with pytest.raises(TakingStockError, match="neither in originals nor in incoming"):
        vault.place("a" * 64)


def test_a_source_that_cannot_be_read(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="cannot be read"):
        vault.stage(tmp_path / "none")

    class Breaks(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(BadFileError, match="to its end: Input/output error"):
        vault.stage(Breaks())  # type: ignore[arg-type]
    assert list(vault.incoming.iterdir()) == []


def test_recovery_places_what_the_history_knows_and_clears_the_rest(vault: Vault) -> None:
    known, unknown = vault.stage(io.BytesIO(b"known")), vault.stage(io.BytesIO(b"unknown"))
    (vault.incoming / "123-abc.part").write_bytes(b"half")
    assert vault.recover({known.sha256}) == 1
    assert list(vault.ids()) == [known.sha256]
    assert list(vault.incoming.iterdir()) == []
    assert not vault.has(unknown.sha256)


def test_one_run_at_a_time(vault: Vault, tmp_path: Path) -> None:
    with vault.writing(), pytest.raises(ConflictError, match="somebody else"), Vault(tmp_path / "case").writing():
        pass
    with vault.writing():
        pass


def test_rehashing_names_each_problem(vault: Vault) -> None:
    names = {what: kept(vault, what.encode()) for what in ("whole", "altered", "gone", "linked")}
    waiting = vault.stage(io.BytesIO(b"waiting")).sha256
    altered = vault.original(names["altered"])
    altered.chmod(0o644)
    altered.write_bytes(b"Altered")
    vault.original(names["gone"]).unlink()
    linked = vault.original(names["linked"])
    other = linked.with_name("other")
    linked.rename(other)
    linked.symlink_to(other)
    found = dict(vault.rehash([*names.values(), waiting], cores=2))
    assert found[names["whole"]] == ""
    assert found[names["altered"]].startswith("the file was altered: it hashes to ")
    assert found[names["gone"]] == "the file is missing"
    assert found[names["linked"]] == "a link or folder stands where the file belongs"
    assert found[waiting] == "waiting"


def test_strays_are_what_is_not_named_by_its_place(vault: Vault, tmp_path: Path) -> None:
    kept(vault, b"a")
    (vault.originals / "zz").mkdir()
    (vault.originals / "zz" / ("a" * 64)).write_bytes(b"wrong folder")
    (vault.originals / "note.txt").write_text("x")
    (vault.originals / "ab").symlink_to(tmp_path)
    assert sorted(path.name for path in vault.strays()) == ["a" * 64, "ab", "note.txt"]
    assert len(list(vault.ids())) == 1


def test_erasing_removes_content_envelope_and_working_copies(vault: Vault) -> None:
    name = kept(vault, b"secret")
    vault.sealed.mkdir()
    vault.envelope("c" * 64).write_bytes(b"sealed")
    vault.working(name, "thumb.jpg").write_bytes(b"small")
    vault.erase(name, "c" * 64)
    vault.erase(name, "c" * 64)
    assert not vault.has(name)
    assert not vault.envelope("c" * 64).exists()
    assert not (vault.working_folder / name).exists()
