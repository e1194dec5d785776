"""The bundled case end to end: what issue after issue may rely on, read from the JSON that tools see."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from takingstock.verbs import arsenal, audit, demo, export, import_file, init, report, trace, verify
from takingstock.verbs.shapes import arsenal_json, audit_json, trace_json

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    return demo(out, draws=40), out


@pytest.fixture(scope="module")
def case(made):
    return made[1] / "case"


def finding(case, kind, item):
    found = [f for f in audit_json(audit(case))["findings"] if f["kind"] == kind and f["item"] == item]
    assert len(found) == 1, (kind, item, found)
    return found[0]


def test_demo_leaves_a_case_and_a_report(made):
    result, out = made
    assert (out / "report.html").stat().st_size > 50_000
    assert (out / "case" / "case.toml").is_file()
    assert result.imported.rejected == 0
    assert result.imported.read == result.imported.ledger
    assert len(result.next) == 5
    assert any("190,000" in f.words for f in result.findings)


def test_demo_twice_keeps_the_case(made):
    result, out = made
    before = (out / "report.html").read_bytes()
    again = demo(out, draws=40)
    assert again.imported.unchanged == again.imported.ledger == result.imported.ledger
    assert (out / "report.html").read_bytes() == before
    assert verify(out / "case").revision == 2


@pytest.mark.parametrize(
    ("item", "numerator", "denominator"),
    [("rifle.assault.ak.ak-47", 110_000, 185_000), ("pistol", 80_000, 170_000), ("small-arms", 190_000, 355_000)],
)
def test_gao_07_711(case, item, numerator, denominator):
    row = finding(case, "not-in-books", item)
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    assert row["share"] == pytest.approx(numerator / denominator)
    assert "gao-07-711" in row["sources"]
    assert row["definition"]
    assert "books" in row["words"]
    assert "missing" not in row["words"]


@pytest.mark.parametrize(
    ("item", "numerator", "form", "denominator"),
    [
        ("vehicle.light.hmmwv", 2300, "exact", 8564),
        ("artillery.towed.howitzer.m198", 52, "at most", 120),
        ("tank.m1.m1a1", 40, "at least", 140),
    ],
)
def test_claimed_captures_at_mosul(case, item, numerator, form, denominator):
    row = finding(case, "claimed-capture", item)
    assert (row["numerator"], row["numerator_form"], row["denominator"]) == (numerator, form, denominator)
    assert row["share"] == pytest.approx(numerator / denominator)
    assert row["claimants"]


def test_the_populations_stay_apart(case):
    tables = {p["id"]: p for p in arsenal_json(arsenal(case, "islamic-state"))["populations"]}
    weapons, cartridges = tables["car-2017-weapons"], tables["car-2014-cartridges"]
    assert (weapons["n"], weapons["unit"], cartridges["n"], cartridges["unit"]) == (1832, "items", 1730, "rounds")
    by_key = {row["key"]: row for row in weapons["rows"]}
    assert by_key["CHN"]["share"] == pytest.approx(0.435)
    assert by_key["CHN"]["low"] is None
    europe = ["ROU", "HUN", "BGR", "DEU", "POL", "CZE"]
    assert sum(by_key[k]["share"] for k in europe) == pytest.approx(0.325)
    assert by_key["CHN"]["share"] + by_key["RUS"]["share"] == pytest.approx(0.531)
    assert sum(row["share"] for row in weapons["rows"]) == pytest.approx(0.955)
    rounds = {row["key"]: row for row in cartridges["rows"]}
    assert [rounds[k]["count"] for k in ("RUS+SUN", "CHN", "USA", "IRN", "SYR")] == [492, 445, 323, 26, 18]
    assert [round(100 * rounds[k]["share"], 1) for k in ("RUS+SUN", "CHN", "USA")] == [28.4, 25.7, 18.7]


def test_the_era_of_the_cartridges(case):
    tables = {p["id"]: p for p in arsenal_json(arsenal(case, "islamic-state", by="era"))["populations"]}
    row = tables["car-2014-cartridges"]["rows"][0]
    assert (row["key"], row["count"]) == ("2010s", 170)
    assert row["share"] == pytest.approx(170 / 1730)


def test_the_holder_may_be_named_as_people_do(case):
    ids = {arsenal(case, name).holder for name in ("islamic-state", "ISIS", "Islamic State", "Da'esh", "داعش")}
    assert ids == {"islamic-state"}


def documented(case, label):
    found = trace_json(trace(case, "islamic-state"))
    chains = [
        (item, chain)
        for item in found["items"]
        for chain in item["chains"]
        if chain["label"] and label in chain["label"]
    ]
    assert len(chains) == 1
    return chains[0]


def test_the_cartridges_of_2004(case):
    item, chain = documented(case, "serbia")
    assert (item["item"], item["unit"], chain["basis"]) == ("ammunition.cartridge.7_62x54r", "rounds", "documented")
    assert chain["steps"][0]["from"] in {"SCG", "SRB"}
    assert chain["steps"][0]["first"].startswith("2004")
    via = {party for step in chain["steps"] for party in step["via"]}
    assert via == {"tradewell-ag", "laudes-corporation"}
    assert chain["steps"][-1]["to"] == "islamic-state"
    assert chain["steps"][-1]["mode"] == "capture"
    assert chain["allegations"]
    assert "status" in chain["allegations"][0]


def test_the_missile_tube_59_days(case):
    item, chain = documented(case, "tube")
    assert item["total"] == 1
    assert [s["from"] for s in chain["steps"]] == ["BGR", "us-army", "syrian-opposition"]
    assert chain["steps"][0]["via"] == ["kiesler-police-supply"]
    assert chain["steps"][1]["authorised"] is False
    assert chain["diversion"] == 1
    assert {"event": "first transfer to recovery", "low": 59, "high": 59} in chain["lag"]
    assert chain["after"][0]["first"] == "2016-02-09"


def test_hungarys_stock_before_1995_is_not_in_the_records(case):
    block = trace_json(trace(case, "iraqi-army", item="T-72M1"))["items"][0]
    assert {(o["party"], o["kind"]) for o in block["origins"]} == {("HUN", "unrecorded")}
    assert any("Hungary before 1995 is not in the records" in text for text in block["warnings"])
    assert block["unrecorded"] == pytest.approx(1)


def test_no_notified_stinger_moves_and_none_reaches_islamic_state(case):
    assert trace(case, "islamic-state", item="manpads.stinger").items == ()
    iraq = trace_json(trace(case, "IRQ", item="manpads.stinger"))["items"][0]
    assert iraq["total"] == 200
    moved = {key for chain in iraq["chains"] for step in chain["steps"] for key in step["movements"]}
    assert moved
    assert all(key.startswith("sipri-") for key in moved)


def test_the_milans_went_to_the_peshmerga(case):
    german = trace_json(trace(case, "peshmerga", item="atgw.milan"))["items"][0]
    assert any(o["party"] == "DEU" for o in german["origins"])
    iraq = trace_json(trace(case, "IRQ", item="atgw.milan"))["items"]
    moved = {k for item in iraq for chain in item["chains"] for step in chain["steps"] for k in step["movements"]}
    assert "sipri-57806-2014" not in moved


def test_a_delivery_of_2014_can_precede_june_2014_only_in_part(case):
    whole = trace_json(trace(case, "IRQ", item="missile.air-to-surface.agm-114", at="2014"))["items"][0]
    part = trace_json(trace(case, "IRQ", item="missile.air-to-surface.agm-114", at="2014-06-10"))["items"][0]
    of_2014 = 1600
    assert whole["total"] - part["total"] == pytest.approx(of_2014 * (1 - 161 / 365))


def test_stages_and_funding_are_in_the_case(case, tmp_path):
    export(case, tmp_path / "out")
    with (tmp_path / "out" / "statements.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {"barter", "contract", "donation"} <= {row["funding"] for row in rows}
    stinger = {(row["stage"], row["quantity"]) for row in rows if row["item"] == "manpads.stinger"}
    assert ("notified", "681") in stinger
    assert all(row["source"] and row["locator"] and row["grade"] for row in rows)


def test_the_figures_follow_the_data(case, tmp_path):
    """Change one statement in a copy: the JSON and the report change accordingly, and only as they should."""
    copy = tmp_path / "copy"
    shutil.copytree(case, copy)
    folder = tmp_path / "template"
    export(copy, folder)
    text = (folder / "counts.csv").read_text(encoding="utf-8")
    assert text.count("~75000") == 1
    (folder / "counts.csv").write_text(text.replace("~75000", "~60000"), encoding="utf-8")
    text = (folder / "sightings.csv").read_text(encoding="utf-8")
    assert text.count(",0.435,") == 1
    (folder / "sightings.csv").write_text(text.replace(",0.435,", ",0.335,"), encoding="utf-8")
    before = audit_json(audit(copy))
    result = import_file(copy, folder)
    assert (result.revised, result.rejected) == (2, 0)
    after = audit_json(audit(copy))
    changed = {a["item"]: (a["numerator"], b["numerator"]) for a in before["findings"] for b in after["findings"]
               if a["id"] == b["id"] and a != b}  # fmt: skip
    assert changed == {"rifle.assault.ak.ak-47": (110_000, 125_000), "small-arms": (190_000, 205_000)}
    tables = {p["id"]: p for p in arsenal_json(arsenal(copy, "islamic-state"))["populations"]}
    assert tables["car-2017-weapons"]["rows"][0] == {
        **tables["car-2017-weapons"]["rows"][0], "key": "CHN", "share": 0.335,
    }  # fmt: skip
    report(copy, tmp_path / "after.html")
    page = (tmp_path / "after.html").read_text(encoding="utf-8")
    assert "205,000" in page
    assert "about 205,000 of about 355,000" in page
    assert "about 190,000 of about 355,000" not in page
    assert "33.5 %" in page
    assert verify(copy).sound


def test_a_changed_capture_changes_the_trace(case, tmp_path):
    folder = tmp_path / "template"
    export(case, folder)
    fresh = tmp_path / "fresh"
    init(fresh, title="copy")
    path = folder / "statements.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        if row["id"] == "s-mosul-hmmwv-abadi":
            row["quantity"] = "1000"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    import_file(fresh, folder)
    assert trace(fresh, "islamic-state", item="HMMWV").items[0].total == 1000
    assert finding(fresh, "claimed-capture", "vehicle.light.hmmwv")["numerator"] == 1000


def test_a_copy_built_from_the_export_is_the_same_ledger(case, tmp_path):
    export(case, tmp_path / "one")
    init(tmp_path / "again")
    import_file(tmp_path / "again", tmp_path / "one")
    export(tmp_path / "again", tmp_path / "two")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


@pytest.mark.parametrize("draws", ["0", "40"])
def test_the_same_json_from_another_process(case, draws):
    """No clock, no hash order, no temporary state in what tools read."""
    command = [sys.executable, "-m", "takingstock", "trace", str(case), "--holder", "islamic-state", "--format", "json"]
    command += ["--draws", draws]
    runs = {subprocess.run(command, capture_output=True, check=True, text=True).stdout for _ in range(2)}
    assert len(runs) == 1
    value = json.loads(runs.pop())
    assert set(value) >= {"holder", "at", "policy", "revision", "items"}
    for item in value["items"]:
        assert set(item) >= {"item", "unit", "total", "coverage", "origins", "chains", "remainder", "unrecorded"}
        for chain in item["chains"]:
            assert set(chain) >= {"basis", "steps", "share"}
            for step in chain["steps"]:
                assert set(step) >= {"from", "to", "via", "mode", "first", "last"}
        if item["total"] and draws == "0":  # medians need not add up
            assert sum(o["share"] for o in item["origins"]) == pytest.approx(1)
            assert sum(c["share"] or 0 for c in item["chains"]) + item["remainder"] == pytest.approx(1)


def test_the_report_names_every_source_it_uses(made, case):
    page = (made[1] / "report.html").read_text(encoding="utf-8")
    used = {source for f in audit(case) for source in f.sources}
    used |= {s for item in trace(case, "islamic-state").items for chain in item.chains for s in chain.sources}
    for source in used:
        assert re.search(rf'id="[^"]*{re.escape(source)}"', page), source
