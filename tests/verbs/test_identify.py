"""identify: two experts, each blind to the other, from workbook to release; and what one alone cannot do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastexcel
import pytest
from PIL import Image, ImageDraw

from takingstock.case import Rows, open_case
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import BadValueError, DateRange, Place, Precision, Quantity, Sighting, Source
from takingstock.verbs import arsenal, export, init, trace, verify
from takingstock.verbs.evidence import add, confirm, listing
from takingstock.verbs.identify import (
    adjudicate,
    agreement,
    assign,
    close,
    queue_in,
    queue_out,
    release,
    withdraw,
)
from takingstock.verbs.identify import listing as standing

ASPECTS = ["origin", "place", "time"]
AK, AKM = "rifle.assault.ak.ak-47", "rifle.assault.ak.akm"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """One sighting on one verified picture, and the hint of whoever entered it."""
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
        confirm(folder, id_, person=person, aspects=ASPECTS, method="search", reason="fits")
    seen = Sighting(
        id="s-1",
        source="field",
        holder="islamic-state",
        item="machine-gun",
        made_in="CHN",
        evidence=(id_,),
        quantity=Quantity.exact(1),
        place=Place(name="Mosul", precision=Precision.LOCALITY),
        when=DateRange.parse("2014-06"),
    )
    with open_case(folder) as opened:
        opened.write(Rows(sources=(Source(id="field", title="Field"),), sightings=(seen,)), actor="A", reason="r")
    return folder


def answer(tmp_path: Path, expert: str, **cells: Any) -> Path:
    """A filled-in queue, as CSV."""
    row = {"sighting": "s-1", "expert": expert, "level": "model", "item": AKM, "made_in": "CHN", "confidence": "high"}
    row |= {"reason": "The rear sight block"} | cells
    file = tmp_path / f"{expert}.csv"
    file.write_text(csv_rows([list(row), [str(cell) for cell in row.values()]]), encoding="utf-8")
    return file


def test_two_experts_agree_and_it_is_released(case: Path, tmp_path: Path) -> None:
    assert queue_in(case, answer(tmp_path, "Expert X"), expert="Expert X").taken == 1
    assert standing(case).reviews[0].state.value == "in-review"
    with pytest.raises(BadValueError, match=r"in-review|open|wait"):
        release(case, "s-1", person="Lead", reason="alone")
    assert queue_in(case, answer(tmp_path, "Expert Y"), expert="Expert Y").taken == 1
    now = standing(case).reviews[0]
    assert now.state.value == "agreed"
    assert now.standing is not None
    assert (now.standing.item, now.standing.made_in) == (AKM, "CHN")
    assert release(case, "s-1", person="Lead", reason="Rule met").state.value == "released"
    table = arsenal(case, "islamic-state", by="class").populations[0]
    assert [(row.key, row.count) for row in table.rows] == [(AKM, 1.0)]
    assert trace(case, "islamic-state", draws=0).revision == verify(case).revision
    withdraw(case, "s-1", person="Lead", reason="The source took it back")
    assert arsenal(case, "islamic-state", by="class").populations == ()
    assert verify(case).sound


def test_one_person_under_two_spellings_is_one_expert(case: Path, tmp_path: Path) -> None:
    queue_in(case, answer(tmp_path, "Expert X"), expert="Expert X")
    queue_in(case, answer(tmp_path, "expert  x"), expert="expert  x")
    assert standing(case).reviews[0].open
    with pytest.raises(BadValueError):
        close(case, "s-1", person="Expert X", reason="done") and release(case, "s-1", person="Expert X", reason="alone")


def test_nobody_sees_an_open_identification(case: Path, tmp_path: Path) -> None:
    """Whatever verb or export: the item, the reason and the confidence of an open answer are in none of its output."""
    secret = "THE-REASON-OF-X"
    queue_in(case, answer(tmp_path, "Expert X", reason=secret, serial="SERIAL-OF-X"), expert="Expert X")
    told = [standing(case).model_dump_json(), arsenal(case, "islamic-state", by="class").model_dump_json()]
    told.append(trace(case, "islamic-state", draws=0).model_dump_json())
    export(case, tmp_path / "out")
    export(case, tmp_path / "out.xlsx")
    told += [path.read_text() for path in (tmp_path / "out").iterdir()]
    queue_out(case, tmp_path / "y.csv", expert="Expert Y")
    told.append((tmp_path / "y.csv").read_text())
    queue_out(case, tmp_path / "y.xlsx", expert="Expert Y")
    for sheet in fastexcel.read_excel(tmp_path / "y.xlsx").sheet_names:
        told.append(str(fastexcel.read_excel(tmp_path / "y.xlsx").load_sheet(sheet).to_polars().rows()))
    for name in fastexcel.read_excel(tmp_path / "out.xlsx").sheet_names:
        told.append(str(fastexcel.read_excel(tmp_path / "out.xlsx").load_sheet(name).to_polars().rows()))
    told += [event.model_dump_json() for event in open_case(case).events()]
    told += [str(listing(case).model_dump_json())]
    for text in told:
        assert secret not in text
        assert "SERIAL-OF-X" not in text
    # Nor is what the one who entered the sighting takes it for put before the expert.
    assert "machine-gun" not in (tmp_path / "y.csv").read_text()
    assert "CHN" not in (tmp_path / "y.csv").read_text()


def test_experts_who_differ_are_adjudicated_and_dissent_is_kept(case: Path, tmp_path: Path) -> None:
    assign(case, ["s-1"], ["X", "Y", "Z"], actor="Lead")
    queue_in(case, answer(tmp_path, "X"), expert="X")
    queue_in(case, answer(tmp_path, "Y"), expert="Y")
    assert standing(case).reviews[0].open
    queue_in(case, answer(tmp_path, "Z", item="pistol", level="class", made_in="", reason="A pistol to me"), expert="Z")
    assert not standing(case).reviews[0].open
    if standing(case).reviews[0].state.value == "disputed":
        adjudicate(case, "s-1", person="Lead", reason="Two of three", level="model", item=AKM, made_in="CHN")
    release(case, "s-1", person="Lead", reason="Rule met")
    with open_case(case) as opened:
        ruling = opened.ledger().rulings[-1]
    assert ruling.dissent == ("s-1/z",)
    assert ruling.rule == "2 people on the source, 2 independent experts at the released level"
    assert set(ruling.experts) == {"X", "Y"}
    with pytest.raises(BadValueError, match="closed"):
        assign(case, ["s-1"], ["W"], actor="Lead")
    late = queue_in(case, answer(tmp_path, "W"), expert="W")
    assert (late.taken, len(late.rejects)) == (0, 1)
    assert "does not await W" in late.rejects[0].reason


def test_bad_rows_are_rejected_with_line_and_reason_and_others_taken(case: Path, tmp_path: Path) -> None:
    head = ["sighting", "expert", "level", "item", "made_in", "marks", "confidence", "reason"]
    rows = [
        ["s-1", "X", "model", AKM, "CHN", "serial: 123 [removed]; 66", "high", "ok"],
        ["s-9", "X", "model", AKM, "", "", "high", "unknown sighting"],
        ["s-1", "Somebody else", "model", AKM, "", "", "high", "not mine"],
        ["s-1", "X", "", "", "", "", "", ""],
        ["s-1", "X", "model", "no such rifle", "", "66 [polished]", "sure", ""],
    ]
    file = tmp_path / "x.csv"
    file.write_text(csv_rows([head, *rows]), encoding="utf-8")
    made = queue_in(case, file, expert="X")
    assert (made.read, made.taken, made.unanswered, len(made.rejects)) == (5, 1, 1, 3)
    reasons = {one.line: one.reason for one in made.rejects}
    assert "does not await X" in reasons[3]
    assert "is 'Somebody else''s" in reasons[4].replace('"', "'") or "Somebody else" in reasons[4]
    assert made.rejects_file is not None
    assert Path(made.rejects_file).parent == tmp_path
    with open_case(case) as opened:
        marks = opened.ledger().identifications[0].marks
    assert [(mark.kind, mark.text, mark.condition.value) for mark in marks] == [
        ("serial", "123", "removed"),
        ("other", "66", "present"),
    ]
    again = queue_in(case, file, expert="X")
    assert (again.taken, again.unchanged) == (0, 1)


def test_an_arabic_workbook_reads_back(case: Path, tmp_path: Path) -> None:
    from takingstock.exchange.queue import ARABIC, CHOICES

    out = queue_out(case, tmp_path / "ar.xlsx", expert="سعاد", language="ar")
    assert out.sightings == ("s-1",)
    sheet = fastexcel.read_excel(tmp_path / "ar.xlsx").load_sheet("التعريفات").to_polars()
    assert sheet.columns[:2] == ["الصورة", "المشاهدة"]
    row = {"sighting": "s-1", "expert": "سعاد", "level": CHOICES["level"]["model"], "item": "AKM"}
    row |= {"confidence": CHOICES["confidence"]["high"], "reason": "شكل المخزن"}
    file = tmp_path / "filled.csv"
    file.write_text(csv_rows([[ARABIC[name] for name in row], list(row.values())]), encoding="utf-8")
    assert queue_in(case, file, expert="سعاد").taken == 1
    with open_case(case) as opened:
        one = opened.ledger().identifications[0]
    assert (one.level.value, one.item, one.confidence.value) == ("model", AKM, "high")


def test_agreement_needs_closed_reviews(case: Path, tmp_path: Path) -> None:
    queue_in(case, answer(tmp_path, "X"), expert="X")
    assert all(row.alpha is None for row in agreement(case).rows)
