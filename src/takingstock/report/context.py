"""Context: the words and links that all sections share: names, quantities, dates, shares, references, numbering."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from markupsafe import Markup, escape

from takingstock.records import DateRange, Finding, Mode, Movement, Quantity, Unit, percent
from takingstock.report.language import Messages
from takingstock.report.model import Paragraph, Publication
from takingstock.report.references import References

_CITE = re.compile(r"\[@([^\]\s]+)\]")


def number(value: float) -> str:
    """A figure with thousands separators, in Latin digits; at most one decimal."""
    value = round(value, 1)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def isolated(text: str) -> Markup:
    """A figure that keeps its own left-to-right order inside right-to-left text."""
    return Markup("<bdi dir='ltr' class='n'>{}</bdi>").format(text)


def foreign(text: str, language: str = "") -> Markup:
    """Text that stays in its own language."""
    lang = Markup(" lang='{}'").format(language) if language else Markup()
    return Markup("<span dir='auto'{}>{}</span>").format(lang, text)


def passage(text: str, language: str = "en") -> Markup:
    """A longer text that stays in its own language and sets its own direction, as a block."""
    return Markup("<span class='passage' dir='auto' lang='{}'>{}</span>").format(language, text)


class Context:
    """One render: a publication, a language, running numbers."""

    def __init__(self, publication: Publication, words: Messages) -> None:
        self.publication = publication
        self.words = words
        self.t = words.t
        self.references = References(publication.ledger)
        self.movements: dict[str, Movement] = {movement.key: movement for movement in publication.movements}
        self.comma = words.t("list.comma")
        self.semicolon = words.t("list.semicolon")
        self._figures = 0
        self._tables = 0

    def next_figure(self) -> int:
        self._figures += 1
        return self._figures

    def next_table(self) -> int:
        self._tables += 1
        return self._tables

    # names ------------------------------------------------------------------------------------------------------

    def party_text(self, id: str | None) -> str:
        """The party's name in the report's language."""
        if not id:
            return self.words.plain("unknown")
        directory = self.publication.directory
        return directory.name(id, self.words.code) if directory.has(id) else id

    def party(self, id: str | None) -> Markup:
        return Markup("<bdi>{}</bdi>").format(self.party_text(id))

    def item_text(self, id: str) -> str:
        taxonomy = self.publication.taxonomy
        return taxonomy.get(id).name if taxonomy.has(id) else id

    def item(self, id: str) -> Markup:
        """The class by its name; names of types are not translated."""
        return Markup("<bdi lang='en'>{}</bdi>").format(self.item_text(id))

    def term_text(self, kind: str, value: str) -> str:
        """A word of a closed list (mode, stage …) in the report's language, or as it stands if unknown."""
        key = f"{kind}.{value}"
        return self.words.plain(key) if self.words.has(key) else value

    def term(self, kind: str, value: str) -> Markup:
        return Markup(escape(self.term_text(kind, value)))

    def route(self, parties: Iterable[str]) -> Markup:
        """Holders in order, with arrows that follow the direction of the text."""
        arrow = Markup(" <span class='arrow'>{}</span> ").format("←" if self.words.direction == "rtl" else "→")
        return arrow.join(self.party(party) for party in parties)

    # values -----------------------------------------------------------------------------------------------------

    def unit(self, unit: Unit) -> Markup:
        return self.t(f"unit.{unit.value}")

    def quantity(self, quantity: Quantity, *, unit: bool = False) -> Markup:
        """A quantity in words that keep its form: at least, up to, about, a range."""
        html = self._quantity(quantity)
        if not unit or not quantity.known:
            return html
        one = quantity.form == "exact" and quantity.low == 1
        return Markup("{} {}").format(html, self.t(f"one.{quantity.unit.value}") if one else self.unit(quantity.unit))

    def _quantity(self, quantity: Quantity) -> Markup:
        low, high, mode = quantity.low, quantity.high, quantity.mode
        match quantity.form:
            case "at least":
                return self.t("quantity.at_least", n=isolated(number(low or 0)))
            case "at most":
                return self.t("quantity.at_most", n=isolated(number(high or 0)))
            case "range":
                html = isolated(f"{number(low or 0)}–{number(high or 0)}")
                return html if mode is None else self.t("quantity.mode", range=html, n=isolated(number(mode)))
            case "exact":
                html = isolated(number(low or 0))
                return self.t("quantity.about", n=html) if quantity.about else html
        return self.t("quantity.unknown")

    def quantity_text(self, quantity: Quantity) -> str:
        """The same as plain text, for labels of charts."""
        return re.sub(r"<[^>]+>", "", str(self.quantity(quantity))).replace("&#39;", "'").replace("&amp;", "&")

    def when_text(self, when: DateRange) -> str:
        """A date range in words, as precise as it is known and no more."""
        first, last, say = when.first, when.last, self.words.plain
        if first is None and last is None:
            return say("date.unknown")
        text = str(when)
        if first is None or last is None:
            known = self.when_text(DateRange(first=first or last, last=first or last))
            return say("date.from" if first else "date.until", date=known)
        if re.fullmatch(r"\d{4}", text):
            return text
        if re.fullmatch(r"\d{4}\.\.\d{4}", text):
            return f"{first.year}–{last.year}"
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return say("date.month", month=say(f"month.{first.month}"), year=first.year)
        month = say(f"month.{last.month}")
        if first == last:
            return say("date.day", day=first.day, month=month, year=first.year)
        if (first.year, first.month) == (last.year, last.month):
            return say("date.day", day=f"{first.day}–{last.day}", month=month, year=last.year)
        months = first.day == 1 and (last + timedelta(days=1)).day == 1
        ends = [
            say("date.month", month=say(f"month.{day.month}"), year=day.year)
            if months
            else self.when_text(DateRange.day(day))
            for day in (first, last)
        ]
        return say("date.range", first=ends[0], last=ends[1])

    def when(self, when: DateRange) -> Markup:
        return Markup("<bdi class='d'>{}</bdi>").format(self.when_text(when))

    def share(self, share: float | None, bound: str = "exact") -> Markup:
        """A share; nothing prints 0 % or 100 %. ``bound`` is exact, ``at least``, ``at most`` or ``about``."""
        if share is None:
            return self.t("share.none")
        if share <= 0:
            return self.t("share.nothing")
        html = isolated(percent(share))
        key = {"at least": "quantity.at_least", "at most": "quantity.at_most", "about": "quantity.about"}.get(bound)
        return self.t(key, n=html) if key else html

    def share_text(self, share: float | None) -> str:
        """The same as plain text."""
        if share is None:
            return self.words.plain("share.none")
        return percent(share) if share > 0 else self.words.plain("share.nothing")

    def finding_share(self, finding: Finding) -> Markup:
        """The finding's share with the bound that numerator and denominator leave."""
        top, bottom = finding.numerator, finding.denominator
        if finding.share is None:
            return self.t("share.none")
        if top.form == "range" and bottom.form == "exact" and bottom.low:
            ends = (percent((top.low or 0) / bottom.low), percent((top.high or 0) / bottom.low))
            return isolated(f"{ends[0]} – {ends[1]}")
        if top.form in {"at least", "at most"} and bottom.form == "exact":
            return self.share(finding.share, top.form)
        if top.form == "exact" and bottom.form in {"at least", "at most"}:
            return self.share(finding.share, "at most" if bottom.form == "at least" else "at least")
        if top.form == bottom.form == "exact":
            return self.share(finding.share, "about" if top.about or bottom.about else "exact")
        return self.share(finding.share, "about")

    # references -------------------------------------------------------------------------------------------------

    def refs(self, ids: Iterable[str]) -> Markup:
        return self.references.sup(ids)

    def movement_refs(self, keys: Iterable[str]) -> Markup:
        """Links to the statements that rule the movements."""
        return self.refs(s for key in keys if key in self.movements for s in self.movements[key].ruling)

    def paragraph(self, paragraph: Paragraph) -> Markup:
        """A person's passage, escaped, with its ``[@id]`` marks as links."""
        parts: list[Markup] = []
        for index, part in enumerate(_CITE.split(paragraph.text)):
            parts.append(self.refs([part]) if index % 2 else Markup(escape(part)))
        html = Markup().join(parts) + self.refs((*paragraph.rests_on, *paragraph.sources))
        return Markup("<span class='passage' dir='auto' lang='{}'>{}</span>").format(paragraph.language, html)


def diverts(movement: Movement) -> bool:
    """Whether a movement took arms out of authorised hands, by its mode or because a source says so."""
    return movement.mode.diverts or (movement.authorised is False and movement.mode is not Mode.PRODUCTION)
