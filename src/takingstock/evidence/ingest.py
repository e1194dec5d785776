"""Ingest: files into the vault, one history event each, in batches of one transaction.

For each file: copied into ``incoming/`` and hashed in one pass; examined in a worker process; its rows committed by the
caller; renamed into place. What is in the case already is not examined again, and the same bytes from another source
get a second collection record. So the run may be stopped anywhere, and running it again finishes the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Known
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from takingstock.evidence import secrets
from takingstock.evidence.media_type import media_type
from takingstock.evidence.sources import Incoming
from takingstock.evidence.vault import Staged, Vault, no_room
from takingstock.evidence.workers import MEMORY, SECONDS, Failure, Pool
from takingstock.records import (
    BadFileError,
    Collection,
    Evidence,
    Examination,
    Rejected,
    StepOutcome,
    StepResult,
    canonical_json,
)

EXAMINE: Final = "takingstock.evidence.examine:examine"
BATCH: Final = 32
"""Files of one transaction: what a killed run has to examine again, at most."""


@dataclass(frozen=True)
class Intake:
    """The rows of one file. ``evidence`` is None where the case has the file already and only its collection is new."""

    id: str
    collection: Collection
    evidence: Evidence | None = None
    examination: Examination | None = None


@dataclass(frozen=True)
class Taken:
    """What became of one file: ``added``, ``another source``, ``known``; ``words`` say how its examination ended."""

    id: str
    name: str
    outcome: str
    media_type: str = ""
    words: str = ""
    steps: tuple[StepResult, ...] = ()


@dataclass
class IngestReport:
    """Every file that was named is in exactly one of ``taken`` and ``rejects``."""

    taken: list[Taken] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)
    recovered: int = 0

    def count(self, outcome: str) -> int:
        return sum(one.outcome == outcome for one in self.taken)


def collection_id(fields: Mapping[str, Any], evidence: str) -> str:
    """The same file from the same place by the same collector is one record, however often it is added."""
    said = ("collector", "url", "account", "device", "source", "path", "within", "name", "method")
    own = {name: str(fields[name]) for name in said if fields.get(name)}
    return hashlib.sha256(canonical_json([evidence, own]).encode()).hexdigest()[:32]


def ingest(
    vault: Vault,
    files: Iterable[Incoming | Rejected],
    *,
    known: Known[str],
    collections: Known[str],
    commit: Callable[[Sequence[Intake]], None],
    common: Mapping[str, Any],
    recipient: str = "",
    trust: Path | None = None,
    examine: str = EXAMINE,
    cores: int | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    progress: Callable[[int, int], None] | None = None,
    total: int = 0,
) -> IngestReport:
    """Take the files in. ``known`` are the ids of the case's evidence, ``collections`` those of its collection
    records; ``common`` are fields that each collection record gets where its source says nothing. ``recipient``: keep
    them secret. ``commit`` writes one event for each intake, in one transaction.

    Raises TakingStockError where the vault cannot be written (what was committed stays), ConflictError while another
    run takes files into the same vault."""
    run = _Run(vault, set(known), set(collections), commit, dict(common), recipient, progress, total)
    with vault.writing(), Pool(examine, cores=cores, seconds=seconds, memory=memory) as pool:
        run.report.recovered = vault.recover(run.known)
        for key, result in pool.run(run.tasks(files, str(trust) if trust else None)):
            run.examined(key, result)
        run.flush()
    return run.report


@dataclass
class _Waiting:
    staged: Staged
    collection: Collection
    name: str
    kind: str
    others: list[tuple[Intake, Taken]] = field(default_factory=list)


@dataclass
class _Run:
    vault: Vault
    known: set[str]
    collections: set[str]
    commit: Callable[[Sequence[Intake]], None]
    common: dict[str, Any]
    recipient: str
    progress: Callable[[int, int], None] | None
    total: int
    report: IngestReport = field(default_factory=IngestReport)
    waiting: dict[str, _Waiting] = field(default_factory=dict)
    batch: list[tuple[Intake, Taken]] = field(default_factory=list)
    wholes: dict[Path, str] = field(default_factory=dict)
    done: int = 0

    def tasks(self, files: Iterable[Incoming | Rejected], trust: str | None) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Stage one file after another; those that need a look go to the workers."""
        for one in files:
            if isinstance(one, Rejected):
                self._reject(one)
                continue
            try:
                one = _plain(one)
                with one.open() as source:
                    staged = self.vault.stage(source)
                task = self._staged(one, staged)
            except (BadFileError, OSError, ValueError, EOFError) as error:
                self._reject(
                    Rejected(line=0, reason=str(error), row=(("file", str(one.fields.get("path", one.name))),))
                )
                continue
            if task:
                yield staged.sha256, (*task, trust, one.name)

    def _staged(self, one: Incoming, staged: Staged) -> tuple[str, str, str] | None:
        fields = {"name": one.name, **self.common, **{k: v for k, v in one.fields.items() if v}}
        if one.whole is not None:
            fields["within"] = self.wholes.get(one.whole)
        elif one.archive is not None:
            self.wholes[one.archive] = staged.sha256
        collection = Collection(id=collection_id(fields, staged.sha256), evidence=staged.sha256, **fields)
        kind = media_type(staged.path)
        there = staged.sha256 in self.known or staged.sha256 in self.waiting
        if not there:
            self.waiting[staged.sha256] = _Waiting(staged, collection, one.name, kind)
            self.collections.add(collection.id)
            return str(staged.path), staged.sha256, str(self.vault.working_folder)
        if self.vault.has(staged.sha256):
            # Not before it is in place: until then, this copy is the only one.
            staged.path.unlink(missing_ok=True)
        if self.recipient:
            # A record of the second source would tell what the first one keeps secret.
            self._tell(Taken(staged.sha256, one.name, "known", kind, "the case has this file; nothing was added"))
            return None
        new = collection.id not in self.collections
        self.collections.add(collection.id)
        outcome = "another source" if new else "known"
        taken = Taken(staged.sha256, one.name, outcome, kind)
        if new and staged.sha256 in self.waiting:
            # Its file has no row yet: a killed run must not leave a record of what the case does not have.
            self.waiting[staged.sha256].others.append((Intake(staged.sha256, collection), taken))
        elif new:
            self._put(Intake(staged.sha256, collection), taken)
        else:
            self._tell(taken)
        return None

    def examined(self, key: Any, result: Any) -> None:
        """Rows of a file whose examination ended, well or not."""
        one = self.waiting.pop(key)
        if isinstance(result, Failure):
            steps = (StepResult(step="examination", outcome=StepOutcome.FAILED, words=result.words),)
            result = Examination(id=key, tool=EXAMINE, fields=(("file:type", one.kind),), steps=steps)
        evidence = Evidence(id=key, name=one.name, media_type=one.kind, size=one.staged.size)
        taken = Taken(key, one.name, "added", one.kind, result.status, result.steps)
        self.known.add(key)
        if self.recipient:
            self._put_secret(one, evidence, result, taken)
        else:
            self._put(Intake(key, one.collection, evidence, result), taken)
        for intake, told in one.others:
            self._put(intake, told)

    def _put_secret(self, one: _Waiting, evidence: Evidence, result: Examination, taken: Taken) -> None:
        """Only the encrypted bytes enter the vault, and only a commitment the history."""
        locked = self.vault.incoming / f"{one.staged.sha256}.locked"
        locked.unlink(missing_ok=True)
        try:
            secrets.encrypt_file(one.staged.path, locked, self.recipient)
        except OSError as error:
            raise no_room(self.vault.folder, error) from error
        with locked.open("rb") as file:
            id_ = hashlib.file_digest(file, "sha256").hexdigest()
        locked.replace(self.vault.incoming / id_)
        content = {
            "evidence": evidence.model_dump(mode="json", exclude_defaults=True),
            "collection": one.collection.model_dump(mode="json", exclude_defaults=True),
            "examination": result.model_dump(mode="json", exclude_defaults=True),
        }
        envelope, commitment = secrets.seal(content, self.recipient)
        self.vault.keep_envelope(commitment, envelope)
        one.staged.path.unlink(missing_ok=True)
        folder = self.vault.working_folder / one.staged.sha256
        with suppress(OSError):
            for preview in folder.iterdir():
                preview.unlink()
            folder.rmdir()
        size = (self.vault.incoming / id_).stat().st_size
        open_row = Evidence(id=id_, size=size, secret=True, commitment=commitment)
        shown = Collection(id=f"secret/{id_[:32]}", evidence=id_, secret=True, commitment=commitment)
        words = "kept secret: encrypted" + ("" if taken.words == "examined" else f"; {taken.words}")
        self._put(Intake(id_, shown, open_row), Taken(id_, taken.name, "added", words=words))

    def _put(self, intake: Intake, taken: Taken) -> None:
        self.batch.append((intake, taken))
        if len(self.batch) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Commit what waits, then put the files in place."""
        batch, self.batch = self.batch, []
        if not batch:
            return
        # A file comes before the records of its other sources, and before what was found inside it.
        batch.sort(key=lambda pair: pair[0].evidence is None)
        self.vault.sync()
        self.commit([intake for intake, _ in batch])
        for intake, taken in batch:
            if intake.evidence is not None:
                self.vault.place(intake.id)
            self._tell(taken)

    def _tell(self, taken: Taken) -> None:
        self.report.taken.append(taken)
        self._tick()

    def _reject(self, rejected: Rejected) -> None:
        row = tuple((name, _text(value)) for name, value in rejected.row)
        self.report.rejects.append(rejected.model_copy(update={"reason": _text(rejected.reason), "row": row}))
        self._tick()

    def _tick(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, max(self.total, self.done))


_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


def _text(value: str) -> str:
    """A name from a disk or an archive as text that can be stored: bytes that are no UTF-8 are written ``\\xHH``."""

    def shown(found: re.Match[str]) -> str:
        code = ord(found.group())
        if 0xDC80 <= code <= 0xDCFF:
            code -= 0xDC00
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return _NO_TEXT.sub(shown, value)


def _plain(one: Incoming) -> Incoming:
    fields = {name: _text(value) if isinstance(value, str) else value for name, value in one.fields.items()}
    return replace(one, name=_text(one.name), fields=fields)
