"""Words: careful sentences made from the structured fields of findings and chains, in the report's language.

*Not in the books*, *missing* and *diverted* are different words and stay so; free text of a source is not translated.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from takingstock.records import Chain, ChainBasis, Finding, Lag, PopulationTable, ProvenanceLevel, Step, TraceItem, Unit
from takingstock.report.context import Context, foreign, isolated, number, passage

_SINGLE = re.compile(
    rf"sightings-(?P<unit>{'|'.join(Unit)})-(?P<level>{'|'.join(ProvenanceLevel)})-(?P<span>\d{{4}}|until-\d{{4}}|undated)"
)
_OF_WHOLE = frozenset({"not-in-books", "not-counted", "lost-or-illegally-sold"})


def finding_sentence(context: Context, finding: Finding) -> Markup:
    """One sentence: numerator, denominator, share, in the words of the finding's kind."""
    opened = "finding" if finding.denominator.known else "finding_open"
    # The unit stands behind the denominator, or behind the numerator where only that has one in the sentence.
    of_whole = finding.denominator.known and finding.kind.value in _OF_WHOLE
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
    span = range_words(context, finding)
    return Markup("{} {}").format(sentence, span) if span else sentence


def claimants(context: Context, names: tuple[str, ...]) -> Markup:
    """Whose figure it is; empty where the source speaks for itself."""
    if not names:
        return Markup()
    return context.t("finding.claimants", names=context.semicolon.join(foreign(name) for name in names))


def holders(chain: Chain) -> tuple[str, ...]:
    """The holders of a chain in order, first to last."""
    return (chain.steps[0].from_party, *(step.to_party for step in chain.steps)) if chain.steps else ()


def chain_sentence(context: Context, item: str, chain: Chain) -> Markup:
    """One sentence on a documented chain: the class, the holders in order, the lag."""
    sentence = context.t("chain.sentence", item=context.item(item), route=context.route(holders(chain)))
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
    """What each statement behind a claim says, whose figure it is, and its grade."""
    statements = context.publication.ledger.statement_by_id
    said = []
    for id in finding.rests_on:
        one = statements.get(id)
        if one is None or not one.mode.diverts or not one.quantity.known:
            continue
        parts = [context.item(one.item), context.t("sentence_grade", grade=isolated(str(one.grade)))]
        parts += [foreign(one.claimant)] if one.claimant else []
        said.append(
            Markup("{} ({}) {}").format(
                context.quantity(one.quantity, unit=True), context.semicolon.join(parts), context.refs([id])
            )
        )
    return context.semicolon.join(said)


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
    if context.words.code == "en" or not single or table.id in context.publication.ledger.population_by_id:
        return foreign(table.title)
    when = single["span"]
    if when.startswith("until-"):
        when = context.words.plain("date.until", date=when.removeprefix("until-"))
    elif when == "undated":
        when = context.words.plain("date.unknown")
    return context.t(
        "arsenal.single",
        unit=context.term("few", single["unit"]),
        level=context.term("level", single["level"]),
        when=when,
    )


def step_words(context: Context, step: Step) -> Markup:
    """One change of custody: who to whom, how, when, how many, via whom, and its sources."""
    parts = [mode_words(context, step.mode), context.when(step.when)]
    if step.quantity.known:
        parts.append(context.quantity(step.quantity, unit=True))
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
        denominator=isolated(number(block.total)),
        unit=context.unit_of(block.total, block.unit),
    )


def definition_words(context: Context, block: TraceItem) -> Markup:
    """What the shares of a block are shares of: the class, the question, the rule."""
    trace = context.publication.trace
    if block.total is None:
        only = any(chain.share is not None for chain in block.chains)
        return context.t("chain.defined.only" if only else "chain.defined.none")
    return context.t(
        "chain.defined.held" if trace.of == "held" else "chain.defined.received",
        unit=context.unit(block.unit),
        policy=rule_words(context, trace.policy),
    )


def agreement_words(context: Context, chain: Chain) -> Markup | None:
    """The shares under the other policies and births, and how far apart they lie."""
    if not chain.agreement or chain.share is None:
        return None
    values = [share for _, share in chain.agreement] + [chain.share]
    spread = max(values) - min(values)
    if spread < 0.0005:
        return context.t("chain.same", n=isolated(str(len(chain.agreement))))
    groups: dict[Markup, list[Markup]] = {}
    for label, share in chain.agreement:
        groups.setdefault(context.share(share), []).append(rule_words(context, label))
    named = context.semicolon.join(
        context.t("chain.under", share=share, names=Markup(" / ").join(names)) for share, names in groups.items()
    )
    verdict = context.t("chain.agree" if spread <= 0.05 else "chain.disagree", spread=context.share(spread))
    return context.t("chain.agreement", named=named, verdict=verdict)


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
    return context.t(
        "chain.diversion",
        holder=context.party(step.from_party),
        mode=mode_words(context, step.mode),
        when=context.when(step.when),
    )


def malpractice_words(context: Context, chain: Chain) -> Markup:
    """What a source alleges and its status; without an allegation, that no malpractice is inferred."""
    statements = context.publication.ledger.statement_by_id
    alleged = []
    for key in (key for step in (*chain.steps, *chain.after) for key in step.movements):
        movement = context.movements.get(key)
        for id in movement.statements if movement else ():
            statement = statements[id]
            if statement.allegation:
                status = (
                    quoted(context, statement.allegation_status)
                    if statement.allegation_status
                    else context.t("unknown")
                )
                text = context.t("chain.allegation", text=quoted(context, statement.allegation), status=status)
                alleged.append(Markup("{} {}").format(text, context.refs([id])))
    if not alleged and chain.allegations:
        alleged = [context.t("chain.allegation_only", text=foreign(text)) for text in chain.allegations]
    if not alleged:
        return context.t("chain.no_malpractice")
    unique = list(dict.fromkeys(alleged))
    return Markup("<strong>{}</strong> {} {}").format(
        context.t("chain.alleged"), Markup(" ").join(unique), Markup(escape(context.t("chain.others_not")))
    )
