"""Bag: a whole case as one package to hand over (BagIt, RFC 8493, https://www.rfc-editor.org/rfc/rfc8493), and back.

In ``data/``: the originals, the sealed envelopes (still encrypted), the checkpoints, the history and every version of
every row as lines, ``case.toml`` without the address of a server, ``custody-log.csv`` (one line an event) and a proof
for each file that the last checkpoint holds, with the program that checks it. Reading it gives the same case and head.

Identifications of open reviews are nobody's to read: they travel encrypted to the case's key, or the bag is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from takingstock.evidence import secrets
from takingstock.evidence.checking import check, envelope_problem
from takingstock.evidence.heads import SignedHead, manifest_of
from takingstock.evidence.seal_checks import check_checkpoints
from takingstock.evidence.seals import FOLDER as SEALS
from takingstock.evidence.seals import read_checkpoints
from takingstock.evidence.vault import Vault
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import BODY, BadFileError, BadValueError, ConflictError, EvidenceAdded, EvidenceErased

if TYPE_CHECKING:
    from takingstock.case import Case

_HIDDEN: Final = "hidden.jsonl"
_LOCKED: Final = "hidden.jsonl.age"
_DUMP: Final = "case"
_PEMS: Final = "certificates"
_CUSTODY: Final = "custody-log.csv"
_PARTS: Final = {_DUMP, "originals", "sealed", SEALS, "proofs", "README.txt", _CUSTODY}
_TAGS: Final = re.compile(r"data|bagit\.txt|bag-info\.txt|(tag)?manifest-[a-z0-9]+\.txt")
_README: Final = """This is a case of takingstock, packed to be handed over.

case/            the history (history.jsonl) and every version of every row (rows.jsonl)
originals/       the files as they came in, each named by its SHA-256
sealed/          envelopes of secret items, encrypted
seals/           checkpoints: signed heads, and time stamps
proofs/          for each file, a proof that it stands in the sealed history; check_proof.py checks it by itself
custody-log.csv  one line for each event: when, who, what, why

Check the package: any BagIt tool, for example: bagit.py --validate FOLDER
Open it:           takingstock import NEW-CASE FOLDER
"""


@dataclass(frozen=True)
class Bagged:
    """What is in the package; ``locked``: identifications of open reviews are encrypted to the case's key."""

    out: Path
    files: int
    proofs: int
    locked: bool


def write_bag(case: Case, out: Path, *, when: datetime, hidden: Collection[str] = ()) -> Bagged:
    """Pack the case into the folder ``out``, which appears whole or not at all. ``hidden`` are the ids of
    identifications of open reviews; ``when`` is the date of packing.

    Raises ConflictError where something is in the way, BadValueError for hidden rows without a key to lock them."""
    import bagit

    if out.exists():
        raise ConflictError(f"{out} exists; choose a new name for the package")
    if hidden and not case.settings.recipient:
        raise BadValueError(
            f"{len(hidden)} identification(s) of open reviews may be read by nobody and the case has no key to lock "
            "them with; make one (takingstock evidence key), or close the reviews first"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        top = Path(folder) / "bag"
        dump = top / _DUMP
        dump.mkdir(parents=True)
        locked = set(hidden)
        case.dump(dump, (lambda table, key: table == "identifications" and key in locked) if locked else None)
        if (dump / _HIDDEN).exists():
            secrets.encrypt_file(dump / _HIDDEN, dump / _LOCKED, case.settings.recipient)
            (dump / _HIDDEN).unlink()
        changes = {"database": "sqlite:///case.db"} | _certificates(case, dump)
        case.settings.model_copy(update=changes).write(dump)
        (top / "README.txt").write_text(_README, encoding="utf-8")
        (top / _CUSTODY).write_text(csv_rows(list(_log(case))), encoding="utf-8", newline="")
        files = _copied(case, top)
        proofs = _proofs(case, top / "proofs")
        facts = {"Bagging-Date": when.date().isoformat(), "External-Description": case.title, "Head": case.head}
        facts["Checkpoints"] = str(len(read_checkpoints(case.folder / SEALS)[0]))
        bagit.make_bag(str(top), facts, checksums=["sha256", "sha512"])
        top.rename(out)
    return Bagged(out, files, proofs, bool(locked))


def is_bag(path: Path) -> bool:
    """Whether a folder is such a package."""
    return (path / "bagit.txt").is_file() and (path / "data" / _DUMP / "history.jsonl").is_file()


def read_bag(path: Path, target: Path, *, key: Path | None = None) -> Case:
    """Make the case in ``target`` from a package, and open it. ``key``: the case's key file, for locked rows.

    Raises BadFileError for a package that is damaged (naming every file) or locked, or whose case does not hold
    together; ConflictError where something is in the way. Then nothing is made."""
    from takingstock.case import open_case, restore, witness
    from takingstock.case.settings import read

    _refuse_damaged(path)
    data = path / "data"
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        what = "is a case already" if (target / "case.toml").exists() else "is in the way"
        raise ConflictError(f"{target} {what}; choose a new name for the case")
    target = target.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        dump, made = Path(folder) / "dump", Path(folder) / "case"
        dump.mkdir()
        for name in ("history.jsonl", "rows.jsonl"):
            shutil.copyfile(data / _DUMP / name, dump / name)
        if (data / _DUMP / _LOCKED).exists():
            if key is None:
                raise BadFileError("the package holds identifications that are locked; give the case's key with --key")
            secrets.decrypt_file(data / _DUMP / _LOCKED, dump / _HIDDEN, secrets.identity_in(key))
        with restore(made, dump, read(data / _DUMP)) as case:
            vault = Vault(made)
            for one in sorted((data / "originals").rglob("*")):
                if one.is_file():
                    vault.place(vault.stage(one).sha256)
            homes = (("sealed", vault.sealed), (SEALS, made / SEALS), (f"{_DUMP}/{_PEMS}", made / _PEMS))
            for name, home in homes:
                if (data / name).is_dir():
                    shutil.copytree(data / name, home)
            faults = [*_unsound(case), *_untold(case, path)]
            witness.remember(made, case.head, len(read_checkpoints(made / SEALS)[0]))
        if faults:
            raise BadFileError(f"{path}: {'; '.join(faults[:20])}; ask for a new copy")
        if target.exists():
            target.rmdir()
        made.rename(target)
    return open_case(target)


def _refuse_damaged(path: Path) -> None:
    """Every file against every manifest, before anything is read. Raises BadFileError that names them all."""
    import bagit

    try:
        bag = bagit.Bag(str(path))
        lost, extra = bag.compare_manifests_with_fs()
        faults = [f"{name} is missing" for name in sorted(lost)]
        faults += [f"{name} is in no manifest" for name in sorted(extra)]
        faults += [f"{one.name} is no part of a package" for one in path.iterdir() if not _TAGS.fullmatch(one.name)]
        inside = path / "data"
        faults += [
            f"data/{one.name} is no part of a case"
            for one in (inside.iterdir() if inside.is_dir() else ())
            if one.name not in _PARTS
        ]
        faults += [f"{one.relative_to(path)} is a link" for one in path.rglob("*") if one.is_symlink()]
        for name in (f"data/{_DUMP}/{part}" for part in ("history.jsonl", "rows.jsonl", "case.toml")):
            if name not in bag.entries and name not in lost:
                faults.append(f"{name} is missing")
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            present = [(path / name, given) for name, given in bag.entries.items() if name not in lost]
            faults += [word for word in pool.map(lambda one: _altered(path, *one), present) if word]
        if not faults:
            bag.validate(completeness_only=True)
    except (bagit.BagError, OSError, UnicodeDecodeError) as error:
        raise BadFileError(f"{path} is not the package that was made: {error}; ask for a new copy") from error
    if faults:
        raise BadFileError(f"{path} is not the package that was made: {'; '.join(faults)}; ask for a new copy")


def _altered(path: Path, file: Path, given: dict[str, str]) -> str:
    """A fault in words where a file does not have the digests that the manifests give; empty: it has."""
    for name, digest in given.items():
        with file.open("rb") as read:
            if hashlib.file_digest(read, name).hexdigest() != digest.lower():
                return f"{file.relative_to(path)} was altered"
    if not {"sha256", "sha512"} & given.keys():
        return f"{file.relative_to(path)} is vouched for by no digest that can be trusted"
    return ""


def _unsound(case: Case) -> list[str]:
    """What is wrong with the files and seals of a case that was read; its rows and history are verified already."""
    seals, faults = read_checkpoints(case.folder / SEALS)
    archive, known = case.archive(), {one.signed.head.key for one in seals}
    faults += check_checkpoints(seals, case.events(), manifest_of(archive), known_keys=known)
    words = [one.words for one in faults]
    words += [f"case.toml: {one}, and nobody accepted it" for one in case.unaccepted()]
    return words + [one.words for one in check(Vault(case.folder), archive).faults]


def _untold(case: Case, path: Path) -> list[str]:
    """Where the package says of itself other than what its history says: something was cut off the end of one."""
    import bagit

    data, info = path / "data", bagit.Bag(str(path)).info
    seals, _ = read_checkpoints(case.folder / SEALS)
    faults = []
    if (told := info.get("Head")) != case.head:
        faults.append(f"bag-info.txt: its head is {told}, the history ends with {case.head}: one of them was cut off")
    if (told := info.get("Checkpoints")) is not None and told != str(len(seals)):
        faults.append(f"bag-info.txt tells of {told} checkpoint(s), there are {len(seals)}")
    try:
        log = (data / _CUSTODY).read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        log = ""
    if log != csv_rows(list(_log(case))):
        faults.append(f"{_CUSTODY} is not the log of this history")
    heads = {one.signed.text() for one in seals}
    from takingstock.evidence.proofs import check_proof

    digests, ids = {event.digest for event in case.events()}, {one.id for one in case.archive().evidence}
    for file in sorted((data / "proofs").glob("*.json")):
        try:
            text = file.read_bytes().decode()
            proof = json.loads(text)
            sealed = SignedHead.model_validate(proof["checkpoint"]).text() in heads
            fits = sealed and proof["event"]["digest"] in digests and proof["item"] == file.stem and file.stem in ids
            fits = fits and check_proof(text).holds
        except (OSError, ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            faults.append(f"proofs/{file.name} proves nothing of this case")
    return faults


def _certificates(case: Case, dump: Path) -> dict[str, str]:
    """Copy the certificates that the case names, wherever they lie; where the copies are, by the setting's name."""
    named: dict[str, str] = {}
    for setting in ("trust", "authority_root"):
        file = case.settings.beside(case.folder, getattr(case.settings, setting))
        if file is not None and file.is_file():
            (dump / _PEMS).mkdir(exist_ok=True)
            named[setting] = f"{_PEMS}/{setting}.pem"
            shutil.copyfile(file, dump / named[setting])
    return named


def _copied(case: Case, top: Path) -> int:
    vault, archive = Vault(case.folder), case.archive()
    there = [one for one in archive.evidence if one.id not in archive.erased]
    for one in there:
        home = top / "originals" / one.id[:2] / one.id
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(vault.original(one.id), home)
            with home.open("rb") as copy:
                whole = hashlib.file_digest(copy, "sha256").hexdigest() == one.id
        except OSError as error:
            raise BadFileError(
                f"evidence {one.id} cannot be packed ({error.strerror}); run takingstock verify"
            ) from error
        if not whole:
            raise BadFileError(f"evidence {one.id} was altered and is not packed; run takingstock verify")
        if problem := envelope_problem(vault, one):
            raise BadFileError(f"evidence {one.id}: {problem}, so it is not packed; run takingstock verify")
        if one.commitment:
            (top / "sealed").mkdir(exist_ok=True)
            shutil.copyfile(vault.envelope(one.commitment), top / "sealed" / vault.envelope(one.commitment).name)
    if (case.folder / SEALS).is_dir():
        shutil.copytree(case.folder / SEALS, top / SEALS, ignore=shutil.ignore_patterns(".*"))
    return len(there)


def _proofs(case: Case, folder: Path) -> int:
    """A proof for every file that the last checkpoint holds."""
    from takingstock.evidence.proofs import CHECKER, AddedRow, Prover

    seals, faults = read_checkpoints(case.folder / SEALS)
    if faults:
        raise ConflictError(f"{faults[0].words}; run takingstock verify before handing the case over")
    if not seals:
        return 0
    folder.mkdir()
    shutil.copyfile(CHECKER, folder / CHECKER.name)
    prover = Prover(case.events(), seals[-1])
    made = 0
    for item in seals[-1].manifest or ():
        seq = case.added_by("evidence", item.id)
        # A record that was corrected since the checkpoint is proved by the next one.
        if not item.erased and seq <= seals[-1].signed.head.history.size:
            rows = [AddedRow(*row) for row in case.rows_of(seq)]
            proof = prover.prove(item.id, seq, rows)
            (folder / f"{item.id}.json").write_text(proof, encoding="utf-8", newline="")
            made += 1
    return made


def _log(case: Case) -> Iterator[list[str]]:
    yield ["number", "time", "actor", "what", "evidence", "reason", "digest"]
    for event in case.events():
        body = BODY.validate_json(event.payload)
        evidence = body.evidence if isinstance(body, EvidenceAdded) else ""
        if isinstance(body, EvidenceErased):
            evidence = " ".join(body.erased)
        yield [str(event.seq), event.at, event.actor, event.kind, evidence, event.reason, event.digest]
