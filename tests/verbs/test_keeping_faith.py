"""What a hostile hand did to a case, and what is said of it: envelopes, seals, clocks, settings, own files."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import BadFileError, BadValueError, ConflictError, Source
from takingstock.verbs import export, init, seal, settings, verify
from takingstock.verbs.evidence import add, erase, listing, make_key, reveal


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with an open file and two secret ones, sealed twice."""
    top = tmp_path_factory.mktemp("faith")
    init(top / "case", title="A case")
    (top / "open.txt").write_text("an open file")
    add(top / "case", [top / "open.txt"], collector="A")
    make_key(top / "case", top / "key", actor="A")
    for name in ("first", "second"):
        (top / f"{name}.txt").write_text(f"what {name} told")
        add(top / "case", [top / f"{name}.txt"], collector="A", secret=True, may_repeat=True)
    seal(top / "case", key=top / "seal.key")
    with open_case(top / "case") as case:
        case.write(Rows(sources=(Source(id="f", title="F"),)), actor="A", reason="r")
    seal(top / "case", key=top / "seal.key")
    return top


@pytest.fixture
def case(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole / "case", tmp_path / "case")
    assert verify(tmp_path / "case").sound
    return tmp_path / "case"


def envelopes(case: Path) -> list[Path]:
    found = sorted((case / "evidence" / "sealed").iterdir())
    for path in found:
        path.chmod(0o644)
    return found


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (flip, "its envelope was altered"),
        (lambda path: path.write_bytes(b""), "its envelope was altered"),
        (Path.unlink, "its envelope is missing"),
        (lambda path: shutil.copyfile(path, path.with_name("x.age")), "sealed/x.age is the envelope of no item"),
        (lambda path: (path.parents[1] / "notes.txt").write_text("x"), "evidence/notes.txt is no part of the vault"),
    ],
)
def test_an_envelope_is_checked(case: Path, harm: Callable[[Path], object], words: str, tmp_path: Path) -> None:
    harm(envelopes(case)[0])
    faults = verify(case).faults
    assert len(faults) == 1
    assert words in faults[0]
    if "altered" in words or "missing" in words:
        with pytest.raises(BadFileError, match="envelope"):
            export(case, tmp_path / "bag", form="bag")


def test_one_damaged_envelope_does_not_close_the_others(case: Path, whole: Path) -> None:
    flip(envelopes(case)[0])
    rows = listing(case, key=whole / "key").evidence
    assert len(rows) == 3
    assert sum("its envelope was altered" in row.status for row in rows) == 1
    assert {row.name for row in rows} & {"first.txt", "second.txt"}
    for path in envelopes(case):
        path.write_bytes(b"age")
    assert sum("its envelope was altered" in row.status for row in listing(case, key=whole / "key").evidence) == 2


def test_the_key_of_another_case_is_refused(case: Path, tmp_path: Path) -> None:
    init(tmp_path / "other", title="Another")
    make_key(tmp_path / "other", tmp_path / "other.key")
    with pytest.raises(BadFileError, match="cannot be opened with this key"):
        listing(case, key=tmp_path / "other.key")


def test_an_erased_envelope_that_is_put_back_is_named(case: Path) -> None:
    kept = {path: path.read_bytes() for path in envelopes(case)}
    item = next(row.sha256 for row in listing(case).evidence if row.secret)
    erase(case, item, person="Lee", reason="asked for")
    assert verify(case).sound
    (gone,) = (path for path in kept if not path.exists())
    gone.write_bytes(kept[gone])
    assert "is the envelope of no item" in verify(case).faults[0]


def test_an_envelope_of_an_earlier_version_is_looked_at_as_far_as_it_can_be(case: Path) -> None:
    from takingstock.evidence.checking import check
    from takingstock.evidence.vault import Vault

    with open_case(case) as opened:
        archive = opened.archive()
    older = archive.model_copy(
        update={"evidence": tuple(one.model_copy(update={"envelope": None}) for one in archive.evidence)}
    )
    found = check(Vault(case), older)
    assert found.faults == ()
    assert "2 envelope(s) of earlier versions" in found.remarks[0]
    envelopes(case)[0].write_bytes(b"")
    assert "is not encrypted" in check(Vault(case), older).faults[0].words


@pytest.mark.parametrize("path", ["case.db", "case.toml", "evidence", ".", ".."])
def test_the_cases_own_files_are_no_evidence(case: Path, path: str, tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="the case itself"):
        add(case, [case / path], collector="A")
    (tmp_path / "link.db").hardlink_to(case / "case.db")
    with pytest.raises(BadValueError, match="belongs to the case itself"):
        add(case, [tmp_path / "link.db"], collector="A")


def test_a_sheet_does_not_lead_to_the_cases_own_files(case: Path, tmp_path: Path) -> None:
    head = "Link,Archive status,Archive location,Archive date,Upload timestamp,Upload title,Hash\n"
    (tmp_path / "sheet.csv").write_text(f"{head}https://e.org/1,ok,case/case.db,,,,\n")
    made = add(case, [tmp_path / "sheet.csv"], collector="A")
    assert [one.name for one in made.files] == ["sheet.csv"]
    assert "a file of the case itself is no evidence" in {one.reason for one in made.rejects}
    assert verify(case).sound


def test_what_was_open_does_not_become_secret_in_silence(case: Path, whole: Path) -> None:
    made = add(case, [whole / "open.txt"], collector="A", secret=True, key=whole / "key")
    assert "NOT secret" in made.cautions[0]
    made = add(case, [whole / "first.txt"], collector="A", key=whole / "key")
    assert "keeps secret were named in the open" in made.cautions[0]
    made = add(case, [whole / "open.txt"], collector="A")
    assert made.cautions == ()
    assert any("with --key only" in line for line in made.words)


def test_seals_that_were_taken_out_are_missed(case: Path, whole: Path) -> None:
    for path in (case / "seals").glob("000002.*"):
        path.unlink()
    assert "remembers 2 checkpoints" in verify(case).faults[0]
    with pytest.raises(ConflictError, match="seals were taken out"):
        seal(case, key=whole / "seal.key")
    shutil.rmtree(case / "seals")
    assert "0 are there" in verify(case).faults[0]
    (case / "head.txt").unlink()
    assert "head.txt" in verify(case).faults[0]


@pytest.mark.parametrize(("days", "words"), [(-3, "it was back-dated"), (3, "which is still to come")])
def test_a_seal_has_a_time_that_can_be(case: Path, whole: Path, days: int, words: str) -> None:
    """As somebody with the key makes it, past our own refusal."""
    from takingstock.evidence.heads import make_head, manifest_of
    from takingstock.evidence.keys import signing_key
    from takingstock.evidence.seals import _write, read_checkpoints

    with open_case(case) as opened:
        opened.write(Rows(sources=(Source(id="g", title="G"),)), actor="A", reason="r")
        events, manifest = opened.events(), manifest_of(opened.archive())
    before, _ = read_checkpoints(case / "seals")
    at = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = signing_key(whole / "seal.key", case=case)
    made = make_head(events, manifest, key=key, at=at, previous=before[-1].signed)
    _write(case / "seals", made, before[-1], events, manifest)
    faults = verify(case).faults
    assert len(faults) == 1
    assert words in faults[0]
    assert "000003.json" in faults[0]


def test_a_clock_that_runs_back_does_not_seal(case: Path, whole: Path) -> None:
    with open_case(case) as opened:
        opened.write(Rows(sources=(Source(id="g", title="G"),)), actor="A", reason="r")
    with pytest.raises(ConflictError, match="set it right, then seal"):
        seal(case, key=whole / "seal.key", now=datetime.now(UTC) - timedelta(hours=1))
    assert seal(case, key=whole / "seal.key").fresh


def test_events_whose_times_run_back_are_told(case: Path) -> None:
    with open_case(case) as opened:
        past = datetime.now(UTC) - timedelta(days=400)
        opened.write(Rows(sources=(Source(id="g", title="G"),)), actor="A", reason="r", now=past)
    verdict = verify(case)
    assert verdict.sound
    assert any("a clock was wrong" in line for line in verdict.remarks)


def test_what_is_no_time_stamp_counts_for_none(case: Path, whole: Path) -> None:
    (case / "seals" / "000001.tsr").write_bytes(b"no time stamp")
    assert "000001.tsr: the reply is no time stamp" in verify(case).faults[0]
    made = seal(case, key=whole / "seal.key")
    assert made.waiting == (1, 2)
    assert any("000001.tsr counts for nothing" in line for line in made.words)


@pytest.mark.parametrize("since", ["", "  ", "gone.json", "deadbeef", "x" * 64, "."])
def test_a_head_that_is_none_accuses_nobody(case: Path, since: str) -> None:
    with pytest.raises((BadValueError, BadFileError), match=r"head|no file"):
        verify(case, since=since)


def test_a_head_that_was_noted_is_read_as_people_write_it(case: Path) -> None:
    head = verify(case).head
    assert verify(case, since=f" {head.upper()} ").sound
    assert not verify(case, since=hashlib.sha256(b"").hexdigest()).sound


def test_verify_names_settings_that_nobody_accepted(case: Path) -> None:
    with (case / "case.toml").open("a") as file:
        file.write("[review]\nexperts = 1\n")
    assert verify(case).faults == ("case.toml: review.experts is 1, the history has 2, and nobody accepted it",)
    with pytest.raises(ConflictError, match="nobody accepted"):
        listing(case)
    found = settings(case)
    assert found.unaccepted
    with pytest.raises(BadValueError, match="reason"):
        settings(case, accept=True, person="Lee")
    assert settings(case, accept=True, person="Lee", reason="decided").accepted
    assert verify(case).sound
    assert len(listing(case).evidence) == 3


def test_nothing_leaves_into_the_case(case: Path, whole: Path) -> None:
    for form in ("template", "bag", "pictures"):
        with pytest.raises(BadValueError, match="lies in the case itself"):
            export(case, case / "out", form=form)
    item = next(row.sha256 for row in listing(case).evidence if row.secret)
    with pytest.raises(BadValueError, match="lies open in the case"):
        reveal(case, item, case / "open.txt", key=whole / "key")


def test_levels_of_redaction_do_not_mix(case: Path, tmp_path: Path) -> None:
    export(case, tmp_path / "public", public=True)
    export(case, tmp_path / "public", public=True)
    with pytest.raises(ConflictError, match="at redaction level public"):
        export(case, tmp_path / "public")
    export(case, tmp_path / "all")
    with pytest.raises(ConflictError, match="choose a new folder"):
        export(case, tmp_path / "all", public=True)
    export(case, tmp_path / "all")
    export(case, tmp_path / "one.xlsx", public=True)
    with pytest.raises(ConflictError, match="redaction level"):
        export(case, tmp_path / "one.xlsx")
    assert json.dumps(sorted(path.name for path in (tmp_path / "public").iterdir())).count("redacted-public.txt") == 1
