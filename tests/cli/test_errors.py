"""Bad input at the command line: one clear line, exit code 2, no traceback, and the case exports as before."""

import io
import json
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from takingstock.cli import main
from takingstock.verbs import demo, export, init


@dataclass
class Result:
    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments, stdin=b""):
    """The command line in this process: a process for each call would cost a second of imports each."""
    out, err = io.StringIO(), io.StringIO()
    fake = io.TextIOWrapper(io.BytesIO(stdin))
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", fake):
        try:
            main([*map(str, arguments)])
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
    return Result(code, out.getvalue().encode(), err.getvalue().encode())


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases") / "case with blanks قضية"
    from takingstock.case import create
    from takingstock.exchange import load

    with create(folder, "A case") as opened:
        source = folder.parent / "first"
        source.mkdir()
        (source / "sources.csv").write_text("id,title\nreg,The register\n")
        (source / "statements.csv").write_text(GOOD)
        load(opened, source, reader="template")
    return folder


GOOD = "id,movement,source,item,from,to,quantity,when,mode,grade\na,m1,reg,T-72M1,Hungary,Iraq,77,2005,export,B2\n"
HEAD = "id,movement,source,item,from,to,quantity,when,mode,grade\n"
BAD = {
    "missing column": ("id,movement,source,from,to\nb,m2,reg,Hungary,Iraq\n", "item"),
    "unknown party": (f"{HEAD}b,m2,reg,T-72M1,Atlantis,Iraq,5,2005,export,B2\n", "Atlantis"),
    "unknown item": (f"{HEAD}b,m2,reg,Phaser,Hungary,Iraq,5,2005,export,B2\n", "Phaser"),
    "negative quantity": (f"{HEAD}b,m2,reg,T-72M1,Hungary,Iraq,-5,2005,export,B2\n", "negative"),
    "impossible date": (f"{HEAD}b,m2,reg,T-72M1,Hungary,Iraq,5,2005-02-30,export,B2\n", "2005-02-30"),
    "unknown mode": (f"{HEAD}b,m2,reg,T-72M1,Hungary,Iraq,5,2005,teleport,B2\n", "teleport"),
    "no rows": (HEAD, "row"),
    "empty file": ("", "empty"),
}


def snapshot(case, folder):
    export(case, folder)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_and_changes_nothing(case, tmp_path, name):
    text, word = BAD[name]
    before = snapshot(case, tmp_path / "before")
    file = tmp_path / "statements.csv"
    file.write_text(text)
    result = run("import", case, file)
    assert result.returncode == 2, result.stderr
    lines = result.stderr.decode().strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("error: ")
    assert word.lower() in lines[0].lower()
    assert snapshot(case, tmp_path / "after") == before


@pytest.mark.parametrize("kind", ["half a workbook", "noise", "a picture", "a folder of nothing"])
def test_what_is_no_spreadsheet_says_so(case, tmp_path, kind):
    file = tmp_path / "file.xlsx"
    if kind == "half a workbook":
        with zipfile.ZipFile(file, "w") as book:
            book.writestr("xl/workbook.xml", "<x/>" * 2000)
        file.write_bytes(file.read_bytes()[:150])
    elif kind == "noise":
        file = tmp_path / "file.csv"
        file.write_bytes(bytes(range(256)) * 40)
    elif kind == "a picture":
        file = tmp_path / "file.png"
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    else:
        file = tmp_path / "folder"
        file.mkdir()
    before = snapshot(case, tmp_path / "before")
    result = run("import", case, file)
    assert result.returncode == 2
    assert len(result.stderr.decode().strip().splitlines()) == 1
    assert b"Traceback" not in result.stderr
    assert snapshot(case, tmp_path / "after") == before


def test_good_rows_are_taken_and_bad_ones_explained(case, tmp_path):
    file = tmp_path / "mixed.csv"
    file.write_text(
        f"{HEAD}c,m3,reg,BMP-1,Greece,Iraq,100,2005,export,B2\nd,m4,reg,BMP-1,Atlantis,Iraq,1,2005,export,B2\n"
    )
    result = run("import", case, file, "--format", "json")
    assert result.returncode == 0
    value = json.loads(result.stdout)
    assert (value["read"], value["ledger"], value["review"], value["rejected"]) == (2, 1, 0, 1)
    from pathlib import Path

    rejects = Path(value["rejects_file"]).read_text(encoding="utf-8")
    assert "Atlantis" in rejects
    assert ",3," in rejects or rejects.splitlines()[1].startswith("3,")
    assert b"1 of 2 rows rejected" in result.stderr


def test_a_dry_run_writes_nothing(case, tmp_path):
    before = snapshot(case, tmp_path / "before")
    file = tmp_path / "more.csv"
    file.write_text(f"{HEAD}e,m5,reg,BMP-1,Greece,Iraq,7,2006,export,B2\n")
    result = run("import", case, file, "--dry-run", "--format", "json")
    assert json.loads(result.stdout)["ledger"] == 1
    assert snapshot(case, tmp_path / "after") == before


def test_standard_input_is_a_file_too(case, tmp_path):
    text = f"{HEAD}f,m6,reg,BMP-1,Greece,Iraq,7,2006,export,B2\n".encode()
    result = run("import", case, "-", "--dry-run", "--format", "json", stdin=text)
    assert json.loads(result.stdout)["ledger"] == 1, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "nowhere"),
        ("trace", "nowhere", "--holder", "USA"),
        ("trace", "CASE", "--holder", "Atlantis"),
        ("trace", "CASE", "--holder", "USA", "--item", "phaser"),
        ("trace", "CASE", "--holder", "USA", "--at", "spring"),
        ("trace", "CASE", "--holder", "IRQ", "--policy", "guess"),
        ("trace", "CASE", "--holder", "IRQ", "--births", "early"),
        ("trace", "CASE", "--holder", "USA", "--of", "lost"),
        ("trace", "CASE", "--holder", "USA", "--chains", "0"),
        ("arsenal", "CASE", "--holder", "USA", "--by", "colour"),
        ("arsenal", "CASE", "--holder", "USA", "--role", "thief"),
        ("arsenal", "CASE", "--holder", "IRQ", "--population", "nobody"),
        ("report", "CASE", "--lang", "tlh", "--out", "x.html"),
        ("import", "CASE", "nowhere.csv"),
        ("import", "CASE", "FILE", "--as", "magic"),
        ("init", "CASE"),
        ("verify", "FILE"),
        ("nonsense",),
        ("audit",),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_2_without_a_traceback(case, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file.csv"
    file.write_text(GOOD)
    result = run(*({"CASE": case, "FILE": file}.get(a, a) for a in arguments))
    assert result.returncode == 2, (result.stdout, result.stderr)
    assert b"Traceback" not in result.stderr
    assert b"rror" in result.stderr


def test_verify_exits_1_when_a_row_was_altered(tmp_path):
    import sqlite3

    case = tmp_path / "case"
    init(case, title="t")
    file = tmp_path / "s"
    file.mkdir()
    (file / "sources.csv").write_text("id,title\nreg,The register\n")
    (file / "statements.csv").write_text(GOOD)
    assert run("import", case, file).returncode == 0
    assert run("verify", case).returncode == 0
    with sqlite3.connect(case / "case.db") as database:
        columns = [row[1] for row in database.execute("pragma table_info(statements)")]
        column = next(c for c in columns if c in {"record", "body", "canonical", "payload", "text"})
        assert database.execute(f"update statements set {column} = replace({column}, '77', '78')").rowcount == 1
    database.close()
    result = run("verify", case)
    assert result.returncode == 1
    assert b"statements" in result.stdout
    assert b" a" in result.stdout or b"'a'" in result.stdout


def test_a_process_of_its_own_gives_the_same(case):
    command = [sys.executable, "-m", "takingstock", "trace", str(case), "--holder", "Atlantis"]
    result = subprocess.run(command, capture_output=True)
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr
    assert len(result.stderr.decode().strip().splitlines()) == 1


def test_help_answers_at_once():
    """Not a timed test: --help must simply not import what makes a start slow."""
    code = (
        "import sys\nfrom takingstock.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'polars', 'numpy', 'numba', 'sqlalchemy', 'rich', 'babel', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "Commands" in result.stdout


@pytest.mark.parametrize(("draws", "share"), [("0", ">99.9 %"), ("40", ">99 %")])
def test_a_trace_for_people_has_its_cautions_beside_the_shares(case, draws, share):
    text = run("trace", case, "--holder", "Iraq", "--draws", draws).stdout.decode()
    lines = text.splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith("tank.t-72.t-72m1: 77 items received"))
    (chain,) = (n for n, line in enumerate(lines) if "HUN → IRQ" in line)
    assert head < chain < head + 4
    assert lines[chain].strip().startswith(share)
    assert (f"{draws} draws, seed 1" in lines) is (draws != "0")
    assert any(line.strip().startswith("! ") and "unknown, not zero" in line for line in lines[head + 2 :])
    assert all(line == line.rstrip() for line in lines)


def test_demo_prints_findings_and_what_to_try(tmp_path):
    result = run("demo", "--out", tmp_path / "demo")
    assert result.returncode == 0, result.stderr
    text = result.stdout.decode()
    assert "190,000" in text
    commands = [line.split() for line in text.split("Try next:")[1].splitlines() if line.strip()]
    verbs = ("trace", "arsenal", "audit", "list", "verify")
    assert [verb in words for words, verb in zip(commands, verbs, strict=True)] == [True] * 5
    assert all("takingstock" in " ".join(words[:3]) for words in commands)
    assert demo(tmp_path / "demo").imported.unchanged > 0
