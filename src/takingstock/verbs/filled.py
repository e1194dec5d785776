"""Filled: what a call gives for an option, checked before a record is made of it, in words that name the option."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from takingstock.records import BadValueError

_Choice = TypeVar("_Choice", bound=StrEnum)


def filled(text: str, option: str) -> str:
    """The text without blanks around it. Raises BadValueError for one that says nothing."""
    if not text.strip():
        raise BadValueError(f"{option} is empty; write it in words")
    return text.strip()


def chosen(choices: type[_Choice], text: str, option: str) -> _Choice:
    """One of the choices. Raises BadValueError that names them all."""
    for one in choices:
        if one.value == text.strip().lower():
            return one
    raise BadValueError(f"{option} {text!r}: write one of {', '.join(choices)}")
