"""Evidence and identification: the files, how far each sighting has come, what was released on whose word, and dissent.

Of an open review only its state is printed. Dissent stands beside each released sighting, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from takingstock.exchange.publishing import LEFT_OUT
from takingstock.records import Aspect, Incident, ReviewState
from takingstock.report.blocks import Block, Cell, Column, Heading, Row, Section, Table, Text, cell
from takingstock.report.context import Context, foreign, isolated, number
from takingstock.report.evidenced import NO_EXTRA, Evidenced, Expert, File, Opinion, Released
from takingstock.report.sentences import spoken

_SHORT = 12
_SHOWN = 6
_LISTED = 200
_WHY = {
    "fewer than two sightings that two experts identified": "vault.too_few",
    NO_EXTRA: "vault.no_extra",
    "all say the same: without variation agreement beyond chance cannot be told": "vault.all_same",
}
"""What the computation of agreement says where it gives no number, and our words for it."""


def section(context: Context) -> Section | None:
    """None where the case holds neither files, nor sightings that rest on files, nor incidents."""
    found = context.publication.evidenced
    if found is None:
        return None
    t = context.t
    blocks: list[Block] = []
    if found.files:
        n, voices = isolated(number(len(found.files))), isolated(number(found.voices))
        blocks.append(Text(t("vault.lead", files=n, voices=voices), "lead"))
    if found.states:
        reviewed = isolated(number(found.reviewed))
        blocks += [
            Heading(t("vault.review")),
            Text(t("vault.review_lead", n=reviewed, rule=_rule(context, found.rule))),
        ]
        blocks.append(_states(context, found))
        blocks += _released(context, found)
        blocks += [Text(spoken(context, note)) for note in found.notes]
        blocks += _agreement(context, found)
    if found.incidents:
        blocks += [Heading(t("vault.incidents")), Text(t("vault.incidents_lead")), _incidents(context, found)]
    if found.files:
        blocks += [Heading(t("vault.files")), _files(context, found)]
    return Section("evidence", t("section.evidence"), tuple(blocks))


def links(found: Evidenced, ids: Iterable[str]) -> Markup:
    """Links from a figure to the files it rests on, in the table of files; beyond six the rest folds away."""
    order = {one.id: n for n, one in enumerate(found.files, 1)}
    made = [
        Markup("<a href='#e{0}' title='{1}'>e{0}</a>").format(order[id], id)
        if id in order
        else Markup("<span class='dangling'>{}</span>").format(id[:_SHORT])
        for id in dict.fromkeys(ids)
    ]
    if not made:
        return Markup()
    shown = Markup(" ").join(made[:_SHOWN])
    if len(made) > _SHOWN:
        rest = Markup(" ").join(made[_SHOWN:])
        shown += Markup(" <details><summary>+{}</summary>{}</details>").format(len(made) - _SHOWN, rest)
    return Markup("<span class='ref' dir='ltr'>{}</span>").format(shown)


def _rule(context: Context, words: str) -> Markup:
    """The rule in the page's language where it has the program's own form, else as it was written."""
    parts = words.replace(",", "").split()
    if (
        len(parts) > 5
        and words == f"{parts[0]} people on the source, {parts[5]} independent experts at the released level"
    ):
        return context.t("vault.rule", people=isolated(parts[0]), experts=isolated(parts[5]))
    return foreign(words, "en")


def _states(context: Context, found: Evidenced) -> Table:
    t = context.t
    columns = (Column("state", t("column.state")), Column("sightings", t("column.sightings"), True))
    rows = tuple(
        Row(
            (
                cell(state.value, context.term("review", state.value)),
                Cell(Markup("{} {}").format(isolated(number(len(ids))), links(found, files)), len(ids), True),
            ),
            plain=(("sighting_ids", ";".join(ids)), ("evidence", ";".join(files))),
        )
        for state, ids, files in found.states
    )
    return Table("evidence-states", t("vault.states"), columns, rows, number=context.next_table())


def _released(context: Context, found: Evidenced) -> list[Block]:
    t = context.t
    if not found.released:
        left = any(state is not ReviewState.WITHDRAWN for state, *_ in found.states)
        return [Text(t("vault.none_released"))] if left else []
    columns = (
        Column("sighting", t("column.sighting")),
        Column("item", t("column.class")),
        Column("level", t("column.level")),
        Column("made", t("column.made")),
        Column("experts", t("column.experts")),
    )
    rows = tuple(_release(context, found, one) for one in found.released)
    dissent = sum(1 for one in found.released if one.dissent)
    n, all_of = isolated(number(dissent)), isolated(number(len(found.released)))
    said = t("vault.dissent_note", n=n, all=all_of) if dissent else t("vault.no_dissent")
    note = Markup("{} {}").format(said, t("vault.confirmed"))
    table = Table(
        "evidence-released", t("vault.released"), columns, rows, note, number=context.next_table(), limit=_LISTED
    )
    return [table, *_undecided(context, found)]


def _undecided(context: Context, found: Evidenced) -> list[Block]:
    """Adjudications of sightings that are not released: their reason stands nowhere else."""
    released = {one.sighting for one in found.released}
    lines = [
        context.t(
            "vault.adjudicated_of",
            sighting=Markup("<code>{}</code>").format(one.sighting),
            item=context.item(one.item),
            level=context.term("identified", one.level.value),
            reason=_reason(context, one.reason),
        )
        for one in found.decisions
        if one.sighting not in released
    ]
    return [Text(Markup("<br>").join(lines))] if lines else []


def _release(context: Context, found: Evidenced, one: Released) -> Row:
    t, what = context.t, one.what
    made = [context.party(what.made_in)] if what.made_in else []
    made += [context.when(what.made)] if what.made.known else []
    lines = [t("vault.released_under", rule=_rule(context, one.rule), reason=_reason(context, one.reason))]
    lines += [
        t("vault.adjudicated", reason=_reason(context, decision.reason))
        for decision in found.decisions
        if decision.sighting == one.sighting
    ]
    lines += [_dissent(context, opinion) for opinion in one.dissent]
    lines += [_differing(context, name, said) for name, said in what.differing]
    known = context.references.anchor(one.sighting) is not None
    sighting = context.references.link(one.sighting) if known else Markup("<code>{}</code>").format(one.sighting)
    return Row(
        (
            Cell(Markup("{} {}").format(sighting, links(found, one.evidence)), one.sighting),
            Cell(context.item(what.item), what.item),
            cell(what.level.value, context.term("identified", what.level.value)),
            Cell(context.comma.join(made) if made else t("unknown"), what.made_in),
            Cell(context.comma.join(_expert(context, expert) for expert in one.experts), len(one.experts)),
        ),
        detail=Markup("<br>").join(lines),
        plain=(
            ("years", str(what.made)),
            ("rule", one.rule),
            ("reason", one.reason),
            ("dissent", "; ".join(f"{o.level.value} {o.item}: {o.reason}".removesuffix(": ") for o in one.dissent)),
            ("differing", "; ".join(f"{name}: {' or '.join(said)}" for name, said in what.differing)),
            ("evidence", ";".join(one.evidence)),
        ),
    )


def _differing(context: Context, name: str, said: Sequence[str]) -> Markup:
    shown = [context.party(one) if name == "made_in" else foreign(one) for one in said]
    return context.t(f"vault.differing_{name}", said=context.comma.join(shown))


def _dissent(context: Context, one: Opinion) -> Markup:
    made = Markup(" ({})").format(context.party(one.made_in)) if one.made_in else Markup()
    return context.t(
        "vault.dissent",
        expert=_expert(context, one.expert),
        item=Markup("{}{}").format(context.item(one.item), made),
        level=context.term("identified", one.level.value),
        reason=_reason(context, one.reason),
    )


def _reason(context: Context, text: str) -> Markup:
    """A reason, or that there is one where it is not published."""
    return foreign(text) if text else context.t("vault.left_out")


def _expert(context: Context, expert: Expert) -> Markup:
    return foreign(expert.name) if expert.name else context.t("vault.expert", n=isolated(str(expert.number)))


def _agreement(context: Context, found: Evidenced) -> list[Block]:
    t = context.t
    if not found.agreement:
        why = _WHY.get(found.agreement_words)
        said = t(why) if why else foreign(found.agreement_words, "en")
        return [Text(t("vault.no_agreement", why=said))] if found.agreement_words else []
    columns = (
        Column("scope", t("column.compared")),
        Column("alpha", t("column.alpha"), True),
        Column("units", t("column.sightings"), True),
        Column("experts", t("column.experts"), True),
    )
    rows = []
    for row in found.agreement:
        if row.scope == "class":
            name = context.item(row.key)
        elif row.level is not None:
            name = t("vault.at_level", level=context.term("identified", row.level.value))
        else:
            name = t("vault.over_all")
        alpha = f"{row.alpha:.2f}" if row.alpha is not None else ""
        rows.append(
            Row(
                (
                    Cell(name, row.key or (row.level.value if row.level else "all")),
                    Cell(isolated(alpha), row.alpha, True),
                    Cell(isolated(number(row.units)), row.units, True),
                    Cell(isolated(number(row.experts)), row.experts, True),
                ),
                plain=(("identifications", row.identifications),),
            )
        )
    note = t("vault.agreement_note")
    return [Table("evidence-agreement", t("vault.agreement"), columns, tuple(rows), note, number=context.next_table())]


def _incidents(context: Context, found: Evidenced) -> Table:
    t = context.t
    columns = (
        Column("what", t("column.incident")),
        Column("qualified_by", t("column.qualified_by")),
        Column("when", t("column.when")),
        Column("parties", t("column.alleged")),
        Column("source", t("column.source_locator")),
    )
    rows = tuple(_incident(context, found, one) for one in found.incidents)
    return Table("evidence-incidents", t("vault.incidents"), columns, rows, number=context.next_table(), limit=_LISTED)


def _incident(context: Context, found: Evidenced, one: Incident) -> Row:
    what = [_reason(context, one.what.removesuffix(LEFT_OUT))]
    what += [context.place(one.place.name)] if one.place and one.place.name else []
    files = {row.sighting: row.evidence for row in found.released}
    shown = [context.references.link(id) for id in one.sightings if context.references.anchor(id)]
    seen = Markup(" <span class='ref' dir='ltr'>{}</span>").format(Markup(" ").join(shown)) if shown else Markup()
    proof = links(found, (file for id in one.sightings for file in files.get(id, ())))
    where = [context.references.link(one.source)] + ([foreign(one.locator)] if one.locator else [])
    return Row(
        (
            Cell(Markup("{}{} {}").format(context.comma.join(what), seen, proof), one.what),
            cell(one.qualified_by, _reason(context, one.qualified_by.removesuffix(LEFT_OUT))),
            cell(str(one.when), context.when(one.when)),
            Cell(context.comma.join(context.party(party) for party in one.parties), ";".join(one.parties)),
            cell(one.source, Markup(" ").join(where)),
        ),
        plain=(("id", one.id), ("sightings", ";".join(one.sightings)), ("grade", str(one.grade))),
    )


def _files(context: Context, found: Evidenced) -> Table:
    t = context.t
    columns = (
        Column("no", t("column.no")),
        Column("sha256", t("column.file")),
        Column("verified", t("column.verified")),
        Column("voice", t("column.voice"), True),
        Column("collected", t("column.collected"), True),
        Column("sightings", t("column.seen_in")),
    )
    rows = tuple(_file(context, one, n) for n, one in enumerate(found.files, 1))
    return Table(
        "evidence", t("vault.files"), columns, rows, t("vault.files_note"), number=context.next_table(),
        css="dense appendix",
    )  # fmt: skip


def _file(context: Context, one: File, n: int) -> Row:
    t = context.t
    kind = t("vault.sealed") if one.secret else isolated(one.media_type)
    facts = [kind, t("vault.bytes", n=isolated(number(one.size)))]
    facts += [foreign(one.name)] if one.name else []
    name = Markup("<b><code dir='ltr'>{}</code></b> · {}<br><small><code dir='ltr'>{}</code></small>").format(
        one.id[:_SHORT], Markup(" · ").join(facts), one.id
    )
    answers = dict(one.settled)
    settled = [
        Markup("{}: {}").format(
            context.term("aspect", aspect.value),
            context.term("answer", answers[aspect].value) if aspect in answers else t("vault.not_settled"),
        )
        for aspect in Aspect
    ]
    known = [id for id in one.sightings if context.references.anchor(id)]
    return Row(
        (
            Cell(isolated(f"e{n}"), f"e{n}"),
            Cell(name, one.id),
            Cell(Markup("<br>").join(settled), ";".join(f"{a.value}={s.value}" for a, s in one.settled)),
            Cell(isolated(str(one.voice)), one.voice, True),
            Cell(isolated(number(one.collected)), one.collected, True),
            Cell(Markup(" ").join(context.references.link(id) for id in known), ";".join(known)),
        ),
        anchor=f"e{n}",
        plain=(("media_type", one.media_type), ("size", one.size), ("secret", "yes" if one.secret else "no")),
    )
