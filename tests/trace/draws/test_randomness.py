"""Random numbers by record: reproducible, even, and unrelated between neighbours."""

import hashlib

import numpy as np
import pytest

from takingstock.trace.draws.randomness import (
    CHOICE,
    DATE,
    HOLDS,
    TURN,
    record_hash,
    record_hashes,
    seed_of,
    uniform,
    uniforms,
)

DRAWS = 4000
# Neighbours: hashes, draws and seeds that differ in one bit or by one are where a weak mix would show.
NEAR = np.arange(100, dtype=np.uint64)
FAR = record_hashes(f"movement-{n}" for n in range(100))


def numbers(records=NEAR, seed=1, first=0, draws=DRAWS, stream=HOLDS):
    return uniforms(seed_of(seed), records, np.uint64(first), draws, stream)


def correlation(x, y):
    return float(np.corrcoef(x.ravel(), y.ravel())[0, 1])


def test_the_hash_of_an_id_is_blake2b_and_takes_any_text():
    assert int(record_hash("m-1")) == int.from_bytes(hashlib.blake2b(b"m-1", digest_size=8).digest(), "little")
    texts = ["m-1", "", "صادرات", "m-2"]
    assert [int(h) for h in record_hashes(texts)] == [int(record_hash(t)) for t in texts]
    assert record_hashes([]).dtype == np.uint64
    assert len(set(record_hashes(str(n) for n in range(10_000)).tolist())) == 10_000


def test_a_number_depends_on_seed_record_draw_and_stream_alone():
    table = numbers(FAR, seed=7, first=3, draws=5, stream=DATE)
    for i in (0, 42, 99):
        for j in range(5):
            assert table[i, j] == uniform(seed_of(7), FAR[i], np.uint64(3 + j), DATE)
    assert np.array_equal(numbers(FAR[::-1], draws=8)[::-1], numbers(FAR, draws=8))
    assert np.array_equal(numbers(FAR, first=5, draws=3), numbers(FAR, draws=8)[:, 5:])


def test_pinned_so_that_a_printed_result_can_be_reprinted():
    assert uniform(seed_of(1), record_hash("m-1"), np.uint64(0), HOLDS) == 0.1300068028976985


def test_any_whole_number_is_a_seed():
    assert seed_of(-1) == np.uint64(2**64 - 1)
    assert not np.array_equal(numbers(seed=-1, draws=4), numbers(seed=1, draws=4))


@pytest.mark.parametrize("records", [NEAR, FAR], ids=["near", "far"])
def test_numbers_are_even(records):
    drawn = numbers(records)
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    expected = drawn.size / 256
    counts = np.histogram(drawn, 256, (0.0, 1.0))[0]
    chi = ((counts - expected) ** 2 / expected).sum()
    # 255 degrees of freedom: mean 255, deviation 22.6.
    assert 255 - 5 * 22.6 < chi < 255 + 5 * 22.6
    # Each sequence by itself too: the largest of 100 deviations of a mean.
    assert np.abs(drawn.mean(axis=1) - 0.5).max() < 5 * np.sqrt(1 / 12 / DRAWS)
    # The last bits as well as the first.
    low = np.mod(drawn * 2.0**40, 1.0)
    assert abs(low.mean() - 0.5) < 5 * np.sqrt(1 / 12 / drawn.size)


@pytest.mark.parametrize("records", [NEAR, FAR], ids=["near", "far"])
def test_neighbours_are_unrelated(records):
    drawn = numbers(records)
    bound = 5 / np.sqrt(drawn.size)
    pairs = {
        "draws": (drawn[:, 1:], drawn[:, :-1]),
        "draws two apart": (drawn[:, 2:], drawn[:, :-2]),
        "records": (drawn[1:], drawn[:-1]),
        "seeds": (drawn, numbers(records, seed=2)),
        "seed and record": (drawn[1:], numbers(records, seed=2)[:-1]),
        "streams": (drawn, numbers(records, stream=CHOICE)),
        "streams two apart": (drawn, numbers(records, stream=TURN)),
        "stream and draw": (drawn[:, 1:], numbers(records, stream=CHOICE)[:, :-1]),
    }
    for name, (x, y) in pairs.items():
        assert abs(correlation(x, y)) < bound, name
        # Not only in the line: the joint distribution over 8 × 8 boxes. 63 degrees of freedom.
        joint = np.histogram2d(x.ravel(), y.ravel(), 8, ((0, 1), (0, 1)))[0]
        chi = ((joint - x.size / 64) ** 2 / (x.size / 64)).sum()
        assert chi < 63 + 6 * np.sqrt(126), name


def test_a_changed_bit_changes_half_of_the_bits():
    def bits(records):
        return (uniforms(seed_of(3), records, np.uint64(9), 1, HOLDS)[:, 0] * 2.0**53).astype(np.uint64)

    for bit in range(64):
        changed = bits(FAR) ^ bits(FAR ^ np.uint64(1 << bit))
        share = np.bitwise_count(changed).sum() / (53 * len(FAR))
        assert abs(share - 0.5) < 5 * 0.5 / np.sqrt(53 * len(FAR))
