"""What a file is, told by how it begins."""

from __future__ import annotations

from auditor.loader.text import utf16_by_its_start


def not_text(head: bytes) -> str | None:
    """Return what a file is that holds no text, by how it begins; None where it may."""
    kinds = {
        b"%PDF": "a PDF",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"GIF8": "a picture",
        b"{\\rtf": "an RTF document",
        b"\x1f\x8b": "an archive within an archive",
        b"PK\x03\x04": "an archive within an archive",
    }
    for start, kind in kinds.items():
        if head.startswith(start):
            return kind
    if head.count(0) > len(head) // 20 and utf16_by_its_start(head) is None:
        return "a binary file"
    return None


def markup(head: bytes) -> str | None:
    """Return which markup a text begins with: "spreadsheet", "html" or other "xml"; None for none."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2048].lower()
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "spreadsheet"
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")) or b"<table" in start:
        return "html"
    return "xml" if start.startswith(b"<") else None
