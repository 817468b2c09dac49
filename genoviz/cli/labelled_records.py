"""Records and regions of several files, each with the label that a mean map is split by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genoviz.cli.common import open_local, read_file, read_records, say
from genoviz.compare.options import MOST_BASES, MOST_RECORDS
from genoviz.errors import BadInput
from genoviz.models.card import ModelCard

if TYPE_CHECKING:
    from collections.abc import Sequence as Seq

    from genoviz.sequences.sequence import Sequence


def labelled_records(
    card: ModelCard, fasta: Seq[Path], bed: Seq[Path], genome: str | None
) -> tuple[list[Sequence], list[str]]:
    """Records of all files with a label each; regions become windows twice as long as the model reads."""
    from genoviz.compare.mean_map import ALL, label_in

    if bool(fasta) == bool(bed) or bool(bed) != (genome is not None):
        raise BadInput(
            "It is not clear what to average.",
            "Records are given by --fasta FILE, or by --bed FILE with --genome NAME; either may be repeated.",
            f"For example `genoviz compare sets {card.name} --fasta peaks.fa --fasta controls.fa`.",
        )
    found: list[Sequence] = []
    labels: list[str] = []
    for path in [*fasta, *bed]:
        part = read_records(None, path) if fasta else _regions(card, path, str(genome))
        found += part
        several = len(fasta) + len(bed) > 1
        labels += [path.stem if several else label_in(one.name) or ALL for one in part]
    return found, labels


def _regions(card: ModelCard, path: Path, genome: str) -> list[Sequence]:
    from genoviz.files.text import decoded
    from genoviz.genomes.regions import region_windows

    text = decoded(read_file(path))
    with open_local(genome) as reference:
        regions = region_windows(text, reference, 2 * card.length, most=min(MOST_RECORDS, MOST_BASES // card.length))
    say(f"{path.name}: {regions.sentence}")
    return list(regions.windows)
