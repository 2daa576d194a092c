"""A stranger's zip file: looked at before anything is unpacked, and its bytes counted as they come. Nothing is written.

The names in it are never paths: they are cut into parts that name a class, and shown to people.
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
ENTRY_MARK = b"PK\x01\x02"  # begins an entry of the directory
DIRECTORY_ENTRY = struct.Struct("<28x3H12x")  # the lengths of name, extra fields and comment, which follow it
ENTRY_BYTES = 512  # that the directory of an archive may take for an entry: 46, its name, and what tools add
LIKELY_BOMB_BYTES = 1 * MB  # smaller entries may be packed as tightly as they like
NESTED = ("zip", "tar", "gz", "tgz", "bz2", "xz", "7z", "rar")
JUNK = ("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FOLDS = 12  # deeper folders than this hold no class
LONGEST_SHOWN = 80  # characters of an entry's name

# What zipfile and zlib raise for an archive, or an entry of one, that is cut off or is something else.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Entry:
    """A file in an archive."""

    name: str  # as people read it
    parts: tuple[str, ...]  # its folders, and its own name last
    info: zipfile.ZipInfo


@dataclass(frozen=True)
class Listing:
    """What is in an archive."""

    entries: tuple[Entry, ...]
    folders: tuple[tuple[str, ...], ...]  # those that are named by themselves, so that empty ones are known
    refused: tuple[tuple[str, str], ...]  # names, and why nothing of them is read


class Budget:
    """How many bytes may still be unpacked."""

    def __init__(self, num_bytes: int) -> None:
        self.left = num_bytes

    def take(self, num_bytes: int) -> None:
        """Count bytes that came.

        Raises
        ------
        ProblemError
            There were more than all may have.
        """
        self.left -= num_bytes
        if self.left < 0:
            raise ProblemError(_too_large(float(setting("upload_unpacked"))))


def budget() -> Budget:
    """What one upload may unpack to."""
    return Budget(int(setting("upload_unpacked") * GB))


def listing(archive: zipfile.ZipFile) -> Listing:
    """The entries of an archive, with everything refused that could do harm.

    Raises
    ------
    ProblemError
        The archive as a whole is not read: it is encrypted, a bomb, or holds too much.
    """
    infos = archive.infolist()
    _refuse_many(len(infos))
    _refuse_bombs(infos)
    entries: list[Entry] = []
    folders: list[tuple[str, ...]] = []
    refused: list[tuple[str, str]] = []
    seen: dict[str, str] = {}
    for info in infos:
        name = readable(info)
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


def readable(info: zipfile.ZipInfo) -> str:
    """An entry's name: with slashes between folders, and its letters as the Mac, which does not say so, wrote them."""
    name = info.filename
    if not info.flag_bits & 0x800:  # without this flag, zipfile reads names as code page 437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _refusal(info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str | None:
    """Why an entry is not read; "" where it is, None where nobody needs to know that it is not."""
    lower = [part.casefold() for part in parts]
    if not parts or any(part in JUNK or (part.startswith(".") and part != "..") for part in lower):
        return None
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "its name leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link to another file, not a file"
    if lower[-1].rpartition(".")[2] in NESTED and not info.is_dir():
        return "it is an archive within the archive: unpack it, and zip the pictures themselves"
    if len(parts) > FOLDS:
        return f"it lies in more than {FOLDS} folders"
    if info.compress_type not in METHODS:
        return "it is packed in an unusual way: save the archive as a plain zip"
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
                f"The archive is password protected: {quoted(readable(locked))} cannot be opened.",
                "Expected one that opens without a password.",
                "Save it without a password, and upload it again.",
            )
        )
    ratio = int(setting("upload_ratio"))
    for info in infos:
        if info.file_size > max(LIKELY_BOMB_BYTES, ratio * info.compress_size):
            raise ProblemError(
                Problem(
                    "archive-bursts",
                    (),
                    f"{quoted(readable(info))} says that it unpacks from {info.compress_size:,} to "
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
    """Raised where an archive's directory, the list of its files at its end, is longer than may be read."""

    def __init__(self, start: int, num_bytes: int) -> None:
        super().__init__(f"the directory takes {num_bytes:,} bytes")
        self.start = start  # where it begins
        self.num_bytes = num_bytes


class CarefulFile(io.BufferedReader):
    """A file for zipfile, which reads the directory at once, however long one of several records at the end says it is.

    Parameters
    ----------
    raw
        The file, open for reading.
    longest
        The greatest size of a directory, in bytes.
    """

    def __init__(self, raw: Any, longest: int) -> None:
        super().__init__(raw)
        self.longest: int | None = longest  # None once the directory was read

    def read(self, size: int | None = -1) -> bytes:
        """Bytes from here on.

        Raises
        ------
        LongDirectoryError
            The bytes would be more than a directory may have.
        """
        if self.longest is not None and size is not None and size > self.longest:
            raise LongDirectoryError(self.tell(), size)
        return super().read(size)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive, open for reading; its directory, which may be as large as the file itself, is read up to a limit.

    Raises
    ------
    ProblemError
        The file is no zip file, is cut off, or holds too many files.
    """
    with CarefulFile(path.open("rb", buffering=0), int(setting("upload_files")) * ENTRY_BYTES) as file:
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


def _count_entries(file: CarefulFile, start: int, num_bytes: int) -> int:
    """How many files a directory names, one after the other, as far as it can be read."""
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


def unpacked(archive: zipfile.ZipFile, entry: Entry, left: Budget) -> bytes:
    """The bytes of an entry.

    Raises
    ------
    ProblemError
        All entries together hold more than an upload may.
    Exception
        The entry is damaged; the error is one of BROKEN.
    """
    return b"".join(_chunks(archive, entry, left))


def _chunks(archive: zipfile.ZipFile, entry: Entry, left: Budget) -> Iterator[bytes]:
    with archive.open(entry.info) as file:
        while chunk := file.read(CHUNK_BYTES):
            left.take(len(chunk))
            yield chunk
