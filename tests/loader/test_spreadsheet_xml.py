"""XML Spreadsheet 2003: rows cut out by a pattern are what the markup says, wherever it stands and however it is written."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.loader import spreadsheet_xml
from auditor.loader.spreadsheet_xml import spreadsheet_tables

SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
ROW = '<Row><Cell><Data ss:Type="String">row</Data></Cell></Row>'
WORDS = st.text(st.sampled_from("aé€&<>\"' \n\t]日"), max_size=5)
CELLS = st.one_of(
    WORDS.map(lambda said: f'<Cell><Data ss:Type="String">{escape(said)}</Data></Cell>'),
    WORDS.map(lambda said: f'<Cell ss:StyleID="s1">\n <Data ss:Type="Number">{escape(said)}</Data>\n </Cell> '),
    WORDS.map(lambda said: f'<Cell ss:Index="4"><Data ss:Type="String">{escape(said)}</Data></Cell>'),
    st.sampled_from(
        [
            "<Cell/>",
            "<Cell></Cell>",
            '<Cell><Data ss:Type="String">a<b>c</b></Data></Cell>',
            f"<Cell><Data><![CDATA[{ROW}]]></Data></Cell>",
            f"<!-- {ROW} -->",
        ]
    ),
)
ROWS = st.one_of(
    st.lists(CELLS, max_size=5).map(lambda cells: f"<Row>{''.join(cells)}</Row>"),
    st.lists(CELLS, max_size=5).map(lambda cells: f'<Row ss:Height="12">{"".join(cells)}</Row>\n'),
    st.sampled_from([ROW, ROW * 3, "<Row/>", '<Row ss:Index="40"/>', f"<!-- {ROW} -->", f"<?note {ROW}?>"]),
)


def book(rows, before=""):
    return f'<?xml version="1.0"?>\n<Workbook xmlns="{SPACE}" xmlns:ss="{SPACE}">{before}<Worksheet ss:Name="L"><Table>{rows}</Table></Worksheet></Workbook>'  # fmt: skip


def by_tree(text):
    """Return the rows as the standard library's tree has them."""
    rows = []
    for row in ElementTree.fromstring(text).iter(f"{{{SPACE}}}Row"):
        rows += [[]] * (int(row.get(f"{{{SPACE}}}Index", len(rows) + 1)) - 1 - len(rows))
        cells = []
        for cell in row.iter(f"{{{SPACE}}}Cell"):
            cells += [""] * (int(cell.get(f"{{{SPACE}}}Index", len(cells) + 1)) - 1 - len(cells))
            cells.append("".join("".join(data.itertext()) for data in cell.iter(f"{{{SPACE}}}Data")))
        rows.append(cells)
    return rows


def read(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding, newline="")
    ((name, rows),) = spreadsheet_tables(path, path.name)
    assert name == "L"
    return rows


@settings(max_examples=300, deadline=None)
@given(rows=st.lists(ROWS, max_size=8), block=st.sampled_from([7, 64, 1 << 20]))
@example(rows=[f"<Row><Cell><Data><![CDATA[{ROW}]]></Data></Cell></Row>", ROW], block=1 << 20)
def test_it_reads_what_a_tree_reads(tmp_path_factory, rows, block):
    text = book("".join(rows))
    size, spreadsheet_xml._BLOCK = spreadsheet_xml._BLOCK, block
    try:
        found = read(tmp_path_factory.mktemp("xml") / "l.xls", text)
    finally:
        spreadsheet_xml._BLOCK = size

    assert found == by_tree(text)


@pytest.mark.parametrize("equals", ["=", " = "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_it_reads_the_encoding_that_the_file_names(tmp_path, encoding, equals):
    said = "" if encoding.startswith("utf") else f' encoding{equals}"{encoding}"'
    text = book(ROW.replace("row", "Zoë")).replace('"1.0"', f'"1.0"{said}')

    assert read(tmp_path / "l.xls", text, encoding) == [["Zoë"]]


def test_rows_of_another_vocabulary_are_none(tmp_path):
    text = book(f"{ROW}<Other xmlns='urn:other'>{ROW}</Other>")

    assert read(tmp_path / "l.xls", text) == [["row"]]


@pytest.mark.parametrize("wrong", [ROW + "</Row>", ROW.replace("row", "a\x01b"), ROW.replace("row", "a & b")])
def test_what_is_no_xml_is_refused(tmp_path, wrong):
    with pytest.raises(InputError, match="can't be read"):
        read(tmp_path / "l.xls", book(ROW + wrong))
