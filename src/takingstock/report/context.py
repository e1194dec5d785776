"""Context: the words and links that all sections share: names, quantities, dates, shares, references, numbering."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from markupsafe import Markup, escape

from takingstock.records import DateRange, Finding, Mode, Movement, Quantity, Unit, percent
from takingstock.report.language import Messages, direction_of, ltr, tidy
from takingstock.report.model import Paragraph, Publication
from takingstock.report.references import References

_LEAST = 1e-9
_CITE = re.compile(r"\[@([^\]\s]+)\]")


def number(value: float) -> str:
    """A figure with thousands separators, in Latin digits; at most one decimal."""
    value = round(value, 1)
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def span_text(low: float, high: float) -> str:
    """The ends of an interval of shares in whole per cents, ``61–78 %``, ``61 – >99 %``; empty where both are alike."""
    ends = [percent(max(end, _LEAST), 0) for end in (low, high)]
    if ends[0] == ends[1]:
        return ""
    dash = " – " if ends[0][0] == "<" or ends[1][0] == ">" else "–"
    return f"{ends[0].removesuffix(' %')}{dash}{ends[1]}"


def isolated(text: str) -> Markup:
    """A figure that keeps its own left-to-right order inside right-to-left text."""
    return Markup("<bdi dir='ltr' class='n'>{}</bdi>").format(text)


def foreign(text: str, language: str = "") -> Markup:
    """Text that stays in its own language."""
    lang = Markup(" lang='{}'").format(language) if language else Markup()
    return Markup("<span dir='auto'{}>{}</span>").format(lang, text)


def breakable(text: str, language: str = "") -> Markup:
    """The same for text with addresses in it: a line may end behind a stroke."""
    lang = Markup(" lang='{}'").format(language) if language else Markup()
    parts = Markup("/<wbr>").join(text.split("/"))
    return Markup("<span dir='auto'{}>{}</span>").format(lang, parts)


def passage(text: str, language: str = "en") -> Markup:
    """A longer text that stays in its own language and sets its own direction, as a block."""
    return Markup("<span class='passage' dir='{}' lang='{}'>{}</span>").format(direction_of(language), language, text)


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

    def _flat(self, html: Markup) -> str:
        """HTML of ours as plain text for labels of charts; on a right-to-left page figures stay isolated."""
        text = str(html)
        if self.words.direction == "rtl":
            text = re.sub(r"<bdi dir='ltr' class='n'>([^<]*)</bdi>", lambda match: ltr(match[1]), text)
        return str(Markup(text).striptags())

    # names ------------------------------------------------------------------------------------------------------

    def party_text(self, id: str | None) -> str:
        """The party's name in the report's language."""
        if not id:
            return self.words.plain("unknown")
        directory = self.publication.directory
        if not directory.has(id):
            return id
        name, key = directory.name(id, self.words.code), f"party.{id}"
        # The catalogue names parties for which the directory has only the English name.
        missing = self.words.code != "en" and name == directory.name(id)
        return self.words.plain(key) if missing and self.words.has(key) else name

    def party(self, id: str | None) -> Markup:
        return Markup("<bdi>{}</bdi>").format(self.party_text(id))

    def item_text(self, id: str) -> str:
        """The class by its name in the report's language; by its English name where the table has no other."""
        taxonomy = self.publication.taxonomy
        return tidy(taxonomy.name(id, self.words.code), self.words.code) if taxonomy.has(id) else id

    def item(self, id: str) -> Markup:
        """The same as HTML, marked where it is in another language than the page."""
        taxonomy, text = self.publication.taxonomy, self.item_text(id)
        kept = not taxonomy.has(id) or text == taxonomy.get(id).name
        return Markup("<bdi lang='{}'>{}</bdi>").format("en" if kept else self.words.code, text)

    def term_text(self, kind: str, value: str) -> str:
        """A word of a closed list (mode, stage …) in the report's language, or as it stands if unknown."""
        key = f"{kind}.{value}"
        return self.words.plain(key) if self.words.has(key) else value

    def term(self, kind: str, value: str) -> Markup:
        return Markup(escape(self.term_text(kind, value)))

    def place_text(self, name: str) -> str:
        """A place by its name in the report's language where the catalogue has it, else as the source writes it."""
        return self.term_text("place", name)

    def place(self, name: str) -> Markup:
        return self.term("place", name) if self.words.has(f"place.{name}") else foreign(name)

    def route(self, parties: Iterable[str]) -> Markup:
        """Holders in order, with arrows that follow the direction of the text."""
        arrow = Markup(" <span class='arrow'>{}</span> ").format("←" if self.words.direction == "rtl" else "→")
        return arrow.join(self.party(party) for party in parties)

    # values -----------------------------------------------------------------------------------------------------

    def unit(self, unit: Unit) -> Markup:
        return self.t(f"unit.{unit.value}")

    def unit_of(self, number: float | None, unit: Unit) -> Markup:
        """The unit in the form that goes with a number."""
        return self.t(f"{self.words.counted(number)}.{unit.value}")

    def quantity(self, quantity: Quantity, *, unit: bool = False) -> Markup:
        """A quantity in words that keep its form: at least, up to, about, a range."""
        html = self._quantity(quantity)
        if not unit or not quantity.known:
            return html
        last = quantity.high if quantity.high is not None else quantity.low
        if quantity.form == "exact" and not quantity.about and self.words.counted(last) == "one":
            # Languages count one in their own way, some without a figure.
            return self.t(f"single.{quantity.unit.value}")
        return Markup("{} {}").format(html, self.unit_of(last, quantity.unit))

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
        return self._flat(self.quantity(quantity))

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
            return self.words.ltr(f"{first.year}–{last.year}")
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return say("date.month", month=say(f"month.{first.month}"), year=first.year)
        month = say(f"month.{last.month}")
        if first == last:
            return say("date.day", day=first.day, month=month, year=first.year)
        if (first.year, first.month) == (last.year, last.month):
            return say("date.day", day=self.words.ltr(f"{first.day}–{last.day}"), month=month, year=last.year)
        months = first.day == 1 and (last + timedelta(days=1)).day == 1
        ends = [
            say("date.month", month=say(f"month.{day.month}"), year=day.year)
            if months
            else self.when_text(DateRange.day(day))
            for day in (first, last)
        ]
        return say("date.range", first=ends[0], last=ends[1])

    def years(self, when: DateRange) -> Markup:
        """A range of whole years, open ends included."""
        first, last = (str(day.year) if day else "" for day in (when.first, when.last))
        if first and last:
            return isolated(first if first == last else f"{first}–{last}")
        if not first and not last:
            return self.t("date.unknown")
        return self.t("date.from" if first else "date.until", date=isolated(first or last))

    def when(self, when: DateRange) -> Markup:
        return Markup("<bdi class='d'>{}</bdi>").format(self.when_text(when))

    def share(self, share: float | None, bound: str = "exact") -> Markup:
        """A share; nothing prints 0 % or 100 %. ``bound`` is exact, ``at least``, ``at most`` or ``about``."""
        if share is None:
            return self.t("share.none")
        if share <= 0:
            return self.t("share.nothing")
        html = self._percent(share)
        key = {"at least": "quantity.at_least", "at most": "quantity.at_most", "about": "quantity.about"}.get(bound)
        return self.t(key, n=html) if key else html

    def share_text(self, share: float | None) -> str:
        """The same as plain text."""
        if share is None:
            return self.words.plain("share.none")
        return self._flat(self._percent(share)) if share > 0 else self.words.plain("share.nothing")

    def drawn(self, share: float | None, low: float | None, high: float | None) -> Markup:
        """A median of draws with the middle 90 % of them, ``70 % (61–78 %)``; without draws the plain share. Whole per
        cents, because draws say no more; what came up in no draw is less than one, not none."""
        if share is None or low is None or high is None:
            return self.whole(share) if share is not None and self.publication.trace.draws else self.share(share)
        span = span_text(low, high)
        return self.t("share.drawn", share=self.whole(share), span=isolated(span)) if span else self.whole(share)

    def whole(self, share: float) -> Markup:
        """A share of draws in whole per cents; never none and never all."""
        return self._percent(max(share, _LEAST), 0)

    def drawn_text(self, share: float | None, low: float | None, high: float | None) -> str:
        """The same as plain text, for labels of charts."""
        return self._flat(self.drawn(share, low, high))

    def _percent(self, share: float, digits: int = 1) -> Markup:
        """A share above nothing; what lies beyond the last figure in the language's own way, sign or words."""
        text = percent(share, digits)
        key = {">": "share.over", "<": "share.under"}.get(text[0])
        return self.t(key, n=isolated(text[1:])) if key else isolated(text)

    def span(self, low: float, high: float) -> Markup:
        """A share between two bounds."""
        return self.t("share.span", low=self.share(low), high=self.share(high))

    def finding_share(self, finding: Finding) -> Markup:
        """The finding's share with the bound that numerator and denominator leave."""
        top, bottom = finding.numerator, finding.denominator
        if finding.share is None:
            return self.t("share.none")
        if top.form == "range" and bottom.form == "exact" and bottom.low:
            return self.span((top.low or 0) / bottom.low, (top.high or 0) / bottom.low)
        if top.form in {"at least", "at most"} and bottom.form == "exact":
            return self.share(finding.share, top.form)
        if top.form == "exact" and bottom.form in {"at least", "at most"}:
            return self.share(finding.share, "at most" if bottom.form == "at least" else "at least")
        if top.form == bottom.form == "exact":
            return self.share(finding.share, "about" if top.about or bottom.about else "exact")
        return self.share(finding.share, "about")

    # what is known of one thing ---------------------------------------------------------------------------------

    def stated_range(self, keys: Iterable[str]) -> tuple[float, float, float] | None:
        """Least and greatest figure that contradicting statements name for the movements, and what the leading ones
        say, each added up over the movements; None where no statements contradict each other on a quantity."""
        low = high = lead = 0.0
        found = False
        for movement in (self.movements[key] for key in dict.fromkeys(keys) if key in self.movements):
            for conflict in movement.conflicts:
                said = [Quantity.parse(value) for value in conflict.values] if conflict.field == "quantity" else []
                figures = [end for one in said for end in (one.low, one.high) if end is not None]
                if figures:
                    found = True
                    low, high = low + min(figures), high + max(figures)
                    lead += movement.quantity.best or 0.0
        return (low, high, lead) if found else None

    # references -------------------------------------------------------------------------------------------------

    def refs(self, ids: Iterable[str]) -> Markup:
        return self.references.sup(ids)

    def movement_refs(self, keys: Iterable[str]) -> Markup:
        """Links to the statements that rule the movements."""
        return self.refs(s for key in keys if key in self.movements for s in self.movements[key].ruling)

    def paragraph(self, paragraph: Paragraph) -> Markup:
        """A person's passage, escaped, with its ``[@id]`` marks as links."""
        text, language = paragraph.worded("text", self.words.code)
        parts: list[Markup] = []
        for index, part in enumerate(_CITE.split(text)):
            parts.append(self.refs([part]) if index % 2 else Markup(escape(tidy(part, language))))
        return passage(Markup().join(parts) + self.refs((*paragraph.rests_on, *paragraph.sources)), language)


def diverts(movement: Movement) -> bool:
    """Whether a movement took arms out of authorised hands, by its mode or because a source says so."""
    return movement.mode.diverts or (movement.authorised is False and movement.mode is not Mode.PRODUCTION)
