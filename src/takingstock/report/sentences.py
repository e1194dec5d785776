"""Sentences: what the program says in English inside a text field, worded in the report's language.

Audit and catalogue write their definitions and cautions as text. The table ``sentence`` of the English catalogue holds
those sentences as templates; a text is read with them and worded with the templates of the report's language. What no
template fits (a source's remark, a new sentence) stays as it is, marked as English: nothing is lost, nothing guessed.
"""

from __future__ import annotations

import re
import string
from functools import cache

from markupsafe import Markup

from takingstock.records import BadValueError, Quantity
from takingstock.report.context import Context, foreign, isolated, passage
from takingstock.report.language import messages

_TABLE = "sentence."
# Free text of sources may hold full stops: these blanks run to the next sentence that can follow, or to the end.
_LONG = {
    "text": (".+", r"$"),
    "claims": (".+?", r"(?=\s(?:Also claimed|The records note:)|$)"),
}


def spoken(context: Context, text: str, **known: Markup) -> Markup:
    """A text of the program in the report's language. ``known`` are blanks that the caller can word better than by
    their English text. An English page has the text as it is, as a sentence."""
    text = text.strip()
    if context.words.code == "en":
        return foreign(text if text.endswith((".", "!", "?", ")")) or not text else f"{text}.", "en")
    parts: list[Markup] = []
    kept: list[str] = []
    while text:
        for key, pattern in _patterns():
            if match := pattern.match(text):
                _keep(parts, kept)
                values = {name: known.get(name) or _value(context, name, said) for name, said in _groups(match)}
                parts.append(context.t(key, **values))
                break
        else:
            match = re.match(r".+?[.!?](?=\s)|.+", text, re.S)
            assert match
            kept.append(match[0])
        text = text[match.end() :].strip()
    _keep(parts, kept)
    return Markup(" ").join(parts)


def known(text: str) -> bool:
    """Whether every sentence of a text of the program has a template."""
    text = text.strip()
    while text:
        match = next((found for _, pattern in _patterns() if (found := pattern.match(text))), None)
        if match is None or any(name == "definition" and not known(said) for name, said in _groups(match)):
            return False
        text = text[match.end() :].strip()
    return True


def _groups(match: re.Match[str]) -> list[tuple[str, str]]:
    return list(match.groupdict().items())


def _keep(parts: list[Markup], kept: list[str]) -> None:
    if kept:
        parts.append(passage(" ".join(kept)))
        kept.clear()


def _value(context: Context, name: str, said: str) -> Markup:
    if name == "definition":
        return spoken(context, said)
    if name == "text":
        return passage(said)
    if name == "quantity":
        try:
            plain = said.replace("at least ", ">=").replace("up to ", "<=").replace(" to ", "..")
            return context.quantity(Quantity.parse(plain))
        except BadValueError:
            return foreign(said, "en")
    return isolated(said) if re.fullmatch(r"[\d.,]+( %)?", said) else foreign(said, "en")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The templates as patterns, the one with the most words of its own first."""
    texts = {key: text for key, text in messages("en").texts.items() if key.startswith(_TABLE)}
    made = [(key, _pattern(text), _own(text)) for key, text in texts.items()]
    return tuple((key, pattern) for key, pattern, _ in sorted(made, key=lambda row: (-row[2], row[0])))


def _own(text: str) -> int:
    return sum(len(literal) for literal, *_ in string.Formatter().parse(text))


def _pattern(text: str) -> re.Pattern[str]:
    parts, end = [], r"(?=\s|$)"
    pieces = list(string.Formatter().parse(text))
    for place, (literal, name, _, _) in enumerate(pieces):
        parts.append(re.escape(literal))
        if name:
            shape, after = _LONG.get(name, (".+" if place == len(pieces) - 1 else ".+?", ""))
            end = after or end
            parts.append(f"(?P<{name}>{shape})")
    return re.compile("".join(parts) + end, re.S)
