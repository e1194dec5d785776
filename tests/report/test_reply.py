"""Right of reply: no report that names a company goes without the notice, on its first page and at the chains."""

import re
from dataclasses import replace

import pytest

from takingstock.records import Party, PartyKind
from takingstock.report import render
from takingstock.report.context import Context
from takingstock.report.language import languages, messages
from takingstock.report.reply import box, elsewhere, in_chains


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


@pytest.mark.parametrize("language", languages())
def test_the_notice_stands_twice(publication, language):
    html = render(publication, language)
    notices = re.findall(r'<p class="reply">(.*?)</p>', html, re.S)
    assert len(notices) == 2
    assert all("A broker" in plain(notice) for notice in notices)
    assert html.index('class="reply"') < html.index('<nav class="toc"')
    chains = html[html.index('<section id="chains">') : html.index('<section id="diversion">')]
    assert 'class="reply"' in chains


def test_the_words(publication):
    text = plain(box(Context(publication, messages("en"))).html)
    assert "This case logs no right of reply for: A broker." in text
    assert "A report that names a company is not to be released before it is." in text


def test_a_company_outside_the_chains_is_named_too(publication, other):
    dealer = Party(id="dealer", name="A dealer", kind=PartyKind.COMPANY)
    rows = tuple(
        s.model_copy(update={"via": ("dealer",)}) if s.id == "d2" else s for s in publication.ledger.statements
    )
    from takingstock.reference.parties import directory

    changed = other(publication, statements=rows, parties=(*publication.ledger.parties, dealer))
    context = Context(replace(changed, directory=directory(changed.ledger.parties)), messages("en"))
    assert in_chains(context) == ("broker",)
    assert elsewhere(context) == ("dealer",)
    assert "Nor for these, which are named outside the chains: A dealer." in plain(box(context).html)


def test_without_a_company_there_is_no_notice(publication, other):
    rows = tuple(s.model_copy(update={"via": ()}) for s in publication.ledger.statements)
    items = tuple(
        block.model_copy(
            update={
                "chains": tuple(
                    chain.model_copy(
                        update={"steps": tuple(step.model_copy(update={"via": ()}) for step in chain.steps)}
                    )
                    for chain in block.chains
                )
            }
        )
        for block in publication.trace.items
    )
    bare = replace(other(publication, statements=rows), trace=publication.trace.model_copy(update={"items": items}))
    assert box(Context(bare, messages("en"))) is None
    assert 'class="reply"' not in render(bare)
