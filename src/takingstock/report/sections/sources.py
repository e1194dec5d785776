"""Sources with grade, address, coverage and what they derive from, and the appendices that every figure leads to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup

from takingstock.records import Count, Quantity, Sighting, Source, Statement
from takingstock.report.blocks import Cell, Column, Row, Section, Table, Text, cell
from takingstock.report.context import Context, foreign, isolated
from takingstock.report.words import quoted


def address(url: str) -> Markup:
    """The address, printed in full; a link only where it is a web address (a source may say anything)."""
    if not url:
        return Markup()
    try:
        web = urlsplit(url).scheme.lower() in {"http", "https"}
    except ValueError:
        web = False
    if not web:
        return Markup("<span class='url' dir='ltr'>{}</span>").format(url)
    return Markup("<a class='url' dir='ltr' rel='noopener noreferrer nofollow' href='{0}'>{0}</a>").format(url)


def anchor(id: str) -> str:
    """A second anchor of a source that ends in its id, so that a reader of the data files finds the entry."""
    return "source-" + re.sub(r"\s+", "-", id)


def section(context: Context) -> Section:
    """The list of sources; other entries link here."""
    t = context.t
    columns = (
        Column("no", t("column.no"), True),
        Column("title", t("column.source")),
        Column("reliability", t("column.reliability")),
        Column("rests", t("column.rests"), True),
    )
    ledger = context.publication.ledger
    resting: dict[str, int] = {}
    said = (
        [s.source for s in ledger.statements] + [c.source for c in ledger.counts] + [s.source for s in ledger.sightings]
    )
    for source in said:
        resting[source] = resting.get(source, 0) + 1
    rows = tuple(_source(context, row, n, resting.get(row.id, 0)) for n, row in enumerate(ledger.sources, 1))
    table = Table("sources", t("source.title"), columns, rows, number=context.next_table(), css="sources")
    return Section("sources", t("section.sources"), (Text(t("source.lead"), "lead"), table))


def _source(context: Context, source: Source, n: int, resting: int) -> Row:
    t = context.t
    facts = [context.term("source_kind", source.kind.value)]
    if source.publisher:
        facts.append(foreign(source.publisher))
    if source.published.known:
        facts.append(context.when(source.published))
    lines = [Markup("<cite>{}</cite>").format(foreign(source.title)), Markup(" · ").join(facts)]
    if source.url:
        lines.append(address(source.url))
    if source.derives_from:
        lines.append(t("source.derives", refs=context.refs(source.derives_from)))
    if source.coverage is not None:
        period = context.when(source.coverage.period) if source.coverage.period.known else t("unknown")
        note = Markup(" {}").format(foreign(source.coverage.note)) if source.coverage.note else Markup()
        lines.append(Markup("{}{}").format(t("source.coverage", period=period), note))
    read = t("source.read") if source.read else Markup("<strong>{}</strong>").format(t("source.unread"))
    lines.append(Markup("<code dir='ltr'>{}</code> · {}").format(source.id, read))
    if source.note:
        lines.append(Markup("<small>{}</small>").format(foreign(source.note)))
    if source.licence:
        lines.append(Markup("<small>{}</small>").format(t("source.licence", text=foreign(source.licence))))
    reliability = source.reliability.value
    return Row(
        (
            Cell(Markup('<span id="{}"></span>{}').format(anchor(source.id), isolated(f"[{n}]")), n, True),
            cell(source.title, Markup("<br>").join(lines)),
            cell(reliability, Markup("<b>{}</b> {}").format(reliability, t(f"reliability.{reliability}"))),
            Cell(isolated(str(resting)), resting, True),
        ),
        anchor=f"r{n}",
        plain=(
            ("id", source.id),
            ("publisher", source.publisher),
            ("kind", source.kind.value),
            ("published", str(source.published)),
            ("url", source.url),
            ("derives_from", ";".join(source.derives_from)),
            ("coverage_period", str(source.coverage.period) if source.coverage else ""),
            ("coverage_note", source.coverage.note if source.coverage else ""),
            ("read", "yes" if source.read else "no"),
            ("licence", source.licence),
            ("note", source.note),
        ),
    )


def appendices(context: Context) -> tuple[Section, ...]:
    """Statements, counts, sightings: one section each where there are some."""
    ledger, t = context.publication.ledger, context.t
    made = []
    if ledger.statements:
        rows = tuple(_statement(context, s, n) for n, s in enumerate(ledger.statements, 1))
        made.append(_appendix(context, "statements", _columns(context, "who"), rows))
    if ledger.counts:
        rows = tuple(_count(context, c, n) for n, c in enumerate(ledger.counts, 1))
        made.append(_appendix(context, "counts", _columns(context, "holder_basis"), rows))
    if ledger.sightings:
        rows = tuple(_sighting(context, s, n) for n, s in enumerate(ledger.sightings, 1))
        made.append(_appendix(context, "sightings", _columns(context, "seen"), rows))
    return tuple(
        Section(part.id, t("appendix.title", letter="ABC"[index], title=part.title), part.blocks)
        for index, part in enumerate(made)
    )


def _columns(context: Context, who: str) -> tuple[Column, ...]:
    t = context.t
    return (
        Column("no", t("column.no")),
        Column("what", t(f"column.{who}")),
        Column("quantity", t("column.quantity"), True),
        Column("when", t("column.when")),
        Column("grade", t("column.grade")),
        Column("source", t("column.source_locator")),
    )


def _appendix(context: Context, name: str, columns: tuple[Column, ...], rows: tuple[Row, ...]) -> Section:
    table = Table(name, context.t(f"appendix.{name}"), columns, rows, number=context.next_table(), css="dense appendix")
    return Section(name, context.t(f"section.{name}"), (Text(context.t(f"appendix.{name}_lead")), table))


def _amount(context: Context, quantity: Quantity) -> Cell:
    html = context.quantity(quantity, unit=True) if quantity.known else context.t("unknown")
    return Cell(html, str(quantity), True)


def _where(context: Context, source: str, locator: str) -> Cell:
    parts = [context.references.link(source)]
    if locator:
        parts.append(foreign(locator))
    return cell(source, Markup(" ").join(parts))


def _statement(context: Context, s: Statement, n: int) -> Row:
    t = context.t
    route = context.route(p for p in (s.from_party, s.to_party) if p) or t("unknown")
    line = [context.item(s.item), route, context.term("mode", s.mode.value), context.term("stage", s.stage.value)]
    extra = []
    if s.via:
        extra.append(t("chain.via", names=context.comma.join(context.party(p) for p in s.via)))
    if s.claimant:
        extra.append(t("statement.claimant", name=foreign(s.claimant)))
    if s.designation:
        extra.append(foreign(s.designation))
    if s.authorised is False:
        extra.append(t("chain.unauthorised"))
    if s.allegation:
        status = quoted(context, s.allegation_status) if s.allegation_status else t("unknown")
        extra.append(t("chain.allegation", text=quoted(context, s.allegation), status=status))
    if s.remark:
        extra.append(foreign(s.remark))
    what = Markup("{}<br><small>{} · <code>{}</code></small>").format(
        Markup(" · ").join(line), Markup(" · ").join(extra) if extra else "", s.movement
    )
    if not extra:
        what = Markup("{}<br><small><code>{}</code></small>").format(Markup(" · ").join(line), s.movement)
    plain = s.model_dump(mode="json", exclude={"id", "source", "quantity", "when", "grade", "item", "locator"})
    return Row(
        (
            Cell(isolated(f"s{n}"), f"s{n}"),
            Cell(what, s.item),
            _amount(context, s.quantity),
            cell(str(s.when), context.when(s.when)),
            cell(str(s.grade)),
            _where(context, s.source, s.locator),
        ),
        anchor=f"s{n}",
        plain=(
            ("id", s.id),
            ("movement", s.movement),
            ("from", s.from_party),
            ("to", s.to_party),
            ("via", ";".join(s.via)),
            ("unit", s.quantity.unit.value),
            ("mode", s.mode.value),
            ("stage", s.stage.value),
            ("locator", s.locator),
            ("claimant", s.claimant),
            ("allegation", s.allegation),
            ("allegation_status", s.allegation_status),
            ("made_in", plain.get("made_in")),
            ("designation", s.designation),
            ("remark", s.remark),
        ),
    )


def _count(context: Context, c: Count, n: int) -> Row:
    line = [context.item(c.item), context.party(c.holder), context.term("count_basis", c.basis.value)]
    extra = [foreign(text) for text in (c.claimant, c.remark) if text]
    what = Markup("{}<br><small>{}</small>").format(Markup(" · ").join(line), Markup(" · ").join(extra))
    return Row(
        (
            Cell(isolated(f"c{n}"), f"c{n}"),
            Cell(what, c.item),
            _amount(context, c.quantity),
            cell(str(c.when), context.when(c.when)),
            cell(str(c.grade)),
            _where(context, c.source, c.locator),
        ),
        anchor=f"c{n}",
        plain=(
            ("id", c.id),
            ("holder", c.holder),
            ("basis", c.basis.value),
            ("unit", c.quantity.unit.value),
            ("locator", c.locator),
            ("claimant", c.claimant),
            ("remark", c.remark),
        ),
    )


def _sighting(context: Context, s: Sighting, n: int) -> Row:
    line = [context.item(s.item), context.party(s.holder)]
    for key, party in (("made_in", s.made_in), ("designed_in", s.designed_in), ("supplied_by", s.supplied_by)):
        if party:
            line.append(context.t(f"sighting.{key}", party=context.party(party)))
    line.append(context.term("level", s.level.value))
    extra = [foreign(text) for text in (s.population or "", s.remark) if text]
    what = Markup("{}<br><small>{}</small>").format(Markup(" · ").join(line), Markup(" · ").join(extra))
    amount = context.quantity(s.quantity, unit=True) if s.quantity.known else context.share(s.share)
    return Row(
        (
            Cell(isolated(f"o{n}"), f"o{n}"),
            Cell(what, s.item),
            Cell(amount, str(s.quantity) if s.quantity.known else s.share, True),
            cell(str(s.when), context.when(s.when)),
            cell(str(s.grade)),
            _where(context, s.source, s.locator),
        ),
        anchor=f"o{n}",
        plain=(
            ("id", s.id),
            ("holder", s.holder),
            ("population", s.population),
            ("share", s.share),
            ("unit", s.quantity.unit.value),
            ("made_in", s.made_in),
            ("designed_in", s.designed_in),
            ("supplied_by", s.supplied_by),
            ("level", s.level.value),
            ("locator", s.locator),
            ("remark", s.remark),
        ),
    )
