"""Media type: what kind of file this is, by its content. A name is a claim, so it is only compared.

The signatures are those that the formats' own specifications fix at their beginning.
"""

from __future__ import annotations

import zlib
from enum import StrEnum
from pathlib import Path, PurePath

UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"
_HEAD = 4096
_TAIL = 65_536


class Kind(StrEnum):
    """Which examination fits a file."""

    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


# Signature at the beginning of the file.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"\0\0\x01\xb3", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"WARC/", "application/warc"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"age-encryption.org/v1", "application/age"),
    (b"%!PS", "application/postscript"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
)
# Brand at offset 8 of an ISO base media file (ISO/IEC 14496-12); any other is taken for MP4.
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"hevc": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"M4V ": "video/x-m4v",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Which endings of a name fit a type; a type that is not here is never called a mismatch.
_ENDINGS = {
    "image/jpeg": "jpg jpeg jpe jfif mpo", "image/png": "png apng", "image/gif": "gif", "image/webp": "webp",
    "image/tiff": "tif tiff dng nef cr2 arw", "image/bmp": "bmp dib", "image/heic": "heic heif hif",
    "image/heif": "heic heif hif", "image/avif": "avif", "video/mp4": "mp4 m4v mov 3gp 3g2 m4a",
    "video/x-m4v": "m4v mp4 mov", "video/quicktime": "mov qt mp4 m4v", "video/x-matroska": "mkv mka",
    "video/webm": "webm", "video/x-msvideo": "avi", "video/3gpp": "3gp 3gpp mp4", "video/mp2t": "ts mts m2ts",
    "video/mpeg": "mpg mpeg vob", "audio/mp4": "m4a m4b mp4 aac", "audio/mpeg": "mp3", "audio/wav": "wav",
    "audio/ogg": "ogg oga opus", "video/ogg": "ogv ogg", "audio/flac": "flac", "application/pdf": "pdf ai",
    "text/plain": "txt csv tsv md log json jsonl xml srt vtt html htm svg warc eml yaml yml toml py ini",
    "text/html": "html htm xhtml mhtml txt", "image/svg+xml": "svg xml", EMPTY: "",
}  # fmt: skip


def media_type(path: str | Path) -> str:
    """The type of the file at ``path``, from its first 4 KB and, for archives, its last 64 KB."""
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"PK\x03\x04"):
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            return _archive(head, file.read(_TAIL))
    return sniff(head)


def sniff(head: bytes) -> str:
    """The type of a file that begins with ``head`` (4 KB are enough); UNKNOWN for what has no signature."""
    if not head:
        return EMPTY
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in {b"mif1", b"msf1"} and any(b"avi" + mark in head[16:64] for mark in (b"f", b"s")):
            return "image/avif"
        if brand[:3] in {b"3gp", b"3g2"}:
            return "video/3gpp"
        return _BRANDS.get(brand, "video/mp4")
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return "video/quicktime"
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return _refined(name, head)
    # Two letters and nothing more would take in texts: the length of the info header decides.
    if head[:2] == b"BM" and head[14:18] in {bytes((n, 0, 0, 0)) for n in (12, 40, 52, 56, 64, 108, 124)}:
        return "image/bmp"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "video/mp2t"
    if head[0] == 0xFF and len(head) > 2 and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    if head[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        return "audio/aac"
    return _text(head)


def kind(name: str) -> Kind:
    """``name``: a media type. Vector pictures and page descriptions have no reader here, on purpose: they are code."""
    if name in {"image/svg+xml", "image/vnd.adobe.photoshop", "image/jxl"}:
        return Kind.OTHER
    group = name.split("/")[0]
    return {"image": Kind.PICTURE, "video": Kind.VIDEO, "audio": Kind.AUDIO}.get(group, Kind.OTHER)


def mismatch(name: str, found: str) -> str:
    """Words if the ending of a file's ``name`` does not fit the type that was ``found``; empty if it fits."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    fitting = _ENDINGS.get(found)
    if fitting is None:
        known = {end for kind, ends in _ENDINGS.items() if not kind.startswith("text") for end in ends.split()}
        if found != UNKNOWN or ending not in known:
            return ""
        return f"the name ends in .{ending}, but the content has no known signature"
    if not ending or ending in fitting.split():
        return ""
    return "the file is empty" if found == EMPTY else f"the name ends in .{ending}, but the content is {found}"


def _refined(name: str, head: bytes) -> str:
    if name == "video/x-matroska":
        return "video/webm" if b"webm" in head[:64] else name
    if name == "audio/ogg":
        return "video/ogg" if b"theora" in head[:512] else name
    if name == "application/gzip":
        try:
            inner = zlib.decompressobj(31).decompress(head, 8)
        except zlib.error:
            return name
        return "application/warc+gzip" if inner.startswith(b"WARC/") else name
    return name


def _archive(head: bytes, tail: bytes) -> str:
    # EPUB and OpenDocument: the first entry is called mimetype, is not compressed, and names the type.
    length = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    if head[30:38] == b"mimetype":
        size = int.from_bytes(head[18:22], "little")
        value = head[30 + length : 30 + length + min(size, 100)]
        if value.startswith(b"application/") and value.isascii() and value.decode().isprintable():
            return value.decode().strip()
    if b"[Content_Types].xml" in head + tail:
        for folder, name in _OFFICE.items():
            if folder in tail:
                return name
    return "application/zip"


def _text(head: bytes) -> str:
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UNKNOWN
    for encoding in ("utf-16",) if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8",):
        try:
            # The last character may be cut.
            text = head.decode(encoding, "strict" if len(head) < _HEAD else "ignore")
        except UnicodeDecodeError:
            return UNKNOWN
    if len(text.encode(encoding)) < len(head) - 4 or any(ord(c) < 9 or 13 < ord(c) < 27 for c in text):
        return UNKNOWN
    start = text.lstrip("\ufeff \t\r\n")[:1000].lower()
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in start):
        return "image/svg+xml"
    if start.startswith(("<!doctype html", "<html")):
        return "text/html"
    return "text/plain"
