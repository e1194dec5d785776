"""Bits: exact search of 256-bit hashes by the number of bits that differ. Every pair is looked at; nothing is sampled.

A hash is four unsigned 64-bit words. The compiled loops run over both arrays on all cores.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from takingstock.records.errors import BadValueError

Hashes = npt.NDArray[np.uint64]
Found = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]

WORDS = 4
_BLOCK = 1 << 15


def packed(digits: Sequence[str]) -> Hashes:
    """n texts of 64 hex digits as (n, 4) words."""
    for text in digits:
        if len(text) != 16 * WORDS:
            raise BadValueError(f"a hash has {16 * WORDS} hex digits, this one {len(text)}: examine the file anew")
    try:
        raw = bytes.fromhex("".join(digits))
    except ValueError:
        raise BadValueError("a hash has digits that are not hexadecimal: examine the file anew") from None
    return np.frombuffer(raw, dtype=np.uint64).reshape(-1, WORDS)


def within(queries: Hashes, hashes: Hashes, distance: int) -> Found:
    """All pairs (row of ``queries`` (m, 4), row of ``hashes`` (n, 4)) that differ in at most ``distance`` bits.

    Rows, rows and distances, sorted by query, then by hash. Time grows with m times n, memory with what is found."""
    queries, hashes = _words(queries), _words(hashes)
    count, fill = _kernels()
    # Queries run inside a block of hashes that stays in the cache.
    blocks = [(begin, min(begin + _BLOCK, len(hashes))) for begin in range(0, len(hashes), _BLOCK)]
    numbers = np.zeros((len(blocks), len(queries)), dtype=np.int64)
    limits = np.array(blocks, dtype=np.int64).reshape(-1, 2)
    count(queries, hashes, limits, distance, numbers)
    begins = np.zeros(numbers.size + 1, dtype=np.int64)
    np.cumsum(numbers.T.ravel(), out=begins[1:])
    left, right, bits = (np.empty(int(begins[-1]), dtype=np.int64) for _ in range(3))
    fill(queries, hashes, limits, distance, numbers, begins, left, right, bits)
    return left, right, bits


def _words(hashes: Hashes) -> Hashes:
    array = np.ascontiguousarray(hashes, dtype=np.uint64)
    if array.ndim != 2 or array.shape[1] != WORDS:
        raise BadValueError(f"hashes come as rows of {WORDS} words of 64 bits, not as {array.shape}")
    return array


@cache
def _kernels() -> tuple[Any, Any]:
    """Compiled on the first call of a process."""
    from numba import njit, prange, types
    from numba.extending import intrinsic

    @intrinsic  # type: ignore[untyped-decorator]
    def ones(typing: Any, word: Any) -> Any:  # noqa: ARG001 (the names that numba asks for)
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            return builder.ctpop(arguments[0])

        return types.uint64(types.uint64), generate

    @njit(inline="always")  # type: ignore[untyped-decorator]
    def differing(a: Any, i: int, b: Any, j: int) -> Any:
        return ones(a[i, 0] ^ b[j, 0]) + ones(a[i, 1] ^ b[j, 1]) + ones(a[i, 2] ^ b[j, 2]) + ones(a[i, 3] ^ b[j, 3])

    @njit(parallel=True, nogil=True)  # type: ignore[untyped-decorator]
    def count(queries: Any, hashes: Any, limits: Any, distance: int, numbers: Any) -> None:
        limit = np.uint64(distance)
        for block in prange(len(limits)):
            for i in range(len(queries)):
                total = 0
                for j in range(limits[block, 0], limits[block, 1]):
                    total += differing(queries, i, hashes, j) <= limit
                numbers[block, i] = total

    @njit(parallel=True, nogil=True)  # type: ignore[untyped-decorator]
    def fill(
        queries: Any,
        hashes: Any,
        limits: Any,
        distance: int,
        numbers: Any,
        begins: Any,
        left: Any,
        right: Any,
        bits: Any,
    ) -> None:
        limit = np.uint64(distance)
        for block in prange(len(limits)):
            for i in range(len(queries)):
                if numbers[block, i] == 0:
                    continue
                at = begins[i * len(limits) + block]
                for j in range(limits[block, 0], limits[block, 1]):
                    found = differing(queries, i, hashes, j)
                    if found <= limit:
                        left[at], right[at], bits[at] = i, j, found
                        at += 1

    return count, fill
