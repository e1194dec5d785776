"""ask: the questions that the field asks of a ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Questions to the ledger: suppliers, both sides, funding, production, stages, totals.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

HolderOption = Annotated[str, typer.Option("--holder", metavar="ID", help="Whose arms: an id or a name.")]
PeriodOption = Annotated[str, typer.Option("--period", metavar="DATES", help="1980..1988, 2014, 2003-05..")]
StageOption = Annotated[
    str, typer.Option("--stage", help="negotiated, notified, authorised, refused, ordered or delivered.")
]
AsOfOption = Annotated[str, typer.Option("--as-of", metavar="DATE", help="As it was known at the end of that day.")]
ToOption = Annotated[str, typer.Option("--to", metavar="ID", help="Only to this recipient and its parts.")]
FromOption = Annotated[str, typer.Option("--from", metavar="ID", help="Only from this supplier and its parts.")]


@app.command()
def suppliers(
    case: CasePath,
    holder: HolderOption,
    period: PeriodOption = "",
    stage: StageOption = "delivered",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Who supplied a holder in a period. What may lie in it, by its date, is counted apart."""
    from takingstock.verbs.ask import suppliers as run
    from takingstock.verbs.shapes.ask import suppliers_json, suppliers_table

    found = run(case, holder, period=period, stage=stage, as_of=as_of)
    show(form, suppliers_json(found), *suppliers_table(found))
    if form is Format.TABLE:
        named = sum(row.named for row in found)
        say(f"{named} suppliers named. Who is not on record may have supplied; see what each source covers.")


@app.command("both-sides")
def both_sides(
    case: CasePath,
    one: Annotated[str, typer.Argument(metavar="ONE", help="One side: an id or a name.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other side.")],
    period: PeriodOption = "",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Who supplied both sides of a conflict, beside the figures that sources publish without a list."""
    from takingstock.verbs.ask import both_sides as run
    from takingstock.verbs.shapes.ask import both_json, both_table

    found = run(case, one, other, period=period, as_of=as_of)
    show(form, both_json(found), *both_table(found))
    if form is Format.TABLE:
        say(found.note)


@app.command()
def acquisitions(
    case: CasePath,
    holder: HolderOption,
    period: PeriodOption = "",
    stage: StageOption = "delivered",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """What came to a holder, by how it was paid for: sale, contract, aid, barter, donation, unknown."""
    from takingstock.verbs.ask import acquisitions as run
    from takingstock.verbs.shapes.ask import acquisitions_json, acquisitions_table

    found = run(case, holder, period=period, stage=stage, as_of=as_of)
    show(form, acquisitions_json(found), *acquisitions_table(found))


@app.command()
def production(
    case: CasePath,
    holder: Annotated[str, typer.Option("--maker", metavar="ID", help="Who made it: an id or a name.")],
    period: PeriodOption = "",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """What a party made, of itself and under whose licence."""
    from takingstock.verbs.ask import production as run
    from takingstock.verbs.shapes.ask import production_json, production_table

    found = run(case, holder, period=period, as_of=as_of)
    show(form, production_json(found), *production_table(found))


@app.command()
def stages(
    case: CasePath,
    to: ToOption = "",
    origin: FromOption = "",
    item: Annotated[str, typer.Option("--item", metavar="CLASS", help="Only this class and below.")] = "",
    period: PeriodOption = "",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Notified, authorised, refused, ordered, delivered: stage beside stage, never added."""
    from takingstock.verbs.ask import stages as run
    from takingstock.verbs.shapes.ask import stages_json, stages_table

    found = run(case, recipient=to, supplier=origin, item=item, period=period, as_of=as_of)
    show(form, stages_json(found), *stages_table(found))


@app.command()
def totals(
    case: CasePath,
    by: Annotated[str, typer.Option("--by", help="supplier, recipient, year, item or source.")] = "supplier",
    to: ToOption = "",
    origin: FromOption = "",
    source: Annotated[str, typer.Option("--source", metavar="ID", help="Only what this source states.")] = "",
    stage: StageOption = "delivered",
    period: PeriodOption = "",
    as_of: AsOfOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """TIV and reported values. TIV is no money, and currencies are never added."""
    from takingstock.verbs.ask import totals as run
    from takingstock.verbs.shapes.ask import totals_json, totals_table

    found = run(case, by, recipient=to, supplier=origin, source=source, stage=stage, period=period, as_of=as_of)
    show(form, totals_json(found), *totals_table(found))
