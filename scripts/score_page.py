"""The part of docs/indicators.md that fit_score.py writes, and its plot. Every figure comes from the fit."""

from __future__ import annotations

from typing import Any

from takingstock.risk.score import NAMES, SIGNS

TITLES = {"register": "With the register of the twelve months before", "country": "Without a register"}


def page(result: dict[str, Any]) -> str:
    """The text between the marks."""
    alone = result["corruption_alone"]
    parts = [_selection(result), _auc(result, alone), _coefficients(result)]
    for id in TITLES:
        parts.append(_deciles(result, id))
    return "\n\n".join(parts)


def _selection(result: dict[str, Any]) -> str:
    left = result["left_out"]
    names = ", ".join(f"{name} {count}" for name, count in left["names"].items())
    return (
        f"Fitted {result['fitted']}. Of the rows with a military-list rating, {result['refused_rows']} "
        f"refused rows and "
        f"{result['rows'] - result['refused_rows']:,} granted ones remain once "
        f"{result['refused_rows_of_criterion_1_alone']} refused rows that cite criterion 1 alone are taken "
        f"out. They are "
        f"{result['applications'] + left['applications']:,} applications (all rows of one licence). Left out are "
        f"{left['applications']} whose destination is no foreign state ({names}); "
        f"{left['refusals'] or 'none'} of these "
        f"were refused. The fit stands on **{result['applications']:,} applications to {result['destinations']} "
        f"destinations, {result['refusals']} of them refused, to {result['destinations_with_a_refusal']} "
        f"destinations**. "
        "The note beside the data speaks of 143 refusals that remain; that count was not found again. By rows it "
        f"is {result['refused_rows']}, by licences {result['refusals']}, and {alone_rows(result)} where "
        f"destinations are "
        "matched to the corruption index by the very names of the two files."
    )


def alone_rows(result: dict[str, Any]) -> int:
    return int(result["corruption_alone"]["names_as_written"]["refusals"])


def _auc(result: dict[str, Any], alone: dict[str, Any]) -> str:
    lines = [
        "| what orders the applications | AUC, applications | 90 % interval | AUC, rows |",
        "|---|---|---|---|",
        f"| corruption index of the year before alone, names as the files write them | – | – | "
        f"{alone['names_as_written']['auc']:.3f} ({alone['names_as_written']['refusals']} refused rows) |",
        f"| the same, names resolved | {alone['applications']['auc']:.3f} "
        f"({alone['applications']['refusals']} refused) "
        f"| – | {alone['rows']['auc']:.3f} ({alone['rows']['refusals']} refused rows) |",
        f"| a regression on the same alone, destinations unseen | {alone['fitted_out_of_sample']:.3f} | – | – |",
    ]
    for id, title in TITLES.items():
        one = result["models"][id]
        lines.append(
            f"| **score, {title[0].lower()}{title[1:]}**, destinations unseen | **{one['auc']['value']:.3f}** | "
            f"{one['auc']['low']:.3f} to {one['auc']['high']:.3f} | {one['auc_rows']:.3f} |"
        )
    words = []
    for id, title in TITLES.items():
        one, gain = result["models"][id], result["models"][id]["above_corruption_alone"]
        verdict = "clearly above" if gain["low"] > 0 else "not above"
        tens = one["auc_ten_folds"]
        words.append(
            f"- {title}: {verdict} the corruption index alone on the same applications "
            f"(difference {gain['value']:+.3f}, 90 % interval {gain['low']:+.3f} to {gain['high']:+.3f}). In "
            f"{tens['partitions']} random partitions of the destinations into ten folds the AUC lies from "
            f"{tens['low']:.3f} to {tens['high']:.3f}; fitted on 2008 and 2009 and held against 2010 it is "
            f"{one['auc_2010_from_before']:.3f}."
        )
    return "\n".join(lines) + "\n\n" + "\n".join(words)


def _coefficients(result: dict[str, Any]) -> str:
    models = {id: {term["name"]: term for term in one["terms"]} for id, one in result["models"].items()}
    lines = [
        "| feature | may count | with the register | without |",
        "|---|---|---|---|",
    ]
    for name, words in NAMES.items():
        way = {1: "upwards", -1: "downwards", 0: "either way"}[SIGNS.get(name, 0)]
        cells = [f"{models[id][name]['coefficient']:+.3f}" if name in models[id] else "–" for id in TITLES]
        lines.append(f"| {words} | {way} | {' | '.join(cells)} |")
    return (
        "Log-odds for one standard deviation of the feature in these applications:\n\n"
        + "\n".join(lines).replace("+0.000", "0")
        + "\n\nA zero where a direction was set means that the decisions pointed the other way."
    )


def _deciles(result: dict[str, Any], id: str) -> str:
    one = result["models"][id]["calibration"]
    lines = [
        f"### {TITLES[id]}: calibration",
        "",
        "| decile | applications | predicted | refused | observed (90 % interval) | gap, points (90 % interval) |",
        "|---|---|---|---|---|---|",
    ]
    for row in one["deciles"]:
        observed = f"{100 * row['observed']:.2f} %" if row["refusals"] else "none"
        lines.append(
            f"| {row['decile']} | {row['applications']:,} | {100 * row['predicted']:.2f} % | {row['refusals']} | "
            f"{observed} ({100 * row['low']:.2f} to {100 * row['high']:.2f}) | {100 * row['gap']:+.2f} "
            f"({100 * row['gap_low']:+.2f} to {100 * row['gap_high']:+.2f}) |"
        )
    top = one["top_hundredth"]
    lines += [
        "",
        f"Largest gap of a decile: **{100 * one['largest_gap']:.2f} percentage points**. A regression of the "
        f"outcomes on "
        f"the predicted log-odds has the slope {one['slope']:.2f} and the intercept {one['intercept']:+.2f} (1 and 0 "
        f"would be perfect). Of the {top['of']} applications with the highest share, "
        f"{100 * top['predicted']:.1f} % were "
        f"predicted to be refused, {100 * top['observed']:.1f} % were.",
    ]
    return "\n".join(lines)


def plot(result: dict[str, Any]) -> str:
    """Predicted against observed share, decile by decile, both models side by side, as SVG."""
    import altair as alt
    import vl_convert

    charts = []
    for id, title in TITLES.items():
        rows = [
            {
                "predicted": 100 * row["predicted"],
                "observed": 100 * row["observed"],
                "low": 100 * row["low"],
                "high": 100 * row["high"],
                "decile": str(row["decile"]),
            }
            for row in result["models"][id]["calibration"]["deciles"]
        ]
        edge = max(max(row["high"], row["predicted"]) for row in rows) * 1.06
        x = alt.X("predicted:Q", title="predicted: refused, %", scale=alt.Scale(domain=[0, edge]))
        y = alt.Y("observed:Q", title="observed: refused, %", scale=alt.Scale(domain=[0, edge]))
        line = alt.Chart(alt.Data(values=[{"at": 0}, {"at": edge}])).mark_line(color="#888", strokeDash=[4, 4])
        line = line.encode(
            x=alt.X("at:Q", title="predicted: refused, %"), y=alt.Y("at:Q", title="observed: refused, %")
        )
        data = alt.Data(values=rows)
        bars = alt.Chart(data).mark_rule(color="#1f5a92").encode(x=x, y="low:Q", y2="high:Q")
        dots = alt.Chart(data).mark_point(filled=True, size=55, color="#1f5a92", opacity=1).encode(x=x, y=y)
        charts.append((line + bars + dots).properties(width=300, height=300, title=title))
    chart = alt.hconcat(*charts).configure(font="sans-serif").configure_view(stroke=None)
    return str(vl_convert.vegalite_to_svg(chart.to_json()))
