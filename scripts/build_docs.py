"""Write the parts of the documentation that are made from the program itself: docs/cli.md. Run: make docs."""

from __future__ import annotations

import os
from pathlib import Path

import typer

ROOT = Path(__file__).resolve().parents[1]


def cli_reference() -> str:
    """The --help text of every verb, as one Markdown page of a fixed width."""
    # The width of a terminal must not reach the page.
    os.environ["COLUMNS"], os.environ["TERMINAL_WIDTH"] = "100", "100"
    from takingstock.cli.app import app

    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="takingstock", max_content_width=100, terminal_width=100)
    lines = [
        "# The command line",
        "",
        "Made from `--help` by `make docs`; a test holds it to what the program says.",
        "",
        "Exit codes: 0 done; 1 the data has a problem that was asked for (`verify` found one); 2 the call or its input",
        "was wrong, said in one line on standard error. An import with rejects is done (0) and says so.",
        "",
    ]
    for name in sorted(command.commands):  # type: ignore[attr-defined]
        verb = command.commands[name]  # type: ignore[attr-defined]
        child = typer.Context(verb, info_name=name, parent=context, max_content_width=100, terminal_width=100)
        text = "\n".join(line.rstrip() for line in verb.get_help(child).splitlines())
        lines += [f"## takingstock {name}", "", "```text", text, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    (ROOT / "docs" / "cli.md").write_text(cli_reference(), encoding="utf-8")
