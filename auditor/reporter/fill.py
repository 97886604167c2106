"""Templates filled in with Jinja: every text is cleaned and escaped for what it goes into, and a mistake is placed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from auditor import resources
from auditor.errors import InputError, nearest
from auditor.reporter import plain, words
from auditor.reporter.templates import Templates
from auditor.vocabulary import RuleVerdict, State, Verdict

_GLOBALS: Mapping[str, object] = {"words": words, "Verdict": Verdict, "RuleVerdict": RuleVerdict, "State": State}
# What a mistake in a template can raise besides Jinja's own errors: it calls methods and compares values of ours.
MISTAKES = (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
_HELP = "see docs/branding.md"


def fill(templates: Templates, name: str, **values: object) -> str:
    """Return the template filled in with these values. Raises InputError that names the file and the line."""
    try:
        return _environment(templates.folder, _shown_in(name)).get_template(name).render(values)
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename or name}, line {error.lineno}"
        raise InputError(str(error.message), where=where, fix=_HELP) from error
    except MISTAKES as error:
        raise explained(error, _place(error) or str(templates.path(name)), known=list(values)) from error


def sandbox(**options: Any) -> jinja2.Environment:
    """Return an environment that a stranger's template can do nothing with but show what it is given."""
    environment = _Sandbox(autoescape=True, undefined=_Missing, **options)
    environment.globals.update(_GLOBALS)
    return environment


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which is asked once of each attribute of a class: it goes by nothing else, and slowly."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may read that attribute."""
        key = (type(obj), attr)
        if key not in self._safe:
            self._safe[key] = super().is_safe_attribute(obj, attr, value)
        return self._safe[key]


def explained(error: Exception, where: str, *, known: list[str], help_: str = _HELP) -> InputError:
    """Return what is said of a mistake in a template, with the nearest name that there is."""
    message, _, fix = str(error).partition("\n")
    if isinstance(error, jinja2.UndefinedError) and message.endswith("is not known"):
        fix = nearest(message.split('"')[1], [*known, *_GLOBALS])
    return InputError(message, where=where, fix=fix or help_)


def _place(error: Exception) -> str:
    """Say where in a template a mistake is; Jinja writes the template's own lines into the traceback."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else ""


class _Missing(jinja2.StrictUndefined):
    """A name that a template uses and nothing has: an error, with the nearest name that there is."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint or self._undefined_name is None:
            return super()._undefined_message
        owner, name = self._undefined_obj, str(self._undefined_name)
        if owner is jinja2.utils.missing:
            return f'"{name}" is not known'
        known = _names_of(owner)
        what = "this field" if isinstance(owner, Mapping) else type(owner).__name__
        return f'{what} has no "{name}"' + (f"\n{nearest(name, known)}" if known else "")


def _names_of(owner: object) -> list[str]:
    if isinstance(owner, Mapping):
        return [str(key) for key in owner]
    if is_dataclass(owner):
        properties = [name for name, value in vars(type(owner)).items() if isinstance(value, property)]
        return [*(field.name for field in fields(owner)), *properties]
    return [name for name in dir(owner) if not name.startswith("_")]


@cache
def _environment(folder: Path | None, show: Callable[[object], object]) -> jinja2.Environment:
    folders = [path for path in (folder, resources.folder("templates")) if path]
    return sandbox(
        loader=jinja2.FileSystemLoader(folders, encoding="utf-8-sig"),
        finalize=show,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown_in(name: str) -> Callable[[object], object]:
    return {".md": _in_markdown, ".txt": _in_text}.get(Path(name.removesuffix(".j2")).suffix, _in_html)


def _in_html(value: Any) -> object:
    """Clean every text on its way into a page, which then escapes it; markup is our own."""
    return plain.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _in_markdown(value: Any) -> object:
    return value if isinstance(value, Markup) else Markup(plain.markdown(str(value)))  # noqa: S704 - escaped


def _in_text(value: Any) -> object:
    return value if isinstance(value, Markup) else Markup(plain.one_line(str(value)))  # noqa: S704 - no markup in a text
