"""report.html: one self-contained page that needs no network and works without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from auditor.branding import Branding, read_logo
from auditor.reporter import burn_down, on_demand, picture, since_words, words
from auditor.reporter.activity import PRESENCE_MEANINGS, UNDOCUMENTED
from auditor.reporter.compare import MEANINGS as CHANGE_MEANINGS
from auditor.reporter.compare import Change
from auditor.reporter.fill import fill
from auditor.reporter.glossary import GLOSSARY
from auditor.reporter.phases import alike
from auditor.reporter.view import MANY_INTEGRATIONS, View


def write(view: View, path: Path) -> None:
    """Write the page."""
    path.write_bytes(page(view).encode())


def page(view: View) -> str:
    """Return the page as text."""
    css = view.templates.text("report.css") + colours(view.branding)
    js = view.templates.text("report.js")
    return fill(
        view.templates,
        "report.html.j2",
        view=view,
        assessment=view.assessment,
        branding=view.branding,
        logo=_picture(view.branding.logo),
        language=words.language(),
        bars={item.phase.id: picture.stack(item.counts) for item in view.phases},
        timeline=picture.timeline(view.phases, view.assessment.as_of) if view.phases else None,
        burn_downs={item.phase.id: burn_down.draw(item) for item in view.since.phases} if view.since else {},
        cards={item.integration.key: item for item in view.integrations} if view.since else {},
        since_words=since_words,
        Change=Change,
        CHANGE_MEANINGS=CHANGE_MEANINGS,
        # Among many, a card starts closed, and those that matter less are drawn when somebody looks at them.
        many=len(view.integrations) > MANY_INTEGRATIONS,
        most=MANY_INTEGRATIONS,
        on_demand=on_demand.cards(view.integrations[MANY_INTEGRATIONS:]),
        glossary=GLOSSARY,
        alike=alike,
        PRESENCE_MEANINGS=PRESENCE_MEANINGS,
        UNDOCUMENTED=UNDOCUMENTED,
        # The style and the script of the page, as they are: a name in one of them would be an engagement's colour only.
        css=Markup(css),  # noqa: S704
        js=Markup(js),  # noqa: S704
        policy=policy(css, js),
    )


def policy(css: str, js: str) -> str:
    """Return a page's content security policy.

    Naming the hashes lets no other style or script run, even if a name ever escaped its escaping.
    """
    return (
        f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def colours(branding: Branding) -> str:
    """Return the consultancy's colour as style; it has been checked to be a colour and nothing else."""
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {branding.colour_on_dark}; }} }}"
    return f":root {{ --accent: {branding.colour}; }}\n{dark}\n"


def _picture(logo: Path | None) -> str | None:
    if logo is None:
        return None
    kind, content = read_logo(logo)
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
