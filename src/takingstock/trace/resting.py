"""Resting: what of an answer rests on known links, and what of those links the record has no room for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import Caution, Movement, OriginKind, Quantity
from takingstock.records.likelihood import percent
from takingstock.trace.asking import Question
from takingstock.trace.custody import Custody
from takingstock.trace.holders import plain, receiver, sender
from takingstock.trace.marked import Pair, standing

KIND = "rests-on-links"
_SHOWN = 5
_TINY = 1e-6


def resting(
    asked: Question, custody: Custody, network: Any, origins: Mapping[tuple[str, OriginKind], float]
) -> tuple[Caution, ...]:
    """Under the policy ``strict``: how many links the network holds to, what share of the holder's goods came by one,
    and what part of the answer the mixture alone would have otherwise; then each link it cannot hold to, and why.
    ``origins`` are the answer's. Nothing under another policy."""
    if custody.links is None:
        return ()
    item, unit = custody.commodity.item, custody.commodity.unit
    held = [pair for pair, part in zip(custody.known, custody.borne, strict=True) if part > 0.0]
    if not held:
        words = "No standing link bears on this class: its shares are those of the policy proportional."
        return (Caution(kind=KIND, item=item, share=0.0, words=words), *_left_out(asked, custody))
    total = sum(origins.values())
    by_links = float(network.by_links(custody.asked, asked.of))
    share = min(1.0, by_links / total) if total else 0.0
    names = sorted({name for pair in held for name in pair.links})
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    words = (
        f"{len(names)} standing link(s) by serial or lot are held to be certain for this class ({shown}). "
        f"{_by_links(share)} {_otherwise(_moved(asked, custody, network, total))}"
    )
    stands = Caution(
        kind=KIND,
        item=item,
        movements=tuple(sorted({key for pair in held for key in (pair.receipt, pair.issue)})),
        quantity=Quantity.exact(by_links, unit),
        share=share,
        words=words,
    )
    return (stands, *_left_out(asked, custody))


def drawn_again(cautions: Iterable[Caution], parts: NDArray[np.floating[Any]]) -> tuple[Caution, ...]:
    """The cautions, where one is of links with what draws make of its share; ``parts``: float[draws], the share of each
    draw's goods that came by a link, not a number where none came."""
    answered = parts[~np.isnan(parts)]
    found = []
    for caution in cautions:
        if caution.kind == KIND and caution.movements and len(answered):
            none = int((answered <= 0.0).sum())
            middle = float(np.quantile(answered, 0.5, method="inverted_cdf"))
            told = f"In draws the median of that share is {percent(middle)}"
            told += f"; in {none:,} of {len(answered):,} no link came to bear." if none else "."
            caution = caution.model_copy(update={"words": f"{caution.words} {told}"})
        found.append(caution)
    return tuple(found)


def _by_links(share: float) -> str:
    if share <= 0.0:
        return "None of the goods that the shares speak of came by one; they can still decide what others left."
    return f"Of the goods that the shares speak of, {percent(share)} came by one of them at some step."


def _otherwise(part: float) -> str:
    if part <= _TINY:
        return "Without links the origins would be the same."
    return f"Without links (policy proportional), {percent(part)} of the origins would be others."


def _moved(asked: Question, custody: Custody, network: Any, total: float) -> float:
    """Total variation distance to the mixture's answer, by holder and by what was made or first seen against what was
    held before: half the sum of the changes of all shares."""
    shares: list[dict[tuple[str, str], float]] = []
    for policy in (asked.policy, "proportional"):
        parts = network.origins_by_kind(custody.asked, policy, asked.of)
        found: dict[tuple[str, str], float] = defaultdict(float)
        for kind, amounts in (("born", parts.born), ("opening", parts.opening)):
            for node in amounts.nonzero()[0]:
                found[(plain(custody.holder_of(int(node))), kind)] += float(amounts[node])
        whole = sum(found.values())
        shares.append({key: amount / whole for key, amount in found.items()} if whole else {})
    if not total or not all(shares):
        return 0.0 if total else 1.0
    before, after = shares
    return 0.5 * sum(abs(before.get(key, 0.0) - after.get(key, 0.0)) for key in before.keys() | after.keys())


def _left_out(asked: Question, custody: Custody) -> Iterable[Caution]:
    """The links that goods cannot have followed as the record has them."""
    yield from _useless(asked, custody)
    for pair, part in zip(custody.known, custody.borne, strict=True):
        if pair.cut:
            yield Caution(
                kind="links-exceed-movement",
                item=custody.commodity.item,
                movements=(pair.receipt, pair.issue),
                words=(
                    f"The links of {pair.receipt} and {pair.issue} know more than is recorded to have moved: between "
                    f"the two they are cut down to {_amount(pair.quantity)}, in proportion."
                ),
            )
        if part >= pair.quantity * (1.0 - _TINY):
            continue
        followed = f"{_amount(part)} are" if part else "none is"
        yield Caution(
            kind="link-not-followed",
            item=custody.commodity.item,
            movements=(pair.receipt, pair.issue),
            quantity=Quantity.exact(pair.quantity - part, custody.commodity.unit),
            words=(
                f"Of {_amount(pair.quantity)} of {pair.issue} that are linked to {pair.receipt} "
                f"({', '.join(pair.links)}), {followed} followed: {_why(asked, custody, pair)}. The rest is mixed."
            ),
        )


def _useless(asked: Question, custody: Custody) -> Iterable[Caution]:
    """Standing links that no figure or no movement is left for: a row was corrected or taken out since."""
    used = {name for pair in asked.known for name in pair.links}
    here = {movement.key for movement in custody.commodity.movements}
    for link in standing(asked.ledger.marklinks):
        ends = (link.receipt, link.issue)
        gone = [key for key in ends if key not in asked.movements]
        if link.id in used or not (here.intersection(ends) or len(gone) == len(ends)):
            continue
        unlike = [
            key for key in ends if key not in gone and asked.movements[key].quantity.unit is not link.quantity.unit
        ]
        why = (
            f"the record holds {' and '.join(gone)} no more"
            if gone
            else f"another unit is counted in {' and '.join(unlike)}"
            if unlike
            else "it, or a movement that it joins, has no figure"
        )
        yield Caution(
            kind="link-not-followed",
            item=custody.commodity.item,
            movements=ends,
            words=f"The link {link.id} ({link.issue} from {link.receipt}) is not followed: {why}.",
        )


def _why(asked: Question, custody: Custody, pair: Pair) -> str:
    there = {plain(movement.key): movement for movement in custody.movements}
    receipt, issue = there.get(pair.receipt), there.get(pair.issue)
    if receipt is None or issue is None:
        return "the two are recorded as goods of different classes, or one of them moves nothing here"
    if plain(receiver(receipt)) != plain(sender(issue)):
        return f"{_name(asked, receiver(receipt))} received them and {_name(asked, sender(issue))} sent them on"
    if _later(receipt, issue):
        return "the record has them leave before they came"
    return "the record has no more of that class come in before they left"


def _amount(items: float) -> str:
    return f"{items:,.0f}" if items >= 10 or items == round(items) else f"{items:,.1f}"


def _later(receipt: Movement, issue: Movement) -> bool:
    return bool(receipt.when.first and issue.when.last and receipt.when.first > issue.when.last)


def _name(asked: Question, holder: str) -> str:
    party = plain(holder)
    return asked.parties.name(party) if asked.parties.has(party) else party
