"""docs/how-trace-works.md: every figure of the page is computed again from the record that stands in it."""

from __future__ import annotations

import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from takingstock.exchange import read_template
from takingstock.records import DateRange, Ledger, Quantity
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.trace import CustodyNetwork
from takingstock.trace.draws.choosing import choices
from takingstock.trace.draws.holding import every_grade
from takingstock.trace.policies import POLICIES
from takingstock.trace.question import trace
from takingstock.trace.timing import Flow, schedule

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-trace-works.md").read_text(encoding="utf-8")
HOLDERS = ("Northland", "Southland", "Southland Army", "Eastland", "The Column", "Northland, lot-7", "Eastland, lot-7")
NUMBER = {name: number for number, name in enumerate(HOLDERS)}
COLUMN, ARMY = NUMBER["The Column"], NUMBER["Southland Army"]
COUNTED = np.zeros(len(HOLDERS))
COUNTED[ARMY] = float(re.findall(r"^count-1,report,southland-army,[^,]+,(\d+),", PAGE, re.MULTILINE)[0])


def table(name: str) -> list[list[str]]:
    """The rows of a table of the page, without its header."""
    marked = PAGE.split(f"<!-- table: {name} -->\n", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in marked.splitlines()][2:]


def value(cell: str) -> float:
    """A figure; a dash or an empty cell is none."""
    return 0.0 if cell in {"–", ""} else float(Fraction(cell.removesuffix(" %")))


def same(computed: float, cell: str) -> bool:
    """Whether the cell gives the figure to the digits it prints, and a dash only for none at all."""
    digits = len(cell.removesuffix(" %").partition(".")[2]) if "/" not in cell else 9
    return abs(computed - value(cell)) <= 0.5 * 10**-digits + 1e-9 if value(cell) else abs(computed) < 1e-9


def csv_blocks() -> dict[str, str]:
    return dict(re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", PAGE, re.DOTALL))


def recovery() -> str:
    """The line that section 9 adds."""
    (block,) = re.findall(r"a recovery of 50 by the army:\n\n```csv\n(.*?)```", PAGE, re.DOTALL)
    header, line = block.splitlines()
    assert header == csv_blocks()["statements.csv"].splitlines()[0]
    return f"{line}\n"


def read(folder: Path, more: str = "") -> Ledger:
    blocks = csv_blocks()
    assert sorted(blocks) == ["counts.csv", "parties.csv", "sources.csv", "statements.csv"]
    for name, text in blocks.items():
        (folder / name).write_text(text + (more if name == "statements.csv" else ""), encoding="utf-8")
    reading = read_template(folder)
    assert (reading.rejected, reading.review) == ((), ())
    return Ledger(
        title="by hand",
        revision=1,
        head="0",
        sources=reading.sources,
        parties=reading.parties,
        statements=reading.statements,
        counts=reading.counts,
    )


@pytest.fixture
def ledger(tmp_path):
    return read(tmp_path)


def ask(ledger, **options):
    (item,) = trace(ledger, taxonomy(), directory(ledger.parties), "column", **options).items
    return item


def changed(ledger, movement, **fields):
    statements = (s.model_copy(update=fields) if s.movement == movement else s for s in ledger.statements)
    return ledger.model_copy(update={"statements": tuple(statements)})


def path_of(chain, ledger):
    names = {party.id: party.name for party in ledger.parties}
    return " → ".join(names[p] for p in (chain.steps[0].from_party, *(step.to_party for step in chain.steps)))


def letters():
    """The letter of each chain by its path, basis and kind of origin."""
    return {(row[1], row[2], row[3]): row[0] for row in table("chains")}


def lettered(item, ledger):
    """The listed chains by letter; with forces joined the state stands for its army."""
    found = {}
    for chain in item.chains:
        path = path_of(chain, ledger).replace("Southland →", "Southland Army →").replace("Army Army", "Army")
        key = (path, chain.basis.value, chain.origin.value)
        found[letters().get(key, key)] = chain
    return found


def rows():
    """The page's rows in their order: the arrays of a network."""
    listed = table("balances")
    return {
        "source": [NUMBER[row[2]] for row in listed],
        "target": [NUMBER[row[3]] for row in listed],
        "quantity": [value(row[4]) for row in listed],
    }


def network(births="late", **replaced):
    arrays = rows() | replaced
    time = range(len(arrays["source"]))
    return CustodyNetwork(**arrays, time=list(time), holders=len(HOLDERS), opening=COUNTED, births=births)


def spread(ledger, until=None):
    """How many of each movement the engine's clock has moved by a day, from the ledger alone."""
    movements = ledger.movements(directory(ledger.parties).part_of)
    ids = ["northland", "southland", "southland-army", "eastland", "column"]
    flows = [
        Flow(m.key, ids.index(m.from_party), ids.index(m.to_party), m.quantity.best, m.when)
        for m in movements
        if m.key != "d-lot"
    ]
    flows = [Flow(f.key, f.source, f.target, 60.0, f.when) if f.key == "b-sale" else f for f in flows]
    return flows, schedule(flows, opening=COUNTED[:5].tolist(), until=until).parts


def moved(ledger, movement, until=None):
    flows, parts = spread(ledger, until)
    return sum(part.quantity for part in parts if flows[part.flow].key == movement)


def test_the_page_says_that_it_is_invented_and_names_the_method():
    assert "The example is invented for teaching" in PAGE
    assert "arXiv 2110.05041" in PAGE
    own = {line.split(",")[0] for line in csv_blocks()["parties.csv"].splitlines()[1:]}
    listed = csv_blocks()["statements.csv"].splitlines()[1:]
    used = {cell for line in listed for cell in line.split(",")[4:6]}
    assert used == own, "no party of the reference tables takes part"
    assert not any(directory().has(party) for party in own)


def test_slots(ledger):
    before = 0.0
    for start, end, days, amount, other in table("slots"):
        span = DateRange.parse(f"{start}..{end}")
        assert span.days == int(days)
        now = moved(ledger, "e-year", span.last)
        assert same(now - before, amount), start
        before = now
        statements = {s.movement for s in ledger.statements if s.when.days == 1 and s.when.overlaps(span)}
        assert statements == ({other} if other else set())
    assert before == 365


@pytest.mark.parametrize("row", table("captures"), ids=lambda row: row[0])
def test_captures(ledger, row):
    taken, by_then, after, born = row
    ledger = changed(ledger, "g-capture", quantity=Quantity.parse(taken))
    flows, parts = spread(ledger)
    keys = [flows[part.flow].key for part in parts]
    place = keys.index("g-capture")
    assert keys.count("g-capture") == 1
    yearly = [part.quantity if key == "e-year" else 0.0 for key, part in zip(keys, parts, strict=True)]
    assert same(sum(yearly[:place]), by_then)
    assert same(sum(yearly[place:]), after)
    unrecorded = [o for o in ask(ledger).origins if (o.party, o.kind) == ("southland-army", "unrecorded")]
    assert same(sum(o.share for o in unrecorded) * (60 + value(taken)), born)


def test_the_first_capture_is_the_recorded_one(ledger):
    (recorded,) = (s.quantity.best for s in ledger.statements if s.movement == "g-capture")
    assert value(table("captures")[0][0]) == recorded


def test_the_rows_are_those_of_the_clock(ledger):
    flows, parts = spread(ledger)
    told = [(row[1], value(row[4])) for row in table("balances") if "lot" not in row[1]]
    assert told == [(flows[part.flow].key, part.quantity) for part in parts]


def test_balances():
    births = network().births()
    before = COUNTED
    for place, row in enumerate(table("balances")):
        source, target = NUMBER[row[2]], NUMBER[row[3]]
        assert int(row[0]) == place + 1
        after = network(**{name: values[: place + 1] for name, values in rows().items()}).balances()
        born = births[place]
        computed = (before[source], value(row[4]) - born, born, after[source], after[target])
        assert all(same(*pair) for pair in zip(computed, row[5:], strict=True)), row
        before = after


def army_kinds(policy, births="late"):
    """The capture by where it began: opening, Northland direct, Northland by Eastland, unrecorded by Eastland."""
    paths = {(ARMY,): 0, (0, ARMY): 1, (0, NUMBER["Eastland"], ARMY): 2, (NUMBER["Eastland"], ARMY): 3}
    kinds = [0.0] * 4
    for chain in network(births).chains(COLUMN, policy, 20, "received").chains:
        if chain.holders[-2] == ARMY:
            kinds[paths[chain.holders[:-1]]] += chain.quantity
    return kinds


def test_policies():
    (_, *stock), *listed = table("policies")
    assert [row[0].strip("`") for row in listed] == list(POLICIES)
    assert [value(cell) for cell in stock] == [94, 146, 20, 20]
    for policy, *cells in listed:
        kinds = army_kinds(policy.strip("`"))
        assert sum(kinds) == pytest.approx(140)
        assert all(same(*pair) for pair in zip(kinds, cells, strict=True)), policy


def test_no_figure_hangs_on_the_order_of_the_two_arrivals_of_one_day():
    usual = {policy: army_kinds(policy) for policy in POLICIES}
    other = rows()
    # Rows 6 to 8 anew: 100, then the loan, then the 46 from 11 April on.
    other["quantity"][5], other["quantity"][7] = 100.0, 46.0
    swapped = network(**other)
    for policy in POLICIES:
        found = {c.holders: c.quantity for c in swapped.chains(COLUMN, policy, 20, "received").chains}
        assert found.get((ARMY, COLUMN), 0.0) == pytest.approx(usual[policy][0])
        assert found.get((0, ARMY, COLUMN), 0.0) == pytest.approx(usual[policy][1])


def test_births_under_both_rules():
    eastland = NUMBER["Eastland"]
    late, opening = network(), network("opening")
    assert late.births()[6] == 20
    assert opening.opening()[eastland] == 20
    assert late.origins_by_kind(COLUMN, of="received").born[eastland] == 10
    found = {c.holders: c.quantity for c in opening.chains(COLUMN, "proportional", 20, "received").chains}
    assert found[(eastland, COLUMN)] == pytest.approx(10)
    assert "is a quarter unrecorded: 10" in PAGE


def test_backwards():
    listed = table("backwards")
    balances = [value(row[9]) for row in table("balances")]
    births, arrays = network().births(), rows()
    weight: dict[int, float] = defaultdict(float)
    born: dict[int, float] = defaultdict(float)
    by_row = np.zeros(len(births))
    for number, key, w, r, m, b, new, on, left in listed:
        place = int(number) - 1
        assert table("balances")[place][1] == key
        source, target = arrays["source"][place], arrays["target"][place]
        quantity = arrays["quantity"][place]
        took = quantity
        if target != COLUMN:
            assert same(weight[target], w)
            assert value(r) == pytest.approx(quantity / balances[place])
            assert Fraction(r.split("/")[0]) == quantity
            took = weight[target] * value(r)
            weight[target] -= took
            assert same(weight[target], left)
        assert same(took, m)
        assert value(b) == pytest.approx(births[place] / quantity)
        by_row[place] = took * births[place] / quantity
        assert same(by_row[place], new)
        born[source] += by_row[place]
        weight[source] += took - by_row[place]
        assert same(took - by_row[place], on)
    # The engine on the same rows, the other arrivals going to a holder of their own.
    targets = [t if t != COLUMN or place == 8 else len(HOLDERS) for place, t in enumerate(arrays["target"])]
    engine = CustodyNetwork(
        arrays["source"], targets, list(range(10)), arrays["quantity"], len(HOLDERS) + 1, opening=[*COUNTED, 0.0]
    )
    assert engine.origins_by_row(COLUMN, of="received") == pytest.approx(by_row)
    assert engine.origins_by_kind(COLUMN, of="received").opening[ARMY] == pytest.approx(weight[ARMY])
    assert (born[0], born[NUMBER["Eastland"]], weight[ARMY]) == pytest.approx((83, 10, 47))
    assert "22.5 + 50.5 + 10 = 83 from Northland, 10\nunrecorded at Eastland, 47 counted: 140" in PAGE


def test_chains(ledger):
    item = ask(ledger)
    assert item.total == 200
    found = lettered(item, ledger)
    listed = {row[0]: row for row in table("chains")}
    assert found.keys() == listed.keys()
    for letter, chain in found.items():
        assert same(chain.quantity, listed[letter][4])
        assert same(100 * chain.share, listed[letter][5])
    engine = {c.holders: c.share for c in network().chains(COLUMN, of="received").chains}
    assert engine == pytest.approx(
        {
            tuple(NUMBER[name + (", lot-7" if chain.label and name != "The Column" else "")] for name in path): c.share
            for c in item.chains
            for chain, path in [(c, path_of(c, ledger).split(" → "))]
        }
    )


def test_origins_and_unrecorded(ledger):
    item = ask(ledger)
    said = re.search(r"Northland ([\d.]+) % .*?opening stock ([\d.]+) %, \*\*unrecorded\*\* ([\d.]+) %", PAGE)
    assert said
    assert [(o.party, o.kind.value) for o in item.origins] == [
        ("northland", "produced"),
        ("southland-army", "opening"),
        ("eastland", "unrecorded"),
    ]
    assert all(same(100 * o.share, cell) for o, cell in zip(item.origins, said.groups(), strict=True))
    assert same(100 * item.unrecorded, said.group(3))


@pytest.mark.parametrize("births", ["late", "opening"])
def test_agreement(ledger, births):
    found = lettered(ask(ledger), ledger)
    listed = table(f"agreement {births}")
    assert {row[0] for row in listed} == {letter for letter, chain in found.items() if chain.agreement}
    for letter, *cells in listed:
        agreement = dict(found[letter].agreement)
        computed = [100 * agreement[f"{policy}, {births} births"] for policy in POLICIES]
        assert all(same(*pair) for pair in zip(computed, cells, strict=True)), letter
    if births == "opening":
        extra = ask(ledger, births="opening").chains
        assert ("Eastland → The Column", "unrecorded") in {(path_of(c, ledger), c.origin.value) for c in extra}


def test_what_is_said_of_the_agreement():
    late, opening = table("agreement late"), table("agreement opening")
    spans = {a[0]: [value(cell) for cell in (*a[1:], *b[1:])] for a, b in zip(late, opening, strict=True)}
    assert (min(spans["A"]), max(spans["A"])) == (13, 60)
    assert (min(spans["C"]), max(spans["C"])) == (10, 20)
    assert spans["E"].count(0.0) == spans["F"].count(0.0) == 4


OPTIONS = {
    "as above": {},
    "`--chains 3`": {"chains": 3},
    "`--at 2013`": {"at": DateRange.parse("2013")},
    "`--join-forces`": {"join_forces": True},
    "without the label `lot-7`": {},
}


@pytest.mark.parametrize("row", table("options"), ids=lambda row: row[0])
def test_options(ledger, row):
    question, total, *cells = row
    if "without" in question:
        for key in ("b-sale", "d-lot"):
            ledger = changed(ledger, key, chain=None, link=None)
    item = ask(ledger, **OPTIONS[question])
    assert item.total == value(total)
    found = lettered(item, ledger)
    assert set(found) <= set("ABCDEF")
    computed = [100 * found[letter].share if letter in found else 0.0 for letter in "ABCDEF"]
    computed += [100 * item.remainder, 100 * item.unrecorded]
    assert all(same(*pair) for pair in zip(computed, cells, strict=True)), computed


def test_every_option_has_its_row():
    assert [row[0] for row in table("options")] == list(OPTIONS)


@pytest.mark.parametrize("row", table("held"), ids=lambda row: row[0])
def test_received_and_held(tmp_path, row):
    ledger = read(tmp_path, recovery())
    question, total, *cells = row
    of, policy = question.replace("`", "").split(", ")
    item = ask(ledger, of=of, policy=policy)
    found = lettered(item, ledger)
    assert item.total == pytest.approx(value(total))
    computed = [100 * found[letter].share if letter in found else 0.0 for letter in "ABCDEF"]
    assert all(same(*pair) for pair in zip(computed, cells, strict=True)), computed


def test_nothing_left_the_column_before_that():
    assert network().origins(COLUMN, of="held") == pytest.approx(network().origins(COLUMN, of="received"))


def cautions(item):
    return {(caution.kind, caution.party) for caution in item.cautions}


def test_the_date_that_straddles_is_said(ledger):
    (said,) = (caution for caution in ask(ledger).cautions if caution.kind == "date-straddles")
    assert said.movements == ("e-year", "g-capture")


def test_what_a_source_has_made_there_is_produced_under_both_rules(ledger):
    for births in ("late", "opening"):
        kinds = {o.kind.value for o in ask(ledger, births=births).origins if o.party == "northland"}
        assert kinds == {"produced"}


def test_a_holder_that_was_counted_is_not_called_uncounted(ledger):
    for policy in ("proportional", "fifo", "lifo"):
        assert ("no-opening-stock", "southland-army") not in cautions(ask(ledger, policy=policy))


def test_a_capture_after_the_day_asked_about_is_not_spoken_of(ledger):
    assert "date-straddles" not in {kind for kind, _ in cautions(ask(ledger, at=DateRange.parse("2013")))}


def taken_from(policy):
    """How many vehicles of Northland's direct deliveries are captured, by row of the page."""
    (chain,) = [c for c in network().chains(COLUMN, policy, 20, "received").chains if c.holders == (0, ARMY, COLUMN)]
    return {int(row) + 1: float(mass) for row, mass in zip(chain.steps[0].rows, chain.steps[0].mass, strict=True)}


def test_figures_in_the_text(ledger):
    """What the sentences say, made from computed figures; a figure that changes breaks its sentence."""
    text = " ".join(PAGE.split())
    amount = {m.key: m.quantity.best for m in ledger.movements(directory(ledger.parties).part_of)}
    stock, captured = COUNTED[ARMY], amount["g-capture"]
    by_then = moved(ledger, "e-year", DateRange.parse("2014-05-26").last)
    late = amount["e-year"] - by_then
    held = stock + by_then + amount["f-loan"]
    most = stock + amount["f-loan"] + amount["e-year"]
    joined = held + amount["a-sale"]
    lifo, fifo = taken_from("lifo"), taken_from("fifo")
    oldest, newest = taken_from("oldest-made-first"), taken_from("newest-made-first")
    lacked = network().opening_shortfall()[NUMBER["Eastland"]]
    left = amount["b-sale"] - amount["d-lot"]
    a = table("agreement late")[0][1:] + table("agreement opening")[0][1:]
    item = ask(ledger)
    direct = next(c for c in item.chains if path_of(c, ledger) == "Northland → Southland Army → The Column")
    assert set(fifo) == set(oldest) == {6}
    for said in (
        f"out of the {amount['b-sale']:g} that Eastland bought, {amount['d-lot']:g} went on to the Column",
        f"its smallest link, here {min(amount['b-sale'], amount['d-lot']):g}",
        f"of `b-sale`, {left:g} are left",
        f"spread evenly over its {DateRange.parse('2014').days} days, one vehicle a day",
        f"{by_then:g} of {amount['e-year']:g} by then ({100 * by_then / amount['e-year']:g} %), and {late:g} too late",
        f"({stock:g} + {amount['f-loan']:g} + {amount['e-year']:g} = {most:g}), so {520 - most:g} start there",
        f"The army begins with the {stock:g} of its opening count",
        f"the army has {held:g} vehicles of four kinds, and {captured:g} are taken",
        f"{captured:g} of {held:g} is one half",
        f"The {stock:g} were there first; then {fifo[6]:g} of the 101 of row 6",
        f"The {lifo[8]:g} of row 8, the {amount['f-loan']:g} of row 7, then {lifo[6]:g} of row 6",
        f"then the {army_kinds('oldest-made-first')[2]:g} of 2011",
        f"then {oldest[6]:g} of row 6",
        f"{newest[8]:g} of row 8, the {lacked:g} born in row 7, then {newest[6]:g} of row 6",
        f"Eastland passed on {lacked:g} more than it is known to have had",
        f"it starts with {lacked:g} and then has {left + lacked:g}, so that `c-purchase`, "
        f"{amount['c-purchase']:g} of {left + lacked:g}, is a quarter",
        f"Begin with the {captured:g} of the capture",
        f"{amount['c-purchase']:g} by `b-sale`, {amount['d-lot']:g} by the lot",
        f"The denominator is the {item.total:g} that the Column received",
        f"with `--chains 3` it is {100 * ask(ledger, chains=3).remainder:g} %",
        f"between {min(map(float, a)):g} % and {max(map(float, a)):g} %, and which of A and B",
        f"The {amount['a-sale']:g} of `a-sale` then lie in the same stock: {joined:g} instead of {held:g}",
        f"the capture takes {100 * captured / joined:g} % of each kind",
        f"so the denominator is {ask(ledger, at=DateRange.parse('2013')).total:g}",
        f"That {by_then:g} of the {amount['e-year']:g} had come by 26 May",
        f"{direct.quantity:g} of {item.total:g} ({100 * direct.share:g} %) if stocks are taken as well mixed; "
        f"between {min(map(float, a)):g} % and {max(map(float, a)):g} %",
    ):
        assert said in text, said


# Section 10


def drawn(tmp_path, draws):
    (text,) = re.findall(r"<!-- record: draws -->\n```csv\n(.*?)```", PAGE, re.DOTALL)
    for name, block in csv_blocks().items():
        (tmp_path / name).write_text(text if name == "statements.csv" else block, encoding="utf-8")
    (tmp_path / "counts.csv").unlink()
    reading = read_template(tmp_path)
    assert (reading.rejected, reading.review) == ((), ())
    ledger = Ledger(
        title="draws",
        revision=1,
        head="0",
        sources=reading.sources,
        parties=reading.parties,
        statements=reading.statements,
    )
    (item,) = trace(ledger, taxonomy(), directory(ledger.parties), "column", draws=draws, cores=1).items
    return item


def test_grades():
    known = every_grade()
    rows = table("grades")
    assert [row[0] for row in rows] == list("ABCDEF")
    for letter, *cells in rows:
        assert cells == [f"{known[letter + str(digit)]:.3f}" for digit in range(1, 7)]


def test_draws_are_those_worked_out():
    east, north = every_grade()["A1"], every_grade()["B3"]
    came = north * 182 / 365
    expected = [east * came, east * (1 - came), (1 - east) * came, (1 - east) * (1 - came)]
    for row, probability in zip(table("draws"), expected, strict=True):
        assert same(probability, row[2])
        assert sum(value(cell) for cell in row[3:]) == 100


def test_what_the_draws_give(tmp_path):
    draws = 4000
    item = drawn(tmp_path, draws)
    chains = {chain.steps[0].from_party: chain for chain in item.chains}
    for name, median, low, high, some in table("drawn"):
        chain = chains[name.partition(" ")[0].lower()]
        told = (chain.share, chain.low, chain.high)
        assert all(same(100 * got, cell) for got, cell in zip(told, (median, low, high), strict=True))
        error = (value(some) * (1 - value(some)) / draws) ** 0.5
        assert abs(chain.probability - value(some)) < 4 * error + 0.0005
    east, capture = every_grade()["A1"], every_grade()["C3"]
    came = every_grade()["B3"] * 182 / 365
    assert [same(capture * part, row[4]) for row, part in zip(table("drawn"), (east, came), strict=True)] == [True] * 2


def test_contradicting_statements_are_weighed_as_said():
    first, second, neither = 0.9 * 0.6, 0.1 * 0.4, 0.1 * 0.6
    assert "0.54 of 0.64 draws, the second in 0.04, neither in 0.06" in " ".join(PAGE.split())
    assert [round(x, 2) for x in (first, second, neither, first + second + neither)] == [0.54, 0.04, 0.06, 0.64]
    whole = first + second + neither
    assert choices([(0.9, 1, "a"), (0.4, 2, "b")]) == pytest.approx([first / whole, second / whole])
