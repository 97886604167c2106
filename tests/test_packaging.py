"""The wheel: it holds what is in the repository and nothing else, and works where there is no repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_DATA = ("rules", "templates", "sample_data")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    if not (_ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.strip("\0").split("\0")


@pytest.fixture(scope="module")
def wheel(tracked, tmp_path_factory) -> Path:
    """Build from a copy of the tracked files, as a fresh clone would; what else lies in the checkout plays no part."""
    copy, built = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_ROOT / name, copy / name)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built, cwd=copy)
    (found,) = built.iterdir()
    return found


def test_the_wheel_holds_the_tracked_files_and_no_others(tracked, wheel):
    expected = [name for name in tracked if name.startswith("auditor/")]
    expected += [f"auditor/{name}" for name in tracked if name.startswith(tuple(f"{folder}/" for folder in _DATA))]

    with zipfile.ZipFile(wheel) as opened:
        held = [name for name in opened.namelist() if ".dist-info/" not in name]

    assert sorted(held) == sorted(expected)


def test_the_installed_wheel_audits_the_sample_client(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python, auditor = _program(tmp_path / "venv", "python"), _program(tmp_path / "venv", "auditor")
    _install(python, wheel)
    package = _run(python, "-c", "import auditor; print(*auditor.__path__)", cwd=tmp_path).strip()

    _run(auditor, "audit", Path(package, "sample_data", "harbor-supply"), "--out", tmp_path / "report", cwd=tmp_path)

    assert Path(package).is_relative_to(tmp_path)
    assert {"report.html", "report.xlsx", "assessment.json"} <= {file.name for file in (tmp_path / "report").iterdir()}


def _program(environment: Path, name: str) -> Path:
    scripts = sysconfig.get_path("scripts", "venv", {"base": str(environment)})
    return Path(scripts, name).with_suffix(".exe" if os.name == "nt" else "")


def _install(python: Path, wheel: Path) -> None:
    ran = _ran(
        python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1", wheel, cwd=wheel.parent
    )
    if ran.returncode and "connection broken by" in ran.stderr and "CI" not in os.environ:
        pytest.skip("pip can't reach a package index")
    assert ran.returncode == 0, ran.stderr


def _run(*command: str | Path, cwd: Path) -> str:
    ran = _ran(*command, cwd=cwd)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _ran(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # Without PYTHONPATH: the checkout must not be found by way of the environment of whoever runs the tests.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHONPATH")}
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True)
