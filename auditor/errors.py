"""What can go wrong, and the exit status each error becomes.

AuditorError          the base: nothing raises it itself
├── InputError        an export, option or engagement file is wrong   exit status 2
├── PackError         a rule pack is wrong                            exit status 2
└── AccountError      a live account refused or could not be reached  exit status 3

Every message says what is wrong, `where` names the file, sheet, row or line, and `fix` says what to do next.
"""

from __future__ import annotations


class AuditorError(Exception):
    """A problem that the person at the keyboard can mend."""

    exit_status = 2

    def __init__(self, message: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        """Return the one paragraph that is shown: where, what, and on a line of its own what to do."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.fix}" if self.fix else text

    def __reduce__(self) -> tuple[object, ...]:
        """Keep all three parts when an error crosses a process border."""
        return _rebuild, (type(self), self.message, self.where, self.fix)


def _rebuild(kind: type[AuditorError], message: str, where: str, fix: str) -> AuditorError:
    return kind(message, where=where, fix=fix)


class InputError(AuditorError):
    """An export, an option or the engagement file can't be used as it is."""


class PackError(AuditorError):
    """A rule pack can't be used as it is."""


class AccountError(AuditorError):
    """A live account refused, or could not be reached."""

    exit_status = 3


def nearest(word: str, known: list[str]) -> str:
    """Return 'did you mean "x"?' for the nearest known word, otherwise the list of known words."""
    close = close_to(word, known)
    return f'did you mean "{close}"?' if close else "use one of: " + ", ".join(known)


def close_to(word: str, known: list[str]) -> str | None:
    """Return the nearest known word, if any is near."""
    from difflib import get_close_matches  # only on the way to an error

    close = get_close_matches(word.casefold(), [name.casefold() for name in known], n=1, cutoff=0.6)
    return next((name for name in known if name.casefold() == close[0]), None) if close else None
