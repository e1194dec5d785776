"""The command import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.asking import FormatOption, me
from takingstock.cli.progress import progress
from takingstock.cli.render import Format, say, show


def import_(
    case: Annotated[
        Path | None, typer.Argument(metavar="CASE", help="The case: a folder made by init or demo.")
    ] = None,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A workbook, CSV, TSV, JSON lines or Parquet file, or a folder of CSV files; - is stdin.",
        ),
    ] = "",
    reader: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Which reader; default: recognised, and said.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")] = False,
    coverage: Annotated[
        str,
        typer.Option("--coverage", metavar="PERIOD", help="What a register covers, if its file does not say: 1995.."),
    ] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who imports, for the history; default: you.")] = "",
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="For a bag: the key of the case, if it locked some.")
    ] = None,
    reporter: Annotated[
        str, typer.Option("--reporter", metavar="STATE", help="Whose report it is, if its file does not say.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="ID", help="The source of the case under which the rows are to stand.")
    ] = "",
    released: Annotated[
        str, typer.Option("--released", metavar="DAY", help="When the publisher released it: 2024-03-11.")
    ] = "",
    complete: Annotated[
        bool,
        typer.Option("--complete", help="A whole release: what the case holds of the register and it does not goes."),
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="YAML", help="Which columns of the table mean what.")
    ] = None,
    suggest: Annotated[
        Path | None,
        typer.Option("--suggest-mapping", metavar="FILE", help="Draft a mapping for this table; nothing is imported."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a file into the case. Every row ends in the ledger, in review or in the rejects file.

    A bag (export --format bag) makes the case anew: name a folder that does not exist."""
    from takingstock.verbs import import_file
    from takingstock.verbs.shapes import import_json, import_table

    if suggest:
        from takingstock.verbs.importing import suggest_mapping

        sys.stdout.write(suggest_mapping(suggest))
        return
    if case is None or not file:
        raise typer.BadParameter("name the case and the file: import CASE FILE")
    if mapping and reader:
        raise typer.BadParameter("--as and --mapping are two ways to read a file; give one of them")
    with _readable(file) as path, progress(f"Importing {Path(file).name}") as tick:
        report = import_file(
            case,
            path,
            reader=reader,
            dry_run=dry_run,
            actor=actor or me(),
            progress=tick,
            coverage=coverage,
            key=key,
            reporter=reporter,
            source=source,
            released=released,
            complete=complete,
            mapping=mapping,
        )
    show(form, import_json(report), *import_table(report))
    for note in report.notes:
        say(f"note: {note}")
    if report.rejected:
        where = f"; see {report.rejects_file}" if report.rejects_file else ""
        say(f"{report.rejected} of {report.read} rows rejected{where}")
        # A dry run writes no rejects file, so it says them all.
        shown = report.rejects if dry_run else report.rejects[:5]
        for rejected in shown:
            place = f"{rejected.sheet} line {rejected.line}" if rejected.sheet else f"line {rejected.line}"
            say(f"  {place}: {rejected.reason}")
        if report.rejected > len(shown):
            say(f"  and {report.rejected - len(shown)} more{'' if dry_run else ' in the file'}")


@contextmanager
def _readable(file: str) -> Iterator[Path]:
    """The file's path; what comes on standard input is put into a temporary file first."""
    if file != "-":
        yield Path(file)
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stdin"
        path.write_bytes(sys.stdin.buffer.read())
        yield path
