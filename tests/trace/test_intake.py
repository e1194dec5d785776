"""Large columns are taken in by a compiled pass, very large ones on two cores: the same as one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from takingstock.trace import CustodyNetwork, network

HOLDERS, ROWS = 50, network.LARGE + 1
TWO_CORES = pytest.mark.parametrize("cores", [1, 2])


@pytest.fixture(autouse=True)
def _on_cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.callspec.params.get("cores") == 2:
        monkeypatch.setattr(network, "VERY_LARGE", network.LARGE)


def columns(**changes: Any) -> dict[str, Any]:
    random = np.random.default_rng(11)
    given = {
        "source": random.integers(0, HOLDERS, ROWS),
        "target": random.integers(0, HOLDERS, ROWS),
        "time": np.arange(ROWS),
        "quantity": random.lognormal(0.0, 1.0, ROWS),
    }
    return given | changes


@TWO_CORES
@pytest.mark.parametrize("kind", [np.int32, np.int64, np.uint16])
@pytest.mark.parametrize("when", ["rising", "float", "years", "turned at the middle"])
def test_columns_of_any_type_give_the_same_network(cores: int, kind: type, when: str) -> None:
    given = columns()
    times = {
        "rising": given["time"],
        "float": given["time"] / 4,
        "years": given["time"] % 60,
        "turned at the middle": np.roll(given["time"], ROWS // 2),
    }[when]
    given |= {"source": given["source"].astype(kind), "target": given["target"].astype(kind), "time": times}
    net = CustodyNetwork(**given, holders=HOLDERS)
    plain = CustodyNetwork(**{name: column.tolist() for name, column in given.items()}, holders=HOLDERS)
    assert net.order().tolist() == plain.order().tolist()
    assert (np.diff(times[net.order()]) >= 0).all()
    for holder in range(3):
        assert net.origins(holder).tolist() == plain.origins(holder).tolist()


@TWO_CORES
def test_columns_are_not_kept(cores: int) -> None:
    given = columns()
    net = CustodyNetwork(**given, holders=HOLDERS)
    before = net.origins(0).tolist()
    again = CustodyNetwork(**given, holders=HOLDERS)
    for column in given.values():
        column[:] = 0
    assert again.origins(0).tolist() == before


@TWO_CORES
@pytest.mark.parametrize("row", [0, ROWS // 2, ROWS - 1])
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("source", -1, network.UnknownHolderError),
        ("target", HOLDERS, network.UnknownHolderError),
        ("quantity", float("nan"), network.MissingValueError),
        ("quantity", float("inf"), network.MissingValueError),
        ("quantity", -1.0, network.NegativeQuantityError),
        ("time", float("nan"), network.MissingValueError),
    ],
)
def test_one_wrong_value_is_found_and_named(
    cores: int, row: int, name: str, value: float, error: type[ValueError]
) -> None:
    given = columns(time=np.arange(ROWS, dtype=np.float64))
    given[name][row] = value
    with pytest.raises(error, match=rf"{name}\[{row}\]"):
        CustodyNetwork(**given, holders=HOLDERS)


@pytest.mark.parametrize("dense", [True, False])
def test_counting_sorts_as_comparing_does(dense: bool) -> None:
    """Years and numbered keys, some repeated: by year, supply first, then by key, then by row."""
    random = np.random.default_rng(5)
    spread = 1 if dense else 10**9
    given = columns(time=random.integers(1950, 2020, ROWS) * spread)
    key = random.integers(-ROWS, ROWS, ROWS) * spread
    net = CustodyNetwork(**given, holders=HOLDERS, key=key)
    texts = np.char.zfill((key // spread + ROWS).astype(str), 9)
    assert net.order().tolist() == CustodyNetwork(**given, holders=HOLDERS, key=texts).order().tolist()
    apart = CustodyNetwork(
        np.zeros(ROWS, int), np.ones(ROWS, int), given["time"], given["quantity"], 2, key=key
    ).order()
    assert apart.tolist() == np.lexsort((np.arange(ROWS), key, given["time"])).tolist()
