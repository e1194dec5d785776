"""contact: the log of the right of reply."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Right of reply: who is named in the case, who was asked before publication, and what they said.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def add(
    case: CasePath,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Who is named: an id or a name.")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="asked, reminded, replied, declined or no-address.")],
    when: Annotated[str, typer.Option("--when", metavar="DATE", help="The date of it.")],
    text: Annotated[str, typer.Option("--text", help="What was asked, or what they said; the report prints it.")] = "",
    about: Annotated[
        str,
        typer.Option("--about", metavar="IDS", help="Statements, movements or sightings; default: all that name it."),
    ] = "",
    deadline: Annotated[
        str, typer.Option("--deadline", metavar="DATE", help="Until when an answer is asked for.")
    ] = "",
    channel: Annotated[str, typer.Option("--channel", help="By what way: letter, mail, form.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Number of the letter.")] = "",
    person: Annotated[str, typer.Option("--by", metavar="NAME", help="Who writes this; default: you.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Write what happened with a party that the case names."""
    from takingstock.verbs.contact import add as run
    from takingstock.verbs.shapes.contact import contact_added_json

    made = run(
        case, party, kind, when=when, person=person or me(), channel=channel, about=about, deadline=deadline,
        text=text, reference=reference,
    )  # fmt: skip
    if form is Format.TABLE:
        sys.stdout.write(f"{made.contact.id}: {made.contact.party} {made.contact.kind.value} {made.contact.when}\n")
    else:
        value = made.contact.model_dump(mode="json")
        show(form, contact_added_json(made), tuple(value), [tuple(str(cell) for cell in value.values())])
    for line in made.words:
        say(line)


@app.command("list")
def list_(
    case: CasePath,
    missing: Annotated[bool, typer.Option("--missing", help="Only who is to be asked and never was.")] = False,
    party: Annotated[str, typer.Option("--party", metavar="PARTY", help="Only this one.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Every party that the case names, where it is named, and whether it was asked."""
    from takingstock.verbs.contact import contacts
    from takingstock.verbs.shapes.contact import contacts_json, contacts_table

    found = contacts(case, missing=missing, party=party)
    show(form, contacts_json(found), *contacts_table(found, brief=form is Format.TABLE))
    say(
        f"{found.to_ask} named and to be asked; {found.asked} asked, {found.replied} replied, {found.never} never asked"
    )
