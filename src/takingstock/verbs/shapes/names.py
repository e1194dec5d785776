"""Names as JSON and as rows."""

from __future__ import annotations

from takingstock.verbs.names import NamesIn, NamesListed, NamesWhy, NamesWithdrawn
from takingstock.verbs.shapes.figures import Json, Table


def names_list_json(found: NamesListed) -> Json:
    """``{revision, namings: [{id, kind, text, meaning, usage, when, …, statements}]}``."""
    counts = dict(found.resting)
    return {
        "revision": found.revision,
        "namings": [row.model_dump(mode="json") | {"statements": counts.get(row.id, 0)} for row in found.namings],
    }


def names_list_table(found: NamesListed) -> Table:
    """One row a naming."""
    counts = dict(found.resting)
    head = ("kind", "name", "meaning", "register", "when", "by", "score", "statements", "falls back to", "stands", "id")
    return head, [
        (
            row.kind.value,
            row.text,
            row.meaning or "none that we know",
            row.usage,
            str(row.when),
            row.person or row.rule,
            "" if row.score is None else f"{row.score:g}",
            counts.get(row.id, 0),
            row.fallback or "",
            "withdrawn" if row.withdrawn else "yes",
            row.id,
        )
        for row in found.namings
    ]


def names_why_json(found: NamesWhy) -> Json:
    """``{item: {kind, text, meaning, name, why, naming, candidates}, party: {…}}``."""
    value: Json = found.model_dump(mode="json")
    return value


def names_why_table(found: NamesWhy) -> Table:
    """How the name is read as each kind, then the candidates with their scores."""
    head = ("kind", "meaning", "name", "score", "rule", "why")
    rows: list[tuple[object, ...]] = []
    for read in (found.item, found.party):
        naming = read.naming
        score = "" if naming is None or naming.score is None else f"{naming.score:g}"
        by = (naming.person or naming.rule) if naming else ""
        rows.append((read.kind.value, read.meaning or "–", read.name, score, by, read.why))
        rows += [
            (f"{read.kind.value}, candidate", one.meaning, one.name, f"{one.score:g}", one.rule, one.why)
            for one in read.candidates
            if one.meaning != read.meaning
        ]
    return head, rows


def names_in_json(found: NamesIn) -> Json:
    """``{read, taken, unchanged, unanswered, rejects, rejects_file, notes, revision}``."""
    value: Json = found.model_dump(mode="json")
    return value


def names_withdrawn_json(found: NamesWithdrawn) -> Json:
    """``{namings, fallen, gone, revision}``."""
    value: Json = found.model_dump(mode="json")
    return value


def names_withdrawn_table(found: NamesWithdrawn) -> Table:
    """One row for each statement that changed."""
    rows = [(id, "falls back to the broader class") for id in found.fallen]
    return ("statement", "what becomes of it"), [
        *rows,
        *((id, "taken out; import its register again") for id in found.gone),
    ]
