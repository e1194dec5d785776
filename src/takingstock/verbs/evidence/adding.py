"""add: files into the vault of a case, one history event each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.records import (
    BadValueError,
    CollectionMethod,
    DateRange,
    EvidenceAdded,
    Record,
    Rejected,
    StepResult,
    UnknownNameError,
)

if TYPE_CHECKING:
    from takingstock.case import Case, Delta
    from takingstock.evidence.ingest import Intake


class AddedFile(Record):
    """``outcome`` is added, another source (the case had the file, this record of where it is from is new) or known."""

    sha256: str
    name: str
    outcome: str
    media_type: str
    words: str
    steps: tuple[StepResult, ...] = ()


class Added(Record):
    """Every file that was named is in exactly one of ``files`` and ``rejects``."""

    revision: int
    files: tuple[AddedFile, ...]
    rejects: tuple[Rejected, ...]
    recovered: int
    words: tuple[str, ...]

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.files)


def add(
    folder: Path,
    paths: Sequence[Path],
    *,
    collector: str,
    method: str = "",
    url: str = "",
    account: str = "",
    device: str = "",
    source: str | None = None,
    claimed_when: str = "",
    claimed_place: str = "",
    note: str = "",
    secret: bool = False,
    key: Path | None = None,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Added:
    """Take files, folders, browser captures and archiver results in. A bad file ends itself only; what is in the case
    is not added twice, so that a run which was stopped may be run again. ``secret``: files and records are encrypted
    to the case's key; with ``key`` those that are there already are recognised.

    Raises NotACaseError, BadFileError for a path that does not exist, BadValueError, UnknownNameError for a source
    that the case does not have."""
    from takingstock.case import open_case
    from takingstock.evidence.ingest import ingest
    from takingstock.evidence.sources import incoming
    from takingstock.evidence.vault import Vault

    if method and method not in set(CollectionMethod):
        raise BadValueError(f"--method {method!r}: write one of {', '.join(CollectionMethod)}")
    common: dict[str, Any] = {
        "collector": collector,
        "method": method,
        "url": url,
        "account": account,
        "device": device,
        "source": source,
        "claimed_when": DateRange.parse(claimed_when) if claimed_when else None,
        "claimed_place": claimed_place,
        "operator_note": note,
    }
    common = {name: value for name, value in common.items() if value}
    with open_case(folder) as case:
        _check(case, source, secret)
        archive = case.archive()
        known = {one.id for one in archive.evidence} | _secret_ones(case, key)
        files = incoming(paths) if _streams(paths) else tuple(incoming(paths))
        trust = case.settings.beside(case.folder, case.settings.trust)
        report = ingest(
            Vault(case.folder),
            files,
            known=known,
            collections={one.id for one in archive.collections},
            commit=lambda intakes: _commit(case, intakes, collector),
            common=common,
            recipient=case.settings.recipient if secret else "",
            trust=trust,
            cores=cores,
            progress=progress,
            total=len(files) if isinstance(files, tuple) else 0,
        )
        revision = case.revision
    made = tuple(
        AddedFile(
            sha256=one.id,
            name=one.name,
            outcome=one.outcome,
            media_type=one.media_type,
            words=one.words,
            steps=one.steps,
        )
        for one in report.taken
    )
    return Added(
        revision=revision,
        files=made,
        rejects=tuple(report.rejects),
        recovered=report.recovered,
        words=tuple(_words(made, report.rejects, report.recovered)),
    )


def _check(case: Case, source: str | None, secret: bool) -> None:
    if secret and not case.settings.recipient:
        raise BadValueError("the case has no key for secrets yet; make one with: takingstock evidence key CASE KEYFILE")
    if source is not None and source not in {one.id for one in case.ledger().sources}:
        raise UnknownNameError(f"the case has no source {source!r}; import it first (sheet sources)")


def _streams(paths: Iterable[Path]) -> bool:
    """Whether something in there is read as it passes, so that the files cannot be listed first."""
    from takingstock.evidence.archiver import is_result
    from takingstock.evidence.sources import is_capture

    return any(path.is_dir() or is_capture(path) or is_result(path) for path in paths if path.exists())


def _secret_ones(case: Case, key: Path | None) -> set[str]:
    """The hashes of the secret files as they were, if the key is given."""
    if key is None:
        return set()
    from takingstock.verbs.evidence.secrecy import unsealed

    return {str(content["evidence"]["id"]) for content in unsealed(case, key).values() if "evidence" in content}


def _commit(case: Case, intakes: Sequence[Intake], collector: str) -> None:
    """One event for each file, all in one transaction."""
    from takingstock.case import Rows

    parts = []
    for one in intakes:
        rows = Rows(
            evidence=(one.evidence,) if one.evidence else (),
            collections=(one.collection,),
            examinations=(one.examination,) if one.examination else (),
        )
        parts.append((rows, _body(one.id)))
    case.write_each(parts, actor=collector, reason="evidence added")


def _body(evidence: str) -> Callable[[Delta], EvidenceAdded]:
    def make(delta: Delta) -> EvidenceAdded:
        return EvidenceAdded(
            evidence=evidence,
            added=delta.written,
            added_root=delta.added_root,
            retired=delta.retired,
            retired_root=delta.retired_root,
        )

    return make


def _words(files: Sequence[AddedFile], rejects: Sequence[Rejected], recovered: int) -> Iterable[str]:
    counted = {
        outcome: sum(one.outcome == outcome for one in files) for outcome in ("added", "another source", "known")
    }
    yield (
        f"{counted['added']} added, {counted['another source']} from another source, {counted['known']} known already, "
        f"{len(rejects)} not taken"
    )
    if recovered:
        yield f"{recovered} file(s) of a run that was stopped put in place"
    for one in [file for file in files if " failed: " in file.words][:10]:
        yield f"  {one.name}: kept; {one.words}"
    for rejected in rejects[:10]:
        yield f"  {dict(rejected.row).get('file', f'line {rejected.line}')}: {rejected.reason}"
    if len(rejects) > 10:
        yield f"  and {len(rejects) - 10} more; --format json lists all"
