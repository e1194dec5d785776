"""Seals: the folder ``seals/`` of a case, one checkpoint after another; nothing in it is ever overwritten.

Checkpoint 7 is ``000007.json`` (signed head, signature, public key; canonical JSON, what a time stamp is over). Beside
it lie ``.events`` (the leaf hashes of the events since the checkpoint before, one a line) and ``.manifest`` (the
evidence as it was, ``SHA256 SIZE``), both bound by the roots in the head, so that a later check can say *which* event
or file differs; ``.tsq``, a request for a time stamp, which waits there until an authority can be reached; ``.tsr``,
its reply. The ``.json`` appears last of the first three: what has none is no checkpoint.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from takingstock.evidence.heads import ManifestItem, SignedHead, event_leaf, make_head
from takingstock.evidence.keys import SigningKey
from takingstock.evidence.seal_checks import SLACK, Checkpoint, SealFault, check_checkpoints, not_before
from takingstock.evidence.timestamps import (
    Authority,
    Post,
    build_request,
    check_over,
    check_reply,
    check_request,
    post,
)
from takingstock.records import BadFileError, BadValueError, ConflictError, Event, TakingStockError

FOLDER: Final = "seals"
_NAME: Final = re.compile(r"(\d{6})\.(json|events|manifest|tsq|tsr)")


@dataclass(frozen=True)
class Sealed:
    """``fresh``: a new checkpoint was made (not where nothing changed since the last). ``stamped``: numbers of the
    checkpoints for which a time stamp came in now; ``waiting``: those without one; ``words``: why, for a person."""

    checkpoint: Checkpoint
    path: Path
    fresh: bool
    stamped: tuple[int, ...]
    waiting: tuple[int, ...]
    words: tuple[str, ...]


def seal(
    case: Path,
    events: Sequence[Event],
    manifest: Sequence[ManifestItem],
    *,
    key: SigningKey,
    at: datetime,
    authority: Authority | None = None,
    send: Post = post,
    new_key: bool = False,
    least: int = 0,
) -> Sealed:
    """Make a checkpoint of the case folder ``case`` and send what waits for a time stamp.

    ``at`` is the time by our clock. Without an authority, or where it cannot be reached, requests wait; a later call
    sends them. ``least``: so many checkpoints the case had at least. Raises ConflictError where the history no longer
    agrees with an earlier checkpoint, where checkpoints are gone, where the clock runs behind what was written or
    sealed before, where another run seals at the same time, and for another key than before (``new_key``: from here on,
    this one signs); BadValueError for a time without its zone."""
    if at.tzinfo is None:
        raise BadValueError(f"{at} has no time zone; give a time with one, for example in UTC")
    folder = case / FOLDER
    with _alone(folder):
        before, faults = read_checkpoints(folder)
        before, refused = _without_bad_stamps(before, authority)
        if len(before) < least and not faults:
            raise ConflictError(
                f"the case had {least} checkpoints, {len(before)} are there: seals were taken out; restore a copy"
            )
        faults += check_checkpoints(before, events, manifest, known_keys={one.signed.head.key for one in before})
        if faults:
            named = "; ".join(fault.words for fault in faults[:3])
            raise ConflictError(f"an altered case is not sealed ({named}); run takingstock verify, restore a copy")
        last = before[-1] if before else None
        if last and last.signed.head.key != key.fingerprint and not new_key:
            raise ConflictError(
                f"the case was sealed with the key {last.signed.head.key[:16]}…, this one is {key.fingerprint[:16]}…; "
                "name the file of the first one, or say that a new key takes over"
            )
        earliest = not_before(last.signed if last else None, events)
        if earliest and at + SLACK < earliest[0]:
            raise ConflictError(
                f"this clock says {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}, before {earliest[1]} "
                f"({earliest[0]:%Y-%m-%dT%H:%M:%SZ}): set it right, then seal"
            )
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = make_head(events, manifest, key=key, at=moment, previous=last.signed if last else None)
        fresh = last is None or _state(signed) != _state(last.signed)
        if fresh:
            before = (*before, _write(folder, signed, last, events, manifest))
        done, words = _stamp(folder, before, authority, send, refused)
    return Sealed(
        checkpoint=done[-1],
        path=folder / f"{done[-1].name}.json",
        fresh=fresh,
        stamped=tuple(
            new.signed.head.number for old, new in zip(before, done, strict=True) if new.reply and not old.reply
        ),
        waiting=tuple(one.signed.head.number for one in done if one.reply is None),
        words=tuple(words),
    )


def read_checkpoints(folder: Path) -> tuple[tuple[Checkpoint, ...], tuple[SealFault, ...]]:
    """The checkpoints in ``seals/``, in order, and a fault for every file that is damaged, missing or foreign."""
    found: dict[str, set[str]] = {}
    faults: list[SealFault] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        match = _NAME.fullmatch(path.name)
        if match and path.is_file() and not path.is_symlink():
            found.setdefault(match[1], set()).add(match[2])
        else:
            faults.append(SealFault("seals", path.name, "foreign", f"{FOLDER}/{path.name} is no part of a seal"))
    checkpoints: list[Checkpoint] = []
    for name, parts in found.items():
        if "json" not in parts and parts <= {"events", "manifest"} and name == max(found):
            continue  # A run that was killed before its checkpoint appeared; the next seal writes them anew.
        try:
            checkpoints.append(_read(folder, name))
        except (OSError, ValueError, TakingStockError) as error:
            words = f"{FOLDER}/{name}.json cannot be read as the checkpoint that was written: {_short(error)}"
            faults.append(SealFault("seals", f"{name}.json", "altered", words))
    return tuple(checkpoints), tuple(faults)


def read_head(path: Path) -> SignedHead:
    """A checkpoint file, wherever it lies. Raises BadFileError for one that is not byte for byte as it was written."""
    try:
        text = path.read_bytes().decode()
        signed = SignedHead.model_validate_json(text)
    except (OSError, ValueError) as error:
        raise BadFileError(f"{path} is no checkpoint ({_short(error)}); name a file NNNNNN.json of seals/") from error
    if signed.text() != text:
        raise BadFileError(f"{path} is not as it was written; name an unaltered copy of the checkpoint")
    return signed


def _read(folder: Path, name: str) -> Checkpoint:
    signed = read_head(folder / f"{name}.json")
    leaves: tuple[bytes, ...] | None
    manifest: tuple[ManifestItem, ...] | None
    # What is missing or no longer readable here is named by the check, which knows what the head binds.
    try:
        leaves = tuple(_leaf(line) for line in _lines(folder / f"{name}.events"))
    except (OSError, ValueError):
        leaves = None
    try:
        manifest = tuple(_item(line) for line in _lines(folder / f"{name}.manifest"))
    except (OSError, ValueError):
        manifest = None
    return Checkpoint(name, signed, leaves, manifest, _bytes(folder / f"{name}.tsq"), _bytes(folder / f"{name}.tsr"))


def _write(
    folder: Path,
    signed: SignedHead,
    last: Checkpoint | None,
    events: Sequence[Event],
    manifest: Sequence[ManifestItem],
) -> Checkpoint:
    name = f"{signed.head.number:06}"
    leaves = tuple(event_leaf(event) for event in events[last.signed.head.history.size if last else 0 :])
    items = tuple(sorted(manifest, key=lambda item: item.id))
    for part in ("events", "manifest"):
        (folder / f"{name}.{part}").unlink(missing_ok=True)
    _create(folder / f"{name}.events", "".join(f"{leaf.hex()}\n" for leaf in leaves).encode())
    _create(folder / f"{name}.manifest", "".join(f"{item.line}\n" for item in items).encode())
    _create(folder / f"{name}.json", signed.text().encode())
    return Checkpoint(name, signed, leaves, items, None, None)


def _without_bad_stamps(
    checkpoints: Sequence[Checkpoint], authority: Authority | None
) -> tuple[tuple[Checkpoint, ...], dict[str, str]]:
    """The checkpoints, those whose time stamp does not hold without it; and why, by the checkpoint's name."""
    kept, refused = [], {}
    for one in checkpoints:
        if one.reply is not None:
            data = one.signed.text().encode()
            try:
                if authority is None:
                    check_over(one.reply, data)
                else:
                    check_reply(one.reply, data, authority.root, one.request)
            except BadFileError as error:
                refused[one.name] = str(error)
                one = replace(one, reply=None)
        kept.append(one)
    return tuple(kept), refused


def _stamp(
    folder: Path,
    checkpoints: Sequence[Checkpoint],
    authority: Authority | None,
    send: Post,
    refused: Mapping[str, str],
) -> tuple[list[Checkpoint], list[str]]:
    """Write the requests that are missing, send those that wait. A refused reply is not kept, and its request stays."""
    done: list[Checkpoint] = []
    words = [f"{FOLDER}/{name}.tsr counts for nothing: {why}; move it away" for name, why in refused.items()]
    reachable = authority is not None
    for one in checkpoints:
        data = one.signed.text().encode()
        if one.request is None and one.reply is None:
            one = replace(one, request=build_request(data))
            _create(folder / f"{one.name}.tsq", one.request or b"")
        waits = one.reply is None and one.request is not None and one.name not in refused
        if waits and one.request is not None and authority is not None and reachable:
            try:
                check_request(one.request, data)
                reply = send(authority.url, one.request)
                check_reply(reply, data, authority.root, one.request)
                _create(folder / f"{one.name}.tsr", reply)
                one = replace(one, reply=reply)
            except OSError as error:
                reachable = False
                words.append(f"the authority cannot be reached ({error}); the requests wait, seal again when it can")
            except BadFileError as error:
                words.append(f"checkpoint {one.signed.head.number}: {error}")
        done.append(one)
    if authority is None:
        words.append("case.toml names no time-stamping authority: our clock alone says when; requests wait in seals/")
    return done, words


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise ConflictError(f"{folder} cannot be written ({error.strerror}); choose a case you may write") from error
    with lock:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ConflictError("somebody else is sealing this case; wait until that run has ended") from None
        yield


def _create(path: Path, content: bytes) -> None:
    """Write a file that is not there yet: whole or not at all."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        raise ConflictError(f"{path} exists; a seal is never overwritten, seal again") from None
    except OSError as error:
        raise ConflictError(f"{path} cannot be written ({error.strerror}); make room or rights, seal again") from error
    finally:
        part.unlink(missing_ok=True)


def _state(signed: SignedHead) -> tuple[object, ...]:
    return signed.head.history, signed.head.manifest, signed.head.key


def _lines(path: Path) -> list[str]:
    *lines, end = path.read_bytes().decode("ascii").split("\n")
    if end:
        raise ValueError(f"{path.name} ends in the middle of a line")
    return lines


def _leaf(line: str) -> bytes:
    leaf = bytes.fromhex(line)
    if leaf.hex() != line or len(leaf) != 32:
        raise ValueError(line)
    return leaf


def _item(line: str) -> ManifestItem:
    name, size, *erased = line.split(" ")
    item = ManifestItem(id=name, size=int(size), erased=erased == ["erased"])
    if item.line != line:
        raise ValueError(line)
    return item


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))} {first['msg']}".strip()
    return str(error)
