"""Print docs/facts.md: python docs/facts.py > docs/facts.md."""

from auditor.model import facts

HEAD = """<!-- generated, do not edit: python docs/facts.py > docs/facts.md -->

# Facts

What a rule's `when` may read of a connection. A fact that is not known is NULL, and whatever hangs on it is undetermined.
`auditor rules show FACT` says where to export what fills it, and which rules read it. A pack may add tables that look a
fact up, e.g. what NetSuite does with a SOAP endpoint at a release.

| fact | type | meaning | settled by |
|---|---|---|---|
"""


def table() -> str:
    """Return the page."""
    rows = []
    for fact in facts().values():
        kind = " / ".join(f"`{value}`" for value in fact.values) or fact.type
        rows.append(f"| `{fact.name}` | {kind} | {fact.meaning} | {', '.join(fact.settled_by)} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    import sys

    sys.stdout.write(table())
