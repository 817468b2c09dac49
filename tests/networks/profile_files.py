"""Weights files as the authors of profile networks publish them, small, with numbers that a formula gives; and what every
such model must do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict, target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.trust.model_contract import check_model

Array = NDArray[np.float32]


def waves(*shape: int, phase: float = 0.0) -> Array:
    """Numbers that any program can make again: 0.4 sin(0.7 i + phase)."""
    return (0.4 * np.sin(0.7 * np.arange(np.prod(shape)) + phase)).astype(np.float32).reshape(shape)


def letters(length: int) -> Sequence:
    """A sequence that any program can make again: letter i*i//3 modulo 4."""
    return Sequence("".join(BASES[i * i // 3 % 4] for i in range(length)))


def write_keras(path: Path, layers: Mapping[str, Mapping[str, Array]]) -> None:
    """A Keras file as `Model.save` writes it: `{layer: {kernel or bias: numbers}}`."""
    with h5py.File(path, "w") as file:
        file.create_group("model_weights/top_level_model_weights")
        for layer, tensors in layers.items():
            for name, numbers in tensors.items():
                file[f"model_weights/{layer}/{layer}/{name}:0"] = numbers


def small_card(name: str, length: int, bins: int, config: Mapping[str, object]) -> ModelCard:
    """The published card with other sizes, for a file of any checksum."""
    card = get_card(name)
    total, profile, shape = card.outputs
    return replace(
        card,
        length=length,
        outputs=(total, replace(profile, bins=bins), shape),
        config={**card.config, **config},
        files=tuple(replace(file, sha256="", md5="") for file in card.files),
    )


def numbers_of(model: Model, sequence: Sequence) -> list[Array]:
    """The model's three outputs before activation, in the card's order, without the batch's axis."""
    with torch.no_grad():
        found = model.logits(encode(sequence))
    return [found[output.name][0].numpy() for output in model.card.outputs]


def check_all_ways(model: Model) -> None:
    """The contract, attributions that add up, and mutation maps that equal plain predictions of the mutants."""
    failed = [check for check in check_model(model) if check.passed is False]
    assert not failed, failed
    sequence = letters(model.card.length)
    for output in model.card.outputs:
        target = Target(output.name, output.tracks[-1:])
        for method in ("ig", "deepliftshap"):
            found = attribute(model, sequence, target, method, references=3)
            assert found.light == "green", (output.name, method, found.relative_gap)
        middle = len(sequence) // 2
        effects = saturate(model, sequence, target, window=(middle, middle + 4)).delta
        for place in (middle, middle + 3):
            for row, base in enumerate(BASES):
                mutant = Sequence(sequence.bases[:place] + base + sequence.bases[place + 1 :])
                plain = target_value(model, mutant, target) - target_value(model, sequence, target)
                assert abs(effects[row, place] - plain) < 1e-5
    values = predict(model, sequence)[0]
    total, profile, _ = (values[output.name].values for output in model.card.outputs)
    shares = profile.sum(1).reshape(len(total), -1).sum(1)
    np.testing.assert_allclose(shares, total[:, 0], rtol=1e-5)  # the expected reads of a total's tracks add up to it
