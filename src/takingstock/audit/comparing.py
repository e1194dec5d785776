"""Comparing: what is new, gone or changed between two audits, finding by finding."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.records import Finding, Record


class Changed(Record):
    """A finding that both audits have, with other figures, severity or records behind it."""

    before: Finding
    after: Finding

    @property
    def figures(self) -> bool:
        """Whether numerator, denominator or share differ, not only what stands behind them."""
        return (self.before.numerator, self.before.denominator, self.before.share) != (
            self.after.numerator,
            self.after.denominator,
            self.after.share,
        )


class Difference(Record):
    """Two audits set side by side, each part in the order of its audit; ``same`` is how many are equal."""

    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    changed: tuple[Changed, ...] = ()
    same: int = 0


def compared(before: Iterable[Finding], after: Iterable[Finding]) -> Difference:
    """The difference of two audits by the ids of their findings."""
    first, second = {f.id: f for f in before}, {f.id: f for f in after}
    both = [(first[id_], found) for id_, found in second.items() if id_ in first]
    changed = tuple(Changed(before=a, after=b) for a, b in both if a != b)
    return Difference(
        new=tuple(found for id_, found in second.items() if id_ not in first),
        gone=tuple(found for id_, found in first.items() if id_ not in second),
        changed=changed,
        same=len(both) - len(changed),
    )
