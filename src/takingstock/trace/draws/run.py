"""Run: all draws of one commodity, block by block, on one core or several, with the same answer.

Invariant: draw d is made of (seed, record ids, d) and of the order of its block, whichever thread makes it; a run that
is cut short has made the first draws of the whole. Memory beyond one block for each thread is what is kept of a draw:
its total, its origins, its channels, and the value of each candidate chain.

Method: method.md, section 5. Candidate chains are fixed first and valued in every draw, so that an interval is not
censored by whether a chain was among the largest of a draw.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import OriginKind
from takingstock.trace.asking import Of
from takingstock.trace.draws.cost import Cost, Shape, affordable, cost, shape
from takingstock.trace.draws.groups import Grouping
from takingstock.trace.draws.plan import KINDS, Plan

Holders = tuple[str, ...]
"""Holders, from where a chain begins to the one asked about."""

Lanes = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was kept of each of D draws. total: float64[D], of the holder's goods. origins: float64[G, D] by
    ``Grouping.origins``; channels: float64[C, F, D] by channel and finest category; values: float64[K, D] by chain.
    linked: float64[D], what of them came by a known link (nothing but under the policy ``strict``)."""

    asked: int
    total: NDArray[np.float64]
    origins: NDArray[np.float64]
    channels: NDArray[np.float64]
    values: NDArray[np.float64]
    linked: NDArray[np.float64]

    @property
    def draws(self) -> int:
        """How many were made."""
        return len(self.total)


@dataclass(frozen=True)
class How:
    """How a commodity is asked about in every draw."""

    policy: str
    births: str
    of: Of
    seed: int


class Runner:
    """Draws of one plan. Sampling, orders and the network are compiled; this only leads them block by block."""

    def __init__(self, plan: Plan, grouping: Grouping, how: How, draws: int) -> None:
        from takingstock.trace.draws.lanes import Rows
        from takingstock.trace.draws.orders import order_plan, uncertain

        self.plan, self.grouping, self.how = plan, grouping, how
        rows = plan.rows
        self.rows = Rows(plan.label, rows.first_row, rows.row_source, rows.row_target, rows.row_tier)
        self.ordering = order_plan(
            first_day=plan.first_day,
            last_day=plan.last_day,
            date_hash=plan.date_hash,
            key=plan.rank,
            first_row=rows.first_row,
            row_source=rows.row_source,
            row_target=rows.row_target,
            row_tier=rows.row_tier,
            label=plan.label,
            maker=plan.maker,
            opening=plan.typical_opening,
            quantity=plan.typical,
            until=plan.until,
        )
        self.uncertain = uncertain(self.ordering)
        self.shape: Shape = shape(draws, uncertain=self.uncertain)

    def seconds(self) -> float:
        """What the run is likely to take on one core."""
        return self._cost(1, 0).seconds

    def check(self, item: str, cores: int, chains: int) -> None:
        """Raises TooCostlyError where the run would not fit into memory."""
        affordable(self._cost(cores, chains), self.shape, item)

    def _cost(self, cores: int, chains: int) -> Cost:
        plan, grouping = self.plan, self.grouping
        return cost(
            self.shape,
            moves=len(plan.moves),
            rows=len(plan.rows.row_source),
            nodes=len(plan.nodes),
            groups=len(grouping.channels) * len(grouping.groups),
            kept=1 + len(grouping.origins) + len(grouping.channels) * len(grouping.finest) + chains,
            cores=cores,
            lanes_run=self.how.policy == "proportional",
            by_age=self.how.policy.endswith("-made-first"),
        )

    def worker(self) -> Worker:
        """What one thread needs."""
        return Worker(self)

    def run(
        self,
        chains: Sequence[tuple[Holders, OriginKind]],
        *,
        deadline: float | None = None,
        cores: int = 1,
        progress: Callable[[int], None] | None = None,
    ) -> Drawn:
        """All draws, or as many as were begun by ``deadline`` (of ``time.monotonic``), at least one block.
        ``progress`` is told how many draws were done since it was last told."""
        plan, laid, grouping = self.plan, self.shape, self.grouping
        known = [(place, chain) for place, chain in enumerate(chains) if set(chain[0]) <= set(plan.number)]
        places = [place for place, _ in known]
        kept = Drawn(
            asked=laid.draws,
            total=np.zeros(laid.draws),
            origins=np.zeros((len(grouping.origins), laid.draws)),
            channels=np.zeros((len(grouping.channels), len(grouping.finest), laid.draws)),
            values=np.zeros((len(chains), laid.draws)),
            linked=np.zeros(laid.draws),
        )
        lock, told = Lock(), Lock()
        state = {"next": 0}

        def work() -> None:
            worker = self.worker()
            worker.follow([chain for _, chain in known])
            while True:
                with lock:
                    number = state["next"]
                    late = number > 0 and deadline is not None and time.monotonic() >= deadline
                    if number >= laid.blocks or late:
                        return
                    state["next"] += 1
                start = number * laid.lanes
                stop = min(start + laid.lanes, laid.draws)
                width = stop - start
                worker.sample(number)
                total, mass, values = worker.answer()
                kept.total[start:stop] = total[:width]
                grouping.sum_origins(mass, kept.origins[:, start:stop])
                grouping.sum_channels(mass, kept.channels[:, :, start:stop])
                kept.values[places, start:stop] = values[:, :width]
                kept.linked[start:stop] = worker.linked[:width]
                if progress:
                    with told:
                        progress(width)

        if cores > 1 and laid.blocks > 1:
            with ThreadPoolExecutor(cores) as pool:
                for done in [pool.submit(work) for _ in range(cores)]:
                    done.result()
        else:
            work()
        made = min(state["next"] * laid.lanes, laid.draws)
        return Drawn(
            laid.draws,
            kept.total[:made],
            kept.origins[:, :made],
            kept.channels[:, :, :made],
            kept.values[:, :made],
            kept.linked[:made],
        )


class Worker:
    """The buffers of one thread, used again for every block."""

    def __init__(self, runner: Runner) -> None:
        from takingstock.trace.draws.lanes import Block
        from takingstock.trace.draws.orders import workspace
        from takingstock.trace.draws.randomness import seed_of

        self.runner, self.plan = runner, runner.plan
        lanes = runner.shape.lanes
        self.seed = seed_of(runner.how.seed)
        self.quantity: Lanes = np.zeros((self.plan.slots, lanes))
        self.block = Block(runner.rows, lanes)
        self.block.quantity = self.quantity[: len(self.plan.moves)]
        self.linked: Lanes = np.zeros(lanes)
        self.opening: Lanes = np.zeros((len(self.plan.nodes), lanes))
        self.space = workspace(runner.ordering)
        self.order: NDArray[np.int64] | None = None
        self.chains: list[tuple[Holders, OriginKind]] = []
        self.walk: Any = None

    def follow(self, chains: list[tuple[Holders, OriginKind]]) -> None:
        """Which chains to value from now on; their holders are all in the plan."""
        from takingstock.trace.draws.walk import Walk

        plan, how = self.plan, self.runner.how
        self.chains = chains
        if how.policy == "proportional" and chains:
            self.walk = Walk(
                self.runner.rows,
                plan.asked,
                how.of,
                [[plan.number[holder] for holder in sequence] for sequence, _ in chains],
                [KINDS.index(kind) for _, kind in chains],
                plan.kind,
                self.runner.grouping.lack_kind,
                how.births,  # type: ignore[arg-type]
            )

    def sample(self, number: int) -> None:
        """Sample a block: its statements, quantities, opening stocks and order."""
        from takingstock.trace.draws.orders import sampled_order
        from takingstock.trace.draws.sampling import fill

        plan, said = self.plan, self.plan.said
        first_draw = np.uint64(number * self.runner.shape.lanes)
        fill(
            said.first, said.movement, said.hash, said.p, said.move, said.kind, said.a, said.b, said.c,
            self.seed, first_draw, self.quantity,
        )  # fmt: skip
        for moved, mixtures in plan.carried:
            # A lot is taken out of the mixture in the draws in which its chain holds.
            left = self.quantity[moved].copy()
            for mixture in mixtures:
                taken = np.minimum(self.quantity[mixture], left)
                self.quantity[mixture] -= taken
                left -= taken
        if plan.counted:
            self.opening[:] = 0.0
            for node, slot in plan.counted:
                self.opening[node] += self.quantity[slot]
        if self.order is None or self.runner.uncertain:
            self.order = sampled_order(self.runner.ordering, self.seed, number, self.space)

    @property
    def order_now(self) -> NDArray[np.int64]:
        """The order of the block that was sampled last."""
        assert self.order is not None
        return self.order

    def answer(self) -> tuple[Lanes, Lanes, Lanes]:
        """Total float64[lanes], mass float64[C, G, lanes], values float64[K, lanes] of the sampled block."""
        how, grouping, plan = self.runner.how, self.runner.grouping, self.plan
        assert self.order is not None
        if how.policy != "proportional":
            from takingstock.trace.draws.single import answer

            return answer(self)
        self.block.run(self.order, self.opening, how.births)  # type: ignore[arg-type]
        groups = grouping.move_group, grouping.node_group, grouping.lack_group
        if how.of == "held":
            total, mass = self.block.held(plan.asked, *groups, len(grouping.groups))
        else:
            total, mass = self.block.received(
                grouping.row_channel, *groups, len(grouping.channels), len(grouping.groups)
            )
        values = self.walk.values(self.block) if self.chains else np.zeros((0, self.block.lanes))
        return total, mass, values
