"""What draws tell, on the page: medians with intervals, words, ranks, confidence apart, influence, sightings, floor."""

import re
from dataclasses import replace

import pytest

from takingstock.records import Attribution, ChannelShare, Confidence, Likelihood
from takingstock.report import render
from takingstock.report.context import Context, span_text
from takingstock.report.drawn import (
    confidence_words,
    gone,
    leading,
    likelihood_words,
    matters,
    median_words,
    ranks_words,
)
from takingstock.report.language import languages, messages
from takingstock.report.sections import attribution as attribution_section
from takingstock.report.sections.attribution import floor


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", str(html))).replace("&gt;", ">").replace("&lt;", "<")


def part(html, id):
    start = html.index(f'<section id="{id}">')
    return html[start : html.index("</section>", start)]


@pytest.fixture(scope="module")
def english(drawn):
    return Context(drawn, messages("en"))


@pytest.fixture(scope="module")
def pages(drawn):
    return {language: render(drawn, language) for language in languages()}


def asked_of(drawn, one):
    """The publication with one attribution only."""
    return replace(drawn, trace=drawn.trace.model_copy(update={"attributions": (one,)}))


# figures -----------------------------------------------------------------------------------------------------------


def test_a_chain_has_median_interval_word_and_place(pages):
    text = plain(part(pages["en"], "chains"))
    for words in (
        "Shares are medians of 750 draws (seed 3)",
        "Medians need not add up to one.",
        "Median of the draws in which any came (600 of 750): 70 %; the middle 90 % of them: 61 – >99 %.",
        "Shares are medians of the draws in which any came (600 of 750).",
        "That any goods came this way at all: almost certain (>99 % of draws).",
        "More came this way than by any other chain known in 93 % of the draws in which any came.",
        "Largest under 2 of 3 rules for leaving a stock (first in, first out; proportional (well mixed))",
        "That any goods came this way at all: unlikely (40 % of draws).",
        "in <1 % of the draws in which any came",
        "By arithmetic on the leading statements, without draws: 70.0 % under first in, first out",
        "In the draws: median 2,000, 1,500 to 2,300 items; lower than recorded where statements fail.",
        "Origin not in the records: 70 % (55–91 %).",
        "United States (origin not recorded) 70 % (50–90 %)",
        "Each is the median of the draws in which any came (600 of 750), given the record.",
        "Widths are medians of the draws; they need not add up to the whole.",
    ):
        assert words in text, words


def test_arithmetic_is_called_so_only_without_draws(publication, pages):
    words = ("are arithmetic on the record under the named rule", "Arithmetic on the record, not a probability")
    without = plain(render(publication))
    for text in words:
        assert text in without
        assert text not in plain(pages["en"])
    assert "Median of the draws" not in without
    assert "No draws were made for this report" in plain(part(render(publication), "method"))


def test_draws_that_time_cut_short_are_said_to_be(drawn, pages):
    assert "750 of 1,000 were made" in plain(pages["en"])
    whole = replace(drawn, trace=drawn.trace.model_copy(update={"draws": 1000}))
    assert "time limit" not in plain(render(whole))


@pytest.mark.parametrize("language", languages())
def test_nothing_prints_none_or_all(pages, language):
    text = plain(re.sub(r"<script.*?</script>|<style.*?</style>", "", pages[language], flags=re.S))
    text = text.replace("0 % or 100 %", "").replace("\u20660 %\u2069", "").replace("\u2066100 %\u2069", "")
    assert not re.search(r"(?<![\d.,>])0(\.0)? %|(?<!\d)100(\.0)? %", text)


def test_an_interval_that_touches_an_end_says_so():
    assert span_text(0.61, 0.78) == "61–78 %"
    assert span_text(0.0, 1.0) == "<1 – >99 %"
    assert span_text(0.999, 1.0) == "", "nothing to print that the median does not say"


def test_a_narrow_interval_is_said_in_words(english, drawn):
    sure = drawn.trace.items[0].chains[0].model_copy(update={"share": 1.0, "low": 0.999, "high": 1.0})
    assert "lie within one per cent of each other" in plain(median_words(english, drawn.trace.items[0], sure))
    assert plain(english.drawn(1.0, 0.999, 1.0)) == ">99 %"


def test_the_drawing_does_not_take_medians_for_parts_of_one(drawn, page):
    parsed = page(render(drawn))
    figures = [a["id"] for tag, a in parsed.elements if tag == "figure" and a.get("data-chart") == "sankey"]
    links = [link for id in figures for link in parsed.data(f"{id}-data")["links"]]
    (rest,) = [link["value"] for link in links if link["source"] == "1|?rest"]
    assert rest == pytest.approx(0.04), "the median of what is not listed, not one less the sum of medians"


@pytest.mark.parametrize("language", languages())
def test_the_leading_chain_is_among_the_key_findings(publication, pages, language):
    words = messages(language)
    told = words.plain("key.leading", item="X", route="Y", share="Z", word="W").split("X")[1].split("Y")[0]
    key = plain(part(pages[language], "key"))
    assert key.count(told) == 1, "of the class with shares, not of the one that a source states"
    assert words.plain("likelihood.almost certain") in key
    assert told not in plain(part(render(publication, language), "key"))


# likelihood, confidence, ranks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_likelihood_and_confidence_share_no_sentence(drawn, pages, language):
    words = messages(language)
    likely = {words.plain(f"likelihood.{word.value}") for word in Likelihood}
    stem = words.plain("drawn.confidence", level="").rstrip(" .:؛")
    html = part(pages[language], "chains")
    sentences = [s for block in re.split(r"</(?:p|li|td|h3)>", html) for s in re.split(r"[.؟!]\s", plain(block))]
    told = [s for s in sentences if stem in s]
    assert len(told) == 1
    assert not any(word in s for s in told for word in likely)


def test_confidence_gives_its_reasons(english, drawn):
    block = drawn.trace.items[0]
    text = plain(confidence_words(english, block))
    assert text.startswith("Confidence in the basis of this answer: low. Reasons: which chain is the largest depends")
    bare = block.model_copy(update={"confidence": Confidence.HIGH, "reasons": ()})
    assert plain(confidence_words(english, bare)) == "Confidence in the basis of this answer: high."
    assert confidence_words(english, drawn.trace.items[1]) is None


@pytest.mark.parametrize("language", languages())
def test_every_reason_of_the_rule_has_words(language):
    from takingstock.trace.confidence import WEIGHTS

    for reason in WEIGHTS:
        assert messages(language).has(f"reason.{reason}"), reason


def test_places_under_the_policies(english, drawn):
    block = drawn.trace.items[0]
    first, second = block.chains
    assert "under 1 of 3 rules" in plain(ranks_words(english, block, second)), "of all policies, not of those it has"
    lone = block.model_copy(update={"chains": (first,)})
    led = first.model_copy(update={"ranks": (("fifo", 1), ("lifo", 1))})
    both = lone.model_copy(update={"chains": (led,)})
    assert "Largest under all rules for leaving a stock that were tested (2)" in plain(ranks_words(english, both, led))
    last = first.model_copy(update={"ranks": (("fifo", 2), ("lifo", 4))})
    assert "Number 2–4 in size under 2 of 3" in plain(ranks_words(english, block, last))
    assert ranks_words(english, block, first.model_copy(update={"ranks": ()})) is None


def test_without_draws_there_is_no_word(publication):
    context = Context(publication, messages("en"))
    block = publication.trace.items[0]
    assert likelihood_words(context, block, block.chains[0]) is None


def test_a_chain_without_rivals_does_not_lead_them(english, drawn):
    block = drawn.trace.items[0]
    alone = block.model_copy(update={"chains": block.chains[:1]})
    assert "any other chain known" in plain(likelihood_words(english, block, block.chains[0]))
    assert "any other chain known" not in plain(likelihood_words(english, alone, block.chains[0]))


# what it stands on -------------------------------------------------------------------------------------------------


def test_points_of_diversion_and_influence_are_tables_with_sources(pages, drawn):
    html = part(pages["en"], "chains")
    text = plain(html)
    assert "HMMWV: where goods left authorised hands" in text
    assert "90 % (70 – >99 %)" in text
    assert "no share could be formed: how many came would not be recorded" in text, "others state the loss too"
    assert "and what derives from it" in text
    assert "Other sources, each of which moves it by less than 5 %" in text
    table = re.search(r"<table class=\"data influence.*?</table>", html, re.S)[0]
    anchor = Context(drawn, messages("en")).references.anchor("paper")
    assert f"#{anchor}'" in table


def test_a_point_that_the_only_chain_names_is_not_told_twice(drawn):
    block = drawn.trace.items[0]
    alone = block.model_copy(update={"chains": block.chains[:1]})
    html = part(render(replace(drawn, trace=drawn.trace.model_copy(update={"items": (alone,)}))), "chains")
    assert "where goods left authorised hands" not in html
    assert "Point of diversion: last authorised holder" in plain(html)


def test_sources_that_do_not_matter_are_one_sentence(drawn):
    block = drawn.trace.items[0]
    weak = block.model_copy(update={"influence": block.influence[1:]})
    quiet = replace(drawn, trace=drawn.trace.model_copy(update={"items": (weak,)}))
    html = part(render(quiet), "chains")
    assert "influence" not in "".join(re.findall(r"<table class=\"([^\"]+)\"", html))
    assert "move the answer by less than 5 % and leave the same chain the largest: 1." in plain(html)


def test_a_class_whose_quantity_nobody_records_can_lean_on_a_source_too(drawn):
    """Its total is none with all sources as well: what is gone is the answer, not the figure."""
    first = drawn.trace.items[0].influence[0]
    kept = first.model_copy(update={"leading": 1.0, "leads": True, "unrecorded": 0.0, "moves": 0.0})
    block = drawn.trace.items[0].model_copy(update={"total": None})
    kept = kept.model_copy(update={"total": None})
    assert matters(first, block)
    assert gone(first)
    assert not matters(kept, block)
    assert not gone(first.model_copy(update={"moves": 0.0})), "there was no answer to begin with"


def test_sources_of_one_effect_share_a_row(drawn):
    block = drawn.trace.items[0]
    twins = tuple(block.influence[0].model_copy(update={"source": id, "sources": (id,)}) for id in ("study", "audit"))
    both = block.model_copy(update={"influence": twins})
    html = part(render(replace(drawn, trace=drawn.trace.model_copy(update={"items": (both,)}))), "chains")
    table = re.search(r"<table class=\"data influence.*?</table>", html, re.S)[0]
    assert table.count("<tbody") == 1
    assert "any one of these" in table


def test_influence_is_compared_with_arithmetic_not_with_a_median(drawn):
    block = drawn.trace.items[0]
    chain = block.chains[0].model_copy(update={"agreement": (("proportional, late births", 0.66),), "share": 0.7})
    assert leading(drawn.trace, block.model_copy(update={"chains": (chain,)})) == 0.66


def influenced(drawn, *ones, **fields):
    block = drawn.trace.items[0].model_copy(update={"influence": ones, **fields})
    return part(render(replace(drawn, trace=drawn.trace.model_copy(update={"items": (block,)}))), "chains")


def test_what_would_not_be_recorded_at_all_is_told_from_what_would_have_no_number(drawn):
    first = drawn.trace.items[0].influence[0]
    everyone = first.model_copy(update={"sources": tuple(source.id for source in drawn.ledger.sources)})
    assert "nothing of this class would be recorded as received" in plain(influenced(drawn, everyone))


def test_without_a_source_the_figures_stand_beside_those_with_all(drawn):
    weak = drawn.trace.items[0].influence[1]
    falls = weak.model_copy(update={"leading": 0.3, "leads": False, "moves": 0.4, "unrecorded": 0.1, "total": 100.0})
    text = plain(influenced(drawn, falls))
    assert "30 % instead of 70 %, no longer the largest" in text
    assert "100 instead of 2,300" in text
    more = weak.model_copy(update={"total": 9000.0, "moves": 0.0})
    assert "9,000 instead of 2,300" in plain(influenced(drawn, more)), "a total that changes is an answer that does"


def test_a_chain_that_is_only_told_otherwise_has_no_row(drawn):
    weak = drawn.trace.items[0].influence[1]
    other = weak.model_copy(update={"leading": 0.0, "leads": False, "moves": 1.0, "unrecorded": 0.9})
    html = influenced(drawn, other)
    assert "data influence" not in html
    assert "what is told is another chain, or the same under other names" in plain(html)
    lost = influenced(drawn, other.model_copy(update={"unrecorded": 0.0}))
    assert "data influence" in lost


# what draws can bear -----------------------------------------------------------------------------------------------


def cut_to(drawn, draws):
    return replace(drawn, trace=drawn.trace.model_copy(update={"draws": draws, "asked": draws}))


def test_the_limits_are_those_of_the_command_line():
    from takingstock.report import bearing as page
    from takingstock.report import drawn as said
    from takingstock.verbs.shapes import bearing, influence

    assert (page.WORD, page.INTERVAL) == (bearing.WORD, bearing.INTERVAL)
    assert said.MATTERS == influence.MATTERS


@pytest.mark.parametrize("language", languages())
def test_few_draws_give_no_word_of_likelihood(drawn, language):
    words = messages(language)
    html = part(render(cut_to(drawn, 99), language), "chains")
    told = {words.plain(f"drawn.{key}", n="", all="").split("  ")[-1][-20:] for key in ("likelihood_few",)}
    assert all(tail in plain(html) for tail in told)
    assert words.plain("likelihood.almost certain") not in plain(html)
    assert words.plain("likelihood.almost certain") in plain(part(render(cut_to(drawn, 100), language), "chains"))
    assert "key.leading" not in html


def test_very_few_draws_give_no_interval(drawn):
    html = render(cut_to(drawn, 19))
    text = plain(part(html, "chains"))
    assert "medians of 19 draws (seed 3), too few for a range" in text
    assert "Median of the draws in which any came (15 of 19): 70 %; too few draws for a range." in text
    assert "middle 90 %" not in text
    assert "61" not in re.sub(r"<script.*?</script>", "", part(html, "chains"), flags=re.S).split("data:")[0]
    assert "middle 90 %" in plain(part(render(cut_to(drawn, 20)), "chains"))


def test_where_no_draw_has_any_that_is_said(drawn):
    block = drawn.trace.items[0]
    chains = tuple(c.model_copy(update={"probability": 0.0, "low": None, "high": None}) for c in block.chains)
    never = block.model_copy(update={"chains": chains, "arrived": None, "total_low": 0.0, "total_high": 0.0})
    text = plain(part(render(replace(drawn, trace=drawn.trace.model_copy(update={"items": (never,)}))), "chains"))
    assert "In none of the 750 draws did any of this class come: shares are arithmetic on the record." in text
    assert "Median of the draws" not in text
    assert "Arithmetic on the record, not a probability." in text


def test_nothing_left_is_not_number_not_recorded(drawn):
    block = drawn.trace.items[0].model_copy(update={"total": None, "chains": ()})
    held = drawn.trace.model_copy(update={"items": (block,), "of": "held"})
    assert "Nothing is left, by the record as it stands." in plain(part(render(replace(drawn, trace=held)), "chains"))
    received = held.model_copy(update={"of": "received"})
    assert "Nothing is left" not in plain(part(render(replace(drawn, trace=received)), "chains"))


def test_what_is_held_is_of_the_record_as_it_stands_where_some_left(drawn):
    def held(total):
        block = drawn.trace.items[0].model_copy(update={"total": total})
        trace = drawn.trace.model_copy(update={"items": (block,), "of": "held"})
        return plain(part(render(replace(drawn, trace=trace)), "chains"))

    assert "Recorded as held: 900 items, of the record as it stands." in held(900.0)
    assert "as it stands" not in held(2300.0).split("share of the items")[0], "all that came is still there"


def test_a_counted_opening_stock_stands_beside_what_is_unrecorded(drawn):
    from takingstock.records import OriginKind

    block = drawn.trace.items[0]
    stock = block.origins[0].model_copy(update={"party": "iraqi-army", "kind": OriginKind.OPENING, "share": 0.3})
    stock = stock.model_copy(update={"low": 0.2, "high": 0.4})
    changed = drawn.trace.model_copy(update={"items": (block.model_copy(update={"origins": (stock,)}),)})
    html = render(replace(drawn, trace=changed))
    words = "From counted opening stocks, whose own origin is not recorded: Iraqi Army 30 % (20–40 %)."
    assert words in plain(part(html, "chains"))
    assert "whose own origin is not recorded: HMMWV Iraqi Army 30 %" in plain(part(html, "key"))


def test_a_mixed_set_is_said_to_hold_perhaps_the_same_goods(drawn):
    humvees, rounds = drawn.trace.items
    mixed = rounds.model_copy(update={"item": "vehicles", "unit": humvees.unit})
    both = drawn.trace.model_copy(update={"items": (humvees, mixed)})
    text = plain(part(render(replace(drawn, trace=both)), "chains"))
    assert text.count("is a mixed set: its goods may be the same as those listed under HMMWV.") == 1


def test_of_a_single_movement_rules_say_nothing(english, drawn):
    block = drawn.trace.items[0]
    lone = block.chains[0].model_copy(update={"steps": block.chains[0].steps[-1:], "agreement": (("fifo", 0.7),)})
    alone = lone.model_copy(update={"ranks": (("fifo", 1), ("lifo", 1), ("proportional", 1))})
    assert ranks_words(english, block, alone) is None
    assert "rests on the record" not in plain(render(drawn))


def test_bands_are_pale_and_labelled_where_intervals_are_wide(drawn, page):
    parsed = page(render(drawn))
    figures = [a["id"] for tag, a in parsed.elements if tag == "figure" and a.get("data-chart") == "sankey"]
    unknown, known = (parsed.data(f"{id}-data")["links"] for id in figures)
    assert {(link["span"], link["wide"]) for link in known if link["chain"] == 1} == {("61 – >99 %", False)}
    block = drawn.trace.items[0]
    wide = block.chains[0].model_copy(update={"low": 0.2})
    items = (block.model_copy(update={"chains": (wide, *block.chains[1:])}), *drawn.trace.items[1:])
    html = render(replace(drawn, trace=drawn.trace.model_copy(update={"items": items})))
    assert "A pale band is one whose range is wider than 40 points" in plain(html)
    assert len({link["value"] for link in unknown}) == 1
    assert "their widths mean nothing" in plain(html), "the class whose number nobody records"


# sightings ---------------------------------------------------------------------------------------------------------


def test_what_the_sightings_add(pages):
    text = plain(part(pages["en"], "attribution"))
    for words in (
        "Weapons found",
        "Used: 1,832[5], by country of manufacture. Sites: 111, assumed, because the source does not say.",
        "The sightings do not separate these.",
        "Iraqi Army (capture)60 % (20–90 %)",
        "58 % (21–88 %)",
        "physical recovery: 0.50 bits. Fifty of them (at ten sites) would shrink the interval of the leading way",
        "against the next by a factor of 1.6.",
        "lot number: the record has nothing by which it could tell ways of arrival apart.",
        "Did most of what Islamic State has come out of the stocks of Iraq? These sightings cannot decide it.",
        "Of the inflows pooled by count, whatever their class, the largest way out of such stocks has 20–90 % before "
        "the sightings and 21–88 % with them. Both rest on the assumption",
        "Before the sightings (record and assumption)",
        "inflows that are on no record are as large as all recorded ones together, anywhere from next to nothing to",
        "items inspected in hand are equally likely to be found whatever their kind, also where the collection was",
        "At least 12 % of the weapons came from Iraqi stocks.",
        "A floor counts items whose way was proved one by one.",
    ):
        assert words in text, words


def test_computed_figures_carry_no_link_to_a_source(pages):
    html = part(pages["en"], "attribution")
    table = re.search(r"<table class=\"data channels.*?</table>", html, re.S)[0]
    assert "60 % (" in plain(table)
    assert "class='ref'" not in table
    assert "ref" not in table


@pytest.mark.parametrize("language", languages())
def test_no_single_share_stands_in_the_sentence_where_nothing_is_told_apart(drawn, pages, language):
    words = messages(language)
    stem = words.plain("attribution.mainly.figures", prior="|", share="|").split("|")[0]
    told = plain(part(pages[language], "attribution")).split(stem.strip())[1].split(".")[0]
    assert "20–90 %" in told
    assert "60 %" not in told
    one = drawn.trace.attributions[0].model_copy(update={"verdict": "separated"})
    told = plain(part(render(asked_of(drawn, one), language), "attribution")).split(stem.strip())[1].split(".")[0]
    assert "60 % (20–90 %)" in told


def test_the_floor_is_in_the_language_of_the_page_and_apart_from_every_figure(pages):
    html = part(pages["ar"], "attribution")
    assert "من الأسلحة جاء من مخزونات عراقية" in plain(html)
    assert "At least 12 %" not in plain(html)
    for language, page in pages.items():
        figures = "".join(re.findall(r"<figure.*?</figure>.*?</table>", part(page, "attribution"), re.S))
        assert "12 %" not in plain(figures).replace("12–79 %", ""), language


def test_a_floor_without_a_passage_is_quoted_from_the_population(drawn):
    bare = replace(drawn, highlights=())
    text = plain(part(render(bare), "attribution"))
    assert "At least 12 % came from Iraqi stockpiles (audit): a floor from documents, not an estimate." in text
    population = drawn.ledger.populations[0]
    assert floor(population)[0] == "12"
    assert floor(population.model_copy(update={"note": "No figure."})) is None


@pytest.mark.parametrize(
    ("low", "high", "separated", "verdict", "said"),
    [
        (0.55, 0.9, True, "separated", "support it"),
        (0.2, 0.45, True, "separated", "speak against it"),
        (0.2, 0.9, True, "separated", "leave it open"),
        (0.55, 0.9, False, "not-separated", "cannot decide it"),
    ],
)
def test_mainly_from_a_states_stocks(drawn, low, high, separated, verdict, said):
    ours, rest = drawn.trace.attributions[0].channels
    channel = ours.model_copy(update={"low": low, "high": high, "separated": separated})
    one = drawn.trace.attributions[0].model_copy(update={"channels": (channel, rest), "verdict": verdict})
    assert said in plain(part(render(asked_of(drawn, one)), "attribution"))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("verdict", ["no-channels", "no-counts", "not-converged", "too-few-draws", "repeats-another"])
def test_where_nothing_can_be_told_no_figure_pretends_to(drawn, language, verdict):
    one = Attribution(
        population="finds", items=(), by="country", n=0.0, sites=0.0, sites_assumed=False, verdict=verdict
    )
    html = part(render(asked_of(drawn, one), language), "attribution")
    assert "<figure" not in html
    assert messages(language).plain(f"attribution.verdict.{verdict}") in plain(html)
    assert messages(language).plain("attribution.beside")[:20] in plain(html), "the floor stands all the same"


def test_ways_that_cannot_be_told_apart_are_named_together(english, drawn):
    merged = ChannelShare(
        channel="x", members=("iraqi-army|capture", "x|aid", "unrecorded"), prior=0.5, prior_low=0.1, prior_high=0.9,
        share=0.5, low=0.1, high=0.9, separated=False,
    )  # fmt: skip
    words = plain(attribution_section.channel_words(english, merged))
    assert words == "not to be told apart: Iraqi Army (capture); x (aid); not recorded"


def test_ways_that_all_fall_together_get_no_share_of_the_whole(drawn):
    ours = drawn.trace.attributions[0].channels[0]
    whole = ours.model_copy(update={"members": ("iraqi-army|capture", "unrecorded"), "share": 1.0, "low": 1.0})
    one = drawn.trace.attributions[0].model_copy(update={"channels": (whole,), "gains": ()})
    html = part(render(asked_of(drawn, one)), "attribution")
    assert "<figure" not in html
    assert "not to be told apart: Iraqi Army (capture); not recorded" in plain(html)
    assert ">99 %" not in plain(html)


def test_what_tells_next_to_nothing_is_not_called_nothing(drawn):
    faint = drawn.trace.attributions[0].gains[0].model_copy(update={"bits": 0.0001})
    one = drawn.trace.attributions[0].model_copy(update={"gains": (faint,)})
    assert "year of manufacture: <0.01 bits." in plain(part(render(asked_of(drawn, one)), "attribution"))


def test_without_populations_there_is_no_section(publication):
    assert 'id="attribution"' not in render(publication)


# calibration and method --------------------------------------------------------------------------------------------


def test_the_calibration_is_printed_failures_included(pages, page):
    text = plain(part(pages["en"], "calibration"))
    for words in (
        "stocks well mixed",
        "90 % ± 2",
        "width 24 %",
        ">99 %",
        "85 %",
        "not what the computation assumes",
        "41 % ± 3",
    ):
        assert words in text, words
    parsed = page(pages["en"])
    charts = {a["id"]: a["data-chart"] for tag, a in parsed.elements if tag == "figure"}
    data = [parsed.data(f"{id}-data") for id, chart in charts.items() if chart == "intervals"]
    assert [row["label"] for row in data[-1]["rows"]] == ["stocks well mixed", "losses take whole consignments*"]
    assert data[-1]["rule"] == 90


@pytest.mark.parametrize("language", languages())
def test_without_a_calibration_that_is_said(drawn, language):
    html = render(replace(drawn, calibration=None), language)
    words = messages(language)
    assert words.plain("calibration.none") in plain(part(html, "calibration"))
    assert words.plain("method.uncalibrated") in plain(part(html, "method"))


def test_the_method_says_what_is_assumed_of_sightings(pages, publication):
    text = plain(part(pages["en"], "method"))
    assert "What is assumed of the sightings" in text
    assert "equally likely to be found whatever their kind, also where the collection was purposive" in text
    assert "as large as all recorded ones together" in text
    assert "What is assumed of the sightings" not in plain(render(publication))


def test_the_method_says_what_draws_assume(pages):
    text = plain(part(pages["en"], "method"))
    for words in (
        "750 of 1,000 asked for, seed 3",
        "a rounded figure is off by up to 10 %; “at least” is exceeded by 25 % on average",
        "not of the world beyond it",
        "how many of the 90 % intervals held it (a star marks",
        "Chains: stocks well mixed 90 %; losses take whole consignments* 41 %.",
        "These numbers are an assumption of the program, and not measured",
        "They do not say how much came: that is the share.",
        "Confidence in the basis is another thing.",
    ):
        assert words in text, words
    grid = re.search(r"<table class='facts grades'>.*?</table>", part(pages["en"], "method"), re.S)[0]
    from takingstock.trace.draws.holding import every_grade

    assert len(re.findall("<td><bdi", grid)) == len(every_grade()) == 36
