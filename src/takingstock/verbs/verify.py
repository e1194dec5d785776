"""verify: does the case's history hold, do its rows say what the history vouches for, is every file as it came in?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from takingstock.records import Record


class Verdict(Record):
    """``faults`` in words, each naming table and id or the file; ``sound`` if there are none. ``head`` is what to note
    down. ``files`` is how many were hashed again, ``seals`` how many checkpoints were checked,
    ``remarks`` what is no fault but unfinished."""

    sound: bool
    revision: int
    head: str
    files: int
    seals: int
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def verify(
    folder: Path,
    *,
    since: str | None = None,
    fingerprints: Sequence[str] = (),
    cores: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Recompute the chain of events and every row's digest, hash every file of the vault again, and check every
    checkpoint in ``seals/``. ``since`` is a head noted earlier, or the file of a checkpoint kept elsewhere: the history
    must extend it, so that nothing was cut off or rewritten since. ``fingerprints`` are those of the keys that may have
    sealed, as the team gave them by another way; without any, the key of the first checkpoint is taken for the right
    one. Raises NotACaseError, BadFileError."""
    from takingstock.case import open_case
    from takingstock.evidence.checking import check
    from takingstock.evidence.heads import manifest_of
    from takingstock.evidence.seal_checks import check_checkpoints, check_since
    from takingstock.evidence.seals import FOLDER, read_checkpoints, read_head
    from takingstock.evidence.vault import Vault

    kept = read_head(Path(since)) if since and Path(since).is_file() else None
    with open_case(folder) as case:
        faults = [fault.words for fault in case.verify(expected_head=since if kept is None else None)]
        revision, head = case.revision, case.head
        root = case.settings.beside(case.folder, case.settings.authority_root)
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
                seals=0,
                faults=(*faults, f"the list of evidence cannot be read, so no file was checked: {error}"),
            )
        events = case.events()
    seals, found = read_checkpoints(Path(folder) / FOLDER)
    known = set(fingerprints)
    pem = root.read_bytes() if root is not None and root.is_file() else None
    found += check_checkpoints(seals, events, manifest_of(archive), known_keys=known, root=pem)
    if kept is not None:
        found += check_since(kept, events, known_keys=known)
    faults += [fault.words for fault in found]
    checked = check(Vault(Path(folder)), archive, cores=cores, progress=progress)
    faults += [fault.words for fault in checked.faults]
    return Verdict(
        sound=not faults,
        revision=revision,
        head=head,
        files=len(archive.evidence) - len(archive.erased),
        seals=len(seals),
        faults=tuple(faults),
        remarks=checked.remarks,
    )
