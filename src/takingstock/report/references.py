"""References: every figure leads to its source. Short numbered links to the entries of the lists at the end.

Sources are numbered [1] …, statements s1 …, counts c1 …, sightings o1 …, in the order of the ledger (by id), so that
numbers do not depend on where something is cited first.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from takingstock.records import Ledger

_SHOWN = 6


class References:
    """Look-ups from ids to anchors."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.sources = {row.id: n for n, row in enumerate(ledger.sources, 1)}
        self.statements = {row.id: n for n, row in enumerate(ledger.statements, 1)}
        self.counts = {row.id: n for n, row in enumerate(ledger.counts, 1)}
        self.sightings = {row.id: n for n, row in enumerate(ledger.sightings, 1)}
        self._source_of = (
            {row.id: row.source for row in ledger.sightings}
            | {row.id: row.source for row in ledger.counts}
            | {row.id: row.source for row in ledger.statements}
        )

    def anchor(self, id: str) -> str | None:
        """The anchor of a statement, count, sighting or source; None if the ledger has none of that id."""
        for table, letter in ((self.statements, "s"), (self.counts, "c"), (self.sightings, "o"), (self.sources, "r")):
            if id in table:
                return f"{letter}{table[id]}"
        return None

    def source_of(self, id: str) -> str | None:
        """The id of the source behind a statement, count or sighting (a source is its own)."""
        return self._source_of.get(id) or (id if id in self.sources else None)

    def link(self, id: str) -> Markup:
        """One link; an id that the ledger does not know is printed as it is."""
        anchor = self.anchor(id)
        if anchor is None:
            return Markup("<span class='dangling'>{}</span>").format(id)
        label = f"[{self.sources[id]}]" if anchor.startswith("r") else anchor
        source = self._ledger.source_by_id.get(self.source_of(id) or "")
        title = source.title if source else id
        return Markup("<a href='#{}' title='{}'>{}</a>").format(anchor, title, label)

    def sup(self, ids: Iterable[str]) -> Markup:
        """Superscript links; beyond six the rest folds away, but is there."""
        links = [self.link(id) for id in dict.fromkeys(ids)]
        if not links:
            return Markup()
        shown = Markup(" ").join(links[:_SHOWN])
        if len(links) > _SHOWN:
            rest = Markup(" ").join(links[_SHOWN:])
            shown += Markup(" <details><summary>+{}</summary>{}</details>").format(len(links) - _SHOWN, rest)
        return Markup("<span class='ref' dir='ltr'>{}</span>").format(shown)
