"""Draws end to end on the bundled case: what trace and report promise, and the same bytes from the same seed."""

import json
import re

import pytest

from takingstock.records import Likelihood
from takingstock.verbs import demo, report, trace
from takingstock.verbs.report import publish, render
from takingstock.verbs.shapes import trace_json, trace_lines

DRAWS = 200


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    demo(out, draws=0)
    return out / "case"


@pytest.fixture(scope="module")
def found(case):
    return trace(case, "islamic-state", draws=DRAWS)


def test_every_chain_with_an_interval_has_a_word(found):
    plain = trace_json(found)
    assert (plain["draws"], plain["draws_asked"], plain["seed"]) == (DRAWS, DRAWS, 1)
    chains = [chain for item in plain["items"] for chain in item["chains"]]
    assert any(chain["low"] is not None for chain in chains)
    for chain in chains:
        assert chain["likelihood"] in {word.value for word in Likelihood}
        if chain["low"] is not None:
            assert 0 <= chain["low"] <= chain["share"] <= chain["high"] <= 1 + 1e-9
    assert all(item["confidence"] in {"low", "moderate", "high"} for item in plain["items"])
    assert any(item["diversion_points"] for item in plain["items"])
    assert any(item["influence"] for item in plain["items"])
    assert {one["population"] for one in plain["attributions"]} == {
        "car-2014-cartridges", "car-2017-ammunition", "car-2017-weapons",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_and_another_does_not(case, found):
    again = trace(case, "islamic-state", draws=DRAWS, cores=1)
    assert json.dumps(trace_json(again)) == json.dumps(trace_json(found))
    other = trace(case, "islamic-state", draws=DRAWS, seed=2)
    assert json.dumps(trace_json(other)["items"]) != json.dumps(trace_json(found)["items"])


def test_without_draws_there_are_none(case):
    plain = trace_json(trace(case, "islamic-state", item="HMMWV", draws=0))
    (chain,) = [chain for item in plain["items"] for chain in item["chains"]]
    assert (plain["draws"], plain["seed"], plain["attributions"]) == (0, None, [])
    assert (chain["low"], chain["high"], chain["likelihood"]) == (None, None, None)
    assert chain["share"] == pytest.approx(1)


def test_no_time_gives_what_there_is_and_says_so(case):
    few = trace(case, "islamic-state", draws=100_000, time_limit=0.0)
    assert 0 < few.draws < few.asked == 100_000
    assert "cut the draws short" in next(iter(trace_lines(few)))[1]
    assert few.draws < report(case, case.parent / "cut.html", draws=100_000, time_limit=0.0).asked


def test_progress_ends_at_all_of_it(case):
    told = []
    trace(case, "islamic-state", item="HMMWV", draws=DRAWS, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1][0] == told[-1][1] > 0
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_report_says_what_the_sightings_cannot(case, language):
    html = render(case, draws=DRAWS, language=language)
    section = html[html.index('<section id="attribution">') :]
    section = re.sub("<[^>]+>", "", section[: section.index("</section>")])
    words = {
        "en": ("The sightings do not separate these.", "out of the stocks of Iraq? These sightings cannot decide it.",
               "At least 12 % of the weapons recovered", "a floor from documents, not an estimate of the whole"),
        "ar": ("لا تميِّز المشاهدات بين هذه.", "مخزونات العراق", "حدٌّ أدنى من وثائق"),
    }  # fmt: skip
    for said in words[language]:
        assert said in re.sub(r"\s+", " ", section), said


def test_both_languages_of_a_report_rest_on_one_set_of_draws(case):
    one = publish(case, draws=DRAWS)
    assert one.trace.draws == DRAWS
    assert one.versions.revision == one.trace.revision
