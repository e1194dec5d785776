"""marks: who bears a mark, and the links for the trace that shared marks propose."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

_FIND = "find"


class _Found(TyperGroup):
    """`marks CASE TEXT` is `marks find CASE TEXT`: what is asked most needs no second word."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in self.commands and args[0] not in {"-h", "--help"}:
            args = [_FIND, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Found,
    help="Who bears a mark ('marks CASE TEXT' is 'marks find CASE TEXT'), and what shared serials and lots tie "
    "together for trace --policy strict.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; default: you.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stands in the history beside the decision.")]
RedactionOption = Annotated[str, typer.Option("--redaction", help="none, or public: which records, without any mark.")]


@app.command(_FIND)
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
    redaction: RedactionOption = "none",
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="As it was known by then.")] = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Who bears a mark: exact first, then look-alikes (says which characters), then parts. Marks are sensitive."""
    from takingstock.records import BadValueError
    from takingstock.verbs.marks import marks as run
    from takingstock.verbs.marks import shared_marks
    from takingstock.verbs.shapes.marks import hits_table, marks_json, proposals_table, shared_table

    public = _public(redaction)
    if shared == bool(text):
        raise BadValueError("give a mark to look for, or --shared for the marks that several records bear")
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


@app.command()
def links(case: CasePath, redaction: RedactionOption = "none", form: FormatOption = Format.TABLE) -> None:
    """What shared serials and lots propose for the trace, by number, and what persons hold of it."""
    from takingstock.verbs.marklinks import mark_links
    from takingstock.verbs.shapes.marks import mark_links_json, mark_links_table

    found = mark_links(case, public=_public(redaction))
    show(form, mark_links_json(found), *mark_links_table(found))
    standing = sum(not one.withdrawn for one in found.links)
    waiting = sum(not one.open for one in found.proposals)
    say(f"{waiting} of {len(found.proposals)} proposal(s) can be linked; {standing} link(s) stand")


@app.command()
def link(
    case: CasePath,
    receipt: Annotated[
        str, typer.Argument(metavar="RECEIPT|PROPOSAL", help="The movement they came by; or a proposal's number or id.")
    ],
    reason: ReasonOption,
    issue: Annotated[str, typer.Argument(metavar="ISSUE", help="The movement by which they went on.")] = "",
    mark: Annotated[str, typer.Option("--mark", metavar="MARK", help="As it stands on the item: 'lot 7'.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="serial or lot, where no word before the mark says so.")] = "",
    quantity: Annotated[
        float | None,
        typer.Option("--quantity", metavar="N", help="Of a lot, how many are known; default: all that fit."),
    ] = None,
    sighting: Annotated[
        list[str] | None, typer.Option("--sighting", metavar="ID", help="A sighting that shows it; may be repeated.")
    ] = None,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Hold that goods of ISSUE had come by RECEIPT, by a serial or lot; trace --policy strict follows it."""
    from takingstock.records import BadValueError
    from takingstock.verbs.marklinks import mark_link, mark_link_proposed

    who = by or me()
    if not issue:
        if mark or kind or sighting:
            raise BadValueError("name both movements and --mark, or only a proposal of marks links")
        _told(mark_link_proposed(case, receipt, quantity=quantity, person=who, reason=reason), form)
        return
    if not mark:
        raise BadValueError("say by which mark with --mark, such as --mark 'lot 7'")
    made = mark_link(
        case,
        receipt,
        issue,
        mark=mark,
        kind=kind,
        quantity=quantity,
        sightings=sighting or (),
        person=who,
        reason=reason,
    )
    _told(made, form)


@app.command()
def unlink(
    case: CasePath,
    link: Annotated[str, typer.Argument(metavar="LINK", help="Its id, as marks links says it.")],
    reason: ReasonOption,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Withdraw a link; the row stays in the case and counts no more."""
    from takingstock.verbs.marklinks import mark_unlink

    _told(mark_unlink(case, link, person=by or me(), reason=reason), form)


def _public(redaction: str) -> bool:
    from takingstock.records import BadValueError

    if redaction not in {"none", "public"}:
        raise BadValueError(f"--redaction {redaction!r}: write none or public")
    return redaction == "public"


def _told(made: object, form: Format) -> None:
    from takingstock.verbs.marklinks import MarksLinked
    from takingstock.verbs.shapes.marks import marks_linked_json, marks_linked_table

    assert isinstance(made, MarksLinked)
    show(form, marks_linked_json(made), *marks_linked_table(made))
    for note in made.notes:
        say(f"note: {note}")
    if not made.links:
        say("nothing to do; the case stays as it was")
