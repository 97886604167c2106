"""A report appears whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import InputError
from auditor.reporter import FORMATS, render


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_format_is_one_file_or_folder_in_the_folder(every_verdict, tmp_path):
    out = tmp_path / "reports" / "harbor"

    written = render(every_verdict, list(FORMATS), out)

    assert written == tuple(out / item.file for item in FORMATS.values())
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in written)
    assert [path.name for path in out.parent.iterdir()] == ["harbor"]


def test_only_the_formats_asked_for_are_written_and_once(every_verdict, tmp_path):
    assert render(every_verdict, ["csv", "json", "csv"], tmp_path) == (
        tmp_path / "integrations.csv",
        tmp_path / "assessment.json",
    )


def test_an_unknown_format_offers_the_nearest_and_writes_nothing(every_verdict, tmp_path):
    out = tmp_path / "out"

    with pytest.raises(InputError) as caught:
        render(every_verdict, ["json", "htm"], out)

    assert str(caught.value) == '--format: no format is called "htm"\n  did you mean "html"?'
    assert not out.exists()


def test_a_file_in_place_of_the_folder_is_a_plain_error(every_verdict, tmp_path):
    out = tmp_path / "out"
    out.write_text("mine")

    with pytest.raises(InputError) as caught:
        render(every_verdict, ["json"], out)

    assert caught.value.where == str(out)
    assert out.read_text() == "mine"


def test_a_file_above_the_folder_is_a_plain_error(every_verdict, tmp_path):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(InputError) as caught:
        render(every_verdict, ["json"], tmp_path / "file" / "out")

    assert caught.value.where == str(tmp_path / "file")


def test_a_folder_that_cannot_be_made_is_a_plain_error(every_verdict, tmp_path):
    out = tmp_path / ("x" * 300)

    with pytest.raises(InputError) as caught:
        render(every_verdict, ["json"], out)

    assert caught.value.where == str(out)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_looked_into_is_a_plain_error(every_verdict, tmp_path, monkeypatch):
    (tmp_path / "letters").mkdir()

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    with pytest.raises(InputError, match="permission denied"):
        render(every_verdict, ["letters"], tmp_path)


def test_a_run_that_fails_on_its_last_file_leaves_the_earlier_report_as_it_was(every_verdict, empty, tmp_path):
    render(empty, ["json", "csv"], tmp_path)
    (tmp_path / "report.xlsx").mkdir()  # stands for a workbook that another program holds open
    before = contents(tmp_path)

    with pytest.raises(InputError) as caught:
        render(every_verdict, ["json", "html", "csv", "xlsx"], tmp_path)

    assert contents(tmp_path) == before
    assert caught.value.where == str(tmp_path / "report.xlsx")
    assert "an earlier one is as it was" in caught.value.message


def test_a_run_replaces_the_earlier_report(every_verdict, empty, tmp_path):
    render(empty, ["json"], tmp_path / "old")
    render(every_verdict, ["json"], tmp_path / "old")
    render(every_verdict, ["json"], tmp_path / "new")

    assert contents(tmp_path / "old") == contents(tmp_path / "new")


def test_a_first_run_that_fails_leaves_no_file(every_verdict, tmp_path):
    (tmp_path / "report.html").mkdir()

    with pytest.raises(InputError):
        render(every_verdict, ["json", "html"], tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("account", ["every_verdict", "hostile"])
def test_the_same_assessment_gives_the_same_files(account, tmp_path, request):
    assessment = request.getfixturevalue(account)

    for name in ("one", "two"):
        render(assessment, ["html", "json", "csv"], tmp_path / name)

    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_no_heavy_library_is_imported_before_its_format_is_asked_for():
    heavy = "{'jinja2', 'openpyxl', 'pandas', 'duckdb'}"
    code = f"import sys, auditor.reporter; print({heavy} & set(sys.modules))"

    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert ran.stdout == "set()\n"
