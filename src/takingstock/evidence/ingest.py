"""Ingest: files into the vault, one history event each, in batches of one transaction.

For each file: copied into ``incoming/`` and hashed in one pass; examined in a worker process; made durable; its rows
committed by the caller; renamed into place. What is in the case already is not examined again, and the same bytes from
another source get a second collection record. So the run may be stopped anywhere, and running it again finishes the
rest.

Three things go on side by side: a thread copies the next files, the workers examine, and a thread commits batch after
batch, in order. What becomes of a file is decided in the caller's thread alone.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Known
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from takingstock.evidence import secrets
from takingstock.evidence.ahead import ahead
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
    TakingStockError,
    canonical_json,
)

EXAMINE: Final = "takingstock.evidence.examine:examine"
KEPT_SECRET: Final = "the case keeps this file secret, and not in the open as well: add it with --secret"
BATCH: Final = 64
"""Files of one transaction: twice as many, and those at the workers, are what a killed run has to examine again."""

QUEUED: Final = 8
"""Files that wait at each worker, so that it goes on while this process is busy or has to wait itself."""

AHEAD: Final = 256
"""Files that are copied before a worker has time for them."""

AHEAD_BYTES: Final = 1 << 28
"""And how large they may be together, before the next one waits."""


_Found = tuple[Incoming, Staged] | Rejected


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
    hidden: Known[str] = (),
    commitments: Known[str] = (),
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
    records, ``commitments`` those of its secret items, ``hidden`` the SHA-256 of what these hold, as far as it is
    known; ``common`` are fields that each collection record gets where its source says nothing. ``recipient``: keep
    them secret. ``commit`` writes one event for each intake, in one transaction.

    Raises TakingStockError where the vault cannot be written (what was committed stays), ConflictError while another
    run takes files into the same vault."""
    # Plain bytes of secret files lie about for as short a time as can be.
    most = 1 if recipient else AHEAD
    with (
        vault.writing(),
        Pool(examine, cores=cores, seconds=seconds, memory=memory, ahead=0 if recipient else QUEUED) as pool,
        ThreadPoolExecutor(1, thread_name_prefix="commit") as committer,
    ):
        run = _Run(
            vault,
            set(known),
            set(collections),
            frozenset(hidden),
            commit,
            dict(common),
            recipient,
            progress,
            total,
            committer,
        )
        run.report.recovered = vault.recover(run.known, commitments)
        with ahead(_staged(vault, files), _size, most=most, heaviest=AHEAD_BYTES) as staged:
            for key, result in pool.run(run.tasks(staged, str(trust) if trust else None)):
                run.examined(key, result)
        run.end()
    return run.report


def _staged(vault: Vault, files: Iterable[Incoming | Rejected]) -> Iterator[_Found]:
    """Copy one file after another into ``incoming/``; what cannot be read is a reject."""
    for one in files:
        if isinstance(one, Rejected):
            yield one
            continue
        try:
            one = _plain(one)
            with one.open() as source:
                staged = vault.stage(source, durable=False)
        except (BadFileError, OSError, ValueError, EOFError) as error:
            yield _refused(one, error)
        else:
            yield one, staged


def _refused(one: Incoming, error: Exception) -> Rejected:
    return Rejected(line=0, reason=str(error), row=(("file", str(one.fields.get("path", one.name))),))


def _size(found: _Found) -> int:
    return 0 if isinstance(found, Rejected) else found[1].size


@dataclass
class _Waiting:
    staged: Staged
    collection: Collection
    name: str
    kind: str
    steps: tuple[StepResult, ...] = ()
    others: list[tuple[Intake, Taken]] = field(default_factory=list)


@dataclass
class _Run:
    vault: Vault
    known: set[str]
    collections: set[str]
    hidden: frozenset[str]
    commit: Callable[[Sequence[Intake]], None]
    common: dict[str, Any]
    recipient: str
    progress: Callable[[int, int], None] | None
    total: int
    committer: ThreadPoolExecutor
    report: IngestReport = field(default_factory=IngestReport)
    waiting: dict[str, _Waiting] = field(default_factory=dict)
    batch: list[tuple[Intake, Taken]] = field(default_factory=list)
    wholes: dict[Path, str] = field(default_factory=dict)
    committing: deque[tuple[Future[None], list[tuple[Intake, Taken]]]] = field(default_factory=deque)
    failed: bool = False
    stopped: TakingStockError | None = None
    done: int = 0

    def tasks(self, found: Iterable[_Found], trust: str | None) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Those of the copied files that need a look go to the workers."""
        for pair in self._until_stopped(found):
            if isinstance(pair, Rejected):
                self._reject(pair)
                continue
            one, staged = pair
            try:
                task = self._staged(one, staged)
            except (BadFileError, OSError, ValueError, EOFError) as error:
                self._reject(_refused(one, error))
                continue
            if task:
                yield staged.sha256, (*task, trust, one.name)

    def _until_stopped(self, found: Iterable[_Found]) -> Iterator[_Found]:
        """What stops the copying (no room, a path that is not there) stops the run when all before it is done."""
        left = iter(found)
        while True:
            try:
                pair = next(left)
            except StopIteration:
                return
            except TakingStockError as error:
                self.stopped = error
                return
            yield pair

    def _staged(self, one: Incoming, staged: Staged) -> tuple[str, str, str] | None:
        fields = {"name": one.name, **self.common, **{k: v for k, v in one.fields.items() if v}}
        if one.whole is not None:
            fields["within"] = self.wholes.get(one.whole)
        elif one.archive is not None:
            self.wholes[one.archive] = staged.sha256
        collection = Collection(id=collection_id(fields, staged.sha256), evidence=staged.sha256, **fields)
        kind = self._kind(staged)
        if staged.sha256 in self.hidden or (fields.get("within") in self.hidden and not self.recipient):
            self._hidden(one, staged, kind)
            return None
        there = staged.sha256 in self.known or staged.sha256 in self.waiting
        if not there:
            self.waiting[staged.sha256] = _Waiting(staged, collection, one.name, kind, one.steps)
            self.collections.add(collection.id)
            return str(staged.path), staged.sha256, str(self.vault.working_folder)
        if self.vault.has(staged.sha256) or (self.recipient and staged.sha256 not in self.waiting):
            # Not before it is in place: until then, this copy is the only one. Of a secret one none may stay.
            staged.path.unlink(missing_ok=True)
        if self.recipient:
            # A record of the second source would tell what the first one keeps secret.
            words = "the case has this file; nothing was added"
            if self.vault.has(staged.sha256):
                words += ": it is kept in the open there, not as a secret"
            self._tell(Taken(staged.sha256, one.name, "known", kind, words))
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

    def _kind(self, staged: Staged) -> str:
        """Copied twice ahead, a file that is known is gone with its first copy, or in place."""
        for path in (staged.path, self.vault.original(staged.sha256)):
            with suppress(FileNotFoundError):
                return media_type(path)
        return ""

    def _hidden(self, one: Incoming, staged: Staged, kind: str) -> None:
        """A file that a secret item holds already: a record in the open would tell what it is."""
        staged.path.unlink(missing_ok=True)
        if not self.recipient:
            raise BadFileError(KEPT_SECRET)
        words = "the case has this file as a secret; nothing was added"
        self._tell(Taken(staged.sha256, one.name, "known", kind, words))

    def examined(self, key: Any, result: Any) -> None:
        """Rows of a file whose examination ended, well or not."""
        one = self.waiting.pop(key)
        if isinstance(result, Failure):
            steps = (StepResult(step="examination", outcome=StepOutcome.FAILED, words=result.words),)
            result = Examination(id=key, tool=EXAMINE, fields=(("file:type", one.kind),), steps=steps)
        result = result.model_copy(update={"steps": (*result.steps, *one.steps)})
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
        sealed = hashlib.sha256(envelope).hexdigest()
        open_row = Evidence(id=id_, size=size, secret=True, commitment=commitment, envelope=sealed)
        shown = Collection(id=f"secret/{id_[:32]}", evidence=id_, secret=True, commitment=commitment)
        words = "kept secret: encrypted" + ("" if taken.words == "examined" else f"; {taken.words}")
        self._put(Intake(id_, shown, open_row), Taken(id_, taken.name, "added", words=words))

    def _put(self, intake: Intake, taken: Taken) -> None:
        self.batch.append((intake, taken))
        if len(self.batch) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """Have committed what waits, after what was committed before. At most one batch waits for another."""
        batch, self.batch = self.batch, []
        # A file comes before the records of its other sources, and before what was found inside it.
        batch.sort(key=lambda pair: pair[0].evidence is None)
        self.committing.append((self.committer.submit(self._kept, [intake for intake, _ in batch]), batch))
        while len(self.committing) > 2 or (self.committing and self.committing[0][0].done()):
            self._committed()

    def end(self) -> None:
        """Commit what is left, and wait for it."""
        if self.batch:
            self._flush()
        while self.committing:
            self._committed()
        if self.stopped is not None:
            raise self.stopped

    def _committed(self) -> None:
        future, batch = self.committing.popleft()
        future.result()
        for _, taken in batch:
            self._tell(taken)

    def _kept(self, intakes: list[Intake]) -> None:
        """In the thread that commits: the files are durable, then their rows are, then the files are put in place.
        After a batch that failed none is committed: it may hold records of files that the case does not have."""
        if self.failed:
            return
        files = [one.evidence for one in intakes if one.evidence is not None]
        try:
            self.vault.settle(one.id for one in files)
            self.commit(intakes)
            self.vault.place(*(one.id for one in files))
            for one in files:
                if one.commitment is not None:
                    self.vault.place_envelope(one.commitment)
        except BaseException:
            self.failed = True
            raise

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
