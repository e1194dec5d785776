"""docs/tracing.md against the program: the fields, the steps, who is asked, and the commands as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takingstock.case import Rows, open_case
from takingstock.cli.app import app
from takingstock.records import (
    ContactKind,
    DateRange,
    Party,
    PartyKind,
    Quantity,
    RequestStatus,
    Sighting,
    Source,
    TraceRequest,
)
from takingstock.verbs import init
from takingstock.verbs.requested import FOLLOWS, missing

PAGE = (Path(__file__).parents[2] / "docs" / "tracing.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    lines = PAGE[PAGE.index(heading) :].splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table[2:]


def test_the_fields_and_their_paragraphs() -> None:
    empty = missing(TraceRequest(id="r", recipient="ROU", requester="C", item="pistol"))
    told = [(f, "before sending" if one.required else "if known", one.paragraph) for one in empty for f in (one.field,)]
    page = [(row[0], row[1], re.sub(r", (not )?read$", "", row[2])) for row in rows("## What a request says")]
    assert sorted(told) == sorted(page)


def test_the_steps() -> None:
    order = list(RequestStatus)
    table = {row[0]: row[1].split(", ") for row in rows("- **Steps** only go forward")}
    assert table == {
        status.value: [one.value for one in sorted(after, key=order.index)] for status, after in FOLLOWS.items()
    }


def test_the_kinds_of_entries() -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith("- **Entries**"))
    assert re.findall(r"`([a-z-]+)`", line) == [kind.value for kind in ContactKind]


def test_the_commands_run_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init(tmp_path / "case", title="A case")
    sighting = Sighting(
        id="s1", source="t", holder="islamic-state", item="rifle.assault.ak.akm", quantity=Quantity.exact(1),
        made_in="ROU", made=DateRange.parse("1978"), marks=("serial: AB 4471",),
    )  # fmt: skip
    acme = Party(id="acme", name="Acme Trading", kind=PartyKind.COMPANY)
    with open_case(tmp_path / "case") as opened:
        rows_ = Rows(sources=(Source(id="t", title="t"),), sightings=(sighting,), parties=(acme,))
        opened.write(rows_, actor="A", reason="r")
    monkeypatch.chdir(tmp_path)
    request = ""
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.replace("CASE", "case").replace("tr-…", request or "tr-…"))[1:]
            done = CliRunner().invoke(app, words, catch_exceptions=False)
            assert done.exit_code == 0, (line, done.output)
            found = re.search(r"tr-[0-9a-f]{10}", done.output)
            request = request or (found[0] if found else "")
    assert 'dir="rtl"' in (tmp_path / "letter.html").read_text("utf-8")
    with open_case(tmp_path / "case") as opened:
        ledger = opened.ledger()
    assert [one.level and one.level.value for one in ledger.statements] == ["confirmed-by-exporter"]
    assert [one.kind.value for one in sorted(ledger.contacts, key=lambda one: one.when.sort_key)] == [
        "asked",
        "replied",
    ]
