"""What the sightings add: per population, how far they tell the ways of arrival apart, and what would.

Invariant: populations are never merged, and a floor from documents (so many per cent at least were traced one by one)
stands beside an estimate and never in it: the one counts what could be proved, the other asks for the whole.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from markupsafe import Markup

from takingstock.records import Attribution, ChannelShare, Gain, Population, Stage
from takingstock.report.blocks import Block, Bullets, Cell, Column, Figure, Heading, Row, Section, Table, Text, cell
from takingstock.report.context import Context, diverts, foreign, isolated, number, span_text
from takingstock.report.words import mode_words, quoted
from takingstock.trace.holders import UNKNOWN_FROM

_FLOOR = re.compile(r"\bat least (\d+(?:\.\d+)?) %", re.I)
_NARROWS = 1.05
_UNASKED = frozenset({"no-counts", "no-channels", "repeats-another"})
_SETTLED = frozenset({"separated", "not-separated"})


def section(context: Context) -> Section | None:
    """One part per population that was asked; None where nothing was (no draws, no populations)."""
    asked = context.publication.trace.attributions
    if not asked:
        return None
    t = context.t
    blocks: list[Block] = [
        Text(t("attribution.lead"), "lead"),
        Text(t("attribution.assumed_unrecorded"), "caution"),
        Text(t("attribution.assumes"), "caution"),
        Text(t("attribution.in_hand"), "caution"),
    ]
    for one in asked:
        blocks += _population(context, one)
    if not any(one.channels and one.verdict in _SETTLED for one in asked):
        blocks.append(Text(_mainly(context, asked[0])))
    return Section("attribution", t("section.attribution"), tuple(blocks))


def _population(context: Context, one: Attribution) -> list[Block]:
    t = context.t
    population = context.publication.ledger.population_by_id.get(one.population)
    blocks: list[Block] = [Heading(foreign(population.title if population else one.population))]
    if one.verdict not in _UNASKED:
        sites = t("attribution.assumed" if one.sites_assumed else "attribution.sites", n=_amount(one.sites))
        counted = Markup("{}{}").format(_amount(one.n), context.refs([population.source] if population else []))
        facts = [t("attribution.used", n=counted, by=context.term("dimension", one.by)), sites]
        if one.items:
            names = context.comma.join(context.item(item) for item in one.items)
            facts.append(t("attribution.classes", names=names))
        blocks.append(Text(Markup(" ").join(facts), "about"))
    verdict = f"attribution.verdict.{one.verdict}"
    said = t(verdict) if context.words.has(verdict) else foreign(one.verdict, "en")
    blocks.append(Text(Markup("<strong>{}</strong>").format(said)))
    if len(one.channels) == 1 and one.verdict in _SETTLED:
        # All of it, by whatever way: a share of the whole would say nothing.
        blocks.append(Text(channel_words(context, one.channels[0])))
    elif one.channels and one.verdict in _SETTLED:
        blocks.append(_figure(context, one))
        blocks += _gains(context, one)
        blocks.append(Text(_mainly(context, one)))
    if population:
        blocks += _floor(context, population)
    return blocks


def channel_words(context: Context, one: ChannelShare) -> Markup:
    """A way of arrival in words; several that the sightings cannot tell apart are named together."""
    ways = [_way(context, member) for member in one.members or (one.channel,)]
    if len(ways) == 1:
        return ways[0]
    return context.t("attribution.merged", names=context.semicolon.join(ways))


def _way(context: Context, member: str) -> Markup:
    """``SENDER|MODE`` in words; without a sender it is what no record tells of."""
    sender, _, mode = member.partition("|")
    if not mode:
        return context.t("attribution.unrecorded")
    party = context.t("unknown") if sender == UNKNOWN_FROM else context.party(sender)
    return Markup("{} ({})").format(party, mode_words(context, mode))


def _figure(context: Context, one: Attribution) -> Figure:
    t = context.t
    columns = (
        Column("channel", t("column.channel")),
        Column("prior", t("column.prior"), True),
        Column("share", t("column.posterior"), True),
        Column("separated", t("column.separated")),
    )
    rows = tuple(
        Row(
            (
                cell(channel.channel, channel_words(context, channel)),
                # Computed, and no figure of a source: no link stands here.
                Cell(context.drawn(channel.prior, channel.prior_low, channel.prior_high), channel.prior, True),
                Cell(context.drawn(channel.share, channel.low, channel.high), channel.share, True),
                cell("yes" if channel.separated else "no", t(f"attribution.{'yes' if channel.separated else 'no'}")),
            ),
            plain=(
                ("prior_low", channel.prior_low),
                ("prior_high", channel.prior_high),
                ("low", channel.low),
                ("high", channel.high),
                ("members", "; ".join(channel.members)),
                ("from", channel.from_party),
                ("mode", channel.mode),
            ),
        )
        for channel in one.channels
    )
    about = (("population", one.population), ("verdict", one.verdict), ("by", one.by), ("n", one.n))
    name = f"attribution-{one.population}"
    return Figure(
        name=name,
        chart="intervals",
        number=context.next_figure(),
        title=t("attribution.figure"),
        description=t("attribution.description", n=len(rows)),
        data=_data(context, one),
        table=Table(name, Markup(), columns, rows, css="channels", about=about),
        note=t("attribution.note"),
    )


def _data(context: Context, one: Attribution) -> dict[str, Any]:
    def mark(kind: str, share: float, low: float, high: float) -> dict[str, Any]:
        text = context.drawn_text(share, low, high)
        return {"kind": kind, "value": 100 * share, "low": 100 * low, "high": 100 * high, "text": text}

    return {
        "max": 100,
        "axis": context.words.plain("axis.arsenal"),
        "legend": {key: context.words.plain(f"legend.{key}") for key in ("prior", "posterior")},
        "rows": [
            {
                "label": str(Markup(channel_words(context, channel)).striptags()),
                "marks": [
                    mark("prior", channel.prior, channel.prior_low, channel.prior_high),
                    mark("posterior", channel.share, channel.low, channel.high),
                ],
            }
            for channel in one.channels
        ],
    }


def _gains(context: Context, one: Attribution) -> list[Block]:
    """What one more observation of a kind would tell, the most telling first."""
    if not one.gains:
        return []
    ranked = sorted(one.gains, key=lambda gain: (-(gain.bits or 0.0), gain.observation))
    return [Text(context.t("attribution.gains"), "about"), Bullets(tuple(_gain(context, gain) for gain in ranked))]


def _gain(context: Context, gain: Gain) -> Markup:
    t, name = context.t, context.term("observation", gain.observation)
    if gain.bits is None and gain.narrows is None:
        return t("attribution.no_gain", name=name)
    parts = [t("attribution.gain", name=name, bits=isolated(_bits(gain.bits)))] if gain.bits is not None else [name]
    if gain.narrows is not None:
        key = "narrows" if gain.narrows >= _NARROWS else "no_narrowing"
        parts.append(t(f"attribution.{key}", factor=isolated(f"{gain.narrows:.1f}")))
    return Markup(" ").join(parts)


def _bits(bits: float) -> str:
    return f"{bits:.2f}" if bits >= 0.005 else "<0.01"


def _mainly(context: Context, one: Attribution) -> Markup:
    """What can be said of "mainly from the stocks of" the state out of whose forces most recorded ways lead. Figures
    are of inflows pooled by count, and single ones stand only where the sightings tell the ways apart."""
    home = _home(context, one)
    if home is None:
        return context.t("attribution.nothing_said")
    homes = [
        {_home_of(context, member) for member in channel.members or (channel.channel,)} for channel in one.channels
    ]
    ours = [channel for channel, found in zip(one.channels, homes, strict=True) if found == {home}]
    touched = [channel for channel, found in zip(one.channels, homes, strict=True) if home in found]
    key = "silent"
    if one.verdict == "separated" and touched:
        key = "open"
        if any(channel.separated and channel.low > 0.5 for channel in ours):
            key = "more"
        elif sum(channel.high for channel in touched) < 0.5:
            key = "less"
    said = context.t(
        f"attribution.mainly.{key}", state=context.party(home), holder=context.party(context.publication.trace.holder)
    )
    if not ours:
        return said
    # Medians do not add up, so it is the largest way and not their sum.
    most = max(ours, key=lambda channel: (channel.share, channel.channel))
    if one.verdict == "separated":
        before = context.drawn(most.prior, most.prior_low, most.prior_high)
        after = context.drawn(most.share, most.low, most.high)
    else:
        before, after = _ends(context, most.prior_low, most.prior_high), _ends(context, most.low, most.high)
    return Markup("{} {}").format(said, context.t("attribution.mainly.figures", prior=before, share=after))


def _ends(context: Context, low: float, high: float) -> Markup:
    """An interval without a figure in its middle."""
    span = span_text(low, high)
    return isolated(span) if span else context.whole(low)


def _home(context: Context, one: Attribution) -> str | None:
    """The state out of whose forces the holder's arms came by most recorded ways."""
    members = [member for channel in one.channels for member in channel.members or (channel.channel,)]
    homes = Counter(home for member in members if (home := _home_of(context, member)))
    if not homes:
        directory, holder = context.publication.directory, context.publication.trace.holder
        for movement in context.publication.movements:
            to = movement.to_party
            mine = to is not None and (to == holder or (directory.has(to) and directory.part_of(to, holder)))
            if mine and movement.stage is Stage.DELIVERED and diverts(movement):
                homes.update([home] if (home := _home_of(context, movement.from_party or "")) else [])
    return min(homes, key=lambda home: (-homes[home], home)) if homes else None


def _home_of(context: Context, member: str) -> str | None:
    """The state of the sender of a way of arrival."""
    party, directory = member.partition("|")[0], context.publication.directory
    return directory.country(party) if directory.has(party) else None


def _floor(context: Context, population: Population) -> list[Block]:
    """What documents say at least of a population, in the case's own words, with what it is and is not."""
    said = floor(population)
    if said is None:
        return []
    figure, sentence = said
    words = _told(context, population, figure)
    if words is None:
        words = Markup("{}{}").format(quoted(context, sentence), context.refs([population.source]))
    return [
        Text(context.t("attribution.floor"), "about floor"),
        Text(words, "floor"),
        Text(context.t("attribution.beside"), "caution"),
    ]


def floor(population: Population) -> tuple[str, str] | None:
    """The figure and the sentence of a population's note that give a floor ("At least 12 % …"), if it has one."""
    for sentence in re.split(r"(?<=[.])\s+(?=[A-Z])", population.note):
        if match := _FLOOR.search(sentence):
            return match[1], sentence
    return None


def _told(context: Context, population: Population, figure: str) -> Markup | None:
    """The case's own passage on the floor: one that has the figure, from a source that the population's note names."""
    for one in (*context.publication.highlights, *context.publication.narrative):
        named = any(re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", population.note) for id in one.sources)
        if named and re.search(rf"(?<![\d.,]){re.escape(figure)} %", one.text):
            return context.paragraph(one)
    return None


def _amount(value: float) -> Markup:
    return isolated(number(round(value)))
