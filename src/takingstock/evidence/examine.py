"""Examine: all that the tools read out of one file. Runs in a worker process, since nobody trusts the file.

Every step ends by itself: one that fails says why, and the others go on. The picture is decoded once, small where the
format allows (JPEG), and the preview and the perceptual hashes share it; both are of the picture as seen, with its
orientation applied.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from takingstock import __version__
from takingstock.evidence.media_type import EMPTY, Kind, kind, media_type, mismatch
from takingstock.records import BadFileError, Examination, StepOutcome, StepResult

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from takingstock.evidence.metadata import Metadata

TOOL: Final = f"takingstock {__version__} examine/3"
NO_READER: Final = "no reader for this kind of file: kept as it is"
DIFFERENT: Final = 24.0
"""Grey values by which a thumbnail differs visibly: of 43 unedited camera pictures with one, 42 lie under 18, and one
(framed otherwise than its picture) over it."""

_LONGEST: Final = 1000


class _Steps:
    """Results in order, and the facts that the steps found."""

    def __init__(self) -> None:
        self.results: list[StepResult] = []
        self.facts: dict[str, Any] = {}

    def add(self, step: str, outcome: StepOutcome, words: str = "") -> None:
        self.results.append(StepResult(step=step, outcome=outcome, words=" ".join(words.split())[:_LONGEST]))

    def run(self, step: str, call: Callable[[], tuple[StepOutcome, str]]) -> None:
        """``call`` gives outcome and words; what it raises fails the step alone."""
        try:
            self.add(step, *call())
        except BadFileError as error:
            self.add(step, StepOutcome.FAILED, str(error))
        except MemoryError:
            self.add(step, StepOutcome.FAILED, "the memory allowed for one file was not enough")
        except Exception as error:  # decoders raise whatever a malformed file makes of them
            self.add(step, StepOutcome.FAILED, f"{type(error).__name__}: {error}")


def examine(path: str, evidence_id: str, working: str, trust: str | None = None, name: str = "") -> Examination:
    """Everything about the file at ``path``; previews go to the folder ``working``/``evidence_id``. Never raises for
    what is in the file. ``trust`` is a PEM file of trusted certificates; ``name`` the file's name where it was found,
    whose ending is compared with the content (empty: that of ``path``)."""
    file, folder = Path(path), Path(working) / evidence_id
    found = media_type(file)
    steps = _Steps()
    odd = mismatch(name or file.name, found)
    steps.add("media type", StepOutcome.DONE, f"{found}; {odd}" if odd else found)
    steps.facts["fields"] = (("file:type", found),)
    if found == EMPTY:
        steps.add("content", StepOutcome.FAILED, "the file is empty")
    elif kind(found) is Kind.PICTURE:
        _picture(file, found, folder, trust, steps)
    elif kind(found) in {Kind.VIDEO, Kind.AUDIO}:
        _moving(file, found, folder, trust, steps)
    else:
        steps.add("content", StepOutcome.SKIPPED, NO_READER)
    return Examination(id=evidence_id, tool=TOOL, steps=tuple(steps.results), **steps.facts)


def _picture(file: Path, found: str, folder: Path, trust: str | None, steps: _Steps) -> None:
    from takingstock.evidence.metadata import Metadata, read_metadata
    from takingstock.evidence.preview import differs, open_picture, see, turns_itself, write_preview

    said = Metadata()
    unopened = ""
    itself = False
    opened: ImageFile | None = None

    def metadata() -> tuple[StepOutcome, str]:
        nonlocal said, unopened, itself, opened
        try:
            with ExitStack() as stack:
                image = stack.enter_context(open_picture(file, found))
                itself = turns_itself(image)
                said = read_metadata(file, image)
                turn = not itself and said.orientation >= 5
                size = (image.height, image.width) if turn else image.size
                steps.facts["width"], steps.facts["height"] = size
                if image.format == "JPEG":
                    # Its head is not read a second time for the pixels.
                    opened, _ = image, stack.pop_all()
        except BadFileError as error:
            # Pixels may be out of reach while the metadata are not.
            unopened = str(error)
            said = read_metadata(file, None)
        _take(said, steps)
        return _told(said)

    steps.run("metadata", metadata)
    _credentials(file, found, trust, steps)
    if unopened:
        steps.add("picture", StepOutcome.FAILED, unopened)
        return
    seen = None

    def picture() -> tuple[StepOutcome, str]:
        nonlocal seen
        seen = see(file, found, said.orientation, opened)
        size = f"{steps.facts.get('width')} x {steps.facts.get('height')}{said.more}"
        if not seen.fault:
            return StepOutcome.DONE, size
        cut = "truncated" in seen.fault or "unexpected end" in seen.fault.lower()
        share = f"{100 * seen.missing:.0f} % of the picture is missing" if seen.missing else "what is there is read"
        return StepOutcome.FAILED, f"{'truncated' if cut else 'damaged'} file: {share} ({seen.fault})"

    steps.run("picture", picture)
    if seen is None:
        return
    image = seen.image

    def thumbnail() -> tuple[StepOutcome, str]:
        size, far = differs(said.thumbnail, image, 1 if itself else said.orientation)
        steps.facts["fields"] += (("thumbnail:size", f"{size[0]} x {size[1]}"), ("thumbnail:difference", f"{far:.1f}"))
        words = f"an embedded thumbnail of {size[0]} x {size[1]}"
        if far > DIFFERENT:
            return StepOutcome.DONE, (
                f"{words} differs visibly from the picture (by {far:.0f} of 255 grey values in one place): the picture "
                "may have been edited after the thumbnail was made, or this camera frames its thumbnails otherwise"
            )
        return StepOutcome.DONE, f"{words} looks like the picture"

    if said.thumbnail:
        steps.run("thumbnail", thumbnail)

    def preview() -> tuple[StepOutcome, str]:
        write_preview(image, folder / "thumb.jpg")
        return StepOutcome.DONE, f"{image.width} x {image.height}"

    def likeness() -> tuple[StepOutcome, str]:
        from takingstock.evidence.hashing import picture_hashes

        steps.facts["hashes"] = picture_hashes(image)
        return (StepOutcome.DONE, "") if steps.facts["hashes"] else (StepOutcome.NOTHING, "too plain to compare")

    steps.run("preview", preview)
    steps.run("likeness", likeness)


def _take(said: Metadata, steps: _Steps) -> None:
    steps.facts["times"], steps.facts["position"] = said.times, said.position
    steps.facts["device"], steps.facts["serial"] = said.device, said.serial
    steps.facts["fields"] += said.fields


def _told(said: Metadata) -> tuple[StepOutcome, str]:
    words = "; ".join((*said.faults, *said.doubts))
    if said.faults:
        read = len(said.times) + len(said.fields)
        return StepOutcome.FAILED, f"{words}; the other {read} fields were read" if read else words
    if not said.times and not said.fields:
        return StepOutcome.NOTHING, words
    return StepOutcome.DONE, words


def _moving(file: Path, found: str, folder: Path, trust: str | None, steps: _Steps) -> None:
    from takingstock.evidence.hashing import frame_hashes
    from takingstock.evidence.preview import write_preview
    from takingstock.evidence.video import Frames, read_container

    pictures = False

    def container() -> tuple[StepOutcome, str]:
        nonlocal pictures
        said = read_container(file, found)
        pictures = said.pictures
        steps.facts["width"], steps.facts["height"], steps.facts["duration"] = said.width, said.height, said.duration
        steps.facts["times"], steps.facts["position"], steps.facts["device"] = said.times, said.position, said.device
        steps.facts["fields"] += said.fields
        return StepOutcome.DONE, "; ".join(said.doubts)

    steps.run("container", container)
    _credentials(file, found, trust, steps)
    if not pictures:
        return
    taken = []

    def decode() -> tuple[StepOutcome, str]:
        for seconds, image in (sampled := Frames(file, found)):
            taken.append((seconds, image))
            write_preview(image, folder / f"frame-{round(seconds * 1000):08}.jpg")
        fault = sampled.fault
        if not taken:
            return StepOutcome.FAILED, fault or "no picture of the video can be decoded"
        write_preview(taken[len(taken) // 2][1], folder / "thumb.jpg")
        words = f"{len(taken)} frames"
        return (StepOutcome.FAILED, f"{fault}; {words} were read") if fault else (StepOutcome.DONE, words)

    def likeness() -> tuple[StepOutcome, str]:
        steps.facts["hashes"] = frame_hashes(taken)
        return (StepOutcome.DONE, "") if steps.facts["hashes"] else (StepOutcome.NOTHING, "too plain to compare")

    steps.run("preview", decode)
    if taken:
        steps.run("likeness", likeness)


def _credentials(file: Path, found: str, trust: str | None, steps: _Steps) -> None:
    from takingstock.evidence.credentials import read_credentials

    def read() -> tuple[StepOutcome, str]:
        said, words = read_credentials(file, found, trust)
        steps.facts["credentials"] = said
        nothing = said.verdict == "absent"
        return StepOutcome.NOTHING if nothing else StepOutcome.DONE, f"{said.verdict}{': ' if words else ''}{words}"

    steps.run("credentials", read)
