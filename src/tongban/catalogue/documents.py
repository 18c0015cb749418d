"""Uploaded files: what they really are, whatever their name says. Pure but for the scanner hook."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongban.catalogue.domain import Material
from tongban.kernel.errors import InvalidInput, TooLarge

if TYPE_CHECKING:  # the libraries that open files are loaded with the first file
    from pypdf import PdfReader

_PICTURES = ("JPEG", "PNG")
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "ofd": "application/ofd",
}
MAX_PIXELS = 80_000_000
"""More than a phone's camera makes in its usual mode; opening it stays within some 250 MB."""
MAX_PDF_OBJECTS = 50_000
MAX_OFD_BYTES = 200 * 1024 * 1024
MAX_NAME = 120

Scanner = Callable[[bytes], str | None]
"""Takes the content, gives the name of the malware found or None."""

_HIDDEN = (b"<script", b"<html", b"<?php", b"%pdf-1.", b"%pdf-2.")
_ACTIVE = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMedia"}
)
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
    """The scanner that ships: finds the industry's harmless test file, and a page or PDF hidden in a picture.

    A deployment names its own engine in `TONGBAN_UPLOAD_SCANNER`; this one does not replace it. Active
    content of PDFs is found when they are opened, where it cannot hide behind another spelling.
    """
    if EICAR in content:
        return "EICAR-Test-File"
    if not content.startswith(b"%PDF") and any(word in content.lower() for word in _HIDDEN):
        return "Polyglot"
    return None


def configured_scanner() -> Scanner:
    """The scanner that the installation names, as a dotted path in `settings.UPLOAD_SCANNER`."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    found: Scanner = import_string(settings.UPLOAD_SCANNER)
    return found


def check_file(
    material: Material, name: str, content: bytes, *, scanner: Scanner | None = None
) -> CheckedFile:
    """The file as it may be kept; its type is told by its content, and it is opened to prove it.

    Raises TooLarge `upload.too_large` or `.too_many_pixels`, or InvalidInput `upload.empty`, `.type`,
    `.broken`, `.encrypted`, `.malware`.
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
    import filetype

    found = filetype.guess_mime(content[:8192])
    if found == "application/zip" and _is_ofd(content):
        found = MEDIA_TYPES["ofd"]
    accepted = {MEDIA_TYPES[one]: one for one in material.accepts if one in MEDIA_TYPES}
    if found not in accepted:
        raise InvalidInput(
            "upload.type",
            f"This is not one of: {', '.join(accepted.values())}.",
            hint="Photograph the document or save it as PDF.",
            accepts=", ".join(one.upper() for one in accepted.values()),
        )
    threat = (scanner or configured_scanner())(content)
    if threat:
        raise _refused(threat)
    if found == MEDIA_TYPES["pdf"]:
        _open_pdf(content)
    elif found != MEDIA_TYPES["ofd"]:  # an OFD was opened to know what it is
        _open_picture(content)
    return CheckedFile(
        name=_plain_name(name),
        media_type=found,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _is_ofd(content: bytes) -> bool:
    """Whether a ZIP is an OFD document (GB/T 33190): it has its root entry, and unpacks to a sane size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            return "OFD.xml" in packed.namelist() and size <= MAX_OFD_BYTES and packed.testzip() is None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error):
        return False


def _open_pdf(content: bytes) -> None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        encrypted = reader.is_encrypted
        pages = 0 if encrypted else len(reader.pages)
        active = not encrypted and _is_active(reader)
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError):
        raise _broken() from None
    if encrypted:
        raise InvalidInput(
            "upload.encrypted", "The PDF is locked with a password.", hint="Save it without one."
        )
    if pages == 0:
        raise _broken()
    if active:
        raise _refused("PDF-Active-Content")


def _is_active(reader: "PdfReader") -> bool:
    """Whether anything reachable from the document's root is a program, a start of one, or another file.

    Names are compared after their ``#4a`` spellings are resolved and packed objects are unpacked. A document
    of more objects than any scan has counts as active.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    todo: list[object] = [reader.trailer["/Root"]]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if len(seen) > MAX_PDF_OBJECTS:
            return True
        if isinstance(one, DictionaryObject):
            if _ACTIVE & one.keys() or one.get("/S") in _ACTIVE:
                return True
            todo += [value for _, value in one.items()]
        elif isinstance(one, ArrayObject):
            todo += list(one)
    return False


def _open_picture(content: bytes) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=_PICTURES) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_many_pixels()
            picture.verify()
        with Image.open(io.BytesIO(content), formats=_PICTURES) as picture:
            picture.draft("RGB", (1024, 1024))  # a JPEG is decoded smaller, with less memory
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error):
        raise _broken() from None


def _too_many_pixels() -> TooLarge:
    return TooLarge("upload.too_many_pixels", "The picture has too many pixels.", hint="Make it smaller.")


def _refused(threat: str) -> InvalidInput:
    return InvalidInput(
        "upload.malware", f"The file was refused: {threat}.", hint="Make a new picture of the document."
    )


def _broken() -> InvalidInput:
    return InvalidInput("upload.broken", "The file is damaged and cannot be opened.", hint="Make it again.")


def _plain_name(name: str) -> str:
    """The file's own name without folders or control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[-MAX_NAME:] or "file"
