"""evidence: files into the vault, what is known of each, what two people confirmed, what may leave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.progress import progress
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Files into the vault, what is known of each, what two people confirmed, what may leave.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="The SHA-256 of an evidence, its first characters, or its name.")
]
PersonOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]
KeyOption = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The key file that opens secret items; it lies outside the case."),
]


@app.command()
def add(
    case: CasePath,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…", help="Files, folders, browser captures (WARC, WACZ), or an auto-archiver result."
        ),
    ],
    collector: Annotated[str, typer.Option("--collector", help="Who collected them; default: you.")] = "",
    method: Annotated[
        str,
        typer.Option("--method", help="file, download, browser-capture, auto-archiver, device, handed-over or other."),
    ] = "",
    url: Annotated[str, typer.Option("--url", help="Where they come from.")] = "",
    account: Annotated[str, typer.Option("--account", help="Who published them.")] = "",
    device: Annotated[str, typer.Option("--device", help="The device they were collected with.")] = "",
    source: Annotated[str | None, typer.Option("--source", metavar="ID", help="The case's source they belong to.")] = (
        None
    ),
    claimed_when: Annotated[
        str, typer.Option("--claimed-when", metavar="DATE", help="When the source says it was made.")
    ] = "",
    claimed_place: Annotated[str, typer.Option("--claimed-place", help="Where the source says it was made.")] = "",
    note: Annotated[str, typer.Option("--note", help="Anything else about the collection.")] = "",
    may_repeat: Annotated[
        bool, typer.Option("--may-repeat", help="Add secret files without the key, though some may be there already.")
    ] = False,
    secret: Annotated[
        bool, typer.Option("--secret", help="Encrypt files and records; make a key first: evidence key.")
    ] = False,
    key: KeyOption = None,
    cores: Annotated[int | None, typer.Option("--cores", min=1, metavar="N", help="At most so many cores.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take files into the vault: hashed, examined, kept read-only. May be stopped and run again."""
    from takingstock.verbs.evidence import add as run
    from takingstock.verbs.shapes.evidence import added_json, added_table

    with progress("Taking in") as tick:
        made = run(
            case,
            paths,
            collector=collector or me(),
            method=method,
            url=url,
            account=account,
            device=device,
            source=source,
            claimed_when=claimed_when,
            claimed_place=claimed_place,
            note=note,
            secret=secret,
            may_repeat=may_repeat,
            key=key,
            cores=cores,
            progress=tick,
        )
    show(form, added_json(made), *added_table(made))
    if form is Format.TABLE:
        for line in made.words:
            say(line)
    for line in made.cautions:
        say(f"! {line}")
    if made.cautions:
        raise typer.Exit(1)


@app.command("list")
def list_(case: CasePath, key: KeyOption = None, form: FormatOption = Format.TABLE) -> None:
    """Every distinct file, with how its examination ended and how far its source is verified."""
    from takingstock.verbs.evidence import listing
    from takingstock.verbs.shapes.evidence import list_json, list_table

    found = listing(case, key=key)
    show(form, list_json(found), *list_table(found))


@app.command("show")
def show_(case: CasePath, file: FileArgument, key: KeyOption = None, form: FormatOption = Format.TABLE) -> None:
    """All that is known of one file: claimed, embedded and file times side by side."""
    from takingstock.verbs.evidence import show as run
    from takingstock.verbs.shapes.evidence import shown_json, shown_table

    found = run(case, file, key=key)
    show(form, shown_json(found), *shown_table(found))


@app.command()
def likeness(
    case: CasePath,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="Only what is like this one.")] = None,
    within: Annotated[
        int | None, typer.Option("--within", min=0, max=256, metavar="BITS", help="At most so many of 256 bits differ.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also pairs that a person judged already.")] = False,
    pictures: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="FOLDER", help="Write a picture of each pair with where they differ."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Files that look alike: suggestions for a person to judge, nearest first."""
    from takingstock.verbs.evidence import likeness as run
    from takingstock.verbs.shapes.evidence import likeness_json, likeness_table

    found = run(case, file, within=within, everything=everything, pictures=pictures)
    show(form, likeness_json(found), *likeness_table(found))


@app.command()
def judge(
    case: CasePath,
    first: FileArgument,
    second: FileArgument,
    judgement: Annotated[str, typer.Option("--as", help="same-original, same-event or different.")],
    person: PersonOption,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Say what a pair of files is. Copies of one original are one voice from then on."""
    from takingstock.verbs.evidence import judge as run

    _say_if_secret(case, first, second)
    said = run(case, first, second, judgement=judgement, person=person, reason=reason)
    say(said.state)


@app.command()
def confirm(
    case: CasePath,
    file: FileArgument,
    aspects: Annotated[list[str], typer.Option("--aspect", help="origin, place or time; may be repeated.")],
    person: PersonOption,
    method: Annotated[str, typer.Option("--method", help="How it was found out.")],
    reason: Annotated[str, typer.Option("--reason", help="Why that is so.")],
    answer: Annotated[str, typer.Option("--answer", help="confirmed, refuted or undetermined.")] = "confirmed",
    finding: Annotated[str, typer.Option("--finding", help="What was found: the place, the date, the uploader.")] = "",
) -> None:
    """One person's answer on where a file is from, where and when it was made. Two are needed for each."""
    from takingstock.verbs.evidence import confirm as run

    _say_if_secret(case, file)
    said = run(case, file, person=person, aspects=aspects, answer=answer, method=method, reason=reason, finding=finding)
    say(f"{said.evidence[:12]}: {said.state}")


@app.command()
def clear(
    case: CasePath,
    file: FileArgument,
    person: PersonOption,
    boxes: Annotated[
        list[str] | None,
        typer.Option(
            "--hide",
            metavar="KIND=LEFT,TOP,RIGHT,BOTTOM",
            help="What to make unreadable: face, name, serial, place or other, in fractions of the picture.",
        ),
    ] = None,
    nothing: Annotated[bool, typer.Option("--nothing", help="Looked at: there is nothing to hide.")] = False,
    suggest: Annotated[
        Path | None,
        typer.Option(
            "--suggest",
            metavar="MODEL",
            help="Only print where a detector sees faces; MODEL is the file of a YuNet model.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="A remark.")] = "",
) -> None:
    """Say what must be unreadable in a picture before it leaves. Without that it does not leave."""
    from takingstock.verbs.evidence import clear as run
    from takingstock.verbs.evidence.regions import region, suggestions

    if suggest is not None:
        for line in suggestions(case, file, suggest):
            sys.stdout.write(f"{line}\n")
        return
    if bool(boxes) == nothing:
        raise typer.BadParameter("name what to hide with --hide, or say --nothing", param_hint="--hide")
    _say_if_secret(case, file)
    said = run(case, file, person=person, regions=[region(text) for text in boxes or ()], reason=reason)
    say(f"{said.evidence[:12]}: {said.state}")


@app.command()
def marks(case: CasePath, file: FileArgument, form: FormatOption = Format.TABLE) -> None:
    """Proposals of what is written on a picture (needs the extra: ocr). A person reads, the program proposes."""
    from takingstock.verbs.evidence import marks as run
    from takingstock.verbs.shapes.evidence import marks_json, marks_table

    found = run(case, file)
    show(form, marks_json(found), *marks_table(found))
    if form is Format.TABLE:
        for line in found.words:
            say(line)


@app.command()
def pdq(case: CasePath, file: FileArgument) -> None:
    """The PDQ hash of a picture and its quality, to exchange with tools that store PDQ (needs the extra: pdq)."""
    from takingstock.verbs.evidence import pdq as run

    sys.stdout.write(f"{run(case, file)}\n")


@app.command()
def prove(
    case: CasePath,
    file: FileArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The proof to write (.json).")],
) -> None:
    """Write a proof that a file stands in the sealed history; anybody checks it without the case."""
    from takingstock.verbs.evidence import prove as run

    say(run(case, file, out))


@app.command()
def key(
    case: CasePath,
    out: Annotated[Path, typer.Argument(metavar="KEYFILE", help="Where to put the key: outside the case.")],
) -> None:
    """Make the key for secret items. Who has the key file reads them; without it nobody ever does."""
    from takingstock.verbs.evidence import make_key

    made = make_key(case, out, actor=me())
    say(f"{made}: keep a copy of it in a safe place; secret items can be added now")


@app.command()
def reveal(
    case: CasePath,
    file: FileArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The key file.")],
) -> None:
    """Write the content of a secret item to a file."""
    from takingstock.verbs.evidence import reveal as run

    say(run(case, file, out, key=key))


@app.command()
def erase(
    case: CasePath,
    file: FileArgument,
    person: PersonOption,
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    sure: Annotated[bool, typer.Option("--yes", help="Yes: it cannot be brought back.")] = False,
) -> None:
    """Destroy the content of a secret item for good. The history stays whole."""
    from takingstock.verbs.evidence import erase as run

    if not sure:
        raise typer.BadParameter("what is erased cannot be brought back; say --yes", param_hint="--yes")
    _say_if_secret(case, file)
    say(run(case, file, person=person, reason=reason))


def _say_if_secret(case: Path, *files: str) -> None:
    """Before anything is written: words about a secret item are not secret."""
    from takingstock.verbs.evidence.secrecy import told_openly

    if words := told_openly(case, *files):
        say(f"! {words}")
