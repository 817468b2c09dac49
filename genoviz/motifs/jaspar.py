"""Motifs below `>` lines: JASPAR text with and without its letters, and the matrices of HOCOMOCO and HOMER."""

from __future__ import annotations

import math
from collections.abc import Sequence as Seq

from genoviz.errors import BadMotif
from genoviz.motifs.matrix_text import (
    Table,
    bad_line,
    checked_numbers,
    is_number,
    motif_of,
    one_word,
    starts_row,
    written_counts,
)
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip

_ROWS = "Below `>ID name` come rows like `A [ 4 19 0 ]`, or rows of numbers alone."


def read_jaspar(lines: Seq[str], source: str) -> list[Motif]:
    """Motifs of which each begins with `>`.

    Below come four rows A, C, G, T of a number per position, with the letters (`A [ 4 19 0 ]`) or without, as in JASPAR's
    raw files; or a row of four numbers per position, as HOCOMOCO and HOMER write it. Four rows of four numbers without
    letters can be both: then the way counts if only there all positions have the same sum.

    Raises
    ------
    BadMotif
        With the line number, if rows are missing, of unequal length or not numbers.
    """
    starts = [i for i, line in enumerate(lines) if line.startswith(">")]
    motifs = []
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        body = [(i + 1, lines[i].strip()) for i in range(at + 1, end) if lines[i].strip() and lines[i][0] != "#"]
        accession, name = _names(lines[at][1:])
        plain = bool(body) and starts_row(body[0][1])
        table = _plain(body, at + 1, name) if plain else _lettered(body, at + 1, name)
        motifs.append(motif_of(name, accession, table, source, at + 1))
    return motifs


def write_jaspar(motifs: Seq[Motif]) -> str:
    """JASPAR text: counts where the number of sites is known, else probabilities."""
    parts = []
    for motif in motifs:
        title = f"{one_word(motif.accession)}\t{one_word(motif.name)}" if motif.accession else one_word(motif.name)
        columns = zip(*written_counts(motif), strict=True)
        rows = "".join(f"{base} [ {' '.join(column)} ]\n" for base, column in zip(BASES, columns, strict=True))
        parts.append(f">{title}\n{rows}")
    return "\n".join(parts)


def _names(header: str) -> tuple[str, str]:
    """Accession and name of `>ID name`; of HOMER's `>consensus TAB name TAB threshold ...` the name."""
    fields = [field.strip() for field in header.split("\t")]
    if len(fields) > 2 and fields[1] and is_number(fields[2]):
        return "", one_word(fields[1])
    words = header.split()
    return (words[0], "_".join(words[1:])) if len(words) > 1 else ("", header.strip())


def _lettered(body: Seq[tuple[int, str]], at: int, name: str) -> Table:
    """Positions of rows with their letters."""
    counts: dict[str, list[str]] = {}
    for number, line in body:
        base, numbers = line[0].replace("U", "T"), line[1:].strip()
        numbers = numbers[1:] if numbers[:1] in tuple("[|:") else numbers
        if base not in BASES or line[1:2].isalnum() or "[" in numbers or "]" in numbers[:-1]:
            raise bad_line(number, f"{clip(line)}.", _ROWS)
        if base in counts:
            raise bad_line(number, f"a second row {base}.", "A motif has one row per base.")
        counts[base] = checked_numbers(numbers.removesuffix("]").split(), number)
    widths = {len(row) for row in counts.values()}
    if set(counts) != set(BASES) or len(widths) != 1 or 0 in widths:
        read = f"motif {clip(name)} has rows {', '.join(counts) or 'none'} of {sorted(widths)} numbers."
        raise bad_line(at, read, "A motif has four rows A, C, G, T of equal length.")
    return [list(position) for position in zip(*(counts[base] for base in BASES), strict=True)]


def _plain(body: Seq[tuple[int, str]], at: int, name: str) -> Table:
    """Positions of rows of numbers alone, whichever way they stand."""
    rows = [checked_numbers(line.split(), number) for number, line in body]
    widths = sorted({len(row) for row in rows})
    upright = widths == [4]
    lying = len(rows) == 4 and len(widths) == 1
    turned = [list(position) for position in zip(*rows, strict=True)] if lying else []
    if upright and lying:
        same = [_same_sum(rows), _same_sum(turned)]
        if same[0] == same[1]:
            raise BadMotif(
                f"Line {at}: motif {clip(name)} has four rows of four numbers.",
                "They can be the rows A, C, G, T, or four positions.",
                "Write the letter in front of each row, as `A [ 4 19 0 3 ]`.",
            )
        return rows if same[0] else turned
    if not (upright or lying):
        read = f"motif {clip(name)} has {len(rows)} rows of {' or '.join(map(str, widths))} numbers."
        raise bad_line(at, read, "Without letters a motif has four rows (A, C, G, T), or four numbers in each row.")
    return rows if upright else turned


def _same_sum(table: Table) -> bool:
    sums = [math.fsum(map(float, row)) for row in table]
    return max(sums) - min(sums) <= 0.02 * max(sums)
