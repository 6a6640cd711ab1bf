"""Trees as in RFC 6962: known roots, and proofs that hold for what is so and for nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.log.merkle import (
    Frontier,
    consistency_proof,
    extends,
    inclusion_proof,
    leaf_hash,
    root_by_inclusion,
    root_of,
)

# The test vectors of the Certificate Transparency reference implementation.
_ENTRIES = (
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
)
_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
_LEAVES = [leaf_hash(hashlib.sha256(bytes([it])).digest()) for it in range(40)]
_SIZES = st.integers(1, len(_LEAVES))


@pytest.mark.parametrize("size", range(len(_ROOTS)))
def test_roots_are_those_of_the_reference(size: int) -> None:
    grown = Frontier()
    for entry in _ENTRIES[:size]:
        grown.add(leaf_hash(bytes.fromhex(entry)))
    assert grown.root().hex() == _ROOTS[size]
    assert grown.size == size


@given(_SIZES, st.data())
def test_every_leaf_is_proved_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    leaves = _LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)

    assert root_by_inclusion(leaves[index], index, size, proof) == root_of(leaves)
    elsewhere = data.draw(st.integers(-1, size))
    if elsewhere != index:
        assert root_by_inclusion(leaves[index], elsewhere, size, proof) != root_of(leaves)
    assert root_by_inclusion(leaf_hash(b"another"), index, size, proof) != root_of(leaves)
    assert root_by_inclusion(leaves[index], index, size, [*proof, leaves[0]]) is None
    if proof:
        assert root_by_inclusion(leaves[index], index, size, proof[:-1]) is None


@given(_SIZES, _SIZES, st.data())
def test_a_longer_tree_begins_with_a_shorter_one(one: int, other: int, data: st.DataObject) -> None:
    old, size = sorted((one, other))
    before, after = root_of(_LEAVES[:old]), root_of(_LEAVES[:size])
    proof = consistency_proof(_LEAVES[:size], old)
    assert extends(old, before, size, after, proof)

    assert not extends(old, leaf_hash(b"another"), size, after, proof)
    assert not extends(old, before, size, leaf_hash(b"another"), proof)
    assert not extends(old, before, size, after, [*proof, before])
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:changed], leaf_hash(b"another"), *proof[changed + 1 :]]
        assert not extends(old, before, size, after, wrong)
        assert not extends(old, before, size, after, proof[:-1])


@given(st.integers(2, len(_LEAVES)), st.data())
def test_a_rewritten_history_has_no_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*_LEAVES[:size]]
    rewritten[changed] = leaf_hash(b"rewritten")

    proof = consistency_proof(rewritten, old)
    assert not extends(old, root_of(_LEAVES[:old]), size, root_of(rewritten), proof)
