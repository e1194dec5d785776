"""Fits the score of risk/score.py on the UK decisions of 2008 to 2010, and measures it.

    python scripts/fit_score.py DATA_FOLDER            # says whether what ships differs (exit code 1 if it does)
    python scripts/fit_score.py DATA_FOLDER --write    # writes uk_score.json, its part of docs/indicators.md, the plot

DATA_FOLDER holds ``licences/`` and ``indicators/``. Rows of military-list ratings only; refusals that cite criterion 1
alone are left out; the column of values is never read. Rows of one licence are one application. Every feature comes
through ``risk.indicators`` and ``risk.score.features``, as for a user's own application, so fit and use cannot differ.

Method: logistic regression by iteratively reweighted least squares on standardised features, with a ridge penalty (30
on every coefficient but the intercept; chosen with the data in view, the measures hardly move between 3 and 30) and
with the signs of risk.score.SIGNS, the solution being the constrained optimum (checked by its gradient). Covariance:
sandwich with destinations as clusters. Out of sample: each destination is predicted by a fit on all others. Intervals:
destinations drawn with replacement.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from takingstock.records import (
    Application,
    DateRange,
    Goods,
    Indicator,
    Ledger,
    Mode,
    PartyKind,
    Stage,
    Statement,
)
from takingstock.reference import indicators as shipped
from takingstock.reference import tables
from takingstock.reference.borders import TABLE as BORDERS
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.scores import COUNTRY, REGISTER, UK
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.indicators import indicators
from takingstock.risk.score import NAMES, OF_COUNTRY, OF_REGISTER, SIGNS, features, why_not

ROOT = Path(__file__).resolve().parents[1]
JSON = ROOT / "src" / "takingstock" / "reference" / "data" / UK
PAGE = ROOT / "docs" / "indicators.md"
PLOT = ROOT / "docs" / "images" / "uk-score.svg"
BEGIN, END = "<!-- made by scripts/fit_score.py -->", "<!-- end of what scripts/fit_score.py makes -->"
OTHERS = ("embargoes.csv", "eu_members.csv")
RIDGE = 30.0
DRAWS = 2_000
PARTITIONS = 20
SPELLINGS = {
    "Hong Kong Special Administrative Region": "HKG",
    "Guinea, Republic of": "GIN",
    "St Vincent (including the Grenadines)": "VCT",
}
MODELS = {REGISTER: OF_REGISTER, COUNTRY: OF_COUNTRY}

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """One application: a licence number, a month, a destination, its ratings. ``rows`` is how many rows it has."""

    licence: str
    month: str
    destination: str
    state: str
    ratings: tuple[str, ...]
    rows: int
    refused: bool
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """What was read and what was left out, in numbers."""

    decisions: tuple[Decision, ...]
    rows: int
    refused_rows: int
    criterion_one: int
    stateless: Counter[str]
    stateless_refused: int


@dataclass(frozen=True)
class Data:
    """``x``: one row for each decision, the columns of NAMES; ``y``: refused; ``alone``: ten less the corruption index
    of the year before (nan: none)."""

    decisions: tuple[Decision, ...]
    x: Array
    y: Array
    states: NDArray[np.str_]
    alone: Array


def select(folder: Path) -> Selection:
    """The decisions of the compilation that the fit uses. SystemExit where one licence was both granted and refused."""
    grouped: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    rows = refused_rows = one_alone = 0
    with (folder / "licences" / "uk_licences_2008_2010.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["rating"].startswith("ML"):
                continue
            refused = row["refused"] == "1"
            if refused and row["refusal_criteria"] == "1":
                one_alone += 1
                continue
            rows += 1
            refused_rows += refused
            grouped[row["licence_group"], row["destination"]].append(row)
    stateless: Counter[str] = Counter()
    stateless_refused = 0
    found = []
    for (licence, name), group in grouped.items():
        if len({row["refused"] for row in group}) > 1 or len({row["month"] for row in group}) > 1:
            raise SystemExit(f"licence {licence} was both granted and refused, or in two months; look at the data")
        party = directory().find(SPELLINGS.get(name, name), DateRange.parse(group[0]["month"]))
        refused = group[0]["refused"] == "1"
        if party is None or party.kind is not PartyKind.STATE or "+" in party.id or party.id == "GBR":
            stateless[name] += 1
            stateless_refused += refused
            continue
        criteria = sorted({one for row in group for one in row["refusal_criteria"].split(";") if one})
        ratings = tuple(sorted({row["rating"] for row in group}))
        month = group[0]["month"]
        found.append(Decision(licence, month, name, party.id, ratings, len(group), refused, tuple(criteria)))
    return Selection(tuple(found), rows, refused_rows, one_alone, stateless, stateless_refused)


def background(decisions: Sequence[Decision], *, values: Any = None) -> Background:
    """The shipped tables, and the decisions as the register that the case would hold."""
    statements = tuple(
        Statement(
            id=f"uk-{one.licence}-{rating}",
            movement=f"uk-{one.licence}-{rating}",
            source="uk-licences",
            item=f"listed.{rating.casefold()}",
            from_party="GBR",
            to_party=one.state,
            when=DateRange.parse(one.month),
            mode=Mode.EXPORT,
            stage=Stage.REFUSED if one.refused else Stage.AUTHORISED,
            reporter="GBR",
            criteria=one.criteria,
            locator=f"licence {one.licence}",
        )
        for one in decisions
        for rating in one.ratings
    )
    return Background(
        ledger=Ledger(title="UK decisions", revision=0, head="", statements=statements),
        taxonomy=taxonomy(),
        directory=directory(),
        embargoes=embargoes(),
        indicators=shipped.values() if values is None else values,
    )


def application(one: Decision) -> Application:
    return Application(
        id=one.licence,
        exporter="GBR",
        end_user=one.state,
        goods=tuple(Goods(item=f"listed.{rating.casefold()}") for rating in one.ratings),
        when=DateRange.parse(one.month),
    )


def given(around: Background, decisions: Sequence[Decision]) -> dict[tuple[str, str], tuple[Indicator, ...]]:
    """The indicators of every destination and month, through the same function as a user's application. Only the goods
    of an application could change them further, and these applications state no quantity."""
    found: dict[tuple[str, str], tuple[Indicator, ...]] = {}
    for one in decisions:
        key = one.state, one.month
        if key not in found:
            found[key] = indicators(Dossier(around, application(one)))
    return found


def load(selection: Selection, around: Background | None = None) -> Data:
    """Features and outcomes."""
    around = around or background(selection.decisions)
    known = given(around, selection.decisions)
    kept, rows, alone = [], [], []
    cache: dict[tuple[str, str, tuple[str, ...]], list[float] | None] = {}
    for one in selection.decisions:
        key = one.state, one.month, one.ratings
        mine = known[one.state, one.month]
        if key not in cache:
            dossier = Dossier(around, application(one))
            values = features(dossier, mine)
            if values is None:
                raise SystemExit(f"{one.destination} {one.month}: {why_not(dossier, mine)}")
            cache[key] = [values[name] for name in NAMES]
        row = cache[key]
        assert row is not None
        kept.append(one)
        rows.append(row)
        alone.append(math.nan if row[1] else row[0])
    return Data(
        decisions=tuple(kept),
        x=np.array(rows),
        y=np.array([float(one.refused) for one in kept]),
        states=np.array([one.state for one in kept]),
        alone=np.array(alone),
    )


def standard(x: Array) -> tuple[Array, Array]:
    deviation = x.std(axis=0)
    return x.mean(axis=0), np.where(deviation > 1e-12, deviation, 0.0)


def scaled(x: Array, mean: Array, deviation: Array) -> Array:
    safe = np.where(deviation > 0, deviation, 1.0)
    return np.column_stack([np.ones(len(x)), np.where(deviation > 0, (x - mean) / safe, 0.0)])


def irls(z: Array, y: Array, ridge: float = RIDGE) -> tuple[Array, Array]:
    """Coefficients (intercept first) and the penalised information matrix. SystemExit where it does not converge."""
    share = y.mean()
    beta = np.zeros(z.shape[1])
    beta[0] = math.log(share / (1 - share))
    penalty = np.full(z.shape[1], ridge)
    penalty[0] = 0.0

    def loss(at: Array) -> float:
        line = z @ at
        return float((np.logaddexp(0.0, line) - y * line).sum() + (penalty * at * at).sum() / 2)

    for _ in range(100):
        p = 1 / (1 + np.exp(-z @ beta))
        information = (z * (p * (1 - p))[:, None]).T @ z + np.diag(penalty)
        step = np.linalg.solve(information, z.T @ (y - p) - penalty * beta)
        # Half a step, and half again, where a whole one would leave the fit worse.
        while loss(beta + step) > loss(beta) + 1e-9 and np.abs(step).max() > 1e-12:
            step = step / 2
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            return beta, information
    raise SystemExit("the fit does not converge")


def constrained(z: Array, y: Array, signs: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """The penalised optimum with the given signs (0: free), the information matrix and which coefficients are free."""
    free = np.ones(z.shape[1], dtype=bool)
    for _ in range(200):
        beta = np.zeros(z.shape[1])
        beta[free], _ = irls(z[:, free], y)
        wrong = free & (beta * signs < 0)
        if wrong.any():
            free[np.argmax(np.where(wrong, np.abs(beta), 0.0))] = False
            continue
        pull = signs * (z.T @ (y - 1 / (1 + np.exp(-z @ beta))))
        back = ~free & (pull > 1e-6)
        if not back.any():
            p = 1 / (1 + np.exp(-z @ beta))
            penalty = np.full(z.shape[1], RIDGE)
            penalty[0] = 0.0
            return beta, (z * (p * (1 - p))[:, None]).T @ z + np.diag(penalty), free
        free[np.argmax(np.where(back, pull, 0.0))] = True
    raise SystemExit("the signs of the fit do not settle")


def signs_of(names: Sequence[str]) -> Array:
    return np.array([0.0, *(SIGNS.get(name, 0) for name in names)])


def sandwich(
    z: Array, y: Array, beta: Array, information: Array, free: NDArray[np.bool_], groups: NDArray[np.str_]
) -> Array:
    """Covariance with clusters: destinations, not licences, are the sample. A coefficient held at zero has none."""
    scores = z * (y - 1 / (1 + np.exp(-z @ beta)))[:, None]
    names, index = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), z.shape[1]))
    np.add.at(sums, index, scores)
    bread = np.zeros_like(information)
    bread[np.ix_(free, free)] = np.linalg.inv(information[np.ix_(free, free)])
    factor = len(names) / (len(names) - 1)
    return np.asarray(factor * bread @ (sums.T @ sums) @ bread)


def columns(names: Sequence[str]) -> list[int]:
    return [list(NAMES).index(name) for name in names]


def fitted(data: Data, names: Sequence[str]) -> dict[str, Any]:
    """What ships of one model but its measures."""
    x = data.x[:, columns(names)]
    mean, deviation = standard(x)
    z = scaled(x, mean, deviation)
    beta, information, free = constrained(z, data.y, signs_of(names))
    covariance = sandwich(z, data.y, beta, information, free, data.states)
    terms = [
        {
            "name": name,
            "mean": float(mean[i]),
            "deviation": float(deviation[i]),
            "low": float(x[:, i].min()),
            "high": float(x[:, i].max()),
            "coefficient": float(beta[i + 1]),
        }
        for i, name in enumerate(names)
    ]
    return {"intercept": float(beta[0]), "terms": terms, "covariance": covariance.tolist()}


def out_of_sample(data: Data, names: Sequence[str], fold: NDArray[np.int64]) -> Array:
    """Each fold predicted by a fit on the others."""
    x = data.x[:, columns(names)]
    found = np.zeros(len(x))
    for one in np.unique(fold):
        inside = fold != one
        mean, deviation = standard(x[inside])
        beta, _, _ = constrained(scaled(x[inside], mean, deviation), data.y[inside], signs_of(names))
        found[~inside] = 1 / (1 + np.exp(-scaled(x[~inside], mean, deviation) @ beta))
    return found


def auc(score: Array, y: Array) -> float:
    """The share of pairs of a refused and a granted one in which the refused has the higher score; ties count half."""
    ranks = rankdata(score)
    ones = y.sum()
    return float((ranks[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


def weighted_auc(score: Array, y: Array, weight: Array) -> float:
    values, index = np.unique(score, return_inverse=True)
    ones = np.bincount(index, weights=weight * y, minlength=len(values))
    zeros = np.bincount(index, weights=weight * (1 - y), minlength=len(values))
    below = np.cumsum(zeros) - zeros
    return float((ones * (below + zeros / 2)).sum() / (ones.sum() * zeros.sum()))


def draws(states: NDArray[np.str_], seed: int = 20081) -> Array:
    """How often each decision counts in each draw of destinations with replacement, one row a draw."""
    names, index = np.unique(states, return_inverse=True)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    return np.asarray(times[:, index], dtype=np.float64)


def interval(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(low), float(high)


def wilson(hits: float, of: int) -> tuple[float, float]:
    """90 % interval of a share."""
    z = 1.6448536269514722
    share, middle = hits / of, z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max((share + middle - spread) / (1 + 2 * middle), 0.0), (share + middle + spread) / (1 + 2 * middle)


def deciles(p: Array, y: Array, times: Array) -> list[dict[str, float]]:
    """Ten bins of equal size by predicted share; the interval of the gap is over draws of destinations, bins fixed."""
    found = []
    for number, part in enumerate(np.array_split(np.argsort(p, kind="stable"), 10), start=1):
        low, high = wilson(y[part].sum(), len(part))
        weight = times[:, part]
        weight = weight[weight.sum(axis=1) > 0]
        gaps = (weight @ (p[part] - y[part])) / weight.sum(axis=1)
        from_, to = interval(gaps)
        found.append(
            {
                "decile": number,
                "applications": len(part),
                "refusals": int(y[part].sum()),
                "predicted": float(p[part].mean()),
                "observed": float(y[part].mean()),
                "low": float(low),
                "high": float(high),
                "gap": float(p[part].mean() - y[part].mean()),
                "gap_low": from_,
                "gap_high": to,
            }
        )
    return found


def measured(data: Data, names: Sequence[str]) -> dict[str, Any]:
    """How one model does on destinations that it has not seen."""
    fold = np.unique(data.states, return_inverse=True)[1]
    p = out_of_sample(data, names, fold)
    y, has = data.y, ~np.isnan(data.alone)
    times = draws(data.states)
    low, high = interval([weighted_auc(p, y, one) for one in times])
    pairs = [(p[has], one[has]) for one in times]
    gain = [weighted_auc(q, y[has], w) - weighted_auc(data.alone[has], y[has], w) for q, w in pairs]
    rows = np.repeat(np.arange(len(y)), [one.rows for one in data.decisions])
    rng = np.random.default_rng(2010)
    tens = [auc(out_of_sample(data, names, rng.permutation(fold.max() + 1)[fold] % 10), y) for _ in range(PARTITIONS)]
    logit = np.log(p / (1 - p))
    line, _ = irls(np.column_stack([np.ones(len(y)), logit]), y, ridge=0.0)
    table = deciles(p, y, times)
    top = np.argsort(-p, kind="stable")[: len(y) // 100]
    last = np.array([one.month >= "2010" for one in data.decisions])
    x = data.x[:, columns(names)]
    mean, deviation = standard(x[~last])
    beta, _, _ = constrained(scaled(x[~last], mean, deviation), y[~last], signs_of(names))
    later = scaled(x[last], mean, deviation) @ beta
    return {
        "auc": {"value": auc(p, y), "low": low, "high": high},
        "auc_rows": auc(p[rows], y[rows]),
        "auc_ten_folds": {"low": min(tens), "high": max(tens), "partitions": PARTITIONS},
        "auc_2010_from_before": auc(later, y[last]),
        "above_corruption_alone": {
            "value": auc(p[has], y[has]) - auc(data.alone[has], y[has]),
            **dict(zip(("low", "high"), interval(gain), strict=True)),
        },
        "calibration": {
            "largest_gap": max(abs(one["gap"]) for one in table),
            "intercept": float(line[0]),
            "slope": float(line[1]),
            "top_hundredth": {"predicted": float(p[top].mean()), "observed": float(y[top].mean()), "of": len(top)},
            "deciles": table,
        },
    }


def names_as_written(folder: Path) -> dict[str, float]:
    """The corruption index alone where a destination finds it under the very name the index has: row by row, no
    spelling put right. What a quick join of the two files gives."""
    index = {}
    with (folder / "indicators" / "cpi.csv").open(encoding="cp1252", newline="") as file:
        for row in csv.DictReader(file):
            index[row["country"]] = row
    score, y = [], []
    with (folder / "licences" / "uk_licences_2008_2010.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["rating"].startswith("ML") or (row["refused"] == "1" and row["refusal_criteria"] == "1"):
                continue
            cell = index.get(row["destination"], {}).get(str(int(row["month"][:4]) - 1), "0")
            if float(cell) > 0:
                score.append(-float(cell))
                y.append(float(row["refused"] == "1"))
    return {"auc": auc(np.array(score), np.array(y)), "rows": len(y), "refusals": int(sum(y))}


def corruption_alone(data: Data, folder: Path) -> dict[str, Any]:
    has = ~np.isnan(data.alone)
    rows = np.repeat(np.arange(len(data.y)), [one.rows for one in data.decisions])
    rows = rows[has[rows]]
    return {
        "applications": {
            "auc": auc(data.alone[has], data.y[has]),
            "of": int(has.sum()),
            "refusals": int(data.y[has].sum()),
        },
        "fitted_out_of_sample": auc(
            out_of_sample(data, ("corruption", "corruption-missing"), np.unique(data.states, return_inverse=True)[1]),
            data.y,
        ),
        "rows": {"auc": auc(data.alone[rows], data.y[rows]), "of": len(rows), "refusals": int(data.y[rows].sum())},
        "names_as_written": names_as_written(folder),
    }


def digests(folder: Path) -> dict[str, str]:
    licences = folder / "licences" / "uk_licences_2008_2010.csv"
    return {
        licences.name: hashlib.sha256(licences.read_bytes()).hexdigest(),
        **{name: tables.digest(name) for name in (*shipped.TABLES, BORDERS, *OTHERS)},
    }


def coefficients(data: Data) -> dict[str, Any]:
    """The models without their measures: what a refit must give again."""
    return {id: fitted(data, names) for id, names in MODELS.items()}


def everything(folder: Path) -> dict[str, Any]:
    selection = select(folder)
    data = load(selection)
    models = coefficients(data)
    for id, names in MODELS.items():
        models[id] |= measured(data, names)
    return {
        "fitted": date.today().isoformat(),
        "ridge": RIDGE,
        "digests": digests(folder),
        "rows": selection.rows,
        "refused_rows": selection.refused_rows,
        "refused_rows_of_criterion_1_alone": selection.criterion_one,
        "applications": len(data.y),
        "refusals": int(data.y.sum()),
        "destinations": len(set(data.states)),
        "destinations_with_a_refusal": len(set(data.states[data.y == 1])),
        "left_out": {
            "applications": sum(selection.stateless.values()),
            "refusals": selection.stateless_refused,
            "names": dict(sorted(selection.stateless.items())),
        },
        "corruption_alone": corruption_alone(data, folder),
        "models": models,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    result = everything(asked.folder)
    held = json.loads(JSON.read_text(encoding="utf-8")) if JSON.exists() else {}
    if held and {**held, "fitted": ""} == {**result, "fitted": ""}:
        result["fitted"] = held["fitted"]
    elif not asked.write:
        print(f"{JSON.name} differs from a new fit; run with --write")
        return 1
    if asked.write:
        from score_page import page, plot

        JSON.write_text(
            json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
        )
        PLOT.parent.mkdir(exist_ok=True)
        PLOT.write_text(plot(result), encoding="utf-8")
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{page(result)}\n{END}{rest.split(END)[1]}", encoding="utf-8")
    for id, model in result["models"].items():
        gap = model["calibration"]["largest_gap"]
        print(f"{id}: AUC {model['auc']['value']:.3f}, largest gap of a decile {100 * gap:.2f} points")
    return 0


if __name__ == "__main__":
    sys.exit(main())
