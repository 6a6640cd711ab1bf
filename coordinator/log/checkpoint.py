"""Signed checkpoints and proofs: what an outsider can check without trusting whoever has the log.

A checkpoint says that a log had so many records, and one hash over all of them. Signed, and kept
where the operator cannot reach it, it fixes the past: a log that was changed or cut off since comes
to another hash. The forms are C2SP's `signed-note`, `tlog-checkpoint`, `tlog-proof` and, for what
leads from one checkpoint to the next, the request of `tlog-witness`; signatures are Ed25519.
"""

import base64
import hashlib
from binascii import Error as NotBase64
from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from coordinator.errors import BadInput, NotAccepted, NotProved
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Record, open_record
from coordinator.log.merkle import (
    consistency_proof,
    extends,
    inclusion_proof,
    leaf_hash,
    root_by_inclusion,
    root_of,
)
from coordinator.log.ports import LogReader

_ED25519: Final = b"\x01"
_PRIVATE: Final = "PRIVATE+KEY+"
_PROOF: Final = "c2sp.org/tlog-proof@v1"
_AT_ONCE: Final = 1_000
_WORDS: Final = "words sha256:"


class Checkpoint(NamedTuple):
    """A log at a size: `root` is the hash over its first `size` records; `note` is as signed.

    `words` is the digest of the catalogues in which its codes were told then, where it says so.
    """

    origin: str
    size: int
    root: bytes
    note: str
    words: str = ""


class Verifier(NamedTuple):
    """The public half of a key, under the name of one log."""

    name: str
    public: bytes

    def __str__(self) -> str:
        key = _ED25519 + self.public
        return f"{self.name}+{_key_id(self.name, key).hex()}+{_base64(key)}"


class Signer(NamedTuple):
    """A private key; each log is signed under a name of its own, `ORIGIN/LOG`."""

    origin: str
    seed: bytes

    def verifier(self, log_id: str) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(f"{self.origin}/{log_id}", public.public_bytes_raw())

    def sign(self, log_id: str, leaves: Sequence[bytes], *, words: str = "") -> Checkpoint:
        """Return the signed checkpoint of a log whose records have these leaf hashes.

        `words`: the digest of the catalogues of words, as a line that extends the checkpoint.
        """
        name, public = self.verifier(log_id)
        root = root_of(leaves)
        text = f"{name}\n{len(leaves)}\n{_base64(root)}\n" + (f"{_WORDS}{words}\n" if words else "")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        signed = _base64(_key_id(name, _ED25519 + public) + signature)
        return Checkpoint(name, len(leaves), root, f"{text}\n— {name} {signed}\n", words)

    def to_text(self) -> str:
        """Return the key as a file holds it."""
        key = _ED25519 + self.seed
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        id_ = _key_id(self.origin, _ED25519 + public).hex()
        return f"{_PRIVATE}{self.origin}+{id_}+{_base64(key)}\n"


def new_signer(origin: str) -> Signer:
    """Make a key.

    Args:
        origin: whose logs it signs, as `grid.example/emergency`.

    Raises:
        BadInput: the origin has a space or a plus, or is empty.
    """
    if not origin or "+" in origin or any(it.isspace() or it < " " for it in origin):
        raise BadInput(f"origin: {origin!r} is empty, or has a space or a plus")
    return Signer(origin, Ed25519PrivateKey.generate().private_bytes_raw())


def read_signer(text: str) -> Signer:
    """Read a private key.

    Raises:
        BadInput: it is none.
    """
    if not text.startswith(_PRIVATE):
        raise BadInput("key: this is no private key")
    name, _, key = _key_parts(text.removeprefix(_PRIVATE).strip())
    signer = Signer(name, key)
    if signer.to_text().strip() != text.strip():
        raise BadInput(f"key: the private key of {name} is damaged")
    return signer


def read_verifier(text: str) -> Verifier:
    """Read a public key, `NAME+ID+KEY`.

    Raises:
        BadInput: it is none.
    """
    name, id_, key = _key_parts(text.strip())
    if _key_id(name, _ED25519 + key).hex() != id_:
        raise BadInput(f"key: {text.strip()!r} does not have the id of that key")
    return Verifier(name, key)


def read_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Read a checkpoint that a key has signed; signatures of others are passed over.

    Raises:
        NotProved: it is no checkpoint of that log, or not signed by that key.
    """
    text, gap, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")
    if not gap or len(lines) < 4 or "" in lines[:-1] or not _is_size(lines[1]):  # noqa: PLR2004
        raise NotProved("this is no checkpoint")
    origin, size, root, *more, _ = lines
    words = [it.removeprefix(_WORDS) for it in more if it.startswith(_WORDS)]
    if origin != verifier.name:
        raise NotProved(f"a checkpoint of {origin}, and the key is that of {verifier.name}")
    id_ = _key_id(verifier.name, _ED25519 + verifier.public)
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, signed = rest.partition(" ")
        signature = _bytes_of(signed)
        if dash == "—" and name == verifier.name and signature[:4] == id_:
            try:
                Ed25519PublicKey.from_public_bytes(verifier.public).verify(
                    signature[4:], text.encode()
                )
            except InvalidSignature:
                raise NotProved(f"{origin}: the signature is not of this text") from None
            return Checkpoint(origin, int(size), _bytes_of(root), note, *words[:1])
    raise NotProved(f"{origin}: not signed by {verifier}")


def extension(old: Checkpoint, new: Checkpoint, leaves: Sequence[bytes]) -> str:
    """Return the newer checkpoint with the proof that its log begins with the older one."""
    proof = map(_base64, consistency_proof(leaves, old.size) if old.size else ())
    return "\n".join((f"old {old.size}", *proof, "", new.note))


def read_extension(text: str, old: Checkpoint, verifier: Verifier) -> Checkpoint:
    """Read a checkpoint that goes on from an older one.

    Raises:
        NotProved: it does not: records the older one speaks of were changed or are missing.
    """
    head, _, note = text.partition("\n\n")
    first, *proof = head.split("\n")
    new = read_checkpoint(note, verifier)
    if first != f"old {old.size}":
        raise NotProved(f"it goes on from {first!r}, and the older checkpoint has {old.size}")
    if old.size and not extends(
        old.size, old.root, new.size, new.root, [_bytes_of(it) for it in proof]
    ):
        raise NotProved(f"{new.origin}: the first {old.size} records are no longer the same")
    return new


def record_proof(record: Record, leaves: Sequence[bytes], checkpoint: Checkpoint) -> str:
    """Return a record, and the proof that a checkpoint speaks of it."""
    proof = inclusion_proof(leaves[: checkpoint.size], record.seq)
    lines = (_PROOF, f"extra {_base64(record.raw)}", f"index {record.seq}", *map(_base64, proof))
    return "\n".join((*lines, "", checkpoint.note))


def read_record_proof(text: str, verifier: Verifier) -> tuple[Record, Checkpoint]:
    """Read a record that is proved to be on the log.

    Raises:
        NotProved: it is not shown to be there.
        UndecodableEnvelope: what is proved is no record.
    """
    head, _, note = text.partition("\n\n")
    checkpoint = read_checkpoint(note, verifier)
    first, extra, index, *proof = [*head.split("\n"), "", ""]
    if first != _PROOF or not extra.startswith("extra ") or not index.startswith("index "):
        raise NotProved("this is no proof of a record")
    record = open_record(_bytes_of(extra.removeprefix("extra ")))
    path = [_bytes_of(it) for it in proof if it]
    place = index.removeprefix("index ")
    reached = root_by_inclusion(leaf_hash(record.hash), record.seq, checkpoint.size, path)
    if place != str(record.seq) or reached != checkpoint.root:
        raise NotProved(f"{checkpoint.origin}: record {record.seq} is not what was there")
    return record, checkpoint


def is_extension(text: str) -> bool:
    return text.startswith("old ")


def is_record_proof(text: str) -> bool:
    return text.startswith(_PROOF)


async def leaves_of(log: LogReader, *, size: int | None = None) -> list[bytes]:
    """Return the leaf hash of every record, checked by the rule of acceptance.

    Args:
        log: the log to read.
        size: read no more than so many records.

    Raises:
        NotAccepted: a record does not count after the one before.
    """
    return [leaf_hash(it.hash) async for it in _accepted(log, size)]


async def _accepted(log: LogReader, size: int | None) -> AsyncIterator[Record]:
    tip = Tip(log.log_id)
    while size is None or tip.seq + 1 < size:
        wanted = _AT_ONCE if size is None else min(_AT_ONCE, size - tip.seq - 1)
        records = await log.read(after_seq=tip.seq, records_max=wanted)
        if not records:
            return
        for record in records:
            verdict, tip = accept(tip, record)
            if verdict is not Verdict.ACCEPTED:
                raise NotAccepted(log_id=log.log_id, seq=record.seq, verdict=verdict)
            yield record


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]


def _key_parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    id_, _, encoded = rest.partition("+")
    key = _bytes_of(encoded)
    if not name or key[:1] != _ED25519 or len(key) != 33:  # noqa: PLR2004 - a type and 32 bytes
        raise BadInput(f"key: {text[:100]!r} is not NAME+ID+KEY of an Ed25519 key")
    return name, id_, key[1:]


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and text == str(int(text))


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()


def _bytes_of(text: str) -> bytes:
    """Return what base64 stands for; nothing for what is none, which then proves nothing."""
    try:
        return base64.b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""
