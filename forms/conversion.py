"""Older and foreign word-processor files, brought into .docx by LibreOffice and read like any other.

Every text value survives the trip; placeholder flags do not (the definition's placeholder phrases stand in), nor does
what LibreOffice itself left out when it wrote an .rtf. Each rule below was measured: `docs/forms.md`, "Other formats".
"""

import io
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from forms import child, richtext
from forms.refusals import Damaged, EmptyFile, NeedsConversion, PasswordProtected, TooBig

LARGEST: Final = 40 << 20
"""The largest file taken, in bytes."""

BATCH: Final = 150
"""Documents in one start of LibreOffice: it silently drops arguments somewhere past the 250th."""

_TRIES: Final = 2

_BEGINS: Final = {"doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "rtf": b"{\\rtf", "odt": b"PK\x03\x04"}

KINDS: Final = frozenset(_BEGINS)
"""The kinds of file that can be brought into .docx."""

# Nothing linked is fetched, nothing active runs (`notes`: with these 0 requests left the machine, without them 2).
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Writer/Content/Update", "Link", "0"),
)

_WORD_FILTER: Final = "docx:MS Word 2007 XML"


def available() -> bool:
    """Whether LibreOffice is installed and can be held on a lead here."""
    return child.can_be_held() and _program() is not None


class Converted(NamedTuple):
    """A document as .docx; `whole` is False when ticks were lost on the way, so that an empty box says nothing."""

    data: bytes
    whole: bool = True


def to_docx(data: bytes, kind: str) -> bytes:
    """The same document as .docx: `converted(data, kind).data`."""
    return converted(data, kind).data


def converted(data: bytes, kind: str) -> Converted:
    """The same document as .docx, and whether its ticks came along. `kind` is doc, rtf or odt, as the bytes say.

    Raises EmptyFile, Damaged, PasswordProtected or TooBig for what the file is; NeedsConversion where LibreOffice is
    absent or cannot open it; TookTooLong after a minute.
    """
    if kind == "rtf":
        data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    check(data, kind)
    if not available():
        raise NeedsConversion
    for _ in range(_TRIES):  # it sometimes crashes on a document that it reads well the next time
        (made,) = convert([data], kind, _WORD_FILTER)
        if made is not None and _is_word(made):
            return Converted(made, whole=kind != "rtf" or not richtext.has_lost_ticks(data))
    raise NeedsConversion("LibreOffice could not open the document")


def check(data: bytes, kind: str) -> None:
    """Refuse what is not worth starting LibreOffice for; its own sniffing is never relied on (it would take HTML)."""
    if not data:
        raise EmptyFile
    if len(data) > LARGEST:
        raise TooBig
    if not data.startswith(_BEGINS[kind]):
        raise Damaged
    if (kind == "odt" and _odt_is_locked(data)) or (kind == "doc" and _doc_is_locked(data)):
        raise PasswordProtected


def convert(documents: Sequence[bytes], kind: str, target: str) -> list[bytes | None]:
    """Documents of one kind brought into a LibreOffice target (`pdf`, or `extension:filter`), None where none was made.

    Raises TookTooLong when a batch is not done in a minute.
    """
    made: list[bytes | None] = []
    for first in range(0, len(documents), BATCH):
        made += _one_start(documents[first : first + BATCH], kind, target)
    return made


def _one_start(documents: Sequence[bytes], kind: str, target: str) -> list[bytes | None]:
    program = _program()
    if program is None:
        raise NeedsConversion
    with tempfile.TemporaryDirectory(prefix="moves-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary).resolve()
        _write_profile(folder / "profile")
        sources = [_write(folder / f"{at}.{kind}", data) for at, data in enumerate(documents)]
        child.run([program, *_options(folder, target), *sources], folder=folder)
        extension = target.partition(":")[0]
        return [_read(folder / "made" / f"{at}.{extension}") for at in range(len(documents))]


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _options(folder: Path, target: str) -> list[str]:
    # One profile a start: two at once on one profile lose documents.
    return [
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
        *("--convert-to", target, "--outdir", str(folder / "made")),
    ]


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )


def _write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _is_word(made: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(made)) as package:
            return "word/document.xml" in package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


_MANIFEST: Final = "META-INF/manifest.xml"
_MANIFEST_BYTES: Final = 1 << 20


def _odt_is_locked(data: bytes) -> bool:
    """An encrypted .odt names its key derivation in its manifest; a later kind is one encrypted package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if _MANIFEST not in package.namelist():
                return False
            with package.open(_MANIFEST) as manifest:
                return b"encryption-data" in manifest.read(_MANIFEST_BYTES)
    except Exception as error:  # a broken archive provokes nearly anything, and is broken whatever it was
        raise Damaged from error


_SECTOR: Final = 512
_WORD_MARK: Final = b"\xec\xa5"  # wIdent 0xA5EC, [MS-DOC] 2.5.2 FibBase
_FLAGS_AT: Final = 0x0A
_ENCRYPTED: Final = 0x0100


def _doc_is_locked(data: bytes) -> bool:
    """The flag fEncrypted of the FIB ([MS-DOC] 2.5.2); the stream that holds it begins at a sector."""
    for at in range(_SECTOR, len(data) - _FLAGS_AT - 1, _SECTOR):
        if data.startswith(_WORD_MARK, at):
            flags = int.from_bytes(data[at + _FLAGS_AT : at + _FLAGS_AT + 2], "little")
            return bool(flags & _ENCRYPTED)
    return False
