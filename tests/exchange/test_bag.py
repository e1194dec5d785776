"""A bag is the whole case: made, checked, opened again with the same head; what is damaged or locked opens nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import (
    BadFileError,
    BadValueError,
    Confidence,
    ConflictError,
    Identification,
    Level,
    Sighting,
    Source,
)
from takingstock.verbs import export, import_file, init, seal, settings, verify
from takingstock.verbs.evidence import add, listing, make_key


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="حالة")
    (tmp_path / "files").mkdir()
    for number in range(3):
        (tmp_path / "files" / f"f{number}.txt").write_text(f"file {number}")
    add(folder, [tmp_path / "files"], collector="A")
    make_key(folder, tmp_path / "key")
    (tmp_path / "secret.txt").write_text("who told us")
    add(folder, [tmp_path / "secret.txt"], collector="A", secret=True)
    id_ = next(one.sha256 for one in listing(folder).evidence if one.name)
    seen = Sighting(id="s-1", source="field", holder="islamic-state", item="rifle", evidence=(id_,))
    with open_case(folder) as opened:
        opened.write(Rows(sources=(Source(id="field", title="F"),), sightings=(seen,)), actor="A", reason="r")
    seal(folder, key=tmp_path / "seal.key")
    return folder


def test_nothing_is_lost(case: Path, tmp_path: Path) -> None:
    made = export(case, tmp_path / "bag", form="bag")
    assert made.rows == (("files", 4), ("proofs", 4))
    assert (tmp_path / "bag" / "data" / "custody-log.csv").read_text().count("\n") == verify(case).revision + 1
    report = import_file(tmp_path / "again", tmp_path / "bag")
    assert report.reader == "bag"
    with open_case(case) as one, open_case(tmp_path / "again") as other:
        assert other.head == one.head
        assert other.events() == one.events()
        assert other.ledger() == one.ledger()
        assert other.archive() == one.archive()
        assert other.settings == one.settings
    assert verify(tmp_path / "again").sound
    assert verify(tmp_path / "again").seals == 1

    def files(folder: Path) -> dict[str, bytes]:
        kept = [
            path for name in ("evidence/originals", "evidence/sealed", "seals") for path in (folder / name).rglob("*")
        ]
        return {str(path.relative_to(folder)): path.read_bytes() for path in kept if path.is_file()}

    ours = {name: content for name, content in files(case).items() if not Path(name).name.startswith(".")}
    assert files(tmp_path / "again") == ours


@pytest.mark.parametrize("damage", ["original", "row", "extra", "missing"])
def test_a_damaged_bag_opens_nothing(case: Path, tmp_path: Path, damage: str) -> None:
    export(case, tmp_path / "bag", form="bag")
    data = tmp_path / "bag" / "data"
    original = next(path for path in (data / "originals").rglob("*") if path.is_file())
    if damage == "original":
        original.write_bytes(original.read_bytes() + b"x")
    elif damage == "row":
        rows = data / "case" / "rows.jsonl"
        rows.write_text(rows.read_text().replace("field", "filed"))
    elif damage == "extra":
        (data / "slipped-in.txt").write_text("x")
    else:
        original.unlink()
    with pytest.raises(BadFileError, match="not the package that was made"):
        import_file(tmp_path / "again", tmp_path / "bag")
    assert not (tmp_path / "again").exists()


def test_open_identifications_are_locked(case: Path, tmp_path: Path) -> None:
    secret = "THE-REASON-OF-X"
    one = Identification(
        id="s-1/x",
        sighting="s-1",
        expert="X",
        level=Level.MODEL,
        item="AKM",
        confidence=Confidence.HIGH,
        reason=secret,
    )
    with open_case(case) as opened:
        opened.write(Rows(identifications=(one,)), actor="X", reason="r")
    made = export(case, tmp_path / "bag", form="bag")
    assert any("locked" in words for words in made.words)
    for path in (tmp_path / "bag").rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    with pytest.raises(BadFileError, match="--key"):
        import_file(tmp_path / "again", tmp_path / "bag")
    import_file(tmp_path / "again", tmp_path / "bag", key=tmp_path / "key")
    with open_case(tmp_path / "again") as opened:
        assert opened.ledger().identifications == (one,)
    text = (case / "case.toml").read_text()
    (case / "case.toml").write_text("\n".join(line for line in text.splitlines() if not line.startswith("recipient")))
    with pytest.raises(ConflictError, match="nobody accepted"):
        export(case, tmp_path / "other", form="bag")
    settings(case, accept=True, person="A", reason="the key is lost")
    with pytest.raises(BadValueError, match="evidence key"):
        export(case, tmp_path / "other", form="bag")
    assert not (tmp_path / "other").exists()


def test_nothing_is_overwritten(case: Path, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    with pytest.raises(ConflictError, match="exists"):
        export(case, tmp_path / "bag", form="bag")
    shutil.rmtree(tmp_path / "bag")
    export(case, tmp_path / "bag", form="bag")
    with pytest.raises(ConflictError, match="case already"):
        import_file(case, tmp_path / "bag")
    with pytest.raises(BadValueError, match="holds everything"):
        export(case, tmp_path / "public", form="bag", public=True)
