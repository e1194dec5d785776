"""identify: the experts' queue out and in, and the decisions on what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Experts say what a sighting shows, blind to each other; people decide, and release.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SightingArgument = Annotated[str, typer.Argument(metavar="SIGHTING", help="The id of a sighting with evidence.")]
PersonOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for the history and the report.")]


@app.command("list")
def list_(
    case: CasePath,
    sighting: Annotated[str | None, typer.Option("--sighting", metavar="ID", help="Only this one.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """How far each sighting has come. Of an open review nothing is told but that it is open."""
    from takingstock.verbs.identify import listing
    from takingstock.verbs.shapes.identify import standing_json, standing_table

    found = listing(case, sighting=sighting)
    show(form, standing_json(found), *standing_table(found))
    if form is Format.TABLE:
        states = ", ".join(f"{number} {state}" for state, number in found.states) or "no sighting rests on evidence yet"
        say(f"{states}; the rule: {found.rule}")
        for note in found.notes:
            say(note)


@app.command()
def assign(
    case: CasePath,
    sightings: Annotated[list[str], typer.Argument(metavar="SIGHTING…", help="Ids of sightings with evidence.")],
    experts: Annotated[list[str], typer.Option("--expert", metavar="NAME", help="To whom; may be repeated.")],
    actor: Annotated[str, typer.Option("--actor", help="Who assigns, for the history; default: you.")] = "",
) -> None:
    """Put sightings to experts. While one of them has not answered, the review stays closed to all."""
    from takingstock.verbs.identify import assign as run

    made = run(case, sightings, experts, actor=actor or me())
    for one in made:
        say(f"{one.sighting}: put to {one.expert}")


@app.command("out")
def out_(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write (.xlsx, or .csv).")],
    expert: Annotated[str, typer.Option("--expert", metavar="NAME", help="For whom.")],
    language: Annotated[str, typer.Option("--lang", help="en or ar.")] = "en",
) -> None:
    """Write what awaits an expert as a workbook to fill in offline."""
    from takingstock.verbs.identify import queue_out

    made = queue_out(case, file, expert=expert, language=language)
    say(f"{made.out}: {len(made.sightings)} sighting(s) for {expert}")
    if made.waiting:
        say(f"not yet in it, since their sources are not verified: {', '.join(made.waiting)}")
    if made.erased:
        say(f"not in it, since files of them were erased and nobody can look at them: {', '.join(made.erased)}")


@app.command("in")
def in_(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook an expert filled in (.xlsx, or .csv).")],
    expert: Annotated[str, typer.Option("--expert", metavar="NAME", help="Whose it is.")],
) -> None:
    """Take an expert's workbook in. Nobody sees the answers before the review closes."""
    from takingstock.verbs.identify import queue_in

    made = queue_in(case, file, expert=expert)
    say(
        f"{made.taken} identification(s) taken, {made.unchanged} unchanged, {made.unanswered} not answered, "
        f"{len(made.rejects)} rejected" + (f"; see {made.rejects_file}" if made.rejects_file else "")
    )
    for rejected in made.rejects[:5]:
        say(f"  line {rejected.line}: {rejected.reason}")
    for note in made.notes:
        say(f"  note: {note}")


@app.command()
def close(
    case: CasePath,
    sighting: SightingArgument,
    person: PersonOption,
    reason: ReasonOption,
    pass_over: Annotated[
        bool, typer.Option("--pass-over", help="Do not wait for the experts who have not answered; recorded.")
    ] = False,
) -> None:
    """End a review with the identifications that are in."""
    from takingstock.verbs.identify import close as run

    _told(run(case, sighting, person=person, reason=reason, pass_over=pass_over))


@app.command()
def reopen(case: CasePath, sighting: SightingArgument, person: PersonOption, reason: ReasonOption) -> None:
    """Open a closed review again, to ask another expert; what was decided before counts no more."""
    from takingstock.verbs.identify import reopen as run

    _told(run(case, sighting, person=person, reason=reason))


@app.command()
def adjudicate(
    case: CasePath,
    sighting: SightingArgument,
    person: PersonOption,
    reason: ReasonOption,
    level: Annotated[str, typer.Option("--level", help="class, family, model, variant, maker or serial.")],
    item: Annotated[str, typer.Option("--item", metavar="CLASS", help="What it is: an id or a name.")],
    made_in: Annotated[str | None, typer.Option("--made-in", metavar="ID", help="Country of manufacture.")] = None,
    maker: Annotated[str, typer.Option("--maker", help="Maker or factory.")] = "",
    made: Annotated[str, typer.Option("--made", metavar="DATE", help="Year or years of manufacture.")] = "",
    serial: Annotated[str, typer.Option("--serial", help="The serial number, at level serial.")] = "",
) -> None:
    """Say what stands where experts differ; their dissent is kept and printed."""
    from takingstock.verbs.identify import adjudicate as run

    _told(
        run(
            case,
            sighting,
            person=person,
            reason=reason,
            level=level,
            item=item,
            made_in=made_in,
            maker=maker,
            made=made,
            serial=serial,
        )
    )


@app.command()
def release(case: CasePath, sighting: SightingArgument, person: PersonOption, reason: ReasonOption) -> None:
    """Let what stands count in the arsenal, if the case's rule is met."""
    from takingstock.verbs.identify import release as run

    _told(run(case, sighting, person=person, reason=reason))


@app.command()
def withdraw(case: CasePath, sighting: SightingArgument, person: PersonOption, reason: ReasonOption) -> None:
    """Take a sighting out of every figure; it stays in the case."""
    from takingstock.verbs.identify import withdraw as run

    _told(run(case, sighting, person=person, reason=reason))


@app.command()
def agreement(case: CasePath, form: FormatOption = Format.TABLE) -> None:
    """How well the experts agree, over closed reviews (needs the extra: agreement)."""
    from takingstock.verbs.identify import agreement as run
    from takingstock.verbs.shapes.identify import agreement_table

    found = run(case)
    show(form, found.model_dump(mode="json"), *agreement_table(found))
    if form is Format.TABLE:
        for line in (*found.words, found.note):
            say(line)


def _told(review: object) -> None:
    from takingstock.records import Review

    assert isinstance(review, Review)
    said = "; ".join(review.words)
    say(f"{review.sighting}: {review.state.value}" + (f"; {said}" if said else ""))
