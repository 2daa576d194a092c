"""The table of the deep set: each test with its tries, failed tests first; tests of two backends are not mixed up."""

from pathlib import Path

import pytest

from tests import deep_table

FAILED = '<testcase classname="tests.test_a" name="test_b[1]" time="2.0"><failure message="no"/></testcase>'
PASSED = '<testcase classname="tests.test_a" name="test_b[1]" time="1.5"/>'
QUICK = '<testcase classname="tests.test_a" name="test_c" time="0.5"/>'


def write(folder: Path, **reports: str) -> None:
    for name, cases in reports.items():
        text = f"<testsuites><testsuite>{cases}</testsuite></testsuites>"
        (folder / f"{name.replace('_', '-')}.xml").write_text(text)


def test_test_that_passes_at_last_is_told_with_its_tries_and_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    write(tmp_path, deep_1=QUICK + FAILED, deep_2=FAILED, deep_3=PASSED)
    assert deep_table.main(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "passed  seconds  test",
        "1 of 3      2.0  deep tests.test_a::test_b[1]",
        "1 of 1      0.5  deep tests.test_a::test_c",
        "",
        "1 passed in some of their tries only.",
        "2 passed, 0 failed",
    ]


def test_test_that_never_passes_fails_the_set(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    write(tmp_path, jax_1=PASSED, torch_1=FAILED, torch_2=FAILED, torch_3=FAILED)
    assert deep_table.main(tmp_path) == 1
    assert "0 of 3      2.0  torch tests.test_a::test_b[1]" in capsys.readouterr().out


def test_error_before_a_test_is_a_failure_and_no_report_is_one_too(tmp_path: Path) -> None:
    assert deep_table.main(tmp_path) == 1
    write(tmp_path, deep_1=FAILED.replace("failure", "error"))
    assert deep_table.main(tmp_path) == 1
