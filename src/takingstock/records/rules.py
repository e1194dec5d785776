"""CaseRules: what a case's settings bind, as the history keeps it."""

from __future__ import annotations

from takingstock.records.base import Record
from takingstock.records.identification import ReviewRule


class CaseRules(Record):
    """The rule of release, the public key that secrets are encrypted to, what may be published, and whom the case
    trusts. ``trust`` and ``authority_root`` are the SHA-256 of the PEM files that are named, wherever they lie:
    ``missing`` for one that cannot be read, empty for none."""

    redaction: str
    review: ReviewRule = ReviewRule()
    recipient: str = ""
    trust: str = ""
    authority: str = ""
    authority_root: str = ""

    def differences(self, other: CaseRules) -> tuple[tuple[str, str, str], ...]:
        """(name, our value, the other's) of every setting that differs, in words for a person."""
        ours, theirs = _flat(self), _flat(other)
        return tuple((name, ours[name], theirs[name]) for name in ours if ours[name] != theirs[name])


def _flat(rules: CaseRules) -> dict[str, str]:
    values = rules.model_dump(mode="json")
    review = values.pop("review")
    values |= {f"review.{name}": value for name, value in review.items()}
    return {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}
