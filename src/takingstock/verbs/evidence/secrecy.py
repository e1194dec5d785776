"""Secret items: their key, what they hold, and erasing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.records import BadFileError, BadValueError, ConflictError
from takingstock.verbs.evidence.finding import found

if TYPE_CHECKING:
    from takingstock.case import Case


def make_key(folder: Path, out: Path) -> str:
    """Make the key of a case and write it to ``out``, outside the case. Raises BadValueError for a place inside it,
    ConflictError where the case has a key, or a file is in the way."""
    from takingstock.case import open_case
    from takingstock.evidence.secrets import new_identity

    with open_case(folder) as case:
        if case.settings.recipient:
            raise ConflictError("the case has a key already (recipient in case.toml); items of the old one need it")
        if out.absolute().resolve().is_relative_to(case.folder.resolve()):
            raise BadValueError(
                "the key must lie outside the case, or whoever takes the folder has it; name another place"
            )
        recipient = new_identity(out)
        case.settings.model_copy(update={"recipient": recipient}).write(case.folder)
    return str(out)


def unsealed(case: Case, key: Path) -> dict[str, dict[str, Any]]:
    """Evidence id to the content of its envelope, for every secret item that is not erased. Raises BadFileError."""
    from takingstock.evidence.secrets import identity_in, unseal
    from takingstock.evidence.vault import Vault

    vault, archive, identity = Vault(case.folder), case.archive(), identity_in(key)
    contents = {}
    for one in archive.evidence:
        if one.commitment is None or one.id in archive.erased:
            continue
        try:
            envelope = vault.envelope(one.commitment).read_bytes()
        except OSError as error:
            raise BadFileError(f"the envelope of {one.id[:12]} is missing; run: takingstock verify") from error
        contents[one.id] = unseal(envelope, identity, one.commitment)
    return contents


def reveal(folder: Path, evidence: str, out: Path, *, key: Path) -> str:
    """Write the content of a secret item to ``out``. Raises ConflictError where a file is in the way."""
    from takingstock.case import open_case
    from takingstock.evidence.secrets import decrypt_file, identity_in
    from takingstock.evidence.vault import Vault

    with open_case(folder) as case:
        archive = case.archive()
        one = found(archive, evidence)
        if one.commitment is None:
            raise BadValueError(f"{one.id[:12]} is no secret item; it lies at {Vault(case.folder).original(one.id)}")
        if one.id in archive.erased:
            raise BadValueError(f"{one.id[:12]} was erased; nothing of it is left")
        if out.exists():
            raise ConflictError(f"{out} exists; choose another name")
        decrypt_file(Vault(case.folder).original(one.id), out, identity_in(key))
    return f"{out}: the content of {one.id[:12]}; whoever has this file reads it"


def erase(folder: Path, evidence: str, *, person: str, reason: str) -> str:
    """Destroy a secret item. First the event, then the files: what a killed run leaves, the next one removes."""
    from takingstock.case import open_case
    from takingstock.evidence.vault import Vault

    with open_case(folder) as case:
        archive = case.archive()
        one = found(archive, evidence)
        if one.id not in archive.erased:
            case.erase([one.id], actor=person, reason=reason)
        Vault(case.folder).erase(one.id, one.commitment)
    return f"{one.id[:12]}: erased; copies elsewhere (bags, backups, a synchronised folder) are not"
