"""What case.toml says counts only once the history has it; what the folder remembers cannot be taken out unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from takingstock.case import Case, Rows, create, open_case
from takingstock.records import (
    BODY,
    BadValueError,
    ConflictError,
    NotACaseError,
    ReviewRule,
    SettingsChanged,
    Source,
)

ROW = Rows(sources=(Source(id="s", title="A source"),))
WHO: dict[str, Any] = {"actor": "A", "reason": "r"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with create(tmp_path / "case", "A case") as case:
        case.write(ROW, **WHO)
    return tmp_path / "case"


def edit(folder: Path, change: Callable[[str], str]) -> None:
    file = folder / "case.toml"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text + "[review]\nexperts = 1\n", "review.experts is 1, the history has 2"),
        (lambda text: text + "[review]\npeople = 3\n", "review.people is 3, the history has 2"),
        (lambda text: text + '[review]\nexperts_named = ["Eve"]\n', "review.experts_named is Eve, the history has not"),
        (lambda text: 'recipient = "age1eve"\n' + text, "recipient is age1eve, the history has not set"),
        (lambda text: 'trust = "eve.pem"\n' + text, "trust is missing, the history has not set"),
        (lambda text: 'authority = "http://eve.example"\n' + text, "authority is http://eve.example"),
        (lambda text: text.replace('"public"', '"none"'), "redaction is none, the history has public"),
    ],
)
def test_an_edit_counts_for_nothing_until_it_is_accepted(
    folder: Path, change: Callable[[str], str], words: str
) -> None:
    edit(folder, change)
    with open_case(folder) as case:
        head = case.head
        assert [told.startswith(words) for told in case.unaccepted()] == [True]
        with pytest.raises(ConflictError, match="settings CASE --accept"):
            _ = case.settings
        with pytest.raises(ConflictError, match="nobody accepted it"):
            case.write(Rows(sources=(Source(id="t", title="T"),)), **WHO)
        with pytest.raises(ConflictError, match="nobody accepted it"):
            case.write_stream([], **WHO)
        assert case.head == head
        assert case.ledger().sources
        event = case.accept(actor="Lee", reason="the team decided so")
        assert event is not None
        assert (event.kind, event.actor, event.reason) == ("settings-changed", "Lee", "the team decided so")
        assert isinstance(body := BODY.validate_json(event.payload), SettingsChanged)
        assert body.rules == case.stated.rules(folder)
        assert case.unaccepted() == ()
        assert case.accept(actor="Lee", reason="again") is None
        assert case.settings.review.experts_named == case.stated.review.experts_named
        assert case.verify() == ()


def test_words_for_people_may_be_edited(folder: Path) -> None:
    edit(folder, lambda text: text.replace("A case", "Another title"))
    with open_case(folder) as case:
        assert case.settings.title == "Another title"
        assert case.unaccepted() == ()


def test_the_content_of_a_list_of_certificates_counts_and_not_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text("trusted")
    with create(tmp_path / "case", "A case") as case:
        case.accept(case.stated.model_copy(update={"trust": str(tmp_path / "a.pem")}), **WHO)
        (case.folder / "b.pem").write_text("trusted")
        case.stated.model_copy(update={"trust": "b.pem"}).write(case.folder)
    with open_case(tmp_path / "case") as case:
        assert case.unaccepted() == ()
        (case.folder / "b.pem").write_text("trusted, and one more")
        assert case.unaccepted()[0].startswith("trust is")


def test_before_the_first_write_the_file_may_be_edited_and_the_write_keeps_what_it_says(tmp_path: Path) -> None:
    create(tmp_path / "case", "A case").close()
    edit(tmp_path / "case", lambda text: text + "[review]\nexperts = 3\n")
    with open_case(tmp_path / "case") as case:
        assert case.settings.review.experts == 3
        case.write(ROW, **WHO)
        assert [event.kind for event in case.events()] == ["case-opened", "rows-written", "settings-changed"]
    edit(tmp_path / "case", lambda text: text.replace("experts = 3", "experts = 2"))
    with open_case(tmp_path / "case") as case:
        assert case.unaccepted() == ("review.experts is 2, the history has 3",)


def older(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A case as versions made it that kept no settings in the history."""
    from takingstock.case import accepting
    from takingstock.case import folder as making

    with monkeypatch.context() as patched:
        real = making.CaseOpened
        patched.setattr(making, "CaseOpened", lambda **given: real(title=given["title"], schema_version="0004"))
        patched.setattr(accepting, "keep", lambda *_: None)
        with create(folder, "An older case") as case:
            case.write(ROW, **WHO)


def test_an_older_case_reads_on_and_its_next_write_keeps_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(monkeypatch, tmp_path / "case")
    edit(tmp_path / "case", lambda text: text + "[review]\nexperts = 3\n")
    with open_case(tmp_path / "case") as case:
        assert "rules" not in case.events()[0].payload
        assert not case.keeps_settings
        assert (case.unaccepted(), case.settings.review.experts) == ((), 3)
        (case.folder / "head.txt").unlink()
        assert case.verify() == ()
        case.write(Rows(sources=(Source(id="t", title="T"),)), **WHO)
        assert case.events()[-1].kind == "settings-changed"
        assert case.keeps_settings
        assert case.verify() == ()


def test_a_write_that_fails_keeps_nothing(folder: Path) -> None:
    with open_case(folder) as case:
        before = case.events()
        with pytest.raises(BadValueError):
            case.accept(case.stated.model_copy(update={"review": ReviewRule(experts=1)}), actor=" ", reason="r")
        assert case.events() == before
        assert case.settings.review.experts == 2


def test_a_memory_that_was_deleted_is_a_fault_and_is_not_made_anew_in_silence(folder: Path) -> None:
    (folder / "head.txt").unlink()
    with open_case(folder) as case:
        assert ["head.txt" in fault.words for fault in case.verify()] == [True]
        case.write(Rows(sources=(Source(id="t", title="T"),)), **WHO)
        assert len(case.verify()) == 1
        assert case.accept(actor="Lee", reason="copied without it; the head is the one that I noted") is None
        assert case.verify() == ()


def test_nothing_is_written_over_a_history_whose_end_was_cut_off(folder: Path) -> None:
    import sqlite3

    with open_case(folder) as case:
        case.write(Rows(sources=(Source(id="t", title="T"),)), **WHO)
    database = sqlite3.connect(folder / "case.db")
    database.execute("DELETE FROM history WHERE seq = 3")
    database.execute("DELETE FROM sources WHERE added_event = 3")
    database.commit()
    database.close()
    with open_case(folder) as case:
        assert case.verify()
        with pytest.raises(ConflictError, match="end was cut off"):
            case.write(Rows(sources=(Source(id="u", title="U"),)), **WHO)
        assert case.verify()


def test_the_rules_since_the_first_answer_are_known(folder: Path, make: Any) -> None:
    from takingstock.records import Confidence, Identification, Level

    def ruled(case: Case, experts: int) -> None:
        changed = case.stated.model_copy(update={"review": ReviewRule(experts=experts)})
        case.accept(changed, actor="Lee", reason=f"{experts} experts")

    with open_case(folder) as case:
        ruled(case, 5)
        ruled(case, 3)
        assert case.settings.review.earlier == ()
        said = Identification(
            id="i", sighting="s", expert="X", level=Level.CLASS, item="rifle", confidence=Confidence.LOW, reason="r"
        )
        case.write(Rows(identifications=(said,)), actor="X", reason="r")
        ruled(case, 1)
        # Nobody answered under five: the rule of three stood when the first answer came.
        assert [rule.experts for rule in case.settings.review.earlier] == [3]
        ruled(case, 4)
        assert sorted(rule.experts for rule in case.settings.review.earlier) == [1, 3]
    assert "earlier" not in (folder / "case.toml").read_text()
    with pytest.raises(NotACaseError):
        open_case(folder / "evidence")
