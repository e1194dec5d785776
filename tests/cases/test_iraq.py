"""The bundled case against itself: every reference resolves, every fact has its source, the texts lead to sources."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

from takingstock.exchange import read_template
from takingstock.records import Ledger, Unit
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import Directory, directory

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "src" / "takingstock" / "cases" / "iraq"

# Known only from what others quote of them; whoever reads one moves it out of here.
NOT_READ = {"car-2014", "car-2017", "reuters-2015-06-02", "wemeantwell-arms"}


# ---- the sheets agree with themselves and with the reference tables


def test_ids_are_unique_and_of_one_form(ledger: Ledger, parties: Directory) -> None:
    for records in (
        ledger.sources,
        ledger.parties,
        ledger.statements,
        ledger.counts,
        ledger.populations,
        ledger.sightings,
    ):
        ids = [record.id for record in records]
        assert ids
        assert [name for name, times in Counter(ids).items() if times > 1] == []
        assert [name for name in ids if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name)] == []


def test_every_source_that_is_named_exists_and_every_source_is_used(ledger: Ledger, parties: Directory) -> None:
    known = set(ledger.source_by_id)
    facts = (*ledger.statements, *ledger.counts, *ledger.sightings, *ledger.populations)
    cited = {fact.source for fact in facts} | {p.source for p in ledger.parties}
    cited |= {name for s in ledger.sources for name in s.derives_from}
    narrative = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))
    told = {name for part in (*narrative["narrative"], *narrative["highlights"]) for name in part["sources"]}
    text = " ".join(s.allegation_status for s in ledger.statements) + " ".join(p.note for p in ledger.populations)
    text += " ".join(s.coverage.note for s in ledger.sources if s.coverage)
    text += " ".join(fact.remark for fact in (*ledger.statements, *ledger.counts, *ledger.sightings))
    assert (cited | told) - known == set()
    assert {name for name in known - cited - told if name not in text} == set()


def test_every_fact_has_source_locator_and_the_grade_of_its_source(ledger: Ledger) -> None:
    facts = (*ledger.statements, *ledger.counts, *ledger.sightings)
    assert [fact.id for fact in facts if not fact.locator] == []
    assert [
        fact.id for fact in facts if fact.grade.reliability is not ledger.source_by_id[fact.source].reliability
    ] == []
    assert [p.id for p in ledger.populations if not p.locator] == []


def test_no_source_is_marked_read_that_was_not(ledger: Ledger) -> None:
    assert {s.id for s in ledger.sources if not s.read} == NOT_READ
    assert [s.id for s in ledger.sources if s.read and not s.url] == []
    facts = (*ledger.statements, *ledger.counts, *ledger.sightings, *ledger.populations)
    unread = [fact for fact in facts if fact.source in NOT_READ]
    assert [fact.id for fact in unread if not fact.locator.startswith("as cited in ")] == []


def test_every_party_and_item_is_known(ledger: Ledger, parties: Directory) -> None:
    named: set[str | None] = set()
    for s in ledger.statements:
        named |= {s.from_party, s.to_party, s.payer, s.made_in, *s.via}
    for v in ledger.sightings:
        named |= {v.holder, v.made_in, v.designed_in, v.supplied_by, v.recoverer}
    named |= {c.holder for c in ledger.counts} | {x for p in ledger.populations for x in (p.holder, *p.territory)}
    assert sorted(name for name in named - {None} if not parties.has(name)) == []
    items = {fact.item for fact in (*ledger.statements, *ledger.counts, *ledger.sightings)}
    items |= {item for s in ledger.sources if s.coverage for item in s.coverage.items}
    assert sorted(item for item in items if not taxonomy().has(item)) == []


def test_units_are_those_of_the_item_classes(ledger: Ledger) -> None:
    facts = (*ledger.statements, *ledger.counts, *ledger.sightings)
    odd = {
        f.id for f in facts if f.quantity.unit is not Unit.TONNES and f.quantity.unit is not taxonomy().get(f.item).unit
    }
    assert odd == set()


def test_the_template_reader_takes_every_row_as_it_stands(ledger: Ledger, parties: Directory) -> None:
    reading = read_template(CASE)
    assert reading.rejected == ()
    for sheet in ("sources", "parties", "statements", "counts", "populations", "sightings"):
        assert set(getattr(reading, sheet)) == set(getattr(ledger, sheet)), sheet


def test_parties_of_the_case_do_not_shadow_the_reference_tables(ledger: Ledger, parties: Directory) -> None:
    assert [p.id for p in ledger.parties if directory().has(p.id)] == []


# ---- the texts


def test_narrative_and_highlights_lead_to_sources() -> None:
    text = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))
    assert text["title"]
    assert text["scope"]
    for part in (*text["narrative"], *text["highlights"]):
        assert part["text"]
        assert part["sources"]
    assert any("12 %" in part["text"] and "floor" in part["text"] for part in text["highlights"])
    counts = [part["text"] for part in text["highlights"] if re.search(r"\b(28|26|53)\b", part["text"])]
    assert len(counts) >= 3


def test_the_arabic_has_the_figures_of_the_english() -> None:
    told = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))
    pairs = [(told["title"], told["title_ar"]), (told["scope"], told["scope_ar"])]
    pairs += [(part["text"], part["text_ar"]) for part in (*told["narrative"], *told["highlights"])]
    for english, arabic in pairs:
        figures = [Counter(re.findall(r"\d+(?:,\d+)*", text)) for text in (english, arabic)]
        assert figures[0] == figures[1], arabic
        assert re.search("[\u0620-\u064a]", arabic)
        assert not re.search("[\u0660-\u0669]", arabic)


def test_the_documentation_names_every_source(ledger: Ledger) -> None:
    page = (ROOT / "docs" / "case-iraq.md").read_text(encoding="utf-8")
    assert [s.id for s in ledger.sources if f"`{s.id}`" not in page] == []
