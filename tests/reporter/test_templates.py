"""A consultancy's own templates: what stands in for ours, and what a mistake in one says."""

import pytest

from auditor.errors import InputError
from auditor.reporter import render
from auditor.reporter.templates import NAMES, copy_templates, templates_in


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "our templates"
    copy_templates(path)
    return path


@pytest.mark.parametrize("format_", ["html", "letters"])
def test_a_copy_gives_the_same_report(format_, every_verdict, folder, tmp_path):
    (ours,) = render(every_verdict, [format_], tmp_path / "a")
    (theirs,) = render(every_verdict, [format_], tmp_path / "b", templates=templates_in(folder))

    def read(path):
        return {file.name: file.read_bytes() for file in path.iterdir()} if path.is_dir() else path.read_bytes()

    assert read(ours) == read(theirs)


def test_one_template_stands_in_for_ours_and_the_others_stay(every_verdict, folder, tmp_path):
    for name in NAMES:
        if name != "letter.txt.j2":
            (folder / name).unlink()
    (folder / "sign-off.txt.j2").write_text("Yours, {{ assessment.consultant }}")
    (folder / "letter.txt.j2").write_text("To {{ letter.recipient }}\n{% include 'sign-off.txt.j2' %}")

    (path,) = render(every_verdict, ["letters"], tmp_path / "out", templates=templates_in(folder))

    texts = {file.read_text(encoding="utf-8") for file in path.glob("*.txt")}
    assert f"To the owner of Shopify\nYours, {every_verdict.consultant}" in texts
    assert all(file.read_text(encoding="utf-8").startswith("# NetSuite") for file in path.glob("*.md"))


def test_an_own_style_is_used_and_nothing_it_names_is_fetched(browser, every_verdict, folder, tmp_path):
    (folder / "report.css").write_text("h1 { color: rgb(1, 2, 3); background: url(https://example.com/x.png) }")
    (path,) = render(every_verdict, ["html"], tmp_path / "out", templates=templates_in(folder))
    asked = []
    page = browser.new_page()
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(path.as_uri())

    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(1, 2, 3)"
    assert asked == [path.as_uri()]
    page.close()


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        pytest.param("\n{{ view.headlin }}", 2, 'View has no "headlin"\n  did you mean "headline"?', id="field"),
        pytest.param("{{ asessment }}", 1, '"asessment" is not known\n  did you mean "assessment"?', id="value"),
        pytest.param("\n\n{{ words.dya(1) }}", 3, 'module has no "dya"\n  did you mean "day"?', id="function"),
        pytest.param("a\n{% if view %}\n", 2, "Unexpected end of template", id="unclosed"),
        pytest.param("{{ view.headline|shout }}", 1, "No filter named 'shout'", id="filter"),
        pytest.param("{{ view.headline / 2 }}", 1, "unsupported operand", id="sum of a text"),
        pytest.param("{% include 'gone.j2' %}", 1, "gone.j2", id="missing include"),
        pytest.param("{{ view.__class__ }}", 1, "access to attribute '__class__'", id="out of the sandbox"),
    ],
)
def test_a_mistake_is_placed_and_the_nearest_name_given(written, line, message, every_verdict, folder, tmp_path):
    (folder / "report.html.j2").write_text(written)

    with pytest.raises(InputError) as raised:
        render(every_verdict, ["json", "html"], tmp_path / "out", templates=templates_in(folder))

    assert message in str(raised.value)
    assert raised.value.where == f"{folder / 'report.html.j2'}, line {line}"
    assert not (tmp_path / "out").exists()


def test_a_template_that_is_no_text_is_said(every_verdict, folder, tmp_path):
    (folder / "report.css").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InputError, match=r"report\.css.*can't be read"):
        render(every_verdict, ["html"], tmp_path / "out", templates=templates_in(folder))


def test_a_name_that_stands_in_for_nothing_is_noticed(folder):
    (folder / "reprt.css").write_text("")
    (folder / "README.md").write_text("")

    assert templates_in(folder).misspelt() == {"reprt.css": "report.css"}


def test_copying_overwrites_nothing(folder):
    (folder / "report.css").write_text("mine")

    with pytest.raises(InputError, match="is there already"):
        copy_templates(folder)

    assert (folder / "report.css").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="there is no such folder"):
        templates_in(tmp_path / "gone")
