"""Uploaded files are what their content says."""

import base64
import io
import struct
import zipfile
import zlib
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.intake.situations import content
from tongban.catalogue import documents
from tongban.kernel.errors import InvalidInput, TongbanError, TooLarge


@pytest.fixture
def material() -> documents.Material:
    """A document that may be a PDF or a picture."""
    return content().material("identity_card")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A real picture."""
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def pdf(*, password: str = "", script: bool = False) -> bytes:
    """A real PDF of one page."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if script:
        action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hello')")}
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(
            DictionaryObject({NameObject(name): value for name, value in action.items()})
        )
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def refusal(material: documents.Material, name: str, data: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(TongbanError) as error:
        documents.check_file(material, name, data)
    assert error.value.hint
    return error.value.code


def test_real_files_are_kept_under_their_own_name(material: documents.Material) -> None:
    """JPEG, PNG and PDF; folders and control characters of the name are dropped."""
    for data, media_type in (
        (picture(), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (pdf(), "application/pdf"),
    ):
        kept = documents.check_file(material, "C:\\photos\\..\\身份证\x00\n.jpg", data)
        assert (kept.media_type, kept.size, kept.name) == (media_type, len(data), "身份证.jpg")
        assert len(kept.sha256) == 64


def test_the_name_says_nothing_about_the_type(material: documents.Material) -> None:
    """A picture called .pdf is a picture; a program called .pdf and a page called .jpg are refused."""
    assert documents.check_file(material, "scan.pdf", picture()).media_type == "image/jpeg"
    program = b"MZ\x90\x00" + b"\0" * 500
    assert refusal(material, "scan.pdf", program) == "upload.type"
    assert refusal(material, "photo.jpg", b"<!DOCTYPE html><html><script>alert(1)</script>") == "upload.type"
    assert refusal(material, "photo.jpg", picture("GIF")) == "upload.type"


def test_a_type_that_this_document_does_not_take_is_refused() -> None:
    """A portrait is a picture, not a PDF; the refusal names what is taken."""
    with pytest.raises(InvalidInput) as error:
        documents.check_file(content().material("portrait_photo"), "me.pdf", pdf())
    assert error.value.code == "upload.type"
    assert error.value.params["accepts"] == "JPEG, PNG"


def test_an_empty_or_too_large_file_is_refused(material: documents.Material) -> None:
    """The limit is the material's, and it is told."""
    assert refusal(material, "a.jpg", b"") == "upload.empty"
    small = replace(material, max_megabytes=1)
    with pytest.raises(TooLarge) as error:
        documents.check_file(small, "a.jpg", picture() + b"\0" * 1024 * 1024)
    assert (error.value.code, error.value.params["megabytes"]) == ("upload.too_large", 1)


@pytest.mark.parametrize(
    "damaged",
    [
        picture(size=(400, 300))[:-900],
        picture()[:20],
        picture("PNG")[:60],
        pdf()[:120],
        b"%PDF-1.7\nnothing else",
        b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF",
    ],
)
def test_a_damaged_file_is_refused(material: documents.Material, damaged: bytes) -> None:
    """Half a photo, a PDF without pages: better told now than by a clerk next week."""
    assert refusal(material, "a.jpg", damaged) == "upload.broken"


def test_a_locked_pdf_is_refused(material: documents.Material) -> None:
    """A clerk could not open it."""
    assert refusal(material, "a.pdf", pdf(password="secret")) == "upload.encrypted"


def test_known_malware_is_refused(material: documents.Material) -> None:
    """The industry's test file is found inside a picture and a PDF, wherever it stands."""
    assert refusal(material, "a.jpg", picture() + documents.EICAR) == "upload.malware"
    assert refusal(material, "a.pdf", pdf() + b"\n" * 9000 + documents.EICAR) == "upload.malware"


def test_a_pdf_with_a_program_is_refused(material: documents.Material) -> None:
    """JavaScript is found however its name is spelled."""
    assert refusal(material, "a.pdf", pdf(script=True)) == "upload.malware"
    spelled = pdf(script=True).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
    assert b"/JavaScript" not in spelled
    assert refusal(material, "a.pdf", spelled) == "upload.malware"


def test_a_page_hidden_in_a_picture_is_refused(material: documents.Material) -> None:
    """A file that is a picture to us and a page or a PDF to a browser."""
    assert refusal(material, "a.jpg", picture() + b"<SCRIPT>alert(1)</script>") == "upload.malware"
    assert refusal(material, "a.jpg", picture() + pdf()) == "upload.malware"


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 9_500), (12_000, 12_000)])
def test_a_picture_that_would_fill_the_memory_is_refused(
    material: documents.Material, size: tuple[int, int]
) -> None:
    """A hundred kilobytes that unpack to gigabytes are refused before they are unpacked."""
    assert refusal(material, "a.png", bomb(*size)) == "upload.too_many_pixels"


def test_a_picture_of_another_kind_in_disguise_is_not_opened(material: documents.Material) -> None:
    """The first bytes of a JPEG do not let another format's reader loose on the rest."""
    assert refusal(material, "a.jpg", b"\xff\xd8\xff\xe0" + picture("GIF")) == "upload.broken"


def test_another_scanner_can_be_put_in(material: documents.Material) -> None:
    """A deployment's own engine decides."""
    with pytest.raises(InvalidInput) as error:
        documents.check_file(material, "a.jpg", picture(), scanner=lambda _: "Worm")
    assert "Worm" in error.value.detail


def test_the_test_file_is_the_industrys() -> None:
    """The signature that scanners know, 68 bytes."""
    assert base64.b64encode(documents.EICAR[:12]) == b"WDVPIVAlQEFQWzRc"
    assert len(documents.EICAR) == 68


def ofd(entry: str) -> bytes:
    """A real ZIP with one entry."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(entry, "<x/>")
    return packed.getvalue()


def test_an_ofd_document_is_known_by_its_root_entry(material: documents.Material) -> None:
    """A ZIP is an OFD document (GB/T 33190) when OFD.xml stands in it, and no other ZIP is."""
    accepting = replace(material, accepts=("ofd", "pdf"))

    assert documents.check_file(accepting, "证照.ofd", ofd("OFD.xml")).media_type == "application/ofd"
    with pytest.raises(InvalidInput, match="not one of"):
        documents.check_file(accepting, "a.ofd", ofd("word/document.xml"))
