"""A looser rule opens nothing that was answered blind; and what an expert or a reader sees is the original."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from takingstock.case import Rows, open_case
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import BadFileError, BadValueError, ConflictError, Sighting, Source
from takingstock.verbs import export, init, settings, verify
from takingstock.verbs.desk import at_desk
from takingstock.verbs.evidence import add, clear, confirm, listing
from takingstock.verbs.evidence.secrecy import told_openly
from takingstock.verbs.identify import listing as standing
from takingstock.verbs.identify import queue_in, queue_out, release

AKM = "rifle.assault.ak.akm"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    init(folder, title="A case")
    image = Image.new("RGB", (640, 480), "grey")
    for number in range(12):
        box = (number * 50, number * 30, number * 50 + 90, 400)
        ImageDraw.Draw(image).rectangle(box, fill=(number * 20, 255 - number * 20, 90))
    image.save(tmp_path / "rifle.jpg")
    add(folder, [tmp_path / "rifle.jpg"], collector="Collector")
    id_ = listing(folder).evidence[0].sha256
    for person in ("Ana", "Bo"):
        confirm(folder, id_, person=person, aspects=["origin", "place", "time"], method="search", reason="fits")
    seen = Sighting(id="s-1", source="field", holder="islamic-state", item="rifle", evidence=(id_,))
    with open_case(folder) as opened:
        opened.write(Rows(sources=(Source(id="field", title="Field"),), sightings=(seen,)), actor="A", reason="r")
    return folder


def said(tmp_path: Path, case: Path, expert: str) -> None:
    row = {"sighting": "s-1", "expert": expert, "level": "model", "item": AKM, "confidence": "high"}
    row |= {"reason": f"REASON-OF-{expert}"}
    file = tmp_path / f"{expert}.csv"
    file.write_text(csv_rows([list(row), list(row.values())]), encoding="utf-8")
    assert queue_in(case, file, expert=expert).taken == 1


def ruled(case: Path, text: str) -> None:
    file = case / "case.toml"
    kept = file.read_text().partition("\n[review]")[0]
    file.write_text(f"{kept}\n[review]\n{text}\n")
    settings(case, accept=True, person="Lee", reason="decided")


@pytest.mark.parametrize("text", ["experts = 1", 'experts_named = ["Xe"]\nexperts = 1'])
def test_a_looser_rule_opens_nothing_that_was_answered_blind(case: Path, tmp_path: Path, text: str) -> None:
    said(tmp_path, case, "Xe")
    ruled(case, text)
    assert standing(case).reviews[0].open
    with at_desk(case, released=False) as desk:
        assert desk.ledger.identifications == ()
    with pytest.raises(BadValueError, match="no key"):
        export(case, tmp_path / "bag", form="bag")
    with pytest.raises(BadValueError):
        release(case, "s-1", person="Lee", reason="alone")
    ruled(case, "experts = 2")
    said(tmp_path, case, "Ypsi")
    assert not standing(case).reviews[0].open
    assert verify(case).sound


def test_a_rule_that_was_loose_from_the_start_is_one(case: Path, tmp_path: Path) -> None:
    ruled(case, "experts = 1")
    said(tmp_path, case, "Xe")
    assert not standing(case).reviews[0].open


def test_nearly_the_same_names_are_told_at_the_release(case: Path, tmp_path: Path) -> None:
    said(tmp_path, case, "Vera Klein")
    said(tmp_path, case, "V. Klein")
    made = release(case, "s-1", person="Lead", reason="Rule met")
    assert made.words[-1].startswith("V. Klein and Vera Klein: are these two people?")
    assert not any("Lead and" in line for line in made.words)


def picture_in(workbook: Path) -> np.ndarray:
    with zipfile.ZipFile(workbook) as file:
        (name,) = (name for name in file.namelist() if name.startswith("xl/media/"))
        with Image.open(io.BytesIO(file.read(name))) as image:
            return np.asarray(image.convert("RGB"), dtype=float)


def test_an_expert_sees_the_original_whatever_lies_in_the_working_folder(case: Path, tmp_path: Path) -> None:
    (small,) = (case / "evidence" / "working").rglob("thumb.jpg")
    small.chmod(0o644)
    Image.new("RGB", (512, 384), "red").save(small)
    queue_out(case, tmp_path / "x.xlsx", expert="Xe")
    shown = picture_in(tmp_path / "x.xlsx")
    with Image.open(tmp_path / "rifle.jpg") as image:
        true = np.asarray(image.convert("RGB").resize((shown.shape[1], shown.shape[0])), dtype=float)
    assert np.abs(shown - true).mean() < 8


def test_an_altered_original_is_shown_to_nobody(case: Path, tmp_path: Path) -> None:
    clear(case, "rifle.jpg", person="Ana", regions=[])
    (original,) = (path for path in (case / "evidence" / "originals").rglob("*") if path.is_file())
    original.chmod(0o644)
    Image.new("RGB", (512, 384), "red").save(original, "JPEG")
    with pytest.raises(BadFileError, match="was altered"):
        queue_out(case, tmp_path / "x.xlsx", expert="Xe")
    made = export(case, tmp_path / "out", form="pictures")
    assert made.rows == (("pictures", 0),)
    assert any("was altered" in line for line in made.words)


@pytest.mark.parametrize("name", ["q.pdf", "q", "q.xls"])
def test_a_queue_is_a_workbook_or_csv(case: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadValueError, match=r"\.xlsx"):
        queue_out(case, tmp_path / name, expert="Xe")
    assert not (tmp_path / name).exists()


def test_it_is_said_that_words_about_a_secret_are_none(case: Path, tmp_path: Path) -> None:
    from takingstock.verbs.evidence import make_key

    assert told_openly(case, "rifle.jpg") == ""
    make_key(case, tmp_path / "key")
    (tmp_path / "told.txt").write_text("told")
    add(case, [tmp_path / "told.txt"], collector="A", secret=True)
    item = next(row.sha256 for row in listing(case).evidence if row.secret)
    assert "is secret, what is said of it is not" in told_openly(case, "rifle.jpg", item)


def test_a_stricter_rule_opens_no_review_whose_answers_were_read(case: Path, tmp_path: Path) -> None:
    """Only a reopening does, since it marks who answers afterwards."""
    said(tmp_path, case, "Xe")
    said(tmp_path, case, "Ypsi")
    assert not standing(case).reviews[0].open
    with pytest.raises(ConflictError, match=r"review of s-1 would be open again.*identify reopen"):
        ruled(case, "experts = 3")
