"""What a file is, told by its first bytes: names and endings lie, and people rename files."""

import io
from typing import IO

from tracker.errors import NoticeError

_SIGNATURES = {
    b"%PDF-": "pdf",
    b"\x89PNG\r\n\x1a\n": "picture",
    b"\xff\xd8\xff": "picture",
    b"II*\x00": "picture",
    b"MM\x00*": "picture",
}
_REFUSED = {
    b"{\\rtf": "this is a rich text file; open it in Word or LibreOffice and save it as .docx",
    b"GIF8": "this is a GIF picture; save it as .png or .jpg",
    b"BM": "this is a BMP picture; save it as .png or .jpg",
    b"II+\x00": "this is a BigTIFF picture; save it as an ordinary .tif or as .pdf",
    b"MM\x00+": "this is a BigTIFF picture; save it as an ordinary .tif or as .pdf",
    b"Rar!": "this is an archive; unpack it and give the notice itself",
    b"7z\xbc\xaf": "this is an archive; unpack it and give the notice itself",
    b"\x1f\x8b": "this is an archive; unpack it and give the notice itself",
}
_PROGRAMS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00", b"#!/",
)  # fmt: skip
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")


def kind_of(source: bytes | IO[bytes], *, name: str) -> str:
    """ "pdf", "word", "picture" or "text". Raises NoticeError with advice for what no reader here can open."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    file.seek(0)
    beginning = file.read(1024)
    start = beginning[:16]
    if is_program(beginning):
        raise NoticeError(
            f"{name}: this is a program, not a notice, whatever its name says; do not open it, tell whoever looks after "
            "the computers"
        )
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature):
            return kind
    if b"%PDF-" in beginning:  # some writers put a few bytes before the header, and viewers accept that
        return "pdf"
    if start.startswith(_ZIP):
        return "word"
    if start.startswith(_OLE):
        raise NoticeError(f"{name}: {_about_old_office(beginning + file.read())}")
    for signature, advice in _REFUSED.items():
        if start.startswith(signature) and (signature != b"BM" or b"\x00" in start):
            raise NoticeError(f"{name}: {advice}")
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        raise NoticeError(f"{name}: this is a WebP picture; save it as .png or .jpg")
    if start[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        raise NoticeError(f"{name}: this is a HEIC photo; save it as .jpg")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html")):
        raise NoticeError(f"{name}: this is a web page; copy the notice into a text file or print it to .pdf")
    return "text"


def is_program(data: bytes) -> bool:
    """Whether a computer would run it: for Windows, Linux, macOS, Java, a shortcut, a script."""
    return data.startswith(_PROGRAMS) or (data.startswith(b"MZ") and b"\x00" in data[:64])


def _about_old_office(data: bytes) -> str:
    """Word before 2007 and password-locked .docx share one container; the names of their streams tell them apart."""
    if _LOCKED in data:
        return "this Word file is locked with a password; open it, save it without one and give that file"
    if _OLD_WORD in data:
        return "this is an old Word file (.doc); open it in Word or LibreOffice and save it as .docx"
    return "this is an old Office file, not a notice in Word; save the notice as .docx or .pdf"
