"""Whatever bytes come in: the named errors only, and every row in exactly one place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takingstock.exchange import read_sipri, read_template, recognise
from takingstock.records import BadFileError

TEMPLATE = (
    b"id,movement,source,item,from,to,via,quantity,unit,when,mode,value,currency,marks,latitude,longitude,link,grade\n"
    b's1,m1,src,tank.m1.m1a1,USA,Iraq,,140,items,2010..2012,export,5,USD,"a; b",33,44,1,B2\n'
    b"s2,,src,rifle.assault.ak,Iraq,islamic-state,,>=40,,2014-06,capture,,,,,,,\n"
)
REGISTER = (
    b"made 2014, the years from 1950 to 2013\n"
    b"Deal ID,Seller,Buyer,Designation,Description,Numbers delivered,Numbers delivered is estimate,Delivery year,"
    b"Local production\n"
    b"1,Hungary,Iraq,T-72M1,tank,77,No,2005,No;\n2,China,Iran,QW-11,portable SAM,(10),Yes,2007,Yes;\n"
)

Edit = tuple[int, int, bytes]
edits = st.lists(
    st.tuples(
        st.integers(0, 600),
        st.integers(0, 6),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"-1", b"(", b"?", b"1e400", b"\xef\xbb\xbf"]
            ),
        ),
    ),
    min_size=1,
    max_size=5,
)


def mutated(data: bytes, changes: list[Edit]) -> bytes:
    for place, length, new in changes:
        at = place % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "x.csv"


COMMON = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@COMMON
@given(changes=edits)
def test_a_mutated_template(file: Path, changes: list[Edit]) -> None:
    file.write_bytes(mutated(TEMPLATE, changes))
    try:
        reading = read_template(file)
    except BadFileError:
        return
    assert reading.read == reading.ledger + len(reading.review) + len(reading.rejected)
    assert all(row.reason and row.line > 1 for row in reading.rejected)


@COMMON
@given(changes=edits)
def test_a_mutated_register(file: Path, changes: list[Edit]) -> None:
    file.write_bytes(mutated(REGISTER, changes))
    try:
        reading = read_sipri(file)
    except BadFileError:
        return
    assert reading.read == reading.ledger + len(reading.review) + len(reading.rejected)
    taken = {key for keys in reading.taken for key in keys}
    # A row whose name a rule read brings the naming too.
    assert {statement.id for statement in reading.statements} == {id for table, id in taken if table == "statements"}
    assert {naming.id for naming in reading.namings} == {id for table, id in taken if table == "namings"}


@COMMON
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    try:
        reader = recognise(file)
    except BadFileError:
        return
    assert reader in {"template", "sipri"}
