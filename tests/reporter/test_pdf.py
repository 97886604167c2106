"""report.pdf: what stands in it, that everybody can read it, and that a name is a name."""

import re
import sys
from dataclasses import replace

import pytest
from pypdf import PdfReader

from auditor.branding import Branding
from auditor.errors import InputError
from auditor.reporter import find_formats, plain, render
from auditor.reporter.templates import copy_templates, templates_in
from auditor.reporter.view import view_assessment
from auditor.vocabulary import Verdict

TYPST = ("#raw", "*b*", "$x$", "@ref", "// c", "<label>", "#sys.inputs", "[x](y)", "= Head", "名前 ไทย", "\ue123")


@pytest.fixture
def no_phase(empty):
    return replace(empty, phases=())


def text_of(path):
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def squeezed(text):
    """Return the text without blanks: a long word may have been broken over lines."""
    return "".join(text.split())


def bookmarks(outline):
    for item in outline:
        if isinstance(item, list):
            yield from bookmarks(item)
        else:
            yield item.title


@pytest.mark.parametrize("account", ["every_verdict", "in_use", "empty", "no_phase"])
def test_it_is_accessible(account, tmp_path, request):
    (path,) = render(request.getfixturevalue(account), ["pdf"], tmp_path)
    reader = PdfReader(path)
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata.title == "NetSuite integration readiness assessment: Harbor Supply Co."


def test_every_font_is_embedded(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["pdf"], tmp_path)
    found = {}
    for page in PdfReader(path).pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            found[font.get_object()["/BaseFont"].split("+")[1]] = bool({"/FontFile2", "/FontFile3"} & set(descriptor))

    assert set(found.values()) == {True}
    assert any(name.startswith("SourceSansPro") for name in found)


def test_the_bookmarks_name_every_chapter_phase_and_integration(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["pdf"], tmp_path)

    named = list(bookmarks(PdfReader(path).outline))

    chapters = ["Summary", "Phase 2018.2", "Phase 2019.1", "Remediation plan", "Integrations"]
    chapters += ["Role review", "Data quality and assumptions", "Rules and sources", "Glossary"]
    assert [name for name in named if name in chapters] == chapters
    labels = [item.label for item in view_assessment(every_verdict).integrations]
    assert [name for name in named if name in labels] == labels


def test_the_contents_name_the_page_on_which_a_chapter_stands(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["pdf"], tmp_path)
    pages = [page.extract_text() for page in PdfReader(path).pages]

    for chapter in ("Remediation plan", "Role review", "Glossary"):
        (number,) = re.findall(rf"^{chapter}[ .]+(\d+)$", pages[1], re.MULTILINE)
        assert chapter in pages[int(number) - 1]


def test_every_page_but_the_cover_names_client_and_number(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["pdf"], tmp_path)
    pages = [page.extract_text() for page in PdfReader(path).pages]

    for number, page in enumerate(pages[1:], 2):
        assert "Harbor Supply Co." in page
        assert f"{number} / {len(pages)}" in page


def test_it_says_what_the_view_says(in_use, tmp_path):
    view = view_assessment(in_use)
    (path,) = render(in_use, ["pdf"], tmp_path)

    said = squeezed(text_of(path))

    texts = [view.headline, *(gap.question for gap in view.gaps), *(rule.why for rule in in_use.rules)]
    for item in view.integrations:
        texts += [item.label, item.worst.why, item.presence, *(row.used for row in item.connections)]
        texts += [row.activity.contradiction.said for row in item.connections if row.activity.contradiction]
        texts += [step for finding in item.remedies for step in finding.rule.fix]
    assert [text for text in texts if squeezed(plain.one_line(text))[1:] not in said] == []


def test_a_hostile_name_is_shown_as_the_text_it_is(hostile, hostile_names, tmp_path):
    (path,) = render(hostile, ["pdf"], tmp_path)

    said = squeezed(text_of(path))

    shown = [plain.shorten(name, 1_000) for name in hostile_names if name.isascii()]
    assert [name for name in shown if squeezed(name) not in said] == []
    assert "emoji[ship][package]" in said
    assert "\u202e" not in said
    assert "\x1b" not in said


def test_a_name_that_looks_like_typst_is_shown_as_the_text_it_is(every_verdict, tmp_path):
    renamed = tuple(
        replace(judged, integration=replace(judged.integration, name=name, contact=name))
        for judged, name in zip(every_verdict.integrations * 2, TYPST, strict=False)
    )
    (path,) = render(replace(every_verdict, client="#eval(1) $x$", integrations=renamed), ["pdf"], tmp_path)

    said = squeezed(text_of(path))

    assert [name for name in TYPST[:9] if squeezed(name) not in said] == []
    assert "#eval(1)$x$" in said


def test_a_character_that_no_font_has_is_named(every_verdict, tmp_path):
    client = "Harbor \U000f0000 e\u0301 \U0001f468\u200d\U0001f33e \U0001fa75"
    (path,) = render(replace(every_verdict, client=client), ["pdf"], tmp_path)

    assert "Harbor[u+f0000]" in squeezed(text_of(path))


def test_the_same_assessment_gives_the_same_file(every_verdict, tmp_path):
    (one,) = render(every_verdict, ["pdf"], tmp_path / "a")
    (other,) = render(every_verdict, ["pdf"], tmp_path / "b")

    assert one.read_bytes() == other.read_bytes()


def test_it_carries_the_consultancy(every_verdict, tmp_path):
    from PIL import Image

    Image.new("RGB", (600, 160), "#7a1f5c").save(tmp_path / "logo.png")
    branding = Branding(logo=tmp_path / "logo.png", colour="#7a1f5c", confidentiality="Private & own", language="en-US")
    (path,) = render(every_verdict, ["pdf"], tmp_path / "out", branding=branding)
    pages = PdfReader(path).pages

    assert len(pages[0].images) == 1
    assert all("Private & own" in page.extract_text() for page in pages)
    assert "August 28, 2018" in pages[0].extract_text()
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [612, 792]  # US letter


def test_many_integrations_refer_to_the_rules_for_their_steps(four_hundred, tmp_path):
    (path,) = render(four_hundred, ["pdf"], tmp_path)

    said = text_of(path)

    # In the plan, among the rules, and once above all those of which phase 2019.1 says it.
    assert said.count("Ask the vendor for a version that uses TBA.") == 3
    assert "And 100 more" in said


def test_our_own_template_can_be_replaced_and_a_mistake_is_placed(every_verdict, tmp_path):
    copy_templates(tmp_path / "own")
    (tmp_path / "own" / "report.typ").write_text(
        '#let c = json(bytes(sys.inputs.report))\n#set document(title: "x")\n#c.clint'
    )

    with pytest.raises(InputError, match=r'report\.typ, line 3: .*does not contain key "clint"\n.*mean "client"\?'):
        render(every_verdict, ["pdf"], tmp_path / "out", templates=templates_in(tmp_path / "own"))

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "library", "extra"), [("pdf", "typst", "pdf"), ("docx", "docxtpl", "word")])
def test_a_missing_library_is_said_before_the_audit_begins(name, library, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(InputError) as raised:
        find_formats(["html", name])

    assert f'pip install "netsuite-readiness-auditor[{extra}]"' in raised.value.fix


def test_the_table_on_page_three_counts_every_verdict(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["pdf"], tmp_path)

    rows = re.findall(r"^\S\xa0(\S+) (\d+) (\d+) ", PdfReader(path).pages[2].extract_text(), re.MULTILINE)

    counts = [every_verdict.counts(phase.id) for phase in every_verdict.phases]
    assert rows == [(str(verdict), *(str(count[verdict]) for count in counts)) for verdict in Verdict]
