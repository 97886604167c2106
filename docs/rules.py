"""Print docs/rules.md: python docs/rules.py > docs/rules.md."""

from auditor.engine.pack import RulePack, read_pack
from auditor.engine.pack_place import pack_files

HEAD = """<!-- generated, do not edit: python docs/rules.py > docs/rules.md -->

# Rules

Every rule of the packs that come with the program: what it says from its phase on, who says so, and where that can be read. `auditor rules show RULE` has the whole of it.
"""


def page() -> str:
    """Return the page."""
    return HEAD + "".join(_pack(read_pack(name)) for name in pack_files())


def _pack(pack: RulePack) -> str:
    lines = [f"\n## {pack.id}: {pack.title}\n", "| phase | window | |", "|---|---|---|"]
    for phase in pack.phases:
        tentative = " (tentative)" if phase.tentative else ""
        lines.append(f"| {phase.id} | {phase.window[0]} to {phase.window[1]}{tentative} | {_cell(phase.title)} |")
    lines += ["", "| rule | phase | says | | authority | source |", "|---|---|---|---|---|---|"]
    for item in pack.rules:
        rule = item.rule
        title = f"{rule.title}. *{rule.note}*" if rule.note else rule.title
        cells = (rule.id, rule.phase, rule.verdict, title, rule.authority, "; ".join(rule.sources))
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    for table in pack.file.table:
        lines += ["", f"Table `{table.name}`: {table.meaning}, by `{table.reads}`.", ""]
        lines += [f"| | {' | '.join(table.releases)} |", "|---" * (len(table.releases) + 1) + "|"]
        for row, marks in table.rows.items():
            lines.append(f"| {row} | {' | '.join(table.legend[mark] for mark in marks.split())} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
