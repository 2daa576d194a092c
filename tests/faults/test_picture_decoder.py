"""A stranger's picture, decoded beside the server: what it may take, and what is left where it takes more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from core.datasets import image_files
from core.datasets.image_files import UnreadableError
from core.engine import picture_decoder
from core.engine.picture_decoder import Decoder
from tests.faults.sample_uploads import as_file, header_of
from tests.server import PATIENCE, PROJECT, wait_for


@pytest.fixture
def one() -> Iterator[Decoder]:
    one = Decoder()
    yield one
    one.close()


def refusal(one: Decoder, content: bytes) -> str:
    with pytest.raises(UnreadableError) as raised:
        one.decode("picture", content)
    return raised.value.reason


def test_picture_is_what_reading_it_here_gives() -> None:
    for content in (
        as_file(np.arange(600, dtype="uint8").reshape(20, 30)),
        as_file(Image.new("RGBA", (300, 200), (200, 10, 10, 40))),
        as_file(Image.new("L", (20, 10), 30), "GIF", save_all=True, append_images=[Image.new("L", (20, 10), 60)]),
    ):
        here, there = image_files.read(content), picture_decoder.decode_picture(content)
        assert np.array_equal(here.pixels, there.pixels)
        assert (here.width, here.height, here.mode, here.conversions) == (
            there.width,
            there.height,
            there.mode,
            there.conversions,
        )


def test_large_picture_takes_no_memory_of_the_server() -> None:
    code = """
import io, resource, numpy as np
from PIL import Image
from core.engine import picture_decoder
file = io.BytesIO()
Image.fromarray(np.zeros((4_000, 4_000), "uint16")).save(file, "TIFF", compression="tiff_deflate")
content, peak = file.getvalue(), lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
assert picture_decoder.decode_picture(content).width == 4_000
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 8_000_000, "decoded, it has 32 MB"


def test_sixteen_bits_are_decoded_within_seven_times_their_pixels() -> None:
    """Eight bytes a pixel for the file as it is decoded and its picture of bytes; copies of whole pictures took nineteen."""
    code = """
import io, resource, sys, numpy as np
from PIL import Image
from core.datasets import image_files
content = open(sys.argv[1], "rb").read()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
image_files.read(content)
print((peak() - before) / 5_000**2)
"""
    path = Path(os.environ["DASHBOARD_HOME"]) / "large.tif"
    values = np.zeros((5_000, 5_000), "uint16")
    values[0, 0] = 65_535
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_file(Image.fromarray(values), "TIFF", compression="tiff_deflate"))
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
    )
    assert float(done.stdout) < 7


def test_picture_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    one = Decoder(seconds=0.001)
    try:
        assert refusal(one, as_file(Image.new("RGB", (6_000, 6_000)))) == "reading it took more than 0.001 s of computing"
    finally:
        one.close()
    one = Decoder()
    try:
        assert one.decode("picture", as_file(Image.new("L", (5, 4))))[0]["width"] == 5
    finally:
        one.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of memory for a process")
def test_picture_that_takes_too_much_memory_is_refused() -> None:
    one = Decoder(memory=650_000_000)  # half of it is the process itself
    try:
        content = as_file(Image.new("RGBA", (7_000, 7_000)), compress_level=1)
        assert refusal(one, content) == "its pixels take more memory than allowed"
        assert one.decode("picture", as_file(Image.new("L", (5, 4))))[0]["width"] == 5
    finally:
        one.close()


def test_process_that_dies_is_started_again(one: Decoder) -> None:
    assert one.decode("picture", as_file(Image.new("L", (5, 4))))[0]["width"] == 5
    psutil.Process(one._process.pid).kill()
    one._process.wait()
    assert one.decode("picture", as_file(Image.new("L", (6, 4))))[0]["width"] == 6


def test_limits_come_before_decoding(one: Decoder) -> None:
    assert refusal(one, header_of(20_000, 20_000)) == "20,000 × 20,000 pixels; at most 50 million are read"
    assert refusal(one, bytes(image_files.MOST_BYTES + 1)) == "100 MB; at most 100 are read"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_process_ends_with_its_server() -> None:
    code = """
import time
from core.engine.picture_decoder import Decoder
one = Decoder()
one._running()
print(one._process.pid, flush=True)
time.sleep(99)
"""
    server = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE)
    child = psutil.Process(int(server.stdout.readline()))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, PATIENCE, "the end of the process")
