"""The variant of the page: typed in any spelling, compared with the genome, and placed in a window for the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genes.places import tss_window
from genoviz.genes.transcripts import Transcript
from genoviz.genes.where import Whereabouts, whereabouts
from genoviz.genomes.genome import Reference
from genoviz.genomes.registry import GenomeEntry
from genoviz.isoforms.reading import LocalResolver
from genoviz.models.card import ModelCard
from genoviz.report.links import links
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus
from genoviz.ui.frame import genomes
from genoviz.ui.frame.outputs import escape, show_error
from genoviz.ui.variants import genome_choice
from genoviz.variants.check import CheckedVariant, Mismatch, read_variant
from genoviz.variants.resolver import Resolver, SeveralVariants
from genoviz.variants.spelling import needs_look_up, plain_text
from genoviz.variants.variant import Variant

STRANDS = {"": "Of the gene", "+": "Plus", "-": "Minus"}


@dataclass(frozen=True)
class Asked:
    """A variant that fits its genome, and how the model is to read it.

    `variant` is left-aligned, `written` the same change at the place where it was written; `where` it lies among the genes.
    """

    entry: GenomeEntry
    variant: Variant
    written: Variant
    strand: str
    window: Locus | None
    notices: tuple[str, ...]
    where: Whereabouts


KEYS = ("variant_text", "variant_strand")


def use(variant: str, strand: str = "") -> None:
    """Write a variant into the box, and choose the strand to read (for button callbacks)."""
    st.session_state.update(variant_text=variant, variant_strand=strand)


def written() -> tuple[str, str]:
    """The text of the box and the strand that was chosen."""
    return str(st.session_state.get("variant_text", "")).strip(), st.session_state.get("variant_strand") or ""


def ask(card: ModelCard) -> Asked | None:
    """Genome, variant and strand; None until the variant fits the genome. What is wrong is said, with ways out."""
    genome_choice.settle(written()[0])
    left, middle, right = st.columns([5, 7, 6], vertical_alignment="bottom")
    with left:
        entry = genomes.choose()
    with middle:
        text = st.text_input(
            "Variant",
            key="variant_text",
            placeholder="chr8-140300616-T-G, NC_000008.11:g.140300616T>G, a VCF line ...",
            help="All spellings in use: gnomAD, GTEx, Open Targets, SPDI, VCF lines, genomic HGVS. Positions count from 1, "
            "alleles are those of the plus strand. The reference allele is compared with the genome. What is written here stands in the page's "
            "address, unless the switch in the sidebar keeps it out.",
        )
    with right:
        strand = st.segmented_control(
            "Model reads the strand",
            list(STRANDS),
            key="variant_strand",
            format_func=STRANDS.__getitem__,
            required=True,
            help="Splicing, promoters and transcripts have a strand: the one of the gene at the variant; of several genes that "
            "of the exon or of the nearest splice site; plus where there is none.",
        )
    if not text.strip():
        return None
    genome_choice.say(entry, text)
    if entry is None:
        return None
    try:
        resolver = _resolver(entry, text) if needs_look_up(plain_text(text)) else None
        checked = read_variant(text, genomes.reference(entry), others=_others(entry), resolver=resolver)
        if checked.mismatch is not None:
            _mismatch(entry, checked.mismatch)
            return None
        return _placed(entry, checked, card, strand or "")
    except SeveralVariants as several:
        show_error(several)
        with st.container(horizontal=True):
            for i, choice in enumerate(several.choices):
                st.button(escape(str(choice)[:60]), key=f"choice {i}", on_click=_use_fix(choice, ""))
    except GenovizError as error:
        show_error(error)
        genome_choice.offer(entry, text)
    return None


def _resolver(entry: GenomeEntry, text: str) -> LocalResolver:
    """Names on transcripts of the gene models are read here; all others online, if the user turns that on."""
    models = genomes.genes(entry)
    if (local := LocalResolver(models)).reads(text):
        return local
    on = st.toggle(
        "Look the name up online (Ensembl)",
        key="variant_online",
        help="Sends this name, and nothing else, to the public service of Ensembl. Off unless you turn it on.",
    )
    return LocalResolver(models, Resolver() if on else None)


def _others(entry: GenomeEntry) -> list[Reference]:
    """Genomes of other assemblies on this computer, to see whether the variant fits there."""
    found = []
    for other in genomes.entries().values():
        if not (other.remote or other.problem or other.synthetic or same_assembly(other.assembly, entry.assembly)):
            try:
                found.append(genomes.reference(other))
            except GenovizError:
                continue  # it says so itself when it is chosen
    return found


def _mismatch(entry: GenomeEntry, mismatch: Mismatch) -> None:
    show_error(mismatch.error)
    if mismatch.found is not None:
        st.code(f"plus   5' {mismatch.plus} 3'\nminus  5' {mismatch.minus} 3'", language=None)
    if mismatch.fixes:
        with st.container(horizontal=True):
            for i, fix in enumerate(mismatch.fixes):
                st.button(escape(fix.label), key=f"fix {i}", on_click=_use_fix(fix.variant, fix.reference))


def _use_fix(variant: Variant, title: str) -> Callable[[], None]:
    """Callback that types a correction, and changes to the genome that it names."""

    def use() -> None:
        st.session_state["variant_text"] = str(variant)
        for entry in genomes.entries().values():
            # Titles need not differ: the one of the correction's assembly is meant.
            is_other = not entry.remote and not entry.problem and entry.assembly == variant.assembly
            if title and is_other and entry.title == title:
                genomes.use(entry.name)
                break

    return use


def _placed(entry: GenomeEntry, checked: CheckedVariant, card: ModelCard, strand: str) -> Asked:
    variant, notices = checked.usable(), list(checked.notices)
    around = replace(variant.locus, strand="+")
    models = genomes.genes(entry)
    near = models.within(_grown(around, card.length)) if models else []
    notices += (*models.left_out_at(around), *models.notices) if models else ()
    lies = whereabouts(models, around, strand)
    chosen, window = strand or lies.strand, None
    if card.tss is not None:
        window, said = _start_window(near, variant, card, strand)
        notices.append(said)
        chosen = window.strand if window else chosen
    written = replace(checked.given, chrom=variant.chrom, assembly=variant.assembly)
    return Asked(entry, variant, written, chosen, window, tuple(notices), lies)


def start_window(asked: Asked, card: ModelCard) -> tuple[Locus | None, str]:
    """For a model that expects a transcription start: the window of the nearest one, and a sentence about it."""
    if card.tss is None:
        return None, ""
    models = genomes.genes(asked.entry)
    near = models.within(_grown(asked.where.place, card.length)) if models else []
    return _start_window(near, asked.variant, card, "")


def _start_window(near: list[Transcript], variant: Variant, card: ModelCard, strand: str) -> tuple[Locus | None, str]:
    """The window of the nearest transcription start that holds the variant, and a sentence about it."""
    if card.tss is None:
        return None, ""
    starts = sorted(near, key=lambda t: abs(t.tss - (variant.pos - 1)))
    for transcript in starts:
        if transcript.inferred or (strand and transcript.strand != strand):
            continue
        try:
            window = tss_window(transcript, card.length, card.tss)
        except GenovizError:
            continue
        longest = max(len(variant.ref), len(variant.alt))
        if window.start <= variant.pos - 1 and variant.pos - 1 + longest <= window.end:
            away = (variant.pos - 1 - transcript.tss) * (1 if transcript.strand == "+" else -1)
            place = f"{away:+,}" if away < 0 else f"+{away + 1:,}"
            return window, f"Window around the start of {transcript.gene}; the variant lies at {place} from it."
    return None, (
        f"This model expects a transcription start at base {card.tss + 1:,} of its {card.length:,}, and no known start "
        "has the variant in its window: the variant was put into the middle. Trust the numbers less."
    )


def _grown(locus: Locus, by: int) -> Locus:
    return replace(locus, start=max(0, locus.start - by), end=locus.end + by)


def place_line(asked: Asked) -> None:
    """The canonical spelling with its assembly, and links to other browsers."""
    build = genomes.build_of(asked.entry)
    out = " · ".join(f"[{link.site}]({link.url})" for link in links(asked.variant))
    reads = f"{asked.variant.kind} · model reads the {'plus' if asked.strand == '+' else 'minus'} strand"
    st.caption(f"{escape(str(asked.variant))} · **{escape(build)}** · {reads}" + (f"  \nOpen in {out}" if out else ""))
    for notice in asked.notices:
        st.caption(escape(notice))
