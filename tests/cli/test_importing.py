"""import with a mapping, and the draft of one, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.test_errors import run

from takingstock.verbs import init

TABLE = "ref,exporter,importer,weapon,number,year\n" + "".join(f"r{n},USA,Iraq,AK-47,{n},2014\n" for n in range(1, 9))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    init(tmp_path / "case", title="A case", actor="A")
    return tmp_path / "case"


def test_the_draft_goes_in(case: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TABLE + "r9,USA,Nowhereland,AK-47,1,2014\nr10,USA,Iraq,AK-47,some,2014\n")
    drafted = run("import", "--suggest-mapping", tmp_path / "x.csv")
    assert drafted.returncode == 0
    (tmp_path / "m.yaml").write_bytes(drafted.stdout)
    extra = ("--mapping", tmp_path / "m.yaml", "--reporter", "USA", "--released", "2015-06-01")
    done = run("import", case, tmp_path / "x.csv", *extra, "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert {name: told[name] for name in ("reader", "read", "ledger", "review", "rejected")} == {
        **{"reader": "mapping", "read": 10, "ledger": 8},
        **{"review": 1, "rejected": 1},
    }
    assert b"1 of 10 rows rejected" in done.stderr
    tried = run("import", case, tmp_path / "x.csv", *extra, "--dry-run", "--format", "json")
    assert json.loads(tried.stdout)["unchanged"] == 8


def test_one_line_says_what_is_wrong(case: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TABLE)
    (tmp_path / "bad.yaml").write_text("a: {queries: [{entities: {b: {schema: Statement}}}]}")
    for arguments, said in (
        (("import",), b"import CASE FILE"),
        (("import", case), b"import CASE FILE"),
        (("import", case, tmp_path / "x.csv", "--mapping", tmp_path / "bad.yaml"), b"4 faults in the mapping"),
        (("import", case, tmp_path / "x.csv", "--mapping", tmp_path / "none.yaml"), b"cannot be read"),
        (("import", case, tmp_path / "x.csv", "--mapping", "m", "--as", "sipri"), b"--as and --mapping"),
        (("import", "--suggest-mapping", tmp_path / "none.csv"), b"there is no file"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
