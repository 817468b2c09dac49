"""The page of designs: choices and rules, then the search with its cost, progress and stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.design.options import EDITS, MAX_EDITS, MAX_WIDTH, METHOD, METHODS, WIDTH
from genoviz.design.rules import Range, Rules, parse_gc, parse_ranges, parse_sites
from genoviz.errors import BadInput
from genoviz.sequences.sequence import Sequence
from genoviz.ui.design.result import opened
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.example_cards import example_cards
from genoviz.ui.frame.inputs import Choice, make_target, title_of
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.page_settings import Setting, number, one_of, words
from genoviz.ui.frame.planned import is_long, planned, release, rounded

if TYPE_CHECKING:
    from genoviz.design.counterfactual import Ladder
    from genoviz.design.fewest_edits import Design
    from genoviz.models.target import Target

GOALS = {"raise": "Raise it", "lower": "Lower it", "value": "Reach a value", "off": "Switch it off"}
STARTS = {"given": "This sequence", "shuffled": "A shuffle of it"}
PLACE = "design"  # of the work that runs
KEYS = (
    "design_goal",
    "design_value",
    "design_start",
    "design_seed",
    "design_edits",
    "design_method",
    "design_width",
    "design_locked",
    "design_gc",
    "design_sites",
)
SETTINGS = (
    Setting("goal", "design_goal", one_of(GOALS), "raise"),
    Setting("value", "design_value", number(-1e6, 1e6, whole=False), None, "{:g}".format),
    Setting("start", "design_start", one_of(STARTS), "given"),
    Setting("shuffle", "design_seed", number(0, 9999), 0),
    Setting("most", "design_edits", number(1, MAX_EDITS), EDITS),
    Setting("search", "design_method", one_of(METHODS), METHOD),
    Setting("width", "design_width", number(1, MAX_WIDTH), WIDTH),
    Setting("locked", "design_locked", words),
    Setting("gc", "design_gc", words),
    Setting("forbidden", "design_sites", words),
)
FIRST = {"design_goal": "raise", "design_start": "given", "design_method": METHOD, "design_edits": EDITS}


@dataclass(frozen=True)
class Wish:
    """What is asked for; `goal` is `raise`, `lower`, `off` or a value."""

    goal: str | float
    edits: int
    method: str
    width: int
    locked: tuple[Range, ...]
    gc: tuple[float, float]
    forbidden: tuple[str, ...]
    seed: int


def show(choice: Choice) -> None:
    """The page below its title."""
    if opened():
        st.switch_page("pages/explore/sequence.py")
    if choice.sequence is None:
        release(PLACE)
        st.markdown(
            f"Give a sequence in the box above, and see which few edits raise or lower what **{escape(choice.card.title)}** predicts, "
            "and whether a second model agrees. Or start from an example:"
        )
        example_cards()
        return
    with messages():
        start = _start(choice, choice.sequence)
        target = make_target(choice)
        value = cache.target_value(choice.card.name, choice.card.sha256, start, target)
        wish = _wish(choice, value)
        for notice in Rules(start, wish.locked, wish.gc, wish.forbidden).notices:
            st.caption(f":material/info: {escape(notice)}")
        found = _found(choice, start, target, wish)
        if found is not None:
            from genoviz.ui.design.result import result

            result(choice, *found)


def _start(choice: Choice, sequence: Sequence) -> Sequence:
    """The sequence to begin with: the one that is open, or a shuffle of it."""
    name = title_of(choice)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        how = st.segmented_control(
            "Start from",
            list(STARTS),
            key="design_start",
            format_func=STARTS.__getitem__,
            required=True,
            help="A dinucleotide shuffle has the same composition and neighbours, but no motifs: can a few edits bring in a site?",
        )
        seed = 0
        if how == "shuffled":
            seed = int(st.number_input("Shuffle number", 0, 9999, key="design_seed", width=140))
    if how == "shuffled":
        from genoviz.attribute.baselines import make_references
        from genoviz.models.onehot import decode

        bases = decode(make_references("dinucleotide", sequence, n=1, seed=seed))[0]
        name = f"shuffle {seed} of {name}"
        sequence = Sequence(bases, name)
    value = cache.target_value(choice.card.name, choice.card.sha256, sequence, make_target(choice))
    unit = make_target(choice).unit(choice.card)
    st.markdown(f"**{escape(name)}**: {choice.track} {value:.3g} {unit}, GC {100 * sequence.gc:.0f} %.")
    for notice in choice.notices:
        st.caption(f":material/content_cut: {escape(notice)}")
    return sequence


def _wish(choice: Choice, value: float) -> Wish:
    """The choices; what was typed is read here, so that mistakes are shown before anything is computed."""
    unit = make_target(choice).unit(choice.card)
    goal: str | float | None = st.segmented_control(
        f"What to do with {choice.track}",
        list(GOALS),
        key="design_goal",
        format_func=GOALS.__getitem__,
        required=True,
        help="'Switch it off' looks for the smallest set of edits that takes the prediction down to that of sequences "
        "without the signal.",
    )
    off = goal == "off"
    first, second, third = st.columns(3, gap="medium")
    edits = int(first.slider("At most so many edits", 1, MAX_EDITS, key="design_edits"))
    method: str = "beam"
    if not off:
        method = second.selectbox(
            "Method",
            list(METHODS),
            key="design_method",
            format_func=lambda name: METHODS[name][0],
            help=" ".join(f"**{title}**: {note}" for title, note in METHODS.values()),
        )
    width = WIDTH
    if method == "beam":
        st.session_state.setdefault("design_width", WIDTH)
        place = second if off else third
        width = int(
            place.number_input(
                "Beam width", 1, MAX_WIDTH, key="design_width", help="Sequences kept at each step. Wider is slower."
            )
        )
    if goal == "value":
        st.session_state.setdefault("design_value", float(f"{value + 2:.3g}"))
        place = second if method == "beam" else third
        goal = float(place.number_input(f"Value to reach ({unit})", key="design_value", format="%.3g"))
    first, second, third = st.columns(3, gap="medium")
    locked = first.text_input(
        "Locked bases", key="design_locked", placeholder="1-20, 50", help="These stay as they are. Counted from 1."
    )
    gc = sites = ""
    if not off:
        gc = second.text_input(
            "GC range (%)", key="design_gc", placeholder="40-60", help="Of the whole sequence, after every step."
        )
        sites = third.text_input(
            "Forbidden sites",
            key="design_sites",
            placeholder="EcoRI, GGTCTC",
            help="Names of common restriction enzymes and binding sites, or IUPAC letters. No edit brings one in, on either "
            "strand.",
        )
    return Wish(goal or "raise", edits, method, width, parse_ranges(locked), parse_gc(gc), parse_sites(sites), 0)


def _found(choice: Choice, start: Sequence, target: Target, wish: Wish) -> tuple[Design, Ladder | None] | None:
    """The search of these choices: offered with its cost, running with a stop (None), or ended."""
    from genoviz.design.counterfactual import counterfactual
    from genoviz.design.fewest_edits import design
    from genoviz.design.search import count_predictions

    card = choice.card
    n = count_predictions(start, edits=wish.edits, method=wish.method, width=wish.width, locked=wish.locked)
    if not n:
        st.info("All bases are locked: there is nothing to change. Leave some free.", icon=":material/lock:")
        return None
    each = estimate.row(card)
    if wish.method != "gradient":
        each = estimate.mutant(card, target)
    key, model = ("design", card.name, card.sha256, start, target, wish), cache.loaded(card)

    def work(progress: Callable[[float], None]) -> tuple[Design, Ladder | None]:
        if wish.goal == "off":
            ladder = counterfactual(
                model, start, target, edits=wish.edits, width=wish.width, locked=wish.locked, progress=progress
            )
            return ladder.design, ladder
        found = design(
            model, start, target, goal=wish.goal, edits=wish.edits, method=wish.method, width=wish.width,
            locked=wish.locked, gc=wish.gc, forbidden=wish.forbidden, seed=wish.seed, progress=progress,
        )  # fmt: skip
        return found, None

    try:
        return planned(
            PLACE,
            key,
            n * each,
            work,
            cost=f"Up to {n:,} predictions, about {rounded(n * each)} on this computer.",
            start="Design",
            doing="Trying edits",
            stop="Stop and keep what is done",
            ask=is_long(PLACE, key, n * each),
            shared=True,
        )
    except BadInput as error:
        if wish.goal != "off":
            raise
        st.info(escape(str(error)), icon=":material/toggle_off:")  # it is off already, or has no threshold
        return None
