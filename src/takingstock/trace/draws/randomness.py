"""Random numbers that belong to records: the same (seed, record, draw, stream) gives the same number, always.

Invariant: a number depends on nothing but these four, so neither the order of rows nor the number of draws, lanes or
threads changes it, and leaving a record out changes no number of another (common random numbers). (Orders of movements
are sampled by block: where dates are uncertain, how many draws are asked for decides which draws share an order.)

Method: counter-based. A record's id becomes a 64-bit hash; seed, stream and hash are mixed into the key of a sequence;
the number of a draw is the key plus draw times an odd constant, mixed. The mix is the finaliser of SplitMix64 (Steele,
Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, variant 13 of Stafford). It is no cipher.

Importing this module imports numba, so callers import it inside the function that needs it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from takingstock.trace.kernels import compiled

Hashes = NDArray[np.uint64]

HOLDS, CHOICE, DATE, TURN = (np.uint64(stream) for stream in range(4))
"""The streams: whether a statement holds, or which of several is true (and, in the other half of the bits, its
quantity), one that is free, the date of a move, and whose turn it is where an order of moves leaves a choice."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_STREAM_STEP = np.uint64(0xD1B54A32D192ED03)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53


def record_hash(text: str) -> np.uint64:
    """The 64-bit hash of a record's id: the first 8 bytes of BLAKE2b, least significant first."""
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def record_hashes(texts: Iterable[str]) -> Hashes:
    """`record_hash` of each id, as uint64[ids]."""
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def seed_of(seed: int) -> np.uint64:
    """Any whole number as the seed that the compiled functions take (its lowest 64 bits)."""
    return np.uint64(seed & 0xFFFF_FFFF_FFFF_FFFF)


@compiled
def mixed(bits: np.uint64) -> np.uint64:
    """64 bits, mixed one to one: a change of any one of them changes about half of the result."""
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@compiled
def sequence_key(seed: np.uint64, record: np.uint64, stream: np.uint64) -> np.uint64:
    """The key of a record's sequence in a stream; all three are uint64."""
    return mixed(mixed(seed * _STEP + (stream + np.uint64(1)) * _STREAM_STEP) ^ record)


@compiled
def drawn_bits(key: np.uint64, draw: np.uint64) -> np.uint64:
    """The 64 random bits of a draw in the sequence of a key."""
    return mixed(key + (draw + np.uint64(1)) * _STEP)


@compiled
def unit(bits: np.uint64) -> float:
    """64 random bits as a number in [0, 1), from the upper 53."""
    return np.float64(bits >> _11) * _UNIT


@compiled
def uniform(seed: np.uint64, record: np.uint64, draw: np.uint64, stream: np.uint64) -> float:
    """The uniform number in [0, 1) of (seed, record, draw, stream); all four are uint64."""
    return unit(drawn_bits(sequence_key(seed, record, stream), draw))


@compiled
def uniforms(
    seed: np.uint64, records: Hashes, first_draw: np.uint64, draws: int, stream: np.uint64
) -> NDArray[np.float64]:
    """`uniform` of each record and of `draws` draws from `first_draw` on, as float64[records, draws]."""
    found = np.empty((len(records), draws))
    for i in range(len(records)):
        key = sequence_key(seed, records[i], stream)
        for j in range(draws):
            found[i, j] = unit(drawn_bits(key, first_draw + np.uint64(j)))
    return found
