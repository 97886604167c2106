"""integrations.csv, which is also Oracle's inventory."""

import csv

from auditor.reporter import plain, render


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_says_what_the_integration_is_what_happens_and_what_to_do(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["csv"], tmp_path)

    assert read(path)[0] == {
        "name": "Shopify",
        "application_id": "",
        "state": "Enabled",
        "owner": "vendor",
        "vendor": "",
        "contact": "",
        "users": "svc@harbor.example",
        "roles": "Administrator",
        "channels": "SOAP",
        "authentication": "user credentials",
        "verdict_2018.2": "breaks",
        "verdict_2019.1": "breaks",
        "breaks_at": "2018.2",
        "effort_low_hours": "2",
        "effort_high_hours": "6",
        "why": "Highly privileged role signs in with user credentials",
        "next_step": "Create an access token.",
    }


def test_no_cell_of_a_hostile_account_starts_a_formula(hostile, hostile_names, tmp_path):
    (path,) = render(hostile, ["csv"], tmp_path)

    rows = read(path)

    assert [cell for row in rows for cell in row.values() if plain.is_formula(cell)] == []
    assert sorted(row["name"] for row in rows) == sorted(plain.csv_cell(name) for name in hostile_names)
