"""Applications from YAML and from a workbook: names as people write them, every fault at once, nothing assumed."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from takingstock.exchange.application_sheet import write_application
from takingstock.exchange.applications import FIELDS, read_application
from takingstock.records import BadFileError, ControlKind, PartyKind, Question, ReplyValue, Standing
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DOCS = Path(__file__).resolve().parents[2] / "docs"

WHOLE = """
application: whole
kind: re-export
licence: open
authority: Germany
exporter: Switzerland
end user:
  name: First example battalion
  kind: unit
  part of: Iraqi Army
consignee: Example depot
brokers: [Example traders]
route: [Türkiye; Jordan]
goods:
  - item: AKM
    quantity: 400..500
    value: 250,000 EUR
    made in: Romania
    requirement: 600
  - item: PKM
    quantity: ">=20"
end use: training
date: 2016-03-15
period: 2016-04..2016-09
undertakings:
  - {control: on-site-visits, standing: evidenced, date: 2015-11-02, source: report of the visit, person: An officer}
replies:
  - {question: att-6-3.knowledge, answer: no, reason: searched, source: file 12, person: An officer, since: 2016-03}
consents:
  - {state: Romania, given: no, date: 2016-02-01, source: letter}
parties:
  - {name: Example depot, kind: depot, part of: Iraqi Army}
  - {name: Example traders, kind: company, country: Austria}
policies: [amnesty-iraq]
remark: hypothetical
"""


def read(path):
    return read_application(path, directory(), taxonomy())


def written(tmp_path, text, name="a.yaml"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_every_field(tmp_path):
    app = read(written(tmp_path, WHOLE.replace("[Türkiye; Jordan]", "[Türkiye, Jordan]")))
    assert (app.id, app.kind.value, app.licence.value) == ("whole", "re-export", "open")
    assert (app.authority, app.exporter, app.route) == ("DEU", "CHE", ("TUR", "JOR"))
    parties = {party.id: party for party in app.parties}
    unit = parties[app.end_user]
    assert (unit.name, unit.kind, unit.part_of, unit.country) == (
        "First example battalion",
        PartyKind.UNIT,
        "iraqi-army",
        "IRQ",
    )
    assert parties[app.consignee].kind is PartyKind.DEPOT
    assert parties[app.brokers[0]].country == "AUT"
    rifle, gun = app.goods
    assert (rifle.item, rifle.quantity.low, rifle.quantity.high, rifle.made_in) == (
        "rifle.assault.ak.akm",
        400,
        500,
        "ROU",
    )
    assert (rifle.value.amount.best, rifle.value.currency, rifle.requirement.best) == (250_000, "EUR", 600)
    assert (gun.quantity.low, gun.quantity.high) == (20, None)
    (visits,) = app.undertakings
    assert (visits.control, visits.standing, visits.evidenced) == (ControlKind.VISITS, Standing.EVIDENCED, True)
    (reply,) = app.replies
    assert (reply.value, reply.sound) == (ReplyValue.NO, True)
    assert (app.consents[0].by, app.consents[0].given) == ("ROU", False)
    assert app.policies == ("amnesty-iraq",)


def test_no_and_norway_are_words(tmp_path):
    app = read(written(tmp_path, "exporter: NOR\ngoods: [{item: AKM}]\nconsents: [{state: Norway, given: no}]\n"))
    assert (app.exporter, app.consents[0].given) == ("NOR", False)


def test_what_is_not_given_stays_empty(tmp_path):
    app = read(written(tmp_path, "goods:\n  - item: AKM\n", "bare.yaml"))
    assert app.id == "bare"
    assert (app.exporter, app.end_user, app.authority) == (None, None, None)
    assert not app.when.known
    assert not app.goods[0].quantity.known


def test_all_faults_at_once(tmp_path):
    text = (
        "exporter: Germny\nroute: [Jordan, Nowhereland]\nfoo: 1\ngoods:\n - {item: AKX, quantity: many}\n"
        " - {item: AKM, value: 5}\nundertakings:\n - {control: hope}\nconsents: [{state: Romania, given: perhaps}]\n"
        "parties:\n - {name: X, kind: gang}\n"
    )
    with pytest.raises(BadFileError) as caught:
        read(written(tmp_path, text))
    told = str(caught.value)
    for part in ("Germny", "Nowhereland", "'foo'", "AKX", "many", "500000 EUR", "perhaps", "gang", "hope"):
        assert part in told, part


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "is no application"),
        ("- a\n- b\n", "is no application"),
        ("exporter: Germany\n", "names no goods"),
        ("goods: AKM\n", "write fields"),
        ("goods: [{item: AKM}]\ngoods: [{item: PKM}]\n", "comes twice"),
        ("goods: &a [{item: AKM}]\n", "anchors"),
        ("goods: [{item: AKM}]\nend user: {kind: unit}\n", "without a name"),
        ("goods: [{item: AKM}]\nreplies: [{question: q, answer: yes}, {question: q, answer: no}]\n", "twice"),
        ("goods: [{item: AKM}]\ndate: yesterday\n", "not a date"),
    ],
)
def test_what_is_no_application(tmp_path, text, match):
    with pytest.raises(BadFileError, match=match):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("goods", "unit", "best"),
    [
        ("{item: ammunition, quantity: 1000000 rounds}", "rounds", 1_000_000),
        ("{item: AKM, quantity: 20, unit: items}", "items", 20),
        ("{item: ammunition, quantity: 20 t}", "tonnes", 20),
        ("{item: ammunition, quantity: 2.5, unit: tonnes}", "tonnes", 2.5),
    ],
)
def test_units(tmp_path, goods, unit, best):
    line = read(written(tmp_path, f"goods: [{goods}]\n")).goods[0]
    assert (line.quantity.unit.value, line.quantity.best) == (unit, best)


@pytest.mark.parametrize(
    "goods", ["{item: AKM, quantity: 0}", "{item: AKM, quantity: 2.5}", "{item: AKM, unit: kg, quantity: 1}"]
)
def test_quantities_that_are_none(tmp_path, goods):
    with pytest.raises(BadFileError, match=r"is 0|no whole number|no unit"):
        read(written(tmp_path, f"goods: [{goods}]\n"))


@pytest.mark.parametrize(
    ("party", "match"),
    [
        ("{name: Islamic State, kind: unit, part of: Iraqi Army}", "is known as islamic-state"),
        ("{name: Brigade 5, kind: unit, part of: popular-mobilisation, country: Jordan}", "one of them is wrong"),
    ],
)
def test_a_party_may_not_hide_another(tmp_path, party, match):
    with pytest.raises(BadFileError, match=match):
        read(written(tmp_path, f"goods: [{{item: AKM}}]\nend user: {party}\n"))


def test_words_in_other_forms(tmp_path):
    text = (
        "kind: Re-Export\nlicence: OPEN\ngoods: [{item: AKM, value: 500000 eur}]\n"
        "undertakings: [{control: Physical Security, standing: Evidenced, date: 2016-03-15 00:00:00, source: s}]\n"
    )
    app = read(written(tmp_path, text))
    assert (app.kind.value, app.licence.value, app.goods[0].value.currency) == ("re-export", "open", "EUR")
    assert app.undertakings[0].evidenced


def book(tmp_path, **sheets):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, column, cell, made.add_format({"num_format": "yyyy-mm-dd"}))
                    else:
                        sheet.write(line, column, cell)
    return path


GOODS = [("Item", "Quantity"), ("AKM", 500)]


def test_a_workbook_by_hand(tmp_path):
    fields = [
        ("Exporter", "Germany"),
        ("End_User", "Iraqi Army"),
        ("DATE", date(2016, 3, 15)),
        ("route", "Jordan; Türkiye"),
    ]
    app = read(book(tmp_path, APPLICATION=fields, Goods=GOODS))
    assert (app.end_user, str(app.when), app.route) == ("iraqi-army", "2016-03-15", ("JOR", "TUR"))


@pytest.mark.parametrize(
    ("sheets", "match"),
    [
        ({"application": [("exporter", "Germany")], "goods": GOODS, "reply": [("question",)]}, "rename it to replies"),
        ({"application": [("route", "Jordan"), ("route", "Syria")], "goods": GOODS}, "several values"),
        ({"application": [("route", "Jordan", "Syria")], "goods": GOODS}, "several values"),
        (
            {
                "application": [("exporter", "Germany")],
                "goods": GOODS,
                "replies": [("question", "answer", "reason"), ("att-11.assessed", "", "we looked")],
            },
            "has no answer",
        ),
    ],
)
def test_nothing_of_a_workbook_is_passed_over(tmp_path, sheets, match):
    with pytest.raises(BadFileError, match=match):
        read(book(tmp_path, **sheets))


def test_a_missing_or_huge_file(tmp_path):
    with pytest.raises(BadFileError, match="cannot be read"):
        read(tmp_path / "none.yaml")
    with pytest.raises(BadFileError, match="less than"):
        read(written(tmp_path, "#" * 1_000_001))


@pytest.mark.filterwarnings("error")
def test_a_workbook_reads_back_equal_and_asks(tmp_path):
    app = read(written(tmp_path, WHOLE.replace("[Türkiye; Jordan]", "[Türkiye, Jordan]")))
    questions = (Question(id="att-11.assessed", text="Was the risk of diversion assessed?"),)
    book = write_application(tmp_path / "a.xlsx", app, questions)
    assert read(book) == app

    import xlsxwriter  # noqa: F401

    with zipfile.ZipFile(book) as parts:
        assert "Was the risk of diversion assessed?" in parts.read("xl/sharedStrings.xml").decode()


def test_a_blank_workbook_has_every_field(tmp_path):
    book = write_application(tmp_path / "blank.xlsx", None)
    with pytest.raises(BadFileError, match="no goods"):
        read(book)
    with pytest.raises(BadFileError, match=r"ends in \.xlsx"):
        write_application(tmp_path / "a.ods", None)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_the_examples_read(file):
    app = read(file)
    assert app.id.startswith("example-")
    assert "hypothetical" in file.read_text(encoding="utf-8").lower()


def test_every_field_is_documented():
    text = (DOCS / "assess.md").read_text(encoding="utf-8")
    for part, names in FIELDS.items():
        for name in names:
            assert f"`{name}`" in text, f"docs/assess.md does not name the field {name} of {part}"
