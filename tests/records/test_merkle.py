"""The tree against published vectors and against the definition written down naively."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records.merkle import MerkleRoot, leaf_of

# Leaves and roots of the reference test data for RFC 6962 hashing, github.com/transparency-dev/merkle,
# testonly/constants.go (Apache-2.0), read at commit 582a6ad190b6848f1d26f8bf08ddef29955d9db1.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root(leaves: list[bytes]) -> MerkleRoot:
    tree = MerkleRoot()
    for leaf in leaves:
        tree.push(leaf)
    return tree


def naive(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is defined: split at the largest power of two below the number."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:split]) + naive(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_published_roots(size: int) -> None:
    assert root([bytes.fromhex(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_agrees_with_the_definition(leaves: list[bytes]) -> None:
    tree = root(leaves)
    assert tree.hex() == naive(leaves).hex()
    assert len(tree) == len(leaves)


def test_asking_for_the_root_does_not_change_it() -> None:
    tree = root([b"a", b"b", b"c"])
    first = tree.hex()
    tree.push(b"d")
    assert first == naive([b"a", b"b", b"c"]).hex()
    assert tree.hex() == naive([b"a", b"b", b"c", b"d"]).hex()


def test_memory_grows_with_the_logarithm() -> None:
    assert len(root([b"x"] * 1023)._peaks) == 10


def test_a_leaf_binds_the_table() -> None:
    assert leaf_of("counts", '{"id":"ع"}') == b'counts\n{"id":"\xd8\xb9"}'
    assert leaf_of("counts", "{}") != leaf_of("sightings", "{}")
