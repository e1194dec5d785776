"""marks: who bears a serial, a lot, a factory code or an import mark, which records share one, and the links for the
trace that shared ones propose."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from takingstock.linkage.marks import Hit, Shared, Use, search, shared
from takingstock.linkage.marks_links import Proposal, proposals
from takingstock.records import BadValueError, Record
from takingstock.records.marking import MarkKind
from takingstock.verbs.desk import Desk, at_desk
from takingstock.verbs.filled import chosen

HIDDEN = "(hidden)"


class MarksFound(Record):
    """``hits`` best first, ``shared`` and ``proposals`` as asked for. ``public``: without any mark, and without what
    would tell one."""

    revision: int
    asked: str
    hits: tuple[Hit, ...] = ()
    shared: tuple[Shared, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    public: bool = False


def marks(
    folder: Path, text: str, *, kind: str = "", partial: bool = False, public: bool = False, as_of: str = ""
) -> MarksFound:
    """The records that bear a mark, best fit first: see :func:`takingstock.linkage.marks.search`. Of sightings that
    rest on evidence only what is released is looked through, and no identification of an open review.

    ``public``: which records, and not what is on them. Raises NotACaseError, BadValueError."""
    with at_desk(folder, as_of=as_of) as desk:
        found = search(
            desk.ledger,
            lambda item: ammunition_of(desk, item),
            text,
            kind=chosen(MarkKind, kind, "--kind") if kind else None,
            partial=partial,
        )
        names = _names(desk, (hit.use for hit in found))
    if public:
        found = tuple(Hit(use=_hidden(hit.use), match=hit.match) for hit in found)
    return MarksFound(
        revision=desk.ledger.revision, asked=HIDDEN if public else text, hits=found, names=names, public=public
    )


def shared_marks(folder: Path, *, kind: str = "", public: bool = False, as_of: str = "") -> MarksFound:
    """Serials and lots that stand in more than one record, and the links for the trace that those written alike
    propose. Raises NotACaseError, BadValueError for a kind that is shared by nature (factory, import)."""
    kinds = (chosen(MarkKind, kind, "--kind"),) if kind else (MarkKind.SERIAL, MarkKind.LOT)
    if not set(kinds) <= {MarkKind.SERIAL, MarkKind.LOT}:
        raise BadValueError(f"--kind {kind}: such marks are on many items by nature; ask for serial or lot")
    with at_desk(folder, as_of=as_of) as desk:

        def ammunition(item: str) -> bool:
            return ammunition_of(desk, item)

        found = shared(desk.ledger, ammunition, kinds=kinds)
        links = tuple(
            one for one in proposals(desk.ledger, desk.taxonomy, desk.directory, ammunition) if one.kind in kinds
        )
        names = _names(desk, (use for one in found for use in one.uses))
    if public:
        found = tuple(
            Shared(kind=one.kind, marks=(HIDDEN,) * len(one.marks), uses=tuple(_hidden(use) for use in one.uses))
            for one in found
        )
        # An id is made of the mark too: whoever guesses it could confirm the guess.
        links = tuple(one.model_copy(update={"mark": HIDDEN, "id": f"strict-{n}"}) for n, one in enumerate(links, 1))
    return MarksFound(
        revision=desk.ledger.revision, asked="", shared=found, proposals=links, names=names, public=public
    )


def _hidden(use: Use) -> Use:
    return use.model_copy(update={"mark": HIDDEN, "written": HIDDEN})


def ammunition_of(desk: Desk, item: str) -> bool:
    """Whether a class is ammunition, on which a bare mark is a lot."""
    return item == "ammunition" or (desk.taxonomy.has(item) and desk.taxonomy.get(item).group.value == "ammunition")


def _names(desk: Desk, uses: Iterable[Use]) -> tuple[tuple[str, str], ...]:
    """Names for people of the holders and classes that the uses name by id."""
    found: dict[str, str] = {}
    for use in uses:
        if use.holder and desk.directory.has(use.holder):
            found[use.holder] = desk.directory.name(use.holder)
        if desk.taxonomy.has(use.item):
            found[use.item] = desk.taxonomy.name(use.item)
    return tuple(sorted(found.items()))
