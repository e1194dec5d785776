"""list and show: what the case holds, and all that is known of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from takingstock.records import (
    Archive,
    Clearance,
    Collection,
    Evidence,
    Examination,
    Record,
    SourceState,
    Verification,
)
from takingstock.verbs.evidence.finding import found


class Listed(Record):
    """One distinct file. ``status`` says how its examination ended (or secret, erased); ``source`` how far its origin,
    place and time are verified; ``voices`` from how many collections it came."""

    sha256: str
    name: str
    media_type: str
    size: int
    status: str
    source: str
    verified: bool
    credentials: str
    collections: int
    secret: bool = False


class Listing(Record):
    """One row per distinct file, by id."""

    revision: int
    evidence: tuple[Listed, ...]


class Shown(Record):
    """All that is known of one file; ``erased``: its content is gone."""

    revision: int
    evidence: Evidence
    collections: tuple[Collection, ...]
    examination: Examination | None
    source: SourceState
    verifications: tuple[Verification, ...]
    clearance: Clearance | None
    sightings: tuple[str, ...]
    path: str
    erased: bool


def listing(folder: Path, *, key: Path | None = None) -> Listing:
    """Every distinct file; with ``key`` secret ones by their names. Raises NotACaseError, BadFileError."""
    from takingstock.case import open_case
    from takingstock.catalogue.sourcing import by_evidence, settle_source

    with open_case(folder) as case:
        (archive, problems), ledger, rule = _archive(case, key), case.ledger(), case.settings.review
    said = by_evidence(ledger)
    rows = []
    for one in archive.evidence:
        state = settle_source(one.id, said.get(one.id, ()), rule)
        look = archive.examination_by_id.get(one.id)
        rows.append(
            Listed(
                sha256=one.id,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                status=problems.get(one.id) or _status(archive, one, look),
                source=state.words,
                verified=state.verified,
                credentials=look.credentials.verdict if look else "",
                collections=len(archive.collections_of.get(one.id, ())),
                secret=one.secret,
            )
        )
    return Listing(revision=archive.revision, evidence=tuple(rows))


def show(folder: Path, evidence: str, *, key: Path | None = None) -> Shown:
    """All of one file. Raises UnknownNameError, NotACaseError, BadFileError."""
    from takingstock.case import open_case
    from takingstock.catalogue.sourcing import source_state
    from takingstock.evidence.vault import Vault

    with open_case(folder) as case:
        (archive, _), ledger = _archive(case, key), case.ledger()
        one = found(archive, evidence)
        return Shown(
            revision=archive.revision,
            evidence=one,
            collections=archive.collections_of.get(one.id, ()),
            examination=archive.examination_by_id.get(one.id),
            source=source_state(ledger, one.id, case.settings.review),
            verifications=tuple(v for v in ledger.verifications if v.evidence == one.id),
            clearance=archive.clearance_by_id.get(one.id),
            sightings=tuple(s.id for s in ledger.sightings if one.id in s.evidence),
            path=str(Vault(case.folder).original(one.id)),
            erased=one.id in archive.erased,
        )


def _status(archive: Archive, one: Evidence, look: Examination | None) -> str:
    if one.id in archive.erased:
        return "erased"
    if look is not None:
        return look.status
    return "secret" if one.secret else "not examined"


def _archive(case: Any, key: Path | None) -> tuple[Archive, dict[str, str]]:
    """The archive, with what the key opens in the place of the sealed rows, and what is wrong with the envelopes that
    do not open. Ids stay those of the stored files."""
    archive: Archive = case.archive()
    if key is None:
        return archive, {}
    from takingstock.verbs.evidence.secrecy import unsealed

    contents, problems = unsealed(case, key)
    told = {
        id_: {name: {**rows, "id": id_} for name, rows in content.items() if name != "collection"}
        for id_, content in contents.items()
    }
    evidence = tuple(
        Evidence(**(told[one.id]["evidence"] | {"secret": True, "commitment": one.commitment}))
        if one.id in told
        else one
        for one in archive.evidence
    )
    collections = tuple(
        Collection(**(contents[one.evidence]["collection"] | {"evidence": one.evidence, "secret": True}))
        if one.evidence in contents
        else one
        for one in archive.collections
    )
    examinations = [*archive.examinations, *(Examination(**rows["examination"]) for rows in told.values())]
    opened = archive.model_copy(
        update={
            "evidence": evidence,
            "collections": collections,
            "examinations": tuple(sorted(examinations, key=lambda row: row.id)),
        }
    )
    return opened, problems
