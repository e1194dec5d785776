"""Money flows become payments, whole, whether the header is in the file or in a configuration beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from takingstock.exchange import recognise
from takingstock.exchange.flows import configuration, read_flows
from takingstock.exchange.readers import Asked
from takingstock.records import BadFileError, Ledger

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/flows"
ASKED = Asked(ledger=Ledger(title="", revision=1, head=""))
real = pytest.mark.skipif(not SHARED.is_dir(), reason="the worked examples are not at hand")


@real
@pytest.mark.parametrize("file", sorted(SHARED.glob("*/*_txns*.csv")), ids=lambda file: file.name)
def test_every_row_of_every_example_is_a_payment(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if line.strip()]
    assert recognise(file) == "flows"
    reading = read_flows(file, ASKED)
    header = lines[0].lower().startswith(("txn", "timestamp"))
    assert reading.read == reading.ledger == len(reading.payments) == len(lines) - header
    amounts = [float(payment.amount.amount.low or 0) for payment in reading.payments]
    column = (configuration(file) or {})["transaction_header"].index("amt")
    assert sum(amounts) == pytest.approx(sum(float(line.split(",")[column]) for line in lines[header:]))
    assert reading.sources[0].coverage is not None
    assert reading.sources[0].coverage.period.known


@real
def test_balances_and_kinds_are_kept() -> None:
    (file,) = SHARED.glob("4_*/account_txns_bal.csv")
    payments = read_flows(file, ASKED).payments
    assert any(payment.balance_to is not None for payment in payments)
    assert {payment.kind for payment in payments} >= {"deposit", "withdrawal"}


def test_a_header_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "money.csv"
    file.write_text("txn_ID,src_ID,tgt_ID,timestamp,type,amt\n1,A,B,2017-03-01 00:02:00,p2p,4000\n2,A,B,soon,p2p,1\n")
    assert recognise(file) == "flows"
    reading = read_flows(file, ASKED)
    (payment,) = reading.payments
    assert (payment.from_account, payment.to_account, payment.at) == ("A", "B", "2017-03-01T00:02:00")
    assert (payment.amount.currency, str(payment.when), payment.category) == ("XXX", "2017-03-01", "p2p")
    assert "not a time: 'soon'" in reading.rejected[0].reason
    assert any("no currency" in note for note in reading.notes)


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"transaction_header": ["a", "b"]})])
def test_a_broken_configuration_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "x_config.json").write_text(text)
    (tmp_path / "x_txns.csv").write_text("1,2,3\n")
    with pytest.raises(BadFileError, match="x_config"):
        configuration(tmp_path / "x_txns.csv")
