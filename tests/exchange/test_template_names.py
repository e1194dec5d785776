"""What a person said that a name means is how the template reads it."""

from __future__ import annotations

from pathlib import Path

from takingstock.exchange import read_template
from takingstock.records import Ledger, NameKind, Naming


def test_a_decided_name_is_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text("id,title\ns,S\n")
    (tmp_path / "statements.csv").write_text(
        "id,source,item,from,to,mode\n1,s,pistol,The Old Firm,IRQ,export\n2,s,pistol,USA,IRQ,export\n"
    )
    assert [row.line for row in read_template(tmp_path).rejected] == [2]
    said = Naming(id="n", kind=NameKind.PARTY, text="the old firm", meaning="RUS", person="An analyst")
    known = Ledger(title="", revision=1, head="", namings=(said,))
    first, second = read_template(tmp_path, known).statements
    assert (first.from_party, first.namings) == ("RUS", ("n",))
    assert second.namings == ()
