"""The sorted, tabix-indexed form of a gene annotation file, made once and kept in the user's cache folder.

A folder holds `models.bed.gz` with one line per transcript and its index, `genes.jsonl` with the names of all genes, and
`report.json` with what was left out and why. `genoviz.files.kept` keeps it whole.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from genoviz.files.folders import chosen_cache_folder
from genoviz.files.kept import kept
from genoviz.genes.assembly import Report, read_genes
from genoviz.genes.drafts import TranscriptDraft, bare, gene_names
from genoviz.genes.features import Span
from genoviz.genes.rows import ACCEPTED, BadGenes
from genoviz.sequences.locus import clip

_LAYOUT = 2  # of the cached files; another number makes them anew


def indexed(path: Path, *, anew: bool = False) -> tuple[Path, str]:
    """Folder with the sorted, indexed form of a file, and a sentence where it could not be kept for the next time.

    It is made when this version of the file has none yet, or a damaged one; with `anew` in any case.

    Raises
    ------
    BadGenes
        If the file can't be read, or an index can be written nowhere.
    """
    try:
        stat = path.stat()
    except OSError:
        raise BadGenes(f"There is no file {clip(str(path), 200)}.", ACCEPTED, "Check the path.") from None
    key = f"{path.resolve()}|{stat.st_mtime_ns}|{stat.st_size}|{_LAYOUT}"
    folder = chosen_cache_folder() / "genes" / hashlib.sha256(key.encode()).hexdigest()[:24]
    try:
        found, why = kept(folder, lambda work: _make_index(path, work), anew=anew)
    except OSError as error:
        raise BadGenes(
            read=f"The index of {clip(path.name)} can be written neither to {clip(str(folder.parent), 200)} nor to the "
            f"folder for temporary files: {error.strerror or error}.",
            accepted="Gene models are read through an index on the disk.",
            fix="Set GENOVIZ_CACHE to a folder that can be written to.",
        ) from error
    if not why:
        return found, ""
    return found, (
        f"The index of {clip(path.name)} could not be kept in {clip(str(folder.parent), 200)} ({why}), so it is made anew "
        "each time: set GENOVIZ_CACHE to a folder that can be written to."
    )


def contig(chrom: str) -> str:
    """The name of a chromosome in the index, which knows ASCII only, and takes `#` for a comment."""
    return quote(chrom, safe="!$&'()*+,-./:;<=>?@[]^_`{|}~")


def _make_index(path: Path, folder: Path) -> None:
    import pysam

    report = Report()
    number = 0
    plain = folder / "models.bed"
    with plain.open("w", encoding="utf-8") as models, (folder / "genes.jsonl").open("w", encoding="utf-8") as table:
        for chrom, genes in read_genes(path, report, folder):
            rows: list[tuple[int, int, int, str]] = []
            for gene in genes:
                name, identifier, aliases = gene_names(gene)
                row = [number, chrom, gene.start, gene.end, gene.strand, name, identifier, gene.kind, aliases]
                table.write(json.dumps([*row, [bare(t.key) for t in gene.transcripts]]) + "\n")
                rows.extend((t.start, t.end, number, _model_line(chrom, t, number)) for t in gene.transcripts)
                number += 1
            models.writelines(line for *_, line in sorted(rows))
    if not number and not report.left_out:
        raise _no_genes(path, report.skipped)
    (folder / "report.json").write_text(json.dumps(vars(report)), encoding="utf-8")
    pysam.tabix_compress(str(plain), f"{plain}.gz", force=True)
    plain.unlink()
    pysam.tabix_index(f"{plain}.gz", preset="bed", csi=True, force=True)


def _no_genes(path: Path, skipped: Counter[str]) -> BadGenes:
    reasons = ", ".join(f"{count:,} with {reason}" for reason, count in skipped.most_common(3))
    return BadGenes(
        read=f"{clip(path.name)} holds no gene" + (f"; lines left out: {reasons}." if reasons else "."),
        accepted="Rows of type gene, transcript (mRNA, ...), exon and CDS are read, and BED rows with a strand.",
        fix="Check the file, or choose another annotation.",
    )


def _model_line(chrom: str, t: TranscriptDraft, number: int) -> str:
    coding = sorted(t.coding)
    rest = [bare(t.key), t.kind, t.names.get("tag", []), t.inferred, t.exon_spans, _joined_stop(coding)]
    return f"{contig(chrom)}\t{t.start}\t{t.end}\t{t.strand}\t{number}\t{json.dumps(rest)}\n"


def _joined_stop(coding: list[Span]) -> list[Span]:
    """Coding parts with a stop codon's row, which GTF lists apart, joined to the part that it touches or lies in."""
    found: list[Span] = []
    for start, end in coding:
        small = min(end - start, found[-1][1] - found[-1][0]) <= 3 if found else False
        if found and small and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
