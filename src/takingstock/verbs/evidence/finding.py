"""Finding one evidence by what a person types: its SHA-256, the first characters of it, or its name."""

from __future__ import annotations

from takingstock.records import Archive, Evidence, UnknownNameError


def found(archive: Archive, text: str) -> Evidence:
    """Raises UnknownNameError for none, and for several, naming them."""
    wanted = text.strip().lower()
    if one := archive.evidence_by_id.get(wanted):
        return one
    many = [one for one in archive.evidence if len(wanted) >= 4 and one.id.startswith(wanted)]
    many = many or [one for one in archive.evidence if one.name and one.name == text.strip()]
    if len(many) == 1:
        return many[0]
    if many:
        several = ", ".join(one.id[:12] for one in many[:5])
        raise UnknownNameError(f"{text!r} means {len(many)} files ({several}); give more of the SHA-256")
    raise UnknownNameError(f"no evidence {text!r}; see: takingstock evidence list CASE")
