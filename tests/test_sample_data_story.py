"""The sample client's later audits: what docs/compare.md tells of them is what the program says."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from auditor import audit, read_engagement, read_pack
from auditor.reporter import render
from auditor.reporter.compare import Change
from auditor.reporter.previous import read_previous
from auditor.reporter.recorded import record
from auditor.reporter.since import view_since

ROOT = Path(__file__).parent.parent
STORY = ROOT / "sample_data" / "harbor-supply-story"
DOCUMENT = " ".join((ROOT / "docs" / "compare.md").read_text(encoding="utf-8").split())


def assessed(folder, *more, previous=None):
    pack, engagement = read_pack("2018.2-2019.1"), read_engagement(folder / "engagement.toml")
    if previous:
        engagement = previous.applied_to(engagement, pack.rule_ids)
    return audit([folder, *more], pack, engagement)


def audited(folder, *more):
    return record(assessed(folder, *more))


@pytest.fixture(scope="module")
def story():
    august = audited(ROOT / "sample_data" / "harbor-supply")
    september = audited(STORY / "september", STORY / "roles")
    november = audited(STORY / "november", STORY / "roles")
    return {"september": view_since([august], september), "november": view_since([august, september], november)}


def told(since, change, phase):
    return {row.name for row in since.comparison.at(phase, change)}


def test_september_is_as_told(story):
    since = story["september"]

    assert told(since, Change.FIXED, "2018.2") == {
        "Excel Web Query - Month End", "Mailgull Marketing", "Parcelwright Shipping", "Riverbolt iPaaS", "SuiteCloud IDE & CLI",
    }  # fmt: skip
    assert told(since, Change.CLEARED, "2018.2") == {"Supplier Catalogue Import"}
    assert told(since, Change.GONE, "2018.2") == {"Old PHP Storefront", "test"}
    assert told(since, Change.STILL_OPEN, "2018.2") == {
        "Cadence EDI", "Consolidation Loader", "Kestrel Scan Guns", "Lumenboard BI (Connect)", "Pipecrest CRM Sync", "Price List Loader (C#)",
    }  # fmt: skip


def test_november_is_as_told(story):
    since = story["november"]

    assert told(since, Change.REGRESSED, "2018.2") == {"HelpHarbor Desk"}
    assert told(since, Change.NEW, "2019.1") == {"Anchorline Quotes"}
    assert told(since, Change.FIXED, "2019.1") == {
        "Brightbarge Supplier Portal", "Cadence EDI", "Commission Calculator (PHP)", "Consolidation Loader", "Kestrel Handhelds",
        "Pipecrest CRM Sync", "Price List Loader (C#)",
    }  # fmt: skip
    assert told(since, Change.STILL_OPEN, "2018.2") == {"Lumenboard BI (Connect)"}
    assert told(since, Change.GONE, "2019.1") == {
        "Bazaarly Marketplace", "dock.temp@harborsupply.example via SOAP", "Zephyr Connector (trial)",
    }  # fmt: skip
    assert {row.name for row in since.comparison.got_worse} == {"HelpHarbor Desk", "Anchorline Quotes"}


def test_the_open_ones_go_down_as_told(story):
    assert [[point.open for point in item.points] for item in story["november"].phases] == [[12, 6, 2], [23, 17, 11]]


def test_a_new_name_and_a_new_user_are_recognised(story):
    rows = {row.name: row for row in story["november"].comparison.rows}

    assert (rows["Kestrel Handhelds"].former_name, rows["Kestrel Handhelds"].mark) == (
        "Kestrel Scan Guns",
        "internal ID",
    )
    [change] = rows["Price List Loader (C#)"].sign_ins
    assert (change.before.user, change.after.user) == (
        "pricelists@harborsupply.example",
        "pricelists.token@harborsupply.example",
    )


@pytest.mark.parametrize("month", ["september", "november"])
def test_the_document_quotes_what_the_report_says(story, month):
    since = story[month]

    assert since.headline in DOCUMENT
    days = (
        [item.forecast.done_on for item in since.phases] if month == "november" else [since.phases[0].forecast.done_on]
    )
    assert all(f"{day.day} {day:%B %Y}" in DOCUMENT for day in days)


WORKED = {
    "Lumenboard BI (Connect)": {
        "Status": "waiting",
        "Owner": "Ines",
        "Due": "14.9.2018",
        "Notes": "asked on 29 August",
    },
    "Coldvault Backup": {"Status": "risk accepted", "Owner": "CFO", "Due": "30 June 2019", "Notes": "ends in spring"},
    "Supplier Catalogue Import": {"Status": "in progress", "Owner": "Ines"},
}


def work_in(path):
    book = openpyxl.load_workbook(path)
    page = book["Remediation plan"]
    at = {cell.value: cell.column for cell in page[1]}
    for number in range(2, page.max_row + 1):
        for header, value in WORKED.get(page.cell(number, at["Integration"]).value, {}).items():
            page.cell(number, at[header], value)
    book.save(path)


def saved(path, folder):
    """Save the workbook as a person would, in LibreOffice where it is installed."""
    if not shutil.which("soffice"):
        return path
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "saved"),
        str(path),
    ]
    subprocess.run(["soffice", profile, *convert], check=True, capture_output=True, timeout=120)
    return folder / "saved" / path.name


def plan(path, sheet="Remediation plan"):
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    typed = [{name: row[header.index(name)] for name in ("Integration", "Status", "Owner", "Notes")} for row in rows]
    return [tuple(row.values()) for row in typed if row["Owner"]]


def test_what_was_decided_in_august_stands_in_november(tmp_path):
    (august,) = render(assessed(ROOT / "sample_data" / "harbor-supply"), ["xlsx"], tmp_path / "august")
    work_in(august)
    worked = read_previous(saved(august, tmp_path))
    now = assessed(STORY / "september", STORY / "roles", previous=worked)
    (september,) = render(now, ["xlsx"], tmp_path / "september", previous=worked)
    worked = read_previous(saved(september, tmp_path))
    now = assessed(STORY / "november", STORY / "roles", previous=worked)
    (november,) = render(now, ["xlsx"], tmp_path / "november", previous=worked)

    exempt = {one.integration.name for one in now.integrations if one.verdicts["2019.1"] == "exempt"}
    assert exempt == {"Coldvault Backup"}
    assert plan(november) == [
        ("Lumenboard BI (Connect)", "waiting", "Ines", "asked on 29 August"),
        ("Coldvault Backup", "risk accepted", "CFO", "ends in spring"),
    ]
    assert plan(november, "No longer in the plan") == [("Supplier Catalogue Import", "in progress", "Ines", None)]
