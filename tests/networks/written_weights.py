"""Networks in plain numpy, channel by channel, and small cards for files of published weights that tests write.

Arrays are laid out as in torch: (channel, position).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from genoviz.attribute.attribution import attribute
from genoviz.models.base import Model
from genoviz.models.card import ModelCard, WeightsFile
from genoviz.models.catalogue import get_card
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model
from tests.comparison import close

Weights = Mapping[str, np.ndarray]


def small_card(name: str, config: Mapping[str, Any], length: int, tracks: int) -> ModelCard:
    """The published card with other sizes, for a file that has no published checksum."""
    card = get_card(name)
    output = card.outputs[0]
    outputs = (replace(output, tracks=output.tracks[:tracks]),)
    file = WeightsFile(card.files[0].name)
    return replace(
        card, config={**card.config, **config}, length=length, outputs=outputs, files=(file,), sha256="", example={}
    )


def full_card(name: str) -> ModelCard:
    """The published card with the published sizes, for a file that has no published checksum."""
    card = get_card(name)
    return replace(card, files=(WeightsFile(card.files[0].name),), sha256="")


def random_weights(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> dict[str, np.ndarray]:
    """Numbers of a size that keeps signals alive; variances are positive, and small enough that epsilon matters."""
    rng = np.random.default_rng(seed)
    weights = {}
    for key, shape in shapes.items():
        name = key.rpartition(".")[2]
        if name == "running_var":
            weights[key] = rng.uniform(0.02, 1, shape)
        elif name == "num_batches_tracked":
            weights[key] = np.array(7)
        elif name == "weight" and len(shape) == 1:
            weights[key] = rng.normal(1, 0.2, shape)
        else:
            fan = int(np.prod(shape[1:])) if name == "weight" else 25
            weights[key] = rng.normal(0, (2 / fan) ** 0.5, shape)
    return {key: value if value.dtype == np.int64 else value.astype(np.float32) for key, value in weights.items()}


def batch_norm_shapes(module: str, channels: int, *, tracked: bool = True) -> dict[str, tuple[int, ...]]:
    """Keys and shapes of one batch normalization."""
    names = ("weight", "bias", "running_mean", "running_var")
    shapes: dict[str, tuple[int, ...]] = {f"{module}.{name}": (channels,) for name in names}
    return {**shapes, f"{module}.num_batches_tracked": ()} if tracked else shapes


def tensors(weights: Weights) -> dict[str, torch.Tensor]:
    return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in weights.items()}


def hollow(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, torch.Tensor]:
    """Tensors of these shapes whose file is small: all numbers are one and the same zero."""
    return {key: torch.zeros(1)[0].expand(shape) for key, shape in shapes.items()}


def one_hot(text: str, order: str = "ACGT", unknown: float = 0.0) -> np.ndarray:
    """(4, length) with the letters in this order."""
    return np.array([[unknown if base == "N" else float(base == letter) for base in text] for letter in order])


def turned(text: str) -> str:
    """The other strand."""
    return text.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def convolve(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, *, pad: int = 0) -> np.ndarray:
    """A convolution, one position after the other."""
    width = weight.shape[2]
    x = np.pad(x, ((0, 0), (pad, pad)))
    columns = [np.einsum("oiw,iw->o", weight, x[:, i : i + width]) for i in range(x.shape[1] - width + 1)]
    y: np.ndarray = np.array(columns).T
    return y if bias is None else y + bias[:, None]


def pool(x: np.ndarray, size: int) -> np.ndarray:
    """The largest of every `size` positions; what is left over at the end is dropped."""
    n = x.shape[1] // size
    return x[:, : n * size].reshape(len(x), n, size).max(2)


def normalize(x: np.ndarray, weights: Weights, module: str, epsilon: float = 1e-5) -> np.ndarray:
    """Batch normalization of a map or of a vector, as it is after training."""
    scale, shift, mean, variance = (
        weights[f"{module}.{name}"].astype(float).reshape(-1, *[1] * (x.ndim - 1))
        for name in ("weight", "bias", "running_mean", "running_var")
    )
    y: np.ndarray = (x - mean) / np.sqrt(variance + epsilon) * scale + shift
    return y


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    y: np.ndarray = 0.5 + 0.5 * np.tanh(x / 2)
    return y


def random_texts(length: int, n: int = 3, seed: int = 0) -> list[str]:
    """Random sequences; the last has two N."""
    rng = np.random.default_rng(seed)
    texts = ["".join(rng.choice(list("ACGT"), length)) for _ in range(n)]
    return [*texts[:-1], texts[-1][:3] + "NN" + texts[-1][5:]]


def logits(model: Model, texts: list[str]) -> np.ndarray:
    """(sequence, track)."""
    with torch.no_grad():
        found: np.ndarray = model.logits(encode(texts))[model.card.outputs[0].name][:, :, 0].numpy()
    return found


def assert_pages_can_use(model: Model) -> None:
    """The contract holds, explanations add up, and a mutation scan is the plain prediction of each mutant."""
    assert [check.message for check in check_model(model) if check.passed is False] == []
    card = model.card
    text = random_texts(card.length, 1, seed=5)[0].replace("N", "C")
    sequence, target = Sequence(text), Target.default(card)
    for method, most in (("deepliftshap", 1e-3), ("ig", 0.02)):
        explained = attribute(model, sequence, target, method, references=3)
        assert explained.relative_gap is not None
        assert explained.relative_gap < most, (method, explained.relative_gap, explained.gap)
    start = card.length // 2
    found = saturate(model, sequence, target, window=(start, start + 2))
    before = target_value(model, sequence, target)
    for i in (start, start + 1):
        for row, base in enumerate("ACGT"):
            mutant = Sequence(text[:i] + base + text[i + 1 :])
            expected = target_value(model, mutant, target) - before
            assert found.delta[row, i] == close(expected, beside=before)
