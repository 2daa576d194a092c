"""The list of its files at the end of a stranger's zip: how long it may be, what it names, and names that stand twice."""

import io
import struct
import warnings
import zipfile

import pytest

from core.datasets import zip_files
from core.files import home
from tests.faults.sample_uploads import digits, folders, found_in, reasons, refusal_of, zipped


@pytest.mark.deep
def test_archive_of_very_many_files_is_refused() -> None:
    with zipfile.ZipFile(home() / "many.zip", "w") as archive:
        for number in range(20_001):
            archive.writestr(f"one/{number}.png", b"")
    problem = refusal_of((home() / "many.zip").read_bytes())
    assert problem.happened == "The archive holds 20,001 files."


@pytest.mark.deep
def test_files_are_counted_truly_however_many_they_are() -> None:
    with zipfile.ZipFile(home() / "many.zip", "w") as archive:
        for number in range(100_001):  # its directory is longer than may be read, and its own count stops at 65,535
            archive.writestr(f"one/{number}{'x' * 70}.png", b"")
    problem = refusal_of((home() / "many.zip").read_bytes())
    assert problem.happened == "The archive holds 100,001 files."
    assert problem.expected == "Expected at most 20,000."


def test_directory_larger_than_what_it_counts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_UPLOAD_FILES", "10")
    whole = zipped({f"one/{'x' * 60_000}{number}.png": b"" for number in range(5)})
    problem = refusal_of(whole)
    assert problem.code == "archive-list-too-long"
    assert problem.happened == "The archive's own list of its files takes 300,275 bytes."
    assert problem.expected == "Expected at most 5,120: 512 for each of 10 files."


@pytest.mark.parametrize("comment", [b"", b"a comment", b"PK" * 100], ids=["none", "short", "half a mark"])
def test_zip64_record_that_hides_a_long_directory_is_refused(comment: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_UPLOAD_FILES", "10")
    content = zipped({f"one/{number}.png": b"" for number in range(150)})
    end = content.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<2I", content[end + 12 : end + 20])
    assert size > 10 * zip_files.ENTRY_BYTES
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 46, start, len(comment))  # says: one file
    crafted = content[:end] + record + locator + last + comment
    assert len(zipfile.ZipFile(io.BytesIO(crafted)).infolist()) == 150, "what zipfile reads"
    broken = crafted.replace(b"one/140.png" + b"PK\x01\x02", b"one/140.png" + b"PK\x01\x00")  # whoever reads it all stumbles
    assert refusal_of(broken).happened == "The archive holds 141 files."


def test_name_that_stands_twice_is_read_once_and_told() -> None:
    whole = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(whole, "w") as archive:
        for name, content in (*folders().items(), ("one/0.png", digits(1, 12)[11])):
            archive.writestr(name, content)
    report = found_in(whole.getvalue())
    assert reasons(report) == {"one/0.png": "its name stands in the archive before: only the first is read"}
    assert (report.total, report.num_good) == (21, 20)
