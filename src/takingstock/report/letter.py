"""Letter: a trace request for print, as a page of A4 or as plain text. Pure: equal requests give equal letters.

The letter has the requester's own words in their own language; what stands around them is in the language asked for.
A field that is empty is printed as not given: whoever signs sees it.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from markupsafe import Markup

from takingstock.records import TraceRequest
from takingstock.report.language import Messages, messages
from takingstock.report.model import Classes, Names
from takingstock.report.pages import environment, hashed, style_sheet

_WIDTH = 78
_QUESTIONS = ("ask_1", "ask_2", "ask_3", "ask_4")


@dataclass(frozen=True)
class Line:
    """A label and what stands behind it, empty where nothing was given; ``figures`` run left to right."""

    label: str
    text: str
    figures: bool = False


@dataclass(frozen=True)
class Part:
    """A heading with lines under it, or with one passage."""

    heading: str
    lines: tuple[Line, ...] = ()
    passage: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """Everything that the letter says, before it has a form."""

    words: Messages
    title: str
    opening: str
    close: str
    head: tuple[Line, ...]
    parts: tuple[Part, ...]


def compose(request: TraceRequest, language: str, *, directory: Names, taxonomy: Classes, covered: bool) -> Letter:
    """The letter in a language. ``covered``: whether the International Tracing Instrument is about such an item, so
    that the letter may refer to it. Raises UnknownNameError for a language that there are no words of."""
    words = messages(language)

    def t(key: str) -> str:
        return words.plain(f"letter.{key}")

    def party(id: str | None) -> str:
        if not id:
            return ""
        if not directory.has(id):
            return id
        name, key = directory.name(id, words.code), f"party.{id}"
        return words.plain(key) if name == directory.name(id) and words.has(key) else name

    def dates(text: str) -> str:
        return text.replace("..", " – ").strip(" –") if text.strip(".") else ""

    named = taxonomy.name(request.item, words.code) if taxonomy.has(request.item) else request.item
    head = (
        Line(t("from"), request.requester),
        Line(t("to"), party(request.recipient)),
        Line(t("reference"), request.id, True),
        Line(t("date"), dates(str(request.drafted)), True),
        *((Line(t("due"), dates(str(request.due)), True),) if request.due.known else ()),
    )
    item = (
        Line(t("class"), named),
        Line(t("model"), request.model),
        Line(t("make"), request.make),
        Line(t("made_in"), party(request.made_in)),
        Line(t("made"), dates(str(request.made)), True),
        Line(t("calibre"), request.calibre, True),
        Line(t("serial"), request.serial, True),
        *((Line(t("lot"), request.lot, True),) if request.lot else ()),
        Line(t("import_marks"), request.import_marks, True),
        Line(t("marks"), "; ".join(request.marks), True),
        *((Line(t("movement"), request.movement, True),) if request.movement else ()),
    )
    found = (
        Line(t("found"), dates(str(request.found)), True),
        Line(t("place"), request.place),
        Line(t("circumstances"), request.circumstances.strip()),
    )
    parts = [
        Part(t("item"), item),
        Part(t("found_title"), found),
        Part(t("illicit"), passage=request.why_illicit.strip()),
        Part(t("asked"), asks=tuple(t(key) for key in _QUESTIONS)),
        Part(t("use"), passage=request.intended_use.strip()),
    ]
    if request.remark.strip():
        parts.append(Part(t("remark"), passage=request.remark.strip()))
    opening = t("opening_covered" if covered else "opening")
    return Letter(words, t("title"), opening, t("close"), head, tuple(parts))


def as_html(request: TraceRequest, language: str, *, directory: Names, taxonomy: Classes, covered: bool) -> str:
    """The letter as one page without script that prints on A4 and asks nothing of a network."""
    letter = compose(request, language, directory=directory, taxonomy=taxonomy, covered=covered)
    style = style_sheet("letter")
    return (
        environment()
        .get_template("letter.html.j2")
        .render(
            letter=letter,
            language=letter.words.code,
            direction=letter.words.direction,
            style=Markup(style),
            policy=f"default-src 'none'; style-src '{hashed(style)}'; base-uri 'none'; form-action 'none'",
            yours=letter.words.plain("letter.yours"),
            signed=letter.words.plain("letter.signed"),
            empty=letter.words.plain("letter.empty"),
        )
    )


def as_text(request: TraceRequest, language: str, *, directory: Names, taxonomy: Classes, covered: bool) -> str:
    """The letter as plain text, for a mail or a form on somebody's page."""
    letter = compose(request, language, directory=directory, taxonomy=taxonomy, covered=covered)
    empty, out = f"({letter.words.plain('letter.empty')})", [letter.title, "=" * len(letter.title), ""]

    def told(line: Line) -> str:
        value = letter.words.ltr(line.text) if line.figures and line.text else line.text or empty
        return textwrap.fill(
            f"{line.label}: {value}", _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )

    def passage(text: str) -> str:
        kept = (textwrap.fill(part, _WIDTH, break_on_hyphens=False) for part in text.splitlines() if part.strip())
        return "\n\n".join(kept) or empty

    out += [*map(told, letter.head), "", passage(letter.opening), ""]
    for part in letter.parts:
        out += [part.heading, "-" * len(part.heading), *map(told, part.lines)]
        out += [passage(f"{n}. {ask}") for n, ask in enumerate(part.asks, 1)]
        if not part.lines and not part.asks:
            out.append(passage(part.passage))
        out.append("")
    out += [passage(letter.close), "", letter.words.plain("letter.yours"), "", letter.words.plain("letter.signed")]
    return "\n".join(out) + "\n"
