"""names: what the names in registers mean, and who says so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="What names in registers mean: those that wait for a person, those that were read, and taking that back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("out")
def out_(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write (.xlsx, or .csv).")],
) -> None:
    """Write the names that wait for a person as a sheet to fill in."""
    from takingstock.verbs.names import names_out

    made = names_out(case, file)
    say(f"{made.out}: {made.items} designation(s) and {made.parties} part(y/ies) wait for a person")


@app.command("in")
def in_(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The sheet filled in (.xlsx, or .csv).")],
    person: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so, where a row names nobody.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a filled sheet in. Import the registers again afterwards, and their rows are taken."""
    from takingstock.verbs.names import names_in
    from takingstock.verbs.shapes.names import names_in_json

    made = names_in(case, file, person=person or me())
    rows = [(row.line, row.reason) for row in made.rejects]
    if form is not Format.TABLE or rows:
        show(form, names_in_json(made), ("line", "rejected because"), rows)
    say(
        f"{made.taken} name(s) taken, {made.unchanged} unchanged, {made.unanswered} left empty, "
        f"{len(made.rejects)} rejected" + (f"; see {made.rejects_file}" if made.rejects_file else "")
    )


@app.command("list")
def list_(
    case: CasePath,
    kind: Annotated[str, typer.Option("--kind", help="item or party.")] = "",
    rule: Annotated[str, typer.Option("--rule", metavar="ID", help="Only what this rule said.")] = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Also what was taken back.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """What names were said to mean, by whom or by which rule, and how many statements rest on it."""
    from takingstock.verbs.names import names_list
    from takingstock.verbs.shapes.names import names_list_json, names_list_table

    found = names_list(case, kind=kind, rule=rule, withdrawn=withdrawn)
    show(form, names_list_json(found), *names_list_table(found))


@app.command()
def withdraw(
    case: CasePath,
    rule: Annotated[str, typer.Option("--rule", metavar="ID", help="All that this rule said.")] = "",
    naming: Annotated[str, typer.Option("--naming", metavar="ID", help="One naming.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who withdraws, for the history; default: you.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take back what a rule said. Statements fall back to the broader class, or are taken out and listed."""
    from takingstock.verbs.names import names_withdraw
    from takingstock.verbs.shapes.names import names_withdrawn_json, names_withdrawn_table

    made = names_withdraw(case, rule=rule, naming=naming, actor=actor or me(), reason=reason)
    show(form, names_withdrawn_json(made), *names_withdrawn_table(made))
    say(
        f"{len(made.namings)} naming(s) withdrawn; {len(made.fallen)} statement(s) fell back, "
        f"{len(made.gone)} taken out"
    )


@app.command()
def why(
    case: CasePath,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name as a register writes it.")],
    when: Annotated[str, typer.Option("--when", metavar="DATE", help="When it was used: 1992, 1985..1990.")] = "",
    description: Annotated[str, typer.Option("--description", help="The register's word of kind: tank, rifle …")] = "",
    calibre: Annotated[str, typer.Option("--calibre", help="Calibre, where the register gives it.")] = "",
    country: Annotated[str, typer.Option("--country", help="Country of design or manufacture.")] = "",
    usage: Annotated[str, typer.Option("--register", metavar="NAME", help="The reader: sipri, oryx …")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """How a name is read, and what else it might be."""
    from takingstock.verbs.names import names_why
    from takingstock.verbs.shapes.names import names_why_json, names_why_table

    found = names_why(case, text, when=when, description=description, calibre=calibre, country=country, usage=usage)
    show(form, names_why_json(found), *names_why_table(found))
