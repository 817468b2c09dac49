"""Mechanisms: mutants of the open sequence in clusters of alike explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from genoviz.compare.options import MUTANTS, RATE
from genoviz.models.words import per_base
from genoviz.ui import viewer as canvas
from genoviz.ui.compare import work
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import digest, escape, palette

if TYPE_CHECKING:
    from genoviz.compare.mechanisms import Mechanisms

KEYS = ("compare_mutants", "compare_rate", "compare_groups")
FIRST = {"compare_mutants": MUTANTS, "compare_rate": round(100 * RATE), "compare_groups": 0}
COUNTS = (200, 500, 1000, 2000, 5000)


def show(choice: Choice) -> None:
    """The panel below the choice of what is compared."""
    from genoviz.compare.many import cost

    if choice.sequence is None:
        return
    one, two, three = st.columns(3)
    mutants = one.select_slider(
        "Mutants", COUNTS, key="compare_mutants", help="Each is explained. More mutants find rarer ways of reading."
    )
    rate = two.slider(
        "Changed bases (%)",
        2,
        30,
        key="compare_rate",
        help="Chance of each base to be changed. More destroy more sites at once.",
    )
    groups = three.selectbox(
        "Clusters",
        [0, *range(2, 9)],
        key="compare_groups",
        format_func=lambda n: str(n) if n else "As many as stand apart",
        help="Mutants in a cluster are explained alike: one way in which the model reads the sequence.",
    )
    card, sequence, target = choice.card, choice.sequence, make_target(choice)
    n = cost(mutants)
    model = cache.loaded(card)

    def run(progress: work.Progress) -> Mechanisms:
        from genoviz.compare.mechanisms import mechanisms

        return mechanisms(
            model, sequence, target, mutants=mutants, rate=rate / 100, groups=groups or None, progress=progress
        )

    key = (work.identity(card), sequence, target, mutants, rate, groups)
    found = work.run("mechanisms", key, n, n * estimate.row(card), run, stop=work.KEEPS)
    if found is not None:
        _result(choice, found)


def _result(choice: Choice, found: Mechanisms) -> None:
    from genoviz.attribute.methods import METHODS
    from genoviz.compare import tables

    work.say(found.sentence)
    st.markdown("\n".join(f"{number + 1}. {escape(found.says(number))}" for number in range(len(found.clusters))))
    unit = per_base(found.unit)
    rows = np.nan_to_num(np.stack([found.wild, *(one.scores for one in found.clusters)]))
    limits = (
        (float(rows.min()), float(rows.max())) if rows.min() < rows.max() else None
    )  # one scale: a weak row looks weak
    often = max(1.0, 100 * max(float(one.mutated.max()) for one in found.clusters))
    tracks = [canvas.logo(found.wild, f"As given: {METHODS[found.method].title}", unit, limits=limits)]
    for number, one in enumerate(found.clusters, start=1):
        tracks += [
            canvas.logo(one.scores, f"{number}. Mean of {len(one.members):,} mutants", unit, height=95, limits=limits),
            canvas.line(
                100 * one.mutated,
                f"{number}. Changed here",
                "% of these mutants",
                height=36,
                limits=(0, often),
                color="#c77700",
            ),
        ]
    canvas.viewer(
        "mechanisms",
        sequence=found.sequence,
        tracks=tracks,
        view_id=digest(f"mechanisms {found.sequence.bases}"),
        revision=digest(f"{found.target} {len(found.letters)} {found.rate} {len(found.clusters)} {choice.card.name}"),
        palette=palette(),
        summary=found.sentence,
        title=title_of(choice),
        editable=False,
    )
    st.caption(
        f"Mean silhouette {found.apart:.2f} (1: clusters far apart, 0: not at all). Letters are those of the sequence as given. "
        "A cluster is a way of reading, not a proof: look at where its mutants were "
        "changed, and change those bases yourself on the page Sequence."
    )

    def header() -> dict[str, object]:
        return tables.mechanism_provenance(choice.card, found)

    with st.container(horizontal=True):
        work.file("Clusters (TSV)", "mechanism clusters", lambda: tables.mechanism_table(found), header)
        work.file("Base by base (TSV)", "mechanism bases", lambda: tables.cluster_table(found), header)
        work.file("Mutants (TSV)", "mechanism mutants", lambda: tables.mutant_table(found), header)
