"""One list in every form that NetSuite and people give it: the same rows, opened by content."""

import csv
import gzip
import io
import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from auditor import Engagement, InputError, load
from auditor.vocabulary import List

FILES = Path(__file__).parent / "files"
ROWS = [
    ["Internal ID", "Name", "State", "Role", "Authentication"],
    ["7", "Feed", "Enabled", "Administrator", "TBA"],
    ["8", "Shop", "Blocked", "Clerk", "NLAuth"],
]
EXPECTED = [
    ["7", "Feed", "Enabled", "Administrator", ("TBA",)],
    ["8", "Shop", "Blocked", "Clerk", ("user credentials",)],
]
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def as_csv():
    text = io.StringIO(newline="")
    csv.writer(text).writerows(ROWS)
    return text.getvalue().encode()


def as_zip(content=None, name="inner/anything.csv"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, as_csv() if content is None else content)
    return packed.getvalue()


def as_xlsx():
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for cells in ROWS:
        book.active.append(cells)
    book.save(packed)
    return packed.getvalue()


def as_spreadsheet_xml(prefix="ss"):
    def cell(position, text):
        return f'<{prefix}:Cell {prefix}:Index="{position}"><{prefix}:Data {prefix}:Type="String">{text}</{prefix}:Data></{prefix}:Cell>'

    # An empty second column and an empty second row, left out as NetSuite leaves them out.
    positions = [1, 3, 4, 5, 6]
    rows = "".join(
        f'<{prefix}:Row {prefix}:Index="{number}">' + "".join(map(cell, positions, cells)) + f"</{prefix}:Row>"
        for number, cells in zip([1, 3, 4], ROWS, strict=True)
    )
    return (
        f'<?xml version="1.0"?><{prefix}:Workbook xmlns:{prefix}="{SPREADSHEET}"><{prefix}:Worksheet {prefix}:Name="L">'
        f"<{prefix}:Table>{rows}</{prefix}:Table></{prefix}:Worksheet></{prefix}:Workbook>"
    ).encode()


def as_html():
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in cells) + "</tr>" for cells in ROWS)
    return f"<html><body><table><tr><td colspan=5>Harbor</td></tr>{rows}</table></body></html>".encode()


FORMS = {
    "csv": as_csv(),
    "gzip": gzip.compress(as_csv()),
    "zip": as_zip(),
    "zip of a workbook": as_zip(as_xlsx(), "book.xlsx"),
    "xlsx": as_xlsx(),
    "BIFF": (FILES / "biff.xls").read_bytes(),
    "XML Spreadsheet": as_spreadsheet_xml(),
    "XML Spreadsheet of another prefix": as_spreadsheet_xml("x"),
    "HTML": as_html(),
}


@pytest.mark.parametrize("name", ["list.csv", "list.xls", "list.xlsx", "list"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_list_whatever_its_file_is_called(tmp_path, form, name):
    path = tmp_path / name
    path.write_bytes(FORMS[form])

    frame = load([path], Engagement()).frame(List.INTEGRATIONS)

    assert frame[["internal_id", "name", "state", "role", "authentication"]].to_numpy().tolist() == EXPECTED


CAPTIONS = {
    "German": "Interne ID;Name;Anwendungs-ID;Zustand;Rolle;Authentifizierung",
    "Spanish": "ID interno;Nombre;ID de aplicación;Estado;Rol;Autenticación",
    "Japanese": "内部ID;名前;アプリケーションID;状態;ロール;認証",
}


@pytest.mark.parametrize("language", CAPTIONS)
def test_captions_follow_the_users_language(tmp_path, language):
    (tmp_path / "l.csv").write_text(f"{CAPTIONS[language]}\n7;Feed;A;Enabled;Clerk;TBA\n", encoding="utf-8")

    (item,) = load([tmp_path], Engagement()).inputs

    assert (item.list, set(item.columns)) == (
        List.INTEGRATIONS,
        {"internal_id", "name", "application_id", "state", "role", "authentication"},
    )


def hostile(name, content, message):
    return pytest.param(content, message, id=name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        hostile("zip bomb", lambda: as_zip(b"Name,State\n" + b"A,Enabled\n" * 15_000_000), "more than a list can be"),
        hostile("damaged gzip", lambda: gzip.compress(as_csv())[:20], "damaged"),
        hostile("archive with a nameless file", lambda: as_zip(name="x").replace(b"x", b"\0"), "has no name"),
        hostile("archive in an archive", lambda: gzip.compress(as_zip()), "archive within an archive"),
        hostile(
            "entity bomb",
            lambda: b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">]><role><name>&a;</name></role>',
            "XML",
        ),
        hostile(
            "entities in a spreadsheet",
            lambda: f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">]><Workbook xmlns="{SPREADSHEET}"/>'.encode(),
            "document type",
        ),
        hostile("cut spreadsheet", lambda: as_spreadsheet_xml()[:-40], "can't be read"),
        hostile("binary", lambda: b"Name,State\n" + bytes(range(16)) * 400, "binary"),
    ],
)
def test_hostile_content_is_refused_in_one_sentence(tmp_path, content, message):
    (tmp_path / "x.csv").write_bytes(content())

    with pytest.raises(InputError, match=message):
        load([tmp_path], Engagement())


def test_names_in_an_archive_cannot_lead_out_of_the_folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.zip").write_bytes(as_zip(name="../../out.csv"))
    shutil.copy(FILES / "biff.xls", tmp_path / "deep" / "fine.xls")

    load([tmp_path / "deep"], Engagement())

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "fine.xls", "x.zip"]


def test_a_line_without_end_is_named_and_costs_nothing_else(tmp_path):
    (tmp_path / "x.csv").write_bytes(as_csv() + b"9," + b"A" * 3_000_000 + b"\n10,Late,Enabled,Clerk,TBA\n")

    inventory = load([tmp_path], Engagement())

    assert inventory.frame(List.INTEGRATIONS)["name"].tolist() == ["Feed", "Shop", "Late"]
    assert [(one.row, one.reason) for one in inventory.inputs[0].rejected] == [
        (4, "the line is longer than 1048576 characters")
    ]


def test_nul_bytes_and_users_called_null_stay_text(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"Name,State,Role,User\nA\x00B,Enabled,Clerk,null\nNA,Enabled,None,NaN\n")

    frame = load([tmp_path], Engagement()).frame(List.INTEGRATIONS)

    assert frame[["name", "user"]].to_numpy().tolist() == [["A\x00B", "null"], ["NA", "NaN"]]


@pytest.mark.parametrize("name", ["integrations", "integrations.dat", "integrations.export", "integrations.json"])
def test_a_list_is_found_under_any_name(name, tmp_path):
    (tmp_path / name).write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")

    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "exports.zip", "w") as archive:
        archive.write(tmp_path / name, name)

    inventory = load([tmp_path], Engagement())

    assert [(item.file, item.list, item.used) for item in inventory.inputs] == [
        (name, List.INTEGRATIONS, 1),
        (f"packed/exports.zip/{name}", List.INTEGRATIONS, 1),
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"# Notes\nAsk Jan, he knows, by Friday\n", id="prose"),
        pytest.param(b"%PDF-1.7 ...", id="pdf"),
        pytest.param(b"| Integration | Authentication | Role |\n|---|---|---|\n| Feed | TBA | Clerk |\n", id="a plan"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 damaged", id="archive"),
        pytest.param(b"Application ID,State,Owner,Authentication\nA1,Enabled,us,TBA\n", id="nearly a list"),
    ],
)
def test_what_lies_beside_the_exports_is_no_table(content, tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")
    (tmp_path / "notes.md").write_bytes(content)

    inventory = load([tmp_path], Engagement())

    (notes,) = [item for item in inventory.inputs if item.file == "notes.md"]
    assert (notes.list, notes.rows, notes.notes) == (None, 0, ("not a table",))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param("Application ID,State,Owner\nA1,Enabled,us\nA2,Enabled,us\n", 3, id="table"),
        pytest.param("Our systems\n\nSystem;Runs on;Since\nTill, old;Windows;2009\n", 4, id="table below a title"),
        pytest.param("Name,Name,State,Role,Authentication\nFeed,Feed,Enabled,r,TBA\n", 2, id="list with a fault"),
        pytest.param("System,Runs on\nTill,Windows,2009\nDesk,Linux\n", 0, id="uneven"),
        pytest.param("Ask Jan, he knows, by Friday.\n", 0, id="prose"),
        pytest.param("One line.\nAnother line.\n", 0, id="lines"),
    ],
)
def test_the_rows_of_a_table_count_whatever_its_file_is_called(content, rows, tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")
    (tmp_path / "systems.dat").write_text(content)

    inventory = load([tmp_path], Engagement())

    (systems,) = [item for item in inventory.inputs if item.file == "systems.dat"]
    assert (systems.list, systems.rows, systems.used, systems.set_aside_count) == (None, rows, 0, rows)
    assert systems.notes == ("none of the lists this audit knows" if rows else "not a table",)


def test_a_sheet_of_a_workbook_counts_whatever_its_file_is_called(tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")
    book = openpyxl.Workbook()
    book.active.append(["call Ann on Monday"])
    book.save(tmp_path / "notes.xlsx")
    (tmp_path / "notes.xlsx").rename(tmp_path / "notes")

    said = [(item.file, item.sheet, item.rows, item.set_aside_count) for item in load([tmp_path], Engagement()).inputs]

    assert said == [("integrations.csv", None, 1, 0), ("notes", "Sheet", 1, 1)]


@pytest.mark.parametrize(
    "headers",
    [
        "Integration,Rollenname,Benutzername,Authentifizierungsmethode,Kanal,Endpunkt,Eigentümer,Lieferant,Ansprechpartner,Bemerkungen",
        "Integración,Nombre de rol,Correo electrónico,Método de autenticación,Protocolo,Punto de conexión,Propietario,Proveedor,Contacto,Comentarios",
        "統合,ロール名,ユーザー名,認証方法,プロトコル,エンドポイント,オーナー,ベンダー,連絡先,備考",
    ],
    ids=["German", "Spanish", "Japanese"],
)
def test_columns_kept_by_hand_are_understood_in_the_languages_of_the_captions(headers, tmp_path):
    cells = "Feed,Clerk,feed@x.example,TBA,SOAP,2019_2,Ann,Acme,ann@x.example,monthly"
    (tmp_path / "list.csv").write_text(f"{headers}\n{cells}\n", encoding="utf-8")

    (read,) = load([tmp_path], Engagement()).inputs

    assert (read.list, read.used, read.unused_columns) == (List.INTEGRATIONS, 1, ())
    assert list(read.columns) == [
        "name", "role", "user", "authentication", "channel", "endpoint", "owner", "vendor", "contact", "notes",
    ]  # fmt: skip


@pytest.mark.parametrize("header", ["Basisrolle", "Basiert auf", "Rol base", "Basado en"])
def test_the_base_role_kept_by_hand_is_understood(header, tmp_path):
    (tmp_path / "roles.csv").write_text(f"Name,{header}\nOps,Administrator\n", encoding="utf-8")

    (read,) = load([tmp_path], Engagement()).inputs

    assert (read.list, read.columns) == (List.ROLES, {"name": "Name", "base_role": header})


@pytest.mark.parametrize("encoding", ["Shift_JIS", "big5", "bogus-99", "idna"])
def test_a_picture_in_a_strange_encoding_is_no_table(encoding, tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")
    (tmp_path / "logo.svg").write_text(f'<?xml version="1.0" encoding="{encoding}"?><svg/>')

    inventory = load([tmp_path], Engagement())

    assert [item.notes for item in inventory.inputs if item.file == "logo.svg"] == [("not a table",)]


def test_a_program_is_not_looked_into(tmp_path):
    (tmp_path / "integrations.csv").write_text("Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n")
    with zipfile.ZipFile(tmp_path / "tool.jar", "w") as archive:
        archive.writestr("integrations.csv", "Name,State,Role,Authentication\nGone,Enabled,Administrator,TBA\n")

    inventory = load([tmp_path], Engagement())

    assert [(item.file, item.used) for item in inventory.inputs] == [("integrations.csv", 1), ("tool.jar", 0)]


def test_words_of_ours_in_a_list_do_not_make_it_a_report(tmp_path):
    (tmp_path / "ours.csv").write_text(
        "Integration,Authentication,Role,Notes\nFeed,TBA,Clerk,<title>NetSuite integration readiness\n"
    )

    assert [item.used for item in load([tmp_path], Engagement()).inputs] == [1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names there")
def test_a_link_to_a_pipe_is_not_waited_for(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "integrations.csv").write_text(
        "Name,State,Role,Authentication\nFeed,Enabled,Administrator,TBA\n"
    )
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "exports" / "link.csv").symlink_to(tmp_path / "pipe")

    assert [item.file for item in load([tmp_path / "exports"], Engagement()).inputs] == ["integrations.csv"]
