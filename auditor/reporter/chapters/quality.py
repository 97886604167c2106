"""What a document says of the exports: how much of them was used, what was assumed, and where lists disagree."""

from __future__ import annotations

from auditor.inventory import Input
from auditor.reporter import words
from auditor.reporter.chapters.gaps import guide_content
from auditor.reporter.chapters.links import Content
from auditor.reporter.view import View

_MOST_UNUSED = 100  # rows of one file


def quality_content(view: View) -> Content:
    """Return every file with its rows: used, set aside or rejected."""
    counts, assessment = view.row_counts, view.assessment
    return {
        "rows": words.plural(counts.rows, "row"),
        "files": words.plural(counts.files, "file"),
        "used": words.number(counts.used),
        "set_aside": words.number(counts.set_aside),
        "rejected": words.number(counts.rejected),
        "not_exported": list(assessment.missing_lists),
        "guides": [guide_content(guide) for guide in view.missing],
        "assumptions": list(assessment.notes),
        "conflicts": [
            {
                "subject": conflict.subject,
                "fact": conflict.fact.replace("_", " "),
                "claims": [
                    {
                        "value": claim.value,
                        "place": f"{_table(claim.file, claim.sheet)}, row {words.number(claim.row)}",
                    }
                    for claim in conflict.claims
                ],
            }
            for conflict in assessment.conflicts
        ],
        "inputs": [_input(table) for table in assessment.inputs],
    }


def _input(table: Input) -> Content:
    rejected, aside = table.rejected[:_MOST_UNUSED], table.set_aside[:_MOST_UNUSED]
    unused = [f"Row {words.number(row.row)}, rejected: {row.reason}" for row in rejected]
    for row in aside:
        more = f" ({words.number(row.count)} rows from there on)" if row.count > 1 else ""
        unused.append(f"Row {words.number(row.row)}, set aside: {row.reason}{more}")
    if len(rejected) < len(table.rejected) or len(aside) < len(table.set_aside):
        unused.append("All of them stand in assessment.json.")
    return {
        "table": _table(table.file, table.sheet),
        "list": table.list or "not a list we know",
        "rows": words.number(table.rows),
        "used": words.number(table.used),
        "set_aside": words.number(table.set_aside_count),
        "rejected": words.number(table.rejected_count),
        "read": ", ".join(table.columns.values()),
        "unused": ", ".join(table.unused_columns),
        "notes": list(table.notes),
        "unused_rows": unused,
    }


def _table(file: str, sheet: str | None) -> str:
    return f"{file}, sheet {sheet}" if sheet else file
