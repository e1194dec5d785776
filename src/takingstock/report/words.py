"""Words: careful sentences made from the structured fields of findings and chains, in the report's language.

*Not in the books*, *missing* and *diverted* are different words and stay so; free text of a source is not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from takingstock.records import (
    Chain,
    ChainBasis,
    Count,
    Finding,
    FindingKind,
    Lag,
    OriginKind,
    PopulationTable,
    ProvenanceLevel,
    Statement,
    Step,
    TraceItem,
    Unit,
)
from takingstock.report.bearing import never, nothing_left
from takingstock.report.context import Context, foreign, isolated, number, passage
from takingstock.report.totals import received, step_quantity
from takingstock.report.voices import basis_words
from takingstock.trace.holders import UNKNOWN_FROM

_SINGLE = re.compile(
    rf"(?:own-sightings-(?P<holder>.+)-|sightings-)(?P<unit>{'|'.join(Unit)})-(?P<level>{'|'.join(ProvenanceLevel)})-"
    r"(?P<span>\d{4}(?:-\d{4})?|(?:until|since)-\d{4}|undated)"
)
_OF_NUMERATOR = frozenset({FindingKind.CLAIMED_CAPTURE})
"""Kinds in whose sentence the numerator stands alone; of all others it is a part of what is named."""

_OWN_WORDS = frozenset(
    {
        FindingKind.NOT_IN_BOOKS,
        FindingKind.CLAIMED_CAPTURE,
        FindingKind.LOST_OR_SOLD,
        FindingKind.SENT_MORE_THAN_HELD,
    }
)
"""Kinds that the report words itself from numerator, denominator and share alone. The other kinds have more to say (a
year, a second party, the embargo): an English page has the finding's own words, another has both."""


def finding_sentence(context: Context, finding: Finding, *, others: bool = False) -> Markup:
    """One sentence: numerator, denominator, share, in the words of the finding's kind. ``others`` adds what others
    than those whose figure it is claim."""
    opened = "finding" if finding.denominator.known else "finding_open"
    if opened == "finding" and finding.kind is FindingKind.SENT_MORE_THAN_HELD and finding.share is None:
        # No share: nothing at all is recorded as received, or it lies between two bounds.
        opened = "finding_none" if finding.numerator == finding.denominator else "finding_unshared"
    # The unit stands behind the denominator, or behind the numerator where only that has one in the sentence.
    if finding.id.startswith(f"{FindingKind.SERIAL_NOT_SEEN.value}:block:"):
        opened = "finding_unshared"
    of_whole = finding.denominator.known and finding.kind not in _OF_NUMERATOR
    counted = finding.denominator if of_whole else finding.numerator
    sentence = context.t(
        f"{opened}.{finding.kind.value}",
        item=context.item(finding.item),
        holder=context.party(finding.holder),
        numerator=context.quantity(finding.numerator),
        denominator=context.quantity(finding.denominator),
        share=context.finding_share(finding),
        unit=context.unit_of(counted.high if counted.high is not None else counted.low, counted.unit),
        claimants=claimants(context, finding.claimants),
    )
    if finding.kind not in _OWN_WORDS and finding.words:
        own = quoted(context, finding.words)
        sentence = own if context.words.code == "en" else Markup("{} {}").format(sentence, own)
    said = [sentence, range_words(context, finding)]
    if others and (claims := claims_words(context, finding)):
        said.append(context.t("finding.others", claims=claims))
    return Markup(" ").join(part for part in said if part)


def claimants(context: Context, names: tuple[str, ...]) -> Markup:
    """Whose figure it is; empty where the source speaks for itself."""
    if not names:
        return Markup()
    return context.t("finding.claimants", names=context.semicolon.join(foreign(name) for name in names))


def holders(chain: Chain) -> tuple[str, ...]:
    """The holders of a chain in order, first to last."""
    return (chain.steps[0].from_party, *(step.to_party for step in chain.steps)) if chain.steps else ()


def chain_sentence(context: Context, item: str, chain: Chain) -> Markup:
    """One sentence on a documented chain: the class, who states it, the holders in order, the lag."""
    sentence = context.t(
        "chain.sentence",
        item=context.item(item),
        basis=basis_words(context, chain),
        route=context.route(holders(chain)),
    )
    lags = Markup().join(Markup(" {}").format(lag_words(context, lag)) for lag in chain.lag)
    keys = [key for step in chain.steps for key in step.movements]
    return Markup("{}{} {}").format(sentence, lags, context.movement_refs(keys) or context.refs(chain.sources))


def lag_words(context: Context, lag: Lag) -> Markup:
    """Days between two events; a range where a date is one."""
    days = number(lag.low) if lag.low == lag.high else f"{number(lag.low)}–{number(lag.high)}"
    event = context.term("lag", lag.event) if context.words.has(f"lag.{lag.event}") else foreign(lag.event)
    return context.t("chain.lag", event=event, days=isolated(days))


def mode_words(context: Context, mode: str) -> Markup:
    """The mode of a step; several modes of movements summed into one step are joined by ``+``."""
    return Markup(" + ").join(context.term("mode", part) for part in mode.split("+"))


def claims_words(context: Context, finding: Finding) -> Markup:
    """What others claim than those whose figure the finding is: each with its class, claimant and grade."""
    return context.semicolon.join(_claim(context, one) for one in other_claims(context, finding))


def other_claims(context: Context, finding: Finding) -> tuple[Statement, ...]:
    """The claims behind a finding that are not its figure: another number, or the same from another claimant."""
    statements = context.publication.ledger.statement_by_id
    claims = [one for id in finding.rests_on if (one := statements.get(id)) and one.mode.diverts and one.quantity.known]

    def figure(one: Statement) -> bool:
        same = str(one.quantity) == str(finding.numerator) and one.quantity.unit is finding.numerator.unit
        return same and one.item == finding.item and (not finding.claimants or one.claimant in finding.claimants)

    return tuple(one for one in claims if not figure(one))


def _claim(context: Context, one: Statement) -> Markup:
    parts = [context.item(one.item), context.t("sentence_grade", grade=isolated(str(one.grade)))]
    parts += [foreign(one.claimant)] if one.claimant else []
    return Markup("{} ({}) {}").format(
        context.quantity(one.quantity, unit=True), context.semicolon.join(parts), context.refs([one.id])
    )


def given_words(context: Context, records: Iterable[Statement | Count]) -> Markup:
    """Figures as they are given, each with whose it is."""
    return context.semicolon.join(
        Markup("{}{} {}").format(
            context.quantity(one.quantity, unit=True),
            Markup(" ({})").format(foreign(one.claimant)) if one.claimant else Markup(),
            context.refs([one.id]),
        )
        for one in records
    )


def range_words(context: Context, finding: Finding) -> Markup:
    """Between which figures the statements on a claim range; empty where they do not contradict each other."""
    statements = context.publication.ledger.statement_by_id
    keys = [one.movement for id in finding.rests_on if (one := statements.get(id)) and one.mode.diverts]
    span = context.stated_range(keys)
    if span is None or finding.numerator.form == "range":
        return Markup()
    low, high = (isolated(number(end)) for end in span[:2])
    return context.t("finding.range", low=low, high=high)


def population_title(context: Context, table: PopulationTable) -> Markup:
    """The title of a population: as the case has it, or made from its id where it was made of single sightings."""
    single = _SINGLE.fullmatch(table.id)
    if not single or (not single["holder"] and table.id in context.publication.ledger.population_by_id):
        return foreign(table.title)
    when, say = single["span"], context.words.plain
    if when.startswith("until-"):
        when = say("date.until", date=when.removeprefix("until-"))
    elif when.startswith("since-"):
        when = say("date.from", date=when.removeprefix("since-"))
    elif when == "undated":
        when = say("date.unknown")
    else:
        when = context.words.ltr(when.replace("-", "–"))
    owner = {"holder": context.party(single["holder"])} if single["holder"] else {}
    return context.t(
        "arsenal.own" if owner else "arsenal.single",
        **owner,
        unit=context.term("few", single["unit"]),
        level=context.term("level", single["level"]),
        when=when,
    )


def step_words(context: Context, step: Step) -> Markup:
    """One change of custody: who to whom, how, when, how many, via whom, and its sources."""
    parts = [mode_words(context, step.mode), context.when(step.when)]
    if step.quantity.known:
        parts.append(step_quantity(context, step))
    if step.via:
        parts.append(context.t("chain.via", names=context.comma.join(context.party(p) for p in step.via)))
    if step.authorised is False:
        parts.append(Markup("<strong>{}</strong>").format(context.t("chain.unauthorised")))
    route = context.route((step.from_party, step.to_party))
    return Markup("<span class='route'>{}</span> <span class='how'>{}</span> {}").format(
        route, Markup(" · ").join(parts), context.movement_refs(step.movements)
    )


def share_words(context: Context, block: TraceItem, chain: Chain) -> Markup:
    """The share with its numerator and denominator, or why there is none."""
    if chain.share is None:
        return context.t("chain.no_share")
    if chain.basis is ChainBasis.DOCUMENTED and chain.quantity is None:
        return context.t("chain.only")
    if chain.quantity is None or block.total is None:
        return context.t("chain.share_only", share=context.share(chain.share))
    return context.t(
        "chain.share",
        share=context.share(chain.share),
        numerator=isolated(number(round(chain.quantity, 1))),
        denominator=context.quantity(received(context, block)),
        unit=context.unit_of(block.total, block.unit),
    )


def definition_words(context: Context, block: TraceItem) -> Markup:
    """What the shares of a block are shares of: the class, the question, the rule."""
    trace = context.publication.trace
    if nothing_left(trace, block):
        return context.t("chain.defined.nothing")
    if block.total is None:
        only = any(chain.share is not None for chain in block.chains)
        return context.t("chain.defined.only" if only else "chain.defined.none")
    defined = context.t(
        "chain.defined.held" if trace.of == "held" else "chain.defined.received",
        unit=context.unit(block.unit),
        policy=rule_words(context, trace.policy),
    )
    if not trace.draws or never(trace, block):
        return Markup("{} {}").format(defined, context.t("chain.defined.plain"))
    came = 1.0 if block.arrived is None else block.arrived
    counts = isolated(number(round(came * trace.draws))), isolated(number(trace.draws))
    return Markup("{} {}").format(defined, context.t("chain.defined.drawn", n=counts[0], all=counts[1]))


def opening_words(context: Context, block: TraceItem) -> Markup:
    """The share that leads back to counted opening stocks, whose own origin is on no record: each with its holder."""
    return context.semicolon.join(
        Markup("{} {}").format(context.party(one.party), context.drawn(one.share, one.low, one.high))
        for one in block.origins
        if one.kind is OriginKind.OPENING and one.share > 0
    )


def agreement(chain: Chain) -> tuple[tuple[str, float], ...]:
    """The shares under other rules, without those that were not computed."""
    return tuple((label, share) for label, share in chain.agreement if share is not None)


def agreement_words(context: Context, chain: Chain) -> Markup | None:
    """The shares under the other policies and births, and how far apart they lie."""
    tested = agreement(chain)
    if not tested or chain.share is None:
        return None
    # A median of draws is no figure of the same kind: only arithmetic is compared with arithmetic.
    values = [share for _, share in tested] + ([] if context.publication.trace.draws else [chain.share])
    spread = max(values) - min(values)
    if spread < 0.0005 and len(chain.steps) == 1:
        # Of a single movement the rules have nothing to say.
        return None
    if spread < 0.0005:
        return context.t("chain.same", n=isolated(str(len(tested))))
    groups: dict[Markup, list[Markup]] = {}
    for label, share in tested:
        groups.setdefault(context.share(share), []).append(rule_words(context, label))
    named = context.semicolon.join(
        context.t("chain.under", share=share, names=Markup(" / ").join(names)) for share, names in groups.items()
    )
    verdict = context.t("chain.agree" if spread <= 0.05 else "chain.disagree", spread=context.share(spread))
    drawn = "agreement_plain" if context.publication.trace.draws else "agreement"
    return context.t(f"chain.{drawn}", named=named, verdict=verdict)


def quoted(context: Context, text: str) -> Markup:
    """What a source or the engine says in English, as a sentence: in line in an English report, else a block."""
    text = text.strip()
    text = text if text.endswith((".", "!", "?", ")")) or not text else f"{text}."
    return foreign(text, "en") if context.words.code == "en" else passage(text)


def rule_words(context: Context, label: str) -> Markup:
    """The name of a policy or a pair of policy and births, in the report's language where it is known."""
    parts = [part for part in label.replace("/", " ").replace(",", " ").replace("+", " ").split() if part]
    return context.comma.join(word for part in parts if (word := context.term("rule", part)))


def diversion_words(context: Context, chain: Chain) -> Markup:
    """The last authorised holder, the mode and the date; or that none is recorded."""
    if chain.diversion is None or chain.diversion >= len(chain.steps):
        return context.t("chain.no_diversion")
    step = chain.steps[chain.diversion]
    if step.from_party == UNKNOWN_FROM:
        return context.t("chain.diversion_unknown", mode=mode_words(context, step.mode), when=context.when(step.when))
    return context.t(
        "chain.diversion",
        holder=context.party(step.from_party),
        mode=mode_words(context, step.mode),
        when=context.when(step.when),
    )


def malpractice_words(context: Context, chain: Chain) -> Markup:
    """What a source alleges and its status; what a source says was not authorised; only without either, that no
    malpractice is inferred."""
    alleged, barred = _alleged(context, chain), _not_authorised(context, chain)
    if not alleged and not barred:
        return context.t("chain.no_malpractice")
    said = []
    if alleged:
        said.append(Markup("<strong>{}</strong> {}").format(context.t("chain.alleged"), Markup(" ").join(alleged)))
    if barred:
        said.append(Markup(" ").join(barred))
    else:
        said.append(context.t("chain.others_not"))
    return Markup(" ").join(said)


def _alleged(context: Context, chain: Chain) -> list[Markup]:
    """Each allegation with its status once, with links to all statements that carry it so."""
    carried: dict[tuple[str, str], list[str]] = {}
    for statement in _statements(context, (*chain.steps, *chain.after)):
        if statement.allegation:
            carried.setdefault((statement.allegation, statement.allegation_status), []).append(statement.id)
    if not carried:
        return [context.t("chain.allegation_only", text=foreign(text)) for text in chain.allegations]
    lines = []
    for (allegation, said), ids in carried.items():
        status = quoted(context, said) if said else context.t("unknown")
        text = context.t("chain.allegation", text=quoted(context, allegation), status=status)
        lines.append(Markup("{} {}").format(text, context.refs(ids)))
    return lines


def _not_authorised(context: Context, chain: Chain) -> list[Markup]:
    """One line per step that a source says was not authorised, unless an allegation about it stands already."""
    lines = []
    for step in (*chain.steps, *chain.after):
        said = _statements(context, (step,))
        barred = [statement.id for statement in said if statement.authorised is False]
        if (step.authorised is False or barred) and not any(statement.allegation for statement in said):
            route = context.route((step.from_party, step.to_party))
            refs = context.refs(barred) or context.movement_refs(step.movements)
            lines.append(context.t("chain.not_authorised", route=route, refs=refs))
    return lines


def _statements(context: Context, steps: Iterable[Step]) -> list[Statement]:
    statements = context.publication.ledger.statement_by_id
    keys = (key for step in steps for key in step.movements if key in context.movements)
    return [statements[id] for key in keys for id in context.movements[key].statements]
