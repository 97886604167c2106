"""What people typed into the workbook of an earlier report: read back, row by row of the plan, and what stands elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.days import needs_order, only_day
from auditor.engagement import Confirmed, Engagement
from auditor.errors import InputError
from auditor.reporter import plain
from auditor.reporter.answers import Answer, answers_in
from auditor.reporter.identity import bare
from auditor.reporter.reopened import FIX, Page, Place, Reopened, column_name, day_of, place_of, reopen, value_of
from auditor.reporter.table import Value
from auditor.reporter.typed_row import COMMENTS, DATES, HIDDEN, STATUSES, TYPED, WRITTEN, TypedRow, both

PLAN = "Remediation plan"
UNPLACED = "No longer in the plan"
ELSEWHERE = "Typed elsewhere"
OURS = (
    "Summary",
    "Since last time",
    "Burn-down",
    "Integrations",
    "Connections",
    "Roles",
    "Evidence",
    "Gaps",
    "Inputs",
    "Rules",
)
"""The other sheets of a report; those of the phases are told by their head."""
_PHASE_HEAD = ("Verdict", "Integration")
_COLUMNS = {header.casefold(): header for header in (*WRITTEN, *TYPED, *HIDDEN)}
_ENOUGH = 7  # known headers make a plan, even where some were renamed or deleted
_HEADER_WITHIN = 50
_MOST_ELSEWHERE = 5_000
_SERIALS = (36_526, 73_050)  # 2000 to 2099 as Excel counts days


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A text that stands outside the plan."""

    sheet: str
    cell: str
    text: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The workbook of an earlier report."""

    path: Path
    client: str | None
    """Whose report it is, where it says so."""
    rows: tuple[TypedRow, ...]
    """Of the plan, and of what an earlier audit could not place in it."""
    added_columns: tuple[str, ...]
    """Headers of columns that somebody added."""
    answers: tuple[Answer, ...]
    elsewhere: tuple[Elsewhere, ...]
    notes: tuple[str, ...]
    """What could not be read of it."""

    @property
    def file(self) -> str:
        """Its name."""
        return self.path.name

    @property
    def confirmed(self) -> Confirmed:
        """The facts that somebody confirmed in it."""
        return Confirmed(
            role=tuple(one.role for one in self.answers if one.role),
            integration=tuple(one.integration for one in self.answers if one.integration),
        )

    def check_client(self, client: str) -> None:
        """Raise InputError where it is the report of somebody else: what was typed there is none of this client's business."""
        if self.client is not None and bare(self.client) != bare(plain.cell(client)):
            raise InputError(
                f'it is a report of "{self.client}", and this audit is of "{client}"',
                where=str(self.path),
                fix="give this client's own report, or name the client alike with --client",
            )

    def applied_to(self, engagement: Engagement, rules: Collection[str]) -> Engagement:
        """Return the engagement with what was decided in the plan: confirmed facts, and accepted risks of these rules."""
        waivers = [waiver for row in self.rows for waiver in row.waivers if waiver.rule in rules]
        return engagement.deciding(self.confirmed, list(dict.fromkeys(waivers)))

    @property
    def faults(self) -> Iterator[str]:
        """Give what was typed and does not count as it stands: where, and what to write."""
        for row in self.rows:
            where = f"{self.file}, sheet {row.sheet}, row {row.row}"
            if row.is_accepted and not row.waivers:
                yield f"{where}: the risk is accepted, which counts only with an owner, a reason in Notes and an end in Due"
            for header in DATES:
                if _is_uncertain_day(value := row.cells.get(header)):
                    yield f'{where}: {header} "{value}" may begin with the day or the month: write it like 2018-09-14'
            status = row.cells.get("Status")
            if row.is_touched and status is not None and status not in STATUSES:
                yield f'{where}: the status "{plain.shorten(str(status))}" is counted nowhere: write one of {", ".join(STATUSES)}'
        for answer in self.answers:
            if answer.fault:
                yield f'{answer.where}: the confirmed fact "{plain.shorten(answer.text)}" was not used: {answer.fault}'

    @property
    def is_touched(self) -> bool:
        """Tell whether a person typed anything into it."""
        return bool(self.elsewhere) or any(row.is_touched for row in self.rows)


def read_previous(path: Path) -> Previous:
    """Return what was typed into that workbook. Raises InputError for what is no report of this program."""
    found = _Found()
    with reopen(path) as book:
        client = book.client
        # A row counts as it stands in the plan, and then as an earlier audit kept it.
        for title in sorted(book.titles, key=lambda title: (title == UNPLACED, title != PLAN)):
            _read_sheet(book, title, found)
        if not book.is_whole:
            found.notes.append(f"{path.name} is too large for its comments, merged cells and formulas to be read")
    if not found.is_plan:
        raise InputError(f'has no sheet with the columns of the "{PLAN}"', where=str(path), fix=FIX)
    if len(found.elsewhere) > _MOST_ELSEWHERE:
        found.notes.append(
            f"{len(found.elsewhere) - _MOST_ELSEWHERE} more cells outside the plan were left where they stand"
        )
    return Previous(
        path=path,
        client=client,
        rows=tuple(found.rows),
        added_columns=tuple(dict.fromkeys(found.headers)),
        answers=tuple(
            answer
            for row in found.rows
            for answer in answers_in(
                row.cells,
                integration=row.integration,
                source=path.name,
                where=f"{path.name}, sheet {row.sheet}, row {row.row}",
            )
        ),
        elsewhere=tuple(found.elsewhere[:_MOST_ELSEWHERE]),
        notes=tuple(found.notes),
    )


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    is_plan: bool = False
    rows: list[TypedRow] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _read_sheet(book: Reopened, title: str, found: _Found) -> None:
    head = book.head(title, _HEADER_WITHIN)
    at = next((number for number, cells in enumerate(head, 1) if _is_plan(cells)), None)
    if at is not None:
        found.is_plan = True
        _read_plan(_whole_page(book, title, found), at, found)
    elif title == ELSEWHERE:
        found.elsewhere += [
            Elsewhere(sheet=str(row[0]), cell=str(row[1]), text=value_of(row[2]))
            for row in _whole_page(book, title, found).rows[1:]
            if len(row) > 2 and value_of(row[2]) is not None
        ]
    elif title in OURS or (head and tuple(head[0][:2]) == _PHASE_HEAD):
        found.elsewhere += _commented(title, book.comments(title))
    else:
        page = _whole_page(book, title, found)
        found.elsewhere += [*_cells(title, page.rows), *_commented(title, page.comments)]


def _whole_page(book: Reopened, title: str, found: _Found) -> Page:
    page = book.page(title)
    if page.is_cut:
        found.notes.append(
            f"the sheet {title} goes on for further than it was read: see the last rows and columns of it"
        )
    return page


def _is_plan(cells: Sequence[Any]) -> bool:
    known = {_COLUMNS.get(_header(cell).casefold()) for cell in cells} - {None}
    return len(known) >= _ENOUGH and not known.isdisjoint(("ID", "Task"))


def _header(cell: Any) -> str:
    return plain.one_line(str(cell)) if cell is not None else ""


def _read_plan(page: Page, header_row: int, found: _Found) -> None:
    wide = max(len(cells) for cells in page.rows)
    headers = _headers([*page.rows[header_row - 1], *[None] * wide][:wide])
    rows = [
        _row(page, number, headers)
        for number, cells in enumerate(page.rows[header_row:], header_row + 1)
        if any(cell is not None for cell in cells)
    ]
    used = {header for row in rows for header in (row.cells if row.is_own else row.typed)}
    named = [header for header, cell in zip(headers, page.rows[header_row - 1], strict=False) if cell is not None]
    shown = dict.fromkeys([*(header for header in headers if header in named or header in used), *sorted(used)])
    found.rows += rows
    found.headers += [header for header in shown if header not in (*WRITTEN, *TYPED, *HIDDEN)]
    found.elsewhere += _cells(page.title, page.rows[: header_row - 1])
    places = {row.row for row in rows}
    found.elsewhere += _commented(
        page.title, {place: text for place, text in page.comments.items() if place[0] not in places}
    )


def _headers(cells: Iterable[Any]) -> list[str]:
    """Return a header for each column that no other has: two of a client's may have one name, or none."""
    headers: list[str] = []
    for at, cell in enumerate(cells, 1):
        written = _header(cell) or f"Column {column_name(at)}"
        name = header = _COLUMNS.get(written.casefold(), written)
        number = 1
        while header.casefold() in (one.casefold() for one in headers):
            number += 1
            header = f"{name} {number}"
        headers.append(header)
    return headers


def _row(page: Page, number: int, headers: Sequence[str]) -> TypedRow:
    cells: dict[str, Value] = {}
    for header, cell in zip(headers, _with_merged(page, number, headers), strict=True):
        value = _read_as(header, value_of(cell))
        if value is not None:
            cells[header] = value
    said = [
        f"{headers[column - 1]}: {text}"
        for (row, column), text in sorted(page.comments.items())
        if row == number and column <= len(headers)
    ]
    for text in said:
        cells[COMMENTS] = both(cells.get(COMMENTS), text)
    id_ = cells.get("ID")
    return TypedRow(id=str(id_) if id_ is not None else None, sheet=page.title, row=number, cells=cells)


def _with_merged(page: Page, number: int, headers: Sequence[str]) -> Iterator[Any]:
    """Give the cells of a row; a name typed over three merged rows is meant for each of them, but an ID is of one."""
    row = page.rows[number - 1]
    for column, header in enumerate(headers, 1):
        cell = row[column - 1] if column <= len(row) else None
        yield page.merged.get((number, column)) if cell is None and header != "ID" else cell


def _read_as(header: str, value: Value) -> Value:
    """Return what a person meant: a day however it is written, a status in any case; anything else as it stands."""
    if header in DATES:
        if isinstance(value, str):
            return only_day(value) or value
        if isinstance(value, int | float) and _SERIALS[0] <= value <= _SERIALS[1]:
            return day_of(value)
    if header == "Status" and isinstance(value, str):
        return next((status for status in STATUSES if status == plain.one_line(value).casefold()), value)
    return value


def _is_uncertain_day(value: Value) -> bool:
    """Tell whether that is a day that may begin with the day or with the month."""
    return isinstance(value, str) and needs_order(value)


def _cells(title: str, rows: Sequence[Sequence[Any]]) -> Iterator[Elsewhere]:
    for row, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells, 1):
            if (value := value_of(cell)) is not None:
                yield Elsewhere(sheet=title, cell=place_of(row, column), text=value)


def _commented(title: str, comments: Mapping[Place, str]) -> Iterator[Elsewhere]:
    for (row, column), text in sorted(comments.items()):
        yield Elsewhere(sheet=title, cell=place_of(row, column), text=f"comment: {text}")
