"""An added diversion never lowers any reported number; and what must not matter does not."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import ARMIES, DIVERTING, GROUPS, HOLDERS, RIFLE, background, dossier, lost, moved, stocked

from takingstock.records import Mode
from takingstock.risk.forecast import forecast, history

DRAWS = 80
GRADES = ("A1", "B2", "C3", "D4", "E5", "F6")
ITEMS = (RIFLE, "rifle.assault.ak.akm", "weapons", "tank", "rocket-launcher.rpg-7.rpg-7")
QUANTITIES = ("?", "1", "30", "~700", "400..900", ">=2000", "5000", "<=60000")
WHENS = ("", "2003", "2008-05", "2011..2014", "2015-06-30", "2026-03", "..2010")


@st.composite
def events(draw, key):
    """A diversion, told by a movement or by a count of what was lost."""
    holder, item = draw(st.sampled_from(HOLDERS)), draw(st.sampled_from(ITEMS))
    quantity, when, grade = (draw(st.sampled_from(pool)) for pool in (QUANTITIES, WHENS, GRADES))
    mode = draw(st.sampled_from((*DIVERTING, None)))
    if mode is None:
        return lost(key, holder, quantity, when, item=item, grade=grade)
    to = None if mode is Mode.LOSS else draw(st.sampled_from((*GROUPS, *(one for one in HOLDERS if one != holder))))
    more = {"authorised": False} if mode is Mode.RETRANSFER else {}
    source = draw(st.sampled_from(("register", "report")))
    return moved(key, holder, to, quantity, when, mode, item=item, grade=grade, source=source, **more)


def lawful(key):
    return st.builds(
        lambda giver, to, quantity, when, mode: moved(key, giver if giver != to else None, to, quantity, when, mode),
        st.sampled_from((None, *HOLDERS)),
        st.sampled_from(HOLDERS),
        st.sampled_from(QUANTITIES),
        st.sampled_from(WHENS),
        st.sampled_from((Mode.EXPORT, Mode.ISSUE, Mode.RETURN, Mode.RECOVERY)),
    )


LEDGERS = st.tuples(
    st.integers(0, 6).flatmap(lambda n: st.tuples(*(lawful(f"l{i}") for i in range(n)))),
    st.integers(0, 4).flatmap(lambda n: st.tuples(*(events(f"e{i}") for i in range(n)))),
)


def made(rows):
    statements = [row for row in rows if hasattr(row, "movement")]
    return background(statements, [row for row in rows if not hasattr(row, "movement")])


def numbers(found):
    return [
        value
        for horizon in found.horizons
        for one in (horizon.any, horizon.tenth, horizon.expected)
        for value in (one.value, one.low, one.high)
    ]


def hazards(found):
    return [value for one in found.modes for value in (one.hazard.value, one.hazard.low, one.hazard.high)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    LEDGERS,
    events("added"),
    st.sampled_from((*HOLDERS, None)),
    st.sampled_from((RIFLE, "tank")),
    st.sampled_from(("12", "1000", "?")),
    st.booleans(),
)
def test_an_added_diversion_never_lowers_a_number(rows, added, user, item, quantity, base):
    old = [*(stocked() if base else ()), *rows[0], *rows[1]]
    before = forecast(dossier(made(old), user, quantity, item), seed=3, draws=DRAWS, brief=True)
    after = forecast(dossier(made([*old, added]), user, quantity, item), seed=3, draws=DRAWS, brief=True)
    for low, high in zip(numbers(before) + hazards(before), numbers(after) + hazards(after), strict=True):
        assert high >= low * (1 - 1e-9) - 1e-12


@settings(max_examples=15, deadline=None)
@given(LEDGERS, events("added"))
def test_nor_with_any_control_in_place(rows, added):
    old = [*stocked(), *rows[0], *rows[1]]
    before = forecast(dossier(made(old)), draws=40).mitigated
    after = forecast(dossier(made([*old, added])), draws=40).mitigated
    for one, other in zip(before, after, strict=True):
        assert one.control == other.control
        for low, high in zip(numbers(one), numbers(other), strict=True):
            assert high >= low * (1 - 1e-9) - 1e-12


def test_an_added_diversion_of_the_end_user_raises_the_forecast():
    before = forecast(dossier(background(stocked())), brief=True)
    event = moved("e", "alphaland-first", "red-group", 800, "2011", Mode.CAPTURE)
    after = forecast(dossier(background([*stocked(), event])), brief=True)
    assert after.horizons[1].any.value > 1.15 * before.horizons[1].any.value
    assert after.horizons[1].expected.value > 1.5 * before.horizons[1].expected.value


def test_the_nearer_the_loss_the_more_it_says():
    def five(holder):
        event = moved("e", holder, "red-group", 800, "2011", Mode.CAPTURE)
        return forecast(dossier(background([*stocked(), event])), brief=True).horizons[1].any.value

    own, sister, other = five("alphaland-first"), five("alphaland-second"), five("betaland-first")
    assert own > sister > other > forecast(dossier(background(stocked())), brief=True).horizons[1].any.value


def test_a_late_loss_does_not_lengthen_the_time_without_losses():
    early = history(background(stocked()))
    late = history(background([*stocked(), moved("e", ARMIES[1], GROUPS[0], 10, "2029", Mode.CAPTURE)]))
    assert late.found.end == early.found.end


def test_what_a_captor_took_is_no_lawful_stock():
    """Else one army's loss would count as another's years without loss."""
    event = moved("e", "alphaland-army", "betaland-army", 900, "2006", Mode.CAPTURE)
    before, after = history(background(stocked())).found.stocks, history(background([*stocked(), event])).found.stocks
    key = next(key for key in before if key[0] == "betaland-army")
    assert after[key] == before[key]


def test_renaming_parties_changes_nothing():
    def renamed(name):
        return f"{name[::-1]}-x"

    rows = [*stocked(), moved("e", "alphaland-first", "red-group", 800, "2011", Mode.CAPTURE)]
    update = [
        row.model_copy(
            update={
                "from_party": renamed(row.from_party) if row.from_party else None,
                "to_party": renamed(row.to_party) if row.to_party else None,
            }
        )
        for row in rows
    ]
    plain = forecast(dossier(background(rows)), draws=200)
    other = forecast(dossier(background(update, rename=renamed), renamed("alphaland-first")), draws=200)
    for one, two in zip(numbers(plain), numbers(other), strict=True):
        assert abs(one - two) <= 1e-9 * max(1.0, abs(one))
    assert [one.share for one in plain.receivers] == [one.share for one in other.receivers]


def test_the_order_of_rows_changes_nothing():
    rows = [*stocked(), moved("e", "alphaland-first", "red-group", 800, "2011", Mode.CAPTURE)]
    one = forecast(dossier(background(rows)), draws=100)
    other = forecast(dossier(background(rows[::-1])), draws=100)
    assert one == other
