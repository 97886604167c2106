"""How dates, numbers, phases and proof are put into words, the same in every report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_interval
from babel.numbers import format_decimal

from auditor.assessment import Phase, Rule
from auditor.decision import Decision
from auditor.model import Connection, Evidence
from auditor.vocabulary import Verdict

UNKNOWN = "not known"

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en-GB")

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
    Verdict.EXEMPT: "would break, but NetSuite's exemption covers this phase, or the client accepts it by a waiver",
    Verdict.READY: "goes on working as it is",
    Verdict.INACTIVE: "cannot sign in today: nothing to migrate",
}


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Write dates and numbers as that language does, e.g. en-US, for as long as the block lasts."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def language() -> str:
    """Return whose way to write dates and numbers is in force, e.g. "en-GB"."""
    return _LANGUAGE.get()


def day(when: date) -> str:
    """Return the date as e.g. "14 September 2018"."""
    return _date(when, _LANGUAGE.get())


def span(first: date, last: date) -> str:
    """Return the days from one to the other, as briefly as the language has it: no month or year is said twice."""
    written = str(format_interval(first, last, "yMMMMd", locale=_LANGUAGE.get().replace("-", "_")))
    return written.replace("\u2009", " ")  # not every font has a thin space


def number(value: float) -> str:
    """Return the number as e.g. "1,204" or "2.5"."""
    return _decimal(value, _LANGUAGE.get())


def shown(value: str | float | date) -> str:
    """Return the value of a cell as a reader expects it."""
    if isinstance(value, date):
        return day(value)
    return value if isinstance(value, str) else number(value)


@lru_cache(maxsize=4096)
def _date(when: date, language: str) -> str:
    return str(format_date(when, "long", locale=language.replace("-", "_")))


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    return str(format_decimal(value, locale=language.replace("-", "_")))


def begin(sentence: str) -> str:
    """Return the sentence with a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def plural(count: int, noun: str) -> str:
    """Return e.g. "1 integration", "1,204 integrations"."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def hours(effort: tuple[float, float]) -> str:
    """Return e.g. "2 to 6 hours", and "no work" for none."""
    low, high = effort
    if not high:
        return "no work"
    if low == high:
        return f"{number(low)} {'hour' if low == 1 else 'hours'}"
    return f"{number(low)} to {number(high)} hours"


def hours_to_do(effort: tuple[float, float]) -> str:
    """Return e.g. "2 to 6 hours", and "" where nothing is known to do."""
    return hours(effort) if effort[1] else ""


def listing(names: Sequence[str], most: int = 4) -> str:
    """Return e.g. "A, B and C", and "A, B, C, D and 7 more" when there are many."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{number(len(names) - most)} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1] if shown else "none"


def phase_date(phase: Phase) -> str:
    """Return when the phase reaches the account; the program invents no date."""
    if phase.effective:
        return day(phase.effective)
    window = f"window {span(*phase.window)}"
    if phase.tentative:
        return f"{window}, tentative: NetSuite may still move it"
    return f"{window}, own date not given"


def due(phase: Phase) -> str:
    """Return from when the phase may reach the account, e.g. "14 September 2018", "from 1 January 2019"."""
    return day(phase.effective) if phase.effective else f"from {day(phase.window[0])}"


def deadline(phase: Phase) -> str:
    """Return by when something has to be done for the phase, in words for somebody outside the account."""
    if phase.effective:
        return day(phase.effective)
    return f"which reaches the account between {day(phase.window[0])} and {day(phase.window[1])}"


def decided(decisions: Sequence[Decision]) -> str:
    """Return why something is exempt, who answers for it, and until when."""
    return "; ".join(one.said(day(one.until)) for one in decisions)


def steps(rule: Rule) -> tuple[str, ...]:
    """Return what has to be done, step by step; of a step that somebody else takes than the most of them, who."""
    return tuple(step if who == rule.who else f"{step} ({begin(who)}.)" for step, who in rule.steps)


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
        return f"{where} ({plural(evidence.count, 'row')})" if evidence.count > 1 else where
    if len(evidence.rows) == 1:
        return f"{where}, row {number(evidence.rows[0])}"
    return f"{where}, rows {number(evidence.rows[0])} to {number(evidence.rows[-1])} ({plural(evidence.count, 'row')})"


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
