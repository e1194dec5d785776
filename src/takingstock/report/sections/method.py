"""How this was computed: what a reader needs to reprint every number, and the words that are used. No clock."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import Credibility, Likelihood, Reliability, percent
from takingstock.report.blocks import Block, Bullets, Heading, Section, Text
from takingstock.report.context import Context, foreign, isolated, number
from takingstock.report.drawn import made
from takingstock.report.sections.calibration import DRAWN
from takingstock.report.words import rule_words
from takingstock.trace.draws.holding import every_grade

_LIKELIHOOD = ("1–5", "5–20", "20–45", "45–55", "55–80", "80–95", "95–99")


def section(context: Context) -> Section:
    """Versions, definitions, scales."""
    t, versions = context.t, context.publication.versions
    ledger = context.publication.ledger
    facts = [
        ("case", foreign(ledger.title)),
        ("revision", isolated(str(versions.revision))),
        ("head", Markup("<code dir='ltr'>{}</code>").format(versions.head or "–")),
        ("tables", Markup("<code dir='ltr'>{}</code>").format(versions.tables or "–")),
        ("package", Markup("<code dir='ltr'>takingstock {}</code>").format(versions.package or "–")),
        ("policy", rule_words(context, versions.policy)),
        ("births", rule_words(context, versions.births)),
        ("of", context.term("rule", versions.of)),
        ("draws", _draws(context)),
        ("at", Markup("<bdi>{}</bdi>").format(versions.at or context.t("method.any_time"))),
        ("holder", context.party(context.publication.holder)),
        (
            "size",
            t(
                "method.sizes",
                sources=isolated(str(len(ledger.sources))),
                statements=isolated(str(len(ledger.statements))),
                movements=isolated(str(len(context.publication.movements))),
                counts=isolated(str(len(ledger.counts))),
                sightings=isolated(str(len(ledger.sightings))),
            ),
        ),
    ]
    rows = Markup().join(
        Markup("<tr><th scope='row'>{}</th><td>{}</td></tr>").format(t(f"method.{key}"), value) for key, value in facts
    )
    blocks: list[Block] = [
        Text(t("method.lead"), "lead"),
        Text(Markup("<table class='facts'><tbody>{}</tbody></table>").format(rows), "block"),
        Heading(t("method.definitions")),
        Bullets(tuple(t(f"method.definition.{n}") for n in range(1, 9))),
        Heading(t("method.grades")),
        Text(t("method.grades_lead")),
        Text(_scale(context, "reliability", "ABCDEF"), "block"),
        Text(_scale(context, "credibility", "123456"), "block"),
        *_probabilities(context),
        Heading(t("method.words")),
        Text(t("method.language")),
    ]
    if note := t("method.translation"):
        blocks.append(Text(note, "caution"))
    return Section("method", t("section.method"), tuple(blocks))


def _draws(context: Context) -> Markup:
    trace = context.publication.trace
    if not made(trace):
        return context.t("method.draws_none")
    ends = isolated(number(trace.draws)), isolated(number(max(trace.draws, trace.asked)))
    return context.t("method.draws_made", n=ends[0], all=ends[1], seed=isolated(str(trace.seed)))


def _probabilities(context: Context) -> list[Block]:
    """What draws are and rest on, where there are any, and what the words of likelihood mean."""
    t = context.t
    words: list[Block] = [Heading(t("method.likelihood"))]
    if not made(context.publication.trace):
        return [*words, Text(t("method.likelihood_lead"), "caution"), Text(_likelihood(context), "block")]
    # The sampler is compiled code, imported by whoever has drawn already.
    from takingstock.trace.draws.sampling import ABOUT_SHARE, EXCESS_SHARE

    about, excess = (isolated(percent(share, 0)) for share in (ABOUT_SHARE, EXCESS_SHARE))
    return [
        Heading(t("method.draw_title")),
        Bullets(tuple(t(f"method.draw.{n}", about=about, excess=excess) for n in range(1, 8))),
        Text(_measured(context), "caution"),
        *_sightings(context),
        Heading(t("method.holds")),
        Text(t("method.holds_lead"), "caution"),
        Text(_holds(), "block"),
        *words,
        Text(t("method.likelihood_drawn"), "caution"),
        Text(_likelihood(context), "block"),
        Text(t("method.confidence_drawn"), "caution"),
    ]


def _sightings(context: Context) -> list[Block]:
    """What is assumed where sightings are put to the draws; nothing where none were."""
    t = context.t
    if not context.publication.trace.attributions:
        return []
    assumed = ("attribution.assumed_unrecorded", "attribution.assumes", "attribution.in_hand")
    return [Heading(t("method.sightings")), Bullets(tuple(t(key) for key in assumed))]


def _measured(context: Context) -> Markup:
    """The measured coverage per mechanism, for each kind of interval."""
    found = context.publication.calibration
    kinds = [kind for kind in DRAWN if found and any(one.of(kind) for one in found.mechanisms)]
    if found is None or not kinds:
        return context.t("method.uncalibrated")
    lines = [context.t("method.coverage_lead")]
    for kind in kinds:
        told = context.semicolon.join(
            Markup("{}{} {}").format(
                context.term("mechanism", one.name),
                "" if one.keeps else "*",
                isolated(percent(max(held.coverage, 1e-9), 0)),
            )
            for one in found.mechanisms
            if (held := one.of(kind))
        )
        lines.append(context.t("method.coverage", kind=context.term("held", kind), list=told))
    return Markup(" ").join(lines)


def _holds() -> Markup:
    """The probability of each grade: sources down, information across."""
    values = every_grade()
    head = Markup().join(Markup("<th scope='col'>{}</th>").format(c.value) for c in Credibility)
    rows = Markup().join(
        Markup("<tr><th scope='row'>{}</th>{}</tr>").format(
            r.value,
            Markup().join(
                Markup("<td>{}</td>").format(isolated(percent(values[f"{r.value}{c.value}"], 0))) for c in Credibility
            ),
        )
        for r in Reliability
    )
    return Markup("<table class='facts grades'><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>").format(
        head, rows
    )


def _scale(context: Context, kind: str, letters: str) -> Markup:
    cells = Markup().join(
        Markup("<tr><th scope='row'>{}</th><td>{}</td></tr>").format(letter, context.t(f"{kind}.{letter}"))
        for letter in letters
    )
    return Markup("<table class='facts scale'><caption>{}</caption><tbody>{}</tbody></table>").format(
        context.t(f"method.{kind}"), cells
    )


def _likelihood(context: Context) -> Markup:
    cells = Markup().join(
        Markup("<tr><th scope='row'>{}</th><td>{}</td></tr>").format(
            context.term("likelihood", word.value), isolated(f"{band} %")
        )
        for word, band in zip(Likelihood, _LIKELIHOOD, strict=True)
    )
    return Markup("<table class='facts scale'><tbody>{}</tbody></table>").format(cells)
