"""portfolio.html: one self-contained page over all clients, from which each client's own report opens."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from auditor.portfolio.calendar import make_calendar
from auditor.portfolio.view import PortfolioView, decision_kind, due_by_day, ends, month_name, people, phase_dates
from auditor.reporter import picture
from auditor.reporter.fill import fill
from auditor.reporter.html import policy
from auditor.reporter.templates import Templates


def write(view: PortfolioView, path: Path) -> None:
    """Write the page."""
    path.write_bytes(page(view).encode())


def page(view: PortfolioView) -> str:
    """Return the page as text."""
    templates = Templates()
    css, js = templates.text("report.css") + templates.text("portfolio.css"), templates.text("portfolio.js")
    most = max((month.hours[1] for month in view.portfolio.months.months), default=0)
    return fill(
        templates,
        "portfolio.html.j2",
        view=view,
        portfolio=view.portfolio,
        bars={item.phase.id: picture.stack(item.clients) for item in view.portfolio.phases},
        calendar=make_calendar(view.portfolio),
        percent=lambda hours: round(100 * hours / most, 2) if most else 0,
        month_name=month_name,
        people=people,
        due_by_day=due_by_day,
        ends=ends,
        decision_kind=decision_kind,
        phase_dates=phase_dates,
        link=lambda folder: f"./{quote(folder, errors='surrogateescape')}/{view.client_report}",
        css=Markup(css),  # noqa: S704 - our own files
        js=Markup(js),  # noqa: S704
        policy=policy(css, js),
    )
