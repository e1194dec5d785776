"""verify: does the case's history hold, do its rows say what the history vouches for, is every file as it came in?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadFileError, BadValueError, Record

if TYPE_CHECKING:
    from takingstock.evidence.heads import SignedHead


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
    now: datetime | None = None,
) -> Verdict:
    """Recompute the chain of events and every row's digest, hash every file of the vault again, and check every
    checkpoint in ``seals/``. ``since`` is a head noted earlier, or the file of a checkpoint kept elsewhere: the history
    must extend it, so that nothing was cut off or rewritten since. ``fingerprints`` are those of the keys that may have
    sealed, as the team gave them by another way; without any, the key of the first checkpoint is taken for the right
    one. Raises NotACaseError, BadFileError, BadValueError for a ``since`` that is neither."""
    from takingstock.case import open_case, witness
    from takingstock.case.reading import no_collection
    from takingstock.evidence.checking import checking
    from takingstock.evidence.heads import manifest_of
    from takingstock.evidence.seal_checks import check_checkpoints, check_since, running_back, unchecked
    from takingstock.evidence.seals import FOLDER, read_checkpoints
    from takingstock.evidence.vault import Vault

    expected, kept = _noted(since)
    with open_case(folder) as case, no_collection():
        revision, head = case.revision, case.head
        root = case.stated.beside(case.folder, case.stated.authority_root)
        try:
            archive = case.archive()
        except Exception as error:
            faults = [fault.words for fault in case.verify(expected_head=expected)]
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
        # The files are hashed in threads of their own, while this one looks at the rows.
        with checking(Vault(Path(folder)), archive, cores=cores, progress=progress) as files:
            faults = [fault.words for fault in case.verify(expected_head=expected)]
            events = case.events()
            seals, found = read_checkpoints(Path(folder) / FOLDER)
            known, now = set(fingerprints), now or datetime.now(UTC)
            pem = root.read_bytes() if root is not None and root.is_file() else None
            found += check_checkpoints(seals, events, manifest_of(archive), known_keys=known, root=pem, now=now)
            if kept is not None:
                found += check_since(kept, events, known_keys=known)
            faults += [fault.words for fault in found]
            faults += [f"case.toml: {words}, and nobody accepted it" for words in case.unaccepted()]
            noted = witness.remembered(case.folder)
            if noted and noted.checkpoints > len(seals):
                words = f"the folder remembers {noted.checkpoints} checkpoints ({witness.FILE}), {len(seals)} are there"
                faults.append(f"{words}: seals were taken out")
            remarks = [*running_back(events), *unchecked(seals, pem)]
            if not case.keeps_settings:
                remarks.append("the history does not hold the settings of case.toml: the next write or seal keeps them")
            checked = files()
    faults += [fault.words for fault in checked.faults]
    return Verdict(
        sound=not faults,
        revision=revision,
        head=head,
        files=len(archive.evidence) - len(archive.erased),
        seals=len(seals),
        faults=tuple(faults),
        remarks=(*remarks, *checked.remarks),
    )


def _noted(since: str | None) -> tuple[str | None, SignedHead | None]:
    """The digest or the checkpoint that was kept elsewhere. Raises BadFileError, BadValueError: what is neither says
    nothing of the case."""
    from takingstock.evidence.seals import read_head

    if since is None:
        return None, None
    if re.fullmatch("[0-9a-fA-F]{64}", since.strip()):
        return since.strip().lower(), None
    path = Path(since)
    if not since.strip() or not path.exists():
        raise BadValueError(
            f"--since {since!r} is neither a head (64 characters 0-9, a-f) nor a checkpoint file that is there"
        )
    if not path.is_file():
        raise BadFileError(f"{path} is no file; name the checkpoint file that was kept, for example 000007.json")
    return None, read_head(path)
