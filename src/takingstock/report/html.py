"""Html: a Publication as one self-contained page. The same publication gives the same bytes; there is no clock.

The page fetches nothing: style, script, fonts (the reader's own), map shapes and data are inside, and its
Content-Security-Policy allows only the two blocks whose hashes it names. Without JavaScript every table is there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from markupsafe import Markup

from takingstock.report import reply
from takingstock.report.bearing import borne
from takingstock.report.blocks import Figure, script_json
from takingstock.report.context import Context, foreign, passage
from takingstock.report.language import direction_of, messages, tidy
from takingstock.report.model import Publication
from takingstock.report.pages import HERE, environment, hashed, style_sheet
from takingstock.report.sections import (
    arsenal,
    attribution,
    calibration,
    chains,
    contradictions,
    diversion,
    evidence,
    inflows,
    key,
    limits,
    method,
    sources,
    stages,
    unaccounted,
)

# In the order in which they need each other.
_SCRIPTS = (
    "d3-array",
    "d3-path",
    "d3-color",
    "d3-interpolate",
    "d3-format",
    "d3-time",
    "d3-time-format",
    "d3-scale",
    "d3-shape",
    "d3-selection",
    "d3-geo",
    "d3-sankey",
    "topojson-client",
)


def render(publication: Publication, language: str | None = None) -> str:
    """The page in ``language`` (default: the publication's). Raises UnknownNameError for a language without
    a catalogue."""
    words = messages(language or publication.language)
    publication = replace(publication, trace=borne(publication.trace))
    context = Context(publication, words)
    parts = (
        key.section(context),
        key.narrative(context),
        arsenal.section(context),
        evidence.section(context),
        chains.section(context),
        attribution.section(context),
        diversion.section(context),
        inflows.section(context),
        unaccounted.section(context),
        contradictions.section(context),
        stages.section(context),
        limits.section(context),
        calibration.section(context),
        method.section(context),
        sources.section(context),
    )
    numbered = [part for part in parts if part is not None]
    appendices = sources.appendices(context)
    if (log := reply.appendix(context, "ABCD"[len(appendices)])) is not None:
        appendices = (*appendices, log)
    figures = [block for part in numbered for block in part.blocks if isinstance(block, Figure)]
    page = environment().get_template("report.html.j2")
    title, title_language = publication.worded("title", words.code)
    scope, scope_language = publication.worded("scope", words.code)
    style, script = style_sheet("report"), _script(_has_map(figures))
    return page.render(
        t=words.t,
        language=words.code,
        direction=words.direction,
        title=title,
        title_language=title_language,
        scope=passage(tidy(scope, scope_language), scope_language) if scope else "",
        holder=context.party(publication.holder),
        title_direction=direction_of(title_language),
        case=foreign(publication.ledger.title),
        revision=publication.versions.revision,
        notice=reply.box(context),
        sections=[(str(number), part) for number, part in enumerate(numbered, 1)],
        appendices=[("", part) for part in appendices],
        style=Markup(style),
        script=Markup(script),
        atlas=_atlas() if _has_map(figures) else "",
        policy=_policy(style, script),
        json=script_json,
        labels=script_json({"rtl": words.direction == "rtl", "data": words.plain("figure.data")}),
    )


def _has_map(figures: list[Figure]) -> bool:
    return any(figure.chart == "map" for figure in figures)


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src '{hashed(script)}'; style-src '{hashed(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _script(with_map: bool) -> str:
    vendor = HERE / "assets" / "vendor"
    names = [name for name in _SCRIPTS if with_map or name not in {"d3-geo", "topojson-client"}]
    licences = dict.fromkeys((vendor / f"{name}.LICENSE").read_text("utf-8").strip() for name in names)
    notice = "/*\n" + "\n\n----\n\n".join(licences) + "\n*/"
    code = [(vendor / f"{name}.min.js").read_text("utf-8").strip() for name in names]
    own = (HERE / "assets" / "report.js").read_text("utf-8")
    text = "\n".join([notice, *code, own])
    # The text stands inside a <script> element; a build that closes it would break the page.
    assert "</script" not in text.lower()
    assert "<!--" not in text
    return text


@cache
def _atlas() -> Markup:
    text = (HERE / "assets" / "vendor" / "countries-110m.json").read_text("utf-8").strip()
    assert "<" not in text
    return Markup(text)


__all__ = ["render"]
