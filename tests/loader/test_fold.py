"""A trail in very many files: what each of them says counts, and a dozen of them are named."""

import csv

from auditor import Engagement, load
from auditor.vocabulary import List

HEADER = ["Date", "Email Address", "Request URI", "Role", "Status", "User", "Detail", "Token-based Access Token Name", "Token-based Application Name"]  # fmt: skip
ROW = ["bot@x.example", "/services/NetSuitePort_2017_1", "Clerk", "Success", "Bot", "", "", ""]


def write(folder, files):
    for number in range(files):
        with (folder / f"{number:02}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *([f"2018-06-{number + 1:02} {at}:00 am", *ROW] for at in range(1, 4))])


def places(folder):
    logins = load([folder], Engagement()).frame(List.LOGINS)
    rows = (logins[name] for name in ("file", "logins", "first_row", "last_row", "first", "last"))
    return [(*said, str(first), str(last)) for *said, first, last in zip(*rows, strict=True)]


def test_a_dozen_files_are_all_named(tmp_path):
    write(tmp_path, 12)

    assert places(tmp_path) == [
        (f"{number:02}.csv", 3, 2, 4, f"2018-06-{number + 1:02}", f"2018-06-{number + 1:02}") for number in range(12)
    ]


def test_of_more_files_the_first_and_the_last_are_named_and_the_others_counted(tmp_path):
    write(tmp_path, 20)

    told = places(tmp_path)

    assert [file for file, *_ in told] == [
        *(f"{number:02}.csv" for number in range(10)),
        "9 more files of the login audit trail",
        "19.csv",
    ]
    assert told[10][1:] == (27, 0, 0, "2018-06-11", "2018-06-19")
    assert sum(logins for _, logins, *_ in told) == 60
    assert sum(item.used for item in load([tmp_path], Engagement()).inputs) == 60
