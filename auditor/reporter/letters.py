"""letters/: one letter, as Markdown and as text, to each vendor or owner who has to change or to answer something."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from auditor.reporter.fill import fill
from auditor.reporter.view import View

_LONGEST_NAME = 60


def write(view: View, path: Path) -> None:
    """Write the letters to that folder."""
    path.mkdir()
    taken: Counter[str] = Counter()
    for letter in view.letters:
        name = _file_name(letter.recipient, taken)
        for suffix in (".md", ".txt"):
            text = fill(
                view.templates,
                f"letter{suffix}.j2",
                letter=letter,
                view=view,
                assessment=view.assessment,
                branding=view.branding,
            )
            (path / f"{name}{suffix}").write_bytes(text.encode())


def _file_name(recipient: str, taken: Counter[str]) -> str:
    """Return a name that any file system takes, made of the recipient's letters, and given to no other letter."""
    name = re.sub(r"[^\w]+", "-", recipient.casefold()).strip("-_")[:_LONGEST_NAME] or "letter"
    taken[name] += 1
    # Two hyphens never come out of a name; a bare "con" or "nul" can't be a file on Windows.
    return f"letter-{name}" if taken[name] == 1 else f"letter-{name}--{taken[name]}"
