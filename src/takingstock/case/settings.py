"""Settings: the file ``case.toml`` that makes a folder a case, for a person to read and edit."""

from __future__ import annotations

import hashlib
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Final

import tomli_w
from pydantic import Field, ValidationError, field_validator

from takingstock.records import CaseRules, NotACaseError, Record, ReviewRule

FILE: Final = "case.toml"
DATABASE: Final = "sqlite:///case.db"
_POSTGRES = ("postgresql://", "postgresql+psycopg://")
_SQLITE = "sqlite:///"
_ALWAYS = {"format", "title", "scope", "redaction", "database"}


class Redaction(StrEnum):
    """What a publication of the case may show."""

    PUBLIC = "public"
    """Names, exact places, raw serial numbers and faces stay out."""
    NONE = "none"
    """Nothing is left out: for the team only."""


class Settings(Record):
    """``database`` is ``sqlite:///FILE`` (a file inside the folder) or ``postgresql+psycopg://USER@HOST/NAME``.

    ``review`` is the rule under which sightings are released. ``recipient`` is the public key (age) that secret items
    are encrypted to; the identity that reads them lies outside the case. ``trust`` names a PEM file of certificates
    whose signatures on media are trusted, ``authority`` the URL of an RFC 3161 time-stamping authority and
    ``authority_root`` the PEM file of its root; files relative to the folder, or absolute."""

    format: int = 1
    title: str = Field(min_length=1)
    scope: str = ""
    redaction: Redaction = Redaction.PUBLIC
    database: str = DATABASE
    review: ReviewRule = ReviewRule()
    recipient: str = ""
    trust: str = ""
    authority: str = ""
    authority_root: str = ""

    @field_validator("redaction", mode="before")
    @classmethod
    def _renamed(cls, value: object) -> object:
        """Cases of before schema 2 call the level ``publication``."""
        return "public" if value == "publication" else value

    @property
    def sqlite(self) -> bool:
        return self.database.startswith(_SQLITE)

    @property
    def url(self) -> str:
        """The database with the driver that the package installs."""
        return self.database.replace(_POSTGRES[0], _POSTGRES[1], 1)

    def file(self, folder: Path) -> Path:
        """Where the SQLite file of this case lies."""
        return folder / self.database.removeprefix(_SQLITE)

    def beside(self, folder: Path, name: str) -> Path | None:
        """The file that one of the settings names, or None for an empty one."""
        return folder / name if name else None

    def rules(self, folder: Path) -> CaseRules:
        """What of these settings the history keeps."""
        return CaseRules(
            redaction=self.redaction.value,
            review=self.review.model_copy(update={"earlier": ()}),
            recipient=self.recipient,
            trust=_digest(self.beside(folder, self.trust)),
            authority=self.authority,
            authority_root=_digest(self.beside(folder, self.authority_root)),
        )

    def write(self, folder: Path) -> None:
        """Write ``case.toml``: whole or not at all."""
        values = self.model_dump(mode="json")
        usual = Settings(title=self.title).model_dump(mode="json")
        shown = {name: value for name, value in values.items() if name in _ALWAYS or value != usual[name]}
        part = folder / f"{FILE}.part"
        part.write_text(tomli_w.dumps(shown), encoding="utf-8")
        part.replace(folder / FILE)


def _digest(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return "missing"


def read(folder: Path) -> Settings:
    """Read ``case.toml``. Raises NotACaseError where the folder has none, or one that cannot be used."""
    if not folder.exists():
        raise NotACaseError(f"there is no folder {folder}; check the path, or make a case with: takingstock init")
    if not folder.is_dir():
        raise NotACaseError(f"{folder} is a file; a case is a folder with {FILE} in it, name that folder")
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotACaseError(f"{folder} is no case: it has no {FILE}; make one with: takingstock init") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotACaseError(f"{path} cannot be read ({error}); restore it from a copy of the case") from error
    try:
        settings = Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise NotACaseError(f"{path} is not valid TOML: {error}; correct that line") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "the file"
        raise NotACaseError(f"{path}: {name}: {first['msg']}; correct that line") from error
    return checked(settings, str(path))


def checked(settings: Settings, where: str) -> Settings:
    """The settings, if this version can use them; raises NotACaseError."""
    if settings.format != 1:
        raise NotACaseError(f"{where}: format {settings.format} is newer than this version; update takingstock")
    if settings.sqlite:
        name = settings.database.removeprefix(_SQLITE)
        if not name or Path(name).is_absolute() or ".." in Path(name).parts:
            raise NotACaseError(f"{where}: database must be a file inside the case, for example {DATABASE}")
    elif not settings.database.startswith(_POSTGRES):
        raise NotACaseError(f"{where}: database must be {DATABASE} or postgresql+psycopg://USER@HOST/NAME")
    return settings
