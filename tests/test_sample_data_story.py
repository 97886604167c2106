"""The sample client's later audits: what docs/compare.md tells of them is what the program says."""

from pathlib import Path

import pytest

from auditor import audit, read_engagement, read_pack
from auditor.reporter.compare import Change
from auditor.reporter.recorded import record
from auditor.reporter.since import view_since

ROOT = Path(__file__).parent.parent
STORY = ROOT / "sample_data" / "harbor-supply-story"
DOCUMENT = " ".join((ROOT / "docs" / "compare.md").read_text(encoding="utf-8").split())


def audited(folder, *more):
    return record(
        audit([folder, *more], read_pack("2018.2-2019.1"), read_engagement(folder / "engagement.toml")),
    )


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
    [way] = rows["Price List Loader (C#)"].ways
    assert (way.before.user, way.after.user) == (
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
