"""A cell far away from the list costs a sentence, never the memory of the machine."""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from auditor import Engagement, InputError, load
from auditor.vocabulary import List

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
LIST = [["Name", "State", "Role"], ["Feed", "Enabled", "Clerk"]]


def workbook(row, column):
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for cells in LIST:
        book.active.append(cells)
    book.active.cell(row=row, column=column).value = "x"
    book.save(packed)
    return packed.getvalue()


def spreadsheet_xml(*rows):
    return (
        f'<?xml version="1.0"?><ss:Workbook xmlns:ss="{SPREADSHEET}"><ss:Worksheet ss:Name="L"><ss:Table>'
        f"{''.join(rows)}</ss:Table></ss:Worksheet></ss:Workbook>"
    ).encode()


def listed_rows():
    return ["<ss:Row>" + "".join(f"<ss:Cell><ss:Data>{cell}</ss:Data></ss:Cell>" for cell in cells) + "</ss:Row>" for cells in LIST]  # fmt: skip


@pytest.mark.parametrize(("row", "column"), [(1048576, 16384), (1048576, 33), (90000, 16384)])
def test_a_workbook_that_reaches_further_than_a_list_is_refused(tmp_path, row, column):
    (tmp_path / "l.xlsx").write_bytes(workbook(row, column))

    with pytest.raises(InputError, match=f"a sheet reaches to row {row:,} and column {column:,}"):
        load([tmp_path], Engagement())


def test_a_wide_sheet_of_few_rows_is_read(tmp_path):
    (tmp_path / "l.xlsx").write_bytes(workbook(3, 16384))

    assert load([tmp_path], Engagement()).frame(List.INTEGRATIONS)["name"].tolist() == ["Feed"]


def test_blank_rows_that_follow_each_other_are_told_as_one(tmp_path):
    (tmp_path / "l.xlsx").write_bytes(workbook(5000, 1))

    (item,) = load([tmp_path], Engagement()).inputs

    assert [(one.row, one.count) for one in item.set_aside] == [(3, 4997)]
    assert item.rows == 4999


def test_a_gap_in_a_spreadsheet_costs_no_cells(tmp_path):
    far = '<ss:Row ss:Index="200000"><ss:Cell ss:Index="1000"><ss:Data>x</ss:Data></ss:Cell></ss:Row>'
    (tmp_path / "l.xls").write_bytes(spreadsheet_xml(*listed_rows(), far))

    tracemalloc.start()
    inventory = load([tmp_path], Engagement())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert inventory.frame(List.INTEGRATIONS)["name"].tolist() == ["Feed"]
    assert peak < 200 << 20


def test_an_index_that_is_no_number_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "l.xls").write_bytes(spreadsheet_xml(*listed_rows(), '<ss:Row ss:Index="far"/>'))

    with pytest.raises(InputError, match="can't be read"):
        load([tmp_path], Engagement())


def test_many_sheets_with_a_row_far_below_are_refused(tmp_path):
    far = '<ss:Row ss:Index="600000"><ss:Cell><ss:Data>x</ss:Data></ss:Cell></ss:Row>'
    one = spreadsheet_xml(*listed_rows(), far)
    begin, end = one.index(b"<ss:Worksheet"), one.index(b"</ss:Worksheet>") + len(b"</ss:Worksheet>")
    (tmp_path / "l.xls").write_bytes(one[:begin] + one[begin:end] * 3 + one[end:])

    with pytest.raises(InputError, match="more empty rows than a list"):
        load([tmp_path], Engagement())


def test_a_page_whose_table_is_empty_is_no_list(tmp_path):
    (tmp_path / "l.xls").write_bytes(b"<html><table></table></html>")
    (tmp_path / "l.csv").write_text("Name,State,Role\nFeed,Enabled,Clerk\n")

    said = {item.file: (item.list, item.rows) for item in load([tmp_path], Engagement()).inputs}

    assert said == {"l.csv": (List.INTEGRATIONS, 1), "l.xls": (None, 0)}


def test_a_sheet_whose_size_is_not_declared_is_measured_by_its_cells(tmp_path):
    source, target = io.BytesIO(workbook(1048576, 16384)), tmp_path / "l.xlsx"
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w") as written:
        for name in given.namelist():
            written.writestr(name, given.read(name).replace(b'<dimension ref="A1:XFD1048576"/>', b""))

    with pytest.raises(InputError, match="reaches to row"):
        load([target], Engagement())
