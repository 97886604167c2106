"""The sample client base is judged as its README says."""

import json
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "sample_data" / "portfolio"


@pytest.fixture(scope="module")
def told():
    lines = (CLIENTS / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")
    ]
    return {folder: (name, first or None, second or None) for folder, name, first, second, _ in rows}


@pytest.fixture(scope="module")
def run(run_portfolio, tmp_path_factory):
    """Audit the sample portfolio once, and return how that ended and the folder of the reports."""
    out = tmp_path_factory.mktemp("portfolio") / "out"
    return run_portfolio(CLIENTS, out), out


def test_the_sample_portfolio_is_as_its_page_says(told, run):
    done, out = run

    found = json.loads((out / "portfolio.json").read_text(encoding="utf-8"))
    judged = {
        client["folder"]: (client["client"], *(phase["verdict"] for phase in client["phases"]))
        for client in found["clients"]
    }
    assert done.returncode == 1
    assert [failure["folder"] for failure in found["failed"]] == ["kelp-and-daughters"]
    assert judged == {folder: row for folder, row in told.items() if row[1]}
    assert [(cause["name"], len(cause["clients"])) for cause in found["causes"]] == [
        ("Cadence", 3),
        ("Freightnest", 2),
        ("Parcelwright", 2),
    ]
    assert [(one["folder"], one["waiver"], one["until"]) for one in found["decisions"]] == [
        ("lantern-medical", True, "2018-10-26"),
        ("breakwater-apparel", False, "2018-12-31"),
    ]


def test_the_json_is_as_its_schema_says(run_portfolio, tmp_path):
    schema = json.loads((ROOT / "docs" / "portfolio.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    run_portfolio(CLIENTS, tmp_path / "out", "--as-of", "2018-10-20", "--format", "json")

    found = json.loads((tmp_path / "out" / "portfolio.json").read_text(encoding="utf-8"))

    assert found["due_now"]
    jsonschema.validate(found, schema, format_checker=jsonschema.FormatChecker())


def test_no_path_of_this_machine_stands_in_a_report(run):
    _, out = run

    assert {path.suffix for path in out.rglob("*") if path.is_file()} >= {".json", ".html", ".csv"}
    for path in [*out.rglob("*.json"), *out.rglob("*.html"), *out.rglob("*.csv")]:
        assert str(ROOT) not in path.read_text(encoding="utf-8")


def test_the_sample_portfolio_is_small():
    assert sum(path.stat().st_size for path in CLIENTS.rglob("*")) < 200_000
