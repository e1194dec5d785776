"""link: which reports are about one transfer: suggested, joined by a rule or a person, kept apart, split, taken back.

No statement is ever changed. A linking says under which key statements are read; withdrawn, it is as if it had never
been. Every change is one event.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from takingstock.linkage.transfers_suggested import SHOWN, TRANSFER_RULE, LinkSuggestion, linking_id
from takingstock.records import (
    BadValueError,
    Conflict,
    ConflictError,
    Ledger,
    Linking,
    LinkKind,
    Movement,
    Record,
    Stage,
    Statement,
    UnknownNameError,
)

if TYPE_CHECKING:
    from takingstock.linkage.transfers_matching import Scorer
    from takingstock.reference.parties import Directory
    from takingstock.reference.taxonomy import Taxonomy
    from takingstock.verbs.desk import Desk
    from takingstock.verbs.estimate import Notice


EARLIEST_FIRST: Final = (
    Stage.REFUSED,
    Stage.NEGOTIATED,
    Stage.NOTIFIED,
    Stage.AUTHORISED,
    Stage.ORDERED,
    Stage.DELIVERED,
)


class Suggested(Record):
    """The suggestions of a case, best first, and its linkings (withdrawn ones too)."""

    revision: int
    suggestions: tuple[LinkSuggestion, ...]
    linkings: tuple[Linking, ...]


class StageShown(Record):
    """What is said of one stage of a movement: ids of statements, and what they say differently. A figure authorised
    and another delivered are no conflict: they speak of two stages."""

    stage: Stage
    statements: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


class Shown(Record):
    """A movement as linked: its view, the statements under it as they stand in the case (by stage, the earliest first),
    what they say stage by stage, and what bears on it."""

    movement: Movement
    statements: tuple[Statement, ...]
    stages: tuple[StageShown, ...] = ()
    linkings: tuple[Linking, ...] = ()
    suggestions: tuple[LinkSuggestion, ...] = ()


class Linked(Record):
    """The linkings written by one event (none: nothing to do, and no event), and what to know of them."""

    linkings: tuple[Linking, ...]
    revision: int
    notes: tuple[str, ...] = ()


def _scorer(splink: bool) -> Scorer | None:
    """Who scores: ours, or Splink for large registers, with the same answer."""
    if not splink:
        return None
    from takingstock.linkage.with_splink import scored_by_splink

    return scored_by_splink


def link_list(folder: Path, *, holder: str = "", min_score: float = SHOWN, splink: bool = False) -> Suggested:
    """What may be one transfer and is not joined, from ``min_score`` (log-odds, base 2) up; only of a ``holder`` (an id
    or a name) and its parts, as supplier or recipient. ``splink``: score with Splink (extra ``linkage``).

    Raises NotACaseError, UnknownNameError, NoSplinkError."""
    from takingstock.linkage.transfers import suggestions

    ledger, directory, taxonomy = _known(folder)
    found = [one for one in suggestions(ledger, directory, taxonomy, scorer=_scorer(splink)) if one.score >= min_score]
    if holder:
        keys = _keys_of(ledger, directory, holder if directory.has(holder) else directory.resolve(holder).id)
        found = [one for one in found if keys & set(one.movements)]
    return Suggested(revision=ledger.revision, suggestions=tuple(found), linkings=ledger.linkings)


def link_show(folder: Path, movement: str) -> Shown:
    """All statements under a movement side by side, what joins or parts them, and what may belong to it as well.

    Raises NotACaseError, UnknownNameError for a key that the case does not hold."""
    from takingstock.linkage.linked import linked
    from takingstock.linkage.transfers import suggestions
    from takingstock.records import derive

    ledger, directory, taxonomy = _known(folder)
    read = linked(ledger)
    key = _key(movement, ledger, read)
    under = [one for one in read.statements if one.movement == key]
    # A share of what is reported on a whole is no row of the case: it is shown as it is read.
    raw = {one.id: ledger.statement_by_id.get(one.id, one) for one in under}
    keys = {key} | {one.movement for one in raw.values()}
    view = derive(key, under, read.source_by_id, directory.part_of)
    stages = []
    for stage in (one for one in EARLIEST_FIRST if any(said.stage is one for said in under)):
        told = derive(key, [one for one in under if one.stage is stage], read.source_by_id, directory.part_of)
        stages.append(StageShown(stage=stage, statements=told.statements, conflicts=told.conflicts))
    return Shown(
        movement=view,
        statements=tuple(raw[id] for one in stages for id in one.statements),
        stages=tuple(stages),
        linkings=tuple(one for one in ledger.linkings if keys & {*one.movements, one.into}),
        suggestions=tuple(one for one in suggestions(ledger, directory, taxonomy) if key in one.movements),
    )


def link_apply(folder: Path, *, person: str, reason: str = "", splink: bool = False) -> Linked:
    """Write what the rule may join, in one event in the name of the ``person`` who asked for it.

    Raises NotACaseError, BadValueError for no person."""
    from takingstock.linkage.transfers import mergers

    ledger, directory, taxonomy = _known(folder)
    rows = mergers(ledger, directory, taxonomy, scorer=_scorer(splink))
    return _write(folder, ledger, rows, person, reason or f"{len(rows)} linkings by {TRANSFER_RULE}")


def link_merge(folder: Path, movements: Sequence[str], *, person: str, reason: str) -> Linked:
    """Read the movements as one. Raises NotACaseError, UnknownNameError, BadValueError, and ConflictError where a
    person holds two of them apart: that has to be undone first."""
    from takingstock.linkage.linked import linked

    ledger, _, _ = _known(folder)
    read = linked(ledger)
    keys = tuple(sorted({_key(one, ledger, read) for one in movements}))
    if len(keys) < 2:
        raise BadValueError(f"{', '.join(movements)}: one movement already, or only one is named; name two or more")
    _refuse_held(ledger, keys)
    _refuse_unlike(read, keys)
    row = _row(LinkKind.MERGE, keys, person, reason)
    return _write(folder, ledger, (row,), person, reason, _twice(read, keys))


def link_parts(folder: Path, whole: str, parts: Sequence[str], *, person: str, reason: str) -> Linked:
    """Read a movement as the sum of others, so that it is heard under each of them and not added to them.

    Raises NotACaseError, UnknownNameError, BadValueError for what cannot be its parts (another stage, supplier or
    class, a sum that is another figure), and ConflictError where a movement is a whole or a part already."""
    from takingstock.linkage.linked import linked
    from takingstock.verbs.link_parts import refuse_no_parts

    ledger, directory, _ = _known(folder)
    read = linked(ledger)
    taken = {key: one.id for one in _standing(ledger, LinkKind.PARTS) for key in (*one.movements, one.into)}
    named = [whole, *parts]
    if again := [key for key in named if key in taken]:
        raise ConflictError(f"{again[0]} is a whole or a part already by {taken[again[0]]}; undo that linking first")
    top, *keys = (_key(one, ledger, read) for one in named)
    own = tuple(sorted(set(keys)))
    if len(own) < 2 or len(own) < len(keys) or top in own:
        raise BadValueError("name the whole first, then two or more other movements that are its parts")
    _refuse_held(ledger, (top, *own))
    _refuse_unlike(read, (top, *own))
    refuse_no_parts(read, directory, top, own)
    row = _row(LinkKind.PARTS, own, person, reason, into=top)
    return _write(folder, ledger, (row,), person, reason)


def _refuse_unlike(read: Ledger, keys: Sequence[str]) -> None:
    """What was refused was not delivered, and goods of another kind or unit are other goods, whoever says so.

    Raises BadValueError, naming what does not go together."""
    from takingstock.reference.items import taxonomy

    rows = [one for one in read.statements if one.movement in set(keys)]
    if len({one.stage is Stage.REFUSED for one in rows}) > 1:
        raise BadValueError("what was refused and what was not cannot be one movement; keep them apart")
    if len(units := {one.quantity.unit for one in rows if one.quantity.known}) > 1:
        raise BadValueError(f"{' and '.join(sorted(unit.value for unit in units))} cannot be one movement")
    table = taxonomy()
    for one in rows:
        for other in rows:
            kin = one.item.partition(".")[0] == other.item.partition(".")[0]
            if not (kin or table.is_a(one.item, other.item) or table.is_a(other.item, one.item)):
                raise BadValueError(f"{one.item} and {other.item} are different goods and cannot be one movement")


def link_apart(folder: Path, movements: Sequence[str], *, person: str, reason: str) -> Linked:
    """Say that the movements are not one, however alike: no rule joins them. Raises NotACaseError, UnknownNameError,
    BadValueError, and ConflictError where they are joined: undo that linking instead, which holds them apart too."""
    from takingstock.linkage.linked import linked

    ledger, _, _ = _known(folder)
    read = linked(ledger)
    if len(set(movements)) < 2:
        raise BadValueError("only one movement is named; name the two or more that are not one")
    keys = tuple(sorted({_key(one, ledger, read) for one in movements}))
    if len(keys) < len(set(movements)):
        joined = ", ".join(one.id for one in _standing(ledger, LinkKind.MERGE) if set(one.movements) & set(movements))
        raise ConflictError(
            f"{', '.join(movements)} are joined by {joined}; undo that linking, or split a statement off"
        )
    return _write(folder, ledger, (_row(LinkKind.APART, keys, person, reason),), person, reason)


def link_split(folder: Path, movement: str, statements: Sequence[str], *, person: str, reason: str) -> Linked:
    """Let statements leave a movement for one of their own; no rule joins the two again.

    Raises NotACaseError, UnknownNameError, and BadValueError where a statement is not under the movement or where none
    would stay."""
    from takingstock.linkage.linked import linked

    ledger, _, _ = _known(folder)
    read = linked(ledger)
    key = _key(movement, ledger, read)
    under = {one.id for one in read.statements if one.movement == key}
    leaving = tuple(sorted(set(statements)))
    if lost := [id for id in leaving if id not in under]:
        raise BadValueError(f"{', '.join(lost)} is not under {key}; under it are {', '.join(sorted(under))}")
    if shares := [id for id in leaving if id not in ledger.statement_by_id]:
        raise ConflictError(
            f"{shares[0]} is a share of what is reported on a whole; undo the linking that says so first"
        )
    if not leaving or len(leaving) == len(under):
        raise BadValueError(f"name some of the statements of {key}, not all and not none: {', '.join(sorted(under))}")
    for one in _standing(ledger, LinkKind.SPLIT):
        if set(leaving) & set(one.statements):
            raise ConflictError(f"{', '.join(one.statements)} was split off already by {one.id}; undo that first")
    into = f"{key}-{linking_id(LinkKind.SPLIT, (key,), person, leaving).rpartition('-')[2]}"
    # A split speaks of the key that the statement has in the case, before any merge.
    raw: dict[str, list[str]] = {}
    for id in leaving:
        raw.setdefault(ledger.statement_by_id[id].movement, []).append(id)
    rows = [_row(LinkKind.SPLIT, (own,), person, reason, ids, into) for own, ids in sorted(raw.items())]
    if key not in raw:
        # Held apart from what stays as well, since the split names another key.
        rows.append(_row(LinkKind.APART, tuple(sorted((key, into))), person, reason))
    return _write(folder, ledger, rows, person, reason)


def link_undo(folder: Path, linking: str, *, person: str, reason: str) -> Linked:
    """Withdraw a linking. What a merge had joined is held apart from then on, so that no rule joins it again.

    Raises NotACaseError, UnknownNameError for a linking that does not stand."""
    from takingstock.linkage.linked import merged_keys

    ledger, _, _ = _known(folder)
    standing = {one.id: one for one in ledger.linkings if not one.withdrawn}
    if linking not in standing:
        known = ", ".join(sorted(standing)[:3]) or "none"
        raise UnknownNameError(f"no linking {linking!r} stands; standing are {known}; see link list --format json")
    one = standing[linking]
    rows = [one.model_copy(update={"withdrawn": True})]
    if one.kind is LinkKind.MERGE:
        rows.append(_row(LinkKind.APART, one.movements, person, reason))
    left = merged_keys(other for other in ledger.linkings if other.id != one.id)
    still = len({left.get(key, key) for key in one.movements}) < len(one.movements)
    notes = ("other linkings still join some of them; see link show",) if still else ()
    return _write(folder, ledger, rows, person, reason, notes if one.kind is LinkKind.MERGE else ())


def link_withdraw(folder: Path, *, rule: str, person: str, reason: str) -> Linked:
    """Take back all that a rule joined, in one event. The rule may join it again: this says nothing of any pair.

    Raises NotACaseError, UnknownNameError where nothing by that rule stands."""
    ledger, _, _ = _known(folder)
    rows = [one for one in ledger.linkings if one.rule == rule and not one.withdrawn]
    if not rows or not rule:
        known = ", ".join(sorted({one.rule for one in ledger.linkings if one.rule and not one.withdrawn})) or "none"
        raise UnknownNameError(f"nothing stands by the rule {rule!r}; rules that joined something: {known}")
    return _write(folder, ledger, [one.model_copy(update={"withdrawn": True}) for one in rows], person, reason)


def tell_doubles(desk: Desk, notice: Notice) -> None:
    """Tell ``notice`` how many movements are likely told twice and not linked, and so counted twice."""
    from takingstock.linkage.transfers import open_doubles

    if notice is None:
        return
    found = open_doubles(desk.ledger, desk.directory, desk.taxonomy)
    if found:
        keys = {key for one in found for key in one.movements}
        notice(
            f"{len(keys)} movements in {len(found)} groups may be fewer transfers, told by several sources, and are "
            f"counted as they stand; see link list {desk.folder}"
        )


def _known(folder: Path) -> tuple[Ledger, Directory, Taxonomy]:
    from takingstock.case import open_case
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    with open_case(folder) as case:
        ledger = case.ledger()
    return ledger, directory(ledger.parties), taxonomy()


def _write(
    folder: Path,
    ledger: Ledger,
    rows: Sequence[Linking],
    person: str,
    reason: str,
    notes: tuple[str, ...] = (),
) -> Linked:
    from takingstock.case import Rows, open_case
    from takingstock.records.person import checked_name

    person = checked_name(person)
    if not reason.strip():
        raise BadValueError("say why with --reason; it stands in the history beside the decision")
    there = {one.id: one for one in ledger.linkings}
    new = tuple(row for row in rows if there.get(row.id) != row)
    with open_case(folder) as case:
        if new:
            case.write(Rows(linkings=new), actor=person, reason=reason, expected_revision=ledger.revision)
        return Linked(linkings=new, revision=case.revision, notes=notes)


def _row(
    kind: LinkKind,
    keys: tuple[str, ...],
    person: str,
    reason: str,
    statements: Sequence[str] = (),
    into: str = "",
) -> Linking:
    from takingstock.records.person import checked_name

    person = checked_name(person)
    return Linking(
        id=linking_id(kind, (*keys, into) if kind is LinkKind.PARTS else keys, person, statements),
        kind=kind,
        movements=keys,
        statements=tuple(statements),
        into=into,
        person=person,
        reason=reason,
    )


def _key(text: str, ledger: Ledger, read: Ledger) -> str:
    """The key under which a movement is read, given that key or one merged into it. Raises UnknownNameError."""
    from takingstock.linkage.linked import merged_keys

    keys = {one.movement for one in read.statements}
    key = merged_keys(ledger.linkings).get(text, text)
    if key in keys:
        return key
    whole = next((one for one in _standing(ledger, LinkKind.PARTS) if one.into == key), None)
    if whole is not None:
        raise UnknownNameError(
            f"{text} is read in its parts {', '.join(whole.movements)}, by {whole.id}; name one of them"
        )
    from rapidfuzz import process

    near = [name for name, _, _ in process.extract(text, sorted(keys), limit=3, score_cutoff=60)]
    hint = f"did you mean {', '.join(near)}?" if near else "see link list, or export the case, for the keys"
    raise UnknownNameError(f"no movement {text!r} in the case; {hint}")


def _standing(ledger: Ledger, kind: LinkKind) -> list[Linking]:
    return [one for one in ledger.linkings if one.kind is kind and not one.withdrawn]


def _refuse_held(ledger: Ledger, keys: tuple[str, ...]) -> None:
    """Raises ConflictError where a person holds two of the groups apart."""
    from takingstock.linkage.blocking import kept_apart, members_of

    members = members_of(ledger)
    of = {member: key for key in keys for member in members(key)}
    for one in ledger.linkings:
        if any(of.get(a, a) != of.get(b, b) and a in of and b in of for a, b in kept_apart((one,))):
            raise ConflictError(
                f"{one.person or one.rule} holds them apart ({one.reason}); if that was wrong, "
                f"undo linking {one.id} first"
            )


def _twice(read: Ledger, keys: tuple[str, ...]) -> tuple[str, ...]:
    """A note where one source would then speak twice of one transfer."""
    groups: dict[str, set[str]] = {}
    for one in read.statements:
        if one.movement in keys:
            groups.setdefault(one.source, set()).add(one.movement)
    return tuple(
        f"{source} has {len(found)} of these movements: the quantity of the best ranked of its statements stands, "
        "they are not added up"
        for source, found in sorted(groups.items())
        if len(found) > 1
    )


def _keys_of(ledger: Ledger, directory: Directory, party: str) -> set[str]:
    """The movements, as linked, from or to the party and its parts."""
    from takingstock.linkage.linked import linked

    return {
        one.movement
        for one in linked(ledger).statements
        for other in (one.from_party, one.to_party)
        if other and (other == party or directory.part_of(other, party))
    }
