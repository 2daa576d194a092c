"""Archives and pictures that strangers send: each fault is named, and nothing that it brings does harm."""

import stat
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalogue.datasets import data_set
from core.datasets import image_files, upload_checks, upload_state, user_datasets, zip_files
from core.datasets.image_files import UnreadableError
from core.datasets.upload_report import read_report
from core.datasets.upload_state import UploadOptions
from core.datasets.uploads import Uploads
from core.files import home
from core.problems import ProblemError
from core.settings import SETTINGS
from tests.faults.sample_uploads import (
    VISITOR,
    as_file,
    digits,
    folders,
    found_in,
    header_of,
    images_of,
    made,
    patched,
    reasons,
    refusal_of,
    zipped,
)

CHOICES = UploadOptions("Test", 8, "crop", "grey", 0.2)


# Archives


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    content = zipped({**folders(), "one/bomb.png": bytes(100_000_000)})
    assert len(content) < 200_000
    problem = refusal_of(content)
    assert problem.code == "archive-bursts"
    assert "'one/bomb.png'" in problem.happened
    assert "100,000,000 bytes" in problem.happened


def test_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_UPLOAD_UNPACKED", "0.01")
    noise = np.random.default_rng(0).bytes(6_000_000)
    problem = refusal_of(zipped({**folders(), "one/large.png": noise, "two/large.png": noise}, zipfile.ZIP_STORED))
    assert (problem.code, problem.expected) == (
        "archive-too-large",
        "Expected at most 0.01 GB; nothing beyond that was unpacked.",
    )


def test_bytes_are_counted_while_an_entry_whose_size_is_a_lie_is_unpacked() -> None:
    lying = patched(zipped({"one/lie.png": bytes(50_000_000)}), 22, 24, "<I", 200_000)
    report = found_in(zipped(folders()))
    path = upload_state.upload_folder(VISITOR) / "source.zip"
    path.write_bytes(lying)
    with zip_files.open_archive(path) as archive:
        (entry,) = zip_files.listing(archive).entries
        left = zip_files.UnpackLimit(1_000_000)
        with pytest.raises(zipfile.BadZipFile):
            zip_files.read_entry(archive, entry, left)
        assert left.left >= 1_000_000 - 200_000
        with pytest.raises(ProblemError, match="unpacks to more than"):
            zip_files.read_entry(archive, entry, zip_files.UnpackLimit(100_000))
    assert report.num_good == 20


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "C:/evil.png", "one/../../evil.png", "..\\evil.png"])
def test_entry_whose_name_leads_elsewhere_is_refused_and_named(name: str) -> None:
    report = found_in(zipped({**folders(), name: digits(0, 1)[0]}))
    assert reasons(report) == {name.replace("\\", "/"): "its name leads out of the archive"}
    assert report.num_good == 20
    kept = {path.name for path in upload_state.upload_folder(VISITOR).iterdir()}
    assert kept == {"source.zip", "state.json", "pixels.bin", "index.npz", "shown.json", "report.json"}


def test_link_in_an_archive_is_skipped_and_listed() -> None:
    link = zipfile.ZipInfo("one/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(home() / "linked.zip", "w") as archive:
        for name, content in folders().items():
            archive.writestr(name, content)
        archive.writestr(link, "/etc/passwd")
    report = found_in((home() / "linked.zip").read_bytes())
    assert reasons(report) == {"one/link.png": "a link to another file, not a file"}


def test_encrypted_archive_says_to_save_it_without_a_password() -> None:
    problem = refusal_of(patched(zipped({"one/1.png": b"secret"}), 6, 8, "<H", 1))
    assert problem.happened == "The archive is password protected: 'one/1.png' cannot be opened."
    assert problem.fix == "Save the archive without a password, and upload again."


@pytest.mark.parametrize("broken", ["cut off", "no zip", "empty"])
def test_file_that_is_no_whole_archive_is_refused_in_one_message(broken: str) -> None:
    whole = zipped(folders())
    problem = refusal_of({"cut off": whole[: len(whole) // 2], "no zip": b"GIF89a" * 100, "empty": b""}[broken])
    assert problem.code == "no-archive"
    assert "Traceback" not in str(problem)


def test_entry_with_a_wrong_checksum_is_named_and_the_others_are_read() -> None:
    whole = bytearray(zipped(folders(), zipfile.ZIP_STORED))
    whole[whole.index(b"IDAT") + 10] ^= 0xFF
    report = found_in(bytes(whole))
    assert reasons(report) == {"zero/0.png": "damaged within the archive (its checksum is wrong)"}
    assert report.num_good == 19


def test_nested_archives_are_listed_and_what_a_mac_adds_is_not() -> None:
    files = {
        **folders(),
        "one/more.zip": zipped(folders()),
        "__MACOSX/one/._1.png": b"x",
        "one/.DS_Store": b"x",
        "one/Thumbs.db": b"x",
        "readme.txt": b"hello",
    }
    report = found_in(zipped(files))
    assert list(reasons(report)) == ["one/more.zip"]
    assert report.others == 1
    assert report.num_good == 20


def test_names_that_differ_only_in_case_are_refused() -> None:
    clash = found_in(zipped({**folders(), "one/A.png": digits(1, 11)[10], "one/a.png": digits(1, 12)[11]}))
    assert reasons(clash) == {"one/a.png": "its name differs from 'one/A.png' only in upper and lower case"}
    Uploads().clear(VISITOR)
    problem = refusal_of(zipped({**folders(), "One/new.png": digits(1, 11)[10]}))
    assert problem.code == "class-names-clash"
    assert "'One' and 'one'" in problem.happened


def test_folders_of_sets_around_classes_are_understood() -> None:
    files = {**folders(above="pets/train/"), **{f"pets/val/one/{n}.png": one for n, one in enumerate(digits(1, 13)[10:])}}
    files |= {f"pets/val/zero/{number}.png": one for number, one in enumerate(digits(0, 13)[10:])}
    report = found_in(zipped(files))
    assert (report.classes, report.train, report.test) == (("one", "zero"), (10, 10), (3, 3))
    assert report.notes[0] == "The archive brings its own sets: train/, val/."
    assert data_set(made()).num_test == 6


# Pictures


def test_bad_files_among_good_ones_are_a_table_and_are_left_out_only_when_that_is_chosen() -> None:
    photograph = as_file(np.random.default_rng(0).integers(0, 255, (64, 64, 3), "uint8"), "JPEG")
    files = {
        **folders(),
        "one/cut.jpg": photograph[: len(photograph) // 2],
        "one/empty.jpg": b"",
        "one/page.jpg": b"<!DOCTYPE html><html><body>404</body></html>",
        "one/drawing.png": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "one/phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0",
        "one/noise.png": bytes(range(256)),
    }
    report = found_in(zipped(files))
    assert reasons(report) == {
        "one/cut.jpg": "cut off, with a part missing",
        "one/empty.jpg": "empty",
        "one/page.jpg": "a web page or another text, not a picture made of pixels",
        "one/drawing.png": "a drawing (SVG), not a picture made of pixels",
        "one/phone.heic": "a HEIC photo, which cannot be read here: export the photo as JPEG",
        "one/noise.png": "no picture that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF)",
    }
    (problem,) = upload_checks.upload_problems(report, CHOICES)
    assert problem.happened.startswith("6 of 26 files cannot be used; the first is 'one/cut.jpg'")
    with pytest.raises(ProblemError, match="cannot be used"):
        made()
    assert data_set(made(leave_bad_out=True)).num_train == 16


def test_picture_that_says_it_is_huge_is_refused_before_it_is_decoded() -> None:
    content = header_of(20_000, 20_000)
    assert len(content) < 100
    with pytest.raises(UnreadableError) as raised:
        image_files.read(content)
    assert raised.value.reason == "20,000 × 20,000 pixels; at most 50 million are read"


def picture(mode: str) -> Image.Image:
    """A picture of one kind: its left half is bright, its right half is dark."""
    pixels = np.zeros((20, 30, 3), "uint8")
    pixels[:, :15] = (200, 100, 50)
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize(
    ("name", "content", "shape", "words"),
    [
        ("palette", as_file(picture("P")), (20, 30, 3), "palette turned into colours"),
        ("cmyk", as_file(picture("CMYK"), "JPEG"), (20, 30, 3), "CMYK turned into red, green and blue"),
        ("alpha", as_file(Image.new("RGBA", (30, 20), (200, 100, 50, 128))), (20, 30, 3), "transparent parts laid on white"),
        ("bilevel", as_file(picture("1")), (20, 30), "black and white turned into grey"),
        ("16 bit", as_file(np.full((20, 30), 51_400, "uint16")), (20, 30), "16 bit brought to 8"),
        ("single", as_file(np.full((1, 1), 9, "uint8")), (1, 1), "only one pixel high or wide"),
    ],
)
def test_each_kind_of_picture_is_converted_and_that_is_said(
    name: str, content: bytes, shape: tuple[int, ...], words: str
) -> None:
    found = image_files.read(content)
    assert found.pixels.shape == shape, name
    assert found.conversions == (words,)


def test_picture_without_a_transparent_pixel_is_not_called_transparent() -> None:
    assert image_files.read(as_file(picture("RGBA"))).conversions == ()


def test_values_after_conversions_are_what_they_should_be() -> None:
    assert image_files.read(as_file(np.full((20, 30), 51_400, "uint16"))).pixels.max() == 51_400 >> 8
    clear = Image.new("RGBA", (9, 9), (255, 0, 0, 0))
    assert (image_files.read(as_file(clear)).pixels == 255).all()
    grey_in_colour = image_files.read(as_file(picture("L").convert("RGB")))
    assert grey_in_colour.pixels.ndim == 2


def test_rotated_and_animated_pictures() -> None:
    turned = picture("RGB")
    turned.getexif()[0x0112] = 6  # the camera was held upright: turn it by 90 degrees
    found = image_files.read(as_file(turned, "JPEG", exif=turned.getexif()))
    assert (found.width, found.height, found.pixels.shape[:2]) == (20, 30, (30, 20))
    assert found.pixels[:10].mean() > found.pixels[-10:].mean() + 50  # what was left is on top
    assert found.conversions == ("turned upright, as the camera noted (EXIF)",)
    moving = as_file(picture("L"), "GIF", save_all=True, append_images=[Image.new("L", (30, 20), 255)])
    assert image_files.read(moving).conversions[0] == "animated or of several pages: only the first picture was taken"
    assert image_files.read(moving).pixels[:, 20:].max() < 60


def test_conversions_are_counted_in_the_report() -> None:
    files = {**folders(), **{f"one/p{number}.png": as_file(picture("P").rotate(number * 7)) for number in range(3)}}
    report = found_in(zipped(files))
    assert dict(report.conversions) == {"palette turned into colours": 3}
    assert dict(report.modes) == {"grey": 20, "palette": 3}


@pytest.mark.parametrize(("rule", "dark"), [("crop", 0.0), ("pad", 0.5), ("stretch", 0.0)])
def test_mixed_sizes_become_one_by_the_rule_that_was_chosen(rule: str, dark: float) -> None:
    white = {f"one/{number}.png": as_file(np.full((10 + number, 2 * (10 + number)), 255, "uint8")) for number in range(5)}
    report = found_in(zipped({**white, **{f"zero/{n}.png": one for n, one in enumerate(digits(0, 5))}}))
    assert (report.num_sizes, report.smallest, report.largest) == (6, (8, 8), (28, 14))
    images = images_of(made(side=12, rule=rule, test_share=0.4))
    ones = images["x_train"][images["y_train"] == 0]
    assert ones.shape[1:] == (12, 12)
    assert (ones == 0).mean() == pytest.approx(dark, abs=0.05)


# Classes


def test_one_class_only_is_blocked_with_its_name() -> None:
    cats = {f"cats/{number}.png": one for number, one in enumerate(digits(0, 5))}
    for files in ({**cats, "dogs/": b""}, cats):
        report = found_in(zipped(files))
        (problem,) = upload_checks.upload_problems(report, CHOICES)
        assert problem.happened == "Training needs at least 2 classes, found 1: cats."
    with pytest.raises(ProblemError, match="found 1: cats"):
        made()


def test_empty_class_and_class_of_one_are_blocked_until_they_are_left_out() -> None:
    report = found_in(zipped({**folders(), "empty/": b"", "two/1.png": digits(2, 1)[0]}))
    (problem,) = upload_checks.upload_problems(report, CHOICES)
    assert problem.happened == "2 classes have too few pictures: empty (0), two (1)."
    name = made(leave_small_out=True)
    assert data_set(name).classes == ("one", "zero")
    assert sorted(set(images_of(name)["y_train"].tolist())) == [0, 1]


def test_uneven_classes_are_warned_of_and_split_evenly() -> None:
    chance = np.random.default_rng(0)
    many = {f"many/{number}.png": as_file(chance.integers(0, 255, (8, 8), "uint8")) for number in range(1_000)}
    few = {f"few/{number}.png": one for number, one in enumerate(digits(0, 5))}
    report = found_in(zipped({**many, **few}))
    words = " ".join(upload_checks.warnings(report))
    assert "Very uneven: 1,000 pictures of many, 5 of few" in words
    assert "right 100\u00a0% of the time" in words
    images = images_of(made())
    assert (images["y_test"] == 0).sum() == 1
    assert (images["y_train"] == 0).sum() == 4


def test_copies_and_leaks_are_found_and_dropped() -> None:
    first, second, third = digits(0, 3)
    other_file = as_file(Image.open(zipfile.io.BytesIO(first)), "BMP")
    train = {f"train/one/{number}.png": one for number, one in enumerate(digits(1, 6))}
    train |= {
        "train/zero/a.png": first,
        "train/zero/b.bmp": other_file,
        "train/zero/c.png": second,
        "train/zero/d.png": third,
    }
    test = {"test/zero/again.png": second, "test/zero/x.png": digits(0, 9)[8], "test/one/x.png": digits(1, 9)[8]}
    wrong = {"train/one/wrong.png": third}
    report = found_in(zipped({**train, **test, **wrong}))
    assert report.copies.examples == (
        ("train/zero/a.png", "train/zero/b.bmp"),
        ("train/zero/d.png", "train/one/wrong.png"),
    )
    assert report.leaks.examples == (("test/zero/again.png", "train/zero/c.png", "the very same"),)
    assert report.contradictions.examples == (("train/zero/d.png", "train/one/wrong.png", "zero", "one"),)
    kept, dropped = data_set(made(drop_copies=False)), data_set(made())
    assert (kept.num_train, dropped.num_train, dropped.num_test) == (11, 8, 3)
    healed = data_set(made(leave_leaks_out=True))
    assert (healed.num_train, healed.num_test) == (9, 2), "of the two pictures that are the same, the other one goes"


def test_pictures_that_are_nearly_the_same_are_told() -> None:
    chance = np.random.default_rng(0)
    large = Image.fromarray(chance.integers(0, 255, (12, 12, 3), "uint8")).resize((90, 90))
    near = {"one/near.jpg": as_file(large, "JPEG", quality=70), "one/same.png": as_file(large)}
    report = found_in(zipped({**folders(), **near}))
    assert report.near.examples == (("one/near.jpg", "one/same.png"),)
    kept, dropped = data_set(made()), data_set(made(drop_near=True))
    assert (kept.num_train + kept.num_test, dropped.num_train + dropped.num_test) == (22, 21)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b onclick=x>cats</b>", "b onclick x cats b"),
        ("=cmd()|' /C calc'!A0", "cmd() ' C calc' A0"),
        ("x" * 10_000, "x" * 40),
        ("\u202ecats\u200f", "cats"),
        ("😀 cats :material/delete: $x$ [a](b) `c`", "cats material delete x a (b) c"),
        ("Große Katzen, 猫", "Große Katzen, 猫"),
    ],
)
def test_name_is_short_and_means_itself_wherever_it_stands(typed: str, kept: str) -> None:
    assert user_datasets.clean_name(typed) == kept


def test_upload_that_a_setting_allows_is_one_that_the_server_takes() -> None:
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == SETTINGS["upload_size"].default


def test_names_of_folders_and_title_are_cleaned() -> None:
    files = {name.replace("one", "=one<script>"): content for name, content in folders().items()}
    found_in(zipped(files))
    entry = data_set(made(title="*" * 500 + "My <b>pets</b>"))
    assert entry.classes == ("one script", "zero")
    assert entry.title == "My b pets b"


def test_names_of_files_are_no_formulas_and_turn_no_line_round() -> None:
    files = {
        "=cmd()/=1+1.png": b"",
        "=cmd()/\u202egnp.png": b"",
        **{f"one/{'x' * 300}{number}.png": b"" for number in range(2)},
    }
    names = list(reasons(found_in(zipped({**folders(), **files}))))
    assert names[:2] == ["'=cmd()/=1+1.png", "'=cmd()/\ufffdgnp.png"]
    assert all(len(name) <= 81 for name in names)


def test_report_is_read_back_as_it_was_written() -> None:
    report = found_in(zipped({**folders(), "one/empty.png": b""}))
    assert replace(read_report(upload_state.upload_folder(VISITOR)), seconds=0.0) == report
