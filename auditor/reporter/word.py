"""report.docx: the report to edit and sign, filled into a Word template that a consultancy can replace with its own."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm, RGBColor
from docxtpl import DocxTemplate, InlineImage, RichText
from jinja2 import Environment

from auditor.branding import Branding, read_logo
from auditor.errors import InputError
from auditor.reporter import plain
from auditor.reporter.content import content
from auditor.reporter.fill import MISTAKES, explained, sandbox
from auditor.reporter.templates import WORD
from auditor.reporter.view import View

_LOGO_HEIGHT = Cm(1.7)
_HELP = "see docs/pdf-and-word.md"
_COLOUR = Branding.model_fields["colour"].default.removeprefix("#").upper()
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can hold


def write(view: View, path: Path) -> None:
    """Write the document. Raises InputError for a template that is no Word file, or that has a mistake."""
    template = view.templates.path(WORD)
    document = _opened(template)
    told: dict[str, Any] = {**content(view), "logo": _logo(document, view.branding.logo)}
    environment = sandbox()
    styles = {style.name: style.style_id for style in document.docx.styles}
    environment.filters["badge"] = lambda verdict: _badge(str(verdict), styles)
    if not _has_field(document, environment):
        # It would come out as it is: most likely a finished report, of another day or another client.
        raise InputError(
            "the template has no field to fill in",
            where=str(template),
            fix="start from ours: 'auditor templates copy DIR' writes it to DIR",
        )
    try:
        document.render(told, environment, autoescape=True)
    except MISTAKES as error:
        near = " ".join(line.strip() for line in getattr(error, "docx_context", ()) if line.strip())
        said = f'{template}, near "{plain.shorten(near)}"' if near else str(template)
        raise explained(error, said, known=list(told), help_=_HELP) from error
    _colour(document, view.branding.colour.removeprefix("#").upper())
    _describe_pictures(document, view.branding.consultancy or "Logo")
    _sign(document, view)
    saved = BytesIO()
    document.save(saved)
    path.write_bytes(_repeatable(saved))


def _opened(template: Path) -> DocxTemplate:
    fix = "save it from Word as a document (.docx)"
    try:
        document = DocxTemplate(template)
        document.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InputError("the template is no Word document", where=str(template), fix=fix) from error
    return document


def _has_field(document: DocxTemplate, environment: Environment) -> bool:
    try:
        return bool(document.get_undeclared_template_variables(environment))
    except MISTAKES:
        return True  # filling it in says what is wrong, and where


def _logo(document: DocxTemplate, logo: Path | None) -> InlineImage | None:
    return InlineImage(document, BytesIO(read_logo(logo)[1]), height=_LOGO_HEIGHT) if logo else None


def _badge(verdict: str, styles: Mapping[str, str]) -> RichText:
    """Return the verdict in the template's own style for it, e.g. "Verdict breaks", if it has one."""
    return RichText(verdict, style=styles.get(f"Verdict {verdict}"), bold=True)


def _colour(document: DocxTemplate, colour: str) -> None:
    """Give the consultancy's colour to the styles and borders that have ours."""
    for style in document.docx.styles:
        font = getattr(style, "font", None)
        if font is not None and str(font.color.rgb) == _COLOUR:
            font.color.rgb = RGBColor.from_string(colour)
    for part in document.docx.element.iter():
        for name, value in part.attrib.items():
            if value == _COLOUR:
                part.set(name, colour)


def _describe_pictures(document: DocxTemplate, said: str) -> None:
    """Say what a picture shows where the template does not, for whoever has it read aloud."""
    for picture in document.docx.element.iter(qn("wp:docPr")):
        picture.set("descr", picture.get("descr") or plain.clean(said))


def _sign(document: DocxTemplate, view: View) -> None:
    properties, assessment = document.docx.core_properties, view.assessment
    properties.title = plain.shorten(f"NetSuite integration readiness assessment: {assessment.client}", 255)
    properties.author = plain.shorten(assessment.consultant or "NetSuite readiness auditor", 255)
    properties.last_modified_by = properties.author
    properties.created = properties.modified = datetime.combine(assessment.as_of, time())


def _repeatable(saved: BytesIO) -> bytes:
    """Return the document without the times at which its parts were packed: one assessment, one file."""
    packed = BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            item = zipfile.ZipInfo(name, _EARLIEST)
            item.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(item, source.read(name))
    return packed.getvalue()
