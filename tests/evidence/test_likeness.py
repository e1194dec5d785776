"""Which pairs are suggested, as what; videos by their frames; reposts of one original are one voice."""

from __future__ import annotations

import numpy as np
import pytest

from takingstock.evidence.likeness import LikenessKind, suggestions
from takingstock.records import BadValueError, Examination, Judgement, LikenessJudgement

RANDOM = np.random.default_rng(11)


def digits() -> str:
    return RANDOM.bytes(32).hex()


def near(text: str, bits: int) -> str:
    """The same hash with so many bits flipped."""
    return f"{int(text, 16) ^ ((1 << bits) - 1):064x}"


def examined(number: int, **hashes: str) -> Examination:
    pairs = tuple((name.replace("_", " "), text) for name, text in hashes.items())
    return Examination(id=f"{number:064x}", tool="t", hashes=pairs)


def video(number: int, frames: list[str]) -> Examination:
    pairs = tuple((f"frame:{at}.00", text) for at, text in enumerate(frames))
    return Examination(id=f"{number:064x}", tool="t", hashes=pairs)


def judged(first: int, second: int, judgement: Judgement, person: str = "A") -> LikenessJudgement:
    key = f"{person}-{first}-{second}"
    return LikenessJudgement(
        id=key, first=f"{first:064x}", second=f"{second:064x}", judgement=judgement, person=person, reason="seen"
    )


def test_the_closest_first_with_what_matched() -> None:
    one, other = digits(), digits()
    rows = [
        examined(3, whole=near(one, 40), mirrored=digits()),
        examined(1, whole=one, mirrored=other),
        examined(2, whole=near(other, 5), mirrored=digits()),
        examined(4, whole=near(one, 105)),
        examined(5),
    ]
    found = suggestions(rows)
    assert [(int(s.first, 16), int(s.second, 16), s.distance, s.words) for s in found] == [
        (1, 2, 5, "mirrored"),
        (1, 3, 40, "whole"),
    ]
    assert {s.kind for s in found} == {LikenessKind.PICTURES}
    assert [s.distance for s in suggestions(rows, threshold=39)] == [5]
    assert [s.distance for s in suggestions(rows, evidence=[f"{3:064x}"])] == [40]
    assert suggestions(rows, evidence=[f"{4:064x}"]) == ()


def test_parts_are_not_compared_with_parts() -> None:
    same = digits()
    assert suggestions([examined(1, whole=digits(), left_half=same), examined(2, whole=digits(), top_half=same)]) == ()


@pytest.mark.parametrize(("alike", "found"), [(1, False), (2, False), (3, True), (6, True)])
def test_a_video_needs_half_of_its_frames(alike: int, found: bool) -> None:
    frames = [digits() for _ in range(6)]
    copy = [near(text, 10) if at < alike else digits() for at, text in enumerate(frames)]
    rows = suggestions([video(1, frames), video(2, [*copy, *(digits() for _ in range(5))])])
    assert bool(rows) is found
    if found:
        assert (rows[0].kind, rows[0].distance) == (LikenessKind.VIDEOS, 10)
        assert (rows[0].frames, rows[0].frames_of) == (alike, 6)


def test_a_picture_is_found_in_a_video() -> None:
    frames = [digits() for _ in range(4)]
    (found,) = suggestions([video(1, frames), examined(2, whole=digits(), crop_5=near(frames[2], 7))])
    assert (found.kind, found.distance, found.first_variant) == (LikenessKind.PICTURE_FRAME, 7, "frame:2.00")
    assert found.words == "frame 2.00 s / crop 5"


def test_judgements_come_along() -> None:
    one = digits()
    said = judged(1, 2, Judgement.DIFFERENT)
    (found,) = suggestions([examined(1, whole=one), examined(2, whole=one)], [said])
    assert found.judgements == (said,)


def test_a_threshold_that_matches_everything_is_refused() -> None:
    with pytest.raises(BadValueError, match="0 to 128"):
        suggestions([], threshold=129)
