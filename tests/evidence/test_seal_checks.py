"""What was sealed against what is there now: every tampering is noticed, and named."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sealing import AT, Small, chained

from takingstock.evidence.heads import ManifestItem
from takingstock.evidence.keys import signing_key
from takingstock.evidence.proofs import AddedRow, Prover, check_proof
from takingstock.evidence.seal_checks import Checkpoint, check_checkpoints, check_since
from takingstock.evidence.seals import FOLDER, read_checkpoints, seal
from takingstock.records import ConflictError, TakingStockError


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory):
    """A case with three checkpoints, the last over everything: (case, checkpoints, key)."""
    folder = tmp_path_factory.mktemp("sealed")
    key = signing_key(folder / "key.pem", case=folder / "case")
    case = Small.of(12)
    seal(folder, case.events, case.manifest, key=key, at=AT)
    secret = case.add(b"handed over by a source", secret=True)
    for number in range(6):
        case.add(f"later {number}".encode())
    seal(folder, case.events, case.manifest, key=key, at=AT)
    case.erase(secret)
    case.add(b"last")
    seal(folder, case.events, case.manifest, key=key, at=AT)
    checkpoints, faults = read_checkpoints(folder / FOLDER)
    assert faults == ()
    return case, checkpoints, key


def found(case: Small, checkpoints: tuple[Checkpoint, ...], key) -> set[tuple[str, str, str]]:
    faults = check_checkpoints(checkpoints, case.events, case.manifest, known_keys={key.fingerprint})
    assert all(fault.words for fault in faults)
    return {(fault.table, fault.key, fault.what) for fault in faults}


def test_an_untouched_case_has_no_fault(sealed) -> None:
    case, checkpoints, key = sealed
    assert found(case, checkpoints, key) == set()
    longer = case.copy()
    longer.files = dict(case.files)
    longer.add(b"after the last checkpoint")
    assert found(longer, checkpoints, key) == set()


def fields(case: Small) -> list[dict[str, object]]:
    return [event.model_dump() for event in case.events]


@pytest.mark.parametrize("at", [2, 9, 13, 16, 22])
def test_a_rewritten_event_is_named_even_with_all_later_digests_made_anew(sealed, at: int) -> None:
    case, checkpoints, key = sealed
    forged = fields(case)
    forged[at - 1]["reason"] = "another reason"
    other = replace(case.copy(), events=chained(forged))
    assert ("history", str(at), "changed") in found(other, checkpoints, key)


def test_a_changed_field_without_new_digests_is_named(sealed) -> None:
    case, checkpoints, key = sealed
    other = case.copy()
    other.events[4] = other.events[4].model_copy(update={"actor": "Mallory"})
    assert ("history", "5", "changed") in found(other, checkpoints, key)


@pytest.mark.parametrize("at", [2, 7, 15, 20])
def test_deleted_inserted_reordered_and_cut_events_are_named_for_what_they_are(sealed, at: int) -> None:
    case, checkpoints, key = sealed
    gone = case.copy()
    del gone.events[at - 1]
    assert ("history", str(at), "deleted") in found(gone, checkpoints, key)
    more = case.copy()
    more.events.insert(at - 1, more.events[0].model_copy(update={"reason": "smuggled in"}))
    assert ("history", str(at), "inserted") in found(more, checkpoints, key)
    cut = case.copy()
    del cut.events[at:]
    assert ("history", str(at + 1), "cut off") in found(cut, checkpoints, key)
    turned = case.copy()
    turned.events[at - 1], turned.events[at + 1] = turned.events[at + 1], turned.events[at - 1]
    assert ("history", str(at), "reordered") in found(turned, checkpoints, key)


def test_the_last_event_cut_off_is_named(sealed) -> None:
    case, checkpoints, key = sealed
    cut = case.copy()
    last = cut.events.pop()
    assert ("history", str(last.seq), "cut off") in found(cut, checkpoints, key)


def test_without_the_leaf_file_the_range_is_named(sealed) -> None:
    case, checkpoints, key = sealed
    bare = tuple(replace(one, leaves=None) for one in checkpoints)
    forged = fields(case)
    forged[14]["reason"] = "another reason"
    other = replace(case.copy(), events=chained(forged))
    faults = found(other, bare, key)
    assert ("history", "14", "consistency") in faults
    assert ("seals", "000002.events", "altered") in faults


def test_a_swapped_database_is_named(sealed) -> None:
    case, checkpoints, key = sealed
    assert ("history", "1", "case") in found(Small.of(len(case.events), "another"), checkpoints, key)
    assert found(Small(), checkpoints, key)


def test_manifest_items_missing_altered_extra_or_back_again_are_named(sealed) -> None:
    case, checkpoints, key = sealed
    first = case.manifest[0]
    secret = next(item for item in case.manifest if item.erased)
    for change, what in (
        (lambda items: items[1:], (first.id, "missing")),
        (lambda items: [first.model_copy(update={"size": 1}), *items[1:]], (first.id, "altered")),
        (lambda items: [first.model_copy(update={"erased": True}), *items[1:]], (first.id, "erased")),
        (lambda items: [*items, ManifestItem(id="e" * 64, size=1)], ("e" * 64, "extra")),
        (lambda items: [*items, secret.model_copy(update={"erased": False})], (secret.id, "erased")),
    ):
        other = replace(case.copy(), manifest=change(case.manifest))
        assert ("evidence", *what) in found(other, checkpoints, key)


def test_another_key_and_broken_numbers_are_named(sealed, tmp_path: Path) -> None:
    from takingstock.evidence.heads import make_head

    case, checkpoints, key = sealed
    mallory = signing_key(tmp_path / "m.pem", case=tmp_path / "case")
    forged = make_head(case.events, case.manifest, key=mallory, at="2026-03-04T05:06:07Z")
    items = tuple(case.manifest)
    from takingstock.evidence.heads import event_leaf

    alone = Checkpoint("000001", forged, tuple(event_leaf(event) for event in case.events), items)
    assert found(case, (alone,), mallory) == set()
    assert found(case, (alone,), key) == {("seals", "000001.json", "key")}
    assert ("seals", "000003.json", "previous") in found(case, (*checkpoints[:1], alone, checkpoints[2]), key)
    assert ("seals", "000002.json", "number") in found(case, checkpoints[1:], key)
    assert ("seals", "000003.json", "number") in found(case, (checkpoints[0], checkpoints[2]), key)


def test_since_a_digest_or_a_kept_checkpoint(sealed, tmp_path: Path) -> None:
    case, checkpoints, key = sealed
    kept, known = checkpoints[1].signed, {key.fingerprint}
    for noted in (case.events[-1].digest, case.events[5].digest.upper(), kept):
        assert check_since(noted, case.events, known_keys=known) == ()
    cut = case.events[: kept.head.history.size - 1]
    assert check_since(kept, cut)[0].what == "cut off"
    assert check_since(case.events[-1].digest, case.events[:-1])[0].what == "head"
    forged = fields(case)
    forged[3]["reason"] = "another reason"
    anew = chained(forged)
    assert check_since(kept, anew)[0].what == "consistency"
    assert check_since(case.events[-1].digest, anew)[0].what == "head"
    # The noted digest written over a forged event: the chain does not hold.
    copied = [*anew[:-1], anew[-1].model_copy(update={"digest": case.events[-1].digest})]
    assert check_since(case.events[-1].digest, copied)[0].what == "chain"
    assert check_since(kept, Small.of(30, "another").events)[0].what == "case"
    assert check_since(kept, case.events, known_keys={"0" * 64})[0].what == "signature"
    altered = kept.model_copy(update={"head": kept.head.model_copy(update={"at": "2020-01-01T00:00:00Z"})})
    assert check_since(altered, case.events)[0].what == "signature"


def noticed(case: Small, checkpoints: tuple[Checkpoint, ...], key, folder: Path) -> bool:
    """What a verification by the pure functions finds: seals, then each row and file by its proof."""
    if found(case, checkpoints, key):
        return True
    try:
        prover = Prover(case.events, checkpoints[-1])
        for item, content in case.files.items():
            seq = case.added_by(item)
            path = folder / "file"
            path.write_bytes(content)
            if not check_proof(prover.prove(item, seq, case.rows[seq]), file=path, key=key.fingerprint).holds:
                return True
    except (TakingStockError, StopIteration):
        return True
    return False


def tamper(case: Small, checkpoints: tuple[Checkpoint, ...], key, chance: random.Random, kind: int):
    """One of ten ways to alter a case, at a random place."""
    other, seals = case.copy(), checkpoints
    place = chance.randrange(len(case.events))
    match kind:
        case 0:
            item = chance.choice(sorted(case.files))
            content = bytearray(case.files[item])
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            other.files = case.files | {item: bytes(content)}
        case 1:
            name = chance.choice(["actor", "at", "reason", "payload", "kind", "previous", "digest"])
            was = getattr(case.events[place], name)
            other.events[place] = case.events[place].model_copy(update={name: was[:-1] + chr(ord(was[-1]) ^ 1)})
        case 2:
            forged = fields(case)
            forged[place]["actor"] = "Mallory"
            other.events = chained(forged)
        case 3:
            del other.events[place]
        case 4:
            del other.events[chance.randrange(place, len(case.events)) :]
            other.events = other.events[: len(case.events) - 1]
        case 5:
            second = chance.choice([number for number in range(len(case.events)) if number != place])
            moved = fields(case)
            moved[place], moved[second] = moved[second], moved[place]
            other.events = chained(moved) if chance.random() < 0.5 else [type(case.events[0])(**one) for one in moved]
        case 6:
            forged = fields(case)
            forged.insert(place, dict(forged[place]))
            other.events = chained(forged)
        case 7:
            other = Small.of(chance.randrange(1, 30), f"another {place}")
        case 8:
            number = chance.randrange(len(checkpoints))
            head = checkpoints[number].signed.head
            name, value = chance.choice(
                [("at", "2001-01-01T00:00:00Z"), ("case", "0" * 64), ("number", 7), ("history", head.manifest)]
            )
            bad = checkpoints[number].signed.model_copy(update={"head": head.model_copy(update={name: value})})
            seals = tuple(replace(one, signed=bad) if one.name == f"{number + 1:06}" else one for one in checkpoints)
        case _:
            seq = chance.choice(sorted(case.rows))
            rows = list(case.rows[seq])
            which = chance.randrange(len(rows))
            row = rows[which]
            spot = chance.randrange(len(row.record))
            text = row.record[:spot] + chr(ord(row.record[spot]) ^ 1) + row.record[spot + 1 :]
            rows[which] = AddedRow(row.table, row.id, text)
            other.rows = case.rows | {seq: rows}
    return other, seals


@pytest.mark.parametrize("seed", range(120))
def test_a_hundred_random_tamperings_are_all_noticed(sealed, seed: int, tmp_path: Path) -> None:
    case, checkpoints, key = sealed
    altered, seals = tamper(case, checkpoints, key, random.Random(seed), seed % 10)
    assert noticed(altered, seals, key, tmp_path)


def test_what_notices_tampering_passes_an_untouched_case(sealed, tmp_path: Path) -> None:
    case, checkpoints, key = sealed
    assert not noticed(case, checkpoints, key, tmp_path)


def test_rows_that_are_not_the_events_prove_nothing(sealed) -> None:
    case, checkpoints, _ = sealed
    prover: Callable[..., str] = Prover(case.events, checkpoints[-1]).prove
    item = next(iter(case.files))
    seq = case.added_by(item)
    with pytest.raises(ConflictError, match="not those it was sealed with"):
        prover(item, seq, case.rows[seq][:1])
    with pytest.raises(ConflictError, match="not those it was sealed with"):
        prover(item, 1, case.rows[seq])
