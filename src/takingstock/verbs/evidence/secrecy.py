"""Secret items: their key, what they hold, and erasing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.records import BadFileError, BadValueError, ConflictError
from takingstock.verbs.evidence.finding import found

if TYPE_CHECKING:
    from takingstock.case import Case


def make_key(folder: Path, out: Path, *, actor: str = "unnamed") -> str:
    """Make the key of a case and write it to ``out``, outside the case; the history keeps which key it is. Raises
    BadValueError for a place inside it, ConflictError where the case has a key, or a file is in the way."""
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
        changed = case.stated.model_copy(update={"recipient": recipient})
        case.accept(changed, actor=actor, reason="a key for secret items was made")
    return str(out)


def unsealed(case: Case, key: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Evidence id to the content of its envelope, for every secret item that is not erased, and evidence id to what is
    wrong with its envelope, for those that do not open. Raises BadFileError for a file that holds no key, and for a
    key that opens none of them although they are whole: it is another case's."""
    from takingstock.evidence.checking import envelope_problem
    from takingstock.evidence.secrets import identity_in, unseal
    from takingstock.evidence.vault import Vault

    vault, archive, identity = Vault(case.folder), case.archive(), identity_in(key)
    contents: dict[str, dict[str, Any]] = {}
    problems: dict[str, str] = {}
    refused: BadFileError | None = None
    for one in archive.evidence:
        if one.commitment is None or one.id in archive.erased:
            continue
        if problem := envelope_problem(vault, one):
            problems[one.id] = f"{problem}; run: takingstock verify"
            continue
        try:
            contents[one.id] = unseal(vault.envelope(one.commitment).read_bytes(), identity, one.commitment)
        except (BadFileError, OSError) as error:
            problems[one.id] = f"its envelope does not open: {error}"
            refused = refused or BadFileError(str(error))
    if refused and not contents:
        raise refused
    return contents, problems


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
        if out.absolute().resolve().is_relative_to(case.folder.resolve()):
            raise BadValueError("a secret that lies open in the case is none any more; write it to another place")
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


def told_openly(folder: Path, *evidence: str) -> str:
    """What to know before something is said of these files: that words about a secret item are not secret themselves.
    Empty: none of them is one. Raises UnknownNameError."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        archive = case.archive()
    secret = [one.id[:12] for one in (found(archive, text) for text in evidence) if one.secret]
    if not secret:
        return ""
    return (
        f"{', '.join(secret)} is secret, what is said of it is not: name, method, reason and finding stand readable in "
        "the case and in every package, for good; erasing the item does not take them out"
    )
