"""seal: a signed checkpoint of the history and of the evidence, with a time stamp where an authority is configured."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from takingstock.records import BadFileError, Record


class SealedCase(Record):
    """``fresh``: something had changed since the last checkpoint, so that a new one was made. ``head`` is the digest
    of the last event it vouches for; ``stamped`` and ``waiting`` are numbers of checkpoints."""

    checkpoint: str
    number: int
    fresh: bool
    at: str
    head: str
    events: int
    files: int
    key: str
    key_file: str
    stamped: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


def seal(
    folder: Path,
    *,
    key: Path | None = None,
    new_key: bool = False,
    actor: str = "unnamed",
    now: datetime | None = None,
) -> SealedCase:
    """Make a checkpoint in ``seals/``. ``key``: the file of the signing key, made on first use, outside the case. In a
    case of an earlier version ``actor`` first has the history keep its settings.

    Raises NotACaseError, BadFileError, ConflictError for an altered case, for a clock that runs behind the case's, or
    another key than before."""
    from takingstock.case import open_case, witness
    from takingstock.evidence.heads import manifest_of
    from takingstock.evidence.keys import signing_key
    from takingstock.evidence.seals import seal as run
    from takingstock.evidence.timestamps import Authority

    file = key or usual_key()
    with open_case(folder) as case:
        settings = case.settings
        if not case.keeps_settings:
            case.accept(actor=actor, reason="the settings of the case, kept before it is sealed", now=now)
        events, archive = case.events(), case.archive()
        root = settings.beside(case.folder, settings.authority_root)
        noted = witness.remembered(case.folder)
    authority = Authority(settings.authority, _pem(root)) if settings.authority else None
    file.parent.mkdir(parents=True, exist_ok=True)
    made = run(
        Path(folder),
        events,
        manifest_of(archive),
        key=signing_key(file, case=Path(folder)),
        at=now or datetime.now(UTC),
        authority=authority,
        new_key=new_key,
        least=noted.checkpoints if noted else 0,
    )
    if noted:
        witness.remember(Path(folder), noted.head, made.checkpoint.signed.head.number)
    head = made.checkpoint.signed.head
    return SealedCase(
        checkpoint=str(made.path),
        number=head.number,
        fresh=made.fresh,
        at=head.at,
        head=events[head.history.size - 1].digest,
        events=head.history.size,
        files=head.manifest.size,
        key=head.key,
        key_file=str(file),
        stamped=made.stamped,
        waiting=made.waiting,
        words=made.words,
    )


def usual_key() -> Path:
    """Where the signing key of this account lies."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or str(Path.home() / ".config")
    return Path(base) / "takingstock" / "seal.key"


def _pem(path: Path | None) -> bytes:
    if path is None:
        raise BadFileError("case.toml names an authority without authority_root; add the PEM file of its root")
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFileError(f"authority_root {path} cannot be read ({error.strerror}); name the PEM file") from error
