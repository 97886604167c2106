"""report.html: one self-contained page that needs no network and works without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from auditor import resources
from auditor.model import RuleVerdict, State, Verdict
from auditor.reporter import on_demand, picture, plain, words
from auditor.reporter.activity import PRESENCE_MEANINGS, UNDOCUMENTED
from auditor.reporter.glossary import GLOSSARY
from auditor.reporter.view import View

# Above this many integrations a card refers to its rules for the steps instead of repeating them, and starts closed;
# those that matter less than the first so many are drawn when somebody looks at them.
_MANY_INTEGRATIONS = 300


def write(view: View, path: Path) -> None:
    """Write the page."""
    path.write_bytes(page(view).encode())


def page(view: View) -> str:
    """Return the page as text."""
    css, js = read_template("report.css"), read_template("report.js")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            view=view,
            assessment=view.assessment,
            bars={item.phase.id: picture.stack(item.counts) for item in view.phases},
            timeline=picture.timeline(view.phases, view.assessment.as_of) if view.phases else None,
            many=len(view.integrations) > _MANY_INTEGRATIONS,
            most=_MANY_INTEGRATIONS,
            on_demand=on_demand.cards(view.integrations[_MANY_INTEGRATIONS:]),
            glossary=GLOSSARY,
            css=css,
            js=js,
            policy=policy(css, js),
        )
    )


def policy(css: str, js: str) -> str:
    """Return the page's content security policy.

    Naming the hashes lets no other style or script run, even if a name ever escaped its escaping.
    """
    return f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; base-uri 'none'; form-action 'none'"


def environment() -> jinja2.Environment:
    """Return what every page is made with: it escapes and cleans each text on its way into the page."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.folder("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        words=words,
        PRESENCE_MEANINGS=PRESENCE_MEANINGS,
        UNDOCUMENTED=UNDOCUMENTED,
        Verdict=Verdict,
        RuleVerdict=RuleVerdict,
        State=State,
    )
    return made


def _show(value: object) -> object:
    """Clean every text on its way into the page; markup is our own."""
    return plain.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def read_template(name: str) -> Markup:
    """Return a file of templates/ as it is, to stand in the page."""
    return Markup((resources.folder("templates") / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
