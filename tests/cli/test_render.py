"""What a terminal would obey is shown, not sent: names of files and cells of tables come from anybody."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from takingstock.cli.render import Format, plain, say, show, tell, write

HOSTILE = "a\x1b[2J\x1b]0;title\x07\x9b31m\r\x00\x7f\u202egpj.exe\u2066"


@pytest.mark.parametrize(
    "call",
    [
        lambda: show(Format.TABLE, None, ("name",), [(HOSTILE,)]),
        lambda: show(Format.JSON, {"name": HOSTILE}, (), []),
        lambda: tell([("head", HOSTILE), ("caution", HOSTILE)]),
        lambda: say(HOSTILE),
        lambda: write(HOSTILE + "\n"),
    ],
)
def test_no_control_character_reaches_the_terminal(
    call: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    call()
    out, err = capsys.readouterr()
    said = out + err
    assert "gpj.exe" in said
    assert not [char for char in said if (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0]
    assert not set(said) & set("\u202e\u2066")


def test_a_program_gets_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    show(Format.JSON, {"name": HOSTILE}, (), [])
    assert json.loads(capsys.readouterr().out) == {"name": HOSTILE}
    show(Format.CSV, None, ("name",), [("a\x1bb",)])
    assert "a\x1bb" in capsys.readouterr().out


def test_what_is_written_is_not_touched() -> None:
    for text in ("حالة العراق", "Zoë K.\nnext\tcell", "日本", "a\u200fb", "\u200d"):
        assert plain(text) == text
