"""The templates and style sheets of the pages that this room writes."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent


@cache
def environment() -> Environment:
    """Templates that escape what they print and fail on what they are not given."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style_sheet(name: str) -> str:
    """A style sheet of ``assets/``."""
    return (HERE / "assets" / f"{name}.css").read_text("utf-8")


def hashed(text: str) -> str:
    """What a content policy lets a page carry: the SHA-256 of a style sheet or script in it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
