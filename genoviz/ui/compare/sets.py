"""Mean maps of sets: files of sequences or regions, aligned and split by label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.compare.options import MOST_BASES, MOST_RECORDS
from genoviz.errors import BadInput
from genoviz.files.text import decoded
from genoviz.genomes.regions import looks_like_bed, region_windows
from genoviz.models.words import per_base
from genoviz.sequences.sequence import Sequence, read_sequences
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate, genomes
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import digest, escape, is_dark, palette

if TYPE_CHECKING:
    from genoviz.compare.mean_map import MeanMap

KEYS = ("compare_source", "compare_place")
FIRST: dict[str, object] = {"compare_source": "files", "compare_place": 0}
SOURCES = {
    "files": "Files, one per label",
    "records": "Records that are open",
    "example": "Example: sites against none",
}
Labelled = tuple[tuple[Sequence, str], ...]


def reads_records() -> bool:
    """Whether the records that are open are averaged."""
    return st.session_state.get("compare_source") == "records"


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    source = st.segmented_control(
        "Average", list(SOURCES), key="compare_source", format_func=SOURCES.__getitem__, required=True
    )
    given = {"records": _open, "example": _example}.get(source or "files", _files)(choice)
    if not given:
        return
    place = 0
    if source != "example":
        longest = max(len(one) for one, _ in given)
        st.session_state["compare_place"] = min(int(st.session_state.get("compare_place") or 0), longest)
        place = st.number_input(
            "Base of each record that is aligned",
            0,
            longest,
            key="compare_place",
            help="Counted from 1, such as the transcription start in records that were all cut around it; 0 is the middle. Of "
            "regions the middle of what is read is their summit or middle.",
        )
    from genoviz.compare.many import cost

    card, target = choice.card, make_target(choice)
    n = cost(len(given))
    model = cache.loaded(card)

    def run(progress: work.Progress) -> MeanMap:
        from genoviz.compare.mean_map import mean_map

        records, labels = zip(*given, strict=True)
        places = [place - 1] * len(records) if place else None
        return mean_map(model, records, target, places=places, labels=labels, progress=progress)

    key = (work.identity(card), given, target, place)
    found = work.run("sets", key, n, n * estimate.row(card), run, stop=work.KEEPS)
    if found is not None:
        _result(choice, found)


def _open(choice: Choice) -> Labelled:
    from genoviz.compare.mean_map import ALL, label_in

    good = [record.sequence for record in choice.records if record.sequence is not None]
    if len(good) < 2:
        st.info("Paste or upload several FASTA records in the box above. `label=WORD` in a record's name splits them.")
        return ()
    return tuple((one, label_in(one.name) or ALL) for one in good)


def _example(choice: Choice) -> Labelled:
    """Random sequences, and the same with an ETS site in their middle: a model of ETS factors must tell them apart."""
    from genoviz.grammar.backgrounds import random_bases

    site = "ACCGGAAGTG"
    plain = random_bases(choice.card.length, n=50).sequences
    middle = (choice.card.length - len(site)) // 2
    planted = [text[:middle] + site + text[middle + len(site) :] for text in plain]
    st.caption(f"50 random sequences without, and the same with the ETS site {site} in the middle.")
    return tuple((Sequence(t), "with site") for t in planted) + tuple((Sequence(t), "without") for t in plain)


def _files(choice: Choice) -> Labelled:
    uploads = st.file_uploader(
        "FASTA, BED or narrowPeak",
        key="compare_files",
        accept_multiple_files=True,
        help="Each file is a label; in a single file `label=WORD` in a record's name is. FASTA records are aligned by their middle, "
        "regions by their summit or middle.",
    )
    if not uploads:
        st.info(f"Choose one or several files, up to {MOST_RECORDS:,} records together.")
        return ()
    from genoviz.compare.mean_map import ALL, label_in

    found: list[tuple[Sequence, str]] = []
    for upload in uploads:
        content = upload.getvalue()
        text = decoded(content)
        if looks_like_bed(text):
            part = _regions(text, choice)
        else:
            records = read_sequences(content, max_records=MOST_RECORDS, max_bases=MOST_BASES)
            part = [record.sequence for record in records if record.sequence is not None]
        stem = Path(upload.name).stem
        found += [(one, stem if len(uploads) > 1 else label_in(one.name) or ALL) for one in part]
    return tuple(found)


def _regions(text: str, choice: Choice) -> list[Sequence]:
    entry = genomes.choose()
    if entry is None:
        return []
    if entry.remote:
        raise BadInput(
            f"{genomes.title_of(entry)} answers over the network, one place at a time.",
            "Regions are read from a genome on this computer.",
            "Choose another, or add one with `genoviz genome add FILE`.",
        )
    found = region_windows(text, genomes.reference(entry), 2 * choice.card.length, most=MOST_RECORDS)
    st.caption(f"{escape(genomes.build_of(entry))}: {escape(found.sentence)}")
    return list(found.windows)


def _result(choice: Choice, found: MeanMap) -> None:
    from genoviz.attribute.methods import METHODS
    from genoviz.compare import tables
    from genoviz.plots.compare import mean_figure
    from genoviz.plots.palette import colours

    work.say(found.sentence, found.notices)
    st.plotly_chart(
        mean_figure(found, colours("colour-safe", is_dark())),
        width="stretch",
        key="mean map",
        config={"displayModeBar": False},
    )
    st.caption(
        f"Mean score of the base at each distance, by {METHODS[found.method].title}; bands: 95 % interval of the mean over the "
        "records. Below, the mean split by the letter that stands there."
    )
    unit = per_base(found.unit)
    stacks = [group.by_letter.clip(*side).sum(0) for group in found.groups for side in ((0, None), (None, 0))]
    low, high = float(min(stack.min() for stack in stacks)), float(max(stack.max() for stack in stacks))
    limits = (low, high) if low < high else None  # one scale: a weak label looks weak
    canvas.viewer(
        "mean maps",
        sequence=Sequence("N" * choice.card.length),
        tracks=[
            canvas.logo(
                group.by_letter,
                f"{group.label}: mean of {group.records:,} records",
                unit,
                strongest=True,
                limits=limits,
            )
            for group in found.groups
        ],
        view_id=digest(f"sets {choice.card.name}"),
        revision=digest(f"{found.sentence} {found.target}"),
        palette=palette(),
        summary=found.sentence,
        title="Mean maps",
        tss=found.at if choice.card.tss is not None else None,
        editable=False,
    )
    work.file(
        "Mean maps (TSV)",
        "mean maps",
        lambda: tables.mean_table(found),
        lambda: tables.mean_provenance(choice.card, found),
    )
