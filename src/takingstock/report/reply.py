"""Right of reply: what the log says of the parties that the report names, in a notice and in an appendix.

A report that names a company is not to be released before the company was asked; one that was not is named in the
notice. Who wrote the log stays out of the report.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from takingstock.records import Contact, ContactKind, PartyKind, Statement
from takingstock.report.blocks import Cell, Column, Row, Section, Table, Text
from takingstock.report.context import Context, isolated, number
from takingstock.report.named import NamedParty, named
from takingstock.report.words import quoted


def in_chains(context: Context) -> tuple[str, ...]:
    """Ids of the companies named in a chain of the report (as holder, broker, carrier or payer, by any statement about
    one of its links), in order of appearance."""
    found: dict[str, None] = {}
    for block in context.publication.trace.items:
        for chain in block.chains:
            for step in (*chain.steps, *chain.after):
                said = [party for key in step.movements for s in _statements(context, key) for party in _parties(s)]
                found.update(dict.fromkeys((step.from_party, step.to_party, *step.via, *said)))
    companies = _companies(context)
    return tuple(party for party in found if party in companies)


def elsewhere(context: Context) -> tuple[str, ...]:
    """Ids of the other companies that the case names, sorted: the inflows and the appendices print them."""
    everyone = {one.party for one in _named(context) if one.company and one.mentions}
    return tuple(sorted(everyone - set(in_chains(context))))


def box(context: Context) -> Text | None:
    """The notice of the first page: how many were asked and answered, and each company that was never asked. None
    where nobody is named who is to be asked."""
    parties = [one for one in _named(context) if one.to_ask and one.mentions]
    if not parties:
        return None
    t = context.t

    def many(some: Iterable[bool]) -> Markup:
        return isolated(number(sum(some)))

    lines = [
        t(
            "reply.counts",
            named=many(True for _ in parties),
            companies=many(one.company for one in parties),
            asked=many(one.asked for one in parties),
            replied=many(one.has(ContactKind.REPLIED) for one in parties),
            declined=many(one.has(ContactKind.DECLINED) for one in parties),
            no_address=many(one.has(ContactKind.NO_ADDRESS) and not one.asked for one in parties),
            never=many(one.never_asked for one in parties),
        )
    ]
    lines += _companies_never_asked(context, chains=True, others=True)
    lines.append(t("reply.appendix"))
    return _notice(context, lines)


def chains_box(context: Context) -> Text | None:
    """The notice at the chains: the companies in them that were never asked. None where there is none."""
    lines = _companies_never_asked(context, chains=True, others=False)
    return _notice(context, lines) if lines else None


def appendix(context: Context, letter: str) -> Section | None:
    """The log: every party that is to be asked, where it is named, and what was asked and said."""
    t = context.t
    parties = [one for one in _named(context) if one.to_ask or one.entries]
    if not parties:
        return None
    columns = (
        Column("no", t("column.no")),
        Column("party", t("column.party")),
        Column("named", t("column.named")),
        Column("happened", t("column.happened")),
    )
    # Who answered first, then who was asked, then companies that were not, then the rest.
    parties.sort(key=lambda one: (not one.entries, not one.company, one.party))
    rows = tuple(_row(context, one, n) for n, one in enumerate(parties, 1))
    title = t("appendix.contacts")
    table = Table("contacts", title, columns, rows, number=context.next_table(), css="dense appendix")
    return Section(
        "contacts",
        t("appendix.title", letter=letter, title=t("section.contacts")),
        (Text(t("appendix.contacts_lead")), table),
    )


def _row(context: Context, one: NamedParty, n: int) -> Row:
    t = context.t
    name = context.party(one.party)
    if one.company:
        name = Markup("{}<br><small>{}</small>").format(name, t("reply.company"))
    known = [m.record for m in one.mentions if m.table in {"statements", "counts", "sightings"}]
    other = len({m.record for m in one.mentions if m.table not in {"statements", "counts", "sightings"}})
    where = [context.refs(dict.fromkeys(known))] if known else []
    if other:
        where.append(t("reply.other", n=isolated(number(other))))
    said = [_entry(context, entry) for entry in one.entries]
    if one.through:
        said.append(t("reply.through", name=context.party(one.through)))
    if one.never_asked:
        said.append(Markup("<strong>{}</strong>").format(t("reply.never")))
    return Row(
        (
            Cell(isolated(f"p{n}"), f"p{n}"),
            Cell(name, one.party),
            Cell(Markup(" ").join(where) if where else t("reply.not_named"), len({m.record for m in one.mentions})),
            Cell(Markup("<br>").join(said), one.state),
        ),
        anchor=f"p{n}",
        plain=(
            ("id", one.party),
            ("kind", one.kind.value),
            ("state", one.state),
            ("through", one.through),
            ("mentions", ";".join(dict.fromkeys(m.record for m in one.mentions))),
            ("roles", ";".join(dict.fromkeys(m.role for m in one.mentions))),
            ("log", " | ".join(f"{e.kind.value} {e.when}: {e.text}".removesuffix(": ") for e in one.entries)),
        ),
    )


def _entry(context: Context, entry: Contact) -> Markup:
    line = Markup("{} {}").format(context.term("contact", entry.kind.value), context.when(entry.when))
    if entry.deadline.known:
        line += Markup(", {}").format(context.t("reply.deadline", date=context.when(entry.deadline)))
    return Markup("{}: {}").format(line, quoted(context, entry.text)) if entry.text.strip() else line


def _companies_never_asked(context: Context, *, chains: bool, others: bool) -> list[Markup]:
    never = {one.party for one in _named(context) if one.never_asked and one.company}
    chained = [party for party in in_chains(context) if party in never] if chains else []
    rest = [party for party in elsewhere(context) if party in never] if others else []
    lines = []
    if chained:
        lines.append(context.t("reply.chains", names=_names(context, chained)))
    if rest:
        lines.append(context.t("reply.elsewhere", names=_names(context, rest)))
    if lines:
        lines.append(context.t("reply.rule"))
    return lines


def _notice(context: Context, lines: list[Markup]) -> Text:
    html = Markup("<strong>{}</strong> {}").format(context.t("reply.title"), Markup(" ").join(lines))
    return Text(html, "reply")


def _named(context: Context) -> tuple[NamedParty, ...]:
    return named(context.publication.ledger, context.publication.directory)


def _names(context: Context, parties: Iterable[str]) -> Markup:
    return context.semicolon.join(context.party(party) for party in parties)


def _statements(context: Context, key: str) -> list[Statement]:
    movement = context.movements.get(key)
    statements = context.publication.ledger.statement_by_id
    return [statements[id] for id in movement.statements] if movement else []


def _parties(s: Statement) -> list[str]:
    return [party for party in (s.from_party, s.to_party, s.payer, *s.via) if party]


def _companies(context: Context) -> set[str]:
    return {party.id for party in context.publication.directory.all() if party.kind is PartyKind.COMPANY}
