"""The page: complete in itself, the same bytes twice, nothing fetched, nothing runs that a source says."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest

from takingstock.records import Mode, Quantity, Statement, TraceItem, Unit
from takingstock.report import render
from takingstock.report.language import languages


@pytest.fixture(scope="module")
def html(publication):
    return render(publication)


def test_the_same_publication_gives_the_same_bytes(publication, html):
    assert render(publication) == html
    assert not re.search(r"20[2-9]\d-\d\d-\d\dT", html)


@pytest.mark.parametrize("language", languages())
def test_nothing_is_fetched(publication, page, language):
    parsed = page(render(publication, language))
    for tag, attrs in parsed.elements:
        for name in ("src", "srcset", "poster", "action", "data"):
            assert not attrs.get(name), (tag, attrs)
        assert tag not in {"link", "iframe", "object", "embed", "base", "form"}
        href = attrs.get("href") or ""
        if tag == "a" and href.startswith("http"):
            assert "url" in (attrs.get("class") or ""), "only addresses of sources lead out"
        else:
            assert href == "" or href.startswith(("#", "data:text/csv", "data:application/json"))


def test_the_policy_allows_only_the_two_blocks_of_the_page(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    script = re.search(r"<script>(.*?)</script>", html, re.S)[1]
    for text in (style, script):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not re.search(r"\sstyle=|\son[a-z]+=", re.sub(r"<script.*?</script>", "", html, flags=re.S))


@pytest.mark.parametrize("answer", ["publication", "drawn"])
def test_every_link_inside_has_its_target(request, answer, page):
    parsed = page(render(request.getfixturevalue(answer)))
    ids = parsed.ids
    assert len(ids) == len(set(ids)), "an id stands twice"
    for tag, attrs in parsed.elements:
        href = attrs.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids, (tag, href)


def test_every_statement_count_sighting_and_source_has_an_anchor(publication, html, page):
    ids = set(page(html).ids)
    ledger = publication.ledger
    for letter, rows in (
        ("r", ledger.sources),
        ("s", ledger.statements),
        ("c", ledger.counts),
        ("o", ledger.sightings),
    ):
        assert {f"{letter}{n}" for n in range(1, len(rows) + 1)} <= ids


def test_figures_have_data_for_download_and_links_to_sources(html):
    figures = re.findall(r"<figure.*?</figure>\s*<div class=\"tablewrap\">.*?</table>", html, re.S)
    assert len(figures) == 7
    for figure in figures:
        assert "data:text/csv" in figure
        assert "data:application/json" in figure
        assert re.search(r"href='#[socr]\d+'", figure)


@pytest.mark.parametrize("answer", ["publication", "drawn"])
def test_every_number_cell_of_a_table_leads_to_its_source(request, answer):
    """Cells of quantities and shares that state something carry a link; bounds of appendices name the source beside.
    A calibration is measured, and what would be without a source is computed from those that its row names."""
    html = render(request.getfixturevalue(answer))
    html = re.sub(r"<table class=\"data (calibration|influence).*?</table>", "", html, flags=re.S)
    body = re.sub(r"<table class=\"data dense appendix.*?</table>", "", html, flags=re.S)
    body = re.sub(r"<table class=\"data sources.*?</table>", "", body, flags=re.S)
    for figure in re.findall(r"<td class=\"num\">(.*?)</td>", body):
        text = re.sub("<[^>]+>", "", figure).strip()
        counter = re.fullmatch(r"\d{1,2}|–|", text)
        rest = text == "44.4 %"
        assert counter or rest or "href='#" in figure, figure


def test_what_the_page_says(html, page):
    text = page(html).text
    for words in (
        "Of 1,832 items[5] in “Weapons found”",
        "China 43.5 % o1 [5]",
        "at least 40 items claimed captured or lost from Iraqi Army, against 140",
        "at least 28.6 %",
        "pieced together from 2 sources",
        "inferred",
        "1,610 of 2,300 items",
        "70.0 % under first in, first out",
        "point of diversion",
        "via A broker",
        "no licence. Status: complaint filed.",
        "No malpractice is inferred at any step of this chain.",
        "First transfer to arrival: 1,000–2,000 days",
        "Beyond this holder the source goes on",
        "notified",
        "681 items",
        "about 200 items",
        "E1: in force",
        "E1: exemption may be open",
        "unverified",
        "not read itself, only quoted",
        "Sources differ on: quantity",
        "source usually reliable; information probably true",
        "A general warning.",
        "Before 1995 unknown.",
        "takingstock 0.0",
        "c0ffee",
        "https://example.org/audit",
    ):
        assert words in text, words
    assert not re.search(r"(?<![\d.])0(\.0)? %|(?<!\d)100(\.0)? %(?! )", text.replace("0 % or 100 %", ""))


def test_an_allegation_takes_the_place_of_the_plain_line(html):
    entries = re.findall(r"<tbody class=\"entry\">.*?</tbody>", html, re.S)
    alleged = [e for e in entries if "A source alleges" in e]
    plain = [e for e in entries if "No malpractice is inferred at any step" in e]
    assert len(alleged) == 1
    assert len(plain) == 1
    assert "badge documented" in alleged[0]


def test_no_word_of_likelihood_stands_at_a_chain(html, page):
    start, end = html.index('<section id="chains">'), html.index('<section id="diversion">')
    text = page(html[start:end]).text.lower()
    for word in ("likely", "almost certain", "roughly even", "almost no chance"):
        assert word not in text


def test_the_figures_follow_the_data(publication, html, other):
    book = publication.ledger
    changed = tuple(
        s.model_copy(update={"quantity": Quantity.exact(3333)}) if s.id == "a1" else s for s in book.statements
    )
    changed_html = render(other(publication, statements=changed))
    assert "3,333" not in html
    assert "3,333" in changed_html
    assert '"value": 3333.0' in changed_html


def test_sources_cannot_run_anything(hostile, page, attack):
    for language in languages():
        html = render(hostile, language)
        parsed = page(html)
        assert [tag for tag, _ in parsed.elements].count("script") == html.count("<script")
        assert not any(tag == "img" for tag, _ in parsed.elements)
        assert not any(name.startswith("on") for _, attrs in parsed.elements for name in attrs)
        assert not any((attrs.get("href") or "").lower().startswith("javascript") for _, attrs in parsed.elements)
        assert re.sub(r"\s+", " ", attack).strip() in parsed.text
        for id, text in parsed.scripts.items():
            if id != "own":
                assert "<" not in text
                parsed.data(id)


def test_arabic_is_right_to_left_with_latin_digits(publication, page):
    parsed = page(render(publication, "ar"))
    assert parsed.elements[0] == ("html", {"lang": "ar", "dir": "rtl"})
    assert "سلاسل الإمداد" in parsed.text
    assert "الصين 43.5 %" in parsed.text
    assert "A highlight." in parsed.text
    assert not re.search("[\u0660-\u0669]", parsed.text)


def test_a_thousand_movements_stay_readable(publication, other):
    """1,500 movements, 200 classes: the first blocks in full, the rest one line each, rows cut and that said."""
    first = publication.ledger.statements[0]
    many = tuple(
        first.model_copy(update={"id": f"x{n:04}", "movement": f"x{n:04}", "quantity": Quantity.exact(n + 1)})
        for n in range(1500)
    )
    grown = other(publication, statements=(*publication.ledger.statements, *many))
    block: TraceItem = publication.trace.items[0]
    chain = block.chains[0]
    chains = tuple(chain.model_copy(update={"share": 0.5 / 2 ** (n + 1)}) for n in range(40))
    items = tuple(block.model_copy(update={"item": f"class-{n:03}", "chains": chains}) for n in range(200))
    big = replace(grown, trace=publication.trace.model_copy(update={"items": items}))
    html = render(big)
    assert html.count('data-chart="sankey"') == 15
    assert "Classes traced that are not printed in full" in html
    assert "Further chains, in the table only: 32" in html
    assert "150 of 1505 rows are printed" in html
    assert html.count('<tr id="s') == len(grown.ledger.statements)


def test_an_empty_case_is_a_page_too(publication, other):
    bare = replace(
        other(publication, statements=(), counts=(), sightings=(), populations=(), sources=()),
        arsenals=(),
        trace=publication.trace.model_copy(update={"items": ()}),
        findings=(),
        contradictions=(),
        embargoes=(),
        narrative=(),
        highlights=(),
        warnings=(),
    )
    html = render(bare)
    assert "The record holds nothing from which a finding could be made." in html
    assert "data-chart" not in re.sub(r"<script>.*?</script>", "", html, flags=re.S)


def test_a_refused_movement_is_at_no_stage_of_delivery(publication, other):
    refused = Statement(
        id="z", movement="z", source="register", item="pistol", from_party="DEU", to_party="IRQ",
        quantity=Quantity.exact(9, Unit.ITEMS), mode=Mode.EXPORT, stage="refused",
    )  # fmt: skip
    more = other(publication, statements=(*publication.ledger.statements, refused))
    html = render(more)
    inflows = html[html.index('<section id="inflows">') : html.index('<section id="unaccounted">')]
    assert "Germany" not in inflows
    stages = html[html.index('<section id="stages">') : html.index('<section id="limits">')]
    assert "refused" in stages
    assert "Germany" in stages
