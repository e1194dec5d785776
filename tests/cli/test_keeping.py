"""Exit codes of what guards a case, and who is said to have done it."""

from __future__ import annotations

from pathlib import Path

import pytest

from takingstock.cli.app import main
from takingstock.cli.asking import me
from takingstock.verbs import init
from takingstock.verbs.evidence import make_key


@pytest.fixture
def case(tmp_path: Path) -> Path:
    init(tmp_path / "case", title="A case", actor="A")
    make_key(tmp_path / "case", tmp_path / "key", actor="A")
    return tmp_path / "case"


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_settings_are_told_and_accepted(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("settings", case) == 0
    with (case / "case.toml").open("a") as file:
        file.write("[review]\nexperts = 1\n")
    assert run("settings", case) == 1
    assert "! not accepted: review.experts is 1, the history has 2" in capsys.readouterr().err
    assert run("evidence", "list", case) == 2
    assert run("verify", case) == 1
    assert run("settings", case, "--accept") == 2
    assert run("settings", case, "--accept", "--by", "Lee") == 2
    assert run("settings", case, "--accept", "--by", "Lee", "--reason", "decided") == 0
    assert run("verify", case) == 0
    assert run("evidence", "list", case) == 0


@pytest.mark.parametrize("since", ["", "nonsense", "."])
def test_a_since_that_is_none_is_a_wrong_call(case: Path, since: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", case, "--since", since) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")


def test_a_file_that_stays_in_the_open_ends_the_command_with_1(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("told")
    assert run("evidence", "add", case, tmp_path / "a.txt") == 0
    assert run("evidence", "add", case, tmp_path / "a.txt", "--secret") == 1
    assert "! a.txt is NOT secret" in capsys.readouterr().err


def test_who_is_never_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    import getpass

    import typer

    monkeypatch.setenv("TAKINGSTOCK_ACTOR", "Lee")
    assert me() == "Lee"
    monkeypatch.delenv("TAKINGSTOCK_ACTOR")
    assert me() == getpass.getuser()

    def nobody() -> str:
        raise KeyError("uid 4711 has no name")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(typer.BadParameter, match="say who you are"):
        me()
