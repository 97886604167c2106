"""What a document explains: its words, its verdicts, and what NetSuite notes of sign-ins that fail."""

from __future__ import annotations

from auditor.reporter import words
from auditor.reporter.chapters.links import Content
from auditor.reporter.details import LoginDetail
from auditor.reporter.glossary import GLOSSARY


def glossary_content() -> list[Content]:
    """Return the words with their meanings."""
    return [{"word": word, "meaning": meaning} for word, meaning in GLOSSARY]


def verdict_content() -> list[Content]:
    """Return the verdicts with their meanings."""
    return [
        {"verdict": verdict, "meaning": meaning, "sentence": f"{words.begin(meaning)}."}
        for verdict, meaning in words.MEANINGS.items()
    ]


def detail_content(detail: LoginDetail) -> Content:
    """Return what the Detail of a failed sign-in means."""
    return {
        "codes": ", ".join(detail.codes),
        "method": detail.method,
        "cause": detail.cause,
        "cure": detail.cure,
        "source": detail.source,
    }
