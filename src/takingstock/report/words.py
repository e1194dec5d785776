"""Words: careful sentences made from the structured fields of findings and chains, in the report's language.

*Not in the books*, *missing* and *diverted* are different words and stay so; free text of a source is not translated.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from takingstock.records import Caution, Chain, ChainBasis, Finding, Lag, Step, TraceItem, percent
from takingstock.report.context import Context, foreign, isolated, number, passage


def finding_sentence(context: Context, finding: Finding) -> Markup:
    """One sentence: numerator, denominator, share, in the words of the finding's kind."""
    opened = "finding" if finding.denominator.known else "finding_open"
    return context.t(
        f"{opened}.{finding.kind.value}",
        item=context.item(finding.item),
        holder=context.party(finding.holder),
        numerator=context.quantity(finding.numerator),
        denominator=context.quantity(finding.denominator),
        share=context.finding_share(finding),
        unit=context.unit(finding.numerator.unit),
        claimants=claimants(context, finding.claimants),
    )


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


def caution_words(context: Context, caution: Caution) -> Markup:
    """A caution in the report's language where its kind has a template there; its own words follow."""
    key = f"caution.{caution.kind}"
    if context.words.code == "en":
        html = foreign(caution.words, "en")
    else:
        html = passage(caution.words)
        if context.words.has(key):
            item, when = context.item(caution.item or ""), context.when(caution.when)
            html = context.t(key, party=context.party(caution.party), item=item, when=when) + html
    return Markup("{} {}").format(html, context.refs([caution.source] if caution.source else []))


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
        unit=context.unit(block.unit),
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
    verdict = context.t("chain.agree" if spread <= 0.05 else "chain.disagree", spread=isolated(percent(spread)))
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
