"""Dated tables that ship with the package: item taxonomy, parties (states, forces, groups), arms embargoes.

Each row says where it comes from; what only general knowledge supports is marked unverified and shown so. The
tables are read when first asked for, so that importing this room costs nothing.
"""

from __future__ import annotations


def tables_version() -> str:
    """SHA-256 (hex) over the versions of items, parties and embargoes: one text that a result can store."""
    from takingstock.records import canonical_json
    from takingstock.reference.embargoes import version
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory
    from takingstock.reference.tables import sha256

    return sha256(canonical_json([taxonomy().version, directory().version, version()]))
