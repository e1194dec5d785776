"""Evidence as JSON and as rows."""

from __future__ import annotations

from takingstock.records import Examination
from takingstock.verbs.evidence.adding import Added
from takingstock.verbs.evidence.likeness import Pairs
from takingstock.verbs.evidence.listing import Listing, Shown
from takingstock.verbs.evidence.marks import Proposals
from takingstock.verbs.shapes.figures import Json, Table


def added_json(made: Added) -> Json:
    """``{revision, added, another_source, known, rejected, files: [{sha256, name, outcome, …}], rejects: […]}``."""
    return {
        "revision": made.revision,
        "added": made.count("added"),
        "another_source": made.count("another source"),
        "known": made.count("known"),
        "rejected": len(made.rejects),
        "recovered": made.recovered,
        "files": [one.model_dump(mode="json") for one in made.files],
        "rejects": [{**dict(one.row), "line": one.line, "reason": one.reason} for one in made.rejects],
        "cautions": list(made.cautions),
    }


def added_table(made: Added) -> Table:
    """One row a file."""
    rows = [(one.sha256[:12], one.name, one.media_type, one.outcome, one.words) for one in made.files]
    rows += [("", dict(one.row).get("file", f"line {one.line}"), "", "not taken", one.reason) for one in made.rejects]
    return ("sha256", "name", "type", "outcome", "how it went"), rows


def list_json(found: Listing) -> Json:
    """``{revision, evidence: [{sha256, media_type, name, status, …}]}``, one row per distinct file."""
    return {"revision": found.revision, "evidence": [one.model_dump(mode="json") for one in found.evidence]}


def list_table(found: Listing) -> Table:
    """One row a distinct file."""
    return ("sha256", "type", "name", "bytes", "status", "source", "credentials", "collected"), [
        (
            one.sha256[:12],
            one.media_type,
            one.name,
            one.size,
            one.status,
            one.source,
            one.credentials,
            f"{one.collections}x",
        )
        for one in found.evidence
    ]


def shown_json(found: Shown) -> Json:
    """Everything, as the records have it; times of the three kinds apart."""
    look = found.examination
    return {
        "revision": found.revision,
        "evidence": found.evidence.model_dump(mode="json"),
        "path": found.path,
        "erased": found.erased,
        "times": {
            "claimed": [str(one.claimed_when) for one in found.collections if one.claimed_when.known],
            "embedded": [list(pair) for pair in look.times] if look else [],
            "file": [one.file_time for one in found.collections if one.file_time],
        },
        "collections": [one.model_dump(mode="json") for one in found.collections],
        "examination": look.model_dump(mode="json") if look else None,
        "credentials": look.credentials.verdict if look else None,
        "source": found.source.model_dump(mode="json"),
        "verifications": [one.model_dump(mode="json") for one in found.verifications],
        "clearance": found.clearance.model_dump(mode="json") if found.clearance else None,
        "sightings": list(found.sightings),
    }


def shown_table(found: Shown) -> Table:
    """Pairs of a name and what it says; which record each comes from stands first."""
    one = found.evidence
    rows: list[tuple[str, str, str]] = [
        ("file", "sha256", one.id),
        ("file", "name", one.name),
        ("file", "type", one.media_type),
        ("file", "bytes", str(one.size)),
        ("file", "lies at", "erased" if found.erased else found.path),
    ]
    for collection in found.collections:
        values = collection.model_dump(mode="json", exclude_defaults=True)
        rows += [("collection", name, str(value)) for name, value in values.items() if name not in ("id", "evidence")]
    if found.examination:
        rows += _examined(found.examination)
    rows.append(("source", "state", found.source.words))
    for said in found.verifications:
        answer = f"{said.answer.value} by {said.person}: {said.method}; {said.reason}"
        rows.append(("source", said.aspect.value, answer + (f"; found: {said.finding}" if said.finding else "")))
    if found.clearance:
        rows.append(("clearance", found.clearance.person, f"{len(found.clearance.regions)} region(s) to hide"))
    rows += [("sighting", "", sighting) for sighting in found.sightings]
    return ("of", "what", "value"), [row for row in rows if row[2]]


def _examined(look: Examination) -> list[tuple[str, str, str]]:
    rows = [("embedded time", name, text) for name, text in look.times]
    if look.position is not None:
        rows.append(("embedded", "position", f"{look.position.latitude:.6f}, {look.position.longitude:.6f}"))
    size = f"{look.width} x {look.height}" if look.width else ""
    rows += [("embedded", "device", look.device), ("embedded", "serial", look.serial), ("picture", "pixels", size)]
    if look.duration:
        rows.append(("video", "seconds", f"{look.duration:.2f}"))
    credentials = look.credentials
    rows.append(("credentials", "verdict", credentials.verdict))
    rows += [("credentials", "signer", credentials.signer), ("credentials", "signed", credentials.signed)]
    rows.append(("credentials", "codes", ", ".join(credentials.codes)))
    rows += [("field", name, text) for name, text in look.fields]
    rows += [("step", step.step, f"{step.outcome.value}: {step.words}".rstrip(": ")) for step in look.steps]
    return rows


def likeness_json(found: Pairs) -> Json:
    """``{revision, within, pairs: [{first, second, distance, kind, variants, rule, …}]}``."""
    return found.model_dump(mode="json")


def likeness_table(found: Pairs) -> Table:
    """One row a pair, nearest first."""
    head = ("first", "second", "names", "bits of 256", "alike in", "kind", "judged", "differing regions", "picture")
    return head, [
        (
            one.first[:12],
            one.second[:12],
            f"{one.first_name} / {one.second_name}",
            one.distance,
            one.variants,
            one.kind,
            one.judgement,
            one.words if one.differing is None else one.differing,
            one.picture,
        )
        for one in found.pairs
    ]


def marks_json(found: Proposals) -> Json:
    """``{evidence, proposals: [{text, confidence, box, rule}], words}``."""
    return found.model_dump(mode="json")


def marks_table(found: Proposals) -> Table:
    """One row a proposal."""
    return ("text", "confidence", "left", "top", "right", "bottom", "proposed by"), [
        (one.text, f"{one.confidence:.2f}", *(f"{edge:.3f}" for edge in one.box), one.rule) for one in found.proposals
    ]
