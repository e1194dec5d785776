"""The compiled search against plain numpy: the same pairs, all of them."""

from __future__ import annotations

import numpy as np
import pytest

from takingstock.evidence.bits import packed, within
from takingstock.records import BadValueError


def oracle(queries: np.ndarray, hashes: np.ndarray, distance: int) -> list[tuple[int, int, int]]:
    found = []
    for i, query in enumerate(queries):
        bits = np.bitwise_count(hashes ^ query).sum(axis=1, dtype=np.int64)
        found += [(i, int(j), int(bits[j])) for j in np.flatnonzero(bits <= distance)]
    return found


@pytest.mark.parametrize("distance", [0, 1, 63, 64, 110, 128, 256])
def test_the_search_is_exact(distance: int) -> None:
    random = np.random.default_rng(5)
    # More than one block of hashes.
    hashes = random.integers(0, 2**64, (70_000 if distance < 110 else 3_000, 4), dtype=np.uint64)
    queries = hashes[random.integers(0, len(hashes), 12)].copy()
    # Copies with so many flipped bits, one word at a time.
    for row, flips in enumerate((0, 1, 2, 7, 20, 32, 40, 63, 64)):
        for bit in random.choice(256, flips, replace=False):
            queries[row, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    found = within(queries, hashes, distance)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == oracle(queries, hashes, distance)


def test_nothing_in_nothing() -> None:
    none, one = np.zeros((0, 4), dtype=np.uint64), np.zeros((1, 4), dtype=np.uint64)
    for queries, hashes in ((none, one), (one, none), (none, none)):
        assert [len(column) for column in within(queries, hashes, 256)] == [0, 0, 0]
    with pytest.raises(BadValueError, match="4 words"):
        within(one[:, :3], one, 1)


def test_hex_digits_keep_their_distance() -> None:
    words = packed(["0" * 64, "0" * 63 + "7"])
    assert within(words[:1], words, 256)[2].tolist() == [0, 3]
    assert packed([]).shape == (0, 4)
    with pytest.raises(BadValueError, match="64 hex digits"):
        packed(["0"])
    with pytest.raises(BadValueError, match="not hexadecimal"):
        packed(["g" * 64])
