"""marks as a command."""

from __future__ import annotations

from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption
from takingstock.cli.render import Format, say, show


def marks(
    case: CasePath,
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="The mark as it stands on the item; a word before it, as in 'lot 7'.")
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="Only these: serial, lot, factory or import.")] = "",
    partial: Annotated[
        bool, typer.Option("--partial", help="Also parts of marks; ? stands for one character that cannot be read.")
    ] = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="Serials and lots in more than one record, and the links they propose.")
    ] = False,
    redaction: Annotated[
        str, typer.Option("--redaction", help="none, or public: which records, without any mark.")
    ] = "none",
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="As it was known by then.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Who bears a mark: exact first, then look-alikes (says which characters), then parts. Marks are sensitive."""
    from takingstock.records import BadValueError
    from takingstock.verbs.marks import marks as run
    from takingstock.verbs.marks import shared_marks
    from takingstock.verbs.shapes.marks import hits_table, marks_json, proposals_table, shared_table

    if redaction not in {"none", "public"}:
        raise BadValueError(f"--redaction {redaction!r}: write none or public")
    if shared == bool(text):
        raise BadValueError("give a mark to look for, or --shared for the marks that several records bear")
    public = redaction == "public"
    if not shared:
        found = run(case, text, kind=kind, partial=partial, public=public, as_of=as_of)
        show(form, marks_json(found), *hits_table(found))
        if not found.hits:
            say("no record bears that mark" + ("" if partial else "; --partial also finds parts of it"))
        return
    found = shared_marks(case, kind=kind, public=public, as_of=as_of)
    show(form, marks_json(found), *shared_table(found))
    if form is not Format.TABLE:
        return
    if found.proposals:
        show(form, None, *proposals_table(found), title="Proposed links for the trace (policy strict)")
    say(f"{len(found.shared)} shared mark(s), {len(found.proposals)} link(s) proposed; nothing is changed by it")
