"""What stands before a note and above evidence, in every format, claims no more than is there."""

import html
import re

import pytest
from docx import Document
from pypdf import PdfReader

from auditor.reporter import render


def texts(path) -> str:
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in PdfReader(path).pages)
    return " ".join(node.text or "" for node in Document(path).element.body.iter() if node.tag.endswith("}t"))


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_a_note_is_called_a_note_whether_or_not_anybody_differs(kind, every_verdict, tmp_path):
    (path,) = render(every_verdict, [kind], tmp_path)
    told = " ".join(texts(path).split())

    assert "Note: Oracle's documentation dates it to 2019.1." in told.replace(chr(0x2019), "'")
    assert "authorities differ" not in told


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_a_wording_that_proved_nothing_is_not_said_to_prove_something(kind, every_verdict, tmp_path):
    (path,) = render(every_verdict, [kind], tmp_path)

    assert [word for word in ("Proves", "Proof:") if word in texts(path)] == []
