"""Windows of a variant taken apart: its single changes, each made alone, and the same windows from the other strand."""

from __future__ import annotations

from dataclasses import replace

from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows


def parts(variant: Variant) -> tuple[Variant, ...]:
    """The single changes that a variant consists of: `CC>TG` is `C>T` and `C>G`.

    Alleles are paired from their left end; each differing pair is a substitution, and the bases that are left over are
    one insertion or deletion behind the last pair. A variant that is a single change is returned alone.
    """
    if variant.kind in ("SNV", "insertion", "deletion"):
        return (variant,)
    ref, alt = variant.ref, variant.alt
    while min(len(ref), len(alt)) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    shorter = replace(variant, ref=ref, alt=alt)
    if shorter.kind in ("insertion", "deletion"):
        return (shorter,)
    kept = min(len(ref), len(alt))
    found = [replace(variant, pos=variant.pos + i, ref=ref[i], alt=alt[i]) for i in range(kept) if ref[i] != alt[i]]
    if len(ref) != len(alt):
        anchor = ref[kept - 1]
        found.append(replace(variant, pos=variant.pos + kept - 1, ref=anchor + ref[kept:], alt=anchor + alt[kept:]))
    return tuple(found)


def single_changes(windows: AlleleWindows) -> tuple[AlleleWindows, ...]:
    """The windows of each of the `parts` made alone, at the place of the given windows; empty for a single change."""
    changes = parts(windows.variant)
    if len(changes) < 2:
        return ()
    plus = windows if windows.locus.strand == "+" else opposite(windows)
    ref, alt = plus.reference.bases, plus.alternate.bases
    found = []
    for change in changes:
        start = plus.reference_span[0] + change.pos - windows.variant.pos
        # What follows the variant is the same in each change of length: the joint alternate window has it.
        behind = alt[plus.alternate_span[1] :] if change.length_change else ref[start + len(change.ref) :]
        bases = ref[:start] + change.alt + behind
        located = plus.reference.locus if change.length_change == 0 else None
        window = replace(plus.alternate, bases=bases, name=f"{plus.locus} {change}"[:120], locus=located)
        one = AlleleWindows(change, plus.reference, window, plus.locus, plus.before)
        found.append(one if windows.locus.strand == "+" else opposite(one))
    return tuple(found)


def opposite(windows: AlleleWindows) -> AlleleWindows:
    """The same windows read from the other strand."""
    return replace(
        windows,
        reference=windows.reference.reverse_complement(),
        alternate=windows.alternate.reverse_complement(),
        locus=windows.locus.flip(),
    )
