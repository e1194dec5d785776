"""Voices of a chain: who states it, so that a chain pieced together never reads as one that a source states whole.

A source that states every link is named. Several outlets that together state every link and quote one report are said
to be that. Anything else is pieced together, and from how many independent sources is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from takingstock.records import Chain, ChainBasis, Statement, voice
from takingstock.report.context import Context, foreign, isolated


class Telling(StrEnum):
    """How the links of a chain are stated."""

    WHOLE = "whole"
    REPEATED = "repeated"
    PIECED = "pieced"


@dataclass(frozen=True)
class Told:
    """``sources`` are those that the label rests on: the one source, the outlets, or all that state a link.
    ``original`` is the report that they repeat, if any; ``voices`` the number of independent sources."""

    telling: Telling
    sources: tuple[str, ...]
    original: str = ""
    voices: int = 1


def told(context: Context, chain: Chain) -> Told | None:
    """Who states the links of a documented chain; None for an inferred one or one without statements."""
    links = _links(context, chain)
    if chain.basis is not ChainBasis.DOCUMENTED or not any(links):
        return None
    sources = context.publication.ledger.source_by_id
    outlets = tuple(dict.fromkeys(s.source for link in links for s in link))
    for outlet in outlets:
        if all(any(s.source == outlet for s in link) for link in links):
            original = voice(outlet, sources)
            return Told(Telling.WHOLE, (outlet,), "" if original == outlet else original)
    originals = {outlet: voice(outlet, sources) for outlet in outlets}
    for original in dict.fromkeys(originals.values()):
        if all(any(originals[s.source] == original for s in link) for link in links):
            repeating = tuple(outlet for outlet in outlets if originals[outlet] == original)
            return Told(Telling.REPEATED, repeating, original)
    return Told(Telling.PIECED, outlets, voices=len(set(originals.values())))


def basis_words(context: Context, chain: Chain) -> Markup:
    """The label of a chain: inferred, or who states it."""
    by = told(context, chain)
    if by is None:
        return context.term("basis", chain.basis.value)
    ledger = context.publication.ledger
    if by.telling is Telling.WHOLE:
        source = ledger.source_by_id.get(by.sources[0])
        name = foreign((source.publisher or source.title) if source else by.sources[0])
        who = Markup("{} {}").format(name, context.refs(by.sources))
        if by.original:
            return context.t("told.quoting", source=who, report=context.refs([by.original]))
        return context.t("told.whole", source=who)
    if by.telling is Telling.REPEATED:
        n, report = isolated(str(len(by.sources))), context.refs([by.original])
        return context.t("told.repeated", n=n, outlets=context.refs(by.sources), report=report)
    return context.t("told.pieced", n=isolated(str(by.voices)), refs=context.refs(by.sources))


def telling(context: Context, chain: Chain) -> str:
    """The same as one word for data files."""
    by = told(context, chain)
    return by.telling.value if by else ""


def _links(context: Context, chain: Chain) -> list[list[Statement]]:
    """The statements of each link: those that the chain is made of, or all of the movement where none is marked."""
    statements = context.publication.ledger.statement_by_id
    links = []
    for step in (*chain.steps, *chain.after):
        keys = (key for key in step.movements if key in context.movements)
        said = [statements[id] for key in keys for id in context.movements[key].ruling]
        own = [statement for statement in said if chain.label and statement.chain == chain.label]
        links.append(own or said)
    return links
