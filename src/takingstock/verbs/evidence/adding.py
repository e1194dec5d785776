"""add: files into the vault of a case, one history event each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from takingstock.records import (
    BadFileError,
    BadValueError,
    CollectionMethod,
    ConflictError,
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
    from takingstock.evidence.sources import Incoming


class AddedFile(Record):
    """``outcome`` is added, another source (the case had the file, this record of where it is from is new) or known."""

    sha256: str
    name: str
    outcome: str
    media_type: str
    words: str
    steps: tuple[StepResult, ...] = ()


class Added(Record):
    """Every file that was named is in exactly one of ``files`` and ``rejects``. ``cautions``: what is not as it was
    asked for, secret or in the open; they end the command with exit code 1."""

    revision: int
    files: tuple[AddedFile, ...]
    rejects: tuple[Rejected, ...]
    recovered: int
    words: tuple[str, ...]
    cautions: tuple[str, ...] = ()

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
    may_repeat: bool = False,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Added:
    """Take files, folders, browser captures and archiver results in. A bad file ends itself only; what is in the case
    is not added twice, so that a run which was stopped may be run again. ``secret``: files and records are encrypted
    to the case's key. Whether a secret item of the case holds the same file only its ``key`` tells (nothing is kept
    that a guess could be compared with), so a case with secret items asks for it; ``may_repeat``: do without, and
    store such a file a second time.

    Raises NotACaseError, BadFileError for a path that does not exist, BadValueError, UnknownNameError for a source
    that the case does not have, ConflictError where the key is needed."""
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
        _refuse_own(case, paths)
        archive = case.archive()
        there = {one.id: one.commitment for one in archive.evidence if one.id not in archive.erased}
        commitments = {commitment for commitment in there.values() if commitment is not None}
        if secret and commitments and key is None and not may_repeat:
            raise ConflictError(
                f"the case has {len(commitments)} secret item(s), and only their key tells whether a file is one of "
                "them: give it (--key), or store such a file a second time (--may-repeat)"
            )
        hidden = _secret_ones(case, key)
        open_ids = {id_ for id_, commitment in there.items() if commitment is None}
        unseen = _UNSEEN if commitments and key is None and not secret else ()
        vault = Vault(case.folder)
        found = _not_own(incoming(paths, scratch=vault.scratch), case.folder, vault.incoming)
        files = found if _streams(paths) else tuple(found)
        trust = case.settings.beside(case.folder, case.settings.trust)
        report = ingest(
            vault,
            files,
            known={one.id for one in archive.evidence},
            collections={one.id for one in archive.collections},
            hidden=hidden.keys(),
            commitments=commitments,
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
        words=(*_words(made, report.rejects, report.recovered), *_repeated(hidden), *unseen),
        cautions=tuple(_cautions(made, report.rejects, secret, open_ids)),
    )


def _check(case: Case, source: str | None, secret: bool) -> None:
    if secret and not case.settings.recipient:
        raise BadValueError("the case has no key for secrets yet; make one with: takingstock evidence key CASE KEYFILE")
    if source is not None and source not in {one.id for one in case.ledger().sources}:
        raise UnknownNameError(f"the case has no source {source!r}; import it first (sheet sources)")


_UNSEEN: Final = ("the case has secret items: whether one of these files is among them is seen with --key only",)


def _refuse_own(case: Case, paths: Sequence[Path]) -> None:
    """The case's own files are no evidence: its database holds the answers of open reviews, and what is evidence leaves
    with every package. Raises BadValueError."""
    home = case.folder.resolve()
    database = case.stated.file(home) if case.stated.sqlite else home / "case.toml"
    for path in paths:
        place = Path(os.path.realpath(path))
        if place.is_relative_to(home) or (place.is_file() and database.is_file() and place.samefile(database)):
            raise BadValueError(f"{path} belongs to the case itself and is no evidence; name files outside of it")
        if home.is_relative_to(place):
            raise BadValueError(f"{path} holds the case itself; name the files or folders beside it")


def _not_own(found: Iterable[Incoming | Rejected], home: Path, scratch: Path) -> Iterator[Incoming | Rejected]:
    """As they come, but a file of the case itself that is reached by another way (a sheet that names it) is a reject.
    What a capture was unpacked to lies in the case, too, and is none."""
    from takingstock.evidence.vault import SCRATCH

    inside, unpacked = home.resolve(), scratch.resolve()

    @contextmanager
    def opened(one: Incoming) -> Iterator[Any]:
        with one.open() as source:
            place = Path(os.path.realpath(source)) if isinstance(source, Path) else None
            parts = place.relative_to(unpacked).parts if place and place.is_relative_to(unpacked) else ()
            if place and place.is_relative_to(inside) and not (len(parts) > 1 and parts[0].endswith(SCRATCH)):
                raise BadFileError("a file of the case itself is no evidence")
            yield source

    for one in found:
        yield one if isinstance(one, Rejected) else replace(one, open=partial(opened, one))


def _cautions(
    files: Sequence[AddedFile], rejects: Sequence[Rejected], secret: bool, open_ids: set[str]
) -> Iterable[str]:
    from takingstock.evidence.ingest import KEPT_SECRET

    for one in files:
        if secret and one.sha256 in open_ids:
            yield (
                f"{one.name} is NOT secret: the case holds it in the open, as {one.sha256[:12]}, since it was added "
                "without --secret; nothing takes it out of the history"
            )
    if many := sum(1 for one in rejects if one.reason == KEPT_SECRET):
        yield f"{many} file(s) that the case keeps secret were named in the open; they were not taken in so"


def _streams(paths: Iterable[Path]) -> bool:
    """Whether something in there is read as it passes, so that the files cannot be listed first."""
    from takingstock.evidence.archiver import may_be_sheet
    from takingstock.evidence.sources import is_capture

    return any(path.is_dir() or is_capture(path) or may_be_sheet(path) for path in paths if path.exists())


def _secret_ones(case: Case, key: Path | None) -> dict[str, list[str]]:
    """The SHA-256 of the secret files as they were, and the items that hold each, if the key is given."""
    if key is None:
        return {}
    from takingstock.verbs.evidence.secrecy import unsealed

    found: dict[str, list[str]] = {}
    for item, content in unsealed(case, key)[0].items():
        if "evidence" in content:
            found.setdefault(str(content["evidence"]["id"]), []).append(item)
    return found


def _repeated(hidden: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Secret items that hold one file: it was added again without the key."""
    for items in hidden.values():
        if len(items) > 1:
            shown = ", ".join(item[:12] for item in items)
            yield f"the secret items {shown} hold one and the same file; keep one: takingstock evidence erase"


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
