"""The first sheet of the workbook: the verdict in a sentence, the counts with their chart, and what comes next."""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from pathlib import Path

from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from auditor.branding import read_logo
from auditor.reporter import words
from auditor.reporter.front_page import ROWS_OF_CHART, Lines, add_chart
from auditor.reporter.pages import (
    TYPEFACE,
    colour_of,
    footer_of,
    set_up_print,
    set_widths,
    write_table,
)
from auditor.reporter.plan_sheet import add_progress_chart, progress_lines
from auditor.reporter.sheets import summary_counts
from auditor.reporter.since_sheet import since_lines
from auditor.reporter.view import View

_LOGO_HEIGHT, _LOGO_WIDTH = 48, 240  # pixels
_ROWS_OF_PROGRESS_CHART = 13


def write_summary(page: Worksheet, view: View) -> None:
    """Write the summary."""
    counts = summary_counts(view)
    page.sheet_view.showGridLines = False
    set_up_print(page, sheet=counts, title_row=None, footer=footer_of(view))
    set_widths(page, counts)
    writer = Lines(page, counts)
    for text, font in _opening_lines(view):
        writer.line(text, font)
    first = writer.next_row
    write_table(page, counts, first_row=first, number=1, colour=colour_of(view))
    writer.skip(len(counts.rows) + 1)
    add_chart(page, counts, first_row=first)
    writer.blank(ROWS_OF_CHART + 2)
    first = writer.next_row
    page.row_breaks.append(Break(id=first - 1))  # on paper the progress begins a page, rather than be torn
    for line in progress_lines(len(view.steps) + len(view.carried.added if view.carried else ())):
        writer.cells(line.cells(page))
    add_progress_chart(page, first, colour=colour_of(view))
    writer.blank(_ROWS_OF_PROGRESS_CHART)
    for text, font in _closing_lines(view):
        writer.line(text, font)
    if view.branding.logo:
        _add_logo(page, view.branding.logo, column=len(counts.columns))


def _opening_lines(view: View) -> list[tuple[str, Font]]:
    assessment = view.assessment
    prepared = f" · prepared by {assessment.consultant}" if assessment.consultant else ""
    return [
        (
            " · ".join(filter(None, (view.branding.consultancy, "NetSuite integration readiness assessment"))),
            Font(name=TYPEFACE, bold=True, color=colour_of(view)),
        ),
        (assessment.client, Font(name=TYPEFACE, size=20)),
        (
            f"{assessment.title} · as of {words.day(assessment.as_of)}{prepared}",
            Font(name=TYPEFACE, color="55616B"),
        ),
        (view.headline, Font(name=TYPEFACE, size=14)),
        ("", Font(name=TYPEFACE)),
        *(
            (f"{item.phase.id}: {item.phase.title}. {words.begin(item.date)} ({item.countdown}).", Font(name=TYPEFACE))
            for item in view.phases
        ),
        ("", Font(name=TYPEFACE)),
    ]


def _closing_lines(view: View) -> list[tuple[str, Font]]:
    bold = Font(name=TYPEFACE, bold=True)
    important = [f"{item.label}: {item.matters_because}" for item in view.most_important]
    effort = [
        f"{line.title}: {words.hours(line.effort)} for {words.plural(line.integrations, 'integration')}"
        for line in view.effort_lines
    ]
    gaps = [f"{gap.concerns}: {gap.question}. Settled by the {gap.settled_by}." for gap in view.gaps]
    missing = [f"{words.begin(guide.list)}: {guide.menu}" for guide in view.missing]
    blocks = (
        ("Since last time", since_lines(view.since) if view.since else []),
        ("What matters most", important or ["Nothing breaks, is at risk or is undetermined."]),
        (f"Total effort: {words.hours(view.effort)}", effort),
        ("What cannot be told yet", gaps or ["Nothing: every verdict is proved by the exports."]),
        ("Not exported", missing),
        ("The plan of last time", list(view.carried.notes) if view.carried else []),
        ("Assumptions", list(view.assessment.notes)),
    )
    written = (
        [(title, bold), *((line, Font(name=TYPEFACE)) for line in lines), ("", Font(name=TYPEFACE))]
        for title, lines in blocks
        if lines or title.startswith("Total")
    )
    return list(chain.from_iterable(written))


def _add_logo(page: Worksheet, logo: Path, *, column: int) -> None:
    """Set the logo at the right end of the title, as high as its two lines."""
    image = Image(BytesIO(read_logo(logo)[1]))
    scale = min(_LOGO_HEIGHT / image.height, _LOGO_WIDTH / image.width)
    image.height, image.width = round(image.height * scale), round(image.width * scale)
    page.add_image(image, f"{get_column_letter(column)}1")
