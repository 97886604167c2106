"""What the documents say is what the program does."""

import re
import runpy
from pathlib import Path

import pytest

from auditor.cli import cli

ROOT = Path(__file__).parents[1]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group=cli, prefix=("auditor",)):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*prefix, name))
        else:
            yield (*prefix, name), command


@pytest.mark.parametrize(("path", "command"), [pytest.param(p, c, id=" ".join(p)) for p, c in commands()])
def test_every_command_has_help_and_a_place_in_the_documents(path, command):
    assert command.help
    for word in path:
        assert word in COMMANDS
    options = [option for one in command.params for option in one.opts if option.startswith("--")]
    assert [option for option in options if option not in COMMANDS] == []
    assert [one.name for one in command.params if one.opts[0].startswith("--") and not one.help] == []


def test_the_table_of_facts_is_fresh():
    """When this fails: python docs/facts.py > docs/facts.md."""
    generated = runpy.run_path(str(ROOT / "docs" / "facts.py"))["table"]()

    assert (ROOT / "docs" / "facts.md").read_text(encoding="utf-8") == generated


def test_the_table_of_rules_with_authority_and_source_is_fresh():
    """When this fails: python docs/rules.py > docs/rules.md."""
    generated = runpy.run_path(str(ROOT / "docs" / "rules.py"))["page"]()

    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == generated


def pages():
    """Give the documents; what tools keep in hidden folders, an environment or a cache, is none of them."""
    for path in ROOT.glob("**/*.md"):
        page = path.relative_to(ROOT)
        if not any(part.startswith(".") for part in page.parts):
            yield page.as_posix()


@pytest.mark.parametrize("page", sorted(pages()))
def test_every_link_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)

    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
