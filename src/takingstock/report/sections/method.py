"""How this was computed: what a reader needs to reprint every number, and the words that are used. No clock."""

from __future__ import annotations

from markupsafe import Markup

from takingstock.records import Likelihood
from takingstock.report.blocks import Block, Bullets, Heading, Section, Text
from takingstock.report.context import Context, foreign, isolated
from takingstock.report.words import rule_words

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
        Heading(t("method.likelihood")),
        Text(t("method.likelihood_lead"), "caution"),
        Text(_likelihood(context), "block"),
        Heading(t("method.words")),
        Text(t("method.language")),
    ]
    if note := t("method.translation"):
        blocks.append(Text(note, "caution"))
    return Section("method", t("section.method"), tuple(blocks))


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
