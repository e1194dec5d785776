"""marks links, link, unlink: what a shared serial or lot proposes for a trace, and what a person holds of it.

A link is a row of its own and changes no statement; withdrawn, it stays in the case and counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from takingstock.linkage.marks_held import held, link_id
from takingstock.linkage.marks_links import Proposal, proposals
from takingstock.records import BadValueError, ConflictError, MarkLink, Movement, Record, UnknownNameError
from takingstock.verbs.desk import Desk, at_desk
from takingstock.verbs.marks import HIDDEN, ammunition_of


class MarkLinks(Record):
    """``proposals`` that no link takes up yet, in the order of their numbers (from 1); ``links``, withdrawn ones too.
    ``public``: without any mark, and without what would tell one."""

    revision: int
    proposals: tuple[Proposal, ...] = ()
    links: tuple[MarkLink, ...] = ()
    public: bool = False


class MarksLinked(Record):
    """The links written by one event (none: nothing to do, and no event), and what to know of them."""

    links: tuple[MarkLink, ...]
    revision: int
    notes: tuple[str, ...] = ()


def mark_links(folder: Path, *, public: bool = False) -> MarkLinks:
    """What shared marks propose and no link takes up, and all links. Raises NotACaseError."""
    with at_desk(folder) as desk:
        found, links, revision = _proposed(desk), desk.ledger.marklinks, desk.ledger.revision
    if public:
        # Ids are made of the mark too: whoever guesses it could confirm the guess.
        found = tuple(one.model_copy(update={"mark": HIDDEN, "id": f"strict-{n}"}) for n, one in enumerate(found, 1))
        links = tuple(
            one.model_copy(update={"mark": HIDDEN, "id": f"link-{n}", "reason": HIDDEN})
            for n, one in enumerate(links, 1)
        )
    return MarkLinks(revision=revision, proposals=found, links=links, public=public)


def mark_link(
    folder: Path,
    receipt: str,
    issue: str,
    *,
    mark: str,
    kind: str = "",
    quantity: float | None = None,
    sightings: Sequence[str] = (),
    person: str,
    reason: str,
) -> MarksLinked:
    """Hold that goods of ``issue`` had come by ``receipt``: see :func:`takingstock.linkage.marks_held.held`.

    Raises NotACaseError, UnknownNameError, BadValueError for what the record does not allow or for no reason, and
    ConflictError where the links of a movement would know more than it moved."""
    with at_desk(folder) as desk:
        made = held(
            desk.ledger,
            desk.taxonomy,
            desk.directory,
            lambda item: ammunition_of(desk, item),
            receipt=receipt,
            issue=issue,
            mark=mark,
            kind=kind,
            quantity=quantity,
            sightings=tuple(sightings),
            person=person,
            reason=reason,
        )
        return _write(desk, (made.link,), person, reason, made.notes)


def mark_link_proposed(
    folder: Path, proposal: str, *, quantity: float | None = None, person: str, reason: str
) -> MarksLinked:
    """Hold what a proposal says, by its id or its number in :func:`mark_links`; ``quantity``: fewer than it proposes.

    Raises NotACaseError, UnknownNameError for a proposal that is not there, BadValueError for one that is open (a
    movement is missing), ConflictError as :func:`mark_link`."""
    with at_desk(folder) as desk:
        found = _proposed(desk)
        by_name = {one.id: one for one in found} | {str(n): one for n, one in enumerate(found, 1)}
        if proposal not in by_name:
            raise UnknownNameError(f"no proposal {proposal!r} waits; {len(found)} do: see marks links")
        one = by_name[proposal]
        if one.open:
            raise BadValueError(
                f"{one.id} is open: {one.reason}; record the movement, or name both: marks link CASE {one.receipt} "
                "ISSUE --mark …"
            )
    return mark_link(
        folder,
        one.receipt,
        one.issue,
        mark=one.mark,
        kind=one.kind,
        quantity=quantity if quantity is not None else (one.quantity.best if one.kind == "lot" else None),
        sightings=one.sightings,
        person=person,
        reason=reason,
    )


def mark_unlink(folder: Path, link: str, *, person: str, reason: str) -> MarksLinked:
    """Withdraw a link: the row stays, and counts no more. Raises NotACaseError, UnknownNameError for a link that does
    not stand, BadValueError for no reason."""
    with at_desk(folder) as desk:
        stored = _stored(desk)
        standing = [one.id for one in stored.values() if not one.withdrawn]
        if link not in standing:
            known = ", ".join(standing[:3]) or "none"
            raise UnknownNameError(f"no link {link!r} stands; standing are {known}; see marks links")
        return _write(desk, (stored[link].model_copy(update={"withdrawn": True}),), person, reason)


def _proposed(desk: Desk) -> tuple[Proposal, ...]:
    made = proposals(desk.ledger, desk.taxonomy, desk.directory, lambda item: ammunition_of(desk, item))
    taken = {link_id(one.kind, one.mark, one.receipt, one.issue) for one in desk.ledger.marklinks if not one.withdrawn}
    return tuple(one for one in made if link_id(one.kind, one.mark, one.receipt, one.issue) not in taken)


def _stored(desk: Desk) -> dict[str, MarkLink]:
    """The links as they stand in the case, under the keys they were written with."""
    from takingstock.case import open_case

    with open_case(desk.folder) as case:
        return {one.id: one for one in case.ledger().marklinks}


def _write(desk: Desk, rows: Sequence[MarkLink], person: str, reason: str, notes: tuple[str, ...] = ()) -> MarksLinked:
    from takingstock.case import Rows, open_case
    from takingstock.records.person import checked_name

    person = checked_name(person)
    if not reason.strip():
        raise BadValueError("say why with --reason; it stands in the history beside the decision")
    there = {one.id: one for one in desk.ledger.marklinks}
    new = tuple(row for row in rows if _said(there.get(row.id)) != _said(row))
    touched = {key for row in new for key in (row.receipt, row.issue) if not row.withdrawn}
    _within(desk, there | {row.id: row for row in new}, touched)
    with open_case(desk.folder) as case:
        if new:
            case.write(Rows(marklinks=new), actor=person, reason=reason, expected_revision=desk.ledger.revision)
        return MarksLinked(links=new, revision=case.revision, notes=notes)


def _said(link: MarkLink | None) -> object:
    """What a link says, whoever says it and why: said again it is no news."""
    return link and link.model_dump(exclude={"person", "reason"})


def _within(desk: Desk, links: Mapping[str, MarkLink], touched: set[str]) -> None:
    """Raises ConflictError where links know more of a movement that is touched than it moved at most."""
    from takingstock.trace.marked import wanted

    movements: dict[str, Movement] = {one.key: one for one in desk.ledger.movements(desk.directory.part_of)}
    amounts = wanted(links.values(), movements)
    for place, does in enumerate(("supplies", "takes")):
        total: dict[str, float] = {}
        for ends, amount in amounts.items():
            total[ends[place]] = total.get(ends[place], 0.0) + amount
        for key, amount in total.items():
            most = movements[key].quantity.high
            if key in touched and most is not None and amount > most * (1 + 1e-9):
                raise ConflictError(
                    f"{key} moved {most:,.0f} at most and by its links {does} {amount:,.0f}: link fewer with "
                    "--quantity, or take a link back with marks unlink"
                )
