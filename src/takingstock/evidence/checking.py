"""Checking: the vault against what the history vouches for. Every file is hashed again.

A fault names the file. What a killed run left on its way is no fault: its bytes are there and whole, and running the
same command again puts it in place; it is told apart, as a remark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from takingstock.evidence.vault import Vault
from takingstock.records import Archive, Evidence


@dataclass(frozen=True)
class FileFault:
    """``id`` is the evidence's, or a path where it is none; ``words`` say it to a person."""

    id: str
    words: str


@dataclass(frozen=True)
class Checked:
    """Faults, and remarks that are none."""

    faults: tuple[FileFault, ...]
    remarks: tuple[str, ...]


def check(
    vault: Vault,
    archive: Archive,
    *,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Hash every file of the vault again, and look for what is missing, altered, or no evidence of the case."""
    with checking(vault, archive, cores=cores, progress=progress) as found:
        return found()


@contextmanager
def checking(
    vault: Vault,
    archive: Archive,
    *,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Callable[[], Checked]]:
    """As :func:`check`, beside what is done in the block; the function that is given waits for what was found."""
    erased = set(archive.erased)
    there = {one.id: one for one in archive.evidence if one.id not in erased}
    extra = tuple(_extra(vault, set(there), erased))
    with vault.rehashing(sorted(there), cores=cores) as hashed:
        yield lambda: _found(vault, there, extra, hashed, progress)


def _found(
    vault: Vault,
    there: Mapping[str, Evidence],
    extra: Iterable[FileFault],
    hashed: Iterable[tuple[str, str]],
    progress: Callable[[int, int], None] | None,
) -> Checked:
    faults: list[FileFault] = []
    remarks: list[str] = []
    for number, (name, problem) in enumerate(hashed, start=1):
        if progress:
            progress(number, len(there))
        if problem == "waiting":
            remarks.append(f"{name}: on its way into the vault: a run was stopped, run evidence add again")
        elif problem:
            faults.append(FileFault(name, f"evidence {name} ({there[name].name or 'secret'}): {problem}"))
    faults += extra
    commitments = {one.commitment: one.id for one in there.values() if one.commitment is not None}
    unknown = 0
    for commitment, name in commitments.items():
        if vault.envelope_waits(commitment) and not vault.envelope(commitment).exists():
            remarks.append(f"{name}: its envelope is on its way: a run was stopped, run evidence add again")
        elif problem := envelope_problem(vault, there[name]):
            faults.append(FileFault(name, f"evidence {name} (secret): {problem}"))
        unknown += there[name].envelope is None
    if unknown:
        words = "of earlier versions have no hash in the history: evidence list --key tells whether they are whole"
        remarks.append(f"sealed: {unknown} envelope(s) {words}")
    for path in vault.loose(commitments):
        shown = path.relative_to(vault.folder).as_posix()
        faults.append(FileFault(shown, f"file {shown} is the envelope of no item of this case"))
    if unfinished := sum(1 for _ in vault.unfinished(there, commitments)):
        words = "evidence add is running, or was stopped: the next one clears them"
        remarks.append(f"incoming: {unfinished} unfinished file(s) of no item of the case: {words}")
    return Checked(tuple(faults), tuple(remarks))


def envelope_problem(vault: Vault, one: Evidence) -> str:
    """What is wrong with the envelope of a secret item, in words; empty: nothing that can be told without the key."""
    if one.commitment is None:
        return ""
    path = vault.envelope(one.commitment)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return "a link or folder stands where its envelope belongs"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return "its envelope is missing"
    except OSError as error:
        return f"its envelope cannot be read ({error.strerror or error})"
    if one.envelope is not None:
        found = hashlib.sha256(content).hexdigest()
        return "" if found == one.envelope else f"its envelope was altered: it hashes to {found}"
    return "" if content.startswith(_AGE) else "its envelope was altered: it is not encrypted"


_AGE: Final = b"age-encryption.org/v1\n"
_OURS: Final = {"originals", "working", "sealed", "incoming", ".lock"}


def _extra(vault: Vault, there: set[str], erased: set[str]) -> Iterable[FileFault]:
    ids, strays = vault.listed()
    for name in ids:
        if name in erased:
            yield FileFault(name, f"evidence {name}: erased according to the history, but the file is there")
        elif name not in there:
            yield FileFault(name, f"file {name} in originals is no evidence of this case")
    for path in sorted(vault.folder.iterdir()) if vault.folder.is_dir() else ():
        if path.name not in _OURS:
            yield FileFault(f"evidence/{path.name}", f"evidence/{path.name} is no part of the vault")
    for path in strays:
        shown = path.relative_to(vault.folder).as_posix()
        yield FileFault(shown, f"file {shown} is no evidence: the vault holds files named by their SHA-256 only")
