"""Merkle trees as in RFC 6962, section 2.1 (SHA-256, 0x00 before a leaf, 0x01 before a node).

https://www.rfc-editor.org/rfc/rfc6962#section-2.1

The accumulator takes leaves one by one and keeps one hash per level, so that a root over millions of rows needs
memory for its logarithm only.
"""

from __future__ import annotations

import hashlib

_LEAF = b"\x00"
_NODE = b"\x01"


class MerkleRoot:
    """The root over the leaves pushed so far; ``len()`` is their number."""

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self._leaves = 0

    def push(self, leaf: bytes) -> None:
        """Add the next leaf (any bytes)."""
        node = hashlib.sha256(_LEAF + leaf).digest()
        # As many full subtrees close with this leaf as the number of leaves before it ends in binary ones.
        before = self._leaves
        while before & 1:
            node = hashlib.sha256(_NODE + self._peaks.pop() + node).digest()
            before >>= 1
        self._peaks.append(node)
        self._leaves += 1

    def hex(self) -> str:
        """The root in hex; over no leaves, the SHA-256 of nothing."""
        if not self._peaks:
            return hashlib.sha256().hexdigest()
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = hashlib.sha256(_NODE + peak + node).digest()
        return node.hex()

    def __len__(self) -> int:
        return self._leaves


def leaf_of(table: str, record: str) -> bytes:
    """The leaf of a row: the table's name, a line feed, the record's canonical JSON, in UTF-8."""
    return f"{table}\n{record}".encode()
