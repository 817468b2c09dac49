"""The page Planted truth: what to plant, training with its curve, and which method finds the sites again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import Cancelled
from genoviz.sandbox.plan import LENGTHS, MOST_GAP, RULES, SITES, STRANDS, Plan
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.planned import note_stopped, planned, rounded
from genoviz.ui.sandbox.result import draw_curve, result
from genoviz.ui.sandbox.work import Work

if TYPE_CHECKING:
    from genoviz.sandbox.train import Epoch

PLACE = "sandbox"
COUNTS = (500, 1_000, 2_000, 5_000)
EPOCHS = (4, 8, 12, 20, 40)
METHODS = ("deepliftshap", "deeplift", "ig", "inputxgradient", "saliency", "ablation", "occlusion", "guidedbackprop")
_PER_BASE, _PER_EXPLANATION = 4e-6, 0.03  # seconds on two slow cores: of one base in an epoch, of one explanation
FIRST: dict[str, object] = {
    "sandbox_motifs": "GATA1, CTCF",
    "sandbox_rule": "any",
    "sandbox_gap": (5, 20),
    "sandbox_strands": "+",
    "sandbox_sites": "consensus",
    "sandbox_wrong": 0,
    "sandbox_length": 100,
    "sandbox_count": 2_000,
    "sandbox_epochs": 12,
    "sandbox_seed": 0,
    "sandbox_methods": list(METHODS),
}
KEYS = tuple(FIRST)
EXAMPLES: tuple[tuple[str, str, dict[str, object]], ...] = (
    (
        "Two sites against none",
        "The easy case. Does the network need both sites, and do all methods find them?",
        {"sandbox_motifs": "GATA1, CTCF", "sandbox_rule": "any", "sandbox_gap": (5, 20)},
    ),
    (
        "Both sites needed",
        "Negatives lack one of two sites. A network that looks for one of them only fails.",
        {"sandbox_motifs": "GATAAG, CACGTG", "sandbox_rule": "all", "sandbox_gap": (5, 20)},
    ),
    (
        "Only the spacing differs",
        "Both classes have both sites. Positives have them 5 bases apart. Here methods part ways.",
        {"sandbox_motifs": "GATA1, CTCF", "sandbox_rule": "spacing", "sandbox_gap": (5, 5)},
    ),
)


@dataclass(frozen=True)
class Wish:
    """What is asked for."""

    plan: Plan
    epochs: int
    methods: tuple[str, ...]
    work: Work = field(default_factory=Work, compare=False)


def show() -> None:
    """The page below its title."""
    st.markdown(
        linked(
            "With real DNA nobody knows the whole truth. Here you do: you write the sites yourself, train a small convolutional "
            "network on them in seconds, and see which attribution method finds what you planted."
        )
    )
    _examples()
    with messages():
        wish = _wish()
        st.caption(escape(wish.plan.sentence))
        done = _worked(wish)
        if done is not None:
            result(done)


def _examples() -> None:
    for column, (title, note, state) in zip(st.columns(len(EXAMPLES)), EXAMPLES, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container():
                st.markdown(f"**{title}**")
                st.caption(note)
            st.button(
                "Set it up",
                key=f"sandbox example {title}",
                on_click=st.session_state.update,
                args=(FIRST | state,),
                width="stretch",
            )


def _wish() -> Wish:
    """The choices; what was typed is read here, so that mistakes are shown before anything is trained."""
    left, right = st.columns(2, gap="medium")
    motifs = left.text_input(
        "Sites to plant",
        key="sandbox_motifs",
        help="Up to four, with commas between: names of motifs such as GATA1, CTCF, MA0139, or the letters of a site.",
    )
    rule = right.selectbox(
        "What tells the classes apart",
        list(RULES),
        key="sandbox_rule",
        format_func=lambda key: RULES[key][0],
        help=" ".join(f"**{title}**: {note}" for title, note in RULES.values()),
    )
    left.slider("Bases between the sites", 0, MOST_GAP, key="sandbox_gap", help="Of positives: fewest and most.")
    wrong = right.slider(
        "Wrong labels in training (%)", 0, 40, key="sandbox_wrong", help="Noise: so many labels are turned round."
    )
    with st.expander("Strands, letters, length, training, methods"):
        one, two, three = st.columns(3)
        strands = one.selectbox(
            "Strand of sites", list(STRANDS), key="sandbox_strands", format_func=STRANDS.__getitem__
        )
        sites = two.selectbox("Letters of sites", list(SITES), key="sandbox_sites", format_func=SITES.__getitem__)
        length = three.number_input("Bases of a sequence", *LENGTHS, key="sandbox_length")
        count = one.selectbox("Training sequences", COUNTS, key="sandbox_count", format_func="{:,}".format)
        epochs = two.selectbox("Epochs", EPOCHS, key="sandbox_epochs", help="Passes over the training sequences.")
        seed = three.number_input("Seed", 0, 9_999, key="sandbox_seed", help="Same seed, same result.")
        titles = _titles()
        methods = st.multiselect("Methods", list(titles), key="sandbox_methods", format_func=titles.__getitem__)
    fewest, most = st.session_state["sandbox_gap"]
    names = tuple(name.strip() for name in motifs.split(",") if name.strip())
    plan = Plan(
        names,
        rule,
        (int(fewest), int(most)),
        strands,
        sites,
        wrong / 100,
        length=int(length),
        count=int(count),
        seed=int(seed),
    )
    return Wish(plan, int(epochs), tuple(methods) or METHODS[:1])


def _titles() -> dict[str, str]:
    from genoviz.attribute.methods import METHODS as ROWS

    return {name: row.title for name, row in ROWS.items() if not row.name.startswith("captum")}


def _worked(wish: Wish) -> Work | None:
    """Training and explanations of these choices: offered, running with curve and stop (None), or ended."""
    plan = wish.plan
    # The thread of an earlier run of the page fills the work that it was begun with.
    works: dict[Wish, Work] = st.session_state.setdefault("sandbox_work", {})
    work = works.setdefault(wish, wish.work)
    for old in list(works)[:-4]:
        del works[old]

    def run(progress: Callable[[float], None]) -> Work:
        from genoviz.sandbox.recovery import recover
        from genoviz.sandbox.train import train

        def watch(curve: tuple[Epoch, ...]) -> None:
            work.curve = curve

        work.trained = train(
            plan, epochs=wish.epochs, seed=plan.seed, progress=lambda share: progress(0.7 * share), watch=watch
        )
        try:
            work.found = recover(work.trained, wish.methods, progress=lambda share: progress(0.7 + 0.3 * share))
        except Cancelled:
            work.found = None  # training is kept
        return work

    seconds = _PER_BASE * plan.count * plan.length * wish.epochs + _PER_EXPLANATION * 20 * len(wish.methods)
    done = planned(
        PLACE,
        ("sandbox", wish),
        seconds,
        run,
        cost=f"Some {rounded(seconds)} on this computer.",
        start="Train",
        doing="Training" if work.trained is None else "Explaining",
        stop="Stop and keep what is done",
        meanwhile=lambda: draw_curve(work.curve, wish.epochs),
    )
    if done is not None and not (done.trained and done.trained.complete and done.found and done.found.complete):
        note_stopped(PLACE, ("sandbox", wish), "Stopped: this is what was done until then.", "Train again")
    return done
