"""What an outsider can check: signatures, what leads on from what, and that a record was there."""

import base64

import pytest

from coordinator.errors import BadInput, NotAccepted, NotProved
from coordinator.log import checkpoint as proofs
from coordinator.log.checkpoint import Checkpoint, Signer, Verifier
from coordinator.log.envelope import ZERO_HASH, Kind, Record, seal
from coordinator.log.memory import MemoryLog
from coordinator.log.merkle import leaf_hash

# The keys of the documented example of Go's `sumdb/note`.
_GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
_GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_COUNTY = "county"


def _records(count: int, *, payload: bytes = b'{"signal":null,"events":[]}') -> list[Record]:
    made: list[Record] = []
    for seq in range(count):
        made.append(
            seal(
                seq=seq,
                prev=made[-1].hash if made else ZERO_HASH,
                epoch=0,
                at=1_790_000_000_000 + seq,
                kind=Kind.DECISION if seq else Kind.GENESIS,
                log_id=_COUNTY,
                signal_id=f"signal {seq}" if seq else "",
                cursor={"inbox": seq} if seq else {},
                payload=payload,
            )
        )
    return made


def _leaves(records: list[Record]) -> list[bytes]:
    return [leaf_hash(it.hash) for it in records]


@pytest.fixture
def signer() -> Signer:
    return proofs.new_signer("grid.example/emergency")


@pytest.fixture
def verifier(signer: Signer) -> Verifier:
    return proofs.read_verifier(str(signer.verifier(_COUNTY)))


def test_keys_are_those_of_the_known_example() -> None:
    signer = proofs.read_signer(_GO_PRIVATE)
    verifier = proofs.read_verifier(_GO_PUBLIC)
    assert str(verifier) == _GO_PUBLIC
    assert signer.to_text() == _GO_PRIVATE
    assert signer.verifier("x").public == verifier.public


def test_a_checkpoint_is_what_was_signed(signer: Signer, verifier: Verifier) -> None:
    signed = signer.sign(_COUNTY, _leaves(_records(5)))
    assert signed.note.startswith("grid.example/emergency/county\n5\n")
    assert proofs.read_checkpoint(signed.note, verifier) == signed
    told = signer.sign(_COUNTY, _leaves(_records(5)), words="ab" * 32)
    assert "\nwords sha256:abab" in told.note
    assert proofs.read_checkpoint(told.note, verifier) == told
    with pytest.raises(NotProved):
        proofs.read_checkpoint(told.note.replace("abab", "acab", 1), verifier)
    # A witness has added what this key knows nothing of.
    seen = signed.note + "— witness.example " + base64.b64encode(bytes(76)).decode() + "\n"
    assert proofs.read_checkpoint(seen, verifier).root == signed.root


@pytest.mark.parametrize(
    ("was", "wrong", "says"),
    [
        ("\n5\n", "\n6\n", "signature is not of this text"),
        ("\n5\n", "\n05\n", "no checkpoint"),
        ("\n5\n", "\n5\nmore\n", "signature is not of this text"),
        ("/county\n", "/other\n", "the key is that of"),
        ("\n\n", "\n", "no checkpoint"),
        ("— grid", "- grid", "not signed by"),
        ("— grid", "— other", "not signed by"),
    ],
)
def test_what_was_not_signed_is_none(
    was: str, wrong: str, says: str, signer: Signer, verifier: Verifier
) -> None:
    note = signer.sign(_COUNTY, _leaves(_records(5))).note
    assert was in note
    with pytest.raises(NotProved, match=says):
        proofs.read_checkpoint(note.replace(was, wrong, 1), verifier)


def test_another_key_signs_nothing_for_us(verifier: Verifier) -> None:
    other = proofs.new_signer("grid.example/emergency").sign(_COUNTY, _leaves(_records(5)))
    with pytest.raises(NotProved, match="not signed by"):
        proofs.read_checkpoint(other.note, verifier)


@pytest.mark.parametrize(("old", "new"), [(0, 4), (1, 7), (4, 7), (5, 5), (3, 8)])
def test_a_checkpoint_leads_on_from_an_older_one(
    old: int, new: int, signer: Signer, verifier: Verifier
) -> None:
    leaves = _leaves(_records(new))
    before, after = signer.sign(_COUNTY, leaves[:old]), signer.sign(_COUNTY, leaves)
    text = proofs.extension(before, after, leaves)
    assert proofs.is_extension(text)
    assert proofs.read_extension(text, before, verifier) == after


def test_a_rewritten_log_leads_on_from_nothing(signer: Signer, verifier: Verifier) -> None:
    before = signer.sign(_COUNTY, _leaves(_records(5)))
    rewritten = _leaves(_records(8, payload=b'{"signal":null,"events":[],"more":1}'))
    text = proofs.extension(before, signer.sign(_COUNTY, rewritten), rewritten)
    with pytest.raises(NotProved, match="first 5 records are no longer the same"):
        proofs.read_extension(text, before, verifier)
    shorter = signer.sign(_COUNTY, _leaves(_records(4)))
    with pytest.raises(NotProved, match="the older checkpoint has 4"):
        proofs.read_extension(text, shorter, verifier)


@pytest.mark.parametrize("seq", range(6))
def test_a_record_is_proved_by_itself(seq: int, signer: Signer, verifier: Verifier) -> None:
    records = _records(9)
    there = signer.sign(_COUNTY, _leaves(records[:6]))
    text = proofs.record_proof(records[seq], _leaves(records), there)
    assert proofs.is_record_proof(text)
    assert proofs.read_record_proof(text, verifier) == (records[seq], there)


def test_another_record_is_not_proved(signer: Signer, verifier: Verifier) -> None:
    records = _records(6)
    text = proofs.record_proof(records[3], _leaves(records), signer.sign(_COUNTY, _leaves(records)))
    raw = base64.b64encode(records[3].raw).decode()
    changed = base64.b64encode(records[3].raw.replace(b"null", b"true")).decode()
    moved = base64.b64encode(records[2].raw).decode()
    for wrong in (
        text.replace(raw, changed),
        text.replace(raw, moved),
        text.replace("index 3", "index 2"),
        text.replace("c2sp.org", "example.org"),
    ):
        assert wrong != text
        with pytest.raises(NotProved):
            proofs.read_record_proof(wrong, verifier)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb"])
def test_an_origin_has_no_space_and_no_plus(origin: str) -> None:
    with pytest.raises(BadInput, match="origin"):
        proofs.new_signer(origin)


@pytest.mark.parametrize(
    "text", ["", "x", "a+b+c", _GO_PUBLIC[:-4], _GO_PUBLIC.replace("c7", "c8")]
)
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(BadInput, match="key"):
        proofs.read_verifier(text)
    with pytest.raises(BadInput, match="key"):
        proofs.read_signer(text)
    with pytest.raises(BadInput, match="key"):
        proofs.read_signer(_GO_PRIVATE.replace("c7", "c8"))


async def test_only_what_counts_is_signed() -> None:
    log, records = MemoryLog(_COUNTY), _records(5)
    await log.append(records)
    assert await proofs.leaves_of(log) == _leaves(records)
    assert await proofs.leaves_of(log, size=3) == _leaves(records)[:3]

    class Changed(MemoryLog):
        async def read(self, *, after_seq: int, records_max: int) -> list[Record]:
            read = await super().read(after_seq=after_seq, records_max=records_max)
            return [it._replace(prev=bytes(32)) if it.seq == 3 else it for it in read]

    changed = Changed(_COUNTY)
    await changed.append(records)
    with pytest.raises(NotAccepted):
        await proofs.leaves_of(changed)


def test_an_empty_log_has_a_checkpoint(signer: Signer, verifier: Verifier) -> None:
    signed = signer.sign(_COUNTY, [])
    assert isinstance(proofs.read_checkpoint(signed.note, verifier), Checkpoint)
    assert signed.size == 0
