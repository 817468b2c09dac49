"""Attribution: closed forms on hand-set networks, tangermeme as a second implementation, and what holds for all rows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.baselines import make_references
from genoviz.attribute.computations import IG_STEPS
from genoviz.attribute.methods import METHODS
from genoviz.errors import BadInput, BadModel, BadSequence, Cancelled, UnknownName
from genoviz.lessons.synthetic_examples import SYNTHETIC as EXAMPLES
from genoviz.models.base import Model, NetModel
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

MODELS = [card.name for card in list_models() if not card.files]
# Models whose every prediction costs much, and the methods that need hundreds: those are run on small networks instead.
SLOW = {card.name for card in list_models() if card.family == "language model" or card.length > 500}
MANY = {"ablation", "occlusion", "ig", "gradientshap", "smoothgrad"}
HOOKING = [name for name, row in METHODS.items() if row.hooks]
FEW: dict[str, Any] = {"references": 3, "samples": 8}  # enough to run every row, few enough to be quick


@cache
def model_of(name: str) -> Model:
    return load_model(name)


@cache
def sequence_for(name: str) -> Sequence:
    """Random bases with sites that the models know."""
    card = get_card(name)
    for example in EXAMPLES:
        if example.model == name:
            return example.sequence
    bases = list(np.random.default_rng(5).choice(list("ACGT"), card.length))
    bases[10:16], bases[35:41] = SITE_A, SITE_B
    return Sequence("".join(bases), "planted")


def explain(name: str, method: str, sequence: Sequence | None = None, **options) -> Attribution:
    model = model_of(name)
    return attribute(model, sequence or sequence_for(name), Target.default(model.card), method, **{**FEW, **options})


@cache
def explained(name: str, method: str) -> Attribution:
    """The same for all tests of one process that only read it."""
    return explain(name, method, seed=6)


def of_one_worker(rows: list[Any]) -> list[Any]:
    """Parameters (a model's name, or a tuple that begins with it): what is said of a model is tested in one process."""
    kept = [(row, row if isinstance(row, str) else row[0]) for row in rows]
    return [
        pytest.param(*([row] if isinstance(row, str) else row), marks=pytest.mark.xdist_group(name))
        for row, name in kept
    ]


# ---- answers by hand -----------------------------------------------------------------------------

START = 27
ONE_SITE = Sequence(SITE_A.center(60, "N"), "one site")  # nothing matches by chance between N


def at_site(result: Attribution) -> list[float]:
    """Scores of the six bases; everything outside must be zero (nan where the letter is N)."""
    outside = np.delete(np.nan_to_num(result.per_base), np.arange(START, START + 6))
    assert not outside.any()
    return result.per_base[START : START + 6].tolist()


@pytest.mark.parametrize(
    ("method", "options", "expected"),
    [
        # The window's sum runs from -3 (no base) to 3 and the output from 0 to 3: the secant is 1/2.
        ("deeplift", {"baseline": "zeros"}, [0.5] * 6),
        ("deeplift", {"baseline": "uniform"}, [0.5] * 6),
        # A third of the site is G or C, so its reference sums to 5/3: secant 3 / (6 - 5/3) = 9/13.
        ("deeplift", {"baseline": "gc"}, [5 / 6 * 9 / 13, *[2 / 3 * 9 / 13] * 4, 5 / 6 * 9 / 13]),
        # The output rises only on the second half of the straight line from zeros.
        ("ig", {"baseline": "zeros"}, [0.5] * 6),
        # The gradient is 1 at each base, and so adds up to 6 where the output is 3.
        ("inputxgradient", {}, [1] * 6),
        ("saliency", {}, [1] * 6),
        # Losing any one base lowers the output from 3 to 2.
        ("occlusion", {}, [1] * 6),
        ("ablation", {}, [1] * 6),
        # A window of six that leaves k bases of the site alone lowers the output by 3 - max(0, k - 3).
        ("occlusion", {"window": 6}, [15 / 6, 17 / 6, 3, 3, 17 / 6, 15 / 6]),
    ],
)
def test_one_site_by_hand(method: str, options: dict[str, object], expected: list[float]) -> None:
    result = explain("toy.sum", method, ONE_SITE, **options)
    if method == "occlusion" and "window" in options:
        assert result.per_base[START : START + 6].tolist() == pytest.approx(expected)
        return
    assert at_site(result) == pytest.approx(expected, abs=0.01 if method == "ig" else 1e-5)
    assert result.value == 3
    if METHODS[method].complete:
        assert result.per_base[START : START + 6].sum() == pytest.approx(3, rel=0.01)
        assert result.light == "green"
    else:
        assert (result.gap, result.light) == (None, None)


def test_hypothetical_scores_by_hand() -> None:
    """In the window's first place only G adds; any other base there would take away what the reference has on average."""
    result = explain("toy.sum", "deeplift", ONE_SITE, baseline="uniform")
    assert result.hypothetical is not None
    # multiplier 2/3 for G, 0 for others; the reference's own share is 2/3 / 4.
    assert result.hypothetical[:, START].tolist() == pytest.approx([-1 / 6, -1 / 6, 1 / 2, -1 / 6])


def test_two_needed_sites_and_what_gradients_miss() -> None:
    """min(a, b) at a tie: gradients follow one site and give the other nothing; mutations show that both are needed."""
    bases = list("N" * 60)
    bases[10:16], bases[40:46] = SITE_A, SITE_B
    sequence = Sequence("".join(bases), "tie")
    site_a, site_b = np.arange(10, 16), np.arange(40, 46)
    for method in ("inputxgradient", "saliency"):
        score = np.nan_to_num(explain("toy.and", method, sequence).per_base)
        assert score[site_a].tolist() == [1] * 6
        assert score[site_b].tolist() == [0] * 6
    mutated = explain("toy.and", "ablation", sequence).per_base
    assert mutated[site_a].tolist() == mutated[site_b].tolist() == [1] * 6


def test_saturation_blinds_gradients_and_single_mutations() -> None:
    """A weaker second site limits the output, so small changes of the first do nothing; blanking it out does."""
    bases = list("N" * 60)
    bases[10:16], bases[40:46] = SITE_A, "CACGTC"
    sequence = Sequence("".join(bases), "saturated")
    for method in ("inputxgradient", "ablation"):
        score = np.nan_to_num(explain("toy.and", method, sequence).per_base)
        assert not score[10:16].any()
        assert score[40:45].tolist() == [1] * 5
    # A window that leaves k bases of the first site alone lowers the output from 2 to min(2, max(0, k - 3)).
    blanked = explain("toy.and", "occlusion", sequence, window=6).per_base
    assert blanked[10:16].tolist() == pytest.approx([9 / 6, 11 / 6, 2, 2, 11 / 6, 9 / 6])


# ---- a second implementation ---------------------------------------------------------------------


def small_network(pooled: bool) -> NetModel:
    torch.manual_seed(4)
    middle = [nn.MaxPool1d(2)] if pooled else []
    width = 18 if pooled else 36
    net = nn.Sequential(
        nn.Conv1d(4, 6, 5), nn.ReLU(), *middle, nn.Conv1d(6, 5, 3), nn.Tanh(),
        nn.Flatten(), nn.Linear(5 * (width - 2), 8), nn.ReLU(), nn.Linear(8, 2),
    )  # fmt: skip
    card = replace(get_card("toy.sum"), name="test.cnn", length=40, outputs=(Output("y", ("one", "two"), "units"),))
    return NetModel(net, card).eval().requires_grad_(False)


@pytest.mark.parametrize("pooled", [False, True], ids=["plain", "max-pooled"])
@pytest.mark.parametrize("track", [0, 1])
def test_against_tangermeme(pooled: bool, track: int) -> None:
    from tangermeme.deep_lift_shap import deep_lift_shap

    model = small_network(pooled)
    sequence = Sequence("".join(np.random.default_rng(8).choice(list("ACGT"), 40)))
    result = attribute(model, sequence, Target("y", (("one", "two")[track],)), "deepliftshap", references=7, seed=3)
    references = make_references("dinucleotide", sequence, n=7, seed=3)
    options = {"references": references[None], "target": track, "device": "cpu"}
    X = encode(sequence)
    theirs = deep_lift_shap(model.net, X, **options)[0].sum(0)
    assert result.per_base == close(theirs.numpy())
    hypothetical = deep_lift_shap(model.net, X, hypothetical=True, **options)[0]
    assert result.hypothetical == close(hypothetical.numpy())
    assert result.light == "green"


@pytest.mark.parametrize("name", of_one_worker([name for name in MODELS if name not in SLOW]))
def test_mutation_importance_is_ism(name: str) -> None:
    """Two ways to the same number: Captum's FeatureAblation, and the mutation map."""
    mutations = saturate(model_of(name), sequence_for(name), Target.default(get_card(name)))
    assert explained(name, "ablation").per_base == close(mutations.importance, beside=mutations.value)


# ---- what holds for every model and method -------------------------------------------------------


def state_of(model: Model) -> dict[str, Any]:
    """Everything a method could leave behind on a network."""
    assert isinstance(model, nn.Module)
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return {
        "hooks": [len(getattr(m, kind)) for m in model.modules() for kind in kinds],
        "attributes": [sorted(vars(m)) for m in model.modules()],
        "training": [m.training for m in model.modules()],
        "weights": [p.detach().clone().numpy().tobytes() for p in model.parameters()],
        "gradients": [p.grad is not None or p.requires_grad for p in model.parameters()],
    }


@pytest.mark.parametrize(
    ("name", "method"), of_one_worker([(n, m) for n in MODELS for m in METHODS if not (n in SLOW and m in MANY)])
)
def test_contract(name: str, method: str) -> None:
    row, model, sequence = METHODS[method], model_of(name), sequence_for(name)
    before = state_of(model)
    result = explain(name, method, seed=6)
    assert state_of(model) == before
    assert result.scores.shape == (4, len(sequence))
    assert result.scores.dtype == np.float32
    assert np.isfinite(result.scores).all()
    assert np.isfinite(result.per_base).all()
    assert (result.hypothetical is not None) == row.hypothetical
    assert result.hypothetical is None or result.hypothetical.shape == (4, len(sequence))
    # What the page calls the model's number is what prediction says.
    # float32 holds seven digits, and log-likelihoods of whole sequences are large numbers.
    assert result.value == close(target_value(model, sequence, result.target), beside=1)
    assert (result.baseline is None) == (row.baseline is None)
    assert (result.gap is None) == (not row.complete)
    if row.complete:
        assert result.light in ("green", "amber", "red", None)
        assert bool(result.notices) == (result.light in ("red", None))
        missing = result.scores.sum() - (result.value - result.reference_value)
        assert abs(missing) <= result.gap + 1e-4 * max(1, abs(result.value))
        if result.light == "green":
            assert abs(missing) <= 0.01 * np.abs(result.value - result.reference_value) + result.gap + 1e-4
    again = explained(name, method)
    assert np.array_equal(again.scores, result.scores)
    assert (again.gap, again.value, again.steps) == (result.gap, result.value, result.steps)


@pytest.mark.parametrize("method", ["deepliftshap", "deeplift"])
@pytest.mark.parametrize("name", of_one_worker(MODELS))
def test_shipped_rows_add_up(name: str, method: str) -> None:
    card = get_card(name)
    for track in card.outputs[0].tracks:
        result = attribute(
            model_of(name), sequence_for(name), Target(card.outputs[0].name, (track,)), method, references=3
        )
        assert result.light == "green", f"{track}: gap {result.relative_gap}"


@pytest.mark.parametrize("name", of_one_worker([name for name in MODELS if name not in SLOW]))
def test_integrated_gradients_take_steps_until_they_add_up(name: str) -> None:
    card = get_card(name)
    for track in card.outputs[0].tracks[::4]:
        result = attribute(model_of(name), sequence_for(name), Target(card.outputs[0].name, (track,)), "ig")
        # Where the difference to the reference is next to nothing, 1 % of it is out of reach of the last step count.
        assert result.relative_gap <= 0.01 or result.steps == IG_STEPS[-1]
        assert result.relative_gap <= 0.01 or result.gap < 0.02
        assert result.steps in IG_STEPS


@pytest.mark.parametrize("baseline", ["zeros", "uniform", "gc", "dinucleotide", "sequence"])
@pytest.mark.parametrize("scale", ["logit", "value"])
def test_deeplift_adds_up_for_every_baseline(baseline: str, scale: str) -> None:
    model = model_of("tfbind.encode10")
    sequence, other = EXAMPLES[0].sequence, EXAMPLES[1].sequence
    target = Target("binding", ("GABPA",), scale=scale)
    result = attribute(model, sequence, target, "deeplift", baseline=baseline, references=3, other=other)
    assert result.light == "green"
    assert result.references == (3 if baseline == "dinucleotide" else 1)
    if baseline == "sequence":
        assert result.reference_value == close(target_value(model, other, target), beside=1)
        same = [i for i, (a, b) in enumerate(zip(sequence.bases, other.bases, strict=True)) if a == b]
        assert not result.scores[:, same].any()  # where nothing differs there is nothing to explain


@pytest.mark.parametrize("bases", ["N" * 101, "A" * 101, "CA" * 50 + "C"], ids=["all N", "poly-A", "CA repeat"])
def test_sequences_with_one_shuffle(bases: str) -> None:
    """All shuffles equal the sequence: nothing is explained, and the light does not claim that it is."""
    result = explain("tfbind.encode10", "deepliftshap", Sequence(bases))
    assert not result.scores.any()
    assert result.light is None
    assert "nothing to explain" in " ".join(result.notices)


@pytest.mark.parametrize("baseline", ["zeros", "uniform", "gc", "dinucleotide"])
@pytest.mark.parametrize("method", ["deeplift", "ig"])
def test_the_drawn_letters_add_up_in_padded_sequences(method: str, baseline: str) -> None:
    """No share of the difference may sit on padding, where nothing is drawn."""
    sequence = Sequence("N" * 30 + EXAMPLES[0].sequence.bases[20:60] + "NRY" + "N" * 28)
    target = Target("binding", ("GABPA",))
    result = attribute(model_of("tfbind.encode10"), sequence, target, method, baseline=baseline, references=5)
    assert not result.scores[:, list(sequence.ambiguous)].any()
    difference = result.value - result.reference_value
    assert np.nansum(result.per_base) == pytest.approx(difference, abs=0.01 * abs(difference) + 1e-4)


def test_ambiguous_letters_have_no_score() -> None:
    bases = list(sequence_for("tfbind.encode10").bases)
    bases[3], bases[50] = "N", "R"
    for method in ("deepliftshap", "saliency", "ablation"):
        result = explain("tfbind.encode10", method, Sequence("".join(bases)))
        assert np.flatnonzero(np.isnan(result.per_base)).tolist() == [3, 50]


@pytest.mark.parametrize("method", ["deepliftshap", "gradientshap", "smoothgrad"])
def test_another_seed_gives_other_numbers(method: str) -> None:
    one, other = (explain("tfbind.encode10", method, seed=s) for s in (1, 2))
    assert not np.array_equal(one.scores, other.scores)


def _leaves_global_random_numbers_alone() -> bool:
    torch.manual_seed(11)
    np.random.seed(11)
    for method in METHODS:
        explain("toy.sum", method)
    after = torch.rand(3), np.random.rand(3)
    torch.manual_seed(11)
    np.random.seed(11)
    return torch.equal(after[0], torch.rand(3)) and np.array_equal(after[1], np.random.rand(3))


def test_global_random_numbers_are_left_alone() -> None:
    # Numpy's generator belongs to all threads: one that an earlier test left at work may put its own state back once.
    assert any(_leaves_global_random_numbers_alone() for _ in range(3))


# ---- errors and threads --------------------------------------------------------------------------


class BreaksOff(NetModel):
    """Raises in the pass number `after`: a method that attaches to modules must clean up behind it."""

    def __init__(self, after: int) -> None:
        toy = model_of("toy.sum")
        assert isinstance(toy, NetModel)
        super().__init__(toy.net, get_card("toy.sum"))
        self.passes, self.after = 0, after
        self.eval()

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        y = super().logits(X)  # hooks inside have run when it breaks off
        self.passes += 1
        if self.passes > self.after:
            raise RuntimeError("out of memory")
        return y


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_left_after_an_error_in_the_network(method: str) -> None:
    model = BreaksOff(after=1)
    before = state_of(model)
    with pytest.raises(BadModel, match="RuntimeError: out of memory"):
        attribute(model, ONE_SITE, Target.default(model.card), method, **FEW)
    after = state_of(model)
    # Captum's DeepLIFT notes activations on modules when it breaks off; they do no harm, hooks would.
    for key in ("hooks", "training", "weights", "gradients"):
        assert after[key] == before[key]
    model.after = 10**9
    assert np.array_equal(
        attribute(model, ONE_SITE, Target.default(model.card), method, **FEW).scores,
        attribute(model_of("toy.sum"), ONE_SITE, Target.default(model.card), method, **FEW).scores,
    )


@pytest.mark.parametrize("error", [Cancelled, ZeroDivisionError])
@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_left_after_an_error_in_progress(method: str, error: type[Exception]) -> None:
    model = model_of("toy.and")
    before, calls = state_of(model), []

    def progress(share: float) -> None:
        calls.append(share)
        raise error

    try:
        explain("toy.and", method, progress=progress)
    except error:
        assert calls
    else:
        assert not calls  # quick methods never report
    assert state_of(model) == before


def test_four_threads_on_one_model() -> None:
    """Methods attach hooks to the one shared network while others predict: without a lock most of these fail."""
    name = "tfbind.encode10"
    model, sequence = model_of(name), sequence_for(name)
    jobs = [*HOOKING, "deepliftshap", "gradientshap", "smoothgrad", "saliency"]

    def run(job: str) -> np.ndarray:
        if job == "predict":
            return predict(model, sequence)[0]["binding"].values
        return explain(name, job).scores

    expected = {job: run(job) for job in ["predict", *jobs]}
    start = threading.Barrier(4)

    def work(offset: int) -> list[tuple[str, np.ndarray]]:
        start.wait()
        order = jobs[offset:] + jobs[:offset]
        return [(job, run(job)) for one in order for job in (one, "predict")]

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(work, 2 * i) for i in range(4)]
        for future in futures:
            for job, found in future.result():
                assert np.array_equal(found, expected[job]), job
    assert not any(state_of(model)["hooks"])


def test_messages() -> None:
    model, target = model_of("toy.sum"), Target.default(get_card("toy.sum"))
    with pytest.raises(UnknownName, match="deepliftshap"):
        attribute(model, ONE_SITE, target, "deepliftshp")
    with pytest.raises(UnknownName, match="dinucleotide"):
        attribute(model, ONE_SITE, target, "deeplift", baseline="dinucleotides")
    with pytest.raises(BadInput, match="compares with nothing"):
        attribute(model, ONE_SITE, target, "saliency", baseline="zeros")
    with pytest.raises(BadSequence, match="reads exactly 60"):
        attribute(model, Sequence("ACGT"), target)
    for options in (
        {"window": 0},
        {"window": 61},
        {"samples": 0},
        {"noise": 0.0},
        {"references": 0},
        {"noise": float("nan")},
    ):
        with pytest.raises(BadInput):
            attribute(model, ONE_SITE, target, "deepliftshap", **options)


class JustLogits:
    """An adapter that is no nn.Module."""

    card = get_card("toy.sum")

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return model_of("toy.sum").logits(X)


@pytest.mark.parametrize("method", METHODS)
def test_adapters_need_no_module(method: str) -> None:
    model = JustLogits()
    if METHODS[method].hooks:
        with pytest.raises(BadModel, match=r"nn\.Module"):
            attribute(model, ONE_SITE, Target.default(model.card), method, **FEW)
    else:
        found = attribute(model, ONE_SITE, Target.default(model.card), method, **FEW)
        assert np.array_equal(found.scores, explain("toy.sum", method, ONE_SITE).scores)


@pytest.mark.parametrize("method", METHODS)
def test_rows_say_what_pages_show(method: str) -> None:
    row = METHODS[method]
    assert row.name == method
    assert row.title
    assert row.note.endswith((".", "."))
    assert any(character.isdigit() for character in row.citation)
