"""The workbook, read back by openpyxl and by LibreOffice."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from auditor.model import Phase
from auditor.reporter import plain, render


def test_every_sheet_is_a_table_with_frozen_headers(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    assert {page.title: (page.freeze_panes, [table.ref for table in page.tables.values()]) for page in book} == {
        "Summary": (None, ["A9:D15"]),
        "2018.2": ("C2", ["A1:I9"]),
        "2019.1": ("C2", ["A1:I9"]),
        "Integrations": ("B2", ["A1:T9"]),
        "Connections": ("C2", ["A1:R9"]),
        "Roles": ("B2", ["A1:K3"]),
        "Evidence": ("B2", ["A1:J17"]),
        "Gaps": ("C2", ["A1:H6"]),
        "Inputs": ("C2", ["A1:J4"]),
    }


def test_a_phase_sheet_starts_with_what_breaks(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    rows = list(openpyxl.load_workbook(path)["2019.1"].iter_rows(min_row=2, max_row=3, values_only=True))

    assert rows == [
        (
            "breaks",
            "Shopify",
            "2018.2",
            "Highly privileged role signs in with user credentials",
            "1. Create an access token.\n2. Untick User Credentials.",
            "client administrator",
            2,
            6,
            None,
        ),
        (
            "breaks",
            "Boomi",
            "2019.1",
            "Any role signs in with user credentials",
            "1. Ask the vendor for a version that uses TBA.",
            "vendor",
            1,
            4.5,
            None,
        ),
    ]


def test_no_hostile_text_is_a_formula(hostile, hostile_names, tmp_path):
    (path,) = render(hostile, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.quotePrefix for cell in cells if isinstance(cell.value, str) and plain.is_formula(cell.value)} == {
        True
    }
    assert {plain.cell(name) or None for name in hostile_names} == {
        row[0].value for row in book["Roles"].iter_rows(min_row=2)
    }


def test_every_sheet_and_every_table_has_a_name_that_excel_takes_and_no_other_has(empty, tmp_path):
    window = (date(2018, 7, 1), date(2018, 12, 31))
    ids = ("roles", "2018/2", "2018.2", "x" * 40, "x" * 50)
    phases = tuple(Phase(id=id_, title="", window=window) for id_ in ids)
    (path,) = render(replace(empty, phases=phases), ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    assert book.sheetnames == [
        "Summary", "roles", "2018-2", "2018.2", "x" * 31, "x" * 29 + " 2", "Integrations", "Connections", "Roles 2",
        "Evidence", "Gaps", "Inputs",
    ]  # fmt: skip
    assert len({name.casefold() for page in book for name in page.tables}) == len(book.sheetnames)


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "empty"])
def test_libreoffice_opens_it_and_finds_no_error(account, tmp_path, request):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (path,) = render(request.getfixturevalue(account), ["xlsx"], tmp_path)

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path / "read"), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(
        [
            *command[:3],
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "again"),
            str(tmp_path / "read" / "report.ods"),
        ],
        check=True,
        capture_output=True,
    )

    before, after = (
        openpyxl.load_workbook(file, data_only=True) for file in (path, tmp_path / "again" / "report.xlsx")
    )
    assert texts(after) == texts(before)


def texts(book):
    return {page.title: [[shown(value) for value in row] for row in page.iter_rows(values_only=True)] for page in book}


def shown(value):
    # LibreOffice keeps no carriage return or trailing blank of a cell that was imported; what is read stays the same.
    return " ".join(value.split()) if isinstance(value, str) else value
