"""Motifs and their names as rows and as JSON; hits are in `genoviz.motifs.scan`, blocks in `genoviz.motifs.match`."""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from typing import Any

from genoviz.files.tsv import Row, plain_record
from genoviz.motifs.collection import KnownMotif, about
from genoviz.motifs.families import families_of
from genoviz.motifs.match import Block, Match, genome_strand
from genoviz.motifs.motif import Motif
from genoviz.motifs.scan import Hit, hit_locus
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.version import __version__


def collection_provenance(taxa: Iterable[str]) -> dict[str, object]:
    """Release, licence and citation of the motifs that were used, for the header of a table."""
    known = about()
    groups = ", ".join(taxa) or "none"
    return {
        "motifs": f"{known['release']}: {groups}",
        "motif_licence": known["licence"],
        "motif_citation": known["citation"],
    }


def block_provenance(source: str, taxa: Iterable[str]) -> dict[str, object]:
    """What blocks were called on, and the motifs they were compared with."""
    return {
        "blocks_of": source,
        **collection_provenance(taxa),
        "q_values": "of Tomtom, over the motifs, for each block alone",
    }


def motif_table(motif: Motif) -> list[Row]:
    """A motif as rows: position (from 1), probability of each base, and bits (uniform background)."""
    bits = motif.information()
    return [
        {"position": i + 1, **{base: float(p) for base, p in zip(BASES, row, strict=True)}, "bits": float(bits[i])}
        for i, row in enumerate(motif.probabilities)
    ]


def motif_provenance(motif: Motif) -> dict[str, object]:
    """Name, accession, kind of factor and source of a motif."""
    known = about()
    said: dict[str, object] = {"name": motif.name, "accession": motif.accession or None}
    if isinstance(motif, KnownMotif):
        said |= {"taxon": motif.taxon, "class": motif.tf_class, "family": motif.tf_family}
    said |= {"consensus": motif.consensus, "sites": motif.sites, "source": motif.source}
    if motif.source == known["name"]:
        said |= {"release": known["release"], "licence": known["licence"], "citation": known["citation"]}
    return {"genoviz": __version__} | {key: value for key, value in said.items() if value not in (None, "")}


def motif_record(motif: Motif) -> dict[str, Any]:
    """A motif as in `genoviz motifs show --json`."""
    return motifs_record(motif_provenance(motif), motif_table(motif))


def match_columns(match: Match | None) -> dict[str, object]:
    """The motif that something looks like, its family first, as cells of its row; empty without one."""
    if match is None:
        return dict.fromkeys(("family", "match", "accession", "strand", "match p-value", "match q-value"))
    return {
        "family": "; ".join(families_of(match.motif)),
        "match": match.motif.name,
        "accession": match.motif.accession,
        "strand": match.strand,
        "match p-value": match.p_value,
        "match q-value": match.q_value,
    }


def name_table(queries: Seq[Motif], matches: Seq[Match | None]) -> list[Row]:
    """Motifs that were found beside the known motif that names each; no cut-off on the q-value."""
    return [
        {"motif": query.name, "consensus": query.consensus, "sites": query.sites, **match_columns(match)}
        for query, match in zip(queries, matches, strict=True)
    ]


def motifs_record(header: dict[str, object], rows: Iterable[Row], **details: object) -> dict[str, Any]:
    """A table about motifs alone as JSON; `version` is that of genoviz."""
    said = {key: value for key, value in header.items() if key != "genoviz"}
    return {"version": __version__, **plain_record(said, rows, **details)}


def block_table(blocks: Seq[Block], sequence: Sequence, *, weak: bool = False) -> list[dict[str, object]]:
    """Blocks as rows for tables and files.

    Positions and places are 1-based with both ends included. The strand is that of the sequence, and `place strand`
    that of the genome; both are empty without a match, as names with a q-value above `SIGNIFICANT` are unless
    `weak` ones are wanted.
    """
    rows: list[dict[str, object]] = []
    for block in blocks:
        seqlet, match = block.seqlet, block.match(weak=weak)
        place = seqlet.locus(sequence.locus) if sequence.locus else None
        rows.append(
            {
                "first": seqlet.start + 1,
                "last": seqlet.end,
                "place": str(place.flip() if place.strand == "-" else place) if place else "",
                "assembly": place.assembly if place else "",
                "bases": sequence.bases[seqlet.start : seqlet.end],
                "sum of scores": seqlet.total,
                "p-value": seqlet.p_value,
                "family": "; ".join(families_of(match.motif)) if match else "",
                "match": match.motif.name if match else "",
                "accession": match.motif.accession if match else "",
                "strand": match.strand if match else "",
                "place strand": genome_strand(sequence, match.strand) if match and place else "",
                "motif first": match.start + 1 if match else None,
                "motif last": match.end if match else None,
                "match p-value": match.p_value if match else None,
                "match q-value": match.q_value if match else None,
            }
        )
    return rows


def hit_table(hits: Seq[Hit], sequence: Sequence) -> list[dict[str, object]]:
    """Hits as rows for tables and files; places are 1-based and both ends are included."""
    rows: list[dict[str, object]] = []
    for hit in hits:
        where = hit_locus(hit, sequence)
        read = Sequence(sequence.bases[hit.start : hit.end])
        rows.append(
            {
                "family": "; ".join(families_of(hit.motif)),
                "motif": hit.label,
                "place": str(where) if where else f"base {hit.start + 1}-{hit.end}",
                "strand": where.strand if where else hit.strand,
                "site": (read if hit.strand == "+" else read.reverse_complement()).bases,
                "score (bits)": hit.score,
                "p-value": hit.p_value,
                "q-value": hit.q_value,
            }
        )
    return rows


def hit_bed(hits: Seq[Hit], sequence: Sequence) -> str:
    """Hits as BED6, 0-based and half-open: in the genome where the sequence has a locus, else in the sequence itself.

    The name is that of the motif, the score -100 log10 of the p-value, 0 to 1000.
    """
    lines = []
    for hit in hits:
        where = hit_locus(hit, sequence)
        name = (sequence.name.split() or ["sequence"])[0]
        place = where.bed if where else f"{name}\t{hit.start}\t{hit.end}"
        score = round(min(1000.0, max(0.0, -100 * math.log10(max(hit.p_value, 1e-10)))))
        label = "_".join(hit.motif.name.split())
        lines.append(f"{place}\t{label}\t{score}\t{where.strand if where else hit.strand}\n")
    return "".join(sorted(lines, key=lambda line: int(line.split("\t")[1])))
