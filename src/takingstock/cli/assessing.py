"""Assessing a proposed transfer, deciding on it, and looking again at what was decided."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show, tell, write


class Shape(StrEnum):
    """What ``assess`` prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


PolicyOption = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="NAME|FILE", help="Judge by this policy only; may be repeated. Default: all."),
]
PriorsOption = Annotated[
    Path | None, typer.Option("--priors", metavar="FILE", help="Your own priors of the forecast, as a table.")
]
DrawsOption = Annotated[int, typer.Option("--draws", min=100, help="Draws of the forecast.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the forecast's draws.")]


def assess(
    case: CasePath,
    applications: Annotated[
        list[Path] | None,
        typer.Argument(metavar="APPLICATION", help="The proposed transfer: YAML or a workbook; several give a list."),
    ] = None,
    policy: PolicyOption = None,
    priors: PriorsOption = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="FILE", help="Where this other application comes out otherwise.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Judge the past transfers of the case by what was published then.")
    ] = False,
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="ID", help="With --replay: only transfers to this party.")
    ] = None,
    recheck: Annotated[
        bool, typer.Option("--recheck", help="Which standing decisions does a new fact touch, and why; exit 1 if any.")
    ] = False,
    today: Annotated[
        str, typer.Option("--today", metavar="DATE", help="With --recheck: visits are due by it; default: today.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="What the case knew by the end of that date.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of to the screen.")
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            "--questions", metavar="FILE", help="Write the application as a workbook with its open questions."
        ),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", metavar="FILE", help="Write an empty workbook for an application.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="With --format html: en or ar.")] = "en",
    seed: SeedOption = 0,
    draws: DrawsOption = 2_000,
    form: Annotated[Shape, typer.Option("--format", help="What to print.")] = Shape.TABLE,
) -> None:
    """Judge a proposed transfer: legal gates, policies, a forecast of diversion, controls. It never approves."""
    from takingstock.records import BadValueError

    files = applications or []
    if sum((replay, recheck, bool(files), template is not None)) != 1:
        raise BadValueError("give one or more applications, or --replay, --recheck or --template FILE")
    if template:
        from takingstock.verbs.assess import write_blank

        say(f"written: {write_blank(template)}; fill it in, then: takingstock assess {case} {template}")
        return
    one = len(files) == 1 and not compare
    if form is Shape.HTML and not one:
        raise BadValueError("--format html prints one application; leave the others out")
    for given, name, fits in (
        (out, "--out", form is Shape.HTML),
        (questions, "--questions", one),
        (compare, "--compare", len(files) == 1),
        (holder, "--holder", replay),
        (today, "--today", recheck),
        (language != "en", "--language", form is Shape.HTML),
    ):
        if given and not fits:
            raise BadValueError(f"{name} does not go with the rest of the call; see: takingstock assess --help")
    chosen: dict[str, Any] = {"policies": policy or (), "priors": priors, "seed": seed, "draws": draws}
    if recheck:
        _recheck(case, today, draws, form)
    elif replay:
        _replay(case, holder, chosen, form)
    elif compare:
        _compare(case, files[0], compare, chosen, as_of, form)
    elif len(files) > 1:
        _many(case, files, chosen, as_of, form)
    else:
        _one(case, files[0], chosen, as_of, form, out, questions, language)


def _one(
    case: Path,
    file: Path,
    chosen: dict[str, Any],
    as_of: str,
    form: Shape,
    out: Path | None,
    questions: Path | None,
    language: str,
) -> None:
    from takingstock.verbs.assess import assess as run
    from takingstock.verbs.assess import page, write_questions
    from takingstock.verbs.shapes.assess import assessment_json, assessment_lines, assessment_table

    made = run(case, file, as_of=as_of, **chosen)
    if questions:
        write_questions(case, file, made, questions)
        say(f"{len(made.questions)} open questions and the application: {questions}")
    if form is Shape.HTML:
        names = chosen["policies"]
        text = page(case, file, made, policies=names, language=language)
        _put(text, out)
    elif form is Shape.TABLE:
        tell(assessment_lines(made))
    else:
        show(Format(form.value), assessment_json(made), *assessment_table(made))


def _put(text: str, out: Path | None) -> None:
    from takingstock.records import BadFileError

    if out is None:
        write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadFileError(f"{out} cannot be written: {error.strerror or error}; name another file") from error
    say(f"written: {out}")


def _many(case: Path, files: list[Path], chosen: dict[str, Any], as_of: str, form: Shape) -> None:
    from takingstock.cli.progress import progress as bar
    from takingstock.verbs.assess import assess_many
    from takingstock.verbs.shapes.assess import assessment_json, many_table

    with bar("applications") as progress:
        made = assess_many(case, files, as_of=as_of, progress=progress, **chosen)
    show(Format(form.value), [assessment_json(one) for one in made], *many_table(made))


def _compare(case: Path, first: Path, second: Path, chosen: dict[str, Any], as_of: str, form: Shape) -> None:
    from takingstock.verbs.assess import assess as run
    from takingstock.verbs.shapes.assess import comparison_json, comparison_table

    a = run(case, first, as_of=as_of, **chosen)
    b = run(case, second, as_of=as_of, **chosen)
    show(Format(form.value), comparison_json(a, b), *comparison_table(a, b))


def _replay(case: Path, holder: str | None, chosen: dict[str, Any], form: Shape) -> None:
    from collections import Counter

    from takingstock.verbs.assess import replay as run
    from takingstock.verbs.shapes.assess import replay_json, replay_table

    rows = run(case, holder=holder, **chosen)
    show(Format(form.value), replay_json(rows), *replay_table(rows))
    if form is Shape.TABLE:
        told = Counter(one.recommendation.value if one.recommendation else "not judged" for one in rows)
        say("; ".join(f"{number} {word}" for word, number in told.most_common()))
        say(
            "Each was judged without undertakings or answers, of which none are on record, and with only what sources "
            "had published by its first possible day. What is recorded after need not be these very goods."
        )


def _recheck(case: Path, today: str, draws: int, form: Shape) -> None:
    from datetime import date

    from takingstock.records import BadValueError, DateRange
    from takingstock.verbs.decide import recheck as run
    from takingstock.verbs.shapes.assess import touched_table

    day = DateRange.parse(today).last if today else date.today()
    if day is None:
        raise BadValueError(f"{today!r} names no day; write 2026-11-24")
    rows = run(case, today=day, draws=draws)
    show(Format(form.value), [one.model_dump(mode="json") for one in rows], *touched_table(rows))
    if form is Shape.TABLE:
        say(f"{len(rows)} standing decisions are touched, {sum(one.worse for one in rows)} of them for the worse")
    if rows:
        raise typer.Exit(1)


def decide(
    case: CasePath,
    application: Annotated[Path, typer.Argument(metavar="APPLICATION", help="The application: YAML or a workbook.")],
    decision: Annotated[
        str,
        typer.Option(
            "--decision",
            help="refused, authorised, authorised-with-conditions, returned-for-information, suspended or revoked.",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")],
    date: Annotated[str, typer.Option("--date", metavar="DAY", help="The day of the decision.")],
    condition: Annotated[
        list[str] | None, typer.Option("--condition", metavar="CONTROL", help="A control it depends on; repeatable.")
    ] = None,
    policy: PolicyOption = None,
    priors: PriorsOption = None,
    by: Annotated[str, typer.Option("--by", help="Who decides; default: you.")] = "",
    seed: SeedOption = 0,
    draws: DrawsOption = 2_000,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write down a person's decision on an application, with the whole assessment as it was then."""
    from takingstock.verbs.decide import decide as run
    from takingstock.verbs.shapes.assess import decision_json, decisions_table

    made = run(
        case,
        application,
        kind=decision,
        reason=reason,
        person=by or me(),
        when=date,
        conditions=condition or (),
        policies=policy or (),
        priors=priors,
        seed=seed,
        draws=draws,
    )
    show(form, decision_json(made), *decisions_table((made,)))
    if made.against and form is Format.TABLE:
        say(f"decided against the assessment, which says {made.assessment.recommendation.value}; the reason is kept")


def decisions(
    case: CasePath,
    application: Annotated[
        str, typer.Argument(metavar="[ID]", help="Reprint this one with its assessment; default: list all.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Reprint it as a page into this file.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of the page: en or ar.")] = "en",
    form: FormatOption = Format.TABLE,
) -> None:
    """The decisions, standing and revised; with an application's id, the whole assessment as it was decided on."""
    from takingstock.records import BadValueError
    from takingstock.verbs.decide import decision_of, earlier, page
    from takingstock.verbs.decide import decisions as run
    from takingstock.verbs.shapes.assess import assessment_lines, decision_json, decisions_table

    if not application:
        if html:
            raise BadValueError("--html prints one decision; name its application")
        rows, before = run(case), earlier(case)
        value = [decision_json(one) | {"stands": True} for one in rows]
        value += [decision_json(one) | {"stands": False} for one in before]
        show(form, value, *decisions_table(rows, before))
        return
    if html:
        _put(page(case, application, language=language), html)
        return
    one = decision_of(case, application)
    if form is Format.TABLE:
        against = " (against the assessment)" if one.against else ""
        told = [("head", f"{one.id}: {one.kind.value}{against}, {one.decided}, {one.person}"), ("note", one.reason)]
        if one.conditions:
            told.append(("note", f"Conditions: {', '.join(each.value for each in one.conditions)}."))
        tell(told)
        tell(assessment_lines(one.assessment))
        return
    show(form, decision_json(one), *decisions_table((one,)))


def policies(
    name: Annotated[
        str, typer.Argument(metavar="[NAME|FILE]", help="One policy, shipped or your own; default: list all.")
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Run the tests that lie beside it; exit 1 if one fails.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """The policies that ship, the rules of one of them, or the tests of your own."""
    from takingstock.records import BadValueError
    from takingstock.verbs.assess import check_policy, chosen
    from takingstock.verbs.shapes.assess import policies_table, rules_table

    if not name:
        if check:
            raise BadValueError("say which policy to check: its name, or the path of your file")
        found = chosen(())
        show(form, [one.model_dump(mode="json", exclude={"rules"}) for one in found], *policies_table(found))
        return
    if not check:
        (policy,) = chosen((name,))
        show(form, policy.model_dump(mode="json"), *rules_table(policy))
        return
    policy, number, failed = check_policy(name)
    value = {"policy": policy.id, "digest": policy.digest, "tests": number, "failed": list(failed)}
    show(form, value, ("failed",), [(text,) for text in failed])
    if form is Format.TABLE:
        say(f"{policy.id}: {number} tests, {len(failed)} answers otherwise than expected")
    if failed:
        raise typer.Exit(1)
