"""Evidence: one distinct file in the vault, named by its content, and who collected it.

A secret item is stored encrypted, so its ``sha256`` is that of the stored (encrypted) bytes; what it is and who
collected it lies in a sealed envelope that ``commitment`` vouches for, and that can be erased without a gap.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.errors import BadValueError
from takingstock.records.person import name_key
from takingstock.records.place import Place

SHA256 = r"^[0-9a-f]{64}$"


class Evidence(Record):
    """``id`` is the SHA-256 (hex) of the stored bytes, ``size`` their number. ``commitment`` (secret items) is the
    SHA-256 over salt and content of the sealed envelope, ``envelope`` that of the envelope's own bytes (None: taken in
    by a version that did not keep it); then ``name`` is empty and ``media_type`` says nothing."""

    id: str = Field(pattern=SHA256)
    name: str = ""
    media_type: str = "application/octet-stream"
    size: int = Field(ge=0)
    secret: bool = False
    commitment: str | None = Field(default=None, pattern=SHA256)
    envelope: str | None = Field(default=None, pattern=SHA256)

    @property
    def sha256(self) -> str:
        return self.id


class CollectionMethod(StrEnum):
    """How a file came into the team's hands."""

    FILE = "file"
    DOWNLOAD = "download"
    BROWSER_CAPTURE = "browser-capture"
    AUTO_ARCHIVER = "auto-archiver"
    DEVICE = "device"
    HANDED_OVER = "handed-over"
    OTHER = "other"


class Collection(Record):
    """One time that one file was collected: who, when, where from, how, with what. The same file from two sources is
    one evidence with two of these. ``collected`` is an instant in UTC (ISO 8601, empty: not known); ``claimed_when``
    and ``claimed_place`` are what the source says of the content; ``file_time`` the file's own time stamp (UTC).
    ``account`` is who published it: reposts by one account, or of one original, are one voice.
    ``within`` names the archive (evidence id) it was found in, ``path`` where in it, or in the folder it came from."""

    id: str
    evidence: str = Field(pattern=SHA256)
    name: str = ""
    collector: str = ""
    collected: str = ""
    method: CollectionMethod = CollectionMethod.FILE
    source: str | None = None
    url: str = ""
    account: str = ""
    device: str = ""
    operator_note: str = ""
    claimed_when: DateRange = DateRange()
    claimed_place: str = ""
    file_time: str = ""
    within: str | None = Field(default=None, pattern=SHA256)
    path: str = ""
    secret: bool = False
    commitment: str | None = Field(default=None, pattern=SHA256)


class StepOutcome(StrEnum):
    """How one step of an examination ended."""

    DONE = "done"
    NOTHING = "nothing-found"
    FAILED = "failed"
    SKIPPED = "skipped"


_WORST = ("examination", "content", "capture", "sheet", "container", "picture", "preview")
"""Steps whose failure says that the file itself cannot be opened or seen, worst first."""


class StepResult(Record):
    """One step (hash, metadata, c2pa, preview, likeness, …), how it ended, and why, in words that say what to do."""

    step: str
    outcome: StepOutcome
    words: str = ""


class Integrity(StrEnum):
    """Do the provenance credentials (C2PA) in a file fit its content?"""

    ABSENT = "absent"
    INVALID = "invalid"
    VALID = "valid"


class Trust(StrEnum):
    """Is the signer one whom the case's list of trusted certificates knows? A separate question from integrity."""

    NOT_JUDGED = "not-judged"
    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"


class Credentials(Record):
    """What the C2PA manifest says of itself; ``codes`` are the validator's status codes, failures first."""

    integrity: Integrity = Integrity.ABSENT
    trust: Trust = Trust.NOT_JUDGED
    signer: str = ""
    signed: str = ""
    generator: str = ""
    codes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """absent, invalid, valid-untrusted or valid-trusted."""
        if self.integrity is not Integrity.VALID:
            return self.integrity.value
        return "valid-trusted" if self.trust is Trust.TRUSTED else "valid-untrusted"


class Examination(Record):
    """What the tools of one version read out of one file; ``id`` is the evidence's. Nothing in it is a finding of a
    person. ``times`` are embedded ones, each under its field's name, as written there (``exif:DateTimeOriginal``,
    ``xmp:CreateDate``), never merged with claimed or file times. ``fields`` are other
    metadata in the same form. ``hashes`` are perceptual hashes by name of the variant (hex, 256 bits), those of video
    frames named ``frame:SECONDS``."""

    id: str = Field(pattern=SHA256)
    tool: str
    steps: tuple[StepResult, ...] = ()
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    times: tuple[tuple[str, str], ...] = ()
    position: Place | None = None
    device: str = ""
    serial: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    credentials: Credentials = Credentials()
    hashes: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> str:
        """``examined``, or the failure that matters most: ``picture failed: …``; of several alike the first."""
        failed = [step for step in self.steps if step.outcome is StepOutcome.FAILED]
        rank = {step: place for place, step in enumerate(_WORST)}
        worst = min(failed, key=lambda step: rank.get(step.step, len(_WORST)), default=None)
        return f"{worst.step} failed: {worst.words}" if worst else "examined"


class Aspect(StrEnum):
    """What two people have to settle about a file before an identification of what it shows counts."""

    ORIGIN = "origin"
    PLACE = "place"
    TIME = "time"


class Answer(StrEnum):
    """What one person found on one aspect."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDETERMINED = "undetermined"


class Verification(Record):
    """One person's answer on one aspect of one evidence, with the method and the reason. ``finding`` says what was
    found (the place, the date, who first published it)."""

    id: str
    evidence: str = Field(pattern=SHA256)
    person: str = Field(min_length=1)
    aspect: Aspect
    answer: Answer
    method: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    finding: str = ""


def verification_id(evidence: str, aspect: Aspect, person: str) -> str:
    """One person has one standing answer on one aspect of one file: a later one revises it."""
    return f"{evidence}/{aspect.value}/{name_key(person)}"


class Judgement(StrEnum):
    """What a person made of a machine's suggestion that two files are alike."""

    SAME_ORIGINAL = "same-original"
    SAME_EVENT = "same-event"
    DIFFERENT = "different"


class LikenessJudgement(Record):
    """A person's decision on a pair; ``rule`` is the suggestion's rule and version. ``same-original``: one is a copy,
    crop or re-encoding of the other, and both are one voice."""

    id: str
    first: str = Field(pattern=SHA256)
    second: str = Field(pattern=SHA256)
    judgement: Judgement
    person: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    rule: str = ""
    distance: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> LikenessJudgement:
        if self.first >= self.second:
            raise BadValueError("a pair is two different files, the smaller hash first; swap them")
        return self


class RegionKind(StrEnum):
    """Why a part of a picture must not be published."""

    FACE = "face"
    NAME = "name"
    SERIAL = "serial"
    PLACE = "place"
    OTHER = "other"


class Region(Record):
    """A part of a picture to make unreadable before it leaves: a box in fractions of width and height (0 to 1) of the
    picture as seen (after its orientation is applied). ``rule`` names the program that suggested it, if one did."""

    kind: RegionKind = RegionKind.FACE
    left: float = Field(ge=0, le=1)
    top: float = Field(ge=0, le=1)
    right: float = Field(ge=0, le=1)
    bottom: float = Field(ge=0, le=1)
    rule: str = ""

    @model_validator(mode="after")
    def _has_area(self) -> Region:
        if self.left >= self.right or self.top >= self.bottom:
            raise BadValueError("a box needs left < right and top < bottom, in fractions of the picture (0 to 1)")
        return self


class Clearance(Record):
    """One person looked at one picture and says what must be made unreadable in it before it may leave; none: nothing.
    Without one, a picture does not leave at redaction level *public*. ``id`` is the evidence's."""

    id: str = Field(pattern=SHA256)
    person: str = Field(min_length=1)
    regions: tuple[Region, ...] = ()
    reason: str = ""
