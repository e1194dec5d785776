"""docs/cli.md is made from --help, so it cannot drift: every verb and every option is in it, as it is now."""

import importlib.util
from pathlib import Path

import pytest
import typer

from takingstock.cli.app import app

ROOT = Path(__file__).resolve().parents[2]


def load_script():
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "scripts" / "build_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_help_says():
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == load_script().cli_reference(), "run make docs"


@pytest.mark.parametrize("name", sorted(typer.main.get_command(app).commands))
def test_every_verb_and_option_is_documented(name):
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    command = typer.main.get_command(app).commands[name]
    assert f"## takingstock {name}" in text
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            assert getattr(parameter, "help", None), f"{name} {parameter.opts} has no help"
            assert parameter.opts[0] in text


def test_the_readme_names_only_verbs_that_exist():
    import re

    verbs = set(typer.main.get_command(app).commands)
    for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for block in re.findall(r"```(?:console|sh|bash)\n(.*?)```", file.read_text(encoding="utf-8"), re.S):
            for verb in re.findall(r"^\$? ?takingstock ([a-z]+)", block, re.M):
                assert verb in verbs, f"{file.name} names a verb that is not there: {verb}"
