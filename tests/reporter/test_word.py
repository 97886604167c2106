"""report.docx: what stands in it, a consultancy's own template, and that a name is a name."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader

from auditor.branding import Branding
from auditor.errors import InputError
from auditor.reporter import plain, render
from auditor.reporter.content import content
from auditor.reporter.templates import templates_in
from auditor.reporter.view import view_assessment
from auditor.vocabulary import Verdict


def texts(path):
    """Return every paragraph of the document, those in tables too, in their order."""
    return texts_in(Document(path).element.body)


def texts_in(element):
    paragraphs = element.iter(qn("w:p"))
    return ["".join(text.text or "" for text in paragraph.iter(qn("w:t"))) for paragraph in paragraphs]


def own_template(folder, *paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "Our report.docx"
    document.save(path)
    return path


def test_the_headings_name_every_chapter_phase_and_integration(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["docx"], tmp_path)

    headings = [item.text for item in Document(path).paragraphs if item.style.name in ("Heading 1", "Heading 2")]

    chapters = ["Summary", "Phase 2018.2", "Phase 2019.1", "Remediation plan", "Integrations"]
    chapters += ["Role review", "Data quality and assumptions", "Rules and sources", "Glossary"]
    assert [text for text in headings if text in chapters] == chapters
    labels = [item.label for item in view_assessment(every_verdict).integrations]
    assert [text for text in headings if text in labels] == labels


def test_it_says_what_the_view_says(in_use, tmp_path):
    view = view_assessment(in_use)
    (path,) = render(in_use, ["docx"], tmp_path)

    said = "\n".join(texts(path))

    wanted = [view.headline, *(gap.question for gap in view.gaps), *(rule.why for rule in in_use.rules)]
    for item in view.integrations:
        wanted += [item.label, item.worst.why, item.presence, *(row.used for row in item.connections)]
        wanted += [row.activity.contradiction.said for row in item.connections if row.activity.contradiction]
        wanted += [step for finding in item.remedies for step in finding.rule.fix]
    wanted += [step.title for step in view.steps]
    assert [text for text in wanted if text not in said] == []


def test_the_head_of_every_table_is_repeated_and_no_row_is_torn(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["docx"], tmp_path)
    tables = [list(table.iter(qn("w:tr"))) for table in Document(path).element.body.iter(qn("w:tbl"))]

    heads = [texts_in(rows[0]) for rows in tables if list(rows[0].iter(qn("w:tblHeader")))]

    assert ["Phase", "What it enforces", "When"] in heads
    assert ["Why, what comes next, and for which integrations", "Effort, and who"] in heads
    assert ["About", "What it says", "Where"] in heads
    assert [row for rows in tables for row in rows if not list(row.iter(qn("w:cantSplit")))] == []


def test_the_contents_are_a_field_that_word_fills(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["docx"], tmp_path)
    body = Document(path).element.body

    assert 'TOC \\o "1-2" \\h \\z \\u' in [code.text for code in body.iter(qn("w:instrText"))]
    assert next(body.iter(qn("w:fldChar"))).get(qn("w:dirty")) == "true"


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "in_use", "empty"])
def test_libreoffice_reads_all_of_it(account, tmp_path, request):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (path,) = render(request.getfixturevalue(account), ["docx"], tmp_path)

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True)

    pages = [page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages]
    assert "Made from the client's own exports" in pages[-1]
    assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages[1:], 2))


def test_a_hostile_name_is_shown_as_the_text_it_is(hostile, hostile_names, tmp_path):
    (path,) = render(hostile, ["docx"], tmp_path)

    said = "\n".join(texts(path))

    assert [name for name in hostile_names if plain.shorten(name, 1_000) not in said] == []
    assert "<b>Client</b> & Sons" in said
    assert not {"\u202e", "\x1b", "\x07"} & set(said)


def test_what_only_looks_like_a_template_is_not_filled_in(every_verdict, tmp_path):
    name = "{{ client }} {%p if 1 %} {{r x }} {# c #}"
    (path,) = render(replace(every_verdict, client=name), ["docx"], tmp_path)

    assert texts(path).count(name) == 1


def test_an_own_template_is_filled_in(every_verdict, tmp_path):
    template = own_template(
        tmp_path,
        "{{ client }}: {{ headline }}",
        "{%p for item in integrations %}",
        "{{ loop.index }} {{ item.label }} {{r item.verdict|badge }}",
        "{%p endfor %}",
    )
    (path,) = render(every_verdict, ["docx"], tmp_path / "out", templates=templates_in(None, template))

    view = view_assessment(every_verdict)
    listed = [f"{number} {item.label} {item.worst.verdict}" for number, item in enumerate(view.integrations, 1)]
    assert texts(path) == [f"Harbor Supply Co.: {view.headline}", *listed]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param("{{ headlin }}", '"headlin" is not known\n  did you mean "headline"?', id="field"),
        pytest.param("{{ quality.filez }}", 'this field has no "filez"\n  did you mean "files"?', id="inner field"),
        pytest.param("{{ client|shout }}", "No filter named 'shout'", id="filter"),
        pytest.param("{%p for one in phases %}", '{% for one in phases %}": Unexpected end', id="unclosed"),
        pytest.param("{{ client.__class__ }}", "access to attribute '__class__'", id="out of the sandbox"),
    ],
)
def test_a_mistake_is_placed_and_the_nearest_name_given(written, message, every_verdict, tmp_path):
    template = own_template(tmp_path, "Our report", written)

    with pytest.raises(InputError) as raised:
        render(every_verdict, ["docx"], tmp_path / "out", templates=templates_in(None, template))

    assert raised.value.where.startswith(str(template))
    assert message in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_a_template_that_is_no_word_document_is_said(every_verdict, tmp_path):
    (tmp_path / "report.docx").write_text("no document")

    with pytest.raises(InputError, match="the template is no Word document"):
        render(every_verdict, ["docx"], tmp_path / "out", templates=templates_in(tmp_path))


def test_a_finished_report_is_no_template(every_verdict, tmp_path):
    (finished,) = render(every_verdict, ["docx"], tmp_path / "last")

    with pytest.raises(InputError, match="the template has no field to fill in"):
        render(every_verdict, ["docx"], tmp_path / "out", templates=templates_in(None, finished))


def test_a_template_that_is_not_there_is_said_before_the_audit_begins(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        templates_in(None, tmp_path / "gone.docx")


def test_the_same_assessment_gives_the_same_file(every_verdict, tmp_path):
    (one,) = render(every_verdict, ["docx"], tmp_path / "a")
    (other,) = render(every_verdict, ["docx"], tmp_path / "b")

    assert one.read_bytes() == other.read_bytes()


def test_it_carries_the_consultancy(every_verdict, tmp_path):
    Image.new("RGB", (600, 160), "#7a1f5c").save(tmp_path / "logo.png")
    branding = Branding(
        consultancy="Saltmarsh <Advisory>",
        logo=tmp_path / "logo.png",
        colour="#7a1f5c",
        confidentiality="Private & own",
        language="en-US",
    )
    (path,) = render(every_verdict, ["docx"], tmp_path / "out", branding=branding)
    document = Document(path)

    assert [item.get("descr") for item in document.element.body.iter(qn("wp:docPr"))] == ["Saltmarsh <Advisory>"]
    assert str(document.styles["Heading 1"].font.color.rgb) == "7A1F5C"
    assert "0B5363" not in document.element.xml
    assert "Private & own" in document.sections[0].footer.paragraphs[0].text
    assert "August 28, 2018" in texts(path)


def test_its_properties_name_client_consultant_and_day(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["docx"], tmp_path)
    properties = Document(path).core_properties

    assert properties.title == "NetSuite integration readiness assessment: Harbor Supply Co."
    assert properties.author == "Northgate Advisory"
    assert properties.created.date() == every_verdict.as_of


def test_every_field_is_documented(in_use):
    page = (Path(__file__).parents[2] / "docs" / "pdf-and-word.md").read_text(encoding="utf-8")
    fields = set(names_in(content(view_assessment(in_use)))) - set(map(str, Verdict))

    assert sorted(name for name in fields if f"`{name}`" not in page and f"`{name}[" not in page) == []


def names_in(told):
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from names_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from names_in(value)
