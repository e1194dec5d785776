"""Keeping: write a case out, seal it, and check that it is all still there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.progress import progress
from takingstock.cli.render import Format, inline, say, show, write


def export(
    case: CasePath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A folder; for the template also a file ending in .xlsx.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="template (rows), bag (the whole case, to hand over) or pictures (what may be published of them).",
        ),
    ] = "template",
    redaction: Annotated[
        str, typer.Option("--redaction", help="none, or public: without names, marks and exact places.")
    ] = "none",
) -> None:
    """Write the case's rows as our own template, the whole case as a package, or its pictures to publish."""
    from takingstock.records import BadValueError
    from takingstock.verbs import export as run

    if redaction not in ("none", "public"):
        raise BadValueError(f"--redaction {redaction!r}: write none or public")
    made = run(case, out, form=form, public=redaction == "public")
    rows = ", ".join(f"{count} {name}" for name, count in made.rows if count)
    write(f"{made.out}: {rows or 'no rows'}, revision {made.revision}\n")
    for line in made.words:
        say(line)


def seal(
    case: CasePath,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="The signing key, made on first use; default: one of this account."),
    ] = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="From here on, this key signs.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make a signed checkpoint of the history and the evidence. Keep a copy of it elsewhere."""
    from takingstock.verbs import seal as run

    made = run(case, key=key, new_key=new_key, actor=me())
    value = made.model_dump(mode="json")
    if form is not Format.TABLE:
        show(form, value, tuple(value), [tuple(str(cell) for cell in value.values())])
        return
    state = "made" if made.fresh else "nothing changed since"
    write(f"{made.checkpoint}: {state}; {made.events} events, {made.files} files, sealed {made.at}\n")
    write(f"head {made.head}\nkey  {made.key} ({made.key_file})\n")
    if made.stamped:
        say(f"time stamps came in for {', '.join(map(str, made.stamped))}")
    if made.waiting:
        say(f"waiting for a time stamp: {', '.join(map(str, made.waiting))}")
    for line in made.words:
        say(line)


def verify(
    case: CasePath,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            "--head",
            metavar="HEAD",
            help="A head noted earlier, or a checkpoint file kept elsewhere: was nothing cut off since?",
        ),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="FINGERPRINT",
            help="Of a key that may seal, as you were told it by another way; may be repeated. Default: the first one.",
        ),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Recompute the case's history and hash every file again; exit 1 if anything was altered."""
    from takingstock.verbs import verify as run

    with progress("Hashing", after=1) as tick:
        verdict = run(case, since=since, fingerprints=keys or (), progress=tick)
    if form is Format.TABLE:
        for fault in verdict.faults:
            write(f"{inline(str(fault))}\n")
        state = "sound" if verdict.sound else f"{len(verdict.faults)} fault(s)"
        files = f", {verdict.files} files" if verdict.files else ""
        files += f", {verdict.seals} checkpoints" if verdict.seals else ""
        write(f"{case}: {state}, revision {verdict.revision}{files}, head {verdict.head}\n")
        for remark in verdict.remarks:
            say(remark)
    else:
        value = verdict.model_dump(mode="json")
        found = "yes" if verdict.sound else "no", verdict.revision, verdict.head
        rows = [(*found, fault) for fault in verdict.faults] or [(*found, "")]
        show(form, value, ("sound", "revision", "head", "fault"), rows)
    if not verdict.sound:
        raise typer.Exit(1)


def settings(
    case: CasePath,
    accept: Annotated[bool, typer.Option("--accept", help="What case.toml says counts from here on.")] = False,
    person: Annotated[str, typer.Option("--by", metavar="NAME", help="Who accepts it.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """The case's settings; exit 1 if case.toml says other than the history. To change one: edit case.toml, accept."""
    from takingstock.verbs import settings as run

    if accept != bool(person):
        raise typer.BadParameter("to accept, say --accept and who you are: --by NAME", param_hint="--accept")
    found = run(case, accept=accept, person=person, reason=reason)
    value = found.model_dump(mode="json")
    review = found.stated.review
    rows = [(name, text) for name, text in value["stated"].items() if name != "review"]
    rows += [(f"review.{name}", str(getattr(review, name))) for name in ("people", "experts")]
    rows.append(("review.experts_named", ", ".join(review.experts_named)))
    show(form, value, ("setting", "case.toml"), rows)
    if form is Format.TABLE:
        for line in found.unaccepted:
            say(f"! not accepted: {line}")
        if found.accepted:
            say(f"accepted, revision {found.revision}")
        elif not found.kept:
            say("the history does not hold the settings yet; the next write or seal keeps them")
    if found.unaccepted:
        raise typer.Exit(1)
