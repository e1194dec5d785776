"""How far the intervals hold: what was measured in worlds whose truth is known, failures included."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from takingstock.records import percent
from takingstock.reference.calibration import Calibration, Held, Mechanism
from takingstock.report.blocks import Block, Cell, Column, Figure, Row, Section, Table, Text, cell
from takingstock.report.context import Context, isolated, number
from takingstock.report.drawn import made

KINDS = ("chain", "origin", "unrecorded", "channel")
DRAWN = ("chain", "channel")
_ERRORS = 1.645
"""Standard errors on each side that hold 90 % of a normal distribution."""


def section(context: Context) -> Section | None:
    """The measured coverage per mechanism, or that none was measured; None where no draws were made."""
    if not made(context.publication.trace):
        return None
    t, found = context.t, context.publication.calibration
    blocks: list[Block] = [Text(t("calibration.lead"), "lead")]
    if found is None or not found.mechanisms:
        blocks.append(Text(t("calibration.none"), "caution"))
    else:
        facts = t(
            "calibration.facts",
            worlds=isolated(number(found.worlds)),
            draws=isolated(number(found.draws)),
            version=isolated(found.version or "–"),
        )
        blocks += [Text(facts, "about"), _figure(context, found), Text(t("calibration.beyond"), "caution")]
    return Section("calibration", t("section.calibration"), tuple(blocks))


def _figure(context: Context, found: Calibration) -> Figure:
    t = context.t
    columns = (
        Column("mechanism", t("column.mechanism")),
        Column("worlds", t("column.worlds"), True),
        *(Column(kind, t(f"held.{kind}"), True) for kind in KINDS),
        Column("first", t("column.first"), True),
        Column("baseline", t("column.baseline"), True),
    )
    rows = tuple(_row(context, one) for one in found.mechanisms)
    about = (
        ("nominal", found.nominal),
        ("worlds", found.worlds),
        ("draws", found.draws),
        ("version", found.version),
    )
    nominal = _share(found.nominal)
    note = t("calibration.note", low=_share(found.band[0]), high=_share(found.band[1]))
    return Figure(
        name="calibration",
        chart="intervals",
        number=context.next_figure(),
        title=t("calibration.figure", nominal=nominal),
        description=t("calibration.description", n=len(rows)),
        data=_data(context, found),
        table=Table("calibration", Markup(), columns, rows, note, css="calibration", about=about),
        note=t("calibration.fignote", nominal=nominal),
    )


def _row(context: Context, one: Mechanism) -> Row:
    plain: list[tuple[str, Any]] = [("keeps", "yes" if one.keeps else "no")]
    for held in one.held:
        plain += [(f"{held.kind}_error", held.error), (f"{held.kind}_width", held.width)]
        plain.append((f"{held.kind}_claims", held.claims))
        plain += [] if held.kind in KINDS else [(held.kind, held.coverage)]
    return Row(
        (
            cell(one.name, _name(context, one)),
            Cell(isolated(number(one.worlds)), one.worlds, True),
            *(_held(context, one.of(kind)) for kind in KINDS),
            Cell(_share(one.first), one.first, True),
            Cell(_share(one.baseline), one.baseline, True),
        ),
        plain=tuple(plain),
    )


def _held(context: Context, held: Held | None) -> Cell:
    if held is None:
        return Cell(isolated("–"), None, True)
    parts = [_share(held.coverage)]
    if held.error is not None:
        parts.append(Markup("<small class='span'>{}</small>").format(isolated(f"± {100 * held.error:.0f}")))
    if held.width is not None:
        width = context.t("calibration.width", width=_share(held.width))
        parts.append(Markup("<br><small class='span'>{}</small>").format(width))
    return Cell(Markup(" ").join(parts), held.coverage, True)


def _name(context: Context, one: Mechanism) -> Markup:
    """The mechanism in words, marked where the trace does not assume it."""
    words = context.term("mechanism", one.name)
    if one.keeps:
        return words
    return Markup("{} <em class='not-assumed'>({})</em>").format(words, context.t("calibration.not_assumed"))


def _data(context: Context, found: Calibration) -> dict[str, Any]:
    plain = context.words.plain
    looks = dict(zip(DRAWN, ("posterior", "prior"), strict=True))
    return {
        "max": 100,
        "axis": plain("axis.coverage"),
        "rule": 100 * found.nominal,
        "legend": {look: plain(f"held.{kind}") for kind, look in looks.items()},
        "rows": [
            {
                "label": context.term_text("mechanism", one.name) + ("" if one.keeps else "*"),
                "marks": [_mark(held, looks[kind]) for kind in DRAWN if (held := one.of(kind))],
            }
            for one in found.mechanisms
            if any(one.of(kind) for kind in DRAWN)
        ],
    }


def _mark(held: Held, look: str) -> dict[str, Any]:
    room = _ERRORS * (held.error or 0.0)
    return {
        "kind": look,
        "value": 100 * held.coverage,
        "low": 100 * max(0.0, held.coverage - room),
        "high": 100 * min(1.0, held.coverage + room),
        "text": percent(max(held.coverage, 1e-9), 0),
    }


def _share(share: float | None) -> Markup:
    return isolated("–" if share is None else percent(max(share, 1e-9), 0))
