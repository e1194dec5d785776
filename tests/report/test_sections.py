"""Sections: rows link to what they rest on, embargoes show every statement, numbers run on."""

import re
from dataclasses import replace

import pytest

from takingstock.records import (
    Arsenal,
    ArsenalRow,
    DateRange,
    Design,
    Embargo,
    Exemption,
    FindingKind,
    Quantity,
    Sighting,
)
from takingstock.report import render
from takingstock.report.context import Context
from takingstock.report.language import languages, messages
from takingstock.report.sections import arsenal as arsenal_section
from takingstock.report.sections import contradictions as contradictions_section
from takingstock.report.sections import sources as sources_section


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", str(html)))


def part(html, id):
    start = html.index(f'<section id="{id}">')
    return html[start : html.index("</section>", start)]


def with_rows(publication, *rows, role="manufactured", by="country"):
    table = publication.arsenals[0].populations[0].model_copy(update={"rows": rows})
    one = Arsenal(holder="islamic-state", by=by, role=role, revision=7, populations=(table,))
    return replace(publication, arsenals=(one,))


# arsenal ----------------------------------------------------------------------------------------------------------


def test_a_row_links_to_its_own_sources_and_the_population_to_its_size(publication):
    rows = (
        ArsenalRow(key="CHN", share=0.435, count=797.0, derived=True, sightings=("o-chn",), sources=("paper",)),
        ArsenalRow(key="ROU", share=0.121, count=222.0, derived=True, sightings=("o-rou",)),
    )
    html = render(with_rows(publication, *rows))
    own, population = (Context(publication, messages("en")).references.anchor(id) for id in ("paper", "study"))
    assert own != population
    line = next(row for row in re.findall(r"<tr>.*?</tr>", part(html, "arsenal")) if "China" in row)
    assert f"#{own}'" in line
    assert f"#{population}'" not in line
    other = next(row for row in re.findall(r"<tr>.*?</tr>", part(html, "arsenal")) if "Romania" in row)
    assert f"#{population}'" in other, "without sources of its own, those of its sightings"
    key = next(line for line in re.findall(r"<li>.*?</li>", part(html, "key"), re.S) if "1,832" in line)
    assert re.search(rf"1,832</bdi> items<span class='ref' dir='ltr'><a href='#{population}'", key)
    assert re.search(rf"43\.5 %</bdi> <span class='ref' dir='ltr'>.*?#{own}'", key)
    assert not key.rstrip("</li>\n").endswith("</span>"), "no source behind the whole sentence"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("several", [True, False])
def test_a_designer_from_the_item_table_is_marked_and_links_to_nothing(publication, language, several):
    rows = [ArsenalRow(key="SUN", share=0.6, count=3.0, derived=True, unverified=True, sightings=("o-chn",))]
    rows += [ArsenalRow(key="USA", share=0.4, count=2.0, sightings=("o-rou",))] if several else []
    html = part(render(with_rows(publication, *rows, role="designed"), language), "arsenal")
    mark = messages(language).plain("arsenal.unverified")
    assert mark in html
    context = Context(publication, messages(language))
    assert f"#{context.references.anchor('o-chn')}'" not in html


def test_a_designer_that_a_sighting_states_keeps_its_link(publication, other):
    stating = tuple(
        s.model_copy(update={"designed_in": "SUN"}) if s.id == "o-rou" else s for s in publication.ledger.sightings
    )
    row = ArsenalRow(key="SUN", share=0.6, count=3.0, derived=True, unverified=True, sightings=("o-chn", "o-rou"))
    changed = with_rows(other(publication, sightings=stating), row, role="designed")
    context = Context(changed, messages("en"))
    html = str(arsenal_section.row_refs(context, changed.arsenals[0], row))
    assert f"#{context.references.anchor('o-rou')}'" in html
    assert f"#{context.references.anchor('o-chn')}'" not in html


def test_a_reported_count_stays_exact_where_only_the_designer_is_looked_up(publication, other):
    one = Sighting(id="o-x", source="study", holder="islamic-state", item="pistol", quantity=Quantity.exact(1))
    row = ArsenalRow(key="SUN", share=1.0, count=1.0, derived=True, unverified=True, sightings=("o-x",))
    changed = with_rows(other(publication, sightings=(one,)), row, role="designed")
    text = plain(part(render(changed), "arsenal"))
    assert "1 item, item table, unverified." in text
    assert "about 1 item" not in text


@pytest.mark.parametrize(
    ("design", "said", "unsaid"),
    [
        (Design.CENSUS, "all items of the population were looked at", "random sample."),
        (Design.PURPOSIVE, "not drawn as a random sample", "all items"),
        (Design.UNKNOWN, "how the items were chosen is not recorded", "random sample"),
    ],
)
def test_a_census_is_not_called_a_sample(publication, other, design, said, unsaid):
    populations = tuple(p.model_copy(update={"design": design}) for p in publication.ledger.populations)
    text = plain(part(render(other(publication, populations=populations)), "arsenal"))
    note = text[text.index("Denominator of every share") :]
    assert said in note
    assert unsaid not in note


# contradictions ---------------------------------------------------------------------------------------------------


def test_two_groups_each_with_a_header_that_fits(publication):
    (one,) = [c for c in publication.contradictions if c.field == "quantity"]
    quoted = one.model_copy(update={"independent": False})
    both = replace(publication, contradictions=(one, quoted))
    section = contradictions_section.section(Context(both, messages("en")))
    headings = [str(block.html) for block in section.blocks if block.kind == "heading"]
    assert headings == ["Independent sources that cannot all be right", "Outlets of one source that differ"]
    tables = [block for block in section.blocks if block.kind == "table"]
    assert [dict(table.rows[0].plain)["independent"] for table in tables] == ["yes", "no"]
    only = contradictions_section.section(Context(replace(publication, contradictions=(quoted,)), messages("en")))
    assert [str(b.html) for b in only.blocks if b.kind == "heading"] == ["Outlets of one source that differ"]
    assert contradictions_section.section(Context(replace(publication, contradictions=()), messages("en"))) is None


# inflows ----------------------------------------------------------------------------------------------------------


def embargo(id, when, exemptions=()):
    return Embargo(
        id=id, body="European Union", target="whole territory", territory="IRQ", scope="arms",
        when=DateRange.parse(when), reference="r", source="s", exemptions=exemptions,
    )  # fmt: skip


def test_no_statement_on_an_embargo_silently_wins(publication):
    free = Exemption(when=DateRange.parse("2004.."), condition="for the government", reference="x")
    rules = (
        embargo("lifted", "1990..2004-07-23"),
        embargo("modified", "1990..", (free,)),
        embargo("plain", "1990.."),
        embargo("later", "2020.."),
    )
    html = part(render(replace(publication, embargoes=rules)), "inflows")
    row = next(r for r in re.findall(r"<tr>.*?</tr>", html) if "about <bdi" in r and "4,700" in r)
    cell = plain(row.split("<br>", 0)[0])
    for words in ("E3: in force", "E2: exemption open", "E1: lifted", "E4: not yet in force"):
        assert words in cell, cell
    assert "lifted: lifted; modified: under_exemption; plain: within; later: not_yet" in data(html, "embargo")


def test_a_delivery_without_a_date_is_compared_with_nothing(publication, other):
    rows = tuple(
        s.model_copy(update={"when": DateRange()}) if s.id == "a1" else s for s in publication.ledger.statements
    )
    html = part(render(other(publication, statements=rows)), "inflows")
    assert "E1: date of delivery not recorded" in plain(html)


def data(html, column):
    import base64
    import csv
    import io

    link = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)[1]
    table = csv.DictReader(io.StringIO(base64.b64decode(link).decode("utf-8-sig")))
    return " | ".join(row[column] for row in table)


# sources ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_every_source_prints_its_id_and_whether_it_was_read(publication, language):
    html = part(render(publication, language), "sources")
    words = messages(language)
    for source in publication.ledger.sources:
        assert f'id="source-{source.id}"' in html
        state = words.plain("source.read") if source.read else f"<strong>{words.plain('source.unread')}</strong>"
        assert f"<code dir='ltr'>{source.id}</code> · {state}" in html


def test_an_anchor_has_no_blank():
    assert sources_section.anchor("a b\tc") == "source-a-b-c"


# numbers and counts -----------------------------------------------------------------------------------------------


def test_figure_numbers_run_on_where_no_place_has_a_position(publication, other):
    rows = tuple(s.model_copy(update={"place": None}) for s in publication.ledger.statements)
    html = render(other(publication, statements=rows))
    numbers = [int(n) for n in re.findall(r'<figure id="figure-(\d+)"', html)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 'data-chart="map"' not in html
    captions = [plain(re.sub(r'<span class="downloads">.*?</span>', "", c)) for c in
                re.findall(r"<caption>(.*?)</caption>", html, re.S)]  # fmt: skip
    assert all(caption.strip() for caption in captions), "a table that is only its data links"
    tables = [int(n) for n in re.findall(r"<caption><b>Table (\d+)\.</b>", html)]
    assert tables == sorted(set(tables))


def test_nothing_is_counted_in_a_wrong_number(publication, other):
    rows = tuple(
        s.model_copy(update={"quantity": Quantity.exact(0.99999999)}) if s.id == "b1" else s
        for s in publication.ledger.statements
    )
    text = plain(render(other(publication, statements=rows)))
    assert not re.search(r"(?<![\d,.])1 (items|rounds|findings|events|further|chains|classes|places|warnings)\b", text)


def test_some_or_all_of_an_origin_is_not_called_a_part(publication):
    block = publication.trace.items[0].model_copy(update={"unrecorded": 1.0})
    trace = publication.trace.model_copy(update={"items": (block,)})
    text = plain(part(render(replace(publication, trace=trace)), "key"))
    assert "some or all of the origin is not in the records: 1 of 1 traced" in text
    assert "part of the origin" not in text


def test_places_and_parties_have_arabic_names_in_figures(publication, other, page):
    rows = tuple(
        s.model_copy(update={"to_party": "us-army"}) if s.id == "a1" else s for s in publication.ledger.statements
    )
    html = render(other(publication, statements=rows), "ar")
    parsed = page(html)
    (figure,) = [a["id"] for tag, a in parsed.elements if tag == "figure" and a.get("data-chart") == "map"]
    assert [point["place"] for point in parsed.data(f"{figure}-data")["points"]] == ["الموصل"]
    assert "جيش الولايات المتحدة" in html
    assert "United States Army" not in parsed.text


@pytest.mark.parametrize("language", languages())
def test_the_figures_of_a_gap_stand_with_whose_they_are(publication, language):
    given = publication.findings[0].model_copy(
        update={
            "kind": FindingKind.NOT_IN_BOOKS,
            "rests_on": ("a1", "k1"),
            "caution": "In the books: about 90,000 (x, in y). Issued or received: 3,400 (z).",
        }
    )
    text = plain(part(render(replace(publication, findings=(given,)), language), "unaccounted"))
    assert "90,000" in text
    if language != "en":
        assert "In the books" not in text
        assert messages(language).plain("one.items") in text
