"""Virtual environments that hold the project's wheel, what it asks for, and no more.

The packages of others are installed once, into `build/environments/<what they are>`,
and kept; the wheel is built and installed again when what a device runs has changed.
`pip` finds packages as this machine is set up to find them.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / "build" / "environments"
PACKAGES = ("protocols", "edge_agent", "trainer")
ON_A_DEVICE = ("protocols", "edge_agent")
PROJECT_FILES = ("pyproject.toml", "README.md", "LICENSE")
INSTALLED = "installed-sources"
WHEELS = "wheels"
AS_IT_IS = ("--no-deps", "--no-index", "--no-compile", "--force-reinstall")
INHERITED = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class BareEnvironment:
    """A virtual environment of its own."""

    folder: Path

    def run(self, program: str, *words: str | Path, cwd: Path) -> str:
        """Run one of its programs to a good end and return what it printed."""
        result = self.attempt(program, *words, cwd=cwd)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def attempt(
        self, program: str, *words: str | Path, cwd: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its programs, whatever comes of it."""
        return _attempt(self.folder / "bin" / program, *words, cwd=cwd)


def bare_environment(extra: str | None, *also: str) -> BareEnvironment:
    """Return an environment with `terroir[extra]`, and other packages if named."""
    environment = BareEnvironment(ENVIRONMENTS / _key(extra, also))
    with _alone(environment.folder):
        sources = _digest_of_sources()
        stamp = environment.folder / INSTALLED
        if not stamp.exists():
            _make(environment, extra, also)
        if not stamp.exists() or stamp.read_text() != sources:
            with _wheel_of(sources) as wheel:
                _pip(environment, *AS_IT_IS, str(wheel))
            stamp.write_text(sources)
    return environment


def _make(environment: BareEnvironment, extra: str | None, also: Sequence[str]) -> None:
    """Make the environment with everything but the project itself."""
    shutil.rmtree(environment.folder, ignore_errors=True)
    made = _attempt(Path(sys.executable), "-m", "venv", environment.folder, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    _pip(environment, *_requirements(extra), *also)


def _pip(environment: BareEnvironment, *words: str) -> None:
    environment.run("pip", "install", "--quiet", *words, cwd=environment.folder)


def _requirements(extra: str | None) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = project["project"]
    extras = told["optional-dependencies"][extra] if extra else []
    return [*told["dependencies"], *extras]


def _key(extra: str | None, also: Sequence[str]) -> str:
    """Return a name that changes with everything that is installed."""
    what = (*_requirements(extra), *also, platform.machine(), platform.python_version())
    digest = hashlib.sha256("\n".join(what).encode()).hexdigest()
    return f"{extra or 'none'}-{digest[:12]}"


def _digest_of_sources() -> str:
    sha256 = hashlib.sha256()
    for path in [ROOT / "pyproject.toml", *_sources()]:
        sha256.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return sha256.hexdigest()


def _sources() -> Iterator[Path]:
    for package in ON_A_DEVICE:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


@contextmanager
def _wheel_of(sources: str) -> Iterator[Path]:
    """Yield the wheel of these sources, built once for all environments."""
    folder = ENVIRONMENTS / WHEELS / sources
    with _alone(ENVIRONMENTS / WHEELS):
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)
            _build_wheel(folder)
        yield next(folder.glob("terroir-*.whl"))


def _build_wheel(into: Path) -> None:
    """Build from a clean copy; what was deleted since must not be in the wheel."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source", Path(folder) / "wheel"
        source.mkdir()
        for name in PROJECT_FILES:
            shutil.copy(ROOT / name, source)
        for name in PACKAGES:
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, ignore=unwanted)
        words = ("-m", "build", "--wheel", "--no-isolation", "--outdir", target, source)
        built = _attempt(Path(sys.executable), *words, cwd=source)
        assert built.returncode == 0, built.stdout + built.stderr
        shutil.copytree(target, into)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process works on this environment."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _attempt(
    program: Path, *words: str | Path, cwd: Path
) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in INHERITED}
    return subprocess.run(
        [str(program), *map(str, words)],
        cwd=cwd,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
