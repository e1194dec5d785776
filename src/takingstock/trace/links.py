"""Known links: goods of one movement that are known, by serial or lot, to have come by an earlier one.

Invariant: the goods of a link come to its source before they leave it, and no movement is promised more than it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from takingstock.trace.births import summed

SLACK = 1e-9
"""By this share the links of a movement may exceed it: that much is rounding."""


class LinkError(ValueError):
    """A known link contradicts the movements it joins."""


@dataclass(frozen=True, eq=False)
class Links:
    """Known links in custody order of their issues; positions as in `Flow`.

    Those of the movement at position i are first[i]:first[i + 1]. receipt: int64[links], the position of the
    movement by which the goods had come. quantity: float64[links], in the units of the flow. into, out_of:
    float64[movements], how much of a movement is linked to where it came from, and to where it went on.
    """

    first: NDArray[np.int64]
    issue: NDArray[np.int64]
    receipt: NDArray[np.int64]
    quantity: NDArray[np.float64]
    into: NDArray[np.float64]
    out_of: NDArray[np.float64]


def known_links(
    links: tuple[ArrayLike, ArrayLike, ArrayLike],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    quantity: NDArray[np.float64],
    row: NDArray[np.int64] | None,
    left: NDArray[np.float64] | None,
) -> Links:
    """Links as given to `CustodyNetwork` (issue rows, receipt rows, quantities), checked; columns in custody order.

    left: what part of the goods of each movement is left at the last time, or None. Raises LinkError.
    """
    issue_rows, receipt_rows = (
        _rows(name, part, len(source)) for name, part in zip(("issue", "receipt"), links[:2], strict=True)
    )
    amount = np.asarray(links[2], dtype=np.float64)
    if not issue_rows.shape == receipt_rows.shape == amount.shape:
        raise LinkError("links differ in length: give an issue row, a receipt row and a quantity for each")
    if not bool(np.all(np.isfinite(amount) & (amount > 0.0))):
        raise LinkError("a link has no quantity above zero: say how many items are known, or leave the link out")
    position = np.arange(len(source), dtype=np.int64)
    if row is not None:
        position[row] = np.arange(len(source), dtype=np.int64)
    issue, receipt = position[issue_rows], position[receipt_rows]
    for wrong, says in (
        (source[issue] != target[receipt], "the second does not go where the first comes from: link neighbours only"),
        (receipt >= issue, "the goods leave before they come: correct a date, or leave the link out"),
    ):
        if bool(wrong.any()):
            k = int(np.flatnonzero(wrong)[0])
            raise LinkError(f"link {k}, row {issue_rows[k]} from row {receipt_rows[k]}: {says}")
    if left is not None:
        amount = amount * left[issue]
    into, out_of = (_within(which, amount, quantity, row) for which in (issue, receipt))
    by_issue = np.lexsort((receipt, issue))
    first = np.concatenate(([0], np.cumsum(np.bincount(issue, minlength=len(source))))).astype(np.int64)
    return Links(first, issue[by_issue], receipt[by_issue], amount[by_issue], into, out_of)


def _rows(name: str, values: ArrayLike, length: int) -> NDArray[np.int64]:
    rows = np.asarray(values)
    if rows.size == 0:
        return np.empty(0, dtype=np.int64)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= length:
        raise LinkError(
            f"{name} rows of links are not whole numbers from 0 to {length - 1}: give one row for each link"
        )
    return rows.astype(np.int64)


def _within(
    which: NDArray[np.int64], amount: NDArray[np.float64], quantity: NDArray[np.float64], row: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    """Links summed by movement, at most its quantity; raises where they are more."""
    total = summed(which, amount, len(quantity))
    if bool(np.any(total > quantity * (1.0 + SLACK))):
        k = int(np.flatnonzero(total > quantity * (1.0 + SLACK))[0])
        raise LinkError(
            f"links of row {k if row is None else row[k]} know {total[k] / quantity[k] if quantity[k] else np.inf:g} "
            "times what it moved (less attrition): correct the links or its quantity"
        )
    # What links leave of a movement is either goods or nothing, never rounding.
    return np.where(total >= quantity * (1.0 - SLACK), quantity, total)
