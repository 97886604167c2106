"""What a document says of what is not known, and of the lists that settle it."""

from __future__ import annotations

from auditor.inventory import Guide
from auditor.reporter import words
from auditor.reporter.chapters.links import Content
from auditor.reporter.gaps import GapView


def gap_content(gap: GapView) -> Content:
    """Return what is not known and what settles it."""
    menus = "; ".join(guide.menu for guide in gap.guides)
    where = f" ({menus})" if menus else ""
    return {
        "question": gap.question,
        "sentence": words.begin(gap.question),
        "concerns": gap.concerns,
        "settled": f"Settled by the {gap.settled_by}{where}.",
        "settled_by": gap.settled_by,
    }


def guide_content(guide: Guide) -> Content:
    """Return where an administrator exports the list."""
    return {"list": words.begin(guide.list), "menu": guide.menu, "how": guide.how}
