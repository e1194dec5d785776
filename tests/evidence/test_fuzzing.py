"""Real files, damaged at random: whatever they do to the readers, each ends with steps or words, and we go on.

A small dose in the suite; ``make campaign`` gives many times as much.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from capturing import packed, record, wacz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import picture

from takingstock.case import create
from takingstock.evidence.archiver import sheets_of
from takingstock.evidence.captures import opened
from takingstock.evidence.checking import check
from takingstock.evidence.containers import Apart
from takingstock.evidence.ingest import EXAMINE, ingest
from takingstock.evidence.sources import Incoming, incoming
from takingstock.evidence.vault import Vault
from takingstock.evidence.workers import Failure, Pool
from takingstock.records import Examination, Rejected
from takingstock.verbs.evidence.adding import _commit

ODD = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0",
    b"\xff",
    b"PK\x01\x02",
    b"\xff\xe1\xff\xff",
)
SAMPLES = (
    "exif/jpg/Canon_40D.jpg",
    "exif/jpg/gps/DSCN0010.jpg",
    "exif/jpg/xmp/BlueSquare.jpg",
    "exif/jpg/Pentax_K10D.jpg",
    "exif/jpg/xmp/no_exif.jpg",
    "c2pa/adobe-20220124-C.jpg",
    "media/perception/v1.m4v",
)
SEEDS = st.integers(0, 2**32 - 1)
DOSE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One to six injuries, most of them in the head, where the readers are led."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(max(1, len(made) if chance.random() < 0.3 else min(len(made), 3000)))
        how = chance.randrange(6)
        if how == 0:
            made[at : at + 1] = bytes([chance.randrange(256)])
        elif how == 1:
            odd = chance.choice(ODD)
            made[at : at + len(odd)] = odd
        elif how == 2:
            del made[at : at + chance.randint(1, 200)]
        elif how == 3:
            made[at:at] = made[at : at + chance.randint(1, 400)] * chance.randint(1, 5)
        elif how == 4:
            made[at:at] = chance.randbytes(chance.randint(1, 60))
        elif chance.random() < 0.3:
            del made[at:]
    return bytes(made)


def containers(folder: Path) -> list[Path]:
    """One of each kind that is opened."""
    capture = packed(*(record(f"https://e.org/{number}.png", picture(number)) for number in range(3)))
    (folder / "a.warc.gz").write_bytes(capture)
    (folder / "b.warc").write_bytes(
        b"".join(record(f"https://e.org/{k}.html", b"<p>x", kind="text/html") for k in "ab")
    )
    wacz(folder / "c.wacz", capture)
    with xlsxwriter.Workbook(str(folder / "d.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["Link", "Archive location"])
    (folder / "e.csv").write_text('Link,Archive location\nhttps://e.org/1,"one.png\ntwo.png"\n')
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(EXAMINE, cores=1, seconds=30) as made:
        yield made


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(seconds=30) as made:
        yield made


@given(seed=SEEDS, which=st.sampled_from(SAMPLES))
@DOSE
def test_a_damaged_file_ends_with_steps(shared: Path, tmp_path: Path, pool: Pool, seed: int, which: str) -> None:
    path = tmp_path / "p"
    path.write_bytes(damaged((shared / which).read_bytes(), random.Random(seed)))
    ((_, said),) = pool.run([(0, (str(path), "a" * 64, str(tmp_path / "working"), None, which))])
    if isinstance(said, Failure):
        # Caught, and yet more than a file may do: the name of the limit it met.
        assert "took more than" in said.words or "memory" in said.words or "crashed" in said.words
    else:
        assert isinstance(said, Examination)
        assert said.steps[0].step == "media type"
        assert all(step.words for step in said.steps if step.outcome == "failed")


@given(seed=SEEDS, which=st.integers(0, 4))
@DOSE
def test_a_damaged_container_ends_with_a_step(tmp_path: Path, apart: Apart, seed: int, which: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir=tmp_path) as top:
        folder = Path(top)
        path = containers(folder)[which]
        path.write_bytes(damaged(path.read_bytes(), random.Random(seed)))
        if which < 3:
            (folder / "room").mkdir()
            step, found = opened(path, folder / "room", apart)
            for one in found:
                if isinstance(one, Rejected):
                    assert one.reason
                    assert step.outcome == "failed"
                else:
                    with one.open() as unpacked:
                        assert unpacked.is_file()
        else:
            sheets = sheets_of(path, apart)
            assert sheets in ([], [path])
            assert all(words for words in apart.faults.values())


@given(seed=SEEDS)
@settings(DOSE, max_examples=5)
def test_a_damaged_zip_is_never_opened_past_what_it_says(tmp_path: Path, apart: Apart, seed: int) -> None:
    chance = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(chance.randint(1, 30)):
            package.writestr(
                f"archive/{number}.warc", chance.randbytes(chance.randint(0, 99)) * chance.randint(1, 9999)
            )
    path = tmp_path / "c.wacz"
    path.write_bytes(damaged(out.getvalue(), chance))
    import tempfile

    with tempfile.TemporaryDirectory(dir=tmp_path) as room:
        step, _ = opened(path, Path(room), apart)
        assert step.outcome in {"failed", "nothing-found"}


def test_a_folder_of_them_goes_in_and_each_is_accounted_for(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    chance = random.Random(20140610)
    for number in range(16):
        name = SAMPLES[number % len(SAMPLES)]
        (folder / f"{number:02}-{Path(name).name}").write_bytes(damaged((shared / name).read_bytes(), chance))
    (tmp_path / "made").mkdir()
    for path in containers(tmp_path / "made"):
        (folder / path.name).write_bytes(damaged(path.read_bytes(), chance))
    with create(tmp_path / "case", "A case") as case:
        vault = Vault(case.folder)
        named = {path.name for path in folder.iterdir()}
        report = ingest(
            vault,
            incoming([folder], scratch=vault.scratch),
            known=(),
            collections=(),
            common={"collector": "A"},
            commit=lambda intakes: _commit(case, intakes, "A"),
            cores=2,
            seconds=30,
        )
        archive = case.archive()
        assert named <= {one.name for one in report.taken}
        assert all(archive.examination_by_id[one.id].steps for one in archive.evidence)
        assert case.verify() == ()
        assert (check(vault, archive).faults, check(vault, archive).remarks) == ((), ())


def test_the_samples_go_in_undamaged(tmp_path: Path) -> None:
    """So that what is damaged above was whole before."""
    (tmp_path / "made").mkdir()
    paths = containers(tmp_path / "made")
    steps = [one.steps for one in incoming(paths) if isinstance(one, Incoming) and one.steps]
    assert len(steps) == 5
    assert all(step.outcome == "done" for (step,) in steps)
