"""Merkle trees as in RFC 6962, section 2.1 (SHA-256, 0x00 before a leaf, 0x01 before a node).

https://www.rfc-editor.org/rfc/rfc6962#section-2.1

The accumulator takes leaves one by one and keeps one hash per level, so that a root over millions of rows needs
memory for its logarithm only. :class:`MerkleTree` keeps all nodes and gives the proofs of sections 2.1.1 and 2.1.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from takingstock.records.errors import BadValueError

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


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes."""
    return hashlib.sha256(_LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(_NODE + left + right).digest()


class MerkleTree:
    """A tree over leaf hashes (32 bytes each, :func:`leaf_hash`) that gives roots and proofs of any of its sizes.

    It keeps the hash of every full subtree (about twice the leaves), so that a proof takes the square of the logarithm
    in hashes and proving every leaf in turn stays cheap."""

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self._levels: list[list[bytes]] = [list(hashes)]
        while len(below := self._levels[-1]) > 1:
            self._levels.append([node_hash(below[k], below[k + 1]) for k in range(0, len(below) - 1, 2)])

    def __len__(self) -> int:
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (None: all). Raises BadValueError for a size the tree never had."""
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise BadValueError(f"the tree has {len(self)} leaves, not {size}; ask for a size up to that")
        return self._range(0, size) if size else hashlib.sha256().digest()

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of leaf ``index`` (from 0) in the tree of the first ``size`` leaves (section 2.1.1)."""
        size = len(self) if size is None else size
        if not 0 <= index < size <= len(self):
            raise BadValueError(
                f"no leaf {index} among the first {size} of {len(self)}; choose one that is in the tree"
            )
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """The proof that the tree of ``second`` leaves extends that of the first ``first`` (section 2.1.2)."""
        second = len(self) if second is None else second
        if not 0 < first <= second <= len(self):
            raise BadValueError(f"no proof from {first} to {second} of {len(self)} leaves; take 1 ≤ first ≤ second")
        path: list[bytes] = []
        low, high, whole = 0, second, True
        while first != high:
            middle = low + _split(high - low)
            if first <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self._range(low, high))
        return path[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """The root over leaves low (included) to high (not), a range that the definition splits off."""
        size = high - low
        level = size.bit_length() - 1
        if size == 1 << level:
            return self._levels[level][low >> level]
        middle = low + _split(size)
        return node_hash(self._range(low, middle), self._range(middle, high))


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from a leaf hash at ``index`` to the root over ``size`` leaves.

    Method: RFC 9162, section 2.1.3.2, for the trees of RFC 6962."""
    if not 0 <= index < size:
        return False
    here, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(step, node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = node_hash(node, step)
        here, last = here >> 1, last >> 1
    return last == 0 and node == root


def extends(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``second`` leaves begins with the tree of ``first`` leaves.

    Method: RFC 9162, section 2.1.4.2, for the trees of RFC 6962."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, step)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
