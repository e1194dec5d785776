"""Cautions: what to look at before the figures of released sightings are used. Sentences that name no person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from takingstock.catalogue.releasing import Counting, Lost
from takingstock.records import LikenessJudgement, Sighting, originals

_LOST = {
    Lost.CHANGED: "Released and counted no more, since they were changed afterwards",
    Lost.SOURCE: "Released and counted no more, since their sources are not verified any more",
    Lost.FILES: "Once resting on files, resting on none now, and not counted",
    Lost.RULE: "Released and counted no more, since the release does not meet the rule any more",
}


def everybody(_: str) -> bool:
    """Every holder."""
    return True


def cautions(
    counting: Counting,
    likenesses: Iterable[LikenessJudgement] = (),
    alike: Iterable[tuple[str, str]] = (),
    mine: Callable[[str], bool] = everybody,
) -> tuple[str, ...]:
    """What to look at, most telling first. ``alike`` are pairs of files that look alike and that nobody has judged;
    ``mine`` says of a holder whether it is asked about."""
    likenesses = tuple(likenesses)
    counted = [one for one in counting.sightings if one.evidence]
    own = [one for one in counted if mine(one.holder)]
    ids = {one.id for one in own}
    found = [*_lost(counting, mine)]
    if erased := [id for id in counting.erased if id in ids]:
        found.append(f"Counted, though files behind them were erased and nobody can inspect them: {_names(erased)}.")
    if many := _apart(own, alike):
        found.append(
            f"Pairs of files behind different counted sightings that look alike and nobody has judged: {many}. Their "
            "items may count twice; see: takingstock evidence likeness CASE."
        )
    if torn := _apart(own, _torn(likenesses)):
        found.append(
            f"Pairs of files behind different counted sightings that people judge differently: {torn}. They are taken "
            "for different, so their items may count twice."
        )
    if shared := _shared(counted, likenesses, mine):
        found.append(f"Counted with more than one holder on one and the same file: {_names(shared)}.")
    if reopened := [id for id in counting.reopened if id in ids]:
        found.append(
            f"Counted after their review was closed and reopened, so that an expert may have known the answers: "
            f"{_names(reopened)}."
        )
    return tuple(found)


def files(counting: Counting) -> frozenset[str]:
    """The files behind counted sightings."""
    return frozenset(file for one in counting.sightings for file in one.evidence)


def _lost(counting: Counting, mine: Callable[[str], bool]) -> Iterator[str]:
    for why, words in _LOST.items():
        if ids := [one.id for one, reason in counting.lost if reason is why and mine(one.holder)]:
            yield f"{words}: {_names(ids)}."


def _torn(likenesses: Iterable[LikenessJudgement]) -> list[tuple[str, str]]:
    said: dict[tuple[str, str], set[str]] = {}
    for one in likenesses:
        said.setdefault((one.first, one.second), set()).add(one.judgement.value)
    return [pair for pair, kinds in said.items() if len(kinds) > 1]


def _apart(sightings: list[Sighting], pairs: Iterable[tuple[str, str]]) -> int:
    """How many of the pairs join files of two different sightings of one holder."""
    behind: dict[str, set[tuple[str, str]]] = {}
    for one in sightings:
        for file in one.evidence:
            behind.setdefault(file, set()).add((one.holder, one.id))
    return sum(
        any(a[0] == b[0] and a[1] != b[1] for a in behind.get(first, ()) for b in behind.get(second, ()))
        for first, second in pairs
    )


def _shared(counted: list[Sighting], likenesses: Iterable[LikenessJudgement], mine: Callable[[str], bool]) -> list[str]:
    voice = originals(likenesses)
    holders: dict[str, dict[str, set[str]]] = {}
    for one in counted:
        for file in one.evidence:
            holders.setdefault(voice.get(file, file), {}).setdefault(one.holder, set()).add(one.id)
    shared = [by for by in holders.values() if len(by) > 1 and any(map(mine, by))]
    return sorted({id for by in shared for ids in by.values() for id in ids})


def _names(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids))
