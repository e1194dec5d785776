"""Decisions: whether a ruling on a sighting may stand. The same test before it is written and whenever it is read.

An expert cannot release alone. *Alone* means: the experts whose identifications are released are the only people
behind the release. So it needs as many independent experts as the rule asks for, all different people (names compared
folded), and besides them one more person, who verified a source or who releases. Who collected a file counts for
nothing here: collecting is no judgement of it. A rule of one expert is a case's open choice to let one be enough; its
words stand in the release.

An adjudicator who identified the sighting does not decide for their own side against the dissent of others. What is
adjudicated or released still needs the rule's number of experts who support it at that level; dissent is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from takingstock.catalogue import consensus
from takingstock.records import (
    Agreed,
    BadValueError,
    Identification,
    ReviewRule,
    ReviewState,
    Ruling,
    RulingKind,
    folded,
)
from takingstock.reference.taxonomy import Taxonomy

_MAY_ADJUDICATE = (ReviewState.AGREED, ReviewState.DISPUTED, ReviewState.ADJUDICATED)
_MAY_RELEASE = (ReviewState.AGREED, ReviewState.ADJUDICATED, ReviewState.WITHDRAWN)


def decided(
    ruling: Ruling,
    state: ReviewState,
    standing: Agreed | None,
    counted: Sequence[Identification],
    verifiers: frozenset[str],
    unsupported: tuple[str, ...],
    rule: ReviewRule,
    taxonomy: Taxonomy,
) -> Agreed:
    """What an adjudication or a release makes stand, given the state before it. ``verifiers`` are the folded names of
    those who verified the sighting's sources. Raises BadValueError with what to do."""
    release = ruling.kind is RulingKind.RELEASE
    allowed = _MAY_RELEASE if release else _MAY_ADJUDICATE
    if state not in allowed or (release and standing is None):
        raise BadValueError(_not_now(ruling.kind, state))
    if ruling.level is None or not ruling.item:
        raise BadValueError(f"a ruling '{ruling.kind.value}' says level and item; fill them in")
    if not taxonomy.has(ruling.item):
        raise BadValueError(f"no item class {ruling.item!r} in the taxonomy; choose one that is")
    what = consensus.claim(ruling.level, ruling.item, ruling.maker, ruling.made_in, ruling.serial)
    found = consensus.describe(what, counted, rule.experts, taxonomy)
    support = [one for one in counted if one.id in set(found.support)]
    who = consensus.experts(support)
    if len(who) < rule.experts:
        raise BadValueError(
            f"{len(who)} of {rule.experts} independent experts support {ruling.item} at level {ruling.level.value}; "
            "choose a lower level or a wider class that they support, or reopen the review and ask another expert"
        )
    _stated(ruling, support, rule.experts)
    person = folded(ruling.person)
    if not release:
        if person in who and found.dissent:
            raise BadValueError(
                f"{ruling.person} identified this sighting and others dissent; let somebody else adjudicate"
            )
    else:
        assert standing is not None
        _no_more_than(ruling, standing, taxonomy)
        if rule.experts > 1 and not (({person} | verifiers) - who):
            raise BadValueError(
                "nobody but the experts themselves stands behind this release; let another person release it "
                "or verify its sources"
            )
        if left := sorted(set(found.dissent) - set(ruling.dissent)):
            raise BadValueError(f"the release leaves out the dissent of {', '.join(left)}; dissent is kept: name it")
        if unsupported:
            raise BadValueError("; ".join(unsupported))
    return found.model_copy(
        update={"made_in": ruling.made_in, "maker": ruling.maker, "made": ruling.made, "serial": ruling.serial}
    )


def _not_now(kind: RulingKind, state: ReviewState) -> str:
    hint = {
        ReviewState.COLLECTED: "verify every source first",
        ReviewState.VERIFIED: "ask experts to identify it first",
        ReviewState.IN_REVIEW: "wait for the experts, or close the review",
        ReviewState.DISPUTED: "adjudicate first",
        ReviewState.RELEASED: "withdraw the release first",
        ReviewState.WITHDRAWN: "release it again, or reopen its review",
    }.get(state, "nothing to do")
    return f"cannot {kind.value} a sighting that is {state.value}: {hint}"


def _stated(ruling: Ruling, support: Sequence[Identification], needed: int) -> None:
    """Whether enough supporters state what the ruling says of country, maker, years and serial."""
    at = consensus.states(ruling.made_in)
    say = [one for one in support if consensus.states(one.made_in) & at]
    if at and (len(consensus.experts(say)) < needed or not _common(say) <= at):
        raise BadValueError(f"fewer than {needed} experts support made_in {ruling.made_in}; leave it out")
    if ruling.maker:
        say = [one for one in support if consensus.plain(one.maker) == consensus.plain(ruling.maker)]
        if len(consensus.experts(say)) < needed:
            raise BadValueError(f"fewer than {needed} experts support the maker {ruling.maker}; leave it out")
    if ruling.made.known:
        say = [one for one in support if one.made.known and one.made.within(ruling.made)]
        shared = consensus.describe_years([one for one in support if one.made.overlaps(ruling.made)], needed)
        if len(consensus.experts(say)) < needed and not (shared.known and shared.within(ruling.made)):
            raise BadValueError(f"fewer than {needed} experts support made {ruling.made}; leave it out or widen it")
    if ruling.serial:
        say = [one for one in support if consensus.plain(one.serial) == consensus.plain(ruling.serial)]
        if ruling.level is None or ruling.level.value != "serial" or len(consensus.experts(say)) < needed:
            raise BadValueError(
                f"a serial needs level serial and {needed} experts who read it as {ruling.serial}; leave it out"
            )


def _common(rows: Sequence[Identification]) -> frozenset[str]:
    first, *others = (consensus.states(one.made_in) for one in rows)
    return first.intersection(*others)


def _no_more_than(ruling: Ruling, standing: Agreed, taxonomy: Taxonomy) -> None:
    """A release says what stands or less."""
    assert ruling.level is not None
    assert ruling.item is not None
    more = []
    if ruling.level.rank > standing.level.rank:
        more.append(f"level {ruling.level.value}, but {standing.level.value} stands")
    if not taxonomy.is_a(standing.item, ruling.item):
        more.append(f"item {ruling.item}, but {standing.item} stands")
    for name, said, stands in (
        ("made_in", ruling.made_in, standing.made_in),
        ("maker", ruling.maker, standing.maker),
        ("serial", ruling.serial, standing.serial),
    ):
        if said and said != stands:
            more.append(f"{name} {said}, but {stands or 'none'} stands")
    if ruling.made.known and not (standing.made.known and standing.made.within(ruling.made)):
        more.append(f"made {ruling.made}, but {standing.made or 'none'} stands")
    if more:
        raise BadValueError(f"a release says what stands or less, not {'; '.join(more)}; adjudicate first")
