"""What models of somebody's answer: held against the card, finite, steady, and errors as messages; by every verb."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.attribute.attribution import attribute
from genoviz.attribute.contributions import contributions
from genoviz.design.rules import Rules
from genoviz.design.search import search
from genoviz.discover.filters import filter_bank
from genoviz.effects.effect import score_alleles
from genoviz.errors import AdapterFailed, BadModel, NotFinite
from genoviz.grammar.bench import Bench
from genoviz.incremental import Edit
from genoviz.models.answers import ask, check_finite
from genoviz.models.base import lock_of
from genoviz.models.card import Output
from genoviz.models.onehot import encode
from genoviz.models.reach import leave_training, modules_of
from genoviz.models.target import Target
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.agreement import agreement
from genoviz.predict.embed import embed
from genoviz.predict.prediction import evaluate, predict, target_value
from genoviz.predict.sample import sample
from genoviz.predict.values_along import values_along
from genoviz.sequences.sequence import Sequence
from tests.models import adapters
from tests.models.adapters import PLACES, RANDOM, UNFIT, Adapter, Checkpointed, Raises

PLAIN, WITH_N = Sequence(adapters.SEQUENCE, "plain"), Sequence(adapters.WITH_N, "two N")
TARGET = Target("y", ("a",))
Verb = Callable[[Any, Sequence], object]
VERBS: dict[str, Verb] = {
    "predict": predict,
    "target": lambda model, one: target_value(model, one, TARGET),
    "attribute": lambda model, one: attribute(model, one, TARGET),
    "input x gradient": lambda model, one: attribute(model, one, TARGET, "inputxgradient"),
    "occlusion": lambda model, one: attribute(model, one, TARGET, "occlusion"),
    "mutate": lambda model, one: saturate(model, one, TARGET, window=(0, 3)),
    "epistasis": lambda model, one: epistasis(model, TARGET, one, window=(0, 3)),
    "agreement": lambda model, one: agreement(model, one, PLAIN, TARGET),
    "contributions": lambda model, one: contributions(model, [one], TARGET, references=2),
    "grammar": lambda model, one: Bench(model, TARGET).values(one.bases, [[Edit(0, 1, "C")]]),
    "design": lambda model, one: next(search(model, one, TARGET, Rules(one), sign=1, edits=1)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_good_adapter_is_answered(verb: str) -> None:
    """The neighbour of all that is refused below; also with N, and whatever mode other models are in."""
    for one in (PLAIN, WITH_N):
        assert VERBS[verb](adapters.good(), one) is not None


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", UNFIT)
def test_answers_that_do_not_fit_the_card_are_refused(verb: str, kind: str) -> None:
    logits, words = UNFIT[kind]
    with pytest.raises(BadModel, match=words) as caught:
        VERBS[verb](Adapter(logits), PLAIN)
    assert "my.model" in caught.value.read
    assert caught.value.fix


def test_an_unusual_answer_that_fits() -> None:
    """Any mapping, any order of outputs, a view of something larger."""
    outputs = (Output("y", ("a", "b"), "u"), Output("z", ("c",), "u"))

    class Mine(dict[str, Tensor]):
        pass

    model = Adapter(lambda f, X: Mine(z=f(X)[:, :1, None], y=f(X)[:, :, None]), outputs)
    found = predict(model, [PLAIN, WITH_N])
    assert [tracks.values.shape for tracks in found[1].values()] == [(2, 1), (1, 1)]
    assert found[0]["z"].values[0, 0] == found[0]["y"].values[0, 0]


def test_an_adapter_that_turns_gradients_on_by_itself() -> None:
    def logits(f: nn.Module, X: Tensor) -> dict[str, Tensor]:
        with torch.enable_grad():
            return {"y": f(X)[:, :, None]}

    model = Adapter(logits)
    assert target_value(model, PLAIN, TARGET) == predict(model, PLAIN)[0]["y"].values[0, 0]


def test_bins_of_a_model_that_reads_any_length() -> None:
    """A model with a context gives as many bins as it was given bases beyond it; its card says how many of its own length."""
    outputs = (Output("y", ("a", "b"), "u", bins=12, resolution=1),)
    good = Adapter(lambda f, X: {"y": X[:, :2, 4:-4]}, outputs)
    good.context = 8  # type: ignore[assignment]
    long = Sequence(adapters.SEQUENCE * 3)
    assert values_along(good, outputs[0], [0, 1], long, range(60)).sum() == sum(b in "AC" for b in long.bases)
    bad = Adapter(lambda f, X: {"y": X[:, :2, 4:-5]}, outputs)
    bad.context = 8  # type: ignore[assignment]
    with pytest.raises(BadModel, match=r"shape \(1, 2, 59\); \(batch, track, bin\) = \(1, 2, 60\)"):
        values_along(bad, outputs[0], [0], long, range(60))


# -- nan and infinite numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_nan_is_refused_with_the_number_of_n(verb: str) -> None:
    model = adapters.nan_on_n()
    with pytest.raises(NotFinite, match="gave nan") as caught:
        VERBS[verb](model, WITH_N)
    assert "2 N" in caught.value.read
    assert "N is a column of zeros" in caught.value.fix


@pytest.mark.parametrize("verb", VERBS)
def test_an_infinite_number_is_refused(verb: str) -> None:
    with pytest.raises(NotFinite, match=r"gave an infinite number .*0 N"):
        VERBS[verb](adapters.infinite(), PLAIN)


def test_what_the_activation_makes_infinite() -> None:
    """exp of 1,000 is no float32; the logit itself is, and can be explained."""
    model = Adapter(lambda f, X: {"y": 1000 + f(X)[:, :, None]}, (Output("y", ("a", "b"), "u", "exp"),))
    with pytest.raises(NotFinite, match="infinite"):
        predict(model, PLAIN)
    assert 999 < predict(model, PLAIN, scale="logit")[0]["y"].values[0, 0] < 1001
    assert attribute(model, PLAIN, TARGET, "ablation").value > 999


def test_nan_in_another_track_or_output() -> None:
    outputs = (Output("y", ("a", "b"), "u"), Output("z", ("c",), "u"))
    model = Adapter(lambda f, X: {"y": f(X)[:, :, None], "z": f(X / X.sum(1, keepdim=True))[:, :1, None]}, outputs)
    with pytest.raises(NotFinite, match="2 N"):
        predict(model, WITH_N)
    assert list(predict(model, WITH_N, outputs=["y"])[0]) == ["y"]
    assert np.isfinite(attribute(model, WITH_N, TARGET, "inputxgradient").scores).all()


def test_of_many_sequences_those_without_a_number_are_left_out() -> None:
    model, said = adapters.nan_on_n(), []
    found = predict(model, [PLAIN, WITH_N, PLAIN], left_out=lambda number, error: said.append((number, error.read)))
    assert len(found) == 2
    assert [number for number, _ in said] == [1]
    assert "`two N` (20 bases, 2 N)" in said[0][1]
    explained = contributions(model, [PLAIN, WITH_N, PLAIN], TARGET, references=2)
    assert [one.name for one in explained.sequences] == ["plain", "plain"]
    assert explained.hypothetical.shape == (2, 4, 20)
    assert len(explained.left_out) == 1
    assert "two N is left out" in explained.left_out[0]
    assert "2 N" in explained.left_out[0]


def test_nan_for_some_mutants_leaves_the_others() -> None:
    """Of a map the mutants without a number are empty and counted; the incremental engine stays on, without a warning."""
    model = adapters.nan_where_g_is_first()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = saturate(model, PLAIN, TARGET, indels=True)
    assert np.isnan(found.delta).sum() == 1
    assert np.isnan(found.delta[2, 0])
    # inserting G before the first base, and deleting none: the sequence begins with A C
    assert np.isnan(found.insertions).sum() == 1
    assert found.without_number == 2
    assert "2 of the mutated sequences" in found.notices[0]
    mutant = Sequence("C" + PLAIN.bases[1:])
    assert found.delta[1, 0] == pytest.approx(
        target_value(model, mutant, TARGET) - target_value(model, PLAIN, TARGET), abs=1e-6
    )
    assert saturate(adapters.good(), PLAIN, TARGET, indels=True).notices == ()
    for verb in ("epistasis", "design"):
        with pytest.raises(NotFinite):
            VERBS[verb](model, PLAIN)


def test_a_map_without_any_number_is_refused() -> None:
    only = Adapter(lambda f, X: {"y": (f(X) + torch.log(X[:, 0, :1]) * 0)[:, :, None]})  # nan unless A is first
    with pytest.raises(NotFinite, match="3 of 3 sequences"):
        saturate(only, PLAIN, TARGET, window=(0, 1))


def test_references_and_gradients_without_a_number_name_other_ways() -> None:
    """The prediction is good; what it is compared with, or the way there, is not."""
    model = adapters.nan_on_n()
    with pytest.raises(NotFinite, match=r"1 of 1 references .baseline `zeros`") as caught:
        attribute(model, PLAIN, TARGET, "deeplift", baseline="zeros")
    assert "`gc`" in caught.value.fix
    with pytest.raises(NotFinite, match="Occlusion got nan") as caught:
        attribute(model, PLAIN, TARGET, "occlusion")
    assert "Mutation importance" in caught.value.fix
    # the root of 0 has no gradient, though it is a number
    rooted = Adapter(lambda f, X: {"y": (f(X) + X.sub(X).pow(2).sum((1, 2)).sqrt()[:, None])[:, :, None]})
    assert np.isfinite(attribute(rooted, PLAIN, TARGET, "ablation").scores).all()
    with pytest.raises(NotFinite, match="though its prediction is finite") as caught:
        attribute(rooted, PLAIN, TARGET, "inputxgradient")
    assert "ISM" in caught.value.fix


def test_a_variant_without_a_number_is_one_row_of_many() -> None:
    windows = [SimpleNamespace(reference=PLAIN, alternate=PLAIN), SimpleNamespace(reference=WITH_N, alternate=PLAIN)]
    values = score_alleles(adapters.nan_on_n(), TARGET, windows)  # type: ignore[arg-type]
    assert np.isfinite(values).tolist() == [[True, True], [False, True]]


def test_filters_refuse_nan() -> None:
    from genoviz.discover.comparison import given_background

    with pytest.raises(NotFinite):
        filter_bank(adapters.infinite(), given_background([PLAIN, WITH_N]), TARGET)


def test_ambiguous_letters_are_told_apart_from_n() -> None:
    with pytest.raises(NotFinite, match="1 N, 2 other ambiguous letters"):
        check_finite(adapters.card(), torch.tensor([float("nan")]), encode("ACGTNRYA"))
    with pytest.raises(NotFinite, match=r"2 of 3 sequences \(the first has 4 bases, 0 N\)"):
        check_finite(adapters.card(), torch.tensor([1, float("inf"), float("nan")]), encode(["ACGT"] * 3))


# -- errors of an adapter -------------------------------------------------------------------------------------------------

ERRORS = [ValueError("no N please"), KeyError("x"), SystemExit(3), MemoryError(), RuntimeError("two\nlines")]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_of_an_adapter_are_messages(verb: str, error: BaseException) -> None:
    with pytest.raises(BadModel, match=type(error).__name__) as caught:
        VERBS[verb](Raises(error), PLAIN)
    assert "`my.model` (Raises)" in caught.value.read
    assert "\n" not in str(caught.value)
    assert caught.value.accepted
    assert "check-model my.model" in caught.value.fix


def test_what_is_no_error_of_the_adapter_passes() -> None:
    with pytest.raises(KeyboardInterrupt):
        predict(Raises(KeyboardInterrupt()), PLAIN)
    mine = NotFinite("said by the adapter itself")
    with pytest.raises(NotFinite, match="said by the adapter itself"):
        predict(Raises(mine), PLAIN)
    with pytest.raises(ZeroDivisionError):  # of the caller's own progress
        attribute(adapters.good(), PLAIN, TARGET, "ablation", progress=lambda share: 1 / 0)  # type: ignore[arg-type]


def test_a_sequence_that_an_adapter_fails_on_is_left_out_of_many() -> None:
    said: list[int] = []
    found = predict(Raises(ValueError("N"), on="N"), [PLAIN, WITH_N], left_out=lambda i, _: said.append(i))
    assert (len(found), said) == (1, [1])
    with pytest.raises(AdapterFailed):
        predict(Raises(ValueError("N"), on="N"), [PLAIN, WITH_N])


@pytest.mark.filterwarnings("ignore:None of the inputs have requires_grad")
@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpointed_models_name_the_methods_that_work(reentrant: bool) -> None:
    model = Checkpointed(reentrant)
    with pytest.raises(BadModel, match=r"DeepLIFT / SHAP can't follow `my.model`") as caught:
        attribute(model, PLAIN, TARGET)
    assert caught.value.accepted
    assert "Mutation importance" in caught.value.fix
    expected = attribute(adapters.good(), PLAIN, TARGET, "ablation").scores
    assert attribute(model, PLAIN, TARGET, "ablation").scores == pytest.approx(expected, abs=1e-6)
    if not reentrant:
        expected = attribute(adapters.good(), PLAIN, TARGET, "ig").scores
        assert attribute(model, PLAIN, TARGET, "ig").scores == pytest.approx(expected, abs=1e-6)


def test_what_else_a_model_may_offer_is_held_to_its_shape() -> None:
    model = adapters.good()
    model.embed = lambda X: torch.zeros(len(X), 3, 2)  # type: ignore[assignment]
    with pytest.raises(BadModel, match=r"`embed` of `my.model` returned \(1, 3, 2\)"):
        embed(model, PLAIN)
    model.embed = lambda X: X.sum((1, 2))[:, None] / X.sum(1).prod(1)[:, None]  # type: ignore[assignment]
    assert embed(model, PLAIN).tolist() == [[20.0]]
    said: list[int] = []
    assert embed(model, [PLAIN, WITH_N], left_out=lambda i, _: said.append(i)).tolist() == [[20.0]]
    assert said == [1]
    model.sample = lambda count, seed: ["ACGT"]  # type: ignore[assignment]
    with pytest.raises(BadModel, match="returned a list of 1"):
        sample(model, 2)


def test_adapters_that_can_not_be_kept_by_identity() -> None:
    from dataclasses import dataclass

    @dataclass
    class ByValue:
        card: object = None

    with pytest.raises(BadModel, match="can't be kept by identity"):
        lock_of(ByValue())  # type: ignore[arg-type]


# -- training mode and chance ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_every_network_leaves_training_mode(place: str) -> None:
    model = PLACES[place]()
    networks = [module for module in modules_of(model) if isinstance(module, (nn.Dropout, nn.BatchNorm1d))]
    assert len(networks) >= 2
    for module in networks:
        module.train()
    with pytest.raises(BadModel, match=r"Two runs|training mode"):
        predict(model, PLAIN)
    leave_training(model)
    assert not any(module.training for module in modules_of(model))
    one, two = (predict(model, PLAIN)[0]["y"].values for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", RANDOM)
def test_what_is_random_is_refused(kind: str, verb: str) -> None:
    with pytest.raises(BadModel, match=r"Two runs of `my.model` on the same sequence differ"):
        VERBS[verb](RANDOM[kind](), PLAIN)


def test_random_only_where_a_base_is_not_known() -> None:
    """The first sequence shows nothing; the generator that moved does."""
    network = adapters.net().eval()

    def run(X: Tensor) -> Tensor:
        unknown = (X == 0).all(1, keepdim=True)
        return network(X + torch.rand_like(X) * unknown) if bool(unknown.any()) else network(X)

    model = adapters.Counted(run=run)
    assert len(predict(model, PLAIN)) == 1
    with pytest.raises(BadModel, match="Two runs"):
        predict(model, WITH_N)


def test_batch_norm_in_training_mode_is_refused() -> None:
    """Two runs of it are equal, but the other sequences of a batch count."""
    model = adapters.good()
    predict(model, PLAIN)
    model.net[1].train()
    with pytest.raises(BadModel, match=r"BatchNorm1d of `my.model` is in training mode"):
        predict(model, [PLAIN, WITH_N])


def test_chance_that_is_seeded_is_no_chance() -> None:
    network = adapters.net().eval()

    def run(X: Tensor) -> Tensor:
        torch.manual_seed(0)
        return network(X) + torch.rand(())

    model = adapters.Counted(run=run)
    assert predict(model, PLAIN)[0]["y"].values.shape == (2, 1)


def test_a_model_is_asked_once() -> None:
    """But for its first sequence, which is asked about again."""
    calls: list[int] = []

    def logits(f: nn.Module, X: Tensor) -> dict[str, Tensor]:
        calls.append(len(X))
        return {"y": f(X)[:, :, None]}

    model = Adapter(logits)
    predict(model, [PLAIN] * 5)
    assert calls == [5, 1, 1]
    predict(model, [PLAIN] * 5)
    evaluate(TARGET.of(model), model, encode([PLAIN] * 3))
    assert calls == [5, 1, 1, 5, 3]


def test_ask_gives_what_the_model_gave() -> None:
    model = adapters.good()
    X = encode([PLAIN, WITH_N])
    assert torch.equal(ask(model, X)["y"], model.logits(X)["y"])
