"""The frame every record is made in: frozen, strict about unknown fields, with one canonical text form."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen typed model. Two records with equal fields are equal, hash alike and have one digest."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def canonical(self) -> str:
        """The record as canonical JSON: sorted keys, no blanks, empty fields left out, UTF-8 kept as it is."""
        return canonical_json(self.model_dump(mode="json", exclude_none=True, exclude_defaults=True))

    def fingerprint(self) -> str:
        """SHA-256 (hex) of :meth:`canonical`."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks, so that equal values have equal bytes on every engine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
