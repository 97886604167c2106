"""On which line of a TOML file each key stands: tomllib keeps none, and a message that names the line is found at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

Place = tuple[str | int, ...]
"""The keys, and the numbers within arrays of tables, that lead to a value."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]#]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?=[=.])[^=]*=""")
_STRINGS = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*+"|\'[^\']*+\'|#|[\[\]{}]')


def lines_in(source: str) -> Mapping[Place, int]:
    """Return the line of every table and of every key that starts a line, 1-based."""
    return dict(_places(source))


def line_of(lines: Mapping[Place, int], place: Sequence[str | int]) -> int:
    """Return the line of that key, or of the nearest table around it."""
    parts = tuple(place)
    while parts and parts not in lines:
        parts = parts[:-1]
    return lines.get(parts, 1)


def _places(source: str) -> Iterator[tuple[Place, int]]:
    """Give each table and each key at the start of a line with its line; tomllib keeps none."""
    yield (), 1
    table: Place = ()
    counted: dict[Place, int] = {}
    quote, depth = "", 0
    for number, line in enumerate(source.splitlines(), start=1):
        inside = bool(quote or depth)
        quote, depth = _open_after(line, quote, depth)
        if inside:
            continue
        if header := _HEADER.match(line):
            quote, depth = "", 0
            table = _table(header[2], header[1] == "[[", counted)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(line[: key.end() - 1])), number


def _table(written: str, array: bool, counted: dict[Place, int]) -> Place:
    """Return the place of a header: each array of tables on the way is at its latest element."""
    place: Place = ()
    parts = _parts(written)
    for position, part in enumerate(parts):
        place = (*place, part)
        if array and position == len(parts) - 1:
            counted[place] = counted.get(place, -1) + 1
        if place in counted:
            place = (*place, counted[place])
    return place


def _parts(written: str) -> tuple[str, ...]:
    found = re.findall(r"""\s*("[^"]*"|'[^']*'|[^.\s]+)\s*\.?""", written)
    return tuple(part.strip("\"'") for part in found)


def _open_after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Return the quotes of a text, and the brackets, that are still open at the end of the line."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return quote, depth
            at, quote = end + 3, ""
            continue
        found = _STRINGS.search(line, at)
        if not found or found[0] == "#":
            break
        at = found.end()
        if found[0] in ('"""', "'''"):
            quote = found[0]
        elif found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
    return quote, depth
