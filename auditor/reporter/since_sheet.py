"""The sheets that tell what changed since the last audit, and how the open integrations went down."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.chart import LineChart, Reference
from openpyxl.chart.legend import Legend
from openpyxl.worksheet.worksheet import Worksheet

from auditor.reporter import since_words, words
from auditor.reporter.compare import Change, Row
from auditor.reporter.forecast import Point
from auditor.reporter.since import Since
from auditor.reporter.table import Sheet, Value

COURSE = "Burn-down"
_FIRST_COLUMNS = 1
_PER_PHASE = 3
_COLOURS = ("0B5363", "855200", "5B3F94", "2A5C8A")


def since_sheets(since: Since | None) -> tuple[Sheet, ...]:
    """Return the sheets, none where no earlier audit was given."""
    return (_changes(since), _course(since)) if since else ()


def since_lines(since: Since) -> list[str]:
    """Return what the summary says of it."""
    forecasts = [f"{item.phase.id}: {item.outlook}" for item in since.phases]
    return [since.headline, *since.comparison.notes, *forecasts]


def draw_course(page: Worksheet, sheet: Sheet, since: Since) -> None:
    """Draw a line a phase under the table of the burn-down, from the table's own cells."""
    chart = LineChart()
    rows = 1 + len(sheet.rows)
    for number in range(len(since.phases)):
        column = _FIRST_COLUMNS + 1 + number * _PER_PHASE
        chart.add_data(Reference(page, min_col=column, min_row=1, max_row=rows), titles_from_data=True)
        line = chart.series[-1]
        line.smooth, line.marker.symbol = False, "circle"
        line.graphicalProperties.line.solidFill = _COLOURS[number % len(_COLOURS)]
    chart.set_categories(Reference(page, min_col=1, min_row=2, max_row=rows))
    chart.height, chart.width = 9, 22
    chart.legend = Legend()
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min = 0
    page.add_chart(chart, f"A{rows + 2}")


def _changes(since: Since) -> Sheet:
    phases = [item.phase.id for item in since.phases]
    columns = (
        ("Integration", 30), ("What matters most", 17), ("Was called", 24),
        *(
            column
            for phase in phases
            for column in ((f"Change at {phase}", 16), (f"Verdict {phase} then", 15), (f"Verdict {phase} now", 15))
        ),
        ("Sign-ins that changed", 80),
    )  # fmt: skip
    rows = since.comparison.rows
    told = (row for row in rows if row.differs or row.worst is not Change.NEVER_OPEN)
    return Sheet(name="Since last time", columns=columns, rows=tuple(tuple(_row(row, phases)) for row in told))


def _row(row: Row, phases: list[str]) -> Iterator[Value]:
    yield since_words.name(row)
    yield row.worst
    yield row.former_name
    for phase in phases:
        yield row.changes[phase]
        yield row.verdict(phase, now=False)
        yield row.verdict(phase, now=True)
    yield "\n".join(since_words.sign_ins(row)) or None


def _course(since: Since) -> Sheet:
    columns = (
        ("Audit", 20),
        *(
            column
            for item in since.phases
            for column in (
                (f"Open at {item.phase.id}", 15),
                (f"Breaks at {item.phase.id}", 15),
                (f"Undetermined at {item.phase.id}", 19),
            )
        ),
    )
    rows = tuple(
        (words.day(when), *(value for item in since.phases for value in _counts(item.course[number])))
        for number, when in enumerate(since.audits)
    )
    return Sheet(name=COURSE, columns=columns, rows=rows)


def _counts(point: Point | None) -> tuple[Value, Value, Value]:
    return (point.open, point.breaks, point.undetermined) if point else (None, None, None)
