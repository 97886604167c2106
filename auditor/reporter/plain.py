"""What may be shown of a text that came from a client's account: names are hostile input."""

from __future__ import annotations

import re

_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"]
# Invisible overrides make the text around a name read backwards; letters of right-to-left scripts need none.
_DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
# Neither XML nor UTF-8 can hold them; a file name that could not be decoded brings them in.
_SURROGATES = [*range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
_DROPPED = dict.fromkeys([*_CONTROLS, *_DIRECTIONS, *_SURROGATES])

# The last four are the full-width twins, which East Asian versions of Excel take for the same.
_STARTS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"[\t\r\n]|\s*[{_STARTS}]")
_SPECIAL = re.compile(rf"[\t\r\n]|\s*[#{_STARTS}]")
# Inside a word an underscore means nothing; at the start of a line a number, a dash or a hash does.
_MARKUP = re.compile(r"[\\`*\[\]<&|~]|(?<!\w)_|_(?!\w)|^[-+#=>]")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_LONGEST_CELL = 32_767  # Excel's limit


def clean(text: str) -> str:
    """Return the text without characters that cannot be shown or that hide what is shown."""
    return text if text.isprintable() else text.translate(_DROPPED)


def shorten(text: str, longest: int = 80) -> str:
    """Return the text on one line, cut with an ellipsis where it is longer than a list can bear."""
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def one_line(text: str) -> str:
    """Return the text on one line, whole."""
    return " ".join(clean(text).split())


def markdown(text: str) -> str:
    """Return the text on one line, with whatever Markdown or HTML would take for markup escaped."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(text)))


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take the text for a formula."""
    return _FORMULA.match(text) is not None


def is_special(text: str) -> bool:
    """Tell whether a spreadsheet could take the text for anything but a text: a formula, or an error such as #N/A."""
    return _SPECIAL.match(text) is not None


def cell(text: str) -> str:
    """Return the text as a workbook cell can hold it."""
    shown = clean(text)
    return shown if len(shown) <= _LONGEST_CELL else shown[: _LONGEST_CELL - 1] + "…"


def csv_cell(text: str) -> str:
    """Return the text as a CSV cell that no spreadsheet runs: one that looks like a formula gets an apostrophe."""
    shown = cell(text)
    return f"'{shown}" if is_formula(shown) else shown
