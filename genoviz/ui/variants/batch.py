"""Many variants: a file or pasted lines, scored in the background, shown as a table whose rows open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd
import streamlit as st

from genoviz.effects.batch import Pace, score_file
from genoviz.effects.cohort import largest_first, written
from genoviz.effects.file_chunks import Job
from genoviz.effects.results import read_results, to_vcf, with_largest
from genoviz.errors import BadInput, Cancelled
from genoviz.genomes.registry import TEACHING, GenomeEntry
from genoviz.models.card import ModelCard
from genoviz.models.uses import unfit
from genoviz.ui.frame import estimate, genomes
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.planned import forget, is_long, planned, rounded
from genoviz.ui.frame.session_folder import KEPT, KEPT_LONGER, session_folder
from genoviz.ui.variants import cohort

MAX_SHOWN = 20_000  # rows sent to the browser; files hold all
LINES = 2_000_000  # characters of pasted text
STRANDS = {"+": "Plus", "-": "Minus"}
_PLACEHOLDER = "chr8-140300616-T-G\n8:140300617 C>T\nNC_000008.11:g.140300618del\n..."


@dataclass(frozen=True)
class _Scored:
    """What a run left: its table, complete or up to where it was stopped."""

    table: Path
    complete: bool


def use_lines(text: str) -> None:
    """Write lines of variants into the box."""
    st.session_state["variants_text"] = text[:LINES]


def many_variants(choice: Choice, open_one: Callable[[str, str], None]) -> None:
    """Input, run and table; `open_one` is called with a variant of the table and the strand to read."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        text = st.text_area(
            "Variants, one a line",
            key="variants_text",
            height=120,
            max_chars=LINES,
            placeholder=_PLACEHOLDER,
            help="Lines of a VCF, tables with a header, or any spelling of a variant, also mixed.",
        )
    with right:
        upload = st.file_uploader(
            "or a VCF, VCF.gz, TSV or CSV file",
            key="variants_file",
            help="Larger files are scored with `genoviz variants`, which goes on after an interruption.",
        )
        st.caption(KEPT, help=KEPT_LONGER)
        st.button("Variants of the teaching genome", on_click=_use_teaching, icon=":material/school:")
    first, second = st.columns(2)
    with first:
        entry = genomes.choose()
    with second:
        strand = _strand(choice.card)
    content = upload.getvalue() if upload is not None else text.encode()
    if entry is None or not content.strip():
        st.caption("Nothing to score yet.")
        return
    if upload is not None and text.strip():
        st.caption("The file is scored; remove it to use the pasted lines.")
    for special in _special(choice.card):
        st.caption(f":material/info: {escape(special)}")
    with messages():
        found = _score(choice, entry, strand, content, upload.name if upload is not None else "pasted.txt")
        if found is not None:
            _results(choice, entry, found, open_one)


def _strand(card: ModelCard) -> str:
    """The strand to read; empty for models that are asked on the strand of each gene."""
    from genoviz.effects.scorers import scores_genes

    if scores_genes(card):
        st.caption("Strand and transcript: those of each variant's gene.")
        return ""
    chosen = st.segmented_control(
        "Model reads the strand",
        list(STRANDS),
        key="variants_strand",
        format_func=STRANDS.__getitem__,
        required=True,
    )
    return chosen or "+"


def _special(card: ModelCard) -> list[str]:
    """Whether the model is for variants at all, and how it scores them."""
    from genoviz.effects.scorers import default_scorers, get_scorer, scores_genes

    reason = unfit(card, "variants")
    said = [reason] if reason else []
    if card.tss is not None:
        said.append(
            "This model expects a transcription start at a certain base; here every variant is put into the middle of its "
            "window. Open a row to see it in the window of its gene."
        )
    if scores_genes(card):
        scorer = get_scorer(default_scorers(card)[0])
        said.append(
            f"Scored is {scorer.aggregation}, within {scorer.width.split(' unless')[0]}, on each gene at a variant. Open a row "
            "to see the sites."
        )
    return said


def _score(choice: Choice, entry: GenomeEntry, strand: str, content: bytes, name: str) -> _Scored | None:
    """The run of this input and these choices: offered, running with a stop, or ended."""
    card, target = choice.card, make_target(choice)
    mark = sha256(
        f"{card.name} {card.sha256} {genomes.fingerprint(entry)} {target} {strand}".encode() + content
    ).hexdigest()[:16]
    folder = session_folder()
    source, out = folder / f"{mark}-input", folder / f"{mark}.tsv"
    if not source.exists():
        _keep(content, source)
    lines = None if name.endswith(".gz") else content.strip().count(b"\n") + 1
    seconds, key = _seconds(choice, lines or 1000), ("variants", mark)

    def work(progress: Callable[[float], None]) -> _Scored:
        def step(pace: Pace) -> None:
            progress(pace.share)

        try:
            score_file(card.name, source, entry.name, out, target=target, strand=strand, progress=step)
        except Cancelled:
            return _Scored(out.with_name(out.name + ".part"), False)
        return _Scored(out, True)

    found = planned(
        "variants",
        key,
        seconds,
        work,
        cost=f"{f'About {lines:,} lines' if lines else 'A compressed file'}, both alleles each: some {rounded(seconds)}"
        f"{'' if lines else ' per 1,000 variants'} on this computer.",
        start="Score the variants",
        doing="Scoring",
        stop="Stop and keep what is done",
        ask=is_long("variants", key, seconds) or lines is None,
    )
    if found is not None and not found.complete:
        st.button("Go on", key="variants_go_on", on_click=forget, args=(key,), icon=":material/play_arrow:")
    return found


def _keep(content: bytes, source: Path) -> None:
    """Write the input in one step: half of it, as on a full disk, would be scored as the whole."""
    fresh = source.with_name(f"{source.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(source)
    except OSError as error:
        raise BadInput(
            f"The variants can't be kept on the server ({error.strerror or error}).",
            "They are written to a temporary folder while they are scored.",
            "Give fewer, or make room on the disk of the server.",
        ) from error


def _seconds(choice: Choice, variants: int) -> float:
    from genoviz.effects.scorers import default_scorers, get_scorer

    card = choice.card
    windows = sum(get_scorer(name).windows(card) for name in default_scorers(card)[:1])
    return windows * variants * estimate.row(card)


def _results(choice: Choice, entry: GenomeEntry, found: _Scored, open_one: Callable[[str, str], None]) -> None:
    """Totals, filters, the table, and the files."""
    scored_table = with_largest(read_results(found.table, _job(choice, entry, found).fields()), choice.card)
    table, notes = cohort.annotated(scored_table, choice.card, entry, make_target(choice))
    scored = table["skipped"].isna()
    reasons = table.loc[~scored, "skipped"].str.split(" (", regex=False).str[0].value_counts()
    totals = f"**{int(scored.sum()):,} scored**, {int((~scored).sum()):,} skipped"
    if len(reasons):
        totals += " (" + "; ".join(f"{count:,} {escape(str(reason))}" for reason, count in reasons.items()) + ")"
    st.markdown(totals + ("." if found.complete else ". Stopped before the end: what was done is kept."))
    genes = "reference" not in table  # scored on the genes at each variant
    unit = "largest change" if genes else make_target(choice).unit(choice.card)
    stem = f"genoviz_{choice.card.name}_{entry.assembly}_variants"
    header = "".join(_header(found.table))
    chosen_rows = cohort.filters(table, float(table["effect"].abs().max()) if scored.any() else 0.0)
    if cohort.wants_genes(table):
        cohort.genes(table, chosen_rows, header, notes, unit, stem)
        return
    kept = largest_first(table[chosen_rows.keep(table)])
    before, after, effect = (f"{name} ({unit})" for name in ("reference", "alternate", "effect"))
    rows = kept.rename(columns={"reference": before, "alternate": after, "effect": effect})
    if len(rows) > MAX_SHOWN:
        st.caption(f"The {MAX_SHOWN:,} largest effects of {len(rows):,} are shown; the files hold all.")
        rows = rows.iloc[:MAX_SHOWN]
    picked = st.dataframe(
        rows if chosen_rows.skipped else rows.drop(columns=["skipped", "input"]),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key="variants_table",
        column_order=_order(list(map(str, rows)), effect) if genes else None,
        column_config={
            "pos": st.column_config.NumberColumn(format="localized"),
            before: st.column_config.NumberColumn(format="%.4g"),
            after: st.column_config.NumberColumn(format="%.4g"),
            effect: st.column_config.NumberColumn(
                format="%+.4g",
                help="The largest of the scores: gains above 0, losses below."
                if genes
                else "Alternate minus reference.",
            ),
            "percentile": st.column_config.NumberColumn(
                format="%.1f", help="Share of random changes of the genome with a smaller effect."
            ),
        },
    )
    chosen = picked.selection.rows if picked else []
    variant = _variant_of(rows.iloc[chosen[0]]) if chosen and chosen[0] < len(rows) else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Open {escape(variant[:60])}" if variant else "Open",
            type="primary",
            disabled=not variant,
            help="Choose a row at its left edge." if not variant else None,
            on_click=open_one,
            args=(variant, _strand_of(rows.iloc[chosen[0]]) if variant else "+"),
        )
        download(
            "Rows shown (TSV)",
            lambda: written(kept, header, chosen_rows, notes),
            f"{stem}_filtered.tsv",
            "text/tab-separated-values",
        )
        download("All (TSV)", lambda: found.table.read_bytes(), f"{stem}.tsv", "text/tab-separated-values")
        download("All (VCF)", lambda: _vcf(choice, entry, found), f"{stem}.vcf", "text/plain")


def _order(columns: list[str], effect: str) -> list[str]:
    """Columns of a table of genes, the largest change first; the other places of an indel are in the files."""
    first = ["chrom", "pos", "ref", "alt", "id", "gene", "strand", effect]
    later = ("written", "rightmost", "scored", "line", "input", "transcript")
    return first + [name for name in columns if name not in first and not name.startswith(later)]


def _header(table: Path) -> list[str]:
    with table.open(encoding="utf-8") as file:
        return [line for line in file if line.startswith("# ")]


def _job(choice: Choice, entry: GenomeEntry, found: _Scored) -> Job:
    """What was scored."""
    from genoviz.effects.scorers import ScoreOptions

    source = found.table.parent / f"{found.table.name.split('.')[0]}-input"
    options = ScoreOptions((make_target(choice).resolved(choice.card),))
    return Job(choice.card.name, source, entry.name, entry.assembly, (), options)


def _vcf(choice: Choice, entry: GenomeEntry, found: _Scored) -> str:
    from genoviz.effects.scorers import scores_genes

    strand = "" if scores_genes(choice.card) else st.session_state.get("variants_strand") or "+"
    source, target = _job(choice, entry, found).source, make_target(choice)
    return to_vcf(source, found.table, model=choice.card.name, genome=entry.name, target=target, strand=strand)


def _strand_of(row: pd.Series) -> str:
    """The strand that a row was scored on."""
    return row["strand"] if row.get("strand") in ("+", "-") else st.session_state.get("variants_strand") or "+"


def _variant_of(row: pd.Series) -> str:
    if pd.isna(row["pos"]) or not all(isinstance(row[c], str) and row[c] for c in ("chrom", "ref", "alt")):
        return ""
    return f"{row['chrom']}-{int(row['pos'])}-{row['ref']}-{row['alt']}"


def _use_teaching() -> None:
    from genoviz.genomes.teaching import teaching_genome

    text = teaching_genome().variants.read_text(encoding="utf-8")
    use_lines(text)
    genomes.use(TEACHING)
