"""The command simulate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from takingstock.cli.calling import called
from takingstock.cli.numbers import whole_number
from takingstock.cli.render import Format, show


def simulate(
    seed: Annotated[
        int,
        typer.Option("--seed", parser=whole_number, metavar="S", help="Any whole number; the world grows from it."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to make; it must be new or empty.")],
    mechanism: Annotated[
        str,
        typer.Option(
            "--mechanism",
            help="How goods leave stocks and what is not recorded: well-mixed (what the trace assumes), drawn, "
            "fifo-depot, lifo-depot, selective-capture, clustered-losses, old-stocks, missing-movements, "
            "unreliable-source, mix.",
        ),
    ] = "well-mixed",
    size: Annotated[
        int | None, typer.Option("--size", metavar="N", help="About how many movements, 40 to 2000; default 80.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TABLE,
) -> None:
    """Make a synthetic world: DIR/case with degraded records, and DIR/truth.json with all that really happened."""
    from takingstock.verbs import simulate as run

    made = run(out, seed=seed, mechanism=mechanism, size=size)
    value = {
        "case": made.case,
        "truth": made.truth,
        "records": made.records,
        "mechanism": made.mechanism,
        "keeps": made.keeps,
        "seed": made.seed,
        "holder": made.holder,
        "item": made.item,
        "at": made.at,
        "movements": made.movements,
        "next": list(made.next),
    }
    if form is not Format.TABLE:
        columns = tuple(name for name in value if name != "next")
        show(form, value, columns, [tuple(value[name] for name in columns)])
        return
    assumed = f"keeps: {made.keeps}" if made.keeps else "breaks an assumption of the trace"
    lines = [
        f"World {made.seed}, {made.mechanism} ({assumed}): {made.movements} movements took place.",
        f"Case:   {made.case} ({made.imported.ledger} degraded records)",
        f"Truth:  {made.truth}",
        "",
        "Try next:",
        *(f"  {command.replace('takingstock', called(), 1)}" for command in made.next),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
