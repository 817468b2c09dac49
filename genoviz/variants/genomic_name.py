"""Genomic names as text: what HGVS `g.` and `m.` and SPDI say, before any base of the genome is known.

`genoviz.variants.hgvs` turns them into variants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from genoviz.errors import BadVariant
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import clip
from genoviz.variants.spelling import MOST_BASES, SPDI, agreed_build, build_named, explain, plain_text, position

ACCEPTED = (
    "Of genomic HGVS are read: substitution `5A>G`, `5_7del`, `5_7dup`, `5_6insACG`, `5_7delinsTT`, `5_7inv` and "
    "repeats `5_7CAG[4]`."
)
EXAMPLE = "Type for example `NC_000017.11:g.43124027_43124028del`."

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_NAME = re.compile(
    rf"(?P<chrom>[^\s:()]+)(?:\([A-Za-z0-9-]{{1,30}}\))?\s?:\s?(?P<letter>[gm]\.)?\s?"
    rf"(?P<start>{_NUMBER})(?:\s?(?:_|-|\.\.)\s?(?P<end>{_NUMBER}))?\s?(?P<change>[A-Za-z>=\[].*)",
    re.IGNORECASE,
)
_GENOMIC = re.compile(r"(?:[^\s:]+\s?:\s?)?[gm]\.\s?\S.*", re.IGNORECASE)
_SEPARATED = re.compile(r".*[0-9][\s:_/|-]{0,5}[ACGTN]+[\s:_/|-]{1,5}[ACGTN]+", re.IGNORECASE)  # `chr1:g.5A/G`
_BARE = re.compile(r"[gm]\.\s?[0-9(\[].*", re.IGNORECASE | re.DOTALL)
_CHANGES = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "substitution": r"(?P<named>[ACGTN]+)\s?-?>\s?(?P<inserted>[ACGTN]+)",
        "delins": r"del(?P<named>[ACGTN]*|[0-9]{1,6})\s?ins\s?(?P<inserted>[ACGTN]+)",
        "deletion": r"del\s?(?P<named>[ACGTN]*|[0-9]{1,6})",
        "duplication": r"dup\s?(?P<named>[ACGTN]*|[0-9]{1,6})",
        "insertion": r"ins\s?(?P<inserted>[ACGTN]+)",
        "inversion": r"inv\s?(?P<named>[ACGTN]*|[0-9]{1,6})",
        "repeat": r"(?P<named>[ACGTN]*)\[(?P<copies>[0-9]{1,6})\]",
    }.items()
}


@dataclass(frozen=True)
class GenomicName:
    """What a genomic name says, before any base of the genome is known.

    Attributes
    ----------
    text
        As given.
    chrom
        Chromosome or accession, as written.
    start, end
        Bases that are changed (0-based, half-open); none (`start == end`) for an insertion before base `start`.
    kind
        `substitution`, `deletion`, `duplication`, `insertion`, `delins`, `inversion` or `repeat`.
    named
        Reference bases that the name gives, to be checked; the unit of a repeat. Empty when it gives none.
    inserted
        New bases of a substitution, insertion or delins.
    copies
        Copies of a repeat.
    assembly
        Build that the text names, or the one asked for; may be empty.
    ranged
        Whether first and last base were given.
    """

    text: str
    chrom: str
    start: int
    end: int
    kind: str
    named: str = ""
    inserted: str = ""
    copies: int = 0
    assembly: str = ""
    ranged: bool = False


def is_genomic_name(text: str) -> bool:
    """Whether `parse` is the one to read the text: HGVS with `g.` or `m.`, `5_7del` without them, or SPDI."""
    try:
        plain, _ = build_named(plain_text(text))
    except BadVariant:
        return False
    if SPDI.fullmatch(plain):
        return True
    match = _NAME.fullmatch(plain)
    if match and not match["letter"]:
        # Without `g.` only what no other spelling could mean: `chr1:5 A>G` and `chr1:5-6 AC>GT` are read elsewhere.
        return any(_CHANGES[kind].fullmatch(match["change"]) for kind in _CHANGES if kind != "substitution")
    return bool(_GENOMIC.fullmatch(plain)) and not _SEPARATED.fullmatch(plain)


def parse(text: str, assembly: str = "") -> GenomicName:
    """Read a genomic name without looking at the genome.

    Parameters
    ----------
    text
        `NC_000017.11:g.43124027_43124028del`, `chr17:g.43124027delAG`, `17:g.123dup`, `hg19:chr1:g.1_2insACG`,
        `chrM:m.3243A>G`, or SPDI (`NC_000017.11:43124026:AG:`). Upper or lower case; `-` for `_` is fine.
    assembly
        Build to note; the text may not name another one.

    Raises
    ------
    BadVariant
        If it is no such name, is uncertain (`?`, brackets), holds several changes, contradicts itself or names another
        build.
    """
    plain, build = build_named(plain_text(text))
    spdi = SPDI.fullmatch(plain)
    if spdi:
        return _from_spdi(text, spdi, build, assembly)
    match = _NAME.fullmatch(plain)
    if match is None:
        raise _unreadable(text, plain)
    said = agreed_build(plain, match["chrom"], build, assembly)
    start, end = position(match["start"]), position(match["end"] or match["start"])
    if start < 1:
        raise BadVariant(f"{clip(text)} starts at position 0.", "The first base is 1.", "Add 1 if it is 0-based.")
    if end < start:
        raise BadVariant(
            f"{clip(text)} ends before it starts.",
            "The smaller position comes first; a change across the origin of a circular chromosome is not read.",
            f"Check the positions, or type `{match['chrom']}:g.{end}_{start}{match['change'][:30]}`.",
        )
    for kind, pattern in _CHANGES.items():
        change = pattern.fullmatch(match["change"].strip())
        if change:
            parts = change.groupdict("")
            named, inserted = parts.get("named", "").upper(), parts.get("inserted", "").upper()
            first, last = _span(text, match, kind, start, end, named)
            if max(last - first, len(named), len(inserted)) > MOST_BASES:
                raise too_long(text)
            return GenomicName(
                text=text.strip(),
                chrom=match["chrom"],
                start=first,
                end=last,
                kind=kind,
                named="" if named.isdecimal() else named,
                inserted=inserted,
                copies=int(parts.get("copies") or 0),
                assembly=said,
                ranged=bool(match["end"]),
            )
    raise _unreadable(text, plain)


def _span(text: str, match: re.Match[str], kind: str, start: int, end: int, named: str) -> tuple[int, int]:
    """Changed bases (0-based, half-open), after checking them against the bases or number that the name gives."""
    if kind == "insertion":
        if not match["end"]:
            raise BadVariant(
                f"{clip(text)} inserts at one position.",
                "An insertion lies between two bases, and both are named.",
                f"Type `{match['chrom']}:g.{start}_{start + 1}{match['change'][:40]}` if it comes after base {start:,}.",
            )
        if end != start + 1:
            raise BadVariant(
                f"{clip(text)} inserts between {start:,} and {end:,}, which are not neighbours.",
                "An insertion lies between two neighbouring bases.",
                "Name the bases on both sides of it, or write `delins` if those between are replaced.",
            )
        return start, start
    if kind == "repeat":
        return start - 1, end
    size = int(named) if named.isdecimal() else len(named)
    if not match["end"] and size:
        return start - 1, start - 1 + size  # `5delAG`: the bases say how many
    if size and size != end - start + 1:
        raise BadVariant(
            f"{clip(text)} covers {base_count(end - start + 1)} by its positions, but names {size:,}.",
            "Both ends are included, and the bases in the name are all those between.",
            "Check the positions, or leave the bases out.",
        )
    return start - 1, end


def _from_spdi(text: str, match: re.Match[str], build: str, assembly: str) -> GenomicName:
    """SPDI gives the number of bases before the change, the deleted bases (or how many), and the inserted ones."""
    deleted, inserted, start = match["deleted"].upper(), match["inserted"].upper(), int(match["pos"])
    size = int(deleted) if deleted.isdecimal() else len(deleted)
    if max(size, len(inserted)) > MOST_BASES:
        raise too_long(text)
    if not size and not inserted:
        raise BadVariant(f"{clip(text)} deletes and inserts nothing.", "A variant changes a base.", "Check the name.")
    return GenomicName(
        text=text.strip(),
        chrom=match["chrom"],
        start=start,
        end=start + size,
        kind="insertion" if not size else "delins" if inserted else "deletion",
        named="" if deleted.isdecimal() else deleted,
        inserted=inserted,
        assembly=agreed_build(text, match["chrom"], build, assembly),
        ranged=True,
    )


def too_long(text: str) -> BadVariant:
    """The message for alleles that are too long for any model."""
    return BadVariant(
        f"{clip(text)} has an allele of more than {MOST_BASES:,} bases.",
        f"Alleles of up to {MOST_BASES:,} bases are read.",
        "Models read short variants; a change of this size is not predicted.",
    )


def _unreadable(text: str, plain: str) -> BadVariant:
    """The message for a genomic name that is not read, by what it is."""
    change = plain.partition("g.")[2] or plain.partition("m.")[2] or plain
    if _BARE.fullmatch(plain):
        return BadVariant(
            f"{clip(text)} names no chromosome.",
            "A genomic name begins with a chromosome or an accession.",
            f"Put it before the name, for example `chr17:{clip(plain, 40).strip('`')}`.",
        )
    if "?" in change or "(" in change:
        return BadVariant(
            f"{clip(text)} is uncertain about its positions.", "Positions must be known.", "Name the exact bases."
        )
    if ";" in change or change.startswith("["):
        return BadVariant(
            f"{clip(text)} holds several changes.", "One variant is read at a time.", "Write each with its own name."
        )
    if "=" in change:
        return BadVariant(
            f"{clip(text)} names no change (`=`).", "A variant changes at least one base.", "Check the name."
        )
    if re.search(r"ins\s?[\[(0-9]|ins\s?$|ins.*[^ACGTN].*$", change, re.IGNORECASE):
        return BadVariant(
            f"{clip(text)} does not spell out the inserted bases.",
            "Inserted bases are written in A, C, G, T and N.",
            "Write them out, for example `5_6insACG`.",
        )
    if re.search(r"[gm]\.", plain):
        return BadVariant(f"{clip(text)} could not be read as a genomic HGVS name.", ACCEPTED, EXAMPLE)
    return explain(text, plain)
