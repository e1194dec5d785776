"""Checks: a history and a manifest against the checkpoints made of them earlier. Pure: values in, faults out.

A checkpoint signs a root; that the present history begins with what was sealed is shown by its first leaves having that
root. Where they do not, the leaf hashes kept beside the checkpoint (and bound by the root) tell which event differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from pydantic import ValidationError

from takingstock.evidence.heads import ManifestItem, SignedHead, event_leaf, manifest_tree
from takingstock.evidence.timestamps import check_over, check_reply, check_request
from takingstock.records import BODY, GENESIS, BadFileError, Event, EvidenceAdded, EvidenceErased, sealed
from takingstock.records.merkle import MerkleTree, extends

SLACK: Final = timedelta(minutes=5)
"""How far our clock may run ahead of the authority's before a time stamp does not fit."""


@dataclass(frozen=True)
class SealFault:
    """``table`` is history, evidence or seals; ``key`` the number of the event, the id of the evidence, the file."""

    table: str
    key: str
    what: str
    words: str


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as its files say: ``name`` is the file's (000007). ``leaves`` are the leaf hashes of the events
    since the one before, ``manifest`` the evidence as it was; None where that file is missing or cannot be read."""

    name: str
    signed: SignedHead
    leaves: tuple[bytes, ...] | None = None
    manifest: tuple[ManifestItem, ...] | None = None
    request: bytes | None = None
    reply: bytes | None = None

    def stamped(self, root: bytes) -> datetime | None:
        """When the authority signed (UTC), None without a reply. Raises BadFileError where the stamp does not hold."""
        return check_reply(self.reply, self.signed.text().encode(), root, self.request) if self.reply else None


def check_checkpoints(
    checkpoints: Sequence[Checkpoint],
    events: Sequence[Event],
    manifest: Iterable[ManifestItem],
    *,
    known_keys: Collection[str] = (),
    root: bytes | None = None,
    now: datetime | None = None,
) -> tuple[SealFault, ...]:
    """Every fault; none: what was sealed stands. ``known_keys`` are the fingerprints of the keys that may have signed
    (none given: that of the first checkpoint only). ``root``: PEM of the authority's root; without it of a time stamp
    is checked only what it is over. ``now``: no checkpoint may be later (None: not looked at)."""
    faults: dict[tuple[str, str, str], SealFault] = {}
    held = {item.id: item for item in manifest}
    leaves = [event_leaf(event) for event in events]
    tree = MerkleTree(leaves)
    keys = set(known_keys) or {one.signed.head.first_key for one in checkpoints[:1]}
    recorded: list[bytes] | None = []
    good = 0
    before: Checkpoint | None = None
    for number, one in enumerate(checkpoints, start=1):
        found = list(_signature(one, number, before, keys, events))
        if one.signed.genuine:
            found += [*_stamp(one, root), *_clock(one, before, events, now)]
        head = one.signed.head.history
        if not one.signed.genuine or (events and one.signed.head.case != events[0].digest):
            # Its roots say nothing then: compared with them, all would seem altered.
            recorded = None
        elif head.size <= len(tree) and tree.root(head.size).hex() == head.root:
            if one.leaves is None or tuple(leaves[max(0, head.size - len(one.leaves)) : head.size]) != one.leaves:
                found.append(_unfit(one, "events"))
            good, recorded = head.size, leaves[: head.size]
            found += _manifest(one, held, events[head.size :])
        else:
            recorded = [*recorded, *one.leaves] if recorded is not None and one.leaves is not None else None
            if recorded is None or MerkleTree(recorded).root().hex() != head.root:
                found.append(_unfit(one, "events"))
                recorded = None
            found += _history(one, good, recorded, leaves)
            found += _manifest(one, held, events)
        for fault in found:
            faults.setdefault((fault.table, fault.key, fault.what), fault)
        before = one
    return tuple(faults.values())


def check_since(
    noted: str | SignedHead, events: Sequence[Event], *, known_keys: Collection[str] = ()
) -> tuple[SealFault, ...]:
    """Whether the history extends what was noted elsewhere: the digest of an event, or a checkpoint. None: it does."""
    if isinstance(noted, str):
        return tuple(_digest(noted.lower(), events))
    head, tree = noted.head, MerkleTree(event_leaf(event) for event in events)
    name = f"{head.number:06}.json"
    if not noted.genuine or (known_keys and head.key not in known_keys):
        return (SealFault("seals", name, "signature", "the checkpoint that was kept is not signed by a known key"),)
    if head.case != (events[0].digest if events else ""):
        return (SealFault("history", "1", "case", "the checkpoint that was kept is of another case"),)
    if head.history.size > len(tree):
        words = (
            f"the checkpoint that was kept holds {head.history.size} events, the history {len(tree)}: the end is gone"
        )
        return (SealFault("history", str(len(tree) + 1), "cut off", words),)
    path = tree.consistency(head.history.size)
    if extends(head.history.size, bytes.fromhex(head.history.root), len(tree), tree.root(), path):
        return ()
    words = f"the history does not extend the checkpoint that was kept: an event up to {head.history.size} differs"
    return (SealFault("history", str(head.history.size), "consistency", words),)


def _digest(noted: str, events: Sequence[Event]) -> Iterator[SealFault]:
    if noted not in {event.digest for event in events}:
        words = f"no event of the history has the head that was noted, {noted}: its end was cut off or rewritten"
        yield SealFault("history", str(len(events)), "head", words)
    previous = GENESIS
    for number, event in enumerate(events, start=1):
        right = sealed(event.seq, event.kind, event.actor, event.at, event.reason, event.payload, previous)
        if (event.seq, event.previous, event.digest) != (number, previous, right):
            yield SealFault("history", str(number), "chain", f"event {number} does not follow the event before it")
            return
        previous = event.digest


def _signature(
    one: Checkpoint, number: int, before: Checkpoint | None, keys: set[str], events: Sequence[Event]
) -> Iterator[SealFault]:
    head, file = one.signed.head, f"{one.name}.json"
    if not one.signed.genuine:
        yield SealFault("seals", file, "signature", f"seals/{file}: the signature does not fit: it was altered")
    elif head.key not in keys:
        words = f"seals/{file} is signed by another key than before ({head.key[:16]}…)"
        yield SealFault("seals", file, "key", words)
    if head.number != number or one.name != f"{number:06}":
        words = f"seals/{file} stands where checkpoint {number} belongs: one is missing or renamed"
        yield SealFault("seals", file, "number", words)
    elif head.previous != (before.signed.digest() if before else ""):
        yield SealFault("seals", file, "previous", f"seals/{file} does not follow the checkpoint before it")
    if before and head.first_key != before.signed.head.first_key:
        yield SealFault("seals", file, "first key", f"seals/{file} names another first key than the one before it")
    if head.case != (events[0].digest if events else ""):
        words = f"seals/{file} is of another case: the database or the folder seals was swapped"
        yield SealFault("history", "1", "case", words)


def _stamp(one: Checkpoint, root: bytes | None) -> Iterator[SealFault]:
    data = one.signed.text().encode()
    try:
        if one.request is not None:
            check_request(one.request, data)
    except BadFileError as error:
        yield SealFault("seals", f"{one.name}.tsq", "request", f"seals/{one.name}.tsq: {error}")
    if one.reply is None:
        return
    try:
        if root is None:
            check_over(one.reply, data)
            return
        when = check_reply(one.reply, data, root, one.request)
    except BadFileError as error:
        yield SealFault("seals", f"{one.name}.tsr", "time stamp", f"seals/{one.name}.tsr: {error}")
        return
    if when + SLACK < instant(one.signed.head.at):
        words = (
            f"seals/{one.name}: the authority signed at {when:%Y-%m-%dT%H:%M:%SZ}, before our own time of sealing, "
            f"{one.signed.head.at}: our clock was wrong"
        )
        yield SealFault("seals", f"{one.name}.tsr", "clock", words)


def instant(at: str) -> datetime:
    """The time of a checkpoint or an event."""
    return datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def not_before(before: SignedHead | None, events: Sequence[Event]) -> tuple[datetime, str] | None:
    """The latest time that a checkpoint over these events and after that one follows, and what it is the time of."""
    times = [(instant(before.head.at), f"checkpoint {before.head.number}")] if before else []
    for event in events[-1:]:
        try:
            times.append((instant(event.at), f"event {event.seq}"))
        except ValueError:
            continue  # No time of ours: the chain's own verification names an event that was changed.
    return max(times, default=None)


def _clock(
    one: Checkpoint, before: Checkpoint | None, events: Sequence[Event], now: datetime | None
) -> Iterator[SealFault]:
    """A checkpoint is made after what it covers and after the one before it, and not in the future."""
    head, file = one.signed.head, f"{one.name}.json"
    at = instant(head.at)
    earliest = not_before(before.signed if before else None, events[: head.history.size])
    if earliest and at + SLACK < earliest[0]:
        words = f"seals/{file} says {head.at}, before {earliest[1]}, which it follows ({_told(earliest[0])})"
        yield SealFault("seals", file, "back-dated", f"{words}: it was back-dated, or a clock was wrong")
    if now is not None and at > now + SLACK:
        words = f"seals/{file} says {head.at}, which is still to come: it was made by a clock that was wrong"
        yield SealFault("seals", file, "future", words)


def running_back(events: Sequence[Event]) -> tuple[str, ...]:
    """Remarks on events whose time is before that of the event before them, by more than clocks differ."""
    found = []
    for before, event in pairwise(events):
        try:
            back = instant(event.at) + SLACK < instant(before.at)
        except ValueError:
            continue
        if back:
            found.append(f"event {event.seq} says {event.at}, the one before it {before.at}: a clock was wrong")
    return tuple(found)


def unchecked(checkpoints: Sequence[Checkpoint], root: bytes | None) -> tuple[str, ...]:
    """Remarks on time stamps that could not be checked."""
    stamped = [str(one.signed.head.number) for one in checkpoints if one.reply is not None]
    if root is not None or not stamped:
        return ()
    return (f"time stamp of checkpoint {', '.join(stamped)} not checked: no root (authority_root in case.toml)",)


def _told(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _unfit(one: Checkpoint, part: str) -> SealFault:
    words = f"seals/{one.name}.{part} is missing or altered: it does not fit the root that was signed"
    return SealFault("seals", f"{one.name}.{part}", "altered", words)


def _history(one: Checkpoint, good: int, recorded: list[bytes] | None, leaves: list[bytes]) -> Iterator[SealFault]:
    """Which events differ from those that were sealed."""
    size, file = one.signed.head.history.size, f"seals/{one.name}.json"
    if recorded is None:
        words = f"{file}: the history no longer begins with what was sealed; events 1 to {good} do agree"
        yield SealFault("history", str(good + 1), "consistency", words)
        return
    start = 0
    while start < min(len(recorded), len(leaves)) and recorded[start] == leaves[start]:
        start += 1
    old, new = recorded[start:], leaves[start:]
    if not new:
        words = f"{file}: events {start + 1} to {size} were cut off the end of the history"
        yield SealFault("history", str(start + 1), "cut off", words)
        return
    key = str(start + 1)
    if Counter(old) == Counter(new[: len(old)]):
        yield SealFault("history", key, "reordered", f"{file}: from event {key} on, the events stand in another order")
    elif extra := next((k for k in range(1, len(new)) if new[k : k + len(old)] == old), 0):
        words = f"{file}: {extra} events were inserted from number {key} on"
        yield SealFault("history", key, "inserted", words)
    elif gone := next((k for k in range(1, len(old)) if old[k:] == new[: len(old) - k]), 0):
        yield SealFault("history", key, "deleted", f"{file}: {gone} events were taken out from number {key} on")
    else:
        yield SealFault("history", key, "changed", f"{file}: event {key} is not the one that was sealed")


def _manifest(one: Checkpoint, now: dict[str, ManifestItem], later: Sequence[Event]) -> Iterator[SealFault]:
    """The evidence that was sealed against the evidence of today. ``later``: events that may have changed it."""
    tree = None if one.manifest is None else manifest_tree(one.manifest)
    if tree is None or (len(tree), tree.root().hex()) != (one.signed.head.manifest.size, one.signed.head.manifest.root):
        yield _unfit(one, "manifest")
        return
    added, erased, open_ended = _changes(later)
    was = {item.id: item for item in one.manifest or ()}
    for key, item in was.items():
        found = now.get(key)
        if found is None:
            yield SealFault("evidence", key, "missing", f"evidence {key} was sealed in {one.name}, and is gone")
        elif found.size != item.size:
            words = f"evidence {key} was sealed in {one.name} with {item.size} bytes, and has {found.size}"
            yield SealFault("evidence", key, "altered", words)
        elif found.erased != item.erased and (item.erased or key not in erased):
            words = f"evidence {key}: no event since the checkpoint {one.name} explains that it is {_state(found)}"
            yield SealFault("evidence", key, "erased", words)
    if not open_ended:
        for key in sorted(now.keys() - was.keys() - added):
            words = f"evidence {key} is in no checkpoint, and no event since {one.name} added it"
            yield SealFault("evidence", key, "extra", words)


def _changes(events: Iterable[Event]) -> tuple[set[str], set[str], bool]:
    """Ids that these events added and erased, and whether one added evidence without naming it."""
    added: set[str] = set()
    erased: set[str] = set()
    unnamed = False
    for event in events:
        try:
            body = BODY.validate_json(event.payload)
        except ValidationError:
            continue  # The chain's own verification names an event that cannot be read.
        if isinstance(body, EvidenceAdded):
            added.add(body.evidence)
        elif isinstance(body, EvidenceErased):
            erased.update(body.erased)
        else:
            unnamed = unnamed or "evidence" in dict(getattr(body, "added", ()))
    return added, erased, unnamed


def _state(item: ManifestItem) -> str:
    return "erased" if item.erased else "there again"
