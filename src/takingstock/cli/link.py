"""link: which reports are about one transfer, and who says so."""

from __future__ import annotations

from typing import Annotated

import typer

from takingstock.cli.asking import CasePath, FormatOption, me
from takingstock.cli.render import Format, say, show

app = typer.Typer(
    help="Which reports are about one transfer: what may be, what was joined or kept apart, and taking that back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; default: you.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stands in the history beside the decision.")]
KeysArgument = Annotated[list[str], typer.Argument(metavar="MOVEMENT...", help="Keys of movements, two or more.")]


SplinkOption = Annotated[
    bool, typer.Option("--splink", help="Score with Splink, for large registers (needs the extra: linkage).")
]


@app.command("list")
def list_(
    case: CasePath,
    holder: Annotated[str, typer.Option("--holder", metavar="ID", help="Only from or to this party.")] = "",
    min_score: Annotated[
        float, typer.Option("--min-score", metavar="BITS", help="Only from these log-odds (base 2) up.")
    ] = 0.0,
    splink: SplinkOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """What may be one transfer and is not joined: score, what agrees, what conflicts."""
    from takingstock.verbs.link import link_list
    from takingstock.verbs.shapes.linking import link_list_json, link_list_table

    found = link_list(case, holder=holder, min_score=min_score, splink=splink)
    show(form, link_list_json(found), *link_list_table(found))
    ready = sum(one.automatic for one in found.suggestions)
    standing = sum(not one.withdrawn for one in found.linkings)
    say(f"{len(found.suggestions)} suggestion(s), {ready} of which the rule may join; {standing} linking(s) stand")


@app.command("show")
def show_(
    case: CasePath,
    movement: Annotated[str, typer.Argument(metavar="MOVEMENT", help="Its key.")],
    form: FormatOption = Format.TABLE,
) -> None:
    """All statements under a movement side by side, with agreement and conflict."""
    from takingstock.verbs.link import link_show
    from takingstock.verbs.shapes.linking import link_show_json, link_show_table

    found = link_show(case, movement)
    show(form, link_show_json(found), *link_show_table(found))
    for one in found.linkings:
        state = "withdrawn" if one.withdrawn else "stands"
        keys = ", ".join((*one.movements, *one.statements))
        say(f"{one.kind.value} of {keys}: {one.reason} ({one.person or one.rule}; {state}; {one.id})")
    for suggestion in found.suggestions:
        say(f"may be {suggestion.relation.value}: {', '.join(suggestion.movements)} ({suggestion.score:.1f} bits)")


@app.command()
def apply(
    case: CasePath,
    by: ByOption = "",
    reason: ReasonOption = "",
    splink: SplinkOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Join what the rule may join; everything else stays a suggestion."""
    from takingstock.verbs.link import link_apply

    _told(link_apply(case, person=by or me(), reason=reason, splink=splink), form)


@app.command()
def merge(
    case: CasePath,
    movements: KeysArgument,
    reason: ReasonOption,
    parts: Annotated[
        bool, typer.Option("--parts", help="The first is a whole and the others its parts: it is not added to them.")
    ] = False,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Read movements as one, or one as the sum of the others."""
    from takingstock.verbs.link import link_merge, link_parts

    who = by or me()
    if parts:
        _told(link_parts(case, movements[0], movements[1:], person=who, reason=reason), form)
        return
    _told(link_merge(case, movements, person=who, reason=reason), form)


@app.command()
def apart(
    case: CasePath, movements: KeysArgument, reason: ReasonOption, by: ByOption = "", form: FormatOption = Format.TABLE
) -> None:
    """Say that movements are not one, however alike; no rule joins them then."""
    from takingstock.verbs.link import link_apart

    _told(link_apart(case, movements, person=by or me(), reason=reason), form)


@app.command()
def split(
    case: CasePath,
    movement: Annotated[str, typer.Argument(metavar="MOVEMENT", help="Its key.")],
    statements: Annotated[list[str], typer.Argument(metavar="STATEMENT...", help="Those that leave it.")],
    reason: ReasonOption,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Let statements leave a movement for one of their own."""
    from takingstock.verbs.link import link_split

    _told(link_split(case, movement, statements, person=by or me(), reason=reason), form)


@app.command()
def undo(
    case: CasePath,
    linking: Annotated[str, typer.Argument(metavar="LINKING", help="Its id, as link show says it.")],
    reason: ReasonOption,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take a linking back; what it had joined is held apart from then on."""
    from takingstock.verbs.link import link_undo

    _told(link_undo(case, linking, person=by or me(), reason=reason), form)


@app.command()
def withdraw(
    case: CasePath,
    rule: Annotated[str, typer.Option("--rule", metavar="ID", help="All that this rule joined.")],
    reason: ReasonOption,
    by: ByOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Take back all that a rule joined. It may be joined again: that says nothing of any pair."""
    from takingstock.verbs.link import link_withdraw

    _told(link_withdraw(case, rule=rule, person=by or me(), reason=reason), form)


def _told(made: object, form: Format) -> None:
    from takingstock.verbs.link import Linked
    from takingstock.verbs.shapes.linking import linked_json, linked_table

    assert isinstance(made, Linked)
    show(form, linked_json(made), *linked_table(made))
    for note in made.notes:
        say(f"note: {note}")
    if not made.linkings:
        say("nothing to do; the case stays as it was")
