"""A sighting that somebody changes after experts looked at it does not keep their word."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Rows, open_case
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import Aspect, BadValueError, Evidence, Identification, Ruling, Source, Verification
from takingstock.verbs import arsenal, audit, import_file, init, trace
from takingstock.verbs.audit import audited
from takingstock.verbs.identify import agreement, listing, queue_in, queue_out, release, withdraw

ONE, TWO = (hashlib.sha256(text).hexdigest() for text in (b"one", b"two"))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Two files that two people verified, and a sighting of one rifle on the first."""
    folder = tmp_path / "case"
    init(folder, title="A case")
    said = tuple(
        Verification(
            id=f"{file}/{aspect}/{who}", evidence=file, person=who, aspect=aspect, answer="confirmed", method="m",
            reason="r",
        )
        for file in (ONE, TWO)
        for who in ("Ana", "Bo")
        for aspect in Aspect
    )  # fmt: skip
    files = tuple(Evidence(id=one, name=f"{one[:4]}.jpg", media_type="image/jpeg", size=9) for one in (ONE, TWO))
    with open_case(folder) as opened:
        rows = Rows(sources=(Source(id="field", title="Field"),), evidence=files, verifications=said)
        opened.write(rows, actor="A", reason="made for a test")
    entered(folder)
    return folder


def entered(folder: Path, **cells: Any) -> None:
    """One person enters the sighting, or changes it."""
    row = {"id": "s-1", "source": "field", "holder": "islamic-state", "item": "rifle.assault", "quantity": "1"}
    row |= {"when": "2016-05", "place": "Mosul, Iraq", "evidence": ONE} | cells
    file = folder.parent / "sheet" / "sightings.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text(csv_rows([list(row), [str(cell) for cell in row.values()]]), encoding="utf-8")
    made = import_file(folder, file.parent, actor="Mallory")
    assert not made.rejected, made.rejects


def answered(folder: Path, *experts: str) -> None:
    for expert in experts:
        queue_out(folder, folder.parent / "q.csv", expert=expert)
        filled(folder, expert)


def filled(folder: Path, expert: str) -> Any:
    """Fill in what q.csv holds and take it in."""
    import csv

    with (folder.parent / "q.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {"level": "class", "item": "rifle.assault", "confidence": "high", "reason": "The shape"}
    out = folder.parent / f"{expert}.csv"
    out.write_text(csv_rows([list(rows[0]), *(list(row.values()) for row in rows)]), encoding="utf-8")
    return queue_in(folder, out, expert=expert)


def released(folder: Path) -> None:
    answered(folder, "Ed", "Eva")
    assert release(folder, "s-1", person="Lead", reason="met").state.value == "released"


def figures(folder: Path) -> list[tuple[str, float | None]]:
    found = arsenal(folder, "islamic-state", by="class")
    return [(row.key, row.count) for table in found.populations for row in table.rows]


CHANGES = [
    {"quantity": "500"},
    {"place": "Raqqa, Syria"},
    {"level": "confirmed-by-exporter"},
    {"when": "2014"},
    {"evidence": TWO},
    {"evidence": f"{ONE};{TWO}"},
]


def test_a_changed_sighting_loses_its_release_and_the_figure_leaves(case: Path) -> None:
    released(case)
    assert figures(case) == [("rifle.assault", 1.0)]
    for change in CHANGES:
        entered(case, **change)
        assert figures(case) == [], change
        (now,) = listing(case).reviews
        assert now.state.value in {"agreed", "verified"}
        assert "changed since it was identified: review it again" in now.words
        assert "ruling 1 (release) does not stand: the sighting was changed after it" in " ".join(now.faults)
    assert any("counted no more, since they were changed" in note for note in arsenal(case, "islamic-state").notes)
    assert any("s-1" in note for note in listing(case).notes)
    assert trace(case, "islamic-state", draws=0).items == ()
    # Put back as it was, it is what they looked at.
    entered(case)
    assert figures(case) == [("rifle.assault", 1.0)]


def test_another_holder_does_not_inherit_the_release(case: Path) -> None:
    released(case)
    entered(case, holder="IRQ")
    assert figures(case) == []
    assert arsenal(case, "IRQ", by="class").populations == ()
    assert "s-1" in " ".join(arsenal(case, "IRQ").notes)


def test_a_quantity_needs_a_new_release_and_other_files_new_answers(case: Path) -> None:
    released(case)
    entered(case, quantity="2")
    assert listing(case).reviews[0].state.value == "agreed"
    assert release(case, "s-1", person="Lead", reason="two in the picture").state.value == "released"
    assert figures(case) == [("rifle.assault", 2.0)]
    entered(case, quantity="2", evidence=TWO)
    assert listing(case).reviews[0].state.value == "verified"
    with pytest.raises(BadValueError):
        release(case, "s-1", person="Lead", reason="met")
    assert queue_out(case, case.parent / "q.csv", expert="Ed").sightings == ("s-1",)
    answered(case, "Ed", "Eva")
    assert release(case, "s-1", person="Lead", reason="met").state.value == "released"


def test_files_exchanged_between_two_answers_are_no_agreement(case: Path) -> None:
    answered(case, "Ed")
    queue_out(case, case.parent / "q.csv", expert="Eva")
    entered(case, evidence=TWO)
    made = filled(case, "Eva")
    assert made.taken == 0
    assert "are not those of this workbook any more" in made.rejects[0].reason
    answered(case, "Eva")
    assert listing(case).reviews[0].state.value == "in-review"
    assert "given before the sighting's files were changed" in " ".join(listing(case).reviews[0].faults)
    with pytest.raises(BadValueError):
        release(case, "s-1", person="Lead", reason="met")
    answered(case, "Ed")
    assert listing(case).reviews[0].state.value == "agreed"


def bare(expert: str) -> Identification:
    """An answer as earlier versions of the program wrote it."""
    return Identification(
        id=f"s-1/{expert}", sighting="s-1", expert=expert, level="class", item="rifle.assault", confidence="high",
        reason="r",
    )  # fmt: skip


def test_rows_from_before_count_while_the_sighting_was_never_changed_after_them(case: Path) -> None:
    ruling = Ruling(
        id="s-1/1", sighting="s-1", number=1, kind="release", person="Lead", reason="r", level="class",
        item="rifle.assault", rule="2 people", experts=("Ed", "Eva"),
    )  # fmt: skip
    entered(case, quantity="3")
    with open_case(case) as opened:
        opened.write(Rows(identifications=(bare("Ed"), bare("Eva")), rulings=(ruling,)), actor="A", reason="before")
        before = opened.revision
    assert figures(case) == [("rifle.assault", 3.0)]
    entered(case, quantity="500")
    assert figures(case) == []
    assert listing(case).reviews[0].state.value == "verified"
    # What the case held then, it held.
    assert audited(case, revision=before).revision == before
    assert audit(case, revision=before) == ()


def test_files_taken_out_make_no_report_of_it(case: Path) -> None:
    """Neither of a sighting that nobody has looked at yet, nor of a released one."""
    entered(case, evidence="", quantity="500")
    assert figures(case) == []
    (now,) = listing(case).reviews
    assert now.state.value == "collected"
    assert "they were taken out" in " ".join(now.words)
    assert "resting on none now, and not counted: s-1" in " ".join(arsenal(case, "islamic-state").notes)
    assert queue_out(case, case.parent / "q.csv", expert="Ed").sightings == ()
    entered(case)
    released(case)
    entered(case, evidence="", quantity="500")
    assert figures(case) == []


def test_a_withdrawn_sighting_stays_withdrawn_whatever_changes(case: Path) -> None:
    released(case)
    withdraw(case, "s-1", person="Lead", reason="the source asked")
    entered(case, quantity="7")
    assert listing(case).reviews[0].state.value == "withdrawn"
    assert arsenal(case, "islamic-state").notes == ()


def test_agreement_leaves_out_answers_to_other_files(case: Path) -> None:
    pytest.importorskip("crowdkit")
    answered(case, "Ed", "Eva")
    assert agreement(case).rows[0].identifications == 2
    entered(case, evidence=TWO)
    assert agreement(case).rows[0].identifications == 0


def test_a_refuted_source_is_told_with_the_figure_that_left(case: Path) -> None:
    released(case)
    refuted = Verification(
        id="x", evidence=ONE, person="Cy", aspect="place", answer="refuted", method="m", reason="another town"
    )
    with open_case(case) as opened:
        opened.write(Rows(verifications=(refuted,)), actor="Cy", reason="r")
    assert figures(case) == []
    assert "their sources are not verified any more: s-1" in " ".join(arsenal(case, "islamic-state").notes)


@pytest.fixture
def secret(tmp_path: Path) -> tuple[Path, str]:
    """A case with one secret file that two people verified and a sighting on it."""
    from takingstock.verbs.evidence import add, confirm, make_key
    from takingstock.verbs.evidence import listing as files

    folder = tmp_path / "secret"
    init(folder, title="Secret")
    (tmp_path / "a.txt").write_text("a secret")
    make_key(folder, tmp_path / "k")
    add(folder, [tmp_path / "a.txt"], collector="C", secret=True, key=tmp_path / "k")
    file = files(folder, key=tmp_path / "k").evidence[0].sha256
    for who in ("Ana", "Bo"):
        confirm(folder, file, person=who, aspects=list(Aspect), method="m", reason="r")
    with open_case(folder) as opened:
        opened.write(Rows(sources=(Source(id="field", title="Field"),)), actor="A", reason="r")
    entered(folder, evidence=file)
    return folder, file


def test_an_erased_file_is_put_to_nobody_and_releases_nothing(secret: tuple[Path, str]) -> None:
    from takingstock.verbs.evidence import erase

    case, file = secret
    answered(case, "Ed", "Eva")
    erase(case, file, person="A", reason="asked for")
    with pytest.raises(BadValueError, match="erased"):
        release(case, "s-1", person="Lead", reason="met")
    assert "erased: nobody can inspect it" in " ".join(listing(case).reviews[0].words)
    out = queue_out(case, case.parent / "q2.csv", expert="Zed")
    assert (out.sightings, out.waiting) == ((), ())


def test_a_figure_on_a_file_erased_later_stays_and_says_so(secret: tuple[Path, str]) -> None:
    from takingstock.verbs.evidence import erase

    case, file = secret
    released(case)
    erase(case, file, person="A", reason="asked for")
    assert figures(case) == [("rifle.assault", 1.0)]
    for notes in (arsenal(case, "islamic-state").notes, listing(case).notes):
        assert "erased and nobody can inspect them: s-1" in " ".join(notes)


def test_an_erased_file_that_awaits_is_named(secret: tuple[Path, str]) -> None:
    from takingstock.verbs.evidence import erase

    case, file = secret
    queue_out(case, case.parent / "q.csv", expert="Ed")
    erase(case, file, person="A", reason="asked for")
    out = queue_out(case, case.parent / "q2.csv", expert="Ed")
    assert (out.sightings, out.waiting, out.erased) == ((), (), ("s-1",))
    made = filled(case, "Ed")
    assert made.taken == 0
    assert "was erased" in made.rejects[0].reason


def test_files_that_look_alike_behind_two_figures_are_told_until_somebody_judges(case: Path) -> None:
    from takingstock.records import Examination, LikenessJudgement

    same = (("whole", "0f" * 32),)
    with open_case(case) as opened:
        looked = tuple(Examination(id=one, tool="t", hashes=same) for one in (ONE, TWO))
        opened.write(Rows(examinations=looked), actor="A", reason="r")
    entered(case, id="s-2", evidence=TWO)
    answered(case, "Ed", "Eva")
    for id in ("s-1", "s-2"):
        release(case, id, person="Lead", reason="met")
    for notes in (arsenal(case, "islamic-state").notes, listing(case).notes):
        assert "look alike and nobody has judged: 1." in " ".join(notes)

    def judged(person: str, judgement: str) -> None:
        first, second = sorted((ONE, TWO))
        row = LikenessJudgement(
            id=person, first=first, second=second, judgement=judgement, person=person, reason="r"
        )  # fmt: skip
        with open_case(case) as opened:
            opened.write(Rows(likenesses=(row,)), actor=person, reason="r")

    judged("Ana", "different")
    assert arsenal(case, "islamic-state").notes == ()
    judged("Bo", "same-original")
    assert "people judge differently: 1." in " ".join(arsenal(case, "islamic-state").notes)


def test_the_report_says_what_the_rule_confirmed_in_its_language(case: Path) -> None:
    from takingstock.report import render
    from takingstock.verbs.report import publish

    released(case)
    made = publish(case, holder="islamic-state", draws=0)
    english, arabic = render(made, "en"), render(made, "ar")
    for words in ("the quantity and the possessor are the word of whoever entered", "Not confirmed: quantity and"):
        assert words in english
        assert words not in arabic
    for words in ("مشاهدات الفريق لدى", "أما الكمية والحائز فقول من أدخل المشاهدة", "لا مجال: المواقع أقل من"):
        assert words in arabic
    for words in ("Single sightings of this team", "Own sightings of", "No interval: fewer"):
        assert words not in re.sub(r"<script.*?</script>", "", arabic, flags=re.S)
