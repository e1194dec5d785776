"""The tree against published vectors and against the definition written down naively."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import BadValueError
from takingstock.records.merkle import MerkleRoot, MerkleTree, extends, includes, leaf_hash, leaf_of

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


# Proofs of the same data, testonly/reference_test.go at the same commit: (leaf, size) and (first, second) to path.
INCLUSIONS = {
    (0, 1): [],
    (0, 2): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"],
    (1, 2): ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): INCLUSIONS[0, 8],
    (2, 5): INCLUSIONS[1, 5][1:],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
MANY = [b"%d" % number for number in range(67)]


def tree(leaves: list[bytes]) -> MerkleTree:
    return MerkleTree(leaf_hash(leaf) for leaf in leaves)


def split(size: int) -> int:
    found = 1
    while found * 2 < size:
        found *= 2
    return found


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962, section 2.1.1, as it is defined."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive(leaves[:k])]


def naive_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962, section 2.1.2, as it is defined."""
    if m == len(leaves):
        return [] if whole else [naive(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive(leaves[:k])]


@pytest.mark.parametrize(("key", "path"), INCLUSIONS.items())
def test_published_inclusion_proofs(key: tuple[int, int], path: list[str]) -> None:
    all_of_them = tree([bytes.fromhex(leaf) for leaf in LEAVES])
    assert [step.hex() for step in all_of_them.inclusion(*key)] == path
    leaf = leaf_hash(bytes.fromhex(LEAVES[key[0]]))
    assert includes(leaf, *key, [bytes.fromhex(step) for step in path], bytes.fromhex(ROOTS[key[1]]))


@pytest.mark.parametrize(("key", "path"), CONSISTENCIES.items())
def test_published_consistency_proofs(key: tuple[int, int], path: list[str]) -> None:
    all_of_them = tree([bytes.fromhex(leaf) for leaf in LEAVES])
    assert [step.hex() for step in all_of_them.consistency(*key)] == path
    first, second = (bytes.fromhex(ROOTS[size]) for size in key)
    assert extends(key[0], first, key[1], second, [bytes.fromhex(step) for step in path])


def test_proofs_agree_with_the_definition_for_every_size() -> None:
    whole = tree(MANY)
    for size in range(1, len(MANY) + 1):
        leaves = MANY[:size]
        root = naive(leaves)
        assert whole.root(size) == root
        for index in range(size):
            path = whole.inclusion(index, size)
            if size <= 24 or index in (0, size // 2, size - 1):
                assert path == naive_path(index, leaves)
            assert includes(leaf_hash(leaves[index]), index, size, path, root)
        for first in range(1, size + 1):
            path = whole.consistency(first, size)
            if size <= 24 or first in (1, size // 2 + 1, size - 1):
                assert path == naive_subproof(first, leaves, True)
            assert extends(first, whole.root(first), size, root, path)


def test_a_wrong_proof_proves_nothing() -> None:
    whole = tree(MANY)
    for size in (1, 2, 3, 5, 8, 13, 64, 67):
        root = whole.root(size)
        for index in range(size):
            leaf, path = leaf_hash(MANY[index]), whole.inclusion(index, size)
            assert not includes(leaf_hash(b"other"), index, size, path, root)
            assert not includes(leaf, index, size, [*path, root], root)
            assert not any(includes(leaf, other, size, path, root) for other in range(-1, size + 1) if other != index)
            for place in range(len(path)):
                assert not includes(leaf, index, size, path[:place] + path[place + 1 :], root)
                assert not includes(leaf, index, size, [*path[:place], b"x" * 32, *path[place + 1 :]], root)
        for first in range(1, size):
            before, path = whole.root(first), whole.consistency(first, size)
            assert not extends(first, b"x" * 32, size, root, path)
            assert not extends(first, before, size, b"x" * 32, path)
            assert not extends(first, before, size, root, [*path, root])
            for place in range(len(path)):
                assert not extends(first, before, size, root, path[:place] + path[place + 1 :])
                assert not extends(first, before, size, root, [*path[:place], b"x" * 32, *path[place + 1 :]])
    assert not extends(0, whole.root(0), 5, whole.root(5), [])
    assert not extends(5, whole.root(5), 5, whole.root(4), [])


def test_a_tree_over_nothing_has_the_hash_of_nothing() -> None:
    assert tree([]).root().hex() == ROOTS[0]
    assert len(tree([])) == 0


@pytest.mark.parametrize(
    "ask", [("inclusion", 3, 3), ("inclusion", 0, 9), ("consistency", 0, 3), ("consistency", 3, 2)]
)
def test_what_the_tree_does_not_hold_is_refused(ask: tuple[str, int, int]) -> None:
    with pytest.raises(BadValueError):
        getattr(tree(MANY[:5]), ask[0])(*ask[1:])
    with pytest.raises(BadValueError, match="5 leaves"):
        tree(MANY[:5]).root(6)
