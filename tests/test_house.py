"""The rules of the house: imports run only downward, one noun per module, every verb and option is documented."""

import ast
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "takingstock"

MAY_IMPORT = {
    "records": set(),
    "reference": {"records"},
    "trace": {"records", "reference"},
    "audit": {"records", "reference"},
    "catalogue": {"records", "reference"},
    "linkage": {"records", "reference"},
    "questions": {"records", "reference"},
    "evidence": {"records"},
    "risk": {"records", "reference", "trace"},
    "worlds": {"records", "reference"},
    "case": {"records"},
    "exchange": {"records", "reference", "linkage", "evidence", "case"},
    "report": {"records", "reference", "trace", "audit", "catalogue", "evidence", "risk", "case", "exchange"},
    "scale": {"trace", "records"},
    "verbs": {
        "records", "reference", "trace", "audit", "catalogue", "linkage", "questions", "evidence", "risk", "worlds",
        "case", "exchange", "report", "scale",
    },
    "cli": {"verbs", "records"},
    "web": {"verbs", "records"},
    "cases": set(),
}  # fmt: skip
MODULES = sorted(SRC.rglob("*.py"))


def imports(path):
    """Every module of ours that a file imports, at any depth of the code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import; name the module in full"
            names = [node.module or ""]
            if node.module == "takingstock":
                names = [f"takingstock.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "takingstock")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_run_only_downward(path):
    parts = path.relative_to(SRC).parts
    if len(parts) == 1:
        return
    room = parts[0]
    assert room in MAY_IMPORT, f"{room} is a new room: give it a floor in docs/architecture.md and here"
    for name in imports(path):
        target = name.split(".")[1]
        allowed = MAY_IMPORT[room] | {room, "__version__"}
        assert target in allowed, f"{path.relative_to(ROOT)} imports {name}: {room} may use {sorted(allowed)}"


def test_the_downward_rule_is_seen_to_be_broken(tmp_path):
    file = tmp_path / "bad.py"
    file.write_text("def f():\n    from takingstock.cli import main\n    import takingstock.case.case\n")
    assert list(imports(file)) == ["takingstock.cli", "takingstock.case.case"]


def test_only_the_case_room_knows_sql():
    for path in MODULES:
        if path.relative_to(SRC).parts[0] != "case":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(import|from) (sqlalchemy|sqlite3|alembic|psycopg)", text, re.M), path


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_every_module_says_what_it_is_and_stays_small(path):
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return
    assert ast.get_docstring(ast.parse(text)), f"{path} has no docstring"
    assert text.count("\n") <= 500, f"{path} has over 500 lines: look hard at it"


def test_tests_mirror_the_source():
    rooms = {p.name for p in SRC.iterdir() if p.is_dir()} | {"trace"}
    for path in (ROOT / "tests").rglob("test_*.py"):
        parts = path.relative_to(ROOT / "tests").parts
        if len(parts) > 1:
            assert parts[0] in rooms, f"{path} tests no room of the house"


def test_every_link_of_the_documentation_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert len(pages) > 8
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_no_machine_and_no_registry_in_the_tree():
    import subprocess

    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout
    if not listed:
        pytest.skip("not a git checkout")
    words = [
        "py" + "pi.org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "deb.debian" + ".org",
        "/wo" + "rk/",
        "/ro" + "ot/",
    ]
    for name in listed.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in {".jpg", ".png", ".xlsx"}:
            text = path.read_text(encoding="utf-8", errors="ignore")
            for word in words:
                assert word not in text, f"{name} holds {word}"


def test_the_lock_is_not_stale():
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for name, requirements in wanted.items():
        pins = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^\s;]+)", (ROOT / name).read_text(), re.M))
        for text in requirements:
            requirement = Requirement(text)
            assert requirement.name in pins, f"{name} lacks {requirement.name}: run make lock"
            assert requirement.specifier.contains(pins[requirement.name]), f"{name} is stale: run make lock"


def test_no_gpl_in_the_environment():
    pytest.importorskip("pydantic")
    for dist in distributions():
        licence = f"{dist.metadata.get('License-Expression') or ''} {dist.metadata.get('License') or ''}"
        assert not re.match(r"\s*(A?GPL)", licence), f"{dist.metadata['Name']}: {licence[:60]}"
