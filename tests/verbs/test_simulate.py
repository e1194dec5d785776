"""simulate: a real case that can be traced at once, and the truth beside it; the same seed, the same bytes."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest

from takingstock import __version__
from takingstock.cli import main
from takingstock.records import BadValueError, ConflictError, UnknownNameError
from takingstock.trace.draws.holding import every_grade
from takingstock.verbs import export, simulate, trace, verify
from takingstock.worlds import MECHANISMS, world


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("worlds") / "one"
    return out, simulate(out, seed=7, mechanism="drawn")


def bytes_of(out, folder):
    export(out / "case", folder)
    files = [*folder.iterdir(), *(out / "records").iterdir(), out / "truth.json"]
    return [(file.parent.name if file.parent.name == "records" else "", file.name, file.read_bytes()) for file in files]


def test_every_row_of_the_record_is_taken(made):
    out, told = made
    assert told.imported.rejected == told.imported.review == 0
    assert told.imported.read == told.imported.ledger > 100
    verdict = verify(out / "case")
    assert verdict.sound


def test_the_case_holds_the_record_and_nothing_of_the_truth(made, tmp_path):
    out, _ = made
    expected = world(7, "drawn", holds=every_grade()).ledger
    from takingstock.case import open_case

    with open_case(out / "case") as case:
        ledger = case.ledger()
    for table in ("sources", "parties", "statements", "counts", "populations", "sightings"):
        assert getattr(ledger, table) == getattr(expected, table), table
    assert not list((out / "case").rglob("truth*"))


def test_the_case_can_be_traced_at_once(made):
    out, told = made
    found = trace(out / "case", told.holder, item=told.item, at=told.at, draws=0)
    block = next(item for item in found.items if item.item == told.item)
    truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    assert block.total == pytest.approx(truth["total"], rel=0.5)
    makers = {chain["steps"][0] for chain in truth["chains"]}
    assert makers & {chain.steps[0].from_party for chain in block.chains}


def test_the_truth_has_the_form_that_is_promised(made):
    out, told = made
    truth = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    assert (truth["seed"], truth["mechanism"], truth["version"]) == (7, "drawn", __version__)
    assert (truth["holder"], truth["item"], truth["at"]) == (told.holder, told.item, told.at)
    for goods in (truth, truth["held"]):
        assert sum(chain["share"] for chain in goods["chains"]) == pytest.approx(1.0)
        assert sum(channel["share"] for channel in goods["channels"]) == pytest.approx(1.0)
        assert all(chain["steps"][-1] == told.holder for chain in goods["chains"])
    assert all(set(channel) == {"id", "from_party", "mode", "share"} for channel in truth["channels"])
    assert len(truth["movements"]) == told.movements
    assert truth["knobs"]["vague"] > 0
    assert set(truth["holds"]) >= {verdict["grade"] for verdict in truth["statements"]}


def test_the_same_seed_gives_the_same_bytes(made, tmp_path):
    out, _ = made
    simulate(tmp_path / "two", seed=7, mechanism="drawn")
    assert bytes_of(tmp_path / "two", tmp_path / "b") == bytes_of(out, tmp_path / "a")
    simulate(tmp_path / "three", seed=8, mechanism="drawn")
    assert (tmp_path / "three" / "truth.json").read_bytes() != (out / "truth.json").read_bytes()


def test_grades_can_be_given_other_probabilities(tmp_path):
    simulate(tmp_path / "sure", seed=7, holds=dict.fromkeys(world(1).truth.holds, 1.0))
    truth = json.loads((tmp_path / "sure" / "truth.json").read_text(encoding="utf-8"))
    assert all(verdict["true"] for verdict in truth["statements"])


def test_what_cannot_be_made_is_said_and_nothing_is_written(made, tmp_path):
    out, _ = made
    before = sorted(path.name for path in out.iterdir())
    with pytest.raises(ConflictError, match="not empty"):
        simulate(out, seed=1)
    assert sorted(path.name for path in out.iterdir()) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConflictError, match="exists"):
        simulate(tmp_path / "file", seed=1)
    with pytest.raises(UnknownNameError, match="well-mixed"):
        simulate(tmp_path / "new", seed=1, mechanism="no such")
    with pytest.raises(BadValueError, match="40 to 2000"):
        simulate(tmp_path / "new", seed=1, size=1)
    assert not (tmp_path / "new").exists()


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([*map(str, arguments)])
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
    return code, out.getvalue(), err.getvalue()


def test_at_the_command_line(tmp_path):
    code, out, _ = run("simulate", "--seed", 3, "--out", tmp_path / "w", "--mechanism", "mix", "--format", "json")
    assert code == 0
    told = json.loads(out)
    assert told["holder"] in told["next"][0]
    assert (told["mechanism"], told["keeps"]) == ("mix", None)
    code, out, err = run("simulate", "--seed", 3, "--out", tmp_path / "w")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    code, out, err = run("simulate", "--seed", 3, "--out", tmp_path / "v", "--mechanism", "none")
    assert code == 2
    assert all(name in err for name in MECHANISMS)
    assert not (tmp_path / "v").exists()
    assert run("simulate", "--out", tmp_path / "v")[0] == 2
    code, out, _ = run("simulate", "--seed", 4, "--out", tmp_path / "v", "--size", 50)
    assert code == 0
    assert f"takingstock trace {tmp_path / 'v' / 'case'} --holder" in out


def test_the_help_names_every_mechanism():
    _, out, _ = run("simulate", "--help")
    # A line may break at any hyphen.
    text = "".join(out.split())
    assert all(name in text for name in MECHANISMS)
