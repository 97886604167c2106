"""portfolio.xlsx: all clients as sheets to filter, sort and plan with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from auditor.branding import Branding
from auditor.portfolio.view import PortfolioView, decision_kind, month_name, phase_dates
from auditor.reporter import words
from auditor.reporter.front_page import ROWS_OF_CHART, Lines, add_chart
from auditor.reporter.pages import TYPEFACE, set_default_look, set_up_print, set_widths, sheet_name, write_table
from auditor.reporter.table import Sheet, Value
from auditor.vocabulary import Verdict

_COLOUR = Branding().colour.removeprefix("#").upper()
_NAMED = 20
_FOOTER = "NetSuite integration readiness, all clients"


def write(view: PortfolioView, path: Path) -> None:
    """Write the workbook."""
    book = Workbook(write_only=True)
    book.properties.creator = "NetSuite readiness auditor"
    book.properties.title = _FOOTER
    if view.portfolio.as_of:
        book.properties.created = datetime.combine(view.portfolio.as_of, time())
    set_default_look(book)
    names: set[str] = set()
    _write_summary(book.create_sheet(sheet_name("Summary", names)), view)
    for number, sheet in enumerate(
        (_clients(view), _work(view), _due(view), _decisions(view), _causes(view), _failed(view)), 2
    ):
        page = book.create_sheet(sheet_name(sheet.name, names))
        page.freeze_panes = "B2"
        set_up_print(page, sheet=sheet, title_row=1, footer=_FOOTER)
        set_widths(page, sheet)
        write_table(page, sheet, first_row=1, number=number, colour=_COLOUR)
        if sheet.name == "Work by month" and sheet.rows:
            _add_hours_chart(page, len(sheet.rows))
    book.save(path)


def _write_summary(page: Worksheet, view: PortfolioView) -> None:
    portfolio = view.portfolio
    counts = Sheet(
        name="Summary",
        columns=(
            ("Verdict: worst of a client", 34),
            *((item.phase.id, 16) for item in portfolio.phases),
            ("What it means", 60),
        ),
        rows=tuple(
            (verdict, *(item.clients[verdict] for item in portfolio.phases), words.MEANINGS[verdict])
            for verdict in Verdict
        ),
    )
    as_of = f" · as of {words.day(portfolio.as_of)}" if portfolio.as_of else ""
    plain = Font(name=TYPEFACE)
    lines: list[tuple[str, Font]] = [
        ("NetSuite integration readiness", Font(name=TYPEFACE, bold=True, color=_COLOUR)),
        ("All clients", Font(name=TYPEFACE, size=20)),
        (
            f"{words.plural(len(portfolio.clients), 'client')}, {words.plural(portfolio.integrations, 'integration')}{as_of}",
            Font(name=TYPEFACE, color="55616B"),
        ),
        (view.headline, Font(name=TYPEFACE, size=14)),
        ("", plain),
        *(
            (
                f"{item.phase.id}: {item.phase.title}. {words.begin(phase_dates(item))}. {words.begin(words.hours(item.hours))}.",
                plain,
            )
            for item in portfolio.phases
        ),
        *((line, plain) for line in view.decided),
        ("", plain),
    ]
    page.sheet_view.showGridLines = False
    set_up_print(page, sheet=counts, title_row=None, footer=_FOOTER)
    set_widths(page, counts)
    writer = Lines(page, counts)
    for text, font in lines:
        writer.line(text, font)
    first = writer.next_row
    write_table(page, counts, first_row=first, number=1, colour=_COLOUR)
    writer.skip(len(counts.rows) + 1)
    if portfolio.phases:
        add_chart(page, counts, first_row=first)
        writer.blank(ROWS_OF_CHART + 2)
    for text, font in (
        ("How this is counted", Font(name=TYPEFACE, bold=True)),
        *((line, plain) for line in view.assumptions),
    ):
        writer.line(text, font)


def _clients(view: PortfolioView) -> Sheet:
    phases = [item.phase.id for item in view.portfolio.phases]
    columns = (
        ("Client", 34), ("Folder", 22), ("As of", 18),
        *(column for phase in phases for column in (
            (f"Verdict {phase}", 15), (f"{phase} reaches it", 19), (f"Own date {phase}", 10), (f"Breaking {phase}", 10),
            (f"Exempt {phase}", 10), (f"By a waiver {phase}", 10),
            (f"Hours {phase}, least", 9), (f"Hours {phase}, most", 9),
        )),
        ("Integrations", 12), ("Connections", 12), ("Hours, least", 9), ("Hours, most", 9), ("Lists not exported", 12),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for client in view.portfolio.clients:
        met = {item.phase.id: item for item in client.phases}
        cells: list[Value] = []
        for phase in phases:
            if phase not in met:
                cells += [None] * 8
                continue
            item = met[phase]
            own = words.yes_no(item.phase.effective is not None)
            breaking, exempt = item.integrations[Verdict.BREAKS], item.integrations[Verdict.EXEMPT]
            cells += [item.verdict, item.due, own, breaking, exempt, item.waived, *item.hours]
        rows.append(
            (
                client.client, client.folder, client.as_of, *cells, client.integrations, client.connections,
                *client.hours, len(client.missing_lists),
            )
        )  # fmt: skip
    dates = ("As of", *(f"{phase} reaches it" for phase in phases))
    return Sheet(name="Clients", columns=columns, rows=tuple(rows), date_columns=dates)


def _work(view: PortfolioView) -> Sheet:
    months = view.portfolio.months.months
    people = list(dict.fromkeys(who for month in months for who, _ in month.by_who))
    columns = (
        ("Month", 18), ("Hours, least", 12), ("Hours, most", 12), ("People, least", 12), ("People, most", 12),
        *(column for who in people for column in ((f"{words.begin(who)}, least", 14), (f"{words.begin(who)}, most", 14))),
        ("Phases that come", 12),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for month in months:
        by_who = dict(month.by_who)
        parts = [hours for who in people for hours in by_who.get(who, (0, 0))]
        rows.append((month_name(month.begins), *month.hours, *month.people, *parts, len(month.due)))
    return Sheet(name="Work by month", columns=columns, rows=tuple(rows))


def _due(view: PortfolioView) -> Sheet:
    columns = (
        ("Client", 34), ("Phase", 12), ("Reaches it", 20), ("Own date", 10), ("Due now", 10), ("Hours, least", 12), ("Hours, most", 12),
    )  # fmt: skip
    months = view.portfolio.months
    coming = [(item, False) for month in months.months for item in month.due]
    return Sheet(
        name="Dates",
        columns=columns,
        rows=tuple(
            (
                view.client_names[item.folder],
                item.phase,
                item.day,
                words.yes_no(item.dated),
                words.yes_no(late),
                *item.hours,
            )
            for item, late in [*((item, True) for item in months.due_now), *coming]
        ),
        date_columns=("Reaches it",),
    )


def _decisions(view: PortfolioView) -> Sheet:
    columns = (
        ("Client", 34), ("Until", 18), ("Days left", 10), ("Decision", 13), ("Reason", 50), ("Owner", 26),
        ("Integrations", 40), ("Number", 9), ("Covers", 18), ("Breaks at", 12),
    )  # fmt: skip
    today = view.portfolio.as_of or date.min
    return Sheet(
        name="Exemptions and waivers",
        columns=columns,
        rows=tuple(
            (
                view.client_names[item.folder],
                item.decision.until,
                (item.decision.until - today).days,
                decision_kind(item),
                item.decision.reason,
                item.decision.owner,
                _listed([name or "(no name)" for name in item.integrations]),
                len(item.integrations),
                ", ".join(item.phases),
                item.breaks_at,
            )
            for item in view.portfolio.decisions
        ),
        date_columns=("Until",),
    )


def _causes(view: PortfolioView) -> Sheet:
    columns = (
        ("Vendor or application", 30), ("Kind", 12), ("Verdict", 13), ("Phase", 10), ("Rule", 11), ("What happens", 40),
        ("Who", 22), ("Clients", 9), ("Which", 40), ("Applications", 34), ("Hours, least", 9), ("Hours, most", 9),
    )  # fmt: skip
    return Sheet(
        name="Shared causes",
        columns=columns,
        rows=tuple(
            (
                cause.name,
                "vendor" if cause.is_vendor else "integration",
                cause.verdict,
                cause.phase,
                cause.rule,
                cause.title,
                cause.who,
                len(cause.clients),
                _listed([view.client_names[folder] for folder in cause.clients]),
                _listed([f"{name} ({count})" for name, count in cause.integrations]),
                *cause.hours,
            )
            for cause in view.portfolio.causes
        ),
    )


def _listed(names: Sequence[str]) -> str:
    # A cell holds 32,767 characters, and a row shows some twenty lines; portfolio.json names all.
    more = [f"and {len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
    return "\n".join([*names[:_NAMED], *more])


def _failed(view: PortfolioView) -> Sheet:
    return Sheet(
        name="Not audited",
        columns=(("Folder", 30), ("Where", 40), ("Reason", 60), ("What to do", 60)),
        rows=tuple((item.folder, item.where, item.reason, item.fix) for item in view.portfolio.failed),
    )


def _add_hours_chart(page: Worksheet, months: int) -> None:
    """Draw the hours of each month under the table, from its own cells."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.height, chart.width = "col", 60, 8, 26
    chart.add_data(Reference(page, min_col=2, max_col=3, min_row=1, max_row=months + 1), titles_from_data=True)
    chart.set_categories(Reference(page, min_col=1, min_row=2, max_row=months + 1))
    for series, colour in zip(chart.series, (_COLOUR, "B9C4CB"), strict=True):
        series.graphicalProperties.solidFill = colour
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    page.add_chart(chart, f"A{months + 4}")
