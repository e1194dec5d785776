"""Checkpoints: written once, in order, stamped when an authority can be reached."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sealing import AT, LocalAuthority, Small

from takingstock.evidence.keys import signing_key
from takingstock.evidence.seal_checks import check_checkpoints
from takingstock.evidence.seals import FOLDER, read_checkpoints, read_head, seal
from takingstock.evidence.timestamps import Authority
from takingstock.records import BadFileError, BadValueError, ConflictError


@pytest.fixture
def key(tmp_path: Path):
    return signing_key(tmp_path / "key.pem", case=tmp_path / "case")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("tsa"), "Test")


def files(case: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (case / FOLDER).iterdir() if not p.name.startswith(".")}


def test_a_checkpoint_can_be_read_back_and_stands(tmp_path: Path, key) -> None:
    case = Small.of(4)
    sealed = seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    assert sealed.fresh
    assert sealed.waiting == (1,)
    assert sealed.stamped == ()
    assert "requests wait" in sealed.words[0]
    read, faults = read_checkpoints(tmp_path / FOLDER)
    assert faults == ()
    assert read == (sealed.checkpoint,)
    assert read[0].signed.head.at == "2026-03-04T05:06:07Z"
    assert read_head(sealed.path) == read[0].signed
    assert check_checkpoints(read, case.events, case.manifest) == ()
    names = {"000001.json", "000001.events", "000001.manifest", "000001.tsq"}
    assert set(files(tmp_path)) == names


def test_nothing_new_makes_no_checkpoint_and_what_is_new_follows(tmp_path: Path, key) -> None:
    case = Small.of(4)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    before = files(tmp_path)
    assert not seal(tmp_path, case.events, case.manifest, key=key, at=AT + timedelta(days=1)).fresh
    assert files(tmp_path) == before
    secret = case.add(b"from a source", secret=True)
    case.add(b"more")
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    case.erase(secret)
    third = seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    assert third.checkpoint.signed.head.number == 3
    assert before.items() <= files(tmp_path).items()
    assert files(tmp_path)["000002.events"].count(b"\n") == 2
    assert f"{secret} 13 erased" in files(tmp_path)["000003.manifest"].decode()
    read, faults = read_checkpoints(tmp_path / FOLDER)
    assert faults == ()
    assert check_checkpoints(read, case.events, case.manifest) == ()


def test_requests_wait_until_the_authority_can_be_reached(tmp_path: Path, key, tsa: LocalAuthority) -> None:
    case = Small.of(2)
    asked: list[str] = []

    def away(url: str, request: bytes) -> bytes:
        asked.append(url)
        raise OSError("no route")

    authority = Authority("https://tsa.example/", tsa.root)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    case.add(b"more")
    second = seal(tmp_path, case.events, case.manifest, key=key, at=AT, authority=authority, send=away)
    assert second.waiting == (1, 2)
    assert asked == ["https://tsa.example/"]
    assert "no route" in second.words[0]
    waiting = files(tmp_path)
    third = seal(tmp_path, case.events, case.manifest, key=key, at=AT, authority=authority, send=tsa)
    assert (third.fresh, third.stamped, third.waiting, third.words) == (False, (1, 2), (), ())
    assert waiting.items() <= files(tmp_path).items()
    read, _ = read_checkpoints(tmp_path / FOLDER)
    assert check_checkpoints(read, case.events, case.manifest, root=tsa.root) == ()
    assert all(one.stamped(tsa.root) > AT for one in read)
    assert seal(tmp_path, case.events, case.manifest, key=key, at=AT, authority=authority, send=away).words == ()


def test_a_reply_that_does_not_fit_is_not_kept(tmp_path: Path, key, tsa: LocalAuthority) -> None:
    from takingstock.evidence.timestamps import build_request

    case = Small.of(2)
    authority = Authority("https://tsa.example/", tsa.root)

    def wrong(url: str, request: bytes) -> bytes:
        return tsa(url, build_request(b"other"))

    sealed = seal(tmp_path, case.events, case.manifest, key=key, at=AT, authority=authority, send=wrong)
    assert sealed.waiting == (1,)
    assert "checkpoint 1: the time stamp does not hold" in sealed.words[0]
    assert "000001.tsr" not in files(tmp_path)


def test_our_clock_and_the_authoritys_are_compared(tmp_path: Path, key, tsa: LocalAuthority) -> None:
    case = Small.of(2)
    authority = Authority("https://tsa.example/", tsa.root)
    ahead = AT + timedelta(days=36500)
    seal(tmp_path, case.events, case.manifest, key=key, at=ahead, authority=authority, send=tsa)
    read, _ = read_checkpoints(tmp_path / FOLDER)
    (fault,) = check_checkpoints(read, case.events, case.manifest, root=tsa.root)
    assert (fault.key, fault.what) == ("000001.tsr", "clock")


def test_another_key_has_to_be_meant(tmp_path: Path, key) -> None:
    case = Small.of(2)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    other = signing_key(tmp_path / "other.pem", case=tmp_path / "case")
    with pytest.raises(ConflictError, match="new key takes over"):
        seal(tmp_path, case.events, case.manifest, key=other, at=AT)
    assert seal(tmp_path, case.events, case.manifest, key=other, at=AT, new_key=True).fresh
    read, _ = read_checkpoints(tmp_path / FOLDER)
    (fault,) = check_checkpoints(read, case.events, case.manifest)
    assert (fault.key, fault.what) == ("000002.json", "key")
    both = {key.fingerprint, other.fingerprint}
    assert check_checkpoints(read, case.events, case.manifest, known_keys=both) == ()


def test_an_altered_case_is_not_sealed(tmp_path: Path, key) -> None:
    case = Small.of(3)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    with pytest.raises(ConflictError, match="cut off"):
        seal(tmp_path, case.events[:-1], case.manifest, key=key, at=AT)
    assert len(files(tmp_path)) == 4


def test_a_run_killed_before_its_checkpoint_appeared_leaves_no_trace_in_the_next(tmp_path: Path, key) -> None:
    case = Small.of(3)
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "000001.events").write_text("half")
    assert read_checkpoints(folder) == ((), ())
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    read, faults = read_checkpoints(folder)
    assert faults == check_checkpoints(read, case.events, case.manifest) == ()


@pytest.mark.parametrize("suffix", ["json", "events", "manifest", "tsq"])
def test_a_damaged_file_of_a_seal_is_named(tmp_path: Path, key, suffix: str) -> None:
    case = Small.of(3)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    path = tmp_path / FOLDER / f"000001.{suffix}"
    content = bytearray(path.read_bytes())
    for place in range(0, len(content), max(1, len(content) // 40)):
        altered = bytearray(content)
        altered[place] ^= 1
        path.write_bytes(altered)
        read, faults = read_checkpoints(tmp_path / FOLDER)
        faults += check_checkpoints(read, case.events, case.manifest, known_keys={key.fingerprint})
        if suffix == "tsq" and not faults:
            # A request's nonce binds nothing until it is answered; what it is over does.
            continue
        assert path.name in {fault.key for fault in faults}, place
        assert [fault.words for fault in faults if fault.table == "seals" and path.name not in fault.words] == []


def test_missing_and_foreign_files_are_named(tmp_path: Path, key) -> None:
    case = Small.of(3)
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    case.add(b"x")
    seal(tmp_path, case.events, case.manifest, key=key, at=AT)
    folder = tmp_path / FOLDER
    (folder / "note.txt").write_text("hello")
    (folder / "000001.json").unlink()
    read, faults = read_checkpoints(folder)
    faults += check_checkpoints(read, case.events, case.manifest, known_keys={key.fingerprint})
    assert {("note.txt", "foreign"), ("000001.json", "altered"), ("000002.json", "number")} <= {
        (fault.key, fault.what) for fault in faults
    }
    (folder / "note.txt").unlink()
    (folder / "000002.events").unlink()
    (folder / "000002.manifest").unlink()
    read, faults = read_checkpoints(folder)
    faults += check_checkpoints(read, case.events, case.manifest, known_keys={key.fingerprint})
    assert {"000002.events", "000002.manifest"} <= {fault.key for fault in faults}


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("{}")
    for path in (tmp_path / "x", tmp_path / "none"):
        with pytest.raises(BadFileError, match="no checkpoint"):
            read_head(path)


def test_a_time_needs_its_zone(tmp_path: Path, key) -> None:
    case = Small.of(1)
    with pytest.raises(BadValueError, match="zone"):
        seal(tmp_path, case.events, case.manifest, key=key, at=AT.replace(tzinfo=None))


def test_two_runs_do_not_seal_at_once(tmp_path: Path, key) -> None:
    fcntl = pytest.importorskip("fcntl")
    case = Small.of(1)
    (tmp_path / FOLDER).mkdir()
    with (tmp_path / FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ConflictError, match="somebody else"):
            seal(tmp_path, case.events, case.manifest, key=key, at=AT)
