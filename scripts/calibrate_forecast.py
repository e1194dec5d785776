"""Write the calibration into docs/forecast.md and docs/forecast.svg: how far the forecast of diversion can be believed.

Run: .venv/bin/python scripts/calibrate_forecast.py. Two kinds of worlds whose truth is known are cut at a day, forecast
from what was recorded until then, and held against their truth. *Loss histories* are made by the forecast's own process
(assumed), or by one that breaks one of its assumptions. *Worlds* are those of takingstock.worlds, whose wars, campaigns
and routes the forecast knows nothing of. Seeds are 1, 2, 3 …, so the same version gives the same page.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np

from takingstock import __version__
from takingstock.records import (
    Application,
    DateRange,
    Forecast,
    Goods,
    Grade,
    Ledger,
    Mode,
    Party,
    PartyKind,
    Quantity,
    Source,
    Statement,
)
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.forecast import GoodsClass, Priors, forecast, shipped
from takingstock.risk.forecast.modes import MODES
from takingstock.worlds import MECHANISMS, world
from takingstock.worlds.knobs import Knobs
from takingstock.worlds.running import calendar
from takingstock.worlds.scene import FAMILY, GROUP, RIVAL, SINGLE, Route, scene
from takingstock.worlds.summary import BAND, Rate, mark, rate

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- calibration: begin -->", "<!-- calibration: end -->"
RIFLE = "rifle.assault.ak"
FIRST, CUT = 2000, 2015
YEARS = 5
SIZE = 160
KIND_OF = dict(zip(MODES, (Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.RETRANSFER, Mode.LOSS), strict=True))


@dataclass(frozen=True)
class Breach:
    """How a loss history differs from what the forecast assumes; the defaults keep all of it.

    ``low``: the true base rates are this many times those of the prior. ``later``: rates after the cut are so many
    times those before. ``recorded``: the part that is recorded, outside the prior's range. ``burst``: losses come in
    one year of so many, then so many times as often. ``collapse``: the probability that at some day an army loses nine
    tenths of all it has at once. ``truncated``: years before the cut that the register covers. ``share``: events take
    so many times the assumed share."""

    says: str
    low: float = 1.0
    later: float = 1.0
    recorded: float | None = None
    burst: int = 1
    collapse: float = 0.0
    truncated: int = CUT - FIRST
    share: float = 1.0


BREACHES = {
    "assumed": Breach("keeps everything: the forecast's own process, its rates drawn from its own prior"),
    "clustered in time": Breach("losses come in one year of five, then five times as often", burst=5),
    "collapse": Breach("with 30 %, at some day of 20 years, an army loses 90 % of all it has at once", collapse=0.3),
    "under-recorded": Breach("one loss in 50 is recorded, fewer than the prior thinks possible", recorded=0.02),
    "truncated register": Breach("the register covers the last three years only", truncated=3),
    "rates that rise": Breach("after the cut all rates are four times as high", later=4.0),
    "rates that fall": Breach("after the cut all rates are a quarter", later=0.25),
    "larger events": Breach("an event takes twice the share that is assumed", share=2.0),
    "smaller events": Breach("an event takes a third of the share that is assumed", share=1 / 3),
    "prior ten times too low": Breach("true base rates are ten times those of the prior", low=10.0),
    "prior ten times too high": Breach("true base rates are a tenth of those of the prior", low=0.1),
}


@dataclass(frozen=True)
class Trial:
    """One forecast against its truth. ``covered`` by what the interval was of; ``said`` and ``came`` for the events
    "any" and "tenth"; ``width`` of the interval of the expected share; ``mean`` and ``true`` expected share;
    ``losses`` on record."""

    group: str
    world: int
    covered: dict[str, bool]
    said: dict[str, float]
    came: dict[str, bool]
    width: float
    mean: float
    true: float
    losses: int


# -- loss histories --------------------------------------------------------------------------------------------------


class _Past:
    """A ledger of three states with an army of four units each, told until the cut, and the true rates."""

    def __init__(self, seed: int, name: str, breach: Breach, priors: Priors, years: int) -> None:
        self.rng = np.random.default_rng([crc32(name.encode()), seed])
        self.breach, self.priors = breach, priors
        self.rows = priors.of(GoodsClass.PORTABLE)
        self.first = CUT - years
        self.parties: list[Party] = []
        self.statements: list[Statement] = []
        self.rates: dict[str, np.ndarray] = {}
        self.collapse: dict[str, float] = {}
        base = np.array([self.rng.gamma(row.shape, row.mean / row.shape) * breach.low for row in self.rows])
        spread = [
            np.exp(self.rng.uniform(np.log(row.recorded_low), np.log(row.recorded_high)))
            if breach.recorded is None
            else breach.recorded
            for row in self.rows
        ]
        self.recorded = np.array(spread)
        for state in range(3):
            of_state = self._around(base)
            self._party(f"state{state}", PartyKind.STATE)
            of_army = self._around(of_state)
            army = f"army{state}"
            self._party(army, PartyKind.FORCE, f"state{state}")
            if self.rng.random() < breach.collapse:
                self.collapse[army] = self.rng.uniform(self.first, CUT + YEARS)
            for unit in range(4):
                name_ = f"unit{state}{unit}"
                self._party(name_, PartyKind.UNIT, army)
                self.rates[name_] = self._around(of_army)
                self._live(name_, army)

    def _around(self, rates: np.ndarray) -> np.ndarray:
        return rates * self.rng.gamma(self.priors.alike, 1 / self.priors.alike, len(rates))

    def _party(self, name: str, kind: PartyKind, part_of: str | None = None) -> None:
        self.parties.append(Party(id=name, name=name, kind=kind, part_of=part_of))

    def events(self, name: str, start: float, end: float, scale: float) -> list[tuple[float, int, float]]:
        """Day, mode and share of the losses of one holder."""
        found = []
        for mode, row in enumerate(self.rows):
            share = min(0.95, row.share * self.breach.share)
            per_year = self.rates[name][mode] / row.share * scale
            year = start
            while year < end:
                length = min(1.0, end - year)
                hot = int(year) % self.breach.burst == 0
                number = self.rng.poisson(per_year * length * (self.breach.burst if hot else 0.0))
                for _ in range(number):
                    taken = self.rng.beta(share * row.concentration, (1 - share) * row.concentration)
                    found.append((year + self.rng.uniform(0, length), mode, taken))
                year += 1.0
        return sorted(found)

    def _live(self, name: str, army: str) -> None:
        held = 0.0
        came = [(self.first + self.rng.uniform(0, 0.1), None, float(self.rng.integers(500, 5000)))]
        came += [
            (self.rng.uniform(self.first, CUT), None, float(self.rng.integers(100, 1500)))
            for _ in range(self.rng.poisson(1.5))
        ]
        lost: list[tuple[float, int | None, float]] = list(self.events(name, self.first, CUT, 1.0))
        if (day := self.collapse.get(army, CUT + 1.0)) < CUT:
            lost.append((day, len(MODES) - 1, 0.9))
        for number, (day, mode, amount) in enumerate(sorted([*came, *lost], key=lambda one: one[0])):
            if mode is None:
                held += amount
                if day >= CUT - self.breach.truncated:
                    self._tell(f"{name}-{number}", None, name, amount, day, Mode.EXPORT)
                continue
            taken = float(round(held * amount))
            held -= taken
            told = self.rng.random() < self.recorded[mode] and day >= CUT - self.breach.truncated
            if taken and told:
                to = None if MODES[mode] == MODES[-1] else "group"
                self._tell(f"{name}-{number}", name, to, taken, day, KIND_OF[MODES[mode]])

    def _tell(self, key: str, giver: str | None, to: str | None, amount: float, day: float, mode: Mode) -> None:
        when = date(int(day), 1, 1) + timedelta(days=int(day % 1 * 365))
        self.statements.append(
            Statement(
                id=f"s-{key}",
                movement=key,
                source="source",
                item=RIFLE,
                from_party=giver,
                to_party=to,
                quantity=Quantity.exact(round(amount)),
                when=DateRange.day(when),
                mode=mode,
                authorised=False if mode is Mode.RETRANSFER else None,
                grade=Grade.parse("A1"),
            )
        )

    def ledger(self) -> Ledger:
        group = Party(id="group", name="group", kind=PartyKind.ARMED_GROUP)
        return Ledger(
            title="loss history",
            revision=0,
            head="",
            sources=(Source(id="source", title="source"),),
            parties=(*self.parties, group),
            statements=tuple(sorted(self.statements, key=lambda one: one.id)),
        )


def trial(seed: int, name: str, *, draws: int = 500, years: int = CUT - FIRST) -> list[Trial]:
    """The forecasts of one loss history, for a unit of each state."""
    breach, priors = BREACHES[name], shipped()
    past = _Past(seed, name, breach, priors, years)
    ledger = past.ledger()
    background = Background(ledger, taxonomy(), directory(ledger.parties), known=date(CUT, 1, 1))
    found = []
    for state in range(3):
        unit, army = f"unit{state}0", f"army{state}"
        made = _forecast(background, unit, "1000", draws, seed)
        scaled = past.rates[unit] * min(0.95 / 0.4, breach.share) * breach.later
        total = float(scaled.sum())
        true = 1 - np.exp(-YEARS * total)
        events = past.events(unit, CUT, CUT + YEARS, breach.later)
        if past.collapse.get(army, 0.0) >= CUT:
            events.append((past.collapse[army], 3, 0.9))
        left, any_ = 1.0, False
        for _, _, share in events:
            any_ = any_ or past.rng.binomial(1000, share) > 0
            left *= 1 - share
        covered = {"expected": _inside(true * 1000, made.horizons[1].expected)}
        covered |= {
            mode.value: _inside(float(scaled[place]), made.modes[place].hazard) for place, mode in enumerate(MODES)
        }
        found.append(
            _trial(name, seed, made, 1, 1000.0, covered, any_, 1 - left >= 0.1, float(true), len(ledger.statements))
        )
    return found


def _forecast(
    background: Background, user: str, quantity: str, draws: int, seed: int, priors: Priors | None = None
) -> Forecast:
    goods = (Goods(item=RIFLE, quantity=Quantity.parse(quantity)),)
    return forecast(
        Dossier(background, Application(id="a", end_user=user, goods=goods)),
        priors=priors,
        draws=draws,
        seed=seed,
        brief=True,
    )


def _inside(value: float, found: object) -> bool:
    return bool(found.low <= value <= found.high)  # type: ignore[attr-defined]


def _trial(
    group: str,
    seed: int,
    made: Forecast,
    place: int,
    quantity: float,
    covered: dict[str, bool],
    any_: bool,
    tenth: bool,
    true: float,
    losses: int,
) -> Trial:
    horizon = made.horizons[place]
    return Trial(
        group=group,
        world=seed,
        covered=covered,
        said={"any": horizon.any.value, "tenth": horizon.tenth.value},
        came={"any": any_, "tenth": tenth},
        width=(horizon.expected.high - horizon.expected.low) / quantity,
        mean=horizon.expected.value / quantity,
        true=true,
        losses=losses,
    )


# -- the worlds of takingstock.worlds --------------------------------------------------------------------------------

_TAKEN = frozenset({Mode.CAPTURE, Mode.THEFT_OR_LEAKAGE, Mode.ILLICIT_PURCHASE})
_LEAST = 100.0


def worldly(seed: int, mechanism: str, *, draws: int = 500, times: float = 1.0) -> list[Trial]:
    """The forecasts of one world for each lawful holder that has a stock, one year on from a cut in the war. ``times``:
    the prior rates are so many times the shipped ones."""
    made = world(seed, mechanism, SIZE)
    truth = made.truth
    last = truth.movements[-1].when
    cut = truth.register_begins + timedelta(days=round((last - truth.register_begins).days * 0.75))
    end = cut + timedelta(days=365)
    known = made.ledger.model_copy(
        update={
            "statements": tuple(
                one for one in made.ledger.statements if one.when.last is not None and one.when.last <= cut
            )
        }
    )
    background = Background(known, taxonomy(), directory(known.parties), known=cut)
    rates = _routes(seed, mechanism, truth.register_begins, truth.at)
    priors = shipped()
    if times != 1.0:
        priors = replace(priors, rows=tuple(replace(row, mean=row.mean * times) for row in priors.rows))
    found = []
    for holder in sorted({route.giver for route in rates}):
        stock = _stock(truth.movements, holder, cut)
        whole = sum(stock.values())
        if whole < _LEAST:
            continue
        hazard = _hazard(rates, holder, stock, truth.register_begins, last, cut)
        lost = [one for one in truth.movements if one.from_party == holder and cut < one.when <= end and _diverts(one)]
        share = sum(one.quantity for one in lost) / whole
        forecasted = _forecast(background, holder, str(round(whole)), draws, seed, priors)
        true = 1 - float(np.exp(-hazard))
        covered = {"expected": _inside(true * round(whole), forecasted.horizons[0].expected)}
        found.append(
            _trial(
                mechanism,
                seed,
                forecasted,
                0,
                round(whole),
                covered,
                bool(lost),
                share >= 0.1,
                true,
                len(known.statements),
            )
        )
    return found


def _diverts(one: object) -> bool:
    return one.mode in _TAKEN or (one.mode is Mode.RETRANSFER and one.to_party in {GROUP, RIVAL})  # type: ignore[attr-defined]


def _routes(seed: int, mechanism: str, register: date, at: date) -> dict[Route, float]:
    """The routes by which goods leave lawful hands in that world, with how many movements are planned on each."""
    how = MECHANISMS[mechanism]
    knobs = how.knobs(Knobs())
    for attempt in range(200):
        stem = f"takingstock world {how.name}/{seed}/{attempt}"
        time = calendar(random.Random(f"{stem}/time"), knobs)
        if (time.register, time.at) == (register, at):
            every = scene(random.Random(f"{stem}/scene"), SIZE).routes
            total = sum(route.weight for route in every)
            return {
                route: SIZE * route.weight / total
                for route in every
                if route.giver not in {GROUP, RIVAL} and route.to in {GROUP, RIVAL}
            }
    raise ValueError(f"world {seed} of {mechanism} cannot be made again")


def _stock(movements: Iterable[object], holder: str, day: date) -> dict[str, float]:
    held: dict[str, float] = {}
    for one in movements:
        if one.when > day:  # type: ignore[attr-defined]
            break
        sign = (one.to_party == holder) - (one.from_party == holder)  # type: ignore[attr-defined]
        if not sign:
            continue
        if one.item in held or sign > 0 or one.item != FAMILY:  # type: ignore[attr-defined]
            held[one.item] = max(0.0, held.get(one.item, 0.0) + sign * one.quantity)  # type: ignore[attr-defined]
            continue
        # A mixture of the family leaves its classes alike.
        inside = {item: amount for item, amount in held.items() if item.startswith(FAMILY)}
        total = sum(inside.values())
        for item, amount in inside.items():
            held[item] = amount * max(0.0, 1 - one.quantity / total) if total else 0.0  # type: ignore[attr-defined]
    return held


def _hazard(
    rates: dict[Route, float], holder: str, stock: dict[str, float], register: date, last: date, cut: date
) -> float:
    """The share of the stock that is expected to be lost in the year after the cut, by the world's own plan."""
    whole = sum(stock.values())
    span = (last - register).days
    total = 0.0
    for route, planned in rates.items():
        if route.giver != holder:
            continue
        first, end = (part * span for part in route.window)
        start = (cut - register).days
        active = max(0.0, min(end, start + 365.0) - max(first, start)) / (end - first)
        for commodity, chance in ((FAMILY, 0.8), (SINGLE, 0.2)):
            inside = [amount for item, amount in stock.items() if item.startswith(commodity)]
            amount = sum(inside)
            if amount <= 0:
                continue
            one_class = sum((part / amount) ** 2 for part in inside)
            taken = (route.low + route.high) / 2 * (1 - route.leaf + route.leaf * one_class)
            total += planned * active * chance * taken * amount / whole
    return total


# -- the page --------------------------------------------------------------------------------------------------------


def page(
    histories: dict[str, list[Trial]], worlds: dict[str, list[Trial]], high: dict[str, list[Trial]], draws: int
) -> str:
    """The part of docs/forecast.md between the marks."""
    assumed = histories["assumed"]
    modes = ["expected", *(mode.value for mode in MODES)]
    rows = [(f"`{name}`", BREACHES[name].says, len(found), *_scores(found)) for name, found in histories.items()]
    every = [one for found in worlds.values() for one in found]
    all_high = [one for found in high.values() for one in found]
    return "\n\n".join(
        (
            f"Made by `scripts/calibrate_forecast.py`; no figure here is typed in. takingstock {__version__}, {draws} "
            f"draws a forecast. ✓ within {BAND[0]:.0%} to {BAND[1]:.0%}, ↓ or ↑ clearly outside, ~ cannot be told; ± "
            "is one standard error with the ledger as the trial. *any* and *tenth* are the mean probability said, and "
            "how often it came to be.",
            f"**Loss histories**: ledgers of 12 units in 3 states over {CUT - FIRST} years; three forecasts each, over "
            f"{YEARS} years and 1,000 rifles.",
            _table(
                (
                    "history", "what it keeps or breaks", "forecasts", "90 % interval holds the true expected number",
                    "mean width (share)", "any: said / came", "tenth: said / came", "share: forecast / true",
                ),
                rows,
            ),
            "Where the assumptions hold, by what the interval is of:",
            _table(
                ("of", "forecasts", "coverage"),
                [(name, len(assumed), _coverage(assumed, name)) for name in modes],
            ),
            f"Where the assumptions hold, by the probability that was said ({YEARS} years):",
            _table(("event", "said", "forecasts", "mean said", "came"), _reliability(assumed)),
            f"**Worlds** of `takingstock.worlds` (about {SIZE} movements, war, campaigns that end, routes that open; "
            "every holder with a stock that the plan may take from, one year on from a cut in the war). The "
            "forecast's assumptions do not hold in any of them: depots fall in one campaign and not all along, and "
            "their rates are far above the shipped prior. The true expected number is that of the world's own plan for "
            "that year.",
            _table(
                ("mechanism", "forecasts", "90 % interval holds the true expected number", "mean width (share)",
                 "any: said / came", "tenth: said / came", "share: forecast / true"),
                [*((f"`{name}`", len(found), *_scores(found)) for name, found in worlds.items()),
                 ("**all**", len(every), *_scores(every)),
                 ("**all, prior ten times as high**", len(all_high), *_scores(all_high))],
            ),
            "By the probability that was said (one year, all mechanisms):",
            _table(("event", "said", "forecasts", "mean said", "came"), _reliability(every)),
        )
    )  # fmt: skip


def covered(found: Sequence[Trial], of: str = "expected") -> Rate:
    """How often the interval held the truth, with the ledger as the trial."""
    by_world: dict[tuple[str, int], list[bool]] = {}
    for one in found:
        by_world.setdefault((one.group, one.world), []).append(one.covered[of])
    return rate((sum(hits), len(hits)) for hits in by_world.values())


def reliability(found: Sequence[Trial], event: str) -> list[tuple[float, int, float, float]]:
    """By tenths of the probability said: upper end, how many, mean said, how often it came."""
    rows = []
    for upper in range(1, 11):
        chosen = [one for one in found if (upper - 1) / 10 <= one.said[event] < upper / 10 + (upper == 10)]
        if chosen:
            said = sum(one.said[event] for one in chosen) / len(chosen)
            rows.append((upper / 10, len(chosen), said, sum(one.came[event] for one in chosen) / len(chosen)))
    return rows


def _scores(found: Sequence[Trial]) -> tuple[str, ...]:
    def mean(values: Iterable[float]) -> float:
        return float(np.mean(list(values)))

    return (
        _coverage(found, "expected"),
        f"{mean(one.width for one in found):.2f}",
        *(
            f"{100 * mean(one.said[event] for one in found):.0f} / {100 * mean(one.came[event] for one in found):.0f} %"
            for event in ("any", "tenth")
        ),
        f"{100 * mean(one.mean for one in found):.1f} / {100 * mean(one.true for one in found):.1f} %",
    )


def _coverage(found: Sequence[Trial], of: str) -> str:
    made = covered(found, of)
    return f"{100 * (made.value or 0):.1f} ± {100 * (made.by_world or 0):.1f} {mark(made)}"


def _reliability(found: Sequence[Trial]) -> list[tuple[object, ...]]:
    return [
        (event, f"{100 * upper - 10:.0f} to {100 * upper:.0f} %", number, f"{100 * said:.0f} %",
         f"{100 * came:.0f} ± {100 * (max(came * (1 - came), 0.25 / number) / number) ** 0.5:.0f} %")
        for event in ("any", "tenth")
        for upper, number, said, came in reliability(found, event)
    ]  # fmt: skip


def _table(head: Sequence[object], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def plot(histories: dict[str, list[Trial]], worlds: dict[str, list[Trial]]) -> str:
    """Coverage by history and mechanism, and reliability where assumptions hold and in the worlds, as SVG."""
    import altair as alt
    import vl_convert

    rows = []
    for kind, groups in (("loss history", histories), ("world", worlds)):
        for name, found in groups.items():
            made = covered(found)
            value, error = made.value or 0.0, made.by_world or 0.0
            rows.append(
                {
                    "name": name,
                    "kind": kind,
                    "coverage": value,
                    "low": max(0, value - 2 * error),
                    "high": min(1, value + 2 * error),
                }
            )
    data, order = alt.Data(values=rows), [row["name"] for row in rows]
    scale = alt.Scale(domain=[0, 1])
    band = (
        alt.Chart(alt.Data(values=[{"from": BAND[0], "to": BAND[1]}]))
        .mark_rect(color="#dcdcdc", opacity=0.7)
        .encode(x=alt.X("from:Q", scale=scale), x2="to:Q")
    )
    title = "90% intervals that hold the true expected number (rules: two standard errors)"
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(range=["#1b5e8c", "#d1762c"]))
    y = alt.Y("name:N", sort=order, title=None)
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, size=50, opacity=1)
        .encode(x=alt.X("coverage:Q", scale=scale, axis=alt.Axis(format="%"), title=title), y=y, color=colour)
    )
    rules = alt.Chart(data).mark_rule().encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=colour)
    points = [
        {"kind": kind, "event": event, "said": said, "came": came, "number": number}
        for kind, found in (
            ("loss history", histories["assumed"]),
            ("world", [one for group in worlds.values() for one in group]),
        )
        for event in ("any", "tenth")
        for _, number, said, came in reliability(found, event)
    ]
    line = alt.Chart(alt.Data(values=[{"a": 0}, {"a": 1}])).mark_line(color="#999999").encode(x="a:Q", y="a:Q")
    reliable = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, opacity=0.9)
        .encode(
            x=alt.X("said:Q", scale=scale, axis=alt.Axis(format="%"), title="probability said"),
            y=alt.Y("came:Q", scale=scale, axis=alt.Axis(format="%"), title="came to be"),
            color=colour,
            shape=alt.Shape("event:N", title=None),
            size=alt.Size("number:Q", legend=None, scale=alt.Scale(range=[15, 200])),
        )
    )
    chart = alt.hconcat(
        (band + rules + dots).properties(width=380, height=18 * len(order)),
        (line + reliable).properties(width=300, height=300),
    )
    return str(vl_convert.vegalite_to_svg(chart.configure(font="sans-serif").configure_view(stroke=None).to_json()))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--ledgers", type=int, default=250, help="loss histories of each kind (of the assumed: 4 times)"
    )
    parser.add_argument("--worlds", type=int, default=30, help="worlds of each mechanism")
    parser.add_argument("--draws", type=int, default=500, help="draws for each forecast")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="where the page and the plot are")
    asked = parser.parse_args(arguments)
    file = asked.docs / "forecast.md"
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, mark_, after = rest.partition(END)
    if not mark_:
        raise SystemExit(f"{file} lacks the marks {BEGIN} and {END}; put them where the tables belong")
    histories = {
        name: [
            one
            for seed in range(1, 1 + asked.ledgers * (4 if name == "assumed" else 1))
            for one in trial(seed, name, draws=asked.draws)
        ]
        for name in BREACHES
    }
    seeds = range(1, 1 + asked.worlds)
    worlds, high = (
        {
            name: [one for seed in seeds for one in worldly(seed, name, draws=asked.draws, times=times)]
            for name in MECHANISMS
        }
        for times in (1.0, 10.0)
    )
    text = page(histories, worlds, high, asked.draws)
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    (asked.docs / "forecast.svg").write_text(plot(histories, worlds), encoding="utf-8")
    print(f"see {file}")


if __name__ == "__main__":
    main()
