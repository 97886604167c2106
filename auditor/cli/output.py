"""What the commands print: names come from the client's account, and a terminal obeys some characters."""

import click

from auditor.errors import AuditorError

STOPPED = 130
"""What a shell reports of a program that Ctrl-C ended; click's own 1 would say that --fail-on found something."""


def place(file: str, sheet: str | None) -> str:
    """Return the name of a file, and of its sheet."""
    return plain(f"{file}, sheet {sheet}" if sheet else file)


def plain(text: str) -> str:
    """Return the text without characters that a terminal would obey: names come from the client's account."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def complain(error: AuditorError) -> None:
    """Print what is wrong to standard error, as the paragraph that it is."""
    shown = "\n".join(plain(line) for line in str(error).splitlines())
    click.echo(f"auditor: {shown}", err=True)


def say(message: str) -> None:
    """Print a message to standard error; standard output is for results."""
    click.echo(plain(message), err=True)
