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


def grades(given: list[str]) -> dict[str, float]:
    """What grades are worth, from ``B2=0.9``: the probability that a statement of that grade is true."""
    from takingstock.records import BadValueError, Grade

    found: dict[str, float] = {}
    for text in given:
        grade, _, worth = text.partition("=")
        try:
            value = float(worth)
        except ValueError:
            value = float("nan")
        try:
            known = str(Grade.parse(grade)) if grade.strip() and 0.0 < value <= 1.0 else ""
        except ValueError:
            known = ""
        if not known:
            raise BadValueError(f"--grade {text!r}: write a grade and a probability above 0, at most 1, such as B2=0.9")
        found[known] = value
    return found


def _whole(text: str | int, instead: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no whole number; {instead}") from None
