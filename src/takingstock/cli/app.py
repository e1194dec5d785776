"""The verbs as commands. Exit codes: 0 done, 1 the data has a problem that was asked for, 2 the call was wrong."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from takingstock import __version__
from takingstock.cli import ask, contact, evidence, identify, link, marks, names, request
from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.assessing import assess, decide, decisions, policies
from takingstock.cli.auditing import adjust, audit, follow
from takingstock.cli.calling import called
from takingstock.cli.importing import import_
from takingstock.cli.keeping import export, seal, settings, verify
from takingstock.cli.numbers import draws_number, grades, seconds, whole_number
from takingstock.cli.progress import progress
from takingstock.cli.render import Format, say, show, tell
from takingstock.cli.simulate import simulate

if TYPE_CHECKING:
    from takingstock.records import Trace

_MANY = 10_000
"""Draws beyond which more are not worth proposing."""

_TOLD = 16
"""Findings that the demo tells; the audit tells them all."""

app = typer.Typer(
    name="takingstock",
    help="An evidence-backed ledger of arms movements: what an armed group holds, where it most likely came from, "
    "and what a stockpile cannot account for.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: the ornate one takes longer to import than --help may take.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DrawsOption = Annotated[
    int,
    typer.Option(
        "--draws",
        parser=draws_number,
        metavar="N",
        help="So many draws of what the record leaves open; 0: arithmetic only.",
    ),
]
SeedOption = Annotated[
    int,
    typer.Option(
        "--seed", parser=whole_number, metavar="S", help="Any whole number; the same one gives the same draws."
    ),
]
LimitOption = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        parser=seconds,
        metavar="SECONDS",
        help="Stop drawing then, and say how many draws were made; above 0.",
    ),
]


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"takingstock {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    del version


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder to put the case and the report in.")] = Path("demo"),
    form: FormatOption = Format.TABLE,
) -> None:
    """Make the bundled case on the arming of Islamic State, and its report."""
    from takingstock.verbs import demo as run
    from takingstock.verbs.shapes import audit_json, audit_table, import_json

    with progress("Drawing", after=1) as tick:
        made = run(out, progress=tick)
    value = {
        "case": made.case,
        "report": made.report,
        "reports": list(made.reports),
        "import": import_json(made.imported),
        **audit_json(made.findings),
        "evidence": made.evidence.model_dump(mode="json"),
        "next": list(made.next),
    }
    if form is not Format.TABLE:
        show(form, value, *audit_table(made.findings))
        return
    kept = "" if made.imported.unchanged < made.imported.ledger else " The case was there already and is kept."
    lines = [f"{made.imported.ledger} records read, {made.imported.rejected} rejected.{kept}", ""]
    lines += ["What the records cannot account for, or claim was lost:"]
    lines += [f"  · {finding.words}" for finding in made.findings[:_TOLD]]
    if (left := len(made.findings) - _TOLD) > 0:
        lines.append(f"  … and {left} more, on dates within embargoes, second-hand goods and inflows: see audit.")
    lines += ["", f"Report:   {made.report}", f"Arabic:   {made.reports[1]}", f"Case:     {made.case}"]
    held = made.evidence.verdict
    state = "verified" if held.sound else "; ".join(held.faults)
    lines += [f"Evidence: {made.evidence.case} ({held.files} sample pictures, sealed, {state})", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    _say_next(made.next, blank=False)


@app.command()
def init(
    case: CasePath,
    title: Annotated[str, typer.Option("--title", help="The case's title; default: the folder's name.")] = "",
    database: Annotated[
        str | None,
        typer.Option("--database", help="A PostgreSQL database for a team: postgresql+psycopg://…; default: a file."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="Also write a blank workbook to fill in to this file.")
    ] = None,
    actor: Annotated[str, typer.Option("--actor", help="Who opens it, for the history; default: you.")] = "",
) -> None:
    """Make an empty case."""
    from takingstock.verbs import init as run

    opened = run(case, title=title, database=database, template=template, actor=actor or me())
    sys.stdout.write(f"{opened.case}: {opened.title}, revision {opened.revision}\n")
    if opened.template:
        command = shlex.join([called(), "import", opened.case, opened.template])
        sys.stdout.write(f"{opened.template}: fill it in, then: {command}\n")


@app.command()
def arsenal(
    case: CasePath,
    holder: Annotated[str, typer.Option("--holder", metavar="ID", help="Whose arsenal: an id or a name.")],
    by: Annotated[
        str, typer.Option("--by", help="country, class or era, or two of them for a cross-table: era,country.")
    ] = "country",
    role: Annotated[
        str, typer.Option("--role", help="For countries: manufactured, designed or supplied.")
    ] = "manufactured",
    population: Annotated[str | None, typer.Option("--population", metavar="ID", help="Only this population.")] = None,
    place: Annotated[
        str,
        typer.Option(
            "--place",
            metavar="PLACE",
            help="Only what was certainly seen there: a name, a country, LAT,LON..LAT,LON or KM@LAT,LON.",
        ),
    ] = "",
    when: Annotated[
        str,
        typer.Option("--when", metavar="DATES", help="Only what was certainly seen then: 2014, 2014-06, 2014..2016."),
    ] = "",
    from_: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Only what was certainly seen from this date on.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="By what was known at the end of that day.")
    ] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """What a holder is seen or found with: one table per population, never merged."""
    from takingstock.verbs import arsenal as run
    from takingstock.verbs.shapes import arsenal_json, arsenal_lines, arsenal_table, arsenal_tables

    if when and from_:
        raise typer.BadParameter("give --when or --from, not both: --when 2014..2016")
    when = f"{from_}.." if from_ else when
    found = run(case, holder, by=by, role=role, population=population, place=place, when=when, as_of=as_of)
    if form is not Format.TABLE:
        show(form, arsenal_json(found), *arsenal_table(found))
        return
    for title, head, rows in arsenal_tables(found):
        show(form, None, head, rows, title=title)
    for line in dict.fromkeys(arsenal_lines(found)):
        say(line)


@app.command()
def trace(
    case: CasePath,
    holder: Annotated[str, typer.Option("--holder", metavar="ID", help="Whose arms: an id or a name.")],
    item: Annotated[str | None, typer.Option("--item", metavar="CLASS", help="Only this class and below.")] = None,
    at: Annotated[str, typer.Option("--at", metavar="DATE", help="Up to the end of this date, month or year.")] = "",
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            help="Which goods leave a stock first: proportional, fifo, lifo, oldest-made-first, newest-made-first; or "
            "strict: what marks link ties together, the rest in proportion.",
        ),
    ] = "proportional",
    births: Annotated[
        str, typer.Option("--births", help="What a stock lacks: late (when it is sent) or opening (held all along).")
    ] = "late",
    of: Annotated[str, typer.Option("--of", help="received (all that came in) or held (what is left).")] = "received",
    chains: Annotated[int, typer.Option("--chains", min=1, metavar="K", help="At most so many chains a class.")] = 10,
    join_forces: Annotated[
        bool,
        typer.Option("--join-forces", help="Assume that a state issues to its own forces what they lack."),
    ] = False,
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    time_limit: LimitOption = None,
    grade: Annotated[
        list[str] | None,
        typer.Option(
            "--grade",
            metavar="GRADE=P",
            help="How often a statement of a grade is taken to be true, such as B2=0.9; may be repeated.",
        ),
    ] = None,
    cores: Annotated[
        int | None, typer.Option("--cores", min=1, metavar="N", help="At most so many cores; the result is the same.")
    ] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="By what was known at the end of that day.")
    ] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Where a holder's arms most likely came from, per class, with what is unrecorded."""
    from takingstock.records import BadValueError
    from takingstock.verbs import trace as run
    from takingstock.verbs.shapes import trace_json, trace_lines, trace_table

    if of not in ("received", "held"):
        raise BadValueError(f"--of {of!r}: write received or held")
    with progress("Drawing", after=1) as tick:
        found = run(
            case,
            holder,
            item=item,
            at=at,
            policy=policy,
            births=births,
            of=of,  # type: ignore[arg-type]
            chains=chains,
            join_forces=join_forces,
            draws=draws,
            seed=seed,
            time_limit=time_limit,
            holds=grades(grade or []),
            cores=cores,
            progress=tick,
            notice=say,
            as_of=as_of,
        )
    if form is not Format.TABLE:
        show(form, trace_json(found), *trace_table(found))
        _say_cut(found.draws, found.asked)
        return
    if not found.items:
        say("nothing of that is recorded as received by this holder")
    tell(trace_lines(found))
    if as_of:
        say(f"by what was known at the end of {as_of}; later corrections and retractions are left out")
    if found.items:
        asked = {"--at": at, "--policy": policy, "--births": births, "--of": of, "--item": item or "", "--as-of": as_of}
        _say_next(_trace_next(case, found, asked, draws))


@app.command()
def report(
    case: CasePath,
    out: Annotated[str, typer.Option("--out", help="The file to write; - is stdout.")] = "report.html",
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="ID", help="On whom; default: the case's report.toml says.")
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="en or ar.")] = "en",
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    time_limit: LimitOption = None,
) -> None:
    """Write the case as one page that works offline and prints."""
    from takingstock.verbs import report as run
    from takingstock.verbs.report import render

    with progress("Drawing", after=1) as tick:
        if out == "-":
            page = render(
                case,
                holder=holder,
                language=language,
                draws=draws,
                seed=seed,
                time_limit=time_limit,
                progress=tick,
                notice=say,
            )
        else:
            made = run(
                case,
                Path(out),
                holder=holder,
                language=language,
                draws=draws,
                seed=seed,
                time_limit=time_limit,
                progress=tick,
                notice=say,
            )
    if out == "-":
        sys.stdout.write(page)
        return
    _say_cut(made.draws, made.asked)
    sys.stdout.write(f"{made.report}: {made.size / 1e6:.1f} MB, revision {made.revision}\n")


app.command("import")(import_)
app.command()(audit)
app.command()(follow)
app.command()(adjust)
app.command()(export)
app.command()(seal)
app.command()(settings)
app.command()(verify)
app.command()(assess)
app.command()(decide)
app.command()(decisions)
app.command()(policies)
app.command()(simulate)
app.add_typer(ask.app, name="ask")
app.add_typer(contact.app, name="contact")
app.add_typer(evidence.app, name="evidence")
app.add_typer(identify.app, name="identify")
app.add_typer(link.app, name="link")
app.add_typer(marks.app, name="marks")
app.add_typer(names.app, name="names")
app.add_typer(request.app, name="request")


def _say_next(commands: Iterable[str], *, blank: bool = True) -> None:
    """Commands to try next, as they are called from here."""
    lines = ["Try next:", *(f"  {command.replace('takingstock', called(), 1)}" for command in commands)]
    sys.stdout.write(("\n" if blank else "") + "\n".join(lines) + "\n")


_USUAL = {"--at": "", "--policy": "proportional", "--births": "late", "--of": "received", "--item": "", "--as-of": ""}


def _trace_next(case: Path, found: Trace, asked: dict[str, str], draws: int) -> list[str]:
    """What to ask after a trace: the report, one class alone, more draws; with what was asked otherwise than usual."""
    told = [word for option, value in asked.items() if value != _USUAL[option] for word in (option, value)]
    again = ["takingstock", "trace", str(case), "--holder", found.holder, *told]
    commands = [["takingstock", "report", str(case), "--holder", found.holder]]
    if not asked["--item"] and len(found.items) > 1:
        richest = max(found.items, key=lambda one: len(one.chains))
        commands.append([*again, "--item", richest.item])
    if draws < _MANY:
        commands.append([*again, "--draws", str(min(max(1000, 10 * draws), _MANY))])
    return [shlex.join(command) for command in commands]


def _say_cut(draws: int, asked: int) -> None:
    if draws < asked:
        say(f"the time limit cut the draws short: {draws:,} of {asked:,} were made")


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. A wrong call or input is one line on standard error and exit code 2."""
    from typer.exceptions import TyperException

    try:
        code = app(args=arguments, standalone_mode=False)
        raise SystemExit(code if isinstance(code, int) else 0)
    except KeyboardInterrupt:
        say("stopped; nothing was written that was not complete")
    except TyperException as error:
        _say_usage(error)
    except Exception as error:
        # The records are imported only now: --help and --version answer without them.
        from takingstock.records.errors import TakingStockError

        if not isinstance(error, TakingStockError | OSError | ValueError):
            raise
        say(f"error: {_one_line(error)}")
    raise SystemExit(2)


def _say_usage(error: Any) -> None:
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if message.startswith("Usage:"):
        # Called with nothing: the help is the answer.
        say(message)
        return
    path = context.command_path if context else "takingstock"
    option = next(iter(getattr(getattr(error, "param", None), "opts", ())), "")
    # "Invalid value for" says nothing that the option's name and what is wrong with it do not.
    message = message.replace(f"Invalid value for '{option}': ", f"{option}: ") if option else message
    say(f"error: {message.rstrip('.')}; see: {path} --help".replace("\n", " "))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    main()
