"""The integration and role lists in every form, and what becomes of each row."""

import gzip
import zipfile

import openpyxl
import pytest

from auditor import Engagement, load
from auditor.errors import InputError
from auditor.vocabulary import List

TEXT = 'Internal ID{d}Name{d}State{d}Role{d}Authentication{d}Notes\n7{d}Caf\u00e9 feed{d}Enabled{d}Verk\u00e4ufer{d}TBA{d}"two\nlines"\n8{d}NA{d}Blocked{d}null{d}NLAuth{d}\n'
WIDE = ["name", "state", "role", "authentication", "notes", "row"]
EXPECTED = [
    ["Caf\u00e9 feed", "Enabled", "Verk\u00e4ufer", ("TBA",), "two lines", 2],
    ["NA", "Blocked", "null", ("user credentials",), None, 3],
]


def loaded(path, **engagement):
    return load([path], Engagement(**engagement))


def rows(inventory, columns=WIDE, name=List.INTEGRATIONS):
    return inventory.frame(name)[columns].to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_of_any_encoding_and_delimiter_is_the_same_list(tmp_path, encoding, delimiter):
    path = tmp_path / "anything.dat"
    path.write_bytes(TEXT.format(d=delimiter).replace("\n", "\r\n").encode(encoding))

    assert rows(loaded(path)) == EXPECTED


def test_gzip_is_opened_by_content(tmp_path):
    (tmp_path / "list.csv").write_bytes(gzip.compress(TEXT.format(d=",").encode()))

    assert rows(loaded(tmp_path)) == EXPECTED


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_holds_several_lists_below_their_titles(tmp_path):
    path = workbook(
        tmp_path / "client.xlsx",
        Anything=[
            ["Harbor Supply"],
            ["as of", "August"],
            [],
            ["Name", "Role ID", "Authentication"],
            ["Feed", 1005, "Token"],
            ["Total: 1"],
        ],
        Roles=[["Internal ID", "Name", "Type"], [1005, "Feeder", "Custom"]],
        Notes=[["call Ann on Monday"]],
    )

    inventory = loaded(path)

    assert rows(inventory, ["name", "role_id", "authentication", "sheet", "row"]) == [
        ["Feed", "1005", ("TBA",), "Anything", 5]
    ]
    assert rows(inventory, ["internal_id", "name", "type"], List.ROLES) == [["1005", "Feeder", "custom"]]
    said = {
        item.sheet: (item.list, item.rows, item.used, [(row.row, row.reason) for row in item.set_aside])
        for item in inventory.inputs
    }
    assert said == {
        "Anything": (List.INTEGRATIONS, 2, 1, [(6, "total row")]),
        "Notes": (None, 1, 0, [(1, "none of the lists this audit knows")]),
        "Roles": (List.ROLES, 1, 1, []),
    }


def test_a_list_is_known_by_its_columns_and_never_by_its_name(tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,Parent Role,Type\nOps,Administrator,Custom\n")
    (tmp_path / "roles.csv").write_text("Name,Application ID,State\nFeed,A1,Enabled\n")

    said = {item.file: item.list for item in loaded(tmp_path).inputs}

    assert said == {"integrations.csv": List.ROLES, "roles.csv": List.INTEGRATIONS}


def test_every_row_is_used_set_aside_or_rejected_and_named_as_a_person_counts(tmp_path):
    (tmp_path / "list.csv").write_text(
        'Title\n\nName,State,Role,Authentication\nA,Enabled,"x\ny",TBA\n\nName,State,Role,Authentication\nB,Enabled\n'
        'C,Enabled,r,TBA,extra\n,Enabled,r,TBA\nD "quoted",Enabled,r,TBA\n"E" x,Enabled,r,TBA\nF,Enabled,r,TBA\nTotal: 7,,,\n'
    )

    (item,) = loaded(tmp_path).inputs

    assert (item.rows, item.used) == (10, 3)
    assert [(row.row, row.reason) for row in item.set_aside] == [
        (5, "blank row"),
        (6, "header row repeated"),
        (13, "total row"),
    ]
    assert [row.row for row in item.rejected] == [7, 8, 9, 11]
    assert item.rejected[0].reason == "has 2 of 4 columns"


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    (tmp_path / "list.csv").write_text(
        'Name,State,Role,Authentication\n"A,Enabled,r,TBA\nB,Enabled,r,TBA\nC,Enabled,r,TBA\n'
    )

    inventory = loaded(tmp_path)

    assert rows(inventory, ["name", "row"]) == [["B", 3], ["C", 4]]
    assert [row.row for row in inventory.inputs[0].rejected] == [2]


def test_a_wording_that_is_not_known_is_reported_and_never_guessed(tmp_path):
    (tmp_path / "list.csv").write_text(
        "Name,State,Authentication\nA,Enabled,magic\nB,Enabled,magic\nC,Enabled,unknown\n"
    )

    inventory = loaded(tmp_path)

    assert [row[0] for row in rows(inventory, ["authentication"])] == [None, None, None]
    assert inventory.inputs[0].notes == (
        'Authentication "magic" (rows 2, 3) is not a wording we know: taken as not known',
    )


@pytest.mark.parametrize("header", ["Consumer Secret", "Password", "client-secret", "Token Secret", "API Key"])
def test_a_column_that_looks_like_a_secret_is_not_read(tmp_path, header):
    (tmp_path / "list.csv").write_text(f"Name,State,Role,{header}\nA,Enabled,r,hunter2\n")

    inventory = loaded(tmp_path)

    assert "hunter2" not in inventory.frame(List.INTEGRATIONS).to_string()
    assert inventory.inputs[0].notes == (f'column "{header}" looks like a secret and was not read',)


def test_the_engagement_names_columns_that_nobody_else_has(tmp_path):
    (tmp_path / "list.csv").write_text("Was,Wer darf,State\nFeed,Administrator,Enabled\n")

    inventory = loaded(tmp_path, columns={"Was": "name", "Wer darf": "role"})

    assert rows(inventory, ["name", "role"]) == [["Feed", "Administrator"]]


def test_folders_are_searched_and_what_is_no_table_is_said(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "list.csv").write_text("Name,State,Role\nA,Enabled,r\n")
    (tmp_path / ".hidden.csv").write_text("x")
    (tmp_path / "~$lock.xlsx").write_text("x")
    (tmp_path / "contract.pdf").write_text("%PDF-1.7")

    inventory = loaded(tmp_path)

    assert [(item.file, item.list) for item in inventory.inputs] == [
        ("contract.pdf", None),
        ("deep/er/list.csv", List.INTEGRATIONS),
    ]


def test_of_two_columns_for_the_same_the_usual_one_is_read_where_no_verdict_hangs_on_it(tmp_path):
    (tmp_path / "list.csv").write_text("Name,State,Contact Email,Contact\nA,Enabled,a@x.example,Ann\n")

    inventory = loaded(tmp_path)

    assert rows(inventory, ["contact"]) == [["Ann"]]
    assert inventory.inputs[0].unused_columns == ("Contact Email",)


def test_a_list_longer_than_any_is_refused_however_many_title_rows_it_has(tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.loader.rows._MOST_ROWS", 100)
    rows = "\n".join(f"{number},Role {number},Custom" for number in range(100))
    (tmp_path / "roles.csv").write_text(f"Roles\nAs of today\n\nInternal ID,Name,Type\n{rows}\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"roles\.csv: the role list has more than 100 rows"):
        load([tmp_path], Engagement())


def test_an_archive_with_a_password_says_so(tmp_path):
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.csv", TEXT.format(d=","))
    locked = bytearray(path.read_bytes())
    for place in (6, locked.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    path.write_bytes(locked)

    with pytest.raises(InputError) as raised:
        loaded(path)

    assert str(raised.value) == (
        "exports.zip: the archive is protected by a password\n  unpack it with its password, and name the folder"
    )
