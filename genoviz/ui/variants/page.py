"""The page of variants: one in detail, or a list of them."""

from __future__ import annotations

import streamlit as st

from genoviz.genomes.registry import TEACHING
from genoviz.sequences.assemblies import find_assembly
from genoviz.ui.frame import address, genomes, inputs, model_choice, opening
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import messages
from genoviz.ui.frame.state import View
from genoviz.ui.variants import genome_choice, speakers
from genoviz.ui.variants import input as variant_input

MODES = {"one": "One variant", "many": "Many variants"}
EXAMPLES = (
    (
        "A splice donor is lost",
        "The G of the GT that begins intron 1 of a gene of the teaching genome becomes T.",
        "splice.sites",
        "human donor",
        "chrT1-2646-G-T",
    ),
    (
        "An ETS site is lost",
        "One base of the core GGAA of a planted ETS site changes. Does GABPA, an ETS factor, notice?",
        "tfbind.encode10",
        "GABPA",
        "chrT1-10719-G-T",
    ),
    (
        "An E-box is lost",
        "Three bases go from a planted E-box, written as in VCF with the base before them. USF1 binds such boxes.",
        "tfbind.encode10",
        "USF1",
        "chrT1-17199-CACG-C",
    ),
)


KEYS = (
    "variant_mode",
    *variant_input.KEYS,
    "variant_both",
    "variant_all",
    "variants_text",
    "variants_strand",
)
FIRST = {"variant_mode": "one", "variant_strand": "", "variants_strand": "+"}


def show(choice: Choice) -> None:
    """The page below its title."""
    if (view := inputs.opened_view("variants")) is not None:
        variant_input.use(view.variant, view.strand if view.variant else "")
        if view.variant:
            st.session_state["variant_mode"] = "one"
            _keep_of_link(view)
    if lines := inputs.variant_lines():
        from genoviz.ui.variants.batch import use_lines

        use_lines(lines)
        st.session_state["variant_mode"] = "many"
    mode = st.segmented_control(
        "How many",
        list(MODES),
        key="variant_mode",
        format_func=MODES.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    if mode == "many":
        from genoviz.ui.variants.batch import many_variants

        many_variants(choice, open_one=_open)
        return
    asked = variant_input.ask(choice.card)
    if asked is None:
        if not variant_input.written()[0]:
            _welcome()
        return
    from genoviz.ui.variants.result import one_variant

    found = speakers.show(choice.card, asked)
    _write_link(choice)
    with messages():
        one_variant(choice, asked, found)


def _keep_of_link(view: View) -> None:
    """What a link names is not chosen anew: a genome by its name, and the model. A build leaves the genomes of that build."""
    text = view.variant.strip()
    if view.genome and view.genome not in genomes.entries() and find_assembly(view.genome) is not None:
        genome_choice.settle(text, build=view.genome)
    elif view.genome:
        genome_choice.keep(text)
    if opening.by_hand("model"):
        speakers.keep(text)


def _write_link(choice: Choice) -> None:
    """Keep the address bar in step, so that it restores the view."""
    text, strand = variant_input.written()
    view = View(
        choice.card.name,
        choice.track,
        choice.scale,
        genome=genomes.chosen_name(),
        variant=text,
        strand=strand,
    )
    address.write(view)


def _welcome() -> None:
    st.markdown(
        "Name a change of the genome and see what it does to the prediction of the model in the sidebar: in words, against "
        "random changes, base by base, and beside all other models. Or start from an example in the **synthetic** "
        "teaching genome, where the right answer is known:"
    )
    for column, (title, note, model, track, variant) in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{title}**")
                st.caption(f"{note} `{variant}`")
            st.button(
                "Open example",
                key=f"variant example {variant}",
                on_click=_use_example,
                args=(model, track, variant),
                width="stretch",
            )


def _use_example(model: str, track: str, variant: str) -> None:
    model_choice.use_model(model, track)
    genomes.use(TEACHING)
    variant_input.use(variant)
    speakers.keep(variant)
    opening.leave_open("model", "track")  # an example is no choice for other variants


def _open(variant: str, strand: str) -> None:
    st.session_state["variant_mode"] = "one"
    variant_input.use(variant, strand)
    genome_choice.keep(variant)  # what the table was made with
    speakers.keep(variant)
