"""From typed text to a variant that fits the genome, or to what is wrong with it and how to put it right.

The reference allele is always compared with the genome. Where it differs, nothing is corrected in silence: the result
shows both, with the bases around on both strands, and lists the corrections that would fit, one click each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadVariant, GenovizError, RefMismatch
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence
from genoviz.variants import hgvs
from genoviz.variants.spelling import SPDI, build_named, chromosome_of, needs_look_up, plain_text
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference
    from genoviz.variants.resolver import NameResolver

CONTEXT = 10  # bases shown on each side


@dataclass(frozen=True)
class Fix:
    """A correction that fits the genome.

    Attributes
    ----------
    label
        What the button says.
    variant
        The corrected variant.
    reference
        Title of the genome to change to; empty when it stays the same.
    """

    label: str
    variant: Variant
    reference: str = ""


@dataclass(frozen=True)
class Mismatch:
    """A variant that does not fit the genome.

    Attributes
    ----------
    given
        The variant as read.
    found
        Bases of the genome where the variant names its reference allele (plus strand); None when the text names another
        build, so that nothing was compared.
    before, after
        Up to 10 plus-strand bases on each side, fewer at an end of the chromosome; N where the genome is unknown.
    error
        The message in three parts.
    fixes
        Corrections that fit, the likeliest first; may be empty.
    """

    given: Variant
    found: str | None
    before: str
    after: str
    error: BadVariant
    fixes: tuple[Fix, ...] = ()

    @property
    def plus(self) -> str:
        """The plus strand around, 5' to 3', with the bases in question in brackets."""
        return f"{self.before}[{self.found or ''}]{self.after}"

    @property
    def minus(self) -> str:
        """The minus strand around, 5' to 3', with the bases in question in brackets."""
        return f"{_turned(self.after)}[{_turned(self.found or '')}]{_turned(self.before)}"


@dataclass(frozen=True)
class CheckedVariant:
    """A variant that was compared with the genome.

    Attributes
    ----------
    given
        As read, with the chromosome name of the text.
    variant
        Left-aligned, with the genome's name of the chromosome, its reference bases and its assembly; None when the
        variant does not fit.
    notices
        Sentences about what was understood or changed on the way.
    mismatch
        What does not fit; None when all is well.
    """

    given: Variant
    variant: Variant | None
    notices: tuple[str, ...] = ()
    mismatch: Mismatch | None = None

    def usable(self) -> Variant:
        """The variant, or the error that says why there is none: RefMismatch or BadVariant."""
        if self.variant is None:
            raise self.mismatch.error if self.mismatch else BadVariant(f"{clip(str(self.given))} does not fit.")
        return self.variant


def read_variant(
    text: str, reference: Reference, *, others: Iterable[Reference] = (), resolver: NameResolver | None = None
) -> CheckedVariant:
    """Read a variant in any spelling and compare it with the genome.

    Parameters
    ----------
    text
        Any spelling of docs/variants.md.
    reference
        The genome it is meant for.
    others
        Further genomes; those of another assembly are tried where the variant does not fit this one.
    resolver
        Looks up rsIDs and names on transcripts and proteins, over the network or in gene models; None leaves them unread.

    Raises
    ------
    BadVariant
        If the text is no variant, lies outside the chromosome or where the genome is unknown (N), or is a name that
        could mean several variants (`SeveralVariants`, which lists them) or that has to be looked up.
    BadLocus
        If the genome has no such chromosome, or not those bases.
    """
    others = tuple(others)
    plain, build = build_named(plain_text(text))
    if resolver is not None and needs_look_up(plain):
        found = resolver.resolve_one(plain, reference)
        return check_variant(found, reference, others=others, notices=(resolver.notice(plain, found),))
    notices = [f"The text names the assembly {build}."] if build else []
    spdi = SPDI.fullmatch(plain)
    if spdi:
        place = int(spdi["pos"])
        notices.append(f"SPDI counts from 0: position {place:,} there is base {place + 1:,}.")
    if not hgvs.is_genomic_name(text):
        return check_variant(Variant.parse(text), reference, others=others, notices=notices)
    name = hgvs.parse(text)
    home = reference
    if not same_assembly(name.assembly, reference.assembly):
        # The bases that the name leaves out are those of its own build; without that genome it cannot be spelled out.
        home = next((o for o in others if o.assembly and same_assembly(o.assembly, name.assembly)), reference)
        if name.kind == "substitution":
            given = Variant(chromosome_of(name.chrom), name.start + 1, name.named, name.inserted, name.assembly)
            return check_variant(given, reference, others=others, notices=notices)
    return check_variant(hgvs.to_variant(name, home), reference, others=others, notices=notices)


def check_variant(
    variant: Variant, reference: Reference, *, others: Iterable[Reference] = (), notices: Iterable[str] = ()
) -> CheckedVariant:
    """Compare a variant with the genome.

    Parameters
    ----------
    variant
        In any normal form. An N in its reference allele stands for any base.
    reference, others
        As for `read_variant`.
    notices
        Sentences to begin with.

    Raises
    ------
    BadVariant
        If it lies outside the chromosome, or where the genome is unknown (N).
    BadLocus
        If the genome has no such chromosome, or not those bases.
    """
    further = [o for o in others if not same_assembly(o.assembly, reference.assembly)]
    said = list(notices)
    if not same_assembly(variant.assembly, reference.assembly):
        return CheckedVariant(variant, None, tuple(said), _wrong_build(variant, reference, further))
    chrom = reference.resolve(variant.chrom)
    _check_bounds(variant, chrom, reference, further)
    start, end = variant.pos - 1, variant.pos - 1 + len(variant.ref)
    found = reference.bases(chrom, start, end)
    if "N" in found:
        raise BadVariant(
            read=f"{clip(str(variant))} lies where {_called(reference)} has {base_count(found.count('N'))} N.",
            accepted="The reference bases must be known.",
            fix="Check position and assembly: N marks a gap of the assembly.",
        )
    if not _matches(variant.ref, found):
        mismatch = _mismatch(replace(variant, chrom=chrom), found, reference, further)
        return CheckedVariant(variant, None, tuple(said), mismatch)
    if variant.ref != found:
        said.append(f"N in the reference allele was read as {clip(found, 30)}, the genome's bases.")
    alt = variant.alternate_on(found)
    if "N" in alt:
        said.append("The alternate allele holds N, an unknown base.")
    if variant.assembly and not reference.assembly:
        said.append(f"{reference.title} does not say its assembly, so it was not checked to be {variant.assembly}.")
    named = Variant(chrom, variant.pos, found, alt, reference.assembly or variant.assembly)
    aligned = named.left_align(reference.bases)
    if aligned != named:
        moved = "Left-aligned" if len(aligned.ref) != len(aligned.alt) else "Trimmed"
        said.append(f"{moved} from {clip(str(named))} to {clip(str(aligned))}, which is the same change.")
    return CheckedVariant(variant, aligned, tuple(said))


def _mismatch(variant: Variant, found: str, reference: Reference, further: Iterable[Reference]) -> Mismatch:
    """A mismatch with everything that would fit instead; `variant` has the genome's name of the chromosome."""
    start, end = variant.pos - 1, variant.pos - 1 + len(variant.ref)
    last = min(end + CONTEXT, reference.chromosomes[variant.chrom])
    window = Locus(variant.chrom, max(0, start - CONTEXT), last, "+", reference.assembly)
    around = reference.fetch(window, pad=True)
    before, after = around.bases[: start - window.start], around.bases[end - window.start :]
    error: BadVariant
    try:
        replace(variant, assembly="").apply(around)
        error = RefMismatch(f"{clip(str(variant))} does not fit {_called(reference)}.")
    except RefMismatch as mismatch:
        error = mismatch
    fixes: dict[tuple[Variant, str], Fix] = {}
    for fix in (*_corrections(variant, found, reference), *_elsewhere(variant, further)):
        fixes.setdefault((fix.variant, fix.reference), fix)
    if fixes:
        labels = "; ".join(fix.label for fix in fixes.values())
        error = RefMismatch(error.read, error.accepted, f"What would fit: {labels}.")
    return Mismatch(variant, found, before, after, error, tuple(fixes.values()))


def _corrections(variant: Variant, found: str, reference: Reference) -> Iterable[Fix]:
    """Corrections on the same genome."""
    build = reference.assembly
    ref, alt = variant.ref, variant.alt
    anchors = 0  # leading bases that stay: in an indel they are no part of the change
    while len(ref) != len(alt) and anchors < min(len(ref), len(alt)) and ref[anchors] == alt[anchors]:
        anchors += 1
    corrected = found[:anchors] + alt[anchors:]
    if corrected != found:
        what = f"base {found}" if len(found) == 1 else f"bases {clip(found, 30).strip('`')}"
        yield Fix(f"Use the reference {what}", Variant(variant.chrom, variant.pos, found, corrected, build))
    swapped = replace(variant.swap(), assembly=build)
    if _fits(swapped, reference):
        yield Fix("Swap reference and alternate", swapped)
    turned = replace(variant, ref=_turned(ref), alt=_turned(alt), assembly=build)
    if _fits(turned, reference):
        change = f" ({ref}>{alt} is {turned.ref}>{turned.alt})" if len(ref) + len(alt) < 20 else ""
        yield Fix(f"Read it on the minus strand{change}", turned)
    both = turned.swap()
    if _fits(both, reference):
        yield Fix("Swap reference and alternate, and read them on the minus strand", both)
    later = replace(variant, pos=variant.pos + 1, assembly=build)
    if _fits(later, reference):
        yield Fix(f"Count the position from 0: it is then base {later.pos:,} here", later)


def _elsewhere(variant: Variant, further: Iterable[Reference]) -> Iterable[Fix]:
    """The same position in genomes of other assemblies."""
    for other in further:
        placed = _placed(variant, other)
        if placed is not None:
            bases = f"base is {variant.ref}" if len(variant.ref) == 1 else f"bases are {clip(variant.ref, 30)}"
            yield Fix(f"On {other.assembly} the reference {bases}: switch to {other.assembly}", placed, other.title)


def _wrong_build(variant: Variant, reference: Reference, further: Iterable[Reference]) -> Mismatch:
    """The text names another build than the genome's; nothing is carried over."""
    homes = [other for other in further if other.assembly and same_assembly(other.assembly, variant.assembly)]
    fixes = tuple(
        Fix(f"Switch to {other.assembly}", placed, other.title)
        for other in homes
        if (placed := _placed(variant, other)) is not None
    )
    where = f"{reference.title} is {clip(reference.assembly, 30)}."
    if fixes:
        fix = f"{fixes[0].label}: its reference bases fit there."
    elif homes:
        fix = f"Check the position: the reference bases do not fit {homes[0].title} either."
    else:
        fix = f"Open a genome of {clip(variant.assembly, 30)}, or convert the position."
    error = BadVariant(f"{clip(str(variant))} is on {clip(variant.assembly, 30)}, but {where}", _NOT_CARRIED, fix)
    return Mismatch(variant, None, "", "", error, fixes)


_NOT_CARRIED = "Positions are never carried from one assembly to another."


def _check_bounds(variant: Variant, chrom: str, reference: Reference, further: Iterable[Reference]) -> None:
    length = reference.chromosomes[chrom]
    end = variant.pos - 1 + len(variant.ref)
    if end <= length:
        return
    elsewhere = next((fix.label for fix in _elsewhere(variant, further)), "")
    raise BadVariant(
        read=f"{clip(str(variant))} reaches base {end:,}.",
        accepted=f"{chrom} of {_called(reference)} has {length:,} bases.",
        fix=f"{elsewhere}." if elsewhere else "Check the position and the assembly.",
    )


def _placed(variant: Variant, other: Reference) -> Variant | None:
    """The variant under the names of another genome, when it fits there."""
    try:
        placed = replace(variant, chrom=other.resolve(variant.chrom), assembly=other.assembly)
        return placed if _fits(placed, other) else None
    except GenovizError:  # no such chromosome there, or no bases: it simply does not fit
        return None


def _fits(variant: Variant, reference: Reference) -> bool:
    """Whether the genome has the reference allele there, base by base; N fits nothing."""
    start, end = variant.pos - 1, variant.pos - 1 + len(variant.ref)
    if end > reference.chromosomes[variant.chrom] or "N" in variant.ref:
        return False
    try:
        return reference.bases(variant.chrom, start, end) == variant.ref
    except GenovizError:
        return False


def _matches(ref: str, found: str) -> bool:
    return len(ref) == len(found) and all(want in (base, "N") for want, base in zip(ref, found, strict=True))


def _turned(bases: str) -> str:
    return Sequence(bases).reverse_complement().bases if bases else ""


def _called(reference: Reference) -> str:
    return reference.assembly or reference.title
