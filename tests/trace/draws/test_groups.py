"""What goods are told apart by: every move and node has one group, every arrival one channel."""

import numpy as np
import pytest
from small_ledgers import opening, planned, say

from takingstock.trace.draws.groups import grouping

TOLD = [
    say("d1", "USA", "iraqi-army", when="2004", made="1990"),
    say("d2", "BGR", "iraqi-army", when="2004", made_in="BGR"),
    say("d3", "unknown-supplier", "faction", when="2005"),
    say("c1", "iraqi-army", "faction", when="2014", mode="capture"),
    say("c2", "iraqi-army", "faction", when="2015", mode="theft-or-leakage"),
    say("r", "faction", "rivals", when="2016", mode="illicit-purchase"),
]


def grouped(told=TOLD, holder="faction", counts=(), of="received"):
    asked, laid = planned(told, holder, counts, of=of)
    return laid, grouping(asked, laid, of)


def of_move(laid, found, key):
    return found.groups[found.move_group[[m.key for m in laid.moves].index(key)]]


def test_what_begins_with_a_move_is_told_by_party_kind_class_country_and_date():
    laid, found = grouped()
    assert of_move(laid, found, "d1") == (("USA", "produced"), ("vehicle.truck", "USA", "1990"))
    # A source that has the sender's state make them is believed, whatever the table has.
    assert of_move(laid, found, "d2") == (("BGR", "produced"), ("vehicle.truck", "BGR", ""))
    assert of_move(laid, found, "d3") == (("unknown-supplier", "unrecorded"), ("vehicle.truck", None, ""))


def test_every_move_and_node_has_its_group():
    laid, found = grouped(counts=[opening("iraqi-army", when="2000")])
    assert len(found.move_group) == len(laid.moves)
    assert len(found.node_group) == len(found.lack_group) == len(laid.nodes)
    assert {g for column in (found.move_group, found.node_group, found.lack_group) for g in column.tolist()} == set(
        range(len(found.groups))
    )
    for number, (origin, fine) in enumerate(found.groups):
        assert found.origins[found.origin_of[number]] == origin
        assert found.finest[found.finest_of[number]] == fine
    army = [n for n, (holder, _) in enumerate(laid.nodes) if laid.labels[holder] == "iraqi-army"]
    assert {found.groups[found.node_group[n]][0] for n in army} == {("iraqi-army", "opening")}
    assert {found.groups[found.lack_group[n]][0] for n in army} == {("iraqi-army", "unrecorded")}
    maker = [n for n, (holder, _) in enumerate(laid.nodes) if laid.labels[holder] == "USA"]
    assert {found.groups[found.lack_group[n]] for n in maker} == {(("USA", "produced"), ("vehicle.truck", "USA", ""))}
    assert found.lack_kind[maker].tolist() == [0]
    assert found.lack_kind[army].tolist() == [1]


def test_a_channel_is_who_and_how_and_only_for_what_arrives():
    laid, found = grouped()
    assert found.channels == (
        ("iraqi-army", "capture", 0), ("iraqi-army", "theft-or-leakage", 0), ("unknown-supplier", "export", 0)
    )  # fmt: skip
    by_move = {
        m.key: {int(c) for c in found.row_channel[laid.rows.first_row[n] : laid.rows.first_row[n + 1]]}
        for n, m in enumerate(laid.moves)
    }
    assert by_move == {"d1": {-1}, "d2": {-1}, "d3": {2}, "c1": {0}, "c2": {1}, "r": {-1}}


def test_all_rows_of_a_vague_arrival_are_of_its_channel():
    told = [
        say("d", "BGR", "iraqi-army", when="2004", item="rifle.ak.akm"),
        say("c", "iraqi-army", "faction", when="2014", item="rifle.ak", mode="capture"),
    ]
    laid, found = grouped(told)
    place = [m.key for m in laid.moves].index("c")
    rows = found.row_channel[laid.rows.first_row[place] : laid.rows.first_row[place + 1]]
    assert len(rows) > 1
    assert set(rows.tolist()) == {0}


def test_what_is_held_has_no_channels():
    _laid, found = grouped(of="held")
    assert found.channels == (("", "held", 0),)
    assert set(found.row_channel.tolist()) == {-1}


def test_a_lot_begins_as_its_first_link_does():
    told = [
        say("l1", "USA", "rivals", when="2004", chain="c", link=1),
        say("l2", "rivals", "faction", when="2005", chain="c", link=2),
    ]
    laid, found = grouped(told)
    marked = [n for n, (holder, _) in enumerate(laid.nodes) if "\x1flot" in laid.labels[holder]]
    assert {found.groups[found.lack_group[n]][0] for n in marked} == {("USA", "produced"), ("rivals", "produced")}
    # A holder's other stocks do not begin so.
    plainly = next(n for n, (holder, _) in enumerate(laid.nodes) if laid.labels[holder] == "rivals")
    assert found.groups[found.lack_group[plainly]][0] == ("rivals", "unrecorded")
    assert found.channels == (("rivals", "export", 0),)


def test_sums_add_nothing_and_lose_nothing():
    _laid, found = grouped(counts=[opening("iraqi-army", when="2000")])
    mass = np.random.default_rng(1).random((len(found.channels), len(found.groups), 5))
    origins = np.zeros((len(found.origins), 4))
    channels = np.zeros((len(found.channels), len(found.finest), 4))
    found.sum_origins(mass, origins)
    found.sum_channels(mass, channels)
    # The last block may be narrower than its lanes.
    assert origins.sum(axis=0) == pytest.approx(mass.sum(axis=(0, 1))[:4])
    assert channels.sum(axis=1) == pytest.approx(mass.sum(axis=1)[:, :4])
    number = found.origins.index(("iraqi-army", "opening"))
    members = [n for n, group in enumerate(found.groups) if group[0] == ("iraqi-army", "opening")]
    assert origins[number] == pytest.approx(mass[:, members, :4].sum(axis=(0, 1)))


def test_groups_do_not_depend_on_the_order_of_rows():
    assert grouped()[1].groups == grouped(TOLD[::-1])[1].groups
