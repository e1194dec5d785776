"""Asking: the arguments and options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.render import Format

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="The case: a folder made by init or demo.")]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]


def me() -> str:
    """Who is at the keyboard, for the history: TAKINGSTOCK_ACTOR, or the name of the account. An entry by nobody would
    be worth nothing, so where there is neither, the call is refused."""
    import getpass

    try:
        return os.environ.get("TAKINGSTOCK_ACTOR") or getpass.getuser()
    except (KeyError, ImportError, OSError) as error:
        raise typer.BadParameter("this account has no name: say who you are (TAKINGSTOCK_ACTOR)") from error
