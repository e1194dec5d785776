"""Right of reply: which companies the report names, and that the case logs no reply of theirs.

A report that names a company is not to be released before its right of reply is logged. A case has no such log yet;
so every company named is said to have none.
"""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import PartyKind, Statement
from takingstock.report.blocks import Text
from takingstock.report.context import Context


def in_chains(context: Context) -> tuple[str, ...]:
    """Ids of the companies named in a chain of the report (as holder, broker, carrier or payer, by any statement about
    one of its links), in order of appearance."""
    named: dict[str, None] = {}
    for block in context.publication.trace.items:
        for chain in block.chains:
            for step in (*chain.steps, *chain.after):
                said = [party for key in step.movements for s in _statements(context, key) for party in _parties(s)]
                named.update(dict.fromkeys((step.from_party, step.to_party, *step.via, *said)))
    companies = _companies(context)
    return tuple(party for party in named if party in companies)


def elsewhere(context: Context) -> tuple[str, ...]:
    """Ids of the other companies that statements of the case name, sorted: the inflows and the appendix print them."""
    named = {party for s in context.publication.ledger.statements for party in _parties(s)}
    return tuple(sorted((named & _companies(context)) - set(in_chains(context))))


def box(context: Context) -> Text | None:
    """The notice; None where no company is named."""
    chained, others = in_chains(context), elsewhere(context)
    if not chained and not others:
        return None
    lines = []
    if chained:
        lines.append(context.t("reply.chains", names=_names(context, chained)))
    if others:
        lines.append(context.t("reply.elsewhere" if chained else "reply.chains", names=_names(context, others)))
    lines.append(context.t("reply.rule"))
    html = Markup("<strong>{}</strong> {}").format(context.t("reply.title"), Markup(" ").join(lines))
    return Text(html, "reply")


def _names(context: Context, parties: tuple[str, ...]) -> Markup:
    return context.semicolon.join(context.party(party) for party in parties)


def _statements(context: Context, key: str) -> list[Statement]:
    movement = context.movements.get(key)
    statements = context.publication.ledger.statement_by_id
    return [statements[id] for id in movement.statements] if movement else []


def _parties(s: Statement) -> list[str]:
    return [party for party in (s.from_party, s.to_party, s.payer, *s.via) if party]


def _companies(context: Context) -> set[str]:
    return {party.id for party in context.publication.directory.all() if party.kind is PartyKind.COMPANY}
