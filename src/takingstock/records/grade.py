"""Grade: the Admiralty code, two separate axes.

Source: NATO Admiralty scale as given by MISP/misp-taxonomies, ``admiralty-scale/machinetag.json``.
F and 6 mean *cannot be judged*: they are not the worst value and are never treated as a low number.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import model_serializer, model_validator

from takingstock.records.base import Record
from takingstock.records.errors import BadValueError


class Reliability(StrEnum):
    """How far the source can be relied on."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"

    @property
    def words(self) -> str:
        return _RELIABILITY[self.value]


class Credibility(StrEnum):
    """How credible this piece of information is."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"

    @property
    def words(self) -> str:
        return _CREDIBILITY[self.value]


_RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
_CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


class Grade(Record):
    """Reliability of the source and credibility of the information, e.g. ``B2``; default F6."""

    reliability: Reliability = Reliability.F
    credibility: Credibility = Credibility.SIX

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip().upper()
        if not text:
            return {}
        if len(text) != 2 or text[0] not in _RELIABILITY or text[1] not in _CREDIBILITY:
            raise BadValueError(f"not an Admiralty grade: {value!r}; write A to F and 1 to 6, for example B2")
        return {"reliability": text[0], "credibility": text[1]}

    @model_serializer
    def _as_text(self) -> str:
        return str(self)

    @classmethod
    def parse(cls, text: str) -> Grade:
        """Read ``B2``; empty is F6. Raises BadValueError."""
        return cls.model_validate(text)

    @property
    def words(self) -> str:
        return f"{self.reliability.words}; {self.credibility.words}"

    @property
    def rank(self) -> tuple[int, int]:
        """What to sort by where one of several has to lead: both axes together, then credibility, best first. F and 6
        stand in the middle: they are not judged, not bad."""
        reliability = {"F": 3}.get(self.reliability.value, ord(self.reliability.value) - ord("A") + 1)
        credibility = {"6": 3}.get(self.credibility.value, int(self.credibility.value))
        return reliability + credibility, credibility

    def __str__(self) -> str:
        return f"{self.reliability.value}{self.credibility.value}"
