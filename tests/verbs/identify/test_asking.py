"""The queue out and in: what is taken, under which id, with which salt, and what comes back to the expert."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.case import Rows, open_case
from takingstock.records import Assignment, BadValueError, Confidence, Identification, Level
from takingstock.records.merkle import MerkleRoot, leaf_of
from takingstock.verbs import verify
from takingstock.verbs.identify import assign, listing, queue_in, queue_out


def root_of(one: Identification) -> str:
    root = MerkleRoot()
    root.push(leaf_of("identifications", one.canonical()))
    return root.hex()


def roots(folder: Path) -> list[str]:
    with open_case(folder) as case:
        return [json.loads(event.payload).get("added_root", "") for event in case.events()]


def stored(folder: Path) -> tuple[Identification, ...]:
    with open_case(folder) as case:
        return case.ledger().identifications


def test_a_closed_answer_cannot_be_confirmed_by_guessing_it(case: Path, answer: Callable[..., Path]) -> None:
    """The history is open to all; who guesses every word of an answer still cannot find it there."""
    queue_in(case, answer("Expert X"), expert="Expert X")
    (one,) = stored(case)
    assert len(one.salt) == 32
    assert root_of(one) == roots(case)[-1]
    assert root_of(one.model_copy(update={"salt": ""})) not in roots(case)
    # Another answer in the same words has a salt of its own.
    queue_in(case, answer("Expert Y"), expert="Expert Y")
    assert len({one.salt for one in stored(case)}) == 2


def test_the_same_answer_again_changes_nothing_a_new_one_has_a_new_salt(
    case: Path, answer: Callable[..., Path]
) -> None:
    queue_in(case, answer("Expert X"), expert="Expert X")
    before = stored(case)
    again = queue_in(case, answer("Expert X"), expert="Expert X")
    assert (again.taken, again.unchanged) == (0, 1)
    assert stored(case) == before
    assert queue_in(case, answer("Expert X", reason="The stock"), expert="Expert X").taken == 1
    assert stored(case)[0].salt != before[0].salt


def test_a_case_with_answers_from_before_salts_stays_as_it_is(case: Path, answer: Callable[..., Path]) -> None:
    """Their rows, digests and roots hold, and the expert's next answer takes the place of the old one."""
    old = Identification(
        id="s-1/анна",
        sighting="s-1",
        expert="Анна",
        level=Level.MODEL,
        item="rifle.assault.ak.akm",
        confidence=Confidence.HIGH,
        reason="The rear sight block",
    )
    put = Assignment(id="s-1/анна", sighting="s-1", expert="Анна")
    with open_case(case) as opened:
        opened.write(Rows(identifications=(old,), assignments=(put,)), actor="Анна", reason="before")
        rows = {table: record for table, _, record in opened.rows_of(opened.revision)}
    assert rows["identifications"] == old.canonical()
    assert "salt" not in old.canonical()
    assert queue_in(case, answer("Анна", made_in=""), expert="Анна").unchanged == 1
    assert queue_in(case, answer("АННА", reason="The stock"), expert="АННА").taken == 1
    assert [(one.id, one.reason) for one in stored(case)] == [("s-1/анна", "The stock")]
    assign(case, ["s-1"], ["анна"], actor="Lead")
    with open_case(case) as opened:
        assert [one.id for one in opened.ledger().assignments] == ["s-1/анна"]
        assert opened.verify() == ()


def test_a_name_of_two_scripts_is_refused(case: Path, answer: Callable[..., Path], tmp_path: Path) -> None:
    name, file = "Aннa", answer("Aннa")
    verbs: list[Callable[[], object]] = [
        lambda: assign(case, ["s-1"], [name], actor="Lead"),
        lambda: queue_out(case, tmp_path / "q.xlsx", expert=name),
        lambda: queue_in(case, file, expert=name),
    ]
    for verb in verbs:
        with pytest.raises(BadValueError, match="mixes CYRILLIC and LATIN"):
            verb()
    assert not (tmp_path / "q.xlsx").exists()
    assert stored(case) == ()


def test_one_person_in_letters_of_two_alphabets_is_one_expert(case: Path, answer: Callable[..., Path]) -> None:
    queue_in(case, answer("Poco"), expert="Poco")
    queue_in(case, answer("Росо", reason="The stock"), expert="Росо")  # Cyrillic throughout
    assert len(stored(case)) == 1
    assert listing(case).reviews[0].open


def test_what_the_case_cannot_take_comes_back_as_it_was_written(case: Path, answer: Callable[..., Path]) -> None:
    """A fault that only the case finds (the maker's level without a maker) keeps the whole row, too."""
    file = answer("Expert X", level="maker", made_in="", **{"my own column": "see the note"})
    made = queue_in(case, file, expert="Expert X")
    assert (made.read, made.taken, made.unchanged, len(made.rejects)) == (1, 0, 0, 1)
    assert made.rejects_file is not None
    with Path(made.rejects_file).open(encoding="utf-8", newline="") as text:
        (row,) = list(csv.reader(text))[1:]
    assert row[1] == "2"
    assert "needs the maker" in row[2]
    assert row[-1] == "see the note"
    assert "The rear sight block" in row
    assert made.notes == ("'my own column' is no column of the queue and was not taken (line 2); write it in reason",)


def test_every_row_is_counted_once(case: Path, tmp_path: Path) -> None:
    head = "sighting,level,item,confidence,reason\n"
    rows = ["s-1,model,AKM,high,fits", "s-1,model,AKM,high,fits", "s-9,model,AKM,high,fits", "s-1,,,,"]
    (tmp_path / "x.csv").write_text(head + "\n".join(rows) + "\n")
    made = queue_in(case, tmp_path / "x.csv", expert="X")
    assert (made.read, made.taken, made.unchanged, made.unanswered, len(made.rejects)) == (4, 1, 1, 1, 1)
    assert made.notes == (
        "1 row(s) say the same again and count once",
        "line 2: evidence is empty; taken as said of the files that the sighting has now",
    )


def test_a_queue_in_is_one_event_that_verifies(case: Path, answer: Callable[..., Path]) -> None:
    before = verify(case)
    queue_in(case, answer("Expert X"), expert="Expert X")
    after = verify(case)
    assert after.revision == before.revision + 1
    # The file behind the sighting was never in this vault; nothing else is wrong.
    assert after.faults == before.faults
