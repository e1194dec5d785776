"""evidence: from files to a verified list; secrets; what two people have to confirm; and that tampering is named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from takingstock.case import Rows, open_case
from takingstock.records import BadValueError, ConflictError, Sighting, Source, UnknownNameError
from takingstock.verbs import init, verify
from takingstock.verbs.evidence import add, clear, confirm, erase, judge, likeness, listing, make_key, reveal, show
from takingstock.verbs.evidence.regions import region

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real data is not here: ../shared/data")
    return SHARED


@pytest.fixture
def case(tmp_path: Path) -> Path:
    init(tmp_path / "case", title="A case")
    return tmp_path / "case"


def drawn(path: Path, seed: int, size: tuple[int, int] = (640, 480)) -> Path:
    """A picture with plenty of structure."""
    rng = random.Random(seed)
    image = Image.new("RGB", size, "grey")
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + rng.randrange(20, 200), y + rng.randrange(20, 150)), fill=colour)  # type: ignore[arg-type]
    image.save(path, quality=92)
    return path


def test_the_real_files_all_go_in_and_the_broken_ones_are_explained(case: Path, shared: Path) -> None:
    made = add(case, [shared / name for name in ("c2pa", "exif", "media")], collector="A")
    assert made.rejects == ()
    files = sum(1 for name in ("c2pa", "exif", "media") for path in (shared / name).rglob("*") if path.is_file())
    assert len(made.files) == files
    found = {one.name: one for one in listing(case).evidence}
    assert found["adobe-20220124-A.jpg"].credentials == found["adobe-20220124-I.jpg"].credentials == "absent"
    assert found["adobe-20220124-C.jpg"].credentials == found["adobe-20220124-CA.jpg"].credentials == "valid-untrusted"
    assert found["adobe-20220124-E-sig-CA.jpg"].credentials == "invalid"
    place = show(case, "DSCN0010.jpg").examination
    assert place is not None
    assert place.position is not None
    assert (place.position.latitude, place.position.longitude) == pytest.approx((43.467448, 11.885127), abs=1e-4)
    pairs = {frozenset((one.first_name, one.second_name)) for one in likeness(case).pairs}
    assert frozenset(("carphone_distorted.mp4", "carphone_pristine.mp4")) in pairs
    # Nothing else is taken for it.
    assert [pair for pair in pairs if any(name.startswith("carphone") for name in pair)] == [
        frozenset(("carphone_distorted.mp4", "carphone_pristine.mp4"))
    ]
    assert verify(case).sound


def test_a_copy_finds_its_original_and_the_painted_place_is_shown(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(3):
        drawn(folder / f"p{seed}.jpg", seed)
    with Image.open(folder / "p0.jpg") as image:
        painted = image.copy()
    ImageDraw.Draw(painted).rectangle((300, 200, 380, 250), fill=(128, 128, 128))
    painted.resize((320, 240)).save(folder / "copy.jpg", quality=40)
    add(case, [folder], collector="A")
    found = likeness(case, pictures=tmp_path / "out")
    assert [{one.first_name, one.second_name} for one in found.pairs] == [{"p0.jpg", "copy.jpg"}]
    pair = found.pairs[0]
    assert Path(pair.picture).is_file()
    assert pair.differing
    left, top, right, bottom = pair.regions[0][0]
    assert left <= 340 / 640 <= right
    assert top <= 225 / 480 <= bottom
    judge(case, pair.first[:12], pair.second, judgement="same-original", person="A", reason="A copy")
    assert likeness(case).pairs == ()
    assert likeness(case, everything=True).pairs[0].judgement == "same-original (A)"


def test_two_people_confirm_a_source(case: Path, tmp_path: Path) -> None:
    add(case, [drawn(tmp_path / "a.jpg", 1)], collector="A", claimed_when="2014-06", claimed_place="Mosul")
    aspects = ["origin", "place", "time"]
    said = confirm(case, "a.jpg", person="Ana", aspects=aspects, method="reverse search", reason="First upload found")
    assert "1 of 2 people" in said.state
    assert "1 of 2" in confirm(case, "a.jpg", person=" ana ", aspects=aspects, method="m", reason="again").state
    assert (
        confirm(case, "a.jpg", person="Bo", aspects=aspects, method="satellite", reason="It fits").state == "verified"
    )
    assert listing(case).evidence[0].verified
    with pytest.raises(UnknownNameError, match="evidence list"):
        confirm(case, "b.jpg", person="Bo", aspects=["origin"], method="m", reason="r")
    with pytest.raises(ValueError, match="colour"):
        confirm(case, "a.jpg", person="Bo", aspects=["colour"], method="m", reason="r")
    assert verify(case).sound


def test_claimed_embedded_and_file_times_stand_apart(case: Path, shared: Path) -> None:
    from takingstock.verbs.shapes.evidence import shown_json

    add(case, [shared / "exif" / "jpg" / "gps" / "DSCN0010.jpg"], collector="A", claimed_when="2014-06-10")
    times = shown_json(show(case, "DSCN0010.jpg"))["times"]
    assert times["claimed"] == ["2014-06-10"]
    assert ["exif:DateTimeOriginal", "2008:10:22 16:28:39"] in [
        [name.replace("EXIF ", "exif:"), text] for name, text in times["embedded"]
    ]
    assert len(times["file"]) == 1


def test_a_secret_item_leaves_no_trace_in_the_open(case: Path, tmp_path: Path) -> None:
    path = drawn(tmp_path / "witness-layla.jpg", 5)
    with pytest.raises(BadValueError, match="evidence key"):
        add(case, [path], collector="A", secret=True)
    with pytest.raises(BadValueError, match="outside the case"):
        make_key(case, case / "key")
    make_key(case, tmp_path / "key")
    with pytest.raises(ConflictError, match="has a key already"):
        make_key(case, tmp_path / "other")
    made = add(case, [path], collector="A", secret=True, url="https://example.org/layla")
    assert made.count("added") == 1
    plain = path.read_bytes()
    for file in case.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"layla" not in content, file
            assert plain[:2000] not in content, file
    shown = listing(case).evidence[0]
    assert (shown.name, shown.status, shown.secret) == ("", "secret", True)
    opened = listing(case, key=tmp_path / "key").evidence[0]
    assert (opened.name, opened.media_type, opened.sha256) == ("witness-layla.jpg", "image/jpeg", shown.sha256)
    assert show(case, shown.sha256, key=tmp_path / "key").collections[0].url == "https://example.org/layla"
    reveal(case, shown.sha256, tmp_path / "again.jpg", key=tmp_path / "key")
    assert (tmp_path / "again.jpg").read_bytes() == plain
    assert add(case, [path], collector="A", secret=True, key=tmp_path / "key").count("known") == 1
    assert verify(case).sound
    erase(case, shown.sha256, person="A", reason="The witness asked for it")
    assert verify(case).sound
    assert listing(case).evidence[0].status == "erased"
    assert not list((case / "evidence" / "sealed").iterdir())
    with pytest.raises(BadValueError, match="erased"):
        reveal(case, shown.sha256, tmp_path / "no.jpg", key=tmp_path / "key")


def test_what_may_leave_is_what_somebody_looked_at(case: Path, tmp_path: Path) -> None:
    add(case, [drawn(tmp_path / "a.jpg", 1)], collector="A")
    said = clear(case, "a.jpg", person="Ana", regions=[region("face=0.1,0.2,0.3,0.4")])
    assert said.state == "1 region(s) to make unreadable"
    with pytest.raises(BadValueError, match="KIND=LEFT"):
        region("face=0.5,0.2,0.3,0.4")


def test_tampering_with_files_is_named(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(4):
        drawn(folder / f"p{seed}.jpg", seed, (64, 48))
    add(case, [folder], collector="A")
    whole = tmp_path / "whole"
    shutil.copytree(case, whole)
    ids = [one.sha256 for one in listing(case).evidence]
    rng = random.Random(4)
    for number in range(40):
        shutil.rmtree(case)
        shutil.copytree(whole, case)
        name = rng.choice(ids)
        home = case / "evidence" / "originals" / name[:2] / name
        home.parent.chmod(0o755)
        home.chmod(0o644)
        content = bytearray(home.read_bytes())
        how = number % 4
        if how == 0:
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            home.write_bytes(content)
        elif how == 1:
            home.unlink()
        elif how == 2:
            home.write_bytes(content[:-1])
        else:
            (home.parent / ("0" * 64)).write_bytes(b"slipped in")
        verdict = verify(case)
        assert not verdict.sound, number
        assert any((name if how < 3 else "0" * 64) in fault for fault in verdict.faults), verdict.faults


def test_only_what_is_released_counts_for_a_holder(case: Path, tmp_path: Path) -> None:
    from takingstock.verbs.desk import at_desk

    add(case, [drawn(tmp_path / "a.jpg", 1)], collector="A")
    id_ = listing(case).evidence[0].sha256
    seen = Sighting(id="s-1", source="field", holder="islamic-state", item="rifle", evidence=(id_,))
    reported = Sighting(id="s-2", source="field", holder="islamic-state", item="rifle")
    with open_case(case) as opened:
        opened.write(Rows(sources=(Source(id="field", title="f"),), sightings=(seen, reported)), actor="A", reason="r")
    with at_desk(case) as desk:
        assert [one.id for one in desk.ledger.sightings] == ["s-2"]
    with at_desk(case, released=False) as desk:
        assert [one.id for one in desk.ledger.sightings] == ["s-1", "s-2"]


def test_only_pictures_that_somebody_looked_at_leave(case: Path, tmp_path: Path) -> None:
    from takingstock.verbs import export

    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(3):
        drawn(folder / f"name-of-witness-{seed}.jpg", seed)
    (folder / "note.txt").write_text("text")
    add(case, [folder], collector="Collector")
    clear(case, "name-of-witness-0.jpg", person="Ana", regions=[region("face=0.1,0.2,0.3,0.4")])
    clear(case, "name-of-witness-1.jpg", person="Ana", regions=[])
    made = export(case, tmp_path / "out", form="pictures")
    assert made.rows == (("pictures", 2),)
    assert set(made.words) == {"1 held back: not a picture", "1 held back: nobody looked at it"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["00001.jpg", "00002.jpg", "pictures.csv"]
    for path in (tmp_path / "out").iterdir():
        assert b"witness" not in path.read_bytes()
        assert b"Ana" not in path.read_bytes()
    assert verify(case).sound


def test_a_picture_is_looked_at_on_demand(case: Path, tmp_path: Path) -> None:
    from takingstock.verbs.evidence import marks, pdq

    image = Image.new("RGB", (640, 200), "white")
    ImageDraw.Draw(image).text((60, 60), "LOT 7734", fill="black", font_size=72)
    image.save(tmp_path / "plate.png")
    (tmp_path / "note.txt").write_text("text")
    add(case, [tmp_path / "plate.png", tmp_path / "note.txt"], collector="A")
    digits, quality = pdq(case, "plate.png").split(",")
    assert len(digits) == 64
    assert 0 <= int(quality) <= 100
    assert "7734" in " ".join(one.text for one in marks(case, "plate.png").proposals)
    for look in (pdq, marks):
        with pytest.raises(BadValueError, match="no picture"):
            look(case, "note.txt")


def test_an_ending_that_lies_is_told(case: Path, tmp_path: Path) -> None:
    drawn(tmp_path / "a.png", 1).rename(tmp_path / "a.jpg")
    made = add(case, [tmp_path / "a.jpg"], collector="A")
    (step,) = [step for step in made.files[0].steps if step.step == "media type"]
    assert "jpg" in step.words
    assert "image/png" in step.words
