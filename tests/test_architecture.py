"""The layers of the house: who may import whom, and what every module owes its reader."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

_PACKAGE = Path(__file__).parents[1] / "auditor"
_MODULES = {
    ".".join(("auditor", *path.relative_to(_PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(_PACKAGE.rglob("*.py"))
}
_TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in _MODULES.items()}
_LONGEST = 300

# Top to bottom; parts of one layer know nothing of each other. "" is auditor/__init__.py, which names the public API.
_LAYERS = [
    {"__main__"},
    {"cli", ""},
    {"portfolio"},
    {"pipeline"},
    {"loader", "engine", "reporter", "netsuite"},
    {"engagement", "resources", "share"},
    {"branding", "assessment"},
    {"model", "errors"},
    {"inventory", "decision"},
    {"vocabulary", "toml_lines", "days"},
]


def test_every_part_of_the_package_has_a_layer():
    assert {_part(name) for name in _MODULES} - set().union(*_LAYERS) == set()


def test_imports_run_downward():
    upward = [
        f"{name} imports {other}"
        for name in _MODULES
        for other in _imports(name)
        if _part(name) != _part(other) and _layer(name) >= _layer(other)
    ]

    assert upward == []


def test_no_modules_import_each_other_in_a_circle():
    try:
        TopologicalSorter({name: set(_imports(name)) for name in _MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_imports_are_absolute():
    relative = [name for name, tree in _TREES.items() for node in ast.walk(tree) if getattr(node, "level", 0)]

    assert relative == []


def test_no_module_is_longer_than_a_reader_can_hold():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in _MODULES.items()}

    assert {name: length for name, length in lengths.items() if length > _LONGEST} == {}


def test_everything_public_says_what_it_is():
    silent = [name for name, tree in _TREES.items() if not ast.get_docstring(tree)]
    for name, tree in _TREES.items():
        public = [node for node in tree.body if not getattr(node, "name", "_").startswith("_")]
        silent += [f"{name}.{node.name}" for node in public if not ast.get_docstring(node)]

    assert silent == []


def test_errors_are_caught_by_name_and_only_the_command_line_prints():
    broad = {"Exception", "BaseException"}
    caught = [
        f"{name}:{node.lineno}"
        for name, node in _nodes(ast.ExceptHandler)
        if _names(node.type) & broad or not node.type
    ]
    printed = [f"{name}:{node.lineno}" for name, node in _nodes(ast.Call) if _names(node.func) == {"print"}]

    assert caught == []
    assert [place for place in printed if not place.startswith("auditor.cli")] == []


def _part(name: str) -> str:
    return [*name.split("."), ""][1]


def _layer(name: str) -> int:
    return next(number for number, parts in enumerate(_LAYERS) if _part(name) in parts)


def _imports(name: str) -> Iterator[str]:
    """Yield the modules of the package that this one imports anywhere, functions included."""
    for node in ast.walk(_TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in _MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in _MODULES else node.module


def _nodes(kind: type) -> Iterator[tuple[str, ast.AST]]:
    return ((name, node) for name, tree in _TREES.items() for node in ast.walk(tree) if isinstance(node, kind))


def _names(node: ast.AST | None) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} if node else set()
