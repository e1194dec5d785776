"""Reviews and agreement as JSON and as rows."""

from __future__ import annotations

from takingstock.records import Agreed, Agreement, Review
from takingstock.verbs.identify.listing import Standing
from takingstock.verbs.shapes.figures import Json, Table


def standing_json(found: Standing) -> Json:
    """``{revision, rule, states: {state: number}, sightings: [{sighting, state, open, …}]}``."""
    return {
        "revision": found.revision,
        "rule": found.rule,
        "states": dict(found.states),
        "notes": list(found.notes),
        "sightings": [_review(one) for one in found.reviews],
    }


def _review(one: Review) -> Json:
    stands = one.standing.model_dump(mode="json") if one.standing else None
    return {
        "sighting": one.sighting,
        "state": one.state.value,
        "open": one.open,
        "sources": [{"evidence": s.evidence, "verified": s.verified, "words": s.words} for s in one.sources],
        "standing": stands,
        "words": list(one.words),
        "faults": list(one.faults),
        "erased": list(one.erased),
        "reopened": one.reopened,
    }


def standing_table(found: Standing) -> Table:
    """One row a sighting."""
    head = ("sighting", "state", "level", "item", "made in", "experts", "dissent", "what is missing")
    rows = []
    for one in found.reviews:
        stands = one.standing
        sources = [s.words for s in one.sources if not s.verified]
        rows.append(
            (
                one.sighting,
                one.state.value,
                stands.level.value if stands else "",
                stands.item if stands else "",
                (stands.made_in or "") if stands else "",
                len(stands.experts) if stands else "",
                len(stands.dissent) if stands else "",
                "; ".join((*sources, *one.faults, *one.words, *_differing(one.standing))),
            )
        )
    return head, rows


def _differing(stands: Agreed | None) -> list[str]:
    """In words, on what the experts behind it contradict each other: it is not agreed."""
    named = {"made_in": "country of manufacture", "maker": "maker", "made": "years of manufacture"}
    said = stands.differing if stands else ()
    return [f"{named[name]} not agreed: {' or '.join(values)}" for name, values in said]


def agreement_table(found: Agreement) -> Table:
    """One row a class, level or expert."""
    head = ("scope", "of", "level", "sightings", "experts", "identifications", "alpha", "why none")
    return head, [
        (
            row.scope,
            row.key,
            row.level.value if row.level else "",
            row.units,
            row.experts,
            row.identifications,
            "" if row.alpha is None else f"{row.alpha:.3f}",
            row.words,
        )
        for row in found.rows
    ]
