"""likeness: what looks alike, for a person to judge; and the judgement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import Archive, BadValueError, Judgement, LikenessJudgement, Record
from takingstock.verbs.evidence.finding import found
from takingstock.verbs.evidence.people import Said

if TYPE_CHECKING:
    from takingstock.evidence.likeness import Likeness


class Pair(Record):
    """One suggestion. ``differing`` is how many regions differ where both are pictures that could be laid over each
    other (None: not compared), ``picture`` where both were drawn side by side, ``words`` why there is none."""

    first: str
    second: str
    first_name: str
    second_name: str
    kind: str
    distance: int
    variants: str
    rule: str
    judgement: str = ""
    differing: int | None = None
    regions: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...] = ()
    picture: str = ""
    words: str = ""


class Pairs(Record):
    """The queue, nearest first; ``within``: bits of 256."""

    revision: int
    within: int
    pairs: tuple[Pair, ...]


def likeness(
    folder: Path,
    evidence: str | None = None,
    *,
    within: int | None = None,
    everything: bool = False,
    pictures: Path | None = None,
) -> Pairs:
    """Pairs of files that look alike and that nobody judged yet (``everything``: judged ones too). ``pictures``: a
    folder for a picture of each pair, with the regions in which they differ. Raises UnknownNameError, BadValueError."""
    from takingstock.case import open_case
    from takingstock.evidence.likeness import THRESHOLD, suggestions

    threshold = THRESHOLD if within is None else within
    with open_case(folder) as case:
        archive, ledger = case.archive(), case.ledger()
    only = [found(archive, evidence).id] if evidence else None
    many = suggestions(archive.examinations, ledger.likenesses, threshold=threshold, evidence=only)
    shown = [one for one in many if everything or not one.judgements]
    pairs = tuple(_pair(archive, one) for one in shown)
    if pictures is not None:
        pairs = _drawn(folder, archive, shown, pairs, pictures)
    return Pairs(revision=archive.revision, within=threshold, pairs=pairs)


def judge(folder: Path, first: str, second: str, *, judgement: str, person: str, reason: str) -> Said:
    """One person's decision on a pair. Raises UnknownNameError, BadValueError."""
    from takingstock.case import Rows, open_case
    from takingstock.evidence.likeness import suggestions
    from takingstock.records.person import checked_name, name_key

    person = checked_name(person)
    if judgement not in set(Judgement):
        raise BadValueError(f"--as {judgement!r}: write {', '.join(Judgement)}")
    with open_case(folder) as case:
        archive = case.archive()
        one, other = sorted((found(archive, first).id, found(archive, second).id))
        if one == other:
            raise BadValueError("these are the same file; name two different ones")
        near = suggestions(archive.examinations, threshold=128, evidence=[one])
        suggested = next((s for s in near if {s.first, s.second} == {one, other}), None)
        row = LikenessJudgement(
            id=f"{one}/{other}/{name_key(person)}",
            first=one,
            second=other,
            judgement=Judgement(judgement),
            person=person,
            reason=reason,
            rule=suggested.rule if suggested else "",
            distance=suggested.distance if suggested else None,
        )
        case.write(Rows(likenesses=(row,)), actor=person, reason=f"{one[:12]} and {other[:12]}: {reason}")
        return Said(evidence=one, state=f"{one[:12]} and {other[:12]}: {judgement}", revision=case.revision)


def _pair(archive: Archive, one: Likeness) -> Pair:
    return Pair(
        first=one.first,
        second=one.second,
        first_name=archive.evidence_by_id[one.first].name,
        second_name=archive.evidence_by_id[one.second].name,
        kind=one.kind.value,
        distance=one.distance,
        variants=one.words,
        rule=one.rule,
        judgement="; ".join(f"{said.judgement.value} ({said.person})" for said in one.judgements),
    )


def _drawn(
    folder: Path, archive: Archive, found_ones: list[Likeness], pairs: tuple[Pair, ...], pictures: Path
) -> tuple[Pair, ...]:
    from takingstock.evidence.looking import COMPARE, MEMORY
    from takingstock.evidence.vault import Vault
    from takingstock.evidence.workers import Failure, Pool

    vault = Vault(folder)
    pictures.mkdir(parents=True, exist_ok=True)

    def file(evidence: str, variant: str) -> Path:
        if archive.evidence_by_id[evidence].media_type.startswith("image/"):
            return vault.original(evidence)
        seconds = variant.removeprefix("frame:").split()[0]
        frames = sorted((vault.working_folder / evidence).glob("frame-*.jpg"))
        wanted = [path for path in frames if abs(int(path.stem[6:]) - float(seconds) * 1000) < 10]
        return (wanted or frames or [vault.working_folder / evidence / "thumb.jpg"])[0]

    tasks = []
    for number, one in enumerate(found_ones):
        out = pictures / f"{one.first[:12]}-{one.second[:12]}.png"
        sides = (str(file(one.first, one.first_variant)), str(file(one.second, one.second_variant)))
        tasks.append((number, (*sides, (one.first_variant, one.second_variant), str(out))))
    made = list(pairs)
    with Pool(COMPARE, memory=MEMORY) as pool:
        for key, result in pool.run(tasks):
            number = int(str(key))
            if isinstance(result, Failure):
                made[number] = made[number].model_copy(update={"words": result.words})
                continue
            update = {
                "differing": len(result.regions) if result.aligned else None,
                "regions": tuple((tuple(a), tuple(b)) for a, b in result.regions),
                "picture": str(tasks[number][1][3]),
                "words": "" if result.aligned else "the two could not be laid over each other",
            }
            made[number] = made[number].model_copy(update=update)
    return tuple(made)
