"""Truth: what really happened in a world, and what of it a perfect reader of the record could know.

``chains`` run from the maker to the holder asked about, whole. ``known`` are the same goods as far back as the record
has their steps, with the kind of beginning that the record would have to give them: that is what a trace can be held
to. Shares of each list sum to 1 within what the list is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from takingstock.records import Mode, OriginKind, Record
from takingstock.worlds.parcels import Parcel

K = TypeVar("K")


class TrueChain(Record):
    """``steps`` are the holders from the maker to the holder asked about; ``erased`` the same without round trips,
    where it differs."""

    steps: tuple[str, ...]
    share: float
    erased: tuple[str, ...] | None = None


class KnownChain(Record):
    """``steps`` from where the record begins to know the goods; ``kind`` says what that beginning is. ``label``: the
    consignment, where a source follows these goods link by link."""

    steps: tuple[str, ...]
    kind: OriginKind
    share: float
    label: str = ""


class TrueChannel(Record):
    """An inflow to the holder asked about: ``id`` is ``from|mode``, as a trace names it, or ``unrecorded``: then
    both are None."""

    id: str
    from_party: str | None
    mode: Mode | None
    share: float


class TrueOrigin(Record):
    """A maker, and the share of the goods that it made."""

    party: str
    share: float


class Goods(Record):
    """A body of goods (received, or held) by chain, channel and maker; ``total`` in items."""

    total: float
    chains: tuple[TrueChain, ...]
    known: tuple[KnownChain, ...]
    channels: tuple[TrueChannel, ...]
    origins: tuple[TrueOrigin, ...]


class TrueMovement(Record):
    """A change of custody that took place; ``to_party`` None is lost or destroyed, ``from_party`` None is made.
    ``recorded``: some statement speaks of it. A ``key`` that begins with ``m`` is that of the record."""

    key: str
    item: str
    from_party: str | None
    to_party: str | None
    quantity: float
    when: date
    mode: Mode
    recorded: bool


class Verdict(Record):
    """Whether a statement (or an opening count) of the record is true. ``version`` tells what is said of one movement
    apart: statements of one version agree, those of two clash. A statement that agrees with a true one is not
    therefore true itself: it may say by chance, without knowing, what was so. ``repeats``: the statement it copies."""

    id: str
    grade: str
    true: bool
    movement: str | None = None
    version: int = 0
    repeats: str | None = None


class Truth(Record):
    """``received``: all that came in by ``at``; ``held``: what was left then. ``knobs`` and ``holds`` are how the
    record was degraded; ``bias`` is how much likelier each class was to be pictured. ``movements`` are in the order of
    time. ``unreliable`` is the source that errs as a whole or not at all, and ``erred`` whether it did."""

    seed: int
    mechanism: str
    keeps: str | None
    size: int
    knobs: dict[str, float]
    holds: dict[str, float]
    holder: str
    item: str
    at: date
    register_begins: date
    received: Goods
    held: Goods
    bias: dict[str, float]
    movements: tuple[TrueMovement, ...]
    statements: tuple[Verdict, ...]
    counts: tuple[Verdict, ...]
    unreliable: str = ""
    erred: bool = False


def goods(amounts: Mapping[Parcel, float]) -> Goods:
    """The goods by chain, channel and maker, the largest first."""
    total = sum(amounts.values())
    chains = _summed((parcel.holders, q) for parcel, q in amounts.items())
    known = _summed(((parcel.path, parcel.kind, parcel.label), q) for parcel, q in amounts.items())
    channels = _summed((parcel.channel, q) for parcel, q in amounts.items())
    origins = _summed((parcel.holders[0], q) for parcel, q in amounts.items())
    return Goods(
        total=total,
        chains=tuple(
            TrueChain(steps=steps, share=q / total, erased=short if (short := erased(steps)) != steps else None)
            for steps, q in chains
        ),
        known=tuple(
            KnownChain(steps=steps, kind=OriginKind(kind), share=q / total, label=label)
            for (steps, kind, label), q in known
        ),
        channels=tuple(_channel(channel, q / total) for channel, q in channels),
        origins=tuple(TrueOrigin(party=party, share=q / total) for party, q in origins),
    )


def erased(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The way without its round trips: at each holder, what lay between its visits is left out."""
    out: list[str] = []
    for holder in steps:
        if holder in out:
            del out[out.index(holder) + 1 :]
        else:
            out.append(holder)
    return tuple(out)


def as_json(truth: Truth) -> dict[str, object]:
    """The truth as plain values. ``chains`` and ``channels`` at the top are those of what was received."""
    plain = truth.model_dump(mode="json")
    received, held = plain.pop("received"), plain.pop("held")
    head = {name: plain.pop(name) for name in ("seed", "mechanism", "keeps", "size", "holder", "item", "at")}
    return {
        **head,
        "definition": "share of the items of this class (and below) received by the holder up to and including the day",
        **{name: received[name] for name in ("total", "chains", "channels", "origins", "known")},
        "held": held,
        **plain,
    }


def _channel(channel: tuple[str, str] | None, share: float) -> TrueChannel:
    if channel is None or not channel[0]:
        return TrueChannel(id="unrecorded", from_party=None, mode=None, share=share)
    return TrueChannel(id=f"{channel[0]}|{channel[1]}", from_party=channel[0], mode=Mode(channel[1]), share=share)


def _summed(pairs: Iterable[tuple[K, float]]) -> list[tuple[K, float]]:
    found: dict[K, float] = {}
    for key, quantity in pairs:
        found[key] = found.get(key, 0.0) + quantity
    return sorted(found.items(), key=lambda pair: (-round(pair[1], 6), str(pair[0])))
