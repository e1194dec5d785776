"""Vault: the files of a case, each named by the SHA-256 of its bytes, written once and read-only.

Invariant: a file lies in ``originals/`` only if it is whole and its event stands in the case's history. A file on its
way lies in ``incoming/``: as ``.part`` while it is copied, under its hash when it is whole. The event is committed
then, and only then is the file renamed into place. A run that is killed between the two leaves a whole file in
``incoming/``, which the next one puts in place (:meth:`Vault.recover`). An envelope goes the same way into ``sealed/``,
so that one without a row there is never ours: it is named by ``verify``, and left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final

from takingstock.records import BadFileError, ConflictError, TakingStockError

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_BLOCK: Final = 1 << 20
_TOGETHER: Final = 8
_SYNCS: Final = 8
_SWITCH: Final = 0.0005
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_ENVELOPE: Final = ".age"
SCRATCH: Final = ".unpacked"
READ_ONLY: Final = 0o444


@dataclass(frozen=True)
class Staged:
    """A whole file in ``incoming/``: its SHA-256 (hex), its size in bytes, where it lies."""

    sha256: str
    size: int
    path: Path


class Vault:
    """The folder ``evidence/`` of a case."""

    def __init__(self, case_folder: Path) -> None:
        self.folder = case_folder / "evidence"
        self.originals = self.folder / "originals"
        self.incoming = self.folder / "incoming"
        self.working_folder = self.folder / "working"
        self.sealed = self.folder / "sealed"

    def original(self, sha256: str) -> Path:
        """Where this file lies, or would lie."""
        return self.originals / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether it is in place."""
        path = self.original(sha256)
        return path.is_file() and not path.is_symlink()

    def working(self, sha256: str, name: str) -> Path:
        """A file that can be made anew from the original: thumb.jpg, frame-1500.jpg. Its folder is there afterwards."""
        folder = self.working_folder / sha256
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def envelope(self, commitment: str) -> Path:
        """Where the envelope of a secret item lies."""
        return self.sealed / f"{commitment}{_ENVELOPE}"

    def stage(self, source: Path | BinaryIO, *, durable: bool = True) -> Staged:
        """Copy into ``incoming/`` and hash in one pass. Only regular files; symbolic links are not followed. Without
        ``durable`` it outlasts a loss of power only after :meth:`settle`.

        Raises BadFileError for a source that cannot be read, TakingStockError where the vault cannot be written."""
        self._make(self.incoming)
        part = self.incoming / f"{os.getpid()}-{secrets.token_hex(6)}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with contextlib.ExitStack() as stack:
                given = stack.enter_context(_opened(source)) if isinstance(source, Path) else source
                out = stack.enter_context(_created(part))
                while block := _read(given):
                    digest.update(block)
                    size += len(block)
                    _written(out, block, self.folder)
                if durable:
                    _durable(out, self.folder)
            whole = self.incoming / digest.hexdigest()
            if os.name == "posix":
                # Not only when it is placed: a copy of the same file may take its name meanwhile.
                part.chmod(READ_ONLY)
            part.replace(whole)
        finally:
            part.unlink(missing_ok=True)
        return Staged(digest.hexdigest(), size, whole)

    def settle(self, ids: Iterable[str]) -> None:
        """What was staged stays even if the power fails: the files first, then their names."""
        try:
            _side_by_side(_sync_file, [self.incoming / sha256 for sha256 in ids])
        except OSError as error:
            raise no_room(self.folder, error) from error
        _sync_folder(self.incoming)

    def place(self, *ids: str) -> None:
        """Rename whole files from ``incoming/`` into ``originals/``, read-only. In place already: nothing to do.

        Raises TakingStockError where one is in neither."""
        folders: dict[Path, None] = {}
        for sha256 in ids:
            waiting, home = self.incoming / sha256, self.original(sha256)
            if self.has(sha256):
                waiting.unlink(missing_ok=True)
                continue
            if not waiting.is_file() or waiting.is_symlink():
                raise TakingStockError(f"{sha256} lies neither in originals nor in incoming; add the file again")
            if home.parent not in folders:
                if not home.parent.is_dir():
                    self._make(home.parent)
                    folders[self.originals] = None
                self._inside(home.parent)
                folders[home.parent] = None
            waiting.chmod(READ_ONLY)
            waiting.rename(home)
        _side_by_side(_sync_folder, list(folders))

    def recover(self, known: Collection[str], commitments: Collection[str] = ()) -> int:
        """Finish what a killed run left: whole files that the history knows, and envelopes by their commitments, are
        put in place (the number of files is given back), all else in ``incoming/`` is removed, and so are previews of
        files it does not know: they may show what was to be kept secret. Only under :meth:`writing`."""
        if self.working_folder.is_dir() and not self.working_folder.is_symlink():
            for folder in self.working_folder.iterdir():
                if _NAME.fullmatch(folder.name) and folder.name not in known and not folder.is_symlink():
                    shutil.rmtree(folder, ignore_errors=True)
        if not self.incoming.is_dir():
            return 0
        placed = 0
        for path in sorted(self.incoming.iterdir()):
            if _NAME.fullmatch(path.name) and path.name in known and path.is_file() and not path.is_symlink():
                self.place(path.name)
                placed += 1
            elif path.suffix == _ENVELOPE and path.stem in commitments and path.is_file() and not path.is_symlink():
                self.place_envelope(path.stem)
            elif path.is_file() or path.is_symlink():
                path.unlink(missing_ok=True)
            elif path.suffix == SCRATCH:
                shutil.rmtree(path, ignore_errors=True)
        return placed

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder in ``incoming/`` for what is unpacked. It ends with its use, or with the next run."""
        self._make(self.incoming)
        folder = self.incoming / f"{os.getpid()}-{secrets.token_hex(6)}{SCRATCH}"
        self._make(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def unfinished(self, known: Collection[str], commitments: Collection[str]) -> Iterator[Path]:
        """What lies in ``incoming/`` and is of no item of the case: a run is under way, or was stopped."""
        if self.incoming.is_dir():
            for path in sorted(self.incoming.iterdir()):
                if path.name not in known and not (path.suffix == _ENVELOPE and path.stem in commitments):
                    yield path

    def loose(self, commitments: Collection[str]) -> Iterator[Path]:
        """What lies in ``sealed/`` and is the envelope of no item of the case."""
        if self.sealed.is_dir():
            for path in sorted(self.sealed.iterdir()):
                if not (path.suffix == _ENVELOPE and path.stem in commitments and not path.is_symlink()):
                    yield path

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Only one run takes files in at a time. Raises ConflictError while another one does; a lock ends with its
        process, however that ends."""
        self._make(self.folder)
        path = self.folder / ".lock"
        try:
            # Not truncated, no link followed: a case may come from somebody else.
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError as error:
            raise ConflictError(f"{path} cannot be opened ({error.strerror}); remove it and run this again") from error
        with os.fdopen(handle, "r+b") as lock:
            if sys.platform != "win32":
                import fcntl

                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise ConflictError(
                        "somebody else is taking files into this case; wait until that run has ended"
                    ) from None
            yield

    def ids(self) -> Iterator[str]:
        """The names of the files in place, sorted."""
        yield from self.listed()[0]

    def strays(self) -> Iterator[Path]:
        """What lies in ``originals/`` and is none of ours: other names, the wrong folder, links."""
        yield from self.listed()[1]

    def listed(self) -> tuple[list[str], list[Path]]:
        """:meth:`ids` and :meth:`strays`, from one walk."""
        ids: list[str] = []
        strays: list[Path] = []
        if self.originals.is_dir():
            for folder in _entries(self.originals):
                if folder.is_symlink() or not folder.is_dir():
                    strays.append(Path(folder.path))
                    continue
                for one in _entries(folder.path):
                    right = _NAME.fullmatch(one.name) is not None and folder.name == one.name[:2]
                    if right and one.is_file(follow_symlinks=False):
                        ids.append(one.name)
                    else:
                        strays.append(Path(one.path))
        return ids, strays

    @contextlib.contextmanager
    def rehashing(self, ids: Iterable[str], *, cores: int | None = None) -> Iterator[Iterator[tuple[str, str]]]:
        """(id, problem) for each file, the problem in words or empty; ``waiting`` for a whole file that a killed run
        left in ``incoming/``. Files are hashed side by side, on all cores, from now on, whether or not somebody asks
        for what was found."""
        wanted = list(ids)
        groups = [wanted[k : k + _TOGETHER] for k in range(0, len(wanted), _TOGETHER)]
        before = sys.getswitchinterval()
        pool = ThreadPoolExecutor(cores or os.cpu_count() or 1)
        try:
            # Hashing needs the interpreter for moments only, and would wait for each of them as long as this.
            sys.setswitchinterval(min(before, _SWITCH))
            found = pool.map(self._check_all, groups)
            yield (one for group in found for one in group)
        finally:
            pool.shutdown(cancel_futures=True)
            sys.setswitchinterval(before)

    def rehash(
        self,
        ids: Iterable[str],
        *,
        cores: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[tuple[str, str]]:
        """As :meth:`rehashing`, when it is asked for."""
        wanted = list(ids)
        with self.rehashing(wanted, cores=cores) as results:
            for number, found in enumerate(results, start=1):
                if progress:
                    progress(number, len(wanted))
                yield found

    def erase(self, sha256: str, commitment: str | None) -> None:
        """Remove a secret item's content, envelope and working copies."""
        home = self.original(sha256)
        envelopes = (self.envelope(commitment), self._waiting_envelope(commitment)) if commitment else ()
        for path in (home, self.incoming / sha256, *envelopes):
            path.unlink(missing_ok=True)
        folder = self.working_folder / sha256
        if folder.is_dir() and not folder.is_symlink():
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()

    def _check_all(self, ids: list[str]) -> list[tuple[str, str]]:
        room = memoryview(bytearray(_BLOCK))
        return [(one, "") if self._right(one, room) else self._check(one) for one in ids]

    def _right(self, sha256: str, room: memoryview) -> bool:
        """Whether this regular file is in place and has its hash. What is wrong otherwise, a closer look tells."""
        digest = hashlib.sha256()
        try:
            with open(f"{self.originals}/{sha256[:2]}/{sha256}", "rb", buffering=0, opener=_unfollowed) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return False
                while size := file.readinto(room):
                    digest.update(room[:size])
        except OSError:
            return False
        return digest.hexdigest() == sha256

    def _check(self, sha256: str) -> tuple[str, str]:
        home = self.original(sha256)
        if home.is_symlink() or (home.exists() and not home.is_file()):
            return sha256, "a link or folder stands where the file belongs"
        waiting = not home.exists()
        path = self.incoming / sha256 if waiting else home
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return sha256, "the file is missing"
        except OSError as error:
            return sha256, f"the file cannot be read ({error.strerror or error})"
        if found != sha256:
            return sha256, f"the file was altered: it hashes to {found}"
        return sha256, "waiting" if waiting else ""

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TakingStockError(
                f"{folder} cannot be made ({error.strerror}); choose a case you may write"
            ) from error
        self._inside(folder)

    def _inside(self, folder: Path) -> None:
        """Raises ConflictError where a link would lead what is written out of the case."""
        for part in (folder, *folder.parents):
            if part.is_symlink():
                raise ConflictError(f"{part} is a symbolic link; put the folder itself into the case")
            if part == self.folder:
                return

    def keep_envelope(self, commitment: str, envelope: bytes) -> None:
        """Write the envelope of a secret item into ``incoming/``, never over another."""
        self._make(self.incoming)
        with _created(self._waiting_envelope(commitment)) as out:
            _written(out, envelope, self.folder)
            _durable(out, self.folder)

    def envelope_waits(self, commitment: str) -> bool:
        """Whether the envelope lies in ``incoming/``, where a killed run left it."""
        return self._waiting_envelope(commitment).is_file()

    def _waiting_envelope(self, commitment: str) -> Path:
        return self.incoming / f"{commitment}{_ENVELOPE}"

    def place_envelope(self, commitment: str) -> None:
        """Rename an envelope from ``incoming/`` into ``sealed/``, read-only. In place already: nothing to do."""
        waiting, home = self._waiting_envelope(commitment), self.envelope(commitment)
        if not waiting.is_file() or waiting.is_symlink():
            return
        if home.exists():
            waiting.unlink()
            return
        self._make(self.sealed)
        waiting.chmod(READ_ONLY)
        waiting.rename(home)
        _sync_folder(self.sealed)


def _unfollowed(path: str, flags: int) -> int:
    return os.open(path, flags | _READ)


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        handle = os.open(path, _READ)
    except OSError as error:
        raise BadFileError(f"cannot be read: {error.strerror or error}") from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise BadFileError("cannot be read: no regular file")
        yield file


@contextlib.contextmanager
def _created(path: Path) -> Iterator[FileIO]:
    try:
        # Unbuffered: a full disk shows at the write, not when the file is closed.
        file = path.open("xb", buffering=0)
    except OSError as error:
        raise TakingStockError(f"{path.parent} cannot be written ({error.strerror}); make it writable") from error
    with file:
        yield file


def _read(file: BinaryIO) -> bytes:
    try:
        return file.read(_BLOCK)
    except OSError as error:
        raise BadFileError(f"cannot be read to its end: {error.strerror or error}") from error


def _written(out: FileIO, block: bytes, where: Path) -> None:
    left = memoryview(block)
    try:
        while left:
            left = left[out.write(left) :]
    except OSError as error:
        raise no_room(where, error) from error


def _durable(out: FileIO, where: Path) -> None:
    try:
        os.fsync(out.fileno())
    except OSError as error:
        raise no_room(where, error) from error


def no_room(where: Path, error: OSError) -> TakingStockError:
    """The error that stops a run: what cannot be written now cannot be written for the next file either."""
    return TakingStockError(
        f"no room or right to write in {where} ({error.strerror}); what is done is kept: make room and run it again"
    )


def _side_by_side(call: Callable[[Path], None], paths: list[Path]) -> None:
    """A file system makes several files durable in one go where it is asked for them at one time: four times faster
    than one by one was measured."""
    if len(paths) < 2:
        for path in paths:
            call(path)
        return
    with ThreadPoolExecutor(min(_SYNCS, len(paths))) as pool:
        for _ in pool.map(call, paths):
            pass


def _sync_file(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError), path.open("rb" if os.name == "posix" else "r+b") as file:
        os.fsync(file.fileno())  # Not there: in place already.


def _sync_folder(folder: Path) -> None:
    """A rename is durable when its folder is: not on every system can a folder be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
