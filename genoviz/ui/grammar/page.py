"""The page Grammar: choose sites or blocks, see what they do alone, together, and beyond the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.grammar.options import BETWEEN, GC, MAX_COPIES, MAX_GAP, SHUFFLES, room_for, usual_step
from genoviz.lessons.examples import get_example
from genoviz.ui.frame import cache, inputs, model_choice
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.page_settings import Setting, number, one_of, words
from genoviz.ui.grammar import cache as grammar_cache
from genoviz.ui.grammar import input as given
from genoviz.ui.grammar.measure import FIRST_METHOD, MEASURES, ask_measure
from genoviz.ui.grammar.result import Progress, four_predictions, result, run

if TYPE_CHECKING:
    from genoviz.grammar.dependence import Dependence
    from genoviz.grammar.results import Copies, Slide, Spacing
    from genoviz.mutagenesis.epistasis import Epistasis

MODES = {
    "slide": "Slide",
    "spacing": "Spacing",
    "copies": "Copies",
    "blocks": "Dependence",
    "pairs": "Pairs of mutations",
}
_ABOUT = {
    "slide": "One site at every place of the sequence, on both strands.",
    "spacing": "Site A stays, site B stands at every distance on either side and on both strands. Where both do more or "
    "less than the sum of each alone, they cooperate or get in each other's way.",
    "copies": "One to several copies of a site, beside the sum of what each does alone.",
    "blocks": "Blocks of the sequence that is open are taken away, alone and in pairs: who depends on whom.",
    "pairs": "Every pair of base changes in a window of the sequence that is open: observed minus expected.",
}
EXAMPLES: tuple[tuple[str, str, str, str, str, dict[str, object]], ...] = (
    (
        "Reb1 helps Cbf1 in yeast",
        "A Cbf1 site stays, a Reb1 site moves away from it. Does the model see more Cbf1 beside Reb1, and how far?",
        "bpnet.yeast",
        "Cbf1",
        "",
        {
            "grammar_mode": "spacing",
            "grammar_a": "GTCACGTG",
            "grammar_b": "CGTTACCCGGAA",
            "grammar_background": "random",
            "grammar_gc": 38,
            "grammar_gap": 45,
            "grammar_step": 3,
            "grammar_strand": "+",
        },
    ),
    (
        "More copies of an ETS site",
        "Does GABPA, an ETS factor, answer to six sites six times as much as to one?",
        "tfbind.encode10",
        "GABPA",
        "",
        {
            "grammar_mode": "copies",
            "grammar_a": "ETS",
            "grammar_strand": "+",
        },
    ),
    (
        "Do two ETS sites need each other?",
        "A construct with two ETS sites: each is scrambled, then both.",
        "tfbind.encode10",
        "GABPA",
        "ets",
        {
            "grammar_mode": "blocks",
            "grammar_blocks": "",
        },
    ),
)

KEYS = (
    "grammar_mode",
    "grammar_a",
    "grammar_b",
    "grammar_background",
    "grammar_n",
    "grammar_gc",
    "grammar_gap",
    "grammar_step",
    "grammar_strand",
    "grammar_between",
    "grammar_copies",
    "grammar_blocks",
    "grammar_window",
    "grammar_measure",
    "grammar_scored",
    "grammar_method",
)
SETTINGS = (
    Setting("mode", "grammar_mode", one_of(MODES), "spacing"),
    Setting("site", "grammar_a", words),
    Setting("site_b", "grammar_b", words),
    Setting("background", "grammar_background", one_of(given.KINDS), "random"),
    Setting("backgrounds", "grammar_n", given.a_count, given.COUNTS[0]),
    Setting("background_gc", "grammar_gc", number(10, 90), round(100 * GC)),
    Setting("gap", "grammar_gap", number(0, 1_000_000), MAX_GAP),
    Setting("step", "grammar_step", number(1, 1_000_000), 1),
    Setting("site_strand", "grammar_strand", one_of("+-"), "+"),
    Setting("between", "grammar_between", number(0, 1_000_000), BETWEEN),
    Setting("copies", "grammar_copies", number(1, 20), MAX_COPIES),
    Setting("blocks", "grammar_blocks", words),
    Setting("pairs", "grammar_window", words),
    Setting("measure", "grammar_measure", one_of(MEASURES), "prediction"),
    Setting("scored", "grammar_scored", words),
    Setting("scored_by", "grammar_method", words, FIRST_METHOD),
)
FIRST = {
    "grammar_mode": "spacing",
    "grammar_measure": "prediction",
    "grammar_strand": "+",
    "grammar_gc": round(100 * GC),
}


def reads_sequence() -> bool:
    """Whether what is shown reads the sequence that is open."""
    return st.session_state.get("grammar_mode") in ("blocks", "pairs") or given.shuffles()


def show(choice: Choice) -> None:
    """The page below its title."""
    mode = st.segmented_control(
        "What", list(MODES), key="grammar_mode", format_func=MODES.__getitem__,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    mode = mode or "spacing"
    st.caption(_ABOUT[mode])
    with messages():
        {"slide": _slide, "spacing": _spacing, "copies": _copies, "blocks": _blocks, "pairs": _pairs}[mode](choice)


def _slide(choice: Choice) -> None:
    site = given.ask_site("Site", "grammar_a", "AP-1, CTCF, ACCGGAAGTG ...")
    backgrounds = given.ask_backgrounds(choice)
    if site is None or backgrounds is None:
        _welcome(site is None)
        return
    card, target = choice.card, make_target(choice)
    step, middle = usual_step(card.length), given.middle(card, site) - 1
    of = ask_measure(card, middle, middle + len(site))
    placements = 2 * (max(0, card.length - len(site)) // step + 1) * len(backgrounds)

    def work(progress: Progress) -> Slide:
        from genoviz.grammar.placements import slide

        return slide(cache.loaded(card), target, site, backgrounds, step=step, of=of, progress=progress)

    found = run(choice, target, ("slide", site, backgrounds), placements, work, of)
    if found is not None:
        from genoviz.plots.grammar import slide_figure

        result(choice, found, slide_figure, backgrounds.name + (f"; every {step} bp" if step > 1 else ""))


def _spacing(choice: Choice) -> None:
    left, right = st.columns(2)
    with left:
        a = given.ask_site("Site A, stays", "grammar_a", "ETS, TATAAT, CTCF ...")
    with right:
        b = given.ask_site("Site B, moves", "grammar_b", "AP-1, TTGACA, Reb1 ...")
    backgrounds = given.ask_backgrounds(choice)
    if a is None or b is None or backgrounds is None:
        _welcome(a is None or b is None)
        return
    card, target = choice.card, make_target(choice)
    with st.expander("Place and strand of A, gaps"):
        one, two, three, four = st.columns(4)
        with one:
            last = max(1, card.length - len(a) + 1)
            at = given.ask_number(
                "First base of A", f"grammar_at_{card.length}", 1, last, given.middle(card, a), "Counted from 1."
            )
        with two:
            strand = _strand("Strand of A")
        with three:
            gap = given.ask_number("Largest gap (bp)", "grammar_gap", 0, card.length, MAX_GAP)
        with four:
            step = given.ask_number("In steps of (bp)", "grammar_step", 1, max(1, gap), 1)
    of = ask_measure(card, at - 1, at - 1 + len(a))
    placements = 8 * (gap // step + 1) * len(backgrounds)

    def work(progress: Progress) -> Spacing:
        from genoviz.grammar.placements import spacing

        model = cache.loaded(card)
        return spacing(
            model, target, a, b, backgrounds, position=at - 1, strand=strand, max_gap=gap, step=step, of=of,
            progress=progress,
        )  # fmt: skip

    found = run(choice, target, ("spacing", a, b, backgrounds, at, strand, gap, step), placements, work, of)
    if found is not None:
        from genoviz.plots.grammar import spacing_figure

        about = f"A alone: {found.single_a.words(found.unit)}. {backgrounds.name}; A at bases {at}-{at + len(a) - 1}"
        result(choice, found, spacing_figure, about)


def _copies(choice: Choice) -> None:
    site = given.ask_site("Site", "grammar_a", "ETS, GC box, ACCGGAAGTG ...")
    one, two, three = st.columns(3)
    with one:
        gap = given.ask_number("Bases between copies", "grammar_between", 0, choice.card.length, BETWEEN)
    room = 1 if site is None else room_for(site, choice.card.length, gap)
    with two:
        n = (
            given.ask_number("Copies", "grammar_copies", 1, min(20, room), min(MAX_COPIES, room))
            if site is not None
            else 1
        )
    with three:
        strand = _strand("Strand")
    backgrounds = given.ask_backgrounds(choice)
    if site is None or backgrounds is None:
        _welcome(site is None)
        return
    card, target = choice.card, make_target(choice)
    middle = given.middle(card, site) - 1
    of = ask_measure(card, middle, middle + len(site))

    def work(progress: Progress) -> Copies:
        from genoviz.grammar.placements import copies

        return copies(
            cache.loaded(card), target, site, backgrounds, n=n, gap=gap, strand=strand, of=of, progress=progress
        )

    found = run(choice, target, ("copies", site, backgrounds, n, gap, strand), 2 * n * len(backgrounds), work, of)
    if found is not None:
        from genoviz.plots.grammar import copies_figure

        result(choice, found, copies_figure, backgrounds.name)


def _blocks(choice: Choice) -> None:
    sequence = choice.sequence
    if sequence is None:
        _welcome(True, "Give a sequence in the box above, or open an example:")
        return
    from genoviz.grammar.dependence import SequenceBlock, ablate_blocks, parse_blocks

    card, target = choice.card, make_target(choice)
    text = st.text_input(
        "Blocks, from 1",
        key="grammar_blocks",
        placeholder="ETS 31-40, 63-72",
        help="Two to twelve stretches that do not overlap, each with a name if you like. Empty: the sites of an example, or "
        "the four stretches of ten bases that matter most in the mutation map.",
    )
    if text.strip():
        blocks = parse_blocks(text)
    elif choice.example and choice.fitted and len(choice.example.sites) > 1:
        shift = choice.fitted.left_pad - choice.fitted.start
        blocks = tuple(SequenceBlock(s.start + shift, s.end + shift, s.name) for s in choice.example.sites)
    else:
        blocks = grammar_cache.strongest(card, sequence, target)
    st.caption("Blocks: " + escape(", ".join(map(str, blocks))) + ".")
    pairs = len(blocks) * (len(blocks) + 1) // 2
    of = ask_measure(card, blocks[0].start, blocks[0].end)

    def work(progress: Progress) -> Dependence:
        return ablate_blocks(cache.loaded(card), target, sequence, blocks, of=of, progress=progress)

    found = run(choice, target, ("blocks", sequence, blocks), SHUFFLES * pairs, work, of)
    if found is None:
        return
    from genoviz.plots.grammar import dependence_figure

    rows = []
    for i, j in found.pairs:
        low, high = (float(end) for end in found.interaction[i, j].interval)
        rows.append(
            {
                "Block": str(found.blocks[i]),
                "Other": str(found.blocks[j]),
                "Loss of block": -float(found.single.mean[i]),
                "Loss of other": -float(found.single.mean[j]),
                "Loss of both": -float(found.joint.mean[i, j]),
                "Interaction": float(found.interaction.mean[i, j]),
                "95 % from": low,
                "to": high,
            }
        )

    about = f"Each block replaced by the same bases of {found.shuffles.name}; numbers in {found.unit}. Interaction = sum of "
    about += "the single losses - joint loss: above 0 the blocks need each other, below 0 each makes up for the other"
    result(choice, found, dependence_figure, about)
    number = st.column_config.NumberColumn(format="%+.3g")
    numbers = ("Loss of block", "Loss of other", "Loss of both", "Interaction", "95 % from", "to")
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", column_config=dict.fromkeys(numbers, number))


def _pairs(choice: Choice) -> None:
    sequence = choice.sequence
    if sequence is None:
        _welcome(True, "Give a sequence in the box above, or open an example:")
        return
    from genoviz.mutagenesis.epistasis import MAX_WINDOW, count_pairs, epistasis
    from genoviz.mutagenesis.saturation import parse_window

    card, target = choice.card, make_target(choice)
    text = st.text_input(
        "Window, from 1",
        key="grammar_window",
        placeholder="31-60",
        help=f"START-END, up to {MAX_WINDOW} bases. Empty: 30 bases around the block that matters most.",
    )
    window = parse_window(text) or grammar_cache.around_strongest(card, sequence, target)
    st.caption(f"Bases {window[0] + 1} to {window[1]}.")
    of = ask_measure(card, *window)

    def work(progress: Progress) -> Epistasis:
        return epistasis(cache.loaded(card), target, sequence, window=window, of=of, progress=progress)

    inside = (max(0, window[0]), min(len(sequence), window[1]))
    found = run(choice, target, ("pairs", sequence, window), count_pairs(sequence, inside), work, of)
    if found is None:
        return
    from genoviz.plots.grammar import epistasis_figure

    clicked = result(
        choice,
        found,
        epistasis_figure,
        "Each cell: the pair of changes with the largest effect beyond the sum. Click one",
        averaged=False,
    )
    four_predictions(found, clicked)


def _strand(label: str) -> str:
    names = {"+": "Plus", "-": "Minus"}
    picked = st.segmented_control(
        label, list(names), key="grammar_strand", format_func=names.__getitem__, required=True
    )
    return picked or "+"


def _welcome(empty: bool, words: str = "Type a site, or open an example:") -> None:
    if not empty:
        return
    st.markdown(words)
    for column, (title, note, model, track, example, state) in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{title}**")
                st.caption(note)
            st.button(
                "Open example",
                key=f"grammar example {title}",
                on_click=_use_example,
                args=(model, track, example, state),
                width="stretch",
            )


def _use_example(model: str, track: str, example: str, state: dict[str, object]) -> None:
    model_choice.use_model(model, track)
    st.session_state.update(state)
    if (found := get_example(example)) is not None:
        inputs.use_sequence(found.sequence.bases, example=example)
