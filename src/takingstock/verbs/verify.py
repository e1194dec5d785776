"""verify: does the case's history hold, do its rows say what the history vouches for, is every file as it came in?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from takingstock.records import Record


class Verdict(Record):
    """``faults`` in words, each naming table and id or the file; ``sound`` if there are none. ``head`` is what to note
    down. ``files`` is how many were hashed again, ``remarks`` what is no fault but unfinished."""

    sound: bool
    revision: int
    head: str
    files: int
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def verify(
    folder: Path,
    *,
    since: str | None = None,
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Recompute the chain of events and every row's digest, and hash every file of the vault again. ``since`` is a head
    noted earlier, to be found in the history: nothing was cut off or rewritten since. Raises NotACaseError."""
    from takingstock.case import open_case
    from takingstock.evidence.checking import check
    from takingstock.evidence.vault import Vault

    with open_case(folder) as case:
        faults = [fault.words for fault in case.verify(expected_head=since)]
        revision, head = case.revision, case.head
        try:
            archive = case.archive()
        except Exception as error:
            if not faults:
                raise
            return Verdict(
                sound=False,
                revision=revision,
                head=head,
                files=0,
                faults=(*faults, f"the list of evidence cannot be read, so no file was checked: {error}"),
            )
    checked = check(Vault(Path(folder)), archive, cores=cores, progress=progress)
    faults += [fault.words for fault in checked.faults]
    return Verdict(
        sound=not faults,
        revision=revision,
        head=head,
        files=len(archive.evidence) - len(archive.erased),
        faults=tuple(faults),
        remarks=checked.remarks,
    )
