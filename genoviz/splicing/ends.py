"""Whether a score depends on where the transcript ends.

Networks that read along a transcript see N outside of it, as in training. Near an end, N takes the place of bases that the
genome has, and that another gene model counts to the transcript. No distance tells where that matters: of 1,303 substitutions
that had an end within the reach of one of the four OpenSpliceAI networks (transcripts of 21 human loci), 152 had a score that
differed by 0.05 or more from that with the genome's own bases, 84 of the 203 at splice sites among them, by up to 0.97; three
were more than 2,000 bases from the end. So where the network reads past an end, the score is computed a second time with the
genome's bases, and it is said where the two differ.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.genes.transcripts import Transcript
from genoviz.sequences.bases import base_count
from genoviz.splicing.alleles import MATTERS, annotated_sites, exon_ends
from genoviz.splicing.placed import Score, differ, largest_of
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows


@dataclass(frozen=True)
class NearEnd:
    """An end of the transcript in what a network reads around the scanned bases.

    Attributes
    ----------
    end
        `5'` or `3'`.
    position
        1-based coordinate of the transcript's last base there.
    away
        Bases between the variant and the end, 0 where it reaches the end.
    replaced
        Bases that the genome has beyond it, and that the network reads as N.
    """

    end: str
    position: int
    away: int
    replaced: int


def near_ends(windows: AlleleWindows, transcript: Transcript, reach: int) -> tuple[NearEnd, ...]:
    """Ends of the transcript beyond which known bases are hidden from the network, the 5' one first.

    Parameters
    ----------
    windows
        With the genome's bases, 5' to 3' on the transcript.
    transcript
        Covers the variant.
    reach
        Bases that are read on either side of the variant's position.
    """
    here, place = windows.variant.locus, transcript.locus
    minus, bases = windows.locus.strand == "-", windows.reference.bases
    found = []
    for left in (not minus, minus):
        first, last = (here.start - reach, place.start) if left else (place.end, here.start + reach + 1)
        if first >= last:
            continue
        # Indices of the outer and the inner base of what is hidden, on the windows' strand.
        ends = sorted(windows.index(position) for position in (first + 1, last))
        hidden = bases[max(0, ends[0]) : ends[1] + 1]
        replaced = len(hidden) - hidden.count("N")
        if replaced:
            away = here.start - place.start if left else place.end - here.end
            found.append(
                NearEnd("5'" if left != minus else "3'", place.start + 1 if left else place.end, max(0, away), replaced)
            )
    return tuple(found)


def end_notices(
    ends: Seq[NearEnd], transcript: Transcript, hidden: Seq[Score], read: Callable[[], Seq[Score]]
) -> list[str]:
    """That the scores depend on where the transcript ends, if they do.

    Parameters
    ----------
    ends
        See `near_ends`.
    hidden
        Unmasked scores with N outside of the transcript.
    read
        Computes those with the genome's bases there; called only where there are ends.
    """
    if not ends:
        return []
    other = read()
    if not differ(hidden, other):
        return []
    where = " and ".join(
        f"the {one.end} end of {transcript.identifier} lies {base_count(one.away)} away (base {one.position:,}), and N stands "
        f"for {base_count(one.replaced)} of the genome beyond it"
        for one in ends
    )
    i = max(range(len(hidden)), key=lambda n: abs(hidden[n].value - other[n].value))
    return [
        f"The score depends on where the transcript ends: {where}. With the genome's bases there the largest change is "
        f"{_words(other)} instead of {_words(hidden)}, and the largest difference that of {_which(hidden[i])}: "
        f"{other[i].value:.2f} instead of {hidden[i].value:.2f}. Compare other gene models, or read the genome outside of "
        "the transcript (on the page no transcript, on the command line --read-outside)."
    ]


def masked_end_notices(
    variant: Variant,
    transcript: Transcript,
    raw: Seq[Score],
    mask: Callable[[Seq[int]], Seq[Score]],
) -> list[str]:
    """That masked scores take an end of the transcript for the nearest splice site, where that changes them.

    Parameters
    ----------
    raw
        Unmasked scores.
    mask
        Masked scores, given the 1-based coordinates of annotated sites.
    """
    sites, ends = sorted({place for _, place in annotated_sites(transcript)}), exon_ends(transcript)
    if not sites:
        return []
    nearest = min(ends, key=lambda place: abs(place - variant.pos))
    if nearest in sites:
        return []
    counted, without = mask(ends), mask(sites)
    if not differ(counted, without):
        return []
    changed = [i for i in range(len(raw)) if abs(counted[i].value - without[i].value) >= MATTERS]
    each = ", ".join(f"{_which(raw[i])} {counted[i].value:.2f} instead of {without[i].value:.2f}" for i in changed)
    return [
        f"Masked scores depend on where the transcript ends: they are counted at the exon end nearest to the variant, here base "
        f"{nearest:,}, where {transcript.identifier} itself begins or ends and no splice site is. By the nearest splice site "
        f"they would differ: {each}."
    ]


def _words(scores: Seq[Score]) -> str:
    top = largest_of(scores)
    return str(top) if top.value else "none"


def _which(score: Score) -> str:
    return " ".join(str(score).split()[:2])
