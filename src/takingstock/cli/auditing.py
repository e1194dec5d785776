"""Auditing: what the records cannot account for, who acts on it, and corrections with their reasons."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

KindOption = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="KIND", help="Only findings of this kind; may be repeated, or joined by commas."),
]
AsOfOption = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="What was known by the end of that date: 2014, 2014-06, a day.")
]


def audit(
    case: CasePath,
    kind: KindOption = None,
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="ID", help="Only findings about this party and its parts.")
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option("--fail-on", metavar="KIND[,KIND]", help="Exit 1 if a finding of such a kind is left."),
    ] = None,
    as_of: AsOfOption = "",
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", min=1, help="What the case held at that revision.")
    ] = None,
    compare: Annotated[
        str,
        typer.Option("--compare", metavar="OTHER", help="What is new, gone or changed: a revision, or another case."),
    ] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """What the books, counts and recorded movements cannot account for."""
    from takingstock.records import BadValueError
    from takingstock.verbs.audit import audited, compared_with, kinds_of
    from takingstock.verbs.shapes.audit import (
        audit_json,
        audit_table,
        definitions,
        difference_json,
        difference_table,
    )

    kinds, failing = kinds_of(kind or ()), kinds_of(fail_on or ())
    brief = form is Format.TABLE
    if compare:
        found, difference = compared_with(case, compare, kinds=kinds, holder=holder, as_of=as_of, revision=revision)
        show(form, difference_json(difference), *difference_table(difference, brief=brief))
        if brief:
            say(
                f"{len(difference.new)} new, {len(difference.gone)} gone, {len(difference.changed)} changed, "
                f"{difference.same} the same as in {compare}"
            )
    else:
        found = audited(case, kinds=kinds, holder=holder, as_of=as_of, revision=revision, notice=say)
        value = audit_json(found.findings, found.followups, dict(found.marks), found.cautions)
        show(form, value, *audit_table(found.findings, found.followups, brief=brief))
        if brief:
            for line in definitions(found.findings):
                say(line)
    if fail_on and not failing:
        raise BadValueError("--fail-on names no kind; name one, or leave the option out")
    # What fails is asked of the whole audit: a filter of what is shown must not make it pass.
    if failing and (kinds or holder):
        found = audited(case, kinds=failing, as_of=as_of, revision=revision)
    left = found.failing(failing)
    if left:
        say(f"{len(left)} findings of the kinds {', '.join(sorted({one.kind.value for one in left}))}")
        raise typer.Exit(1)


def follow(
    case: CasePath,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The finding's id, or a part of it.")],
    owner: Annotated[str, typer.Option("--owner", help="Who has to act.")] = "",
    status: Annotated[
        str,
        typer.Option("--status", help="open, in-work, explained, settled, referred or not-pursued."),
    ] = "",
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="Until when.")] = "",
    note: Annotated[str, typer.Option("--note", help="What was found, or what is to be done.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who writes this; default: you.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Say who acts on a finding of the audit, how far it has come and until when."""
    from takingstock.verbs.follow import follow as run
    from takingstock.verbs.shapes.audit import follow_json

    made = run(case, finding, owner=owner, status=status, due=due, note=note, person=by or me())
    value = {"finding": made.id, **follow_json(made)}
    if form is not Format.TABLE:
        show(form, value, tuple(value), [tuple(value.values())])
        return
    until = f", due {made.due}" if made.due.known else ""
    sys.stdout.write(f"{made.id}: {made.status.value}, {made.owner}{until}\n")


def adjust(
    case: CasePath,
    add: Annotated[
        str, typer.Option("--add", metavar="N", help="So many are to be added to what the holder should have.")
    ] = "",
    take_off: Annotated[
        str, typer.Option("--take-off", metavar="N", help="So many are to be taken off what it should have.")
    ] = "",
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="From when on it holds.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; printed with every finding it changes.")] = "",
    holder: Annotated[str, typer.Option("--holder", metavar="ID", help="Whose stock; default: the finding's.")] = "",
    item: Annotated[str, typer.Option("--item", metavar="CLASS", help="Of what; default: the finding's.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="items, rounds or tonnes; default: the finding's.")] = "",
    finding: Annotated[
        str, typer.Option("--finding", metavar="ID", help="The finding it answers, or a part of its id.")
    ] = "",
    place: Annotated[str, typer.Option("--place", help="Where, if the stock is counted by place.")] = "",
    source: Annotated[str, typer.Option("--source", metavar="ID", help="The source in the case that shows it.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who adjusts; default: you.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Correct what a holder should have, with the reason; the audit shows it with the finding."""
    from takingstock.records import BadValueError
    from takingstock.verbs.adjust import adjust as run
    from takingstock.verbs.shapes.audit import adjust_json

    if bool(add) == bool(take_off):
        raise BadValueError("give exactly one of --add and --take-off")
    direction: Literal["add", "take-off"] = "add" if add else "take-off"
    made = run(
        case,
        direction=direction,
        quantity=add or take_off,
        when=date,
        reason=reason,
        person=by or me(),
        holder=holder,
        item=item,
        unit=unit,
        source=source,
        finding=finding,
        place=place,
    )
    value = adjust_json(made)
    if form is not Format.TABLE:
        show(form, value, tuple(value), [tuple(str(cell) for cell in value.values())])
        return
    way = "added to" if made.direction == "add" else "taken off"
    sys.stdout.write(f"{made.id}: {made.quantity} {made.item} {way} what {made.holder} should have ({made.reason})\n")
