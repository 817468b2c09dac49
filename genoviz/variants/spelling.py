"""The spellings of variants: from text to chromosome, position and alleles, without the genome.

The grammar is in docs/variants.md. What a text leaves open is never guessed: such text ends in a message that says what
to type. Names that need the bases of the genome, such as `g.5del`, are read by `genoviz.variants.hgvs`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from genoviz.errors import BadVariant
from genoviz.genomes.chromosome_names import ACCESSIONS
from genoviz.sequences.assemblies import ASSEMBLY_PATTERN, assembly_name, same_assembly
from genoviz.sequences.chromosome_name import ChromosomeName, canonical_chromosome
from genoviz.sequences.locus import clip, plain_dashes
from genoviz.sequences.numbers import MOST_DIGITS, whole_number

ACCEPTED = "A variant is chromosome, 1-based position, reference bases and alternate bases (A, C, G, T, N)."
EXAMPLE = "Type for example `chr8-140300616-T-G`; `8:140,300,616 T>G` and `NC_000008.11:g.140300616T>G` are fine too."
MOST_BASES = 10_000  # of one allele

_SCAFFOLD = r"_[A-Za-z]{2}[0-9]{6}v[0-9](?:_(?:random|alt|fix))?"
_CHROM = rf"(?P<chrom>[A-Za-z]{{2}}_[0-9]+\.[0-9]+|[A-Za-z0-9.]+(?:{_SCAFFOLD})?)"
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+"
_POS = rf"(?P<pos>{_NUMBER})"
# Runs of separators are bounded, else a long run could be divided between two places in too many ways.
_BETWEEN = r"[\s:_/|-]{1,5}"
_ARROW = rf"(?:\s{{0,5}}-?>\s{{0,5}}|{_BETWEEN})"
_ALLELES = rf"(?P<ref>[A-Za-z*.]+|){_ARROW}(?P<alt>[A-Za-z*.,]+|<[A-Za-z0-9:]{{1,40}}>|)"
_PLAIN = re.compile(rf"{_CHROM}(?:{_BETWEEN}|>)(?:[gm]\.)?{_POS}(?:{_BETWEEN}|>)?{_ALLELES}")
# Here only `>` and `/` part the alleles: `1 5 7 A C` is a VCF line whose ID is 7.
_RANGE = re.compile(
    rf"{_CHROM}{_BETWEEN}(?:[gm]\.)?{_POS}(?:(?:\s?(?:-|\.\.|_)\s?|\s{{1,5}})(?P<end>{_NUMBER}))?(?:{_BETWEEN})?"
    r"(?P<ref>[A-Za-z]+|-)\s{0,5}(?:-?>|/)\s{0,5}(?P<alt>[A-Za-z]+|-)(?:\s{1,5}(?P<strand>[+-]1?|1))?"
)
_CANONICAL = re.compile(r"(?P<chrom>[^\s:]+)-(?P<pos>[0-9]+)-(?P<ref>[ACGTN]+)-(?P<alt>[ACGTN]+)")
_VCF = re.compile(r"(?P<chrom>\S+)\s+(?P<pos>[0-9]+)\s+(?P<id>\S+)\s+(?P<ref>\S+)\s+(?P<alt>\S+)(?:\s.*)?")
SPDI = re.compile(
    r"(?P<chrom>[A-Z]{2}_[0-9]+\.[0-9]+):(?P<pos>[0-9]{1,15}):(?P<deleted>[ACGTN]*|[0-9]{1,6}):(?P<inserted>[ACGTN]*)",
    re.IGNORECASE,
)
_BUILD = rf"(?P<build>{ASSEMBLY_PATTERN})"
_BUILD_BEFORE = re.compile(rf"(?P<head>)\[?{_BUILD}\]?[\s:_/|-]{{1,3}}(?P<tail>\S.*)", re.IGNORECASE | re.DOTALL)
_BUILD_INSIDE = re.compile(rf"(?P<head>[^\s:()]+)\({_BUILD}\)(?P<tail>\s?:.*)", re.IGNORECASE | re.DOTALL)
_BUILD_AFTER = re.compile(
    rf"(?P<head>.*[^\s_:|,(\[])(?:[\s_:|,]{{1,3}}|\s{{0,3}}[(\[]){_BUILD}[)\]]?(?P<tail>)", re.IGNORECASE | re.DOTALL
)
# Then what stood before it was the chromosome: `hs1-5-A-G`, where `hs1` is also a name of a build.
_POSITION_FIRST = re.compile(
    rf"(?:[gm]\.)?(?:{_NUMBER})(?:{_BETWEEN}|>)?(?:[ACGTN]+(?![.A-Z0-9])|del|dup|ins|inv|\[)", re.IGNORECASE
)

_RSID = re.compile(r"rs[0-9]+(?:[\s:_/|(-].*)?", re.IGNORECASE | re.DOTALL)
_HGVS_CODING = re.compile(r"(?:.*[:\s(])?(?P<kind>[cnpr])\.\s*\(?[A-Za-z0-9*+_>=?-]+.*", re.DOTALL)
_HGVS_GENOMIC = re.compile(r"(?:.*[:\s])?[gm]\.[0-9_(\[].*", re.DOTALL)
_NAMED_CHANGE = re.compile(rf"[^\s:]+\s?:\s?(?:{_NUMBER})(?:_(?:{_NUMBER}))?(?:del|dup|ins|inv).*", re.IGNORECASE)
_RESIDUE = r"(?:[A-Z][a-z]{2}|[A-Z*])"
_PROTEIN_SHORT = re.compile(rf"[A-Z][A-Z0-9-]+[\s:]{_RESIDUE}[0-9]{{1,5}}(?:{_RESIDUE}|fs.*|del|dup|=)")
_DATABASE = {
    "VCV": "ClinVar",
    "RCV": "ClinVar",
    "SCV": "ClinVar",
    "COSM": "COSMIC",
    "COSV": "COSMIC",
    "CA": "ClinGen",
    "ss": "dbSNP submission",
    "nsv": "dbVar",
    "esv": "DGVa",
}
_DATABASE_NAME = re.compile(rf"(?P<kind>{'|'.join(_DATABASE)})[0-9]{{3,}}(?:\.[0-9]+)?", re.IGNORECASE)
PASTE = "paste position and alleles, such as `chr8-140300616-T-G`"


class NotAVariant(BadVariant):
    """Text that does not even look like a variant."""


class OtherBuild(BadVariant):
    """A variant on another assembly than the one asked for."""


class CountedFromZero(BadVariant):
    """Two positions and two alleles as a BED line has them, where the first position counts from 0."""


class Spelling(NamedTuple):
    """What a text says: chromosome, 1-based position, alleles, and the build (empty when none is named)."""

    chrom: str
    pos: int
    ref: str
    alt: str
    assembly: str


def read_spelling(text: str, assembly: str = "") -> Spelling:
    """The parts of a variant that is spelled out.

    Parameters
    ----------
    text
        Any spelling of docs/variants.md that names both alleles.
    assembly
        Build to note; the text may not name another one.

    Raises
    ------
    BadVariant
        If the text is no variant, names another build than `assembly`, or is a name that has to be looked up.
    """
    whole = plain_text(text)
    plain, build = build_named(whole)
    spdi = SPDI.fullmatch(plain)
    if spdi:
        if not spdi["inserted"] or not spdi["deleted"] or whole_number(spdi["deleted"]) is not None:
            raise explain(text, plain)
        # SPDI counts the bases before the change, so its position is 0-based.
        return _parts(spdi["chrom"], str(int(spdi["pos"]) + 1), spdi["deleted"], spdi["inserted"], build, assembly)
    ranged = _RANGE.fullmatch(plain)
    if ranged and ranged["ref"] != "-" != ranged["alt"]:
        return _ranged(text, ranged, build, assembly)
    line = _VCF.fullmatch(plain)
    if line and not re.fullmatch("[ACGTNacgtn]+", line["id"]) and not ranged:
        _check_first_base(text, line)
        return _parts(line["chrom"], line["pos"], line["ref"], line["alt"], build, assembly)
    match = _PLAIN.fullmatch(plain) or _CANONICAL.fullmatch(plain)
    if match and match["ref"] and match["alt"]:
        return _parts(match["chrom"], match["pos"], match["ref"], match["alt"], build, assembly)
    raise explain(text, plain, match or ranged)


def looks_like_bed(pos: str, third: str, ref: str) -> bool:
    """Whether a third column is where a BED line would end that begins at `pos` (0-based) and holds `ref`."""
    first, last = whole_number(pos), whole_number(third)
    return first is not None and last is not None and last == first + len(ref)


def _check_first_base(text: str, line: re.Match[str]) -> None:
    """A number in the place of the ID may be the end of a BED line; then nobody knows from where the first one counts."""
    if looks_like_bed(line["pos"], line["id"], line["ref"]):
        chrom, pos, alleles = line["chrom"], int(line["pos"]), f"{line['ref']}-{line['alt']}"[:60]
        raise CountedFromZero(
            read=f"{clip(text)} may be a BED line, where positions count from 0 and the end is excluded.",
            accepted="Positions count from 1, and what could mean two places is not guessed.",
            fix=f"If it is, type `{chrom}-{pos + 1}-{alleles}`; if {pos:,} counts from 1, `{chrom}-{pos}-{alleles}`.",
        )


def plain_text(text: str) -> str:
    """One line without Unicode dashes, arrows and outer spaces.

    Raises
    ------
    BadVariant
        If it is empty, has several lines, or is longer than any variant that is read.
    """
    plain = plain_dashes(text).replace("\u2192", ">").strip()
    if not plain:
        raise BadVariant(read="The variant is empty.", accepted=ACCEPTED, fix=EXAMPLE)
    if len(plain) > 4 * MOST_BASES:
        raise BadVariant(
            read=f"The text has {len(plain):,} characters.",
            accepted=f"Alleles of up to {MOST_BASES:,} bases are read.",
            fix="Paste one variant.",
        )
    if len(plain.splitlines()) > 1:
        raise BadVariant(
            read=f"The text has {len(plain.splitlines()):,} lines.",
            accepted="One variant is read at a time.",
            fix="Paste one line.",
        )
    return plain


def build_named(plain: str) -> tuple[str, str]:
    """The text without the build it names, and that build (empty when it names none).

    `hg19:...` or `GRCh38.p14 ...` before it, `chr17(GRCh38):...` behind the chromosome, `..._b38` or `... (hg19)` at the
    end; any name of `genoviz.sequences.assemblies`.
    """
    for pattern in (_BUILD_BEFORE, _BUILD_INSIDE, _BUILD_AFTER):
        match = pattern.fullmatch(plain)
        if match and not (pattern is _BUILD_BEFORE and _POSITION_FIRST.match(match["tail"])):
            return match["head"] + match["tail"], assembly_name(match["build"])
    return plain, ""


def accession_build(name: str) -> str:
    """The build that a human RefSeq accession belongs to, by its version; empty for any other name."""
    accession = ACCESSIONS.get(name.upper())
    return accession.assembly if accession and accession.assembly.startswith("GRCh") else ""


def chromosome_of(name: str) -> str:
    """Canonical name; RefSeq accessions of human chromosomes are translated where their version is known.

    The name remembers how it was written, so that a genome can be asked for exactly that: whether `NC_012920.1` is its
    chrM, and which of `1` and `chr1` is meant, only the genome knows.
    """
    if accession_build(name):
        return ChromosomeName(f"chr{ACCESSIONS[name.upper()].chromosome}", name)
    if name.upper() == "NC_012920.1":
        return ChromosomeName("chrM", name)
    return canonical_chromosome(name)


def agreed_build(shown: str, chrom: str, build: str, assembly: str) -> str:
    """The build of a variant: the one asked for, else the one that the text or its accession names.

    Raises
    ------
    OtherBuild
        If two of them differ. Positions are never carried from one build to another.
    """
    by_accession = accession_build(chrom)
    if not same_assembly(build, by_accession):
        raise OtherBuild(
            read=f"{clip(shown)} names {build}, but {clip(chrom, 20)} is a chromosome of {by_accession}.",
            accepted="A variant is on one assembly.",
            fix="Leave out the one that is wrong.",
        )
    said = build or by_accession
    if not same_assembly(said, assembly):
        raise OtherBuild(
            read=f"{clip(shown)} is on {said}.",
            accepted=f"Variants on {clip(assembly, 30)} are read here.",
            fix=f"Choose {said}, or convert the position to {clip(assembly, 30)}.",
        )
    return assembly or said


def position(digits: str) -> int:
    """A 1-based position, with or without thousands commas; BadVariant when it has too many digits."""
    plain = digits.replace(",", "")
    if len(plain) > MOST_DIGITS:
        raise BadVariant(
            read=f"The position {clip(digits, 20)} has {len(plain)} digits.",
            accepted="No chromosome is that long.",
            fix="Check the position.",
        )
    return int(plain)


def needs_look_up(text: str) -> bool:
    """Whether the text is a name that only a table of variants or transcripts can place: an rsID, `c.`, `n.`, `p.`"""
    return bool(kind_of_name(text))


def kind_of_name(text: str) -> str:
    """What kind of name a text is that has to be looked up: `rsID`, or `c`, `n`, `p` or `r` for HGVS; else empty."""
    plain = plain_dashes(text).strip()[:200]
    if _RSID.fullmatch(plain):
        return "rsID"
    if coding := _HGVS_CODING.fullmatch(plain):
        return coding["kind"]
    return "p" if _PROTEIN_SHORT.fullmatch(plain) else ""


def explain(text: str, plain: str, parts: re.Match[str] | None = None) -> BadVariant:
    """The message for text that is no variant, by what it most looks like.

    `parts` is a match that found chromosome and position but an empty allele.
    """
    if _RSID.fullmatch(plain):
        return BadVariant(
            read=f"{clip(text)} is an rsID (dbSNP name).",
            accepted="No table that turns rsIDs into positions is at hand.",
            fix=f"Look it up in dbSNP or gnomAD and {PASTE}.",
        )
    database = _DATABASE_NAME.fullmatch(plain)
    if database:
        kind = next(title for prefix, title in _DATABASE.items() if prefix.lower() == database["kind"].lower())
        return BadVariant(
            read=f"{clip(text)} is a name of a database ({kind}).",
            accepted="No table that turns such names into positions is at hand.",
            fix=f"Look it up there and {PASTE}.",
        )
    coding = _HGVS_CODING.fullmatch(plain)
    if coding or _PROTEIN_SHORT.fullmatch(plain):
        letter = coding["kind"] if coding else "p"
        kind = {"c": "a coding", "n": "a transcript", "p": "a protein", "r": "an RNA"}[letter]
        return BadVariant(
            read=f"{clip(text)} is {kind} HGVS name ({letter}.).",
            accepted="Turning it into a genome position needs a table of transcripts, and is never guessed.",
            fix="Convert it with VariantValidator or VEP and paste the genomic form, such as `chr8-140300616-T-G`.",
        )
    if SPDI.fullmatch(plain):
        return BadVariant(
            read=f"{clip(text)} is an SPDI name that does not spell out both alleles.",
            accepted="It is read where a genome is open, because its bases are needed.",
            fix="Open the genome, or write it as in VCF with the base before it.",
        )
    if _HGVS_GENOMIC.fullmatch(plain) or _NAMED_CHANGE.fullmatch(plain):
        return BadVariant(
            read=f"{clip(text)} is a genomic HGVS name other than a substitution.",
            accepted="It is read where a genome is open, because its bases are needed; without one, substitutions such "
            "as `NC_000008.11:g.140300616T>G` are.",
            fix="Open the genome, or write it as in VCF with the base before it, such as `chr8-140300615-CT-C` for a "
            "deletion of T.",
        )
    if parts:
        return _empty_allele(text, parts)
    return NotAVariant(read=f"{clip(text)} could not be read as a variant.", accepted=ACCEPTED, fix=EXAMPLE)


def _empty_allele(text: str, parts: re.Match[str]) -> BadVariant:
    """Deleted bases can be named without an anchor; where bases were inserted, the text does not say."""
    ref, alt = (parts[name].strip("-").upper() for name in ("ref", "alt"))
    fix = "Write the base before an insertion or deletion in both, for example `chr1-12345-C-CA`."
    chrom, pos = parts["chrom"], parts["pos"].replace(",", "")
    if ref and set(ref) <= set("ACGTN") and len(pos) <= MOST_DIGITS:
        fix = f"For a deletion type `{chrom}:g.{pos}del{ref[:40]}` with a genome open, or write the base before it too."
    elif alt and set(alt) <= set("ACGTN") and len(pos) <= MOST_DIGITS:
        fix = (
            f"Say between which bases it lies, for example `{chrom}:g.{pos}_{int(pos) + 1}ins{alt[:40]}` with a "
            "genome open, or write the base before it in both alleles."
        )
    return BadVariant(
        read=f"{clip(text)} has an empty allele.",
        accepted="As in VCF, both alleles carry at least one base.",
        fix=fix,
    )


def _ranged(text: str, match: re.Match[str], build: str, assembly: str) -> Spelling:
    """A variant with a last position or a strand: the reference allele must be as long as the positions say."""
    first, ref, alt = position(match["pos"]), match["ref"], match["alt"]
    last = position(match["end"]) if match["end"] else first + len(ref) - 1
    if (match["strand"] or "+").startswith("-"):
        turn = str.maketrans("ACGTacgt", "TGCAtgca")
        turned = f"{match['chrom']}-{first}-{ref.translate(turn)[::-1]}-{alt.translate(turn)[::-1]}"
        raise BadVariant(
            read=f"{clip(text)} spells its alleles on the minus strand.",
            accepted="Alleles are those of the plus strand, as in VCF.",
            fix=f"If that is meant, type `{turned[:80]}`.",
        )
    if last - first + 1 != len(ref):
        raise BadVariant(
            read=f"{clip(text)} goes from {first:,} to {last:,}, but its reference allele has {len(ref):,} "
            f"{'base' if len(ref) == 1 else 'bases'}.",
            accepted="Both ends are included, so that the positions say how many bases the reference allele has.",
            fix="Check the positions, or give only the first one.",
        )
    return _parts(match["chrom"], match["pos"], ref, alt, build, assembly)


def _parts(chrom: str, pos: str, ref: str, alt: str, build: str, assembly: str) -> Spelling:
    if "," in alt:
        choices = [a for a in alt.split(",") if a]
        example = f"{chrom}-{pos}-{ref}-{choices[0] if choices else 'G'}"
        raise BadVariant(
            read=f"There are {len(choices)} alternate alleles: {clip(alt, 40)}.",
            accepted="One alternate allele is read at a time.",
            fix=f"Split them, starting with `{example[:80]}`.",
        )
    place = position(pos)
    shown = f"{chrom}-{place}-{ref}-{alt}"
    return Spelling(chromosome_of(chrom), place, ref, alt, agreed_build(shown, chrom, build, assembly))
