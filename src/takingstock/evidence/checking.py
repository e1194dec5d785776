"""Checking: the vault against what the history vouches for. Every file is hashed again.

A fault names the file. What a killed run left on its way is no fault: its bytes are there and whole, and running the
same command again puts it in place; it is told apart, as a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from takingstock.evidence.vault import Vault
from takingstock.records import Archive


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
    erased = set(archive.erased)
    there = {one.id: one for one in archive.evidence if one.id not in erased}
    faults: list[FileFault] = []
    remarks: list[str] = []
    for name, problem in vault.rehash(sorted(there), cores=cores, progress=progress):
        if problem == "waiting":
            remarks.append(f"{name}: on its way into the vault: a run was stopped, run evidence add again")
        elif problem:
            faults.append(FileFault(name, f"evidence {name} ({there[name].name or 'secret'}): {problem}"))
    faults += _extra(vault, set(there), erased)
    for one in there.values():
        if one.commitment is not None and not vault.envelope(one.commitment).is_file():
            faults.append(FileFault(one.id, f"evidence {one.id} (secret): its envelope is missing"))
    return Checked(tuple(faults), tuple(remarks))


def _extra(vault: Vault, there: set[str], erased: set[str]) -> Iterable[FileFault]:
    for name in vault.ids():
        if name in erased:
            yield FileFault(name, f"evidence {name}: erased according to the history, but the file is there")
        elif name not in there:
            yield FileFault(name, f"file {name} in originals is no evidence of this case")
    for path in vault.strays():
        shown = path.relative_to(vault.folder).as_posix()
        yield FileFault(shown, f"file {shown} is no evidence: the vault holds files named by their SHA-256 only")
