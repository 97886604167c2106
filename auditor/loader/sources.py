"""Which files an audit looks at: those that were named, and those in the folders that were named, at any depth."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from auditor.errors import InputError, close_to

_REPORT = {"report.html", "report.xlsx", "assessment.json", "integrations.csv"}
_ENGAGEMENT = "engagement.toml"
_PLAN = frozenset({"Summary", "Remediation plan", "Integrations", "Connections"})
_PORTFOLIO = frozenset({"Summary", "Clients", "Work by month", "Shared causes"})
# integrations.csv; assessment.json and portfolio.json; letters; and the head of a page, whose policy templates keep.
_JSON = b'{"schema":"auditor.'
_LETTERS = (b"Subject: NetSuite sign-in changes: ", b"# NetSuite sign-in changes: ")
_PAGES = (b"<title>NetSuite integration readiness", b"base-uri &#39;none&#39;; form-action &#39;none&#39;")
_PAGE_WITHIN = 1 << 12
_INVENTORY = b"name,application_id,state,owner,vendor,contact,users,roles,channels,authentication,verdict_"


def export_files(sources: Sequence[Path]) -> list[tuple[str, Path]]:
    """Return the files that an audit of these sources looks at, each with the name shown to people."""
    return [
        (shown, path) for shown, path, named in files_of(sources) if named or not (path.is_dir() or is_own_report(path))
    ]


def is_own_text(head: bytes) -> bool:
    """Tell whether a text begins like one of a report, wherever it lies and whatever it is called.

    integrations.csv is known as Excel saves it again, too.
    """
    start = head.removeprefix(b"\xef\xbb\xbf")[:_PAGE_WITHIN]
    inventory = start.replace(b'"', b"").replace(b";", b",")
    return (
        inventory.startswith(_INVENTORY)
        or b"".join(start.split()).startswith(_JSON)
        or start.startswith(_LETTERS)
        or (start.lstrip().startswith(b"<") and any(said in start for said in _PAGES))
    )


def own_workbook(sheets: Sequence[str]) -> str | None:
    """Return what to do with a workbook of this program instead of auditing it; None where it is none, by its sheets."""
    if _PLAN.issubset(sheets):
        return "carry over what was typed into it with --previous"
    return "leave it out" if _PORTFOLIO.issubset(sheets) else None


def is_own_report(path: Path) -> bool:
    """Tell whether the file lies in a report: written below the exports, it would be audited the next time."""
    return path.name in _REPORT and (path.parent / "assessment.json").is_file()


def files_of(sources: Sequence[Path]) -> list[tuple[str, Path, bool]]:
    """Return every file named or found in a folder named, each once: its name for people, its path, and whether it was named.

    Raises InputError for what is not there or can't be looked into.
    """
    found: dict[Path, tuple[str, Path, bool]] = {}
    for source in sources:
        if source.is_dir():
            members = [(path.relative_to(source).as_posix(), path, False) for path in sorted(_below(source))]
        elif source.exists():
            members = [(source.name, source, True)]
        else:
            raise InputError("there is no such file or folder", where=str(source), fix=_meant(source))
        for shown, path, named in members:
            hidden = any(part.startswith((".", "~$")) for part in Path(shown).parts)
            # A link may lead to the folder that it lies in, or nowhere.
            leads_nowhere = path.is_symlink() and not path.exists()
            if (
                (path.is_file() or leads_nowhere or (path.is_symlink() and path.is_dir()))
                and not hidden
                and path.name != _ENGAGEMENT
            ):
                found.setdefault(path.resolve() if path.exists() else path, (shown, path, named))
    shared = Counter(shown for shown, _, _ in found.values())
    return [
        (shown if shared[shown] == 1 else f"{path.parent.name}/{shown}", path, named)
        for shown, path, named in found.values()
    ]


def _meant(source: Path) -> str:
    """Return what to do about a path that leads nowhere: most likely its last part is misspelt."""
    beside: list[str] = []
    with suppress(OSError):
        beside = [path.name for path in source.parent.iterdir()]
    near = close_to(source.name, beside)
    return f'did you mean "{source.parent / near}"?' if near else "check the path"


def _below(folder: Path) -> Iterator[Path]:
    """Give the files in a folder at any depth, and the links to folders."""
    for place, folders, files in os.walk(folder, onerror=_refused):
        yield from (Path(place, name) for name in files)
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())


def _refused(error: OSError) -> NoReturn:
    # What can't be seen may be the export that decides: it is not passed over.
    raise InputError(f"can't be read ({error.strerror})", where=str(error.filename), fix="check its permissions")
