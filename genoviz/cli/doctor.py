"""The command `genoviz doctor`: is this installation whole, and if not, what is to be done?"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path

import typer

from genoviz.cli.common import AsJson, print_json, say
from genoviz.cli.settings import SETTINGS
from genoviz.errors import GenovizError
from genoviz.files.folders import chosen_cache_folder, may_be_written, user_folder
from genoviz.files.installed import APP
from genoviz.version import __version__

PYTHON = (3, 11)
PACKAGES = ("torch", "streamlit", "plotly", "captum", "numpy", "pandas", "matplotlib", "safetensors", "h5py", "pysam")
MEMORY, ROOM = 1.5e9, 0.5e9  # bytes that a page with a model needs, and that caches and uploads do
OK, LOOK, FAILED = "ok", "look", "FAILED"
_WORDS = "ACGTTGCAAC" * 10


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    state
        `ok`, `look` (it works, with a restriction) or `FAILED`.
    what
        What was found.
    fix
        What to do; empty where nothing needs to be done.
    """

    state: str
    what: str
    fix: str = ""

    @property
    def sentence(self) -> str:
        """As a line."""
        return f"{self.state:6s} {self.what}" + (f"\n       {self.fix}" if self.fix else "")


def doctor(json_: AsJson = False) -> None:
    """Check this installation, and say what to do. Asks nothing of the network. Exit code 1 if something does not work."""
    found = []
    for check in CHECKS:
        for finding in check():
            found.append(finding)
            if not json_:
                typer.echo(finding.sentence)
    if json_:
        print_json({"findings": [{"state": f.state, "what": f.what, "fix": f.fix} for f in found]})
    failed = sum(f.state == FAILED for f in found)
    say(f"{failed} of {len(found)} checks failed." if failed else f"All {len(found)} checks are good enough to start.")
    if failed:
        raise typer.Exit(1)


def _packages() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info[:2] >= PYTHON
    yield Finding(
        OK if good else FAILED,
        f"genoviz {__version__} on Python {version}",
        "" if good else "Install it with Python 3.11 or newer.",
    )
    missing = []
    for name in PACKAGES:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing == ["pysam"] and sys.platform == "win32":
        yield Finding(
            LOOK, "pysam does not exist for Windows: genome files can't be opened", "Use WSL for genome files."
        )
    elif missing:
        yield Finding(FAILED, f"missing: {', '.join(missing)}", "Run `pip install -r requirements.txt`.")
    else:
        yield Finding(OK, f"{len(PACKAGES)} packages, torch {metadata.version('torch')}, "
                          f"Streamlit {metadata.version('streamlit')}")  # fmt: skip


def _settings() -> Iterator[Finding]:
    given = sorted(name for name in os.environ if name.startswith("GENOVIZ_"))
    for name in given:
        if name not in SETTINGS:
            near = get_close_matches(name, SETTINGS, n=1)
            yield Finding(LOOK, f"nothing reads {name}", f"Did you mean {near[0]}?" if near else "Unset it.")
    for name in ("GENOVIZ_CACHE", "GENOVIZ_GENOMES", "GENOVIZ_WEIGHTS", "GENOVIZ_MOTIFS"):
        value = os.environ.get(name)
        if value and not Path(value).exists():
            made = name in ("GENOVIZ_CACHE", "GENOVIZ_GENOMES") and may_be_written(Path(value))
            if not made:
                yield Finding(FAILED, f"{name} names `{value}`, which is not there", "Make it, or name another place.")
    known = [name for name in given if name in SETTINGS]
    yield Finding(OK, f"settings: {', '.join(known) or 'none, all as usual'}")


def _folders() -> Iterator[Finding]:
    for what, folder, needed in (
        ("for temporary files", Path(tempfile.gettempdir()), True),
        ("for what can be made again", chosen_cache_folder(), False),
        ("of the user", user_folder(), False),
    ):
        if not may_be_written(folder):
            fix = "Set TMPDIR to a folder that can be written to."
            if not needed:
                fix = "The app starts, but keeps nothing there. Set GENOVIZ_CACHE and GENOVIZ_GENOMES to folders of yours."
            yield Finding(FAILED if needed else LOOK, f"the folder {what}, `{folder}`, can't be written to", fix)
            continue
        above = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(above).free
        text = f"the folder {what}, `{folder}`, has {free / 1e9:,.1f} GB of room"
        yield Finding(OK, text) if free > ROOM else Finding(LOOK, text, "Make room: uploads and indexes need some.")


def _computer() -> Iterator[Finding]:
    memory = _memory()
    if memory is not None:
        text = f"{os.cpu_count()} processors, {memory / 1e9:,.1f} GB of memory"
        good = memory >= MEMORY
        yield Finding(OK if good else LOOK, text, "" if good else "A page with a model needs about 1 GB, several more.")
    port = os.environ.get("GENOVIZ_PORT", "8501")
    with socket.socket() as probe:
        try:
            probe.bind(("localhost", int(port)))
        except (OSError, ValueError, OverflowError):
            yield Finding(
                LOOK, f"port {port} can't be used, perhaps as an app runs there", "Choose another with --port."
            )
        else:
            yield Finding(OK, f"port {port} is free")


def _memory() -> float | None:
    """Bytes that this process may have: of the computer, or of the container it is in."""
    try:
        found = float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return None
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return found
    return min(found, float(limit)) if limit.isdigit() else found


def _models() -> Iterator[Finding]:
    if not APP.is_file():
        yield Finding(FAILED, f"`{APP}` is missing", "Install genoviz again.")
    from genoviz.models.catalogue import list_models
    from genoviz.models.load import load_model
    from genoviz.models.weights import is_ready
    from genoviz.predict.prediction import predict
    from genoviz.sequences.sequence import Sequence

    cards = list_models()
    ready = [card for card in cards if is_ready(card)]
    bundled = [card for card in cards if card.folder is not None and not card.files]
    broken = []
    for card in bundled:
        try:
            load_model(card.name)  # compares the checksum of its weights, too
        except GenovizError as error:
            broken.append(str(error))
    yield from (Finding(FAILED, text, "Install genoviz again.") for text in broken)
    if not broken:
        yield Finding(
            OK, f"{len(bundled)} bundled models load; {len(ready)} of {len(cards)} models have their weights here"
        )
    first = next(card for card in cards if card.name == "toy.sum")
    predict(load_model(first.name), Sequence(_WORDS).fit(first.length).sequence)
    yield Finding(OK, "a prediction is made")


def _genomes() -> Iterator[Finding]:
    from genoviz.genomes.registry import list_genomes

    entries = list_genomes()
    bad = [entry for entry in entries if entry.problem]
    for entry in bad:
        yield Finding(
            LOOK, f"the genome {entry.name} can't be opened: {entry.problem}", "Register it anew, or remove it."
        )
    here = [entry.name for entry in entries if not entry.remote and not entry.problem]
    yield Finding(OK, f"genomes on this computer: {', '.join(here)}")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (_packages, _settings, _folders, _computer, _models, _genomes)
