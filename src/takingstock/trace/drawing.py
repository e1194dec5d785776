"""Drawing: the answer for one commodity as a distribution, from draws of the record.

Invariant: every share is formed within a draw and only then summed up; medians need not add up to one. Which chains are
valued is fixed before the first draw counts, from the record as it stands and from a few draws (method.md, section 5).
Intervals are of the model given the record: what no record tells of is not in them, and the cautions say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import Chain, Origin, OriginKind, TraceItem
from takingstock.trace.agreement import ranked
from takingstock.trace.asking import Question
from takingstock.trace.block import Block, agreeing, in_order
from takingstock.trace.custody import Custody
from takingstock.trace.diversion import diversion_points
from takingstock.trace.draws.groups import Grouping, grouping
from takingstock.trace.draws.plan import Plan, plan, standing
from takingstock.trace.draws.run import Drawn, How, Runner, Worker
from takingstock.trace.draws.spread import leading, shares, spread
from takingstock.trace.inflows import Inflow, Inflows, Mark
from takingstock.trace.opening import counted_stocks
from takingstock.trace.resting import drawn_again
from takingstock.trace.telling import Key, told
from takingstock.trace.timing import Part

Draws = NDArray[np.float64]

TRIALS = 8
"""Draws whose largest chains are valued too, beside those of the record as it stands."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """One commodity ready to be drawn: its chains are those to be valued."""

    block: Block
    plan: Plan
    grouping: Grouping
    runner: Runner
    chains: tuple[tuple[Key, Chain], ...]

    @property
    def seconds(self) -> float:
        """What the run is likely to take on one core."""
        return self.runner.seconds()


def prepare(asked: Question, block: Block, cores: int) -> Drawing | None:
    """The draws of one commodity; None where nothing of it has a quantity. Raises TooCostlyError."""
    if not block.base or block.only:
        return None
    laid = plan(asked, block.commodity, block.lots, counted_stocks(block.commodity), table=asked.holds)
    if not laid.moves and not laid.counted:
        return None
    groups = grouping(asked, laid, asked.of)
    how = How(asked.policy, asked.births, asked.of, asked.seed)
    runner = Runner(laid, groups, how, asked.draws)
    runner.check(block.commodity.item, cores, len(block.chains) * 2)
    found = dict(block.chains)
    for key, chain in _trials(asked, block, laid, runner):
        found.setdefault(key, agreeing(block.compared, key, chain))
    return Drawing(block, laid, groups, runner, tuple(found.items()))


def _trials(asked: Question, block: Block, laid: Plan, runner: Runner) -> list[tuple[Key, Chain]]:
    """The largest chains of a few draws."""
    found: list[tuple[Key, Chain]] = []
    worker = runner.worker()
    for number in sorted(set(np.linspace(0, runner.shape.blocks - 1, TRIALS).astype(int).tolist())):
        worker.sample(number)
        custody, network = _custody(block, laid, worker)
        base = float(network.origins(custody.asked, asked.policy, asked.of).sum())
        if base > 0.0:
            found += told(asked, custody, network, base, asked.limit)[0]
    return found


def _custody(block: Block, laid: Plan, worker: Worker) -> tuple[Custody, Any]:
    """The first lane of a sampled block as the engine has it."""
    from takingstock.trace.draws.single import network_of

    worker.block.run(worker.order_now, worker.opening, "late")
    network, row, amount, _ = network_of(worker, 0)
    move = laid.rows.first_row.searchsorted(row, side="right") - 1
    custody = Custody(
        commodity=block.commodity,
        holders=laid.labels,
        movements=laid.moves,
        rows=laid.rows,
        parts=tuple(Part(int(flow), float(moved), int(on)) for flow, moved, on in zip(move, amount, row, strict=True)),
        opening=worker.opening[:, 0].copy(),
        asked=laid.asked,
        makers=frozenset(np.flatnonzero(laid.maker).tolist()),
        circular=(),
    )
    return custody, network


def draw(drawing: Drawing, *, deadline: float | None, cores: int, progress: Callable[[int], None] | None) -> Drawn:
    """Run it. Its values are those of the chains, then that of the own opening stock of the holder asked about."""
    asker = drawing.plan.labels[drawing.plan.asked]
    wanted = [key for key, _ in drawing.chains] + [((asker,), OriginKind.OPENING)]
    return drawing.runner.run(wanted, deadline=deadline, cores=cores, progress=progress)


def tell(asked: Question, drawing: Drawing, drawn: Drawn) -> TraceItem:
    """The answer, with medians, intervals and what leads."""
    block, item = drawing.block, drawing.block.item
    values = drawn.values[:-1]
    parts = np.clip(shares(values, drawn.total), 0.0, 1.0)
    # A part of one item is the chance that it is this item: what mixing leaves of nothing counts for nothing.
    some = np.minimum(values, 1.0).mean(axis=1) if values.size else np.zeros(len(values))
    with_answer = drawn.total > 0.0
    ahead = leading(values[:, with_answer])
    if not with_answer.any():
        return _never(item)
    stands = _standing(asked, block)
    chains = []
    for number, (key, chain) in enumerate(drawing.chains):
        middle = spread(parts[number])
        if chain.share is None or middle is None:
            chains.append((number, key, _held(chain, stands)))
            continue
        update = {
            "share": middle.median,
            "low": middle.low,
            "high": middle.high,
            "probability": float(some[number]),
            "leads": float(ahead[number]),
            "quantity": float(np.median(values[number][with_answer])),
        }
        chains.append((number, key, chain.model_copy(update=update)))
    place = {key: number for number, key, _ in chains}
    listed = _listed(asked, block, [(key, chain) for _, key, chain in chains])
    rows = [place[key] for key, _ in listed]
    shown = ranked([chain for _, chain in listed], asked.births, asked.of, block.compared.rivals)
    rest = spread(np.clip(1.0 - np.nansum(parts[rows], axis=0) - _own(drawn), 0.0, 1.0)[with_answer])
    origins = shares(drawn.origins, drawn.total)
    kinds = np.array([kind is OriginKind.UNRECORDED for _, kind in drawing.grouping.origins], dtype=np.bool_)
    lacking = spread(np.clip(origins[kinds].sum(axis=0), 0.0, 1.0)[with_answer])
    total = spread(drawn.total)
    return item.model_copy(
        update={
            "total_drawn": total.median if total else None,
            "total_low": total.low if total else None,
            "total_high": total.high if total else None,
            "arrived": float(with_answer.mean()) if len(with_answer) else None,
            "origins": _origins(drawing.grouping, np.clip(origins, 0.0, 1.0)) or item.origins,
            "chains": shown,
            "remainder": rest.median if rest else item.remainder,
            "unrecorded": lacking.median if lacking else item.unrecorded,
            "unrecorded_low": lacking.low if lacking else None,
            "unrecorded_high": lacking.high if lacking else None,
            "definition": _definition(asked, item, drawn.draws, int(with_answer.sum())),
            "diversion_points": diversion_points(shown, parts[rows]),
            "cautions": drawn_again(item.cautions, shares(drawn.linked, drawn.total)),
        }
    )


def _listed(asked: Question, block: Block, chains: Sequence[tuple[Key, Chain]]) -> list[tuple[Key, Chain]]:
    """The largest, as many as are asked for. What hardly any draw has is no chain to list, unless the record lists it
    as it stands; the one that leads there is always among them, whatever draws make of it."""
    first = {key for key, _ in block.chains[: len(block.item.chains)]}
    known = in_order((key, c) for key, c in chains if c.share is None or (c.high or 0.0) > 0.0 or key in first)
    lead = next((key for key, chain in block.chains if chain.share is not None), None)
    listed = known[: asked.limit]
    if listed and lead is not None and lead not in {key for key, _ in listed}:
        listed[-1] = next(pair for pair in known if pair[0] == lead)
    return listed


def _never(item: TraceItem) -> TraceItem:
    """The answer where no draw has any goods: arithmetic on the record, and that no draw bears it out."""
    chains = tuple(chain.model_copy(update={"probability": 0.0, "leads": 0.0}) for chain in item.chains)
    nothing = dict.fromkeys(("total_drawn", "total_low", "total_high", "arrived"), 0.0)
    return item.model_copy(update={**nothing, "chains": chains})


def _own(drawn: Drawn) -> Draws:
    own: Draws = np.nan_to_num(shares(drawn.values[-1:], drawn.total)[0])
    return own


def _origins(grouped: Grouping, parts: Draws) -> tuple[Origin, ...]:
    found = []
    for (party, kind), row in zip(grouped.origins, parts, strict=True):
        middle = spread(row)
        if middle and middle.high > 0.0:
            found.append(Origin(party=party, kind=kind, share=middle.median, low=middle.low, high=middle.high))
    return tuple(sorted(found, key=lambda origin: (-round(origin.share, 9), origin.party, origin.kind)))


def _definition(asked: Question, item: TraceItem, draws: int, came: int) -> str:
    what = "received by" if asked.of == "received" else "held by"
    return (
        f"share of the {item.unit.value} of this class recorded as {what} the holder; goods of one class are taken to "
        f"leave a stock by the policy {asked.policy}; median of the draws of the record in which any came ({came:,} of "
        f"{draws:,})"
    )


def by_standing(asked: Question, block: Block) -> TraceItem:
    """The answer where no share can be drawn: a documented chain still holds with the probability of its grade."""
    stands = _standing(asked, block)
    return block.item.model_copy(update={"chains": tuple(_held(chain, stands) for chain in block.item.chains)})


def _standing(asked: Question, block: Block) -> dict[str, float]:
    """The probability that each documented chain holds, by its label."""
    return {chain.label: standing(asked, chain, asked.holds) for chain in block.lots}


def _held(chain: Chain, stands: Mapping[str, float]) -> Chain:
    """A chain whose share cannot be drawn, with the probability that it holds."""
    return chain.model_copy(update={"probability": stands[chain.label]}) if chain.label in stands else chain


def inflows(asked: Question, drawing: Drawing, drawn: Drawn) -> Inflows:
    """What the draws know of each inflow to the holder, for the sightings to be put to."""
    grouped = drawing.grouping
    return Inflows(
        item=drawing.block.commodity.item,
        unit=drawing.block.commodity.unit,
        channels=grouped.channels,
        finest=grouped.finest,
        mass=drawn.channels,
        lots=_marks(asked, drawing, drawn, lambda chain: chain.steps[0].movements),
        importers=_marks(asked, drawing, drawn, lambda chain: (asked.state(chain.steps[0].to_party) or "",)),
    )


def _marks(
    asked: Question, drawing: Drawing, drawn: Drawn, marks: Callable[[Chain], tuple[str, ...]]
) -> dict[Inflow, dict[Mark, float]]:
    """Per inflow what part of its goods would show a mark, by the chains that were valued. Where a chain has several
    (its lots), each is as likely."""
    grouped = drawing.grouping
    whole: dict[Inflow, float] = defaultdict(float)
    for number, (sender, mode, _) in enumerate(grouped.channels):
        whole[sender, mode] += float(drawn.channels[number].sum())
    found: dict[Inflow, dict[Mark, float]] = defaultdict(lambda: defaultdict(float))
    for number, (_, chain) in enumerate(drawing.chains):
        inflow = (chain.steps[-1].from_party, chain.steps[-1].mode) if len(chain.steps) > 1 else ("", "")
        shown = [mark for mark in marks(chain) if mark] if whole.get(inflow) else []
        made = asked.state(chain.steps[0].from_party) if chain.origin is OriginKind.PRODUCED else None
        for mark in shown:
            found[inflow][made, mark] += float(drawn.values[number].sum()) / whole[inflow] / len(shown)
    return {inflow: dict(parts) for inflow, parts in found.items()}


def cut(drawn: Sequence[Drawn]) -> list[Drawn]:
    """All runs cut to the draws that every one of them made, so that one number of draws holds for all."""
    made = min((run.draws for run in drawn), default=0)
    return [
        Drawn(
            run.asked,
            run.total[:made],
            run.origins[:, :made],
            run.channels[:, :, :made],
            run.values[:, :made],
            run.linked[:made],
        )
        for run in drawn
    ]
