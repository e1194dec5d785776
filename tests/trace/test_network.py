"""The public face: worked examples one can do by hand, and errors that say what to do next."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from takingstock.trace import CustodyNetwork, network
from takingstock.trace.policies import POLICIES

X, A, B, C = range(4)
EVERY = pytest.mark.parametrize("policy", list(POLICIES))


def made(**changes: Any) -> CustodyNetwork:
    """X100 to A, then A100 to B, then A100 to C."""
    given: dict[str, Any] = {"source": [X, A, A], "target": [A, B, C], "time": [1, 2, 3], "quantity": [100] * 3}
    return CustodyNetwork(**(given | {"holders": 4} | changes))


@EVERY
def test_births_late(policy: str) -> None:
    net = made()
    assert net.births().tolist() == [100, 0, 100]
    assert net.origins(B, policy).tolist() == [100, 0, 0, 0]
    assert net.origins(C, policy).tolist() == [0, 100, 0, 0]
    assert net.opening_shortfall().tolist() == [100, 100, 0, 0]


def test_births_opening() -> None:
    """The shortfall was in A all along: B and C are half of X and half of A."""
    net = made(births="opening")
    assert net.births().tolist() == [0, 0, 0]
    assert net.balances().tolist() == made().balances().tolist() == [0, 0, 100, 100]
    for holder in (B, C):
        origins = net.origins_by_kind(holder)
        assert origins.born.tolist() == [0, 0, 0, 0]
        assert origins.opening.tolist() == [50, 50, 0, 0]
    assert net.origins(B, "fifo").tolist() == [0, 100, 0, 0]
    assert net.origins(B, "lifo").tolist() == [100, 0, 0, 0]


@EVERY
def test_opening_stock_is_an_origin_apart(policy: str) -> None:
    net = CustodyNetwork([A], [B], [1], [10], 3, opening=[0, 4, 2])
    origins = net.origins_by_kind(B, policy)
    assert origins.born.tolist() == [0, 6, 0]
    assert origins.opening.tolist() == [0, 4, 2]
    assert origins.total.tolist() == net.origins(B, policy).tolist() == [0, 10, 2]
    assert net.origins(B, policy, "received").tolist() == [0, 10, 0]
    assert net.origins_by_row(B, policy).tolist() == [6]
    chains = net.chains(B, policy).chains
    assert [(c.holders, c.origin_kind, c.quantity) for c in chains] == [
        ((A, B), "born", 6),
        ((A, B), "opening", 4),
        ((B,), "opening", 2),
    ]
    assert chains[2].steps == ()


@EVERY
def test_received_counts_what_left_again(policy: str) -> None:
    net = CustodyNetwork([X, A, B], [A, B, A], [1, 2, 3], [10, 10, 4], 4)
    assert net.origins(A, policy).tolist() == [4, 0, 0, 0]
    assert net.origins(A, policy, "received").tolist() == [14, 0, 0, 0]
    result = net.chains(A, policy, of="received")
    assert [(c.holders, c.quantity) for c in result.chains] == [((X, A), 10), ((X, A, B, A), 4)]
    assert result.total == 14


@EVERY
def test_a_self_loop_is_a_step_but_no_receipt(policy: str) -> None:
    net = CustodyNetwork([X, A], [A, A], [1, 2], [10, 10], 2)
    assert net.balances().tolist() == [0, 10]
    assert [(c.holders, c.quantity) for c in net.chains(A, policy).chains] == [((X, A, A), 10)]
    assert [(c.holders, c.quantity) for c in net.chains(A, policy, of="received").chains] == [((X, A), 10)]


def test_loans_and_returns_are_many_chains_of_one_story() -> None:
    """40 loans of half the stock, each returned: 41 sequences, and the largest holds an eighth."""
    source, target, quantity = [X], [A], [64.0]
    for _ in range(40):
        source += [A, B]
        target += [B, A]
        quantity += [32.0, 32.0]
    net = CustodyNetwork(source, target, range(81), quantity, 3)
    result = net.chains(A, limit=1000)
    assert len(result.chains) == 41
    assert result.chains[0].share == pytest.approx(0.125, abs=0.003)
    assert result.exact


def test_many_deliveries_along_one_route_are_one_chain() -> None:
    years = np.arange(1990, 2020)
    net = CustodyNetwork(
        np.repeat([X, A], 30), np.repeat([A, B], 30), np.tile(years, 2), np.full(60, 7.0), 3, key=np.arange(60)
    )
    result = net.chains(B)
    assert [(c.holders, c.share) for c in result.chains] == [((X, A, B), pytest.approx(1.0))]
    assert result.expansions <= 2
    first, second = result.chains[0].steps
    assert first.rows.tolist() == list(range(30))
    assert second.rows.tolist() == list(range(30, 60))
    assert first.mass == pytest.approx(np.full(30, 7.0))


def test_a_limit_of_work_is_told() -> None:
    net = CustodyNetwork(range(20), [20] * 20, range(20), [1.0] * 20, 21)
    result = net.chains(20, limit=20, most_expansions=5)
    assert (len(result.chains), result.exact, result.expansions) == (5, False, 5)
    assert result.remainder == pytest.approx(0.75)


@EVERY
def test_nothing_asked_of_nothing(policy: str) -> None:
    net = CustodyNetwork([], [], [], [], 2)
    assert len(net) == 0
    assert net.balances().tolist() == [0, 0]
    for of in ("held", "received"):
        assert net.origins(0, policy, of).tolist() == [0, 0]
        result = net.chains(0, policy, of=of)
        assert (result.chains, result.total, result.remainder, result.exact) == ((), 0.0, 0.0, True)


def test_columns_may_be_anything_like_an_array_and_are_not_kept() -> None:
    quantity = np.array([3.0, 2.0])
    net = CustodyNetwork((0.0, 1.0), np.array([1, 2], dtype=np.uint8), ["1", "2"], quantity, np.int64(3))
    quantity[:] = 99.0
    net.balances()[:] = 99.0
    assert net.balances().tolist() == [0, 1, 2]
    assert net.origins(np.int64(2)).tolist() == [2, 0, 0]
    assert repr(net) == "CustodyNetwork(2 movements, 3 holders, births='late')"


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"source": [X, A]}, network.LengthError, "source has 2 values, quantity 3"),
        ({"time": [1, 2, 3, 4]}, network.LengthError, "time has 4 values"),
        ({"key": ["a"]}, network.LengthError, "key has 1 values"),
        ({"target": [[1], [2], [3]]}, network.LengthError, "dimensions"),
        ({"quantity": [[1, 2, 3]]}, network.LengthError, "dimensions"),
        ({"opening": [1, 2]}, network.LengthError, "2 values for 4 holders"),
        ({"quantity": [1, float("nan"), 3]}, network.MissingValueError, r"quantity\[1\] is nan"),
        ({"quantity": [1, 2, float("inf")]}, network.MissingValueError, r"quantity\[2\] is inf"),
        ({"quantity": [1, "many", 3]}, network.MissingValueError, "no number"),
        ({"time": [1, 2, float("nan")]}, network.MissingValueError, r"time\[2\] is missing"),
        ({"time": np.array(["2004", "NaT", "2005"], dtype="datetime64[Y]")}, network.MissingValueError, r"time\[1\]"),
        ({"time": ["a", "b", "c"]}, network.MissingValueError, "no number or date"),
        ({"opening": [0, float("nan"), 0, 0]}, network.MissingValueError, r"opening\[1\]"),
        ({"quantity": [1, -2, 3]}, network.NegativeQuantityError, r"quantity\[1\] is -2: record a return"),
        ({"opening": [0, 0, -1, 0]}, network.NegativeQuantityError, r"opening\[2\] is -1"),
        ({"source": [X, A, 4]}, network.UnknownHolderError, r"source\[2\] is 4, but there are 4 holders"),
        ({"target": [A, -1, C]}, network.UnknownHolderError, r"target\[1\] is -1"),
        ({"source": ["X", "A", "A"]}, network.UnknownHolderError, "number the holders from 0"),
        ({"source": [0.5, 1, 1]}, network.UnknownHolderError, "number the holders from 0"),
        ({"holders": -1}, network.UnknownHolderError, "how many holders"),
        ({"births": "early"}, network.UnknownOptionError, "'late' or 'opening'"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], error: type[ValueError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        made(**changes)
    assert isinstance(caught.value, network.CustodyError)


def test_questions_that_cannot_be_asked() -> None:
    net = made()
    with pytest.raises(network.UnknownPolicyError, match="'average' is unknown: use one of proportional, fifo, lifo"):
        net.origins(B, "average")
    with pytest.raises(network.UnknownOptionError, match="'held' or 'received'"):
        net.origins(B, of="lost")  # type: ignore[arg-type]
    with pytest.raises(network.UnknownHolderError, match="ask for 0 to 3"):
        net.chains(4)
    with pytest.raises(network.UnknownOptionError, match="at least one"):
        net.chains(B, limit=0)


def test_too_many_parcels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("takingstock.trace.policies.MOST_PARCELS", 10)
    makers = 50
    source = [*range(makers), *([makers, makers + 1] * 20)]
    target = [*([makers] * makers), *([makers + 1, makers] * 20)]
    quantity = [1] * makers + [makers] * 40
    net = CustodyNetwork(source, target, range(len(source)), quantity, makers + 2)
    with pytest.raises(network.TooManyParcelsError, match="use proportional, fifo or lifo"):
        net.origins(makers, "oldest-made-first")


def test_importing_the_network_does_not_import_the_compiler() -> None:
    code = "import sys, takingstock.trace.network; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
