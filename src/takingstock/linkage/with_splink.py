"""With Splink: the same table of weights and the same levels, scored by Splink on DuckDB, for large registers.

Only the scoring is Splink's; what is barred, the assignment and the thresholds stay ours, so that the answer is the
same. Needs the extra ``linkage`` (splink 5, MIT; DuckDB, MIT). The levels are written a second time in SQL here;
a test holds them to :func:`takingstock.linkage.comparing.levels`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from takingstock.linkage.blocking import block_keys
from takingstock.linkage.comparing import STAGES, Report, Side, barred
from takingstock.linkage.transfers_matching import Found
from takingstock.linkage.transfers_weights import FIELDS, LEVELS, PRIOR
from takingstock.records.errors import TakingStockError


class NoSplinkError(TakingStockError):
    """The extra is not installed."""


_OVERLAP = "(first_l <= last_r and first_r <= last_l)"
_NESTED = "(item_l = item_r or list_contains(above_r, item_l) or list_contains(above_l, item_r))"


def _party(name: str) -> dict[str, str]:
    part = " or ".join(
        f"list_contains({name}_above_{b}, {name}_{a}) "
        f"or (len({name}_states_{b}) > 1 and list_contains({name}_states_{b}, {name}_{a}))"
        for a, b in (("l", "r"), ("r", "l"))
    )
    return {
        "": f"{name}_l is null or {name}_r is null",
        "same": f"{name}_l = {name}_r",
        "part": part,
        "same state": f"list_has_any({name}_states_l, {name}_states_r)",
    }


def _inside(small: str, large: str) -> str:
    return (
        f"((first_{large} <= first_{small} and last_{small} <= last_{large} "
        f"and last_{small} - first_{small} < last_{large} - first_{large}) "
        f"or (item_{small} <> item_{large} and list_contains(above_{small}, item_{large})))"
    )


_SQL: dict[str, dict[str, str]] = {
    "quantity": {
        "": "best_l is null or best_r is null",
        "equal, uncommon": "low_l = low_r and high_l = high_r and isfinite(high_l) and low_l >= 11 and low_l % 10 <> 0",
        "equal": "low_l = low_r and high_l = high_r and isfinite(high_l)",
        "close": "abs(best_l - best_r) <= 0.05 * greatest(best_l, best_r)",
        "overlap": "wide_low_l <= wide_high_r and wide_low_r <= wide_high_l",
        "within": "(rank_l > rank_r and high_l <= high_r) or (rank_r > rank_l and high_r <= high_l)",
        "part": "rank_l = rank_r and ((best_l < best_r and "
        f"{_inside('l', 'r')}) or (best_l >= best_r and {_inside('r', 'l')}))",
        "differ": "best_l = best_l and best_r = best_r",
    },
    "date": {
        "": "not (dated_l and dated_r)",
        "in order": "rank_l <> rank_r",
        "adjacent": f"not {_OVERLAP}",
        "same days": "greatest(last_l - first_l, last_r - first_r) < 62",
        "same year": "from_year_l = to_year_l and from_year_r = to_year_r and from_year_l = from_year_r",
        "overlap": _OVERLAP,
    },
    "item": {
        # Never so; Splink wants to be told.
        "": "item_l is null or item_r is null",
        "same type": f"{_NESTED} and ((item_l = item_r and item_l <> root_l) "
        "or (designation_l <> '' and designation_l = designation_r))",
        "same class": "item_l = item_r",
        "family": f"not {_NESTED}",
        "narrower": "(list_contains(above_r, item_l) and contains(item_l, '.')) "
        "or (not list_contains(above_r, item_l) and contains(item_r, '.'))",
        "broad": _NESTED,
    },
    "supplier": _party("supplier"),
    "recipient": {**_party("recipient"), "intermediate": "recipient_l <> recipient_r"},
    "origin": {
        "": "origin_l is null or origin_r is null",
        "same": "origin_l = origin_r",
        "differ": "origin_l <> origin_r",
    },
    "value": {
        "": "value_l is null or value_r is null or currency_l <> currency_r",
        "close": "abs(value_l - value_r) <= 0.05 * greatest(value_l, value_r)",
        "near": "abs(value_l - value_r) <= 0.5 * greatest(value_l, value_r)",
        "differ": "value_l = value_l and value_r = value_r",
    },
}
"""For each field its levels in the order in which they are tried; the empty name is: not stated by both."""


def scored_by_splink(found: tuple[Report, ...]) -> Iterator[tuple[int, int, Found, float]]:
    """As :func:`takingstock.linkage.transfers_matching.scored`, in the order of the pairs.

    Raises NoSplinkError without the extra."""
    try:
        from splink import DuckDBAPI, Linker
    except ImportError as error:
        raise NoSplinkError("Splink is not installed; pip install 'takingstock[linkage]', or leave it out") from error
    import pyarrow as pa

    if len(found) < 2:
        return
    api = DuckDBAPI()
    table = api.register(pa.Table.from_pylist([_row(n, one) for n, one in enumerate(found)]))
    predicted = Linker(table, _settings()).inference.predict(warning_mode="never")
    rows = predicted.as_duckdbpyrelation().project(
        ", ".join(("unique_id_l", "unique_id_r", "match_weight", *(f"gamma_{name}" for name in FIELDS)))
    )
    names = {name: [level for level in _SQL[name] if level] for name in FIELDS}
    for left, right, weight, *gammas in sorted(rows.fetchall()):
        i, j = min(left, right), max(left, right)
        if not barred(found[i], found[j]):
            # Splink numbers the levels downwards, the last is 0 and what is not stated -1.
            levels = [
                None if gamma < 0 else names[name][len(names[name]) - 1 - gamma]
                for name, gamma in zip(FIELDS, gammas, strict=True)
            ]
            yield i, j, tuple(levels), float(weight)


def _settings() -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "sql_dialect": "duckdb",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 2**PRIOR / (1 + 2**PRIOR),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.full_key = r.full_key", "sql_dialect": "duckdb", "arrays_to_explode": ["full_key"]},
            {
                "blocking_rule": "l.half_key = r.half_key and (l.lacking or r.lacking)",
                "sql_dialect": "duckdb",
                "arrays_to_explode": ["half_key"],
            },
        ],
        "comparisons": [_comparison(name) for name in FIELDS],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for level, sql in _SQL[name].items():
        if not level:
            rows.append({"sql_condition": sql, "label_for_charts": "not stated", "is_null_level": True})
            continue
        outcome = LEVELS[name][level]
        rows.append(
            {
                "sql_condition": sql,
                "label_for_charts": outcome.words,
                "m_probability": outcome.m,
                "u_probability": outcome.u,
                "fix_m_probability": True,
                "fix_u_probability": True,
            }
        )
    return {"output_column_name": name, "comparison_levels": rows}


def _row(number: int, report: Report) -> dict[str, Any]:
    both, one = block_keys(report)
    return {
        "unique_id": number,
        "full_key": both,
        "half_key": one,
        "lacking": not (report.supplier and report.recipient),
        "rank": STAGES.index(report.stage),
        "item": report.item,
        "root": report.root,
        "above": sorted(report.above),
        "designation": report.designation,
        "low": report.low,
        "high": report.high,
        "best": report.best,
        "wide_low": report.wide[0],
        "wide_high": report.wide[1],
        "dated": report.dated,
        "first": float(report.first),
        "last": float(report.last),
        "from_year": float(report.years[0]),
        "to_year": float(report.years[1]),
        "origin": report.origin,
        "value": report.value,
        "currency": report.currency,
        **_side("supplier", report.supplier),
        **_side("recipient", report.recipient),
    }


def _side(name: str, side: Side | None) -> dict[str, Any]:
    return {
        name: side.id if side else None,
        f"{name}_above": sorted(side.above) if side else [],
        f"{name}_states": sorted(side.states) if side else [],
    }
