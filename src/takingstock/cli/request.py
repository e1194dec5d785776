"""request: asking a state for the record of a weapon."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Trace requests: the draft, its letter, what came of it, and an answer that becomes a statement.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

RequestArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of a request: see request list.")]
WhenOption = Annotated[str, typer.Option("--when", metavar="DATE", help="The date of it.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who writes this; default: you.")]


@app.command()
def draft(
    case: CasePath,
    to: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who is asked: an id or a name.")],
    requester: Annotated[str, typer.Option("--by", metavar="REQUESTER", help="Who asks, as it stands in the letter.")],
    sighting: Annotated[str, typer.Option("--sighting", metavar="ID", help="The sighting it rests on.")] = "",
    movement: Annotated[str, typer.Option("--movement", metavar="KEY", help="Or the transfer asked about.")] = "",
    circumstances: Annotated[str, typer.Option("--circumstances", help="How it was found.")] = "",
    why_illicit: Annotated[str, typer.Option("--why-illicit", help="Why it is held to be illicit.")] = "",
    intended_use: Annotated[str, typer.Option("--use", help="What the answer will be used for.")] = "",
    make: Annotated[str, typer.Option("--make", help="Manufacturer, as marked.")] = "",
    model: Annotated[str, typer.Option("--model", help="Type or model; default: the class.")] = "",
    calibre: Annotated[str, typer.Option("--calibre", help="Default: that of the class.")] = "",
    serial: Annotated[str, typer.Option("--serial", help="Default: from the marks.")] = "",
    lot: Annotated[str, typer.Option("--lot", help="Default: from the marks.")] = "",
    made_in: Annotated[str, typer.Option("--made-in", metavar="STATE", help="Country of manufacture.")] = "",
    made: Annotated[str, typer.Option("--made", metavar="DATES", help="Year of manufacture.")] = "",
    import_marks: Annotated[str, typer.Option("--import-marks", help="Country and year of import, as marked.")] = "",
    marks: Annotated[str, typer.Option("--marks", help="Other marks, parted by ';'.")] = "",
    found: Annotated[str, typer.Option("--found", metavar="DATES", help="When it was found.")] = "",
    place: Annotated[str, typer.Option("--place", help="Where it was found.")] = "",
    due: Annotated[str, typer.Option("--due", metavar="DATE", help="Until when an answer is asked for.")] = "",
    language: Annotated[str, typer.Option("--lang", help="Of the letter: en or ar.")] = "",
    remark: Annotated[str, typer.Option("--remark", help="Anything else that the letter shall say.")] = "",
    today: Annotated[str, typer.Option("--today", metavar="DATE", help="The date of the draft; default: today.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Draft a request from a sighting or a movement, and say what is still empty. Again: it revises the draft."""
    from takingstock.verbs.request import draft as run
    from takingstock.verbs.shapes.request import drafted_json, missing_table

    fields = {
        "make": make, "model": model, "calibre": calibre, "serial": serial, "lot": lot, "made_in": made_in,
        "made": made, "import_marks": import_marks, "marks": marks, "circumstances": circumstances,
        "why_illicit": why_illicit, "intended_use": intended_use, "found": found, "place": place, "due": due,
        "language": language, "remark": remark,
    }  # fmt: skip
    made_ = run(
        case, to=to, requester=requester, person=me(), sighting=sighting, movement=movement, fields=fields,
        today=_day(today),
    )  # fmt: skip
    show(form, drafted_json(made_), *missing_table(made_.missing))
    left = sum(one.required for one in made_.missing)
    say(f"{made_.request.id}: drafted" + (f"; {left} field(s) to fill before it is sent" if left else ", complete"))
    for line in made_.words:
        say(line)


@app.command()
def letter(
    case: CasePath,
    request: RequestArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A page for print (.html) or plain text (.txt).")],
    language: Annotated[str, typer.Option("--lang", help="en or ar; default: the request's.")] = "",
) -> None:
    """Write the letter of a request. It holds serials and places: it is for its recipient, not for publication."""
    from takingstock.verbs.request import letter as run

    made = run(case, request, out, language=language)
    sys.stdout.write(f"{made.out}: {made.request}, {made.language}\n")
    if empty := [one.field for one in made.missing if one.required]:
        say(f"the letter says that these are not given: {', '.join(empty)}")


@app.command("list")
def list_(
    case: CasePath,
    status: Annotated[str, typer.Option("--status", help="Only these: drafted, sent, overdue …")] = "",
    today: Annotated[str, typer.Option("--today", metavar="DATE", help="Overdue as of; default: today.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Every request and how far it has come; overdue is what was due before today and not answered."""
    from takingstock.verbs.request import requests
    from takingstock.verbs.shapes.request import requests_json, requests_table

    found = requests(case, today=_day(today), status=status)
    show(form, requests_json(found), *requests_table(found))


@app.command()
def step(
    case: CasePath,
    request: RequestArgument,
    status: Annotated[str, typer.Argument(metavar="STATUS", help="sent, acknowledged, answered or refused.")],
    when: WhenOption,
    person: ByOption = "",
    reference: Annotated[str, typer.Option("--reference", help="Number of the letter.")] = "",
    note: Annotated[str, typer.Option("--note", help="What was said; of a refusal its reasons.")] = "",
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Send it although required fields are empty.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why it is sent incomplete.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Write what came of a request. Steps only go forward."""
    from takingstock.verbs.request import step as run
    from takingstock.verbs.shapes.request import stepped_json

    made = run(
        case, request, status, when=when, person=person or me(), reference=reference, note=note,
        incomplete=incomplete, reason=reason,
    )  # fmt: skip
    if form is not Format.TABLE:
        value = made.step.model_dump(mode="json")
        show(form, stepped_json(made), tuple(value), [tuple(value.values())])
        return
    sys.stdout.write(f"{made.step.id}: {made.step.status.value}, {made.step.when}\n")


@app.command()
def answer(
    case: CasePath,
    request: RequestArgument,
    when: Annotated[str, typer.Option("--when", metavar="DATE", help="The date of the answer.")],
    from_: Annotated[str, typer.Option("--from", metavar="PARTY", help="Who sent the goods.")] = "",
    to: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who received them.")] = "",
    via: Annotated[str, typer.Option("--via", metavar="PARTIES", help="Brokers or carriers, parted by ';'.")] = "",
    mode: Annotated[str, typer.Option("--mode", help="export, aid, retransfer, production …")] = "export",
    stage: Annotated[str, typer.Option("--stage", help="How far it got: delivered, authorised …")] = "delivered",
    quantity: Annotated[str, typer.Option("--quantity", help="How many: 5, ~40, 2..3.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="items, rounds or tonnes; default: the class's.")] = "",
    date_of: Annotated[str, typer.Option("--date", metavar="DATES", help="The date of the transfer.")] = "",
    item: Annotated[str, typer.Option("--item", metavar="CLASS", help="Default: the request's.")] = "",
    marks: Annotated[
        str, typer.Option("--marks", help="Marks it names, parted by ';'; default: those asked about.")
    ] = "",
    made_in: Annotated[str, typer.Option("--made-in", metavar="STATE", help="Default: the request's.")] = "",
    movement: Annotated[str, typer.Option("--movement", metavar="KEY", help="The movement it speaks about.")] = "",
    authorised: Annotated[
        bool | None,
        typer.Option("--authorised/--not-authorised", help="Whether a further transfer was permitted, if it says."),
    ] = None,
    grade: Annotated[str, typer.Option("--grade", help="Admiralty, as B2; default: not judged.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Number of the letter.")] = "",
    note: Annotated[str, typer.Option("--note", help="What else it says.")] = "",
    person: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Write an answer that tells of a transfer: it becomes a statement, confirmed by the exporter."""
    from takingstock.verbs.request import answer as run
    from takingstock.verbs.shapes.request import stepped_json

    made = run(
        case, request, when=when, person=person or me(), from_party=from_, to_party=to, via=via, mode=mode,
        stage=stage, quantity=quantity, unit=unit, date_of=date_of, item=item, marks=marks, made_in=made_in,
        movement=movement, authorised=authorised, grade=grade, reference=reference, note=note,
    )  # fmt: skip
    statement = made.statement
    assert statement is not None
    if form is not Format.TABLE:
        value = statement.model_dump(mode="json")
        show(form, stepped_json(made), tuple(value), [tuple(str(cell) for cell in value.values())])
        return
    level = statement.level.value if statement.level else "level not set: no state and not the exporter answered"
    sys.stdout.write(f"{statement.id}: on the movement {statement.movement}, {level}\n")


def _day(text: str) -> date:
    from takingstock.records import BadValueError, DateRange

    if not text:
        return datetime.now(UTC).date()
    day = DateRange.parse(text)
    if day.days != 1 or day.first is None:
        raise BadValueError(f"--today {text!r}: write one day, as 2015-06-30")
    return day.first
