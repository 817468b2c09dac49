"""What all commands share: options, reading sequences, results on standard output, messages and progress on standard
error, exit code 2 for bad input."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from genoviz.errors import AdapterFailed, BadInput, BadModel, BadSequence, GenovizError, NotFinite
from genoviz.files.tsv import Row, tsv
from genoviz.models.card import ModelCard
from genoviz.predict.tables import read_record
from genoviz.sequences.header_locus import with_header_locus
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Fitted, Record, Sequence, read_sequences, shared_notices

if TYPE_CHECKING:
    from genoviz.effects.batch import Pace
    from genoviz.genomes.genome import Reference
    from genoviz.models.target import Target
    from genoviz.report.browser_tracks import BrowserTrack

MAX_RECORDS = 100_000
MAX_BASES = 1_000_000_000
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)  # what a disk says that takes no more
INTERRUPTED = 130  # exit code after Ctrl+C

ModelName = Annotated[str, typer.Argument(help="Name of a model, see `genoviz models`.", metavar="MODEL")]
SequenceText = Annotated[str | None, typer.Option("--sequence", "-s", help="Bases, or `-` for standard input.")]
FastaFile = Annotated[
    Path | None,
    typer.Option("--fasta", "-f", help="File with FASTA, GenBank, raw bases, or a table of names and sequences."),
]
Fit = Annotated[
    str,
    typer.Option(
        help="If the length differs: `exact` (an error), `centre`, `pad` (with N), or the first base (from 1)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of TSV.")]
TargetText = Annotated[
    str | None,
    typer.Option("--target", "-t", help="TRACK or OUTPUT:TRACK, with optional [START-END], /mean, @logit or @value."),
]

TrackFile = Annotated[
    Path | None,
    typer.Option(
        "--track",
        help="Also write a genome browser's track of the only sequence, .bw (bigWig) or .bedGraph; its header names the place.",
    ),
]


def say(message: str) -> None:
    """A message for people, on standard error."""
    typer.echo(message, err=True)


@contextmanager
def bad_input_exits() -> Iterator[None]:
    """Turn a `GenovizError` of the block, or a full disk, into its message and exit code 2."""
    try:
        yield
    except GenovizError as error:
        say(f"genoviz: {error}")
        raise typer.Exit(2) from error
    except OSError as error:
        if error.errno not in _DISK:
            raise
        where = f"`{error.filename}`" if error.filename else "The result"
        say(f"genoviz: {where} can't be written ({error.strerror}). Make room, or choose a folder on another disk.")
        raise typer.Exit(2) from error


@contextmanager
def as_file(source: Path, out: Path | None) -> Iterator[Path]:
    """The file that a command reads; standard input (`-`) is kept beside the output while the command works.

    Its time is made from its checksum, so that a run goes on after an interruption where the same comes in again.
    """
    if str(source) != "-":
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "standard input" if out is None else out.with_name(f"{out.name}.input")
        checksum = hashlib.sha256()
        try:
            with kept.open("wb") as file:
                while block := sys.stdin.buffer.read(1 << 20):
                    checksum.update(block)
                    file.write(block)
            os.utime(kept, (int(checksum.hexdigest()[:8], 16),) * 2)
            yield kept
        except OSError as error:
            if error.errno in _DISK or kept.exists():
                raise
            raise BadInput(
                f"`{kept}` can't be written ({error.strerror}).",
                "Standard input is kept beside the output while it is read.",
                "Choose a folder of yours for --out.",
            ) from error
        finally:
            if out is not None:
                kept.unlink(missing_ok=True)


def moving() -> Callable[[Pace], None] | None:
    """Share, records and pace of a run over a file on standard error while that is a terminal, a few times a second."""
    if not sys.stderr.isatty():
        return None
    last = 0.0

    def show(pace: Pace) -> None:
        nonlocal last
        if time.monotonic() - last < 0.2 and pace.share < 1:
            return
        last = time.monotonic()
        text = f"{100 * pace.share:3.0f} %, {pace.totals.records:,} records, {pace.per_second:,.0f} per second"
        sys.stderr.write(f"\r{text:<70}")
        sys.stderr.flush()

    return show


@contextmanager
def at_work() -> Iterator[None]:
    """`bad_input_exits` for long work: Ctrl+C ends it with a word."""
    try:
        with bad_input_exits():
            yield
    except KeyboardInterrupt as stop:
        say("\nStopped; nothing was written.")
        raise typer.Exit(INTERRUPTED) from stop


def percentage(label: str) -> Callable[[float], None] | None:
    """A percentage on standard error while that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(done: float) -> None:
        sys.stderr.write(f"\r{label} {100 * done:3.0f} %" + ("\n" if done >= 1 else ""))
        sys.stderr.flush()

    return show


def print_json(value: Any, *, indent: int | None = None) -> None:
    """A JSON value on standard output, on one line unless indented."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent))


def print_tsv(rows: Iterable[Row], header: Mapping[str, object]) -> None:
    """A table with its provenance on standard output."""
    typer.echo(tsv(rows, header), nl=False)


def target_of(text: str | None, card: ModelCard) -> Target:
    """The target of `--target`; the first track without one."""
    from genoviz.models.target import Target

    return Target.parse(text, card) if text else Target.default(card)


def read_file(path: Path) -> bytes:
    """Content of a file; one that can't be read raises `BadInput`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"`{path}` can't be read ({error.strerror}).", "A text file is needed.", "Check the path."
        ) from error


def write_file(path: Path, text: str) -> None:
    """Write a text file; where that is not possible `BadInput` is raised."""
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(
            f"`{path}` can't be written ({error.strerror}).",
            "A file in a folder of yours is needed.",
            "Check the path.",
        ) from error


def write_track(path: Path | None, track: Callable[[], BrowserTrack], count: int) -> None:
    """Write the track of the only sequence to the file of `--track`; nothing without one."""
    if path is None:
        return
    if count != 1:
        raise BadInput(f"{count:,} sequences were given with --track.", "One track is written.", "Give one sequence.")
    content = track().written_as(path.name)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            f"`{path}` can't be written ({error.strerror}).", "A file of yours.", "Check the path."
        ) from error
    say(f"Written: {path}")


def read_records(sequence: str | None, fasta: Path | None) -> list[Sequence]:
    """Sequences of `--sequence` or `--fasta`; what was changed is said on standard error."""
    if (sequence is None) == (fasta is None):
        raise BadInput(
            "Neither --sequence nor --fasta was given."
            if sequence is None
            else "Both --sequence and --fasta were given.",
            "Exactly one of them is needed.",
            "For example `--sequence ACGT...`, or `--sequence -` to read standard input.",
        )
    content: str | bytes = sys.stdin.buffer.read() if sequence == "-" else str(sequence)
    if fasta is not None:
        content = read_file(fasta)
    records = read_sequences(content, max_records=MAX_RECORDS, max_bases=MAX_BASES)
    shared = shared_notices(records) if len(records) > 1 else ()
    for notice in shared:
        say(notice)
    return [_good(record, number, shared) for number, record in enumerate(records, start=1)]


def only_one(fitted: list[Fitted]) -> Fitted:
    """The single sequence of an input that takes no more."""
    if len(fitted) != 1:
        raise BadInput(f"{len(fitted):,} sequences were given.", "One is needed here.", "Give the one that is meant.")
    return fitted[0]


def about_sequence(fitted: Fitted) -> dict[str, Any]:
    """What the JSON of a verb says of the sequence: its name, and what was read of it."""
    return {"name": fitted.sequence.name, **read_record(fitted)}


def open_local(name: str, assembly: str = "") -> Reference:
    """A genome on this computer; one that answers over the network is refused, for it is asked place by place."""
    from genoviz.genomes.registry import list_genomes, open_genome

    if any(entry.name == name and entry.remote for entry in list_genomes()):
        raise BadInput(
            f"`{name}` answers over the network, one place at a time.",
            "Many windows are read from a genome on this computer.",
            "Choose another, or add one with `genoviz genome add FILE`.",
        )
    return open_genome(name, assembly=assembly)


def read_fitted(
    sequence: str | None, fasta: Path | None, card: ModelCard, fit: str, *, located: bool = False
) -> list[Fitted]:
    """Sequences of the options, made to fit the model; what was changed is said on standard error.

    With `located`, a sequence lies where its header says.
    """
    fitted = []
    records = read_records(sequence, fasta)
    for number, one in enumerate(map(with_header_locus, records) if located else records, start=1):
        result = fit_to(one, card, fit)
        if len(one) != card.length:
            say(f"{one.name or f'sequence {number}'}: {result.sentence} {result.numbering}".rstrip())
        fitted.append(result)
    return fitted


def fit_to(sequence: Sequence, card: ModelCard, fit: str) -> Fitted:
    """Fit a sequence to a model by the text of `--fit`."""
    first = whole_number(fit)
    if first is not None:
        return sequence.fit(card.length, how="window", start=first - 1)
    if fit not in ("exact", "centre", "pad"):
        raise BadInput(
            f"--fit {fit[:40]} was given.",
            "Accepted: exact, centre, pad, or the first base to read.",
            "Try `--fit centre`.",
        )
    if fit == "exact" and len(sequence) != card.length:
        raise BadSequence(
            f"`{sequence.name or 'the sequence'}` has {len(sequence):,} bases.",
            f"`{card.name}` reads exactly {card.length:,}.",
            "Add `--fit centre`, `--fit pad` or `--fit FIRST_BASE`.",
        )
    return sequence.fit(card.length, how=fit)


class WithoutAnswer:
    """Sequences, of several, that the model gave no finite number for or failed on: left out with a word, unless all are."""

    def __init__(self, fitted: list[Fitted]) -> None:
        self._fitted, self._numbers = fitted, set[int]()

    def __call__(self, number: int, error: BadModel) -> None:
        """Leave out the sequence of this number (from 0), or raise the error if no other is left."""
        self._numbers.add(number)
        if len(self._numbers) == len(self._fitted):
            raise error
        name = self._fitted[number].sequence.name or f"sequence {number + 1}"
        say(f"{name}: left out. {error.read}")

    def rest(self) -> list[Fitted]:
        """Those that are not left out."""
        return [one for number, one in enumerate(self._fitted) if number not in self._numbers]

    @contextmanager
    def one(self, number: int) -> Iterator[None]:
        """A block that works on the sequence of this number; what the model can't answer leaves it out."""
        try:
            yield
        except (NotFinite, AdapterFailed) as error:
            self(number, error)


def _good(record: Record, number: int, said: Collection[str]) -> Sequence:
    """The sequence of a record; its notices are said if they were not before, its error is raised."""
    name = record.name or f"sequence {number}"
    for notice in record.notices:
        if notice in said:
            continue
        say(f"{name}: {notice}")
    if record.error is not None or record.sequence is None:
        raise BadSequence(f"{name}: {record.error}")
    return record.sequence
