"""Numbers as they are given at the command line, each refused in plain words with what may be given instead."""

from __future__ import annotations

import typer


def draws_number(text: str | int) -> int:
    """How many draws: a whole number from 0 on."""
    number = _whole(text, "write a whole number of draws, 0 for none, 1000 is usual")
    if number < 0:
        raise typer.BadParameter(f"{text} is below 0; write 0 for no draws, 1000 is usual")
    return number


def whole_number(text: str | int) -> int:
    """Any whole number, negative ones too."""
    return _whole(text, "write a whole number")


def seconds(text: str | float) -> float:
    """A span of time above 0."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0.0 < number < float("inf"):
        raise typer.BadParameter(f"{text} is no time limit; write seconds above 0, such as 30")
    return number


def _whole(text: str | int, instead: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no whole number; {instead}") from None
