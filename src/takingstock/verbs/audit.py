"""audit: what the books, counts and recorded movements cannot account for, with what is being done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadValueError, Finding, FindingKind, FollowUp, Record
from takingstock.verbs.desk import Desk, at_desk, counted

if TYPE_CHECKING:
    from takingstock.audit import Difference
    from takingstock.verbs.estimate import Notice


class Audited(Record):
    """Findings in a stable order; ``followups`` are those that are about one of them, by its id; ``marks`` the serials
    or lots behind a finding (sensitive: not for publication). ``asked`` are the kinds asked for; none: all.
    ``cautions`` are about the audit as a whole: movements that may be counted twice."""

    findings: tuple[Finding, ...]
    followups: tuple[FollowUp, ...] = ()
    marks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    revision: int = 0
    asked: tuple[FindingKind, ...] = ()
    cautions: tuple[str, ...] = ()

    def of(self, finding: str) -> FollowUp | None:
        """What is being done about a finding."""
        return next((one for one in self.followups if one.id == finding), None)

    def failing(self, kinds: Collection[FindingKind]) -> tuple[Finding, ...]:
        """The findings of these kinds of which anything is left."""
        return tuple(f for f in self.findings if f.kind in kinds and f.numerator.high != 0)


def audit(folder: Path, *, as_of: str = "", revision: int | None = None) -> tuple[Finding, ...]:
    """All findings of the case, in a stable order. Raises NotACaseError."""
    return audited(folder, as_of=as_of, revision=revision).findings


def audited(
    folder: Path,
    *,
    kinds: Sequence[FindingKind] = (),
    holder: str | None = None,
    as_of: str = "",
    revision: int | None = None,
    notice: Notice = None,
) -> Audited:
    """The findings of the case with their follow-ups; only of these kinds, and of this holder and its parts.

    Transfers that several sources may tell and that nobody linked are counted once in lower bounds; ``notice`` is told.
    ``as_of``: what was known by the end of that date; ``revision``: what the case held then. Raises NotACaseError,
    UnknownNameError for a holder that nobody knows, BadValueError for both times at once."""
    from takingstock.audit import listed
    from takingstock.verbs.doubles import possible_doubles, words

    with _desk(folder, as_of, revision) as desk:
        doubles = possible_doubles(desk.ledger, desk.directory, desk.taxonomy)
        if doubles and notice is not None:
            notice(words(doubles, desk.folder))
        rows = listed(desk.ledger, desk.taxonomy, desk.directory, kinds=kinds, doubles=doubles)
        if holder:
            party, part_of = desk.party(holder), desk.directory.part_of
            rows = tuple(r for r in rows if r.finding.holder == party or part_of(r.finding.holder, party))
        ids = {row.finding.id for row in rows}
        return Audited(
            findings=tuple(row.finding for row in rows),
            followups=tuple(one for one in desk.ledger.followups if one.id in ids),
            marks=tuple((row.finding.id, row.marks) for row in rows if row.marks),
            revision=desk.ledger.revision,
            asked=tuple(kinds),
            cautions=(words(doubles),) if doubles else (),
        )


def compared_with(
    folder: Path,
    other: str,
    *,
    kinds: Sequence[FindingKind] = (),
    holder: str | None = None,
    as_of: str = "",
    revision: int | None = None,
) -> tuple[Audited, Difference]:
    """The audit, and what is new, gone or changed in it against another: a revision of the case, or another case's
    folder. Raises as :func:`audited`."""
    from takingstock.audit import compared

    now = audited(folder, kinds=kinds, holder=holder, as_of=as_of, revision=revision)
    before = (
        audited(folder, kinds=kinds, holder=holder, revision=int(other))
        if other.isdecimal()
        else audited(Path(other), kinds=kinds, holder=holder)
    )
    return now, compared(before.findings, now.findings)


def kinds_of(texts: Sequence[str]) -> tuple[FindingKind, ...]:
    """Kinds as people write them: names, joined by commas. Raises BadValueError with all that there are."""
    named = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    known = {kind.value: kind for kind in FindingKind}
    for name in named:
        if name not in known:
            raise BadValueError(f"no kind of finding {name!r}; write one of {', '.join(known)}")
    return tuple(dict.fromkeys(known[name] for name in named))


@contextmanager
def _desk(folder: Path, as_of: str, revision: int | None) -> Iterator[Desk]:
    if revision is None:
        with at_desk(folder, as_of=as_of) as desk:
            yield desk
        return
    if as_of:
        raise BadValueError("a date and a revision are two ways to say when; give one of them")
    from takingstock.case import open_case
    from takingstock.catalogue import with_own
    from takingstock.linkage.linked import linked
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    with open_case(folder) as case:
        ledger, _ = counted(case, case.ledger(revision), revision)
    parties = directory(ledger.parties)
    yield Desk(Path(folder), linked(with_own(ledger, parties)), taxonomy(), parties)
