"""Likeness: which files of a case look like copies, crops, mirror images or frames of one another.

A suggestion for a person to judge, never a finding. The whole of one file (and what its border encloses) is compared
with all parts and mirror images of the other; parts are not compared with parts, which only adds false matches. A video
is like another when at least half of the frames of the one with fewer, and at least two where it has two, have their
like in the other; a picture is like a video when one frame is its like.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

import numpy as np

from takingstock.evidence.bits import packed, within
from takingstock.evidence.hashing import BITS, FRAME, MIRRORED, TRIMMED, WHOLE
from takingstock.records.base import Record
from takingstock.records.errors import BadValueError
from takingstock.records.evidence import Examination, LikenessJudgement

RULE = "likeness-phash256/1"
# A quarter of the bits; docs/likeness.md has what other thresholds would find and falsely match.
THRESHOLD = 64
SHARE = 0.5


class LikenessKind(StrEnum):
    """What is like what."""

    PICTURES = "picture-picture"
    VIDEOS = "video-video"
    PICTURE_FRAME = "picture-frame"


class Likeness(Record):
    """Two files that look alike, the smaller id first. ``distance`` is how many of 256 bits differ, in the variant of
    each that matched best (for videos: the median of the matching frames). ``frames`` of ``frames_of`` frames of the
    video with fewer frames match. ``judgements`` are those that people made of the pair already."""

    first: str
    second: str
    distance: int
    first_variant: str
    second_variant: str
    kind: LikenessKind
    frames: int = 0
    frames_of: int = 0
    rule: str = RULE
    judgements: tuple[LikenessJudgement, ...] = ()

    @property
    def words(self) -> str:
        """What matched, for a reader: ``mirrored``, ``left half``, ``frame 3.20 s``; ``whole`` when just that."""
        named = [
            one.replace(FRAME, "frame ").replace(f" {MIRRORED}", f" s {MIRRORED}") + ("" if MIRRORED in one else " s")
            if one.startswith(FRAME)
            else one
            for one in (self.first_variant, self.second_variant)
        ]
        said = [one for one in named if one != WHOLE]
        return " / ".join(said) or WHOLE


def suggestions(
    examinations: Iterable[Examination],
    judgements: Iterable[LikenessJudgement] = (),
    *,
    threshold: int = THRESHOLD,
    evidence: Collection[str] | None = None,
) -> tuple[Likeness, ...]:
    """All pairs that differ in at most ``threshold`` bits, the most alike first, judged ones with their judgements.

    ``evidence``: only pairs with one of these files. Raises BadValueError for a threshold outside 0 to 128, where half
    of the bits differ, as in any two unrelated pictures."""
    if not 0 <= threshold <= BITS // 2:
        raise BadValueError(f"a threshold is a number of bits from 0 to {BITS // 2}, not {threshold}")
    table = _Table(sorted((one for one in examinations if one.hashes), key=lambda one: one.id))
    judged: dict[tuple[str, str], list[LikenessJudgement]] = {}
    for judgement in judgements:
        judged.setdefault((judgement.first, judgement.second), []).append(judgement)
    found = [
        one.model_copy(update={"judgements": tuple(judged.get((one.first, one.second), ()))})
        for one in table.pairs(threshold, evidence)
    ]
    return tuple(sorted(found, key=lambda one: (one.distance, one.first, one.second)))


class _Table:
    """All hashes of all files, one row each; ``canonical`` rows stand for a whole file or frame as it is."""

    def __init__(self, examinations: Sequence[Examination]) -> None:
        self.ids = [one.id for one in examinations]
        rows = [(owner, *pair) for owner, one in enumerate(examinations) for pair in one.hashes]
        self.owner = np.array([owner for owner, _, _ in rows], dtype=np.int64)
        self.names = [name for _, name, _ in rows]
        self.hashes = packed([digits for _, _, digits in rows])
        self.canonical = np.flatnonzero([_canonical(name) for name in self.names])
        self.frames: dict[int, int] = {}
        for row in self.canonical:
            if self.names[row].startswith(FRAME):
                self.frames[int(self.owner[row])] = self.frames.get(int(self.owner[row]), 0) + 1

    def pairs(self, threshold: int, evidence: Collection[str] | None) -> list[Likeness]:
        everything = np.arange(len(self.owner))
        if evidence is None:
            left, right, bits = self._search(self.canonical, everything, threshold)
        else:
            wanted = np.array([one in set(evidence) for one in self.ids], dtype=bool)
            ours = wanted[self.owner] if len(self.owner) else np.zeros(0, dtype=bool)
            sides = (
                self._search(self.canonical[ours[self.canonical]], everything, threshold),
                self._search(self.canonical[~ours[self.canonical]], everything[ours], threshold),
            )
            left, right, bits = (np.concatenate([side[k] for side in sides]) for k in range(3))
        one, other = self.owner[left], self.owner[right]
        # The row of the smaller owner first.
        turned = one > other
        left, right = np.where(turned, right, left), np.where(turned, left, right)
        pair = self.owner[left] * len(self.ids) + self.owner[right]
        order = np.lexsort((right, left, bits, pair))
        left, right, bits, pair = left[order], right[order], bits[order], pair[order]
        begins = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if len(pair) else np.zeros(0, dtype=np.int64)
        found = []
        ends = [*begins[1:], len(pair)] if len(begins) else []
        for begin, end in zip(begins, ends, strict=True):
            likeness = self._likeness(left[begin:end], right[begin:end], bits[begin:end])
            if likeness is not None:
                found.append(likeness)
        return found

    def _search(self, queries: np.ndarray, rows: np.ndarray, threshold: int) -> tuple[np.ndarray, ...]:
        left, right, bits = within(self.hashes[queries], self.hashes[rows], threshold)
        left, right = queries[left], rows[right]
        other = self.owner[left] != self.owner[right]
        return left[other], right[other], bits[other]

    def _likeness(self, left: np.ndarray, right: np.ndarray, bits: np.ndarray) -> Likeness | None:
        """Of one pair of files: its matching rows, the closest first."""
        first, second = int(self.owner[left[0]]), int(self.owner[right[0]])
        kind, distance, frames, frames_of = LikenessKind.PICTURES, int(bits[0]), 0, 0
        if first in self.frames and second in self.frames:
            kind = LikenessKind.VIDEOS
            side, fewer = (left, first) if self.frames[first] <= self.frames[second] else (right, second)
            closest: dict[str, int] = {}
            for row, bit in zip(side, bits, strict=True):
                closest.setdefault(self.names[row].removesuffix(f" {MIRRORED}"), int(bit))
            frames, frames_of = len(closest), self.frames[fewer]
            if frames < max(SHARE * frames_of, min(2, frames_of)):
                return None
            distance = int(np.median(list(closest.values())))
        elif first in self.frames or second in self.frames:
            kind = LikenessKind.PICTURE_FRAME
        return Likeness(
            first=self.ids[first],
            second=self.ids[second],
            distance=distance,
            first_variant=self.names[left[0]],
            second_variant=self.names[right[0]],
            kind=kind,
            frames=frames,
            frames_of=frames_of,
        )


def _canonical(name: str) -> bool:
    return name in {WHOLE, TRIMMED} or (name.startswith(FRAME) and not name.endswith(MIRRORED))
