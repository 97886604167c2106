"""How dates, numbers, phases and proof are put into words, the same in every report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from auditor.model import Connection, Evidence, Phase, Verdict

UNKNOWN = "not known"

# Own names, as strftime's follow the computer's language and would make two computers' reports differ.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SYMBOLS = {
    Verdict.BREAKS: "✕",
    Verdict.UNDETERMINED: "?",
    Verdict.AT_RISK: "!",
    Verdict.EXEMPT: "◇",
    Verdict.READY: "✓",
    Verdict.INACTIVE: "○",
}

MEANINGS = {
    Verdict.BREAKS: "stops working at this phase unless it is changed",
    Verdict.UNDETERMINED: "the exports cannot prove it either way yet",
    Verdict.AT_RISK: "works, but something about it may make it fail",
    Verdict.EXEMPT: "would break, but an exemption covers this phase",
    Verdict.READY: "goes on working as it is",
    Verdict.INACTIVE: "cannot sign in today: nothing to migrate",
}


def day(when: date) -> str:
    """Return the date as e.g. "14 September 2018"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def begin(sentence: str) -> str:
    """Return the sentence with a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def plural(count: int, noun: str) -> str:
    """Return e.g. "1 integration", "1,204 integrations"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def hours(effort: tuple[float, float]) -> str:
    """Return e.g. "2 to 6 hours", and "no work" for none."""
    low, high = effort
    if not high:
        return "no work"
    return f"{low:,g} {'hour' if low == 1 else 'hours'}" if low == high else f"{low:,g} to {high:,g} hours"


def listing(names: Sequence[str], most: int = 4) -> str:
    """Return e.g. "A, B and C", and "A, B, C, D and 7 more" when there are many."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most:,} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else "none"


def phase_date(phase: Phase) -> str:
    """Return when the phase reaches the account; the program invents no date."""
    if phase.effective:
        return day(phase.effective)
    window = f"window {day(phase.window[0])} to {day(phase.window[1])}"
    if phase.tentative:
        return f"{window}, tentative: NetSuite may still move it"
    return f"{window}; your account's own date is not given"


def countdown(phase: Phase, as_of: date) -> str:
    """Return how far away the phase is, counted from the assessment's date."""
    if phase.effective:
        return _distance((phase.effective - as_of).days, ahead="in {}", today="today", past="{} ago")
    opens, closes = phase.window
    if as_of < opens:
        return _distance((opens - as_of).days, ahead="window opens in {}", today="", past="")
    return _distance(
        (closes - as_of).days,
        ahead="window is open, closes in {}",
        today="window closes today",
        past="window closed {} ago",
    )


def _distance(days: int, *, ahead: str, today: str, past: str) -> str:
    return today if days == 0 else (ahead if days > 0 else past).format(plural(abs(days), "day"))


def place(evidence: Evidence) -> str:
    """Return where to look, e.g. 'logins.csv, rows 12 to 940 (311 rows)'."""
    where = f"{evidence.file}, sheet {evidence.sheet}" if evidence.sheet else evidence.file
    if not evidence.rows:
        return where
    if len(evidence.rows) == 1:
        return f"{where}, row {evidence.rows[0]:,}"
    return f"{where}, rows {evidence.rows[0]:,} to {evidence.rows[-1]:,} ({plural(evidence.count, 'row')})"


def sign_in(connection: Connection) -> str:
    """Return the connection in one line: channel, authentication, role, user."""
    parts = (
        connection.channel or f"channel {UNKNOWN}",
        connection.authentication or f"authentication {UNKNOWN}",
        connection.role or f"role {UNKNOWN}",
        connection.user or f"user {UNKNOWN}",
    )
    return " · ".join(parts)


def yes_no(value: bool | None) -> str:
    """Return "yes", "no" or "not known"."""
    return UNKNOWN if value is None else "yes" if value else "no"
