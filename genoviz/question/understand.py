"""One box, any question: every reading of a text, the likeliest first.

The order is that of what a person most likely means: something saved, sequences that say so themselves, bases of 12
letters and more, a gene or place, a variant. Fewer than 12 IUPAC letters are offered as bases, never taken for them.
"""

from __future__ import annotations

import re

from genoviz.errors import BadInput, GenovizError
from genoviz.question import bases, places, variants
from genoviz.question.library import Library, build_of
from genoviz.question.reading import Reading, refused
from genoviz.question.saved import saved
from genoviz.sequences.locus import clip, plain_dashes
from genoviz.sequences.text import as_text

ACCEPTED = (
    "Read are bases, FASTA and GenBank, places (`chr8:1,000-1,500`, a gene, `exon 2 of GENE`), variants "
    "(`chr8-1000-T-G`, HGVS, rsIDs, VCF lines), and links, session files and receipts of genoviz."
)
MOST_READINGS = 8
_LONGEST_LINE = 40_000  # characters of a line that may be anything but bases
_LONGEST_NAME = 20  # letters of a word that may be a gene with a typing error
_EDIT = re.compile(r"[ACGTUN]?[0-9]{1,6}(?:[ACGTUN]>)?[ACGTUN]|(?:del|ins|sub)\s+[0-9].*", re.IGNORECASE)
_ITSELF = re.compile(r"[ \t]*>|LOCUS\s|ID\s|ORIGIN\b")  # sequences that say so


_GZIP = b"\x1f\x8b"
_COMPRESSED = BadInput(
    "This looks like a gzip-compressed file.",
    "Files are read here as they are.",
    "Unpack it. A compressed VCF (.vcf.gz) is read on the page Variants, under Many variants.",
)


def understand(text: str | bytes, library: Library) -> list[Reading]:
    """What a text may mean.

    Parameters
    ----------
    text
        Whatever was typed or pasted, or the bytes of a file.
    library
        The genomes to look in. Those of services are never asked here: what is typed stays on this computer.

    Returns
    -------
    list of Reading
        The likeliest first, at most 8; empty for empty text. A text that can't be used is one reading with an error.
    """
    if isinstance(text, bytes) and text.startswith(_GZIP):
        return [refused(_COMPRESSED)]
    try:
        plain = as_text(text).strip()
    except GenovizError as error:
        return [refused(error)]
    if not plain:
        return []
    if (found := saved(plain)) is not None:
        return [found]
    if _ITSELF.match(plain):
        return [bases.sequences(plain)]
    if (listed := variants.many(plain)) is not None:
        return [listed]
    if len(plain.splitlines()) > 1:
        return [_lines(plain)]
    return _line(plain, library)[:MOST_READINGS]


def _lines(plain: str) -> Reading:
    """Several lines: sequences, or what is read one at a time."""
    if bases.is_short(plain):
        return bases.short(plain)
    found = bases.sequences(plain)
    first = plain.splitlines()[0]
    if found.error is not None and not bases.is_nearly_bases(first) and re.search(r"[0-9]", first):
        count = len([line for line in plain.splitlines() if line.strip()])
        return refused(
            BadInput(
                f"There are {count:,} lines, and {clip(first, 40)} is no sequence.",
                "Several lines are read as sequences or as variants; places are read one at a time.",
                "Paste one line. Files of regions (BED) are read on the page Discover motifs.",
            )
        )
    return found


def _line(plain: str, library: Library) -> list[Reading]:
    if len(plain) > _LONGEST_LINE:
        return [bases.sequences(plain)]
    if bases.is_bases(plain):
        named = [one for one in places.places(plain, library)[0] if one.kind == "gene"] if plain.isalnum() else []
        return [bases.sequences(plain), *named]
    changed, no_variant = variants.variants(plain, library) if not places.is_in_words(plain) else ([], None)
    # A VCF line with a number for its ID begins like a BED line: both alleles make it a variant.
    placed, no_place = places.places(plain, library) if not changed else ([], None)
    short = [bases.short(plain)] if bases.is_short(plain) else []
    readings = [*placed, *changed]
    if not readings and not no_variant and re.fullmatch(r"[^\s:]+", plain):
        readings = places.suggested(plain, library)
    readings += short
    return readings or [_not_understood(plain, library, no_place, no_variant)]


def _not_understood(
    plain: str, library: Library, no_place: GenovizError | None, no_variant: GenovizError | None
) -> Reading:
    """The error that helps most, by what the text most looks like."""
    if _EDIT.fullmatch(plain_dashes(plain)):
        error: GenovizError = BadInput(
            f"{clip(plain, 40)} is an edit, and no sequence is open to be edited.",
            "An edit changes a base of the sequence on the page, counted from 1.",
            "Give the sequence first, then type the edit under its picture.",
        )
        return refused(error, "edit")
    in_words = places.is_in_words(plain)
    if bases.is_nearly_bases(plain) and not in_words:
        return bases.sequences(plain)
    if no_variant is not None:
        return refused(no_variant)
    is_name = " " not in plain and len(plain) <= _LONGEST_NAME
    if places.is_unknown_name(no_place) and (in_words or is_name):
        builds = ", ".join(build_of(entry) for entry in library.usable() if entry.genes)
        fix = f"Genes are known of {builds}; `genoviz genome add` registers more genomes with their genes."
        return refused(BadInput(f"{clip(plain)} was not understood: no gene of that name is known.", ACCEPTED, fix))
    if no_place is not None and "//" not in plain and (in_words or is_name or ":" in plain):
        return refused(no_place)
    return refused(BadInput(f"{clip(plain)} was not understood.", ACCEPTED, "Check the spelling, or open an example."))
