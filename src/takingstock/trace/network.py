"""The custody network: holders, the movements between them, and the questions one can ask of it.

Invariant: a network is complete when made and never changes; what it has worked out it keeps for the next
question.

The model is that of C. Kosyfaki and N. Mamoulis, "Provenance in Temporal Interaction Networks", ICDE 2022,
arXiv 2110.05041, with opening stock. Movement i from s to d takes `relay = min(stock of s, quantity)`; what s
lacks, `quantity - relay`, is born then and there, and s is its origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from takingstock.trace.births import BIRTH_RULES, BirthRule, Flow
from takingstock.trace.chains import Along, Chain, ChainResult, OriginKind, Step, along, find_chains
from takingstock.trace.links import LinkError, known_links
from takingstock.trace.order import custody_order
from takingstock.trace.policies import POLICIES, WITH_LINKS, TooManyParcelsError

if TYPE_CHECKING:
    from takingstock.trace.policies import Policy
    from takingstock.trace.strict import Strict

__all__ = [
    "Along",
    "Chain",
    "ChainResult",
    "CustodyError",
    "CustodyNetwork",
    "JoinedNodesError",
    "LengthError",
    "LinkError",
    "MissingValueError",
    "NegativeQuantityError",
    "OriginKind",
    "Origins",
    "Step",
    "TooManyParcelsError",
    "UnknownHolderError",
    "UnknownOptionError",
    "UnknownPolicyError",
]

Of = Literal["held", "received"]

MOST_HOLDERS = 2**31 - 1

MOST_HALF_LIVES = 900
"""Beyond so many, what is left of an item is hardly a number any more: 2^-1022 is the smallest."""

LARGE = 10_000
"""Movements from which it pays to take columns in by a compiled pass."""

VERY_LARGE = 5_000_000
"""Movements from which it pays to do so on two cores."""


class CustodyError(ValueError):
    """A custody network, or a question to it, is not well formed."""


class LengthError(CustodyError):
    """Columns of a network differ in length."""


class MissingValueError(CustodyError):
    """A time, quantity or stock is missing, infinite, or no number."""


class NegativeQuantityError(CustodyError):
    """A quantity or an opening stock is below zero."""


class UnknownHolderError(CustodyError):
    """A holder is not numbered 0 to holders - 1."""


class JoinedNodesError(CustodyError):
    """A movement joins two holders of one label."""


class UnknownPolicyError(CustodyError):
    """No policy has that name."""


class UnknownOptionError(CustodyError):
    """An option has none of its values."""


@dataclass(frozen=True, eq=False, slots=True)
class Origins:
    """Where goods came from, by holder, in items.

    born: float64[holders], what came into being at each holder (it issued more than it had). opening:
    float64[holders], what was in each holder's opening stock, of unknown origin.
    """

    born: NDArray[np.float64]
    opening: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """Both together, float64[holders]."""
        return self.born + self.opening


class CustodyNetwork:
    """Movements of one commodity between numbered holders.

    source, target: holder numbers, 0 to holders - 1, one per movement. time: numbers or dates (datetime64); only
    their order counts. quantity: items, not negative; a movement of zero moves nothing. holders: how many there
    are. key: stable record keys, which decide among movements of one time that supply does not order; without
    them the order of rows does. opening: float64[holders], each holder's stock before the first movement.
    births: what a source lacks is "late", born in that movement, or "opening": the sum of all that a holder ever
    lacked becomes opening stock, and nothing is born. half_life: after so long half of any stock is gone (worn
    out, broken, lost unrecorded), in the unit of `time` (for dates, the unit of their datetime64); None for none.

    With a half-life, balances, origins and chains are in items left at the time of the last movement: of="received"
    tells what of all that was received would be left then. What was born in a movement is in items at its own
    time, opening stock and shortfall at the time of the first movement. Exact under every policy: with goods
    counted in units of items * 2^(time / half_life), attrition is no change.

    links: what serials or lots known on both sides tell: issue rows, receipt rows, and how many items (at the time
    of the issue) of each issue had come by that receipt. The policy "strict" holds to them and takes the rest
    proportionally; other policies, births, shortfall and balances leave them aside. See `strict`.

    label: int[holders], from 0: holders of one label are nodes of one holder to the asker (its goods of each class,
    which do not mix). Questions then take a label for the holder: what is held is the sum over its nodes, what is
    received came to them from nodes of other labels, and chains are sequences of labels. Origins and balances stay by
    node. No movement may join two nodes of one label: that is no change of custody.

    Raises LinkError or a CustodyError (both ValueError) that says what is wrong and where.
    """

    def __init__(
        self,
        source: ArrayLike,
        target: ArrayLike,
        time: ArrayLike,
        quantity: ArrayLike,
        holders: int,
        *,
        key: ArrayLike | None = None,
        opening: ArrayLike | None = None,
        births: BirthRule = "late",
        half_life: float | None = None,
        links: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
        label: ArrayLike | None = None,
    ) -> None:
        if births not in BIRTH_RULES:
            raise UnknownOptionError(f"births={births!r}: use {' or '.join(map(repr, BIRTH_RULES))}")
        if not 0 <= holders <= MOST_HOLDERS:
            raise UnknownHolderError(f"holders={holders}: give how many holders there are, 0 to {MOST_HOLDERS}")
        taken = _take_in(source, target, time, quantity, holders)
        if taken is not None:
            sources, targets, amounts, rising = taken
        else:
            amounts = _amounts("quantity", quantity)
            sources = _holder_numbers("source", source, len(amounts), holders)
            targets = _holder_numbers("target", target, len(amounts), holders)
            rising = False
        length = len(amounts)
        labels = None if label is None else _labels(label, sources, targets, holders)
        keys = None if key is None else _column("key", key, length)
        if opening is None:
            stock = np.zeros(holders)
        else:
            stock = _amounts("opening", opening)
            if len(stock) != holders:
                raise LengthError(f"opening has {len(stock)} values for {holders} holders: give one for each")
        row = None if rising else custody_order(_times(time, length), sources, targets, amounts, holders, keys)
        if row is not None:
            sources, targets, amounts = sources[row], targets[row], amounts[row]
        # What part of the goods of each movement, by position, and of the opening stock is left at the last time.
        self._left: NDArray[np.float64] | None = None
        self._left_of_opening = 1.0
        if half_life is not None:
            self._left = _what_is_left(_times(time, length), row, half_life)
            self._left_of_opening = float(self._left[0]) if length else 1.0
            amounts *= self._left
            stock = stock * self._left_of_opening
        known = None if links is None else known_links(links, sources, targets, amounts, row, self._left)
        self._flow = Flow(sources, targets, amounts, stock, row, births, known, labels)
        self._policies: dict[str, Policy] = {}

    def __len__(self) -> int:
        """How many movements."""
        return len(self._flow.quantity)

    def __repr__(self) -> str:
        return f"CustodyNetwork({len(self)} movements, {self.holders} holders, births={self._flow.rule!r})"

    @property
    def holders(self) -> int:
        """How many holders; with labels, how many nodes."""
        return self._flow.holders

    @property
    def labels(self) -> int:
        """How many holders there are to ask about: labels, or without them holders."""
        label = self._flow.label
        return self.holders if label is None else int(label.max(initial=-1)) + 1

    def order(self) -> NDArray[np.int64]:
        """The rows in the order in which their goods moved, int64[movements]."""
        return self._flow.rows(np.arange(len(self), dtype=np.int64))

    def balances(self) -> NDArray[np.float64]:
        """What each holder has at the end, float64[holders], in items; the same under both rules for births."""
        return self._flow.balance.copy()

    def births(self) -> NDArray[np.float64]:
        """What was born in each movement, float64[movements], by row; all zero with births="opening"."""
        birth = self._flow.birth
        return self._flow.by_row(birth if self._left is None else birth / self._left)

    def opening_shortfall(self) -> NDArray[np.float64]:
        """All that each holder lacked when it issued, float64[holders].

        The least stock, over the one given, that it must have begun with if nothing was born there.
        """
        return self._flow.shortfall / self._left_of_opening

    def opening(self, policy: str = "proportional") -> NDArray[np.float64]:
        """The stock each holder begins with, float64[holders]; with births="opening", the shortfall included, which is
        the same under every policy but "strict" (see `strict`)."""
        if policy == "strict":
            return self._strict().start / self._left_of_opening
        return self._flow.start / self._left_of_opening

    def origins(self, holder: int, policy: str = "proportional", of: Of = "held") -> NDArray[np.float64]:
        """How much of a holder's goods came from each holder, born there or from its opening stock.

        float64[holders], in items. of="held": of the balance at the end, to which it sums. of="received": of all
        that ever came in from other holders, whether or not it left again (goods that come back count again);
        it sums to the gross inflow.
        """
        return self.origins_by_kind(holder, policy, of).total

    def origins_by_kind(self, holder: int, policy: str = "proportional", of: Of = "held") -> Origins:
        """As `origins`, with what was born apart from what was opening stock."""
        holder, received = self._question(holder, of)
        return Origins(*self._policy(policy).origins(holder, received))

    def by_links(self, holder: int, of: Of = "held") -> float:
        """How many of a holder's goods came by a known link at one step at least, under the policy "strict"."""
        holder, received = self._question(holder, of)
        parts = self._policy("strict").origins(holder, received)
        apart = sum(self._strict().unlinked(node, received) for node in self._flow.nodes(holder).tolist())
        return max(0.0, float(parts[0].sum() + parts[1].sum()) - apart)

    def origins_by_row(self, holder: int, policy: str = "proportional", of: Of = "held") -> NDArray[np.float64]:
        """How much of a holder's goods was born in each movement, float64[movements], by row.

        Summed over the rows of one source it is `origins_by_kind(...).born`; by row it has a date, which decides
        whether the source made such goods then.
        """
        holder, received = self._question(holder, of)
        return self._flow.by_row(self._policy(policy).births(holder, received))

    def chains(
        self,
        holder: int,
        policy: str = "proportional",
        limit: int = 10,
        of: Of = "held",
        *,
        most_expansions: int = 100_000,
    ) -> ChainResult:
        """The largest chains of holders by which a holder's goods came to it, exactly; see `ChainResult`.

        A chain is a sequence of holders from the origin to the holder asked about, its quantity summed over all
        paths of movements along it. most_expansions bounds the work; `exact` tells whether it sufficed.
        """
        holder, received = self._question(holder, of)
        if limit < 1:
            raise UnknownOptionError(f"limit={limit}: ask for at least one chain")
        return find_chains(self._policy(policy), self._flow, holder, received, limit, most_expansions)

    def along(self, sequence: Sequence[int], policy: str = "proportional", of: Of = "held") -> Along:
        """What of the goods of the last holder of a sequence came to it along that sequence, by where it began.

        The masses sum to the quantities of the chains of those holders, born and opening stock. Costs the size of
        the answer: only that sequence is walked.
        """
        if not len(sequence):
            raise UnknownOptionError("sequence is empty: give holders, the one asked about last")
        holders = [self._question(holder, of)[0] for holder in sequence]
        return along(self._policy(policy), self._flow, holders, of == "received")

    def _policy(self, name: str) -> Policy:
        if name not in self._policies:
            known = POLICIES if self._flow.links is None else WITH_LINKS
            if name not in WITH_LINKS:
                raise UnknownPolicyError(f"policy {name!r} is unknown: use one of {', '.join(known)}")
            if name not in known:
                raise UnknownPolicyError(f"policy {name!r} holds to known links: give links=, or use 'proportional'")
            made = known[name](self._flow)
            if self._flow.label is not None:
                from takingstock.trace.labels import Labelled

                made = Labelled(made, self._flow)
            self._policies[name] = made
        return self._policies[name]

    def _strict(self) -> Strict:
        """The policy "strict" of nodes, labelled or not."""
        made = self._policy("strict")
        return cast("Strict", getattr(made, "policy", made))

    def _question(self, holder: int, of: Of) -> tuple[int, bool]:
        if of not in get_args(Of):
            raise UnknownOptionError(f"of={of!r}: use {' or '.join(map(repr, get_args(Of)))}")
        if not 0 <= holder < self.labels:
            raise UnknownHolderError(f"holder {holder} is none of the {self.labels}: ask for 0 to {self.labels - 1}")
        return int(holder), of == "received"


def _take_in(
    source: ArrayLike, target: ArrayLike, time: ArrayLike, quantity: ArrayLike, holders: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], bool] | None:
    """Large columns of plain types, checked and copied in one pass, and whether times rise from row to row.

    None where the columns are small, of other types, or wrong; the careful way then takes them or names the fault.
    """
    columns = (source, target, time, quantity)
    if not all(isinstance(c, np.ndarray) and c.ndim == 1 and c.flags.c_contiguous for c in columns):
        return None
    sources, targets, times, amounts = (np.asarray(c) for c in columns)
    length = len(amounts)
    if length < LARGE or not length == len(sources) == len(targets) == len(times):
        return None
    if sources.dtype not in (np.int32, np.int64) or targets.dtype != sources.dtype:
        return None
    if times.dtype not in (np.int64, np.float64) or amounts.dtype != np.float64:
        return None
    from takingstock.trace import kernels

    # One block: memory fresh from the system costs more than all that is done here, and a block is found again.
    block = np.empty(2 * length)
    numbers = block[length:].view(np.int32)
    own = numbers[:length], numbers[length:], block[:length]

    def part(rows: slice) -> tuple[bool, bool]:
        copies = own[0][rows], own[1][rows], own[2][rows]
        return kernels.take_in(sources[rows], targets[rows], times[rows], amounts[rows], holders, *copies)

    if length < VERY_LARGE:
        right, rising = part(slice(0, length))
        return (*own, rising) if right else None
    # Most of the time goes into memory fresh from the system, which two cores find twice as fast.
    middle = length // 2
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(part, (slice(0, middle), slice(middle, length))))
    rising = all(rises for _, rises in halves) and bool(times[middle] > times[middle - 1])
    return (*own, rising) if all(right for right, _ in halves) else None


def _what_is_left(
    times: NDArray[np.float64] | NDArray[np.int64], row: NDArray[np.int64] | None, half_life: float
) -> NDArray[np.float64]:
    """What part of the goods of each movement is left at the last time, float64[movements], by position."""
    if not 0.0 < half_life < np.inf:
        raise UnknownOptionError(f"half_life={half_life}: give a time above zero, or None for no attrition")
    in_order = times if row is None else times[row]
    age = (in_order[-1:] - in_order).astype(np.float64) / half_life
    if len(age) and not age[0] <= MOST_HALF_LIVES:
        raise UnknownOptionError(
            f"half_life={half_life} passes {age[0]:.0f} times between the first movement and the last: give it in the "
            f"unit of time; at most {MOST_HALF_LIVES} can be counted"
        )
    left: NDArray[np.float64] = np.exp2(-age)
    return left


def _column(name: str, values: ArrayLike, length: int) -> NDArray[Any]:
    column = np.asarray(values)
    if column.ndim != 1:
        raise LengthError(f"{name} has {column.ndim} dimensions: give one value per movement")
    if len(column) != length:
        raise LengthError(f"{name} has {len(column)} values, quantity {length}: give one per movement")
    return column


def _amounts(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """A column of quantities, the network's own copy."""
    try:
        amounts = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError) as fault:
        raise MissingValueError(f"{name} holds what is no number ({fault}): leave such rows out") from fault
    if amounts.ndim != 1:
        raise LengthError(f"{name} has {amounts.ndim} dimensions: give a column of numbers")
    if len(amounts) == 0:
        return amounts
    # One look at the extremes: NaN and infinity show in them as they do in any row.
    least, most = float(amounts.min()), float(amounts.max())
    if not (np.isfinite(least) and np.isfinite(most)):
        row = int(np.flatnonzero(~np.isfinite(amounts))[0])
        raise MissingValueError(
            f"{name}[{row}] is {amounts[row]}: give a number, or leave the row out and say it is unknown"
        )
    if least < 0.0:
        row = int(np.argmin(amounts))
        raise NegativeQuantityError(f"{name}[{row}] is {amounts[row]:g}: record a return as a movement the other way")
    return amounts


def _holder_numbers(name: str, values: ArrayLike, length: int, holders: int) -> NDArray[np.int32]:
    column = _column(name, values, length)
    if length == 0:
        return np.empty(0, dtype=np.int32)
    if column.dtype.kind not in "iu":
        whole = column.dtype.kind == "f" and bool(np.all(column == np.floor(column)))
        if not whole:
            raise UnknownHolderError(f"{name} holds {column.dtype}, not holder numbers: number the holders from 0")
    if column.min() < 0 or column.max() >= holders:
        row = int(np.flatnonzero((column < 0) | (column >= holders))[0])
        raise UnknownHolderError(
            f"{name}[{row}] is {column[row]}, but there are {holders} holders: number them 0 to {holders - 1}"
        )
    return np.array(column, dtype=np.int32, order="C")


def _labels(values: ArrayLike, source: NDArray[np.int32], target: NDArray[np.int32], holders: int) -> NDArray[np.int32]:
    column = np.asarray(values)
    if column.ndim != 1 or len(column) != holders:
        raise LengthError(f"label has shape {column.shape} for {holders} holders: give one for each")
    label = _holder_numbers("label", column, holders, MOST_HOLDERS)
    joined = np.flatnonzero((label[source] == label[target]) & (source != target))
    if len(joined):
        row = int(joined[0])
        raise JoinedNodesError(
            f"movement {row} joins the holders {source[row]} and {target[row]} of label {label[source[row]]}: that is "
            "no change of custody, leave it out"
        )
    return label


def _times(values: ArrayLike, length: int) -> NDArray[np.float64] | NDArray[np.int64]:
    column = _column("time", values, length)
    if column.dtype.kind in "iub":
        return column.astype(np.int64, copy=False)
    if column.dtype.kind == "M":
        missing = np.isnat(column)
        times = column.view(np.int64)
    else:
        try:
            times = column.astype(np.float64, copy=False)
        except (TypeError, ValueError) as fault:
            raise MissingValueError(f"time holds what is no number or date ({fault})") from fault
        missing = np.isnan(times)
    if bool(missing.any()):
        row = int(np.flatnonzero(missing)[0])
        raise MissingValueError(f"time[{row}] is missing: give a date within its range, or leave the row out")
    return times
