"""Merkle trees over a log: one hash for all records, short proofs that a record is among them, and
that a longer log begins with a shorter one.

Hashes and proofs are those of RFC 6962, section 2.1; checking follows RFC 9162, section 2.1.3 and
2.1.4. An entry is the 32-byte hash of a record, which stands for all of its bytes.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256().digest()
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(_LEAF + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


class Frontier:
    """The root of a growing tree, in the memory of its height."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Put one more leaf hash at the end."""
        held, size = leaf, self.size
        while size & 1:
            held = _node(self._peaks.pop(), held)
            size >>= 1
        self._peaks.append(held)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        held = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            held = _node(peak, held)
        return held


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree of these leaf hashes."""
    grown = Frontier()
    for leaf in leaves:
        grown.add(leaf)
    return grown.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes beside the way from a leaf to the root, the leaf's neighbour first.

    Args:
        leaves: the leaf hashes of the whole tree.
        index: which leaf, from 0.
    """
    if len(leaves) <= 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root_of(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root_of(leaves[:split])]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof leads to; None if it cannot be one of that tree."""
    if not 0 <= index < size:
        return None
    held, at, last = leaf, index, size - 1
    for beside in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            held = _node(beside, held)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            held = _node(held, beside)
        at, last = at >> 1, last >> 1
    return held if last == 0 else None


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return what proves that a tree begins with the tree of its first leaves.

    Args:
        leaves: the leaf hashes of the whole tree.
        old_size: how many of them the shorter one has; from 1 to all of them.
    """
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, whole=whole), root_of(leaves[split:])]
    proof = _subproof(leaves[split:], old_size - split, whole=False)
    return [*proof, root_of(leaves[:split])]


def extends(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:  # noqa: C901 - RFC 9162, 2.1.4.2, step by step as it stands there
    """Say whether a proof shows that the longer tree begins with the shorter one."""
    if old_size == size:
        return not proof and old_root == root
    if not 0 < old_size < size:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else [*proof]
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = _node(beside, was), _node(beside, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = _node(now, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and now == root


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1
