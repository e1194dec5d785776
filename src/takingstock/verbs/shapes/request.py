"""Trace requests as JSON and as rows."""

from __future__ import annotations

from collections.abc import Sequence

from takingstock.verbs.request import Drafted, Stepped
from takingstock.verbs.requested import Missing, Standing
from takingstock.verbs.shapes.figures import Json, Table


def drafted_json(made: Drafted) -> Json:
    """``{request, missing: [{field, paragraph, required, what}], words, revision}``."""
    value: Json = made.model_dump(mode="json")
    return value


def missing_table(still: Sequence[Missing]) -> Table:
    """One row a field that is empty."""
    return ("field", "needed", "paragraph", "what"), [
        (one.field, "before sending" if one.required else "if known", one.paragraph, one.what) for one in still
    ]


def requests_json(found: Sequence[Standing]) -> Json:
    """``{requests: [{status, before, since, missing, request, steps}]}``."""
    return {
        "requests": [
            {
                "id": one.request.id,
                "status": one.status.value,
                "before": one.before.value,
                "since": one.since,
                "missing": [still.field for still in one.missing if still.required],
                "request": one.request.model_dump(mode="json"),
                "steps": [step.model_dump(mode="json") for step in one.steps],
            }
            for one in found
        ]
    }


def requests_table(found: Sequence[Standing]) -> Table:
    """One row a request."""
    head = ("id", "status", "since", "due", "recipient", "class", "about", "still empty", "last note")
    return head, [
        (
            one.request.id,
            one.status.value if one.status is one.before else f"{one.status.value} ({one.before.value})",
            one.since,
            str(one.request.due),
            one.request.recipient,
            one.request.item,
            "; ".join((*one.request.sightings, *filter(None, (one.request.movement,)))),
            ", ".join(still.field for still in one.missing if still.required),
            one.steps[-1].note if one.steps else "",
        )
        for one in found
    ]


def stepped_json(made: Stepped) -> Json:
    """``{step, statement, source, revision}``; the last two but one are null where nothing became a row."""
    value: Json = made.model_dump(mode="json")
    return value
