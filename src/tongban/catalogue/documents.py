"""Uploaded files: what they really are, whatever their name says. Pure but for the scanner hook."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

import filetype
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from tongban.catalogue.domain import Material
from tongban.kernel.errors import InvalidInput, TooLarge

MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
MAX_PIXELS = 100_000_000
MAX_NAME = 120

Scanner = Callable[[bytes], str | None]
"""Takes the content, gives the name of the malware found or None."""

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file that may be kept."""

    name: str
    media_type: str
    size: int
    sha256: str
    content: bytes


def signature_scanner(content: bytes) -> str | None:
    """The scanner that ships: finds the industry's harmless test file and active content in PDFs.

    A deployment puts its own engine here (see docs for operators); this one does not replace it.
    """
    if EICAR in content[:4096]:
        return "EICAR-Test-File"
    if content.startswith(b"%PDF") and any(
        word in content for word in (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
    ):
        return "PDF-Active-Content"
    return None


def check_file(
    material: Material, name: str, content: bytes, *, scanner: Scanner = signature_scanner
) -> CheckedFile:
    """The file as it may be kept; its type is told by its content, and it is opened to prove it.

    Raises TooLarge `upload.too_large`, or InvalidInput `upload.empty`, `.type`, `.broken`, `.malware`.
    """
    if not content:
        raise InvalidInput("upload.empty", "The file is empty.", hint="Choose it again.")
    if len(content) > material.max_megabytes * 1024 * 1024:
        raise TooLarge(
            "upload.too_large",
            f"The file is larger than {material.max_megabytes} MB.",
            hint="Take the picture with a lower resolution.",
            megabytes=material.max_megabytes,
        )
    found = filetype.guess_mime(content[:8192])
    accepted = {MEDIA_TYPES[one]: one for one in material.accepts if one in MEDIA_TYPES}
    if found not in accepted:
        raise InvalidInput(
            "upload.type",
            f"This is not one of: {', '.join(accepted.values())}.",
            hint="Photograph the document or save it as PDF.",
            accepts=", ".join(one.upper() for one in accepted.values()),
        )
    threat = scanner(content)
    if threat:
        raise InvalidInput(
            "upload.malware", f"The file was refused: {threat}.", hint="Make a new picture of the document."
        )
    if found == MEDIA_TYPES["pdf"]:
        _open_pdf(content)
    else:
        _open_picture(content)
    return CheckedFile(
        name=_plain_name(name),
        media_type=found,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _open_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content))
        encrypted, pages = reader.is_encrypted, 0 if reader.is_encrypted else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise _broken() from None
    if encrypted:
        raise InvalidInput(
            "upload.encrypted", "The PDF is locked with a password.", hint="Save it without one."
        )
    if pages == 0:
        raise _broken()


def _open_picture(content: bytes) -> None:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise TooLarge(
                    "upload.too_many_pixels", "The picture has too many pixels.", hint="Make it smaller."
                )
            picture.verify()
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise _broken() from None


def _broken() -> InvalidInput:
    return InvalidInput("upload.broken", "The file is damaged and cannot be opened.", hint="Make it again.")


def _plain_name(name: str) -> str:
    """The file's own name without folders or control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[-MAX_NAME:] or "file"
