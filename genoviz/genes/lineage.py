"""Which rows of a chromosome are genes, which transcripts, and which parts belong to whom.

A type's name does not settle it. A row below a gene that has exons below it is a transcript, whatever it is called
(`NMD_transcript_variant`, `pseudogene`); one that only holds transcripts is a gene.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from genoviz.genes.features import Row
from genoviz.genes.stretches import ACROSS_ORIGIN

Key = tuple[str, str]  # gene as GTF and BED name it on every row, else empty; and the row's own identifier


@dataclass
class Lineage:
    """The rows of one chromosome under the names that they give themselves.

    Attributes
    ----------
    genes
        Rows of each gene.
    transcripts
        Rows of each transcript; empty for one that only its parts name.
    parts
        Exons, coding and other parts of each transcript, and of genes without transcripts.
    above
        Parents of everything that has an identifier.
    sequences
        Identifiers of the chromosome itself, which is nobody's gene.
    """

    genes: dict[str, list[Row]] = field(default_factory=dict)
    transcripts: dict[Key, list[Row]] = field(default_factory=dict)
    parts: dict[Key, list[Row]] = field(default_factory=dict)
    above: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sequences: set[str] = field(default_factory=set)

    def gene_above(self, parents: Iterable[str]) -> str:
        """The nearest gene among parents and those above them; empty without one."""
        return next((key for key in self._upwards(parents) if key in self.genes), "")

    def _upwards(self, parents: Iterable[str]) -> Iterator[str]:
        seen: set[str] = set()
        waiting = list(parents)
        while waiting:
            key = waiting.pop(0)
            if key not in seen:
                seen.add(key)
                yield key
                waiting.extend(self.above.get(key, ()))


def lineage(rows: list[Row]) -> Lineage:
    """Sort the rows of one chromosome by what they are, whatever their order in the file."""
    found, others, parts = Lineage(), dict[str, list[Row]](), list[Row]()
    circle = max((row.end for row in rows if row.level == "sequence" and row.kind == "circle"), default=0)
    for row in rows:
        if row.level == "sequence":
            found.sequences.add(row.key)
            continue
        if circle and row.end > circle:
            row = row._replace(torn=row.torn or ACROSS_ORIGIN)
        if row.level == "gene":
            found.genes.setdefault(row.key, []).append(row)
        elif row.level == "transcript":
            found.transcripts.setdefault((row.gene, row.key), []).append(row)
        elif row.level == "other":
            others.setdefault(row.key, []).append(row)
        else:
            parts.append(row)
        if not row.gene and row.key and row.parents:
            found.above[row.key] = found.above.get(row.key, ()) + row.parents
    _settle(found, others, parts)
    _hand_out(found, parts)
    return found


def _settle(found: Lineage, others: dict[str, list[Row]], parts: list[Row]) -> None:
    """Rows of unknown types, and genes below genes, by what lies above and below them."""
    holders = {parent for part in parts if not part.gene for parent in part.parents}
    carriers = {
        parent
        for rows in (*found.transcripts.values(), *(rows for key, rows in others.items() if key in holders))
        for row in rows
        for parent in row.parents
    }
    for key, rows in others.items():
        if key in carriers and not found.gene_above(rows[0].parents):
            found.genes[key] = rows
        elif key in holders:
            found.transcripts[("", key)] = rows
    for key, rows in list(found.genes.items()):
        above = found.gene_above(parent for row in rows for parent in row.parents if parent != key)
        if above not in ("", key) and (key in holders or key not in carriers):
            found.transcripts.setdefault(("", key), []).extend(found.genes.pop(key))


def _hand_out(found: Lineage, parts: list[Row]) -> None:
    """Each part to its transcripts; one below another part (a coding part below its exon) to that one's."""
    own = {part.key for part in parts if part.key and part.parents}

    for part in parts:
        for parent in part.parents or (part.key,):
            if not part.gene and parent in own and ("", parent) not in found.transcripts and parent not in found.genes:
                above = found.above.get(parent, ())
                parent = next((key for key in above if key != parent), parent)
            found.parts.setdefault((part.gene, parent), []).append(part)
