"""Read an uploaded zip file safely: check the list of files first, count the unpacked bytes, and write nothing to disk.

The names in the archive are never used as paths. They are cut into parts that name a class, and are shown to people.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.problems import Problem, ProblemError, quoted
from core.settings import setting

GB, MB = 1_000_000_000, 1_000_000
CHUNK_BYTES = 65_536
ENTRY_MARK = b"PK\x01\x02"  # the first bytes of an entry of the directory
DIRECTORY_ENTRY = struct.Struct("<28x3H12x")  # the lengths of the name, extra fields and comment that follow the entry
ENTRY_BYTES = 512  # the most bytes of the directory for an entry: 46, its name, and additions of tools
LIKELY_BOMB_BYTES = 1 * MB  # for smaller entries, the ratio of compression does not matter
NESTED = ("zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar")
JUNK = ("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FOLDS = 12  # nested folders of a file; files in more nested folders are refused
LONGEST_SHOWN = 80  # characters of an entry's name

# The errors of zipfile and zlib for an archive or an entry that is cut off, or has another format.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Entry:
    """A file in an archive."""

    name: str  # the name for people to read, cut to LONGEST_SHOWN
    parts: tuple[str, ...]  # the folders of the file, and the name of the file last
    info: zipfile.ZipInfo


@dataclass(frozen=True)
class Listing:
    """The files and folders of an archive, and the entries that are refused."""

    entries: tuple[Entry, ...]
    folders: tuple[tuple[str, ...], ...]  # folders that have an entry of their own, so that empty folders are known
    refused: tuple[tuple[str, str], ...]  # the names of refused entries, and the reasons


class UnpackLimit:
    """A limit of unpacked bytes: the number of bytes that may still be unpacked."""

    def __init__(self, num_bytes: int) -> None:
        self.left = num_bytes

    def take(self, num_bytes: int) -> None:
        """Subtract unpacked bytes from the number of bytes that may still be unpacked.

        Raises
        ------
        ProblemError
            More bytes were unpacked than an upload may have.
        """
        self.left -= num_bytes
        if self.left < 0:
            raise ProblemError(_too_large(float(setting("upload_unpacked"))))


def unpack_limit() -> UnpackLimit:
    """Return a new limit: the number of bytes that an upload may have after unpacking."""
    return UnpackLimit(int(setting("upload_unpacked") * GB))


def listing(archive: zipfile.ZipFile) -> Listing:
    """List the files and folders of an archive. Entries that could do harm are listed as refused.

    Raises
    ------
    ProblemError
        The archive is encrypted, is a zip bomb, or holds too many files. Nothing is unpacked.
    """
    infos = archive.infolist()
    _refuse_many(len(infos))
    _refuse_bombs(infos)
    entries: list[Entry] = []
    folders: list[tuple[str, ...]] = []
    refused: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for info in infos:
        name = zip_entry_name(info)
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        why = _refusal(info, name, parts)
        if why is None:
            continue
        if why:
            refused.append((name[:LONGEST_SHOWN], why))
        elif info.is_dir():
            folders.append(parts)
        elif (first := seen.get(name.casefold())) == name:
            refused.append((name[:LONGEST_SHOWN], "its name stands in the archive before: only the first is read"))
        elif first is not None:
            refused.append((name[:LONGEST_SHOWN], f"its name differs from {quoted(first)} only in upper and lower case"))
        else:
            seen[name.casefold()] = name
            entries.append(Entry(name[:LONGEST_SHOWN], parts, info))
    return Listing(tuple(entries), tuple(folders), tuple(refused))


def zip_entry_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name with slashes between folders. Decode UTF-8 even without the flag, which a Mac omits."""
    name = info.filename
    if not info.flag_bits & 0x800:  # without this flag, zipfile reads names as code page 437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _refusal(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str | None:
    """Return why an entry is refused, an empty string for a good entry, or None for an ignored entry like .DS_Store."""
    lower = [part.casefold() for part in parts]
    if not parts or any(part in JUNK or (part.startswith(".") and part != "..") for part in lower):
        return None
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link to another file, not a file"
    if lower[-1].rpartition(".")[2] in NESTED and not info.is_dir():
        return "an archive within the archive: unpack this archive, and zip the pictures themselves"
    if len(parts) > FOLDS:
        return f"lies in more than {FOLDS} folders"
    if info.compress_type not in METHODS:
        return "packed in an unusual way: save the archive as a plain zip"
    return ""


def _refuse_many(count: int) -> None:
    most = int(setting("upload_files"))
    if count > most:
        raise ProblemError(
            Problem(
                "too-many-files",
                (),
                f"The archive holds {count:,} files.",
                f"Expected at most {most:,}.",
                "Upload fewer pictures: a few hundred of each class teach a network a lot.",
            )
        )


def _refuse_bombs(infos: list[zipfile.ZipInfo]) -> None:
    if locked := next((info for info in infos if info.flag_bits & 1), None):
        raise ProblemError(
            Problem(
                "archive-encrypted",
                (),
                f"The archive is password protected: {quoted(zip_entry_name(locked))} cannot be opened.",
                "Expected an archive that opens without a password.",
                "Save the archive without a password, and upload again.",
            )
        )
    ratio = int(setting("upload_ratio"))
    for info in infos:
        if info.file_size > max(LIKELY_BOMB_BYTES, ratio * info.compress_size):
            raise ProblemError(
                Problem(
                    "archive-bursts",
                    (),
                    f"{quoted(zip_entry_name(info))} says that it unpacks from {info.compress_size:,} to "
                    f"{info.file_size:,} bytes.",
                    f"Expected at most {ratio} times as much: pictures are packed already.",
                    "Take it out of the archive.",
                )
            )
    most = float(setting("upload_unpacked"))
    if sum(info.file_size for info in infos) > most * GB:
        raise ProblemError(_too_large(most))


def _too_large(most: float) -> Problem:
    return Problem(
        "archive-too-large",
        (),
        f"The archive unpacks to more than {most:g} GB.",
        f"Expected at most {most:g} GB; nothing beyond that was unpacked.",
        "Upload fewer or smaller pictures: they are made small here anyway.",
    )


class LongDirectoryError(Exception):
    """Raised if the directory of an archive (the list of its files at its end) is longer than allowed."""

    def __init__(self, start: int, num_bytes: int) -> None:
        super().__init__(f"the directory takes {num_bytes:,} bytes")
        self.start = start  # the position of its first byte
        self.num_bytes = num_bytes


class LimitedZipReader(io.BufferedReader):
    """A file that refuses to read a too large zip directory, which `zipfile` would read into memory at once.

    Parameters
    ----------
    raw
        The file, open for reading.
    longest
        The greatest size of a directory, in bytes.
    """

    def __init__(self, raw: Any, longest: int) -> None:
        super().__init__(raw)
        self.longest: int | None = longest  # None after the directory was read

    def read(self, size: int | None = -1) -> bytes:
        """Read bytes, unless `size` exceeds the limit for a directory.

        Raises
        ------
        LongDirectoryError
            The directory is not read yet, and `size` is larger than a directory may be.
        """
        if self.longest is not None and size is not None and size > self.longest:
            raise LongDirectoryError(self.tell(), size)
        return super().read(size)


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file for reading. Refuse a large directory, since `zipfile` reads the whole directory into memory.

    Raises
    ------
    ProblemError
        The file is no zip file, is cut off, or holds too many files.
    """
    with LimitedZipReader(path.open("rb", buffering=0), int(setting("upload_files")) * ENTRY_BYTES) as file:
        try:
            archive = zipfile.ZipFile(file)
        except LongDirectoryError as error:
            _refuse_many(_count_entries(file, error.start, error.num_bytes))
            raise ProblemError(_long_directory(error.num_bytes)) from None
        except BROKEN as error:
            raise ProblemError(
                Problem(
                    "no-archive",
                    (),
                    f"The file cannot be read as a zip file: {quoted(str(error), 80).strip(chr(39))}.",
                    "Expected a whole zip file, with a folder for each class.",
                    "Zip the folder once more, and upload it when it is complete.",
                )
            ) from error
        file.longest = None
        with archive:
            yield archive


def _count_entries(file: LimitedZipReader, start: int, num_bytes: int) -> int:
    """Count the entries of a zip directory, as far as the directory can be read."""
    count = 0
    file.seek(start)
    while file.tell() < start + num_bytes:
        record = file.read(DIRECTORY_ENTRY.size)
        if len(record) < DIRECTORY_ENTRY.size or not record.startswith(ENTRY_MARK):
            break
        file.seek(sum(DIRECTORY_ENTRY.unpack(record)), io.SEEK_CUR)
        count += 1
    return count


def _long_directory(num_bytes: int) -> Problem:
    most = int(setting("upload_files")) * ENTRY_BYTES
    return Problem(
        "archive-list-too-long",
        (),
        f"The archive's own list of its files takes {num_bytes:,} bytes.",
        f"Expected at most {most:,}: {ENTRY_BYTES} for each of {setting('upload_files'):,} files.",
        "Zip the folder once more, with shorter names and without comments.",
    )


def read_entry(archive: zipfile.ZipFile, entry: Entry, left: UnpackLimit) -> bytes:
    """Unpack a file of an archive, and return its bytes.

    Raises
    ------
    ProblemError
        All entries together hold more bytes than an upload may have.
    Exception
        The entry is damaged. The type of the error is in BROKEN.
    """
    return b"".join(_chunks(archive, entry, left))


def _chunks(archive: zipfile.ZipFile, entry: Entry, left: UnpackLimit) -> Iterator[bytes]:
    with archive.open(entry.info) as file:
        while chunk := file.read(CHUNK_BYTES):
            left.take(len(chunk))
            yield chunk
