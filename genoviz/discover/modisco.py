"""TF-MoDISco (Shrikumar et al. 2018) by modisco-lite, in a process of its own so that it can be stopped.

modisco-lite is an optional extra (`pip install "genoviz[discover]"`). It brings the package `modiscolite`, which bpnet-lite
also brings, in an older version: install only one of them.
"""

from __future__ import annotations

import io
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.contributions import Contributions
from genoviz.errors import BadInput

SEQLETS = 2000  # per sign
SHORTEST = 30  # bases of a sequence: width of a seqlet with its flanks
USUAL_SECONDS = 60.0  # of a run of that many seqlets
_POLL = 0.2
_RUN = "from modiscolite.cli import cli; cli()"


@dataclass(frozen=True, eq=False)
class ModiscoPattern:
    """A pattern of a results file: its sign and its seqlets (0-based, half-open), all of one width and orientation."""

    sign: int
    record: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    minus: NDArray[np.bool_]


def has_modisco() -> bool:
    """Whether the optional extra is installed."""
    return find_spec("modiscolite") is not None


def run_modisco(
    contributions: Contributions, *, seqlets: int = SEQLETS, progress: Callable[[float], None] | None = None
) -> bytes:
    """The results file (HDF5) of `modisco motifs`.

    Parameters
    ----------
    contributions
        Of sequences of at least `SHORTEST` bases. Of an odd length the last base is left out, as modisco-lite asks for.
    seqlets
        Most seqlets per sign.
    progress
        Called several times a second with an estimate of the share done; raising `Cancelled` in it stops the process.

    Raises
    ------
    BadInput
        If the extra is missing, the sequences are too short, or the run fails: it does where there are too few seqlets.
    """
    if not has_modisco():
        raise BadInput(
            "TF-MoDISco is not installed.",
            "It is an optional extra of genoviz.",
            'Run `pip install "genoviz[discover]"`, or use the light clustering.',
        )
    length = contributions.hypothetical.shape[2]
    if length < SHORTEST:
        raise BadInput(
            f"The sequences have {length} bases.",
            f"TF-MoDISco needs at least {SHORTEST}.",
            "Use the light clustering, or a model that reads more.",
        )
    with tempfile.TemporaryDirectory(prefix="genoviz-modisco-") as name:
        folder = Path(name)
        inputs = folder / "inputs.zip"
        inputs.write_bytes(contributions.modisco_inputs())
        with ZipFile(inputs) as archive:
            archive.extractall(folder)
        options = ["-s", "ohe.npz", "-a", "shap.npz", "-n", str(seqlets), "-w", str(length // 2 * 2), "-o", "out.h5"]
        said = folder / "log.txt"
        with said.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _RUN, "motifs", *options], cwd=folder, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                _follow(process, progress)
            finally:
                process.kill()
                process.wait()
        if process.returncode or not (folder / "out.h5").is_file():
            lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise BadInput(
                f"TF-MoDISco ended with an error ({lines[-1][:200] if lines else 'without a word'}).",
                "It needs some hundred sequences in which the same sites matter.",
                "Give more sequences, or use the light clustering.",
            )
        return (folder / "out.h5").read_bytes()


def _follow(process: subprocess.Popen[bytes], progress: Callable[[float], None] | None) -> None:
    began = time.monotonic()
    while process.poll() is None:
        if progress:
            progress(1 - math.exp(-(time.monotonic() - began) / USUAL_SECONDS))
        time.sleep(_POLL)


def read_modisco(results: bytes) -> list[ModiscoPattern]:
    """Patterns of a results file with the places of their seqlets, in the file's order.

    Raises
    ------
    BadInput
        If the file can't be read.
    """
    try:
        h5py = import_module("h5py")
        import_module("hdf5plugin")  # its filters compress the file
    except ImportError as error:
        raise BadInput(
            f"Results of TF-MoDISco need the package `{error.name}`.",
            "It comes with the optional extra.",
            'Run `pip install "genoviz[discover]"`.',
        ) from None
    try:
        with h5py.File(io.BytesIO(results), "r") as file:
            return list(_patterns(file))
    except (OSError, KeyError) as error:
        raise BadInput(
            f"The results file can't be read ({error}).", "It is the HDF5 file of `modisco motifs` (modisco-lite)."
        ) from None


def _patterns(file: Any) -> Iterator[ModiscoPattern]:
    for group, sign in (("pos_patterns", 1), ("neg_patterns", -1)):
        if group not in file:
            continue
        patterns = file[group]
        for name in sorted(patterns, key=lambda n: int(n.rpartition("_")[2])):
            seqlets = patterns[name]["seqlets"]
            record, start, end = (np.asarray(seqlets[k][:], dtype=np.int64) for k in ("example_idx", "start", "end"))
            yield ModiscoPattern(sign, record, start, end, np.asarray(seqlets["is_revcomp"][:], dtype=bool))
