"""Keras networks in plain numpy, position by position, read from the file independently of the package.

Arrays are laid out as in Keras: (position, channel).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np

Layers = Mapping[str, Mapping[str, np.ndarray]]


def read_layers(path: Path) -> dict[str, dict[str, np.ndarray]]:
    """`{layer: {weight: array}}` in float64."""
    found: dict[str, dict[str, np.ndarray]] = {}
    with h5py.File(path, "r") as file:
        top = file.get("model_weights", file)

        def visit(name: str, item: object) -> None:
            if isinstance(item, h5py.Dataset):
                layer, _, weight = name.split("/")
                found.setdefault(layer, {})[weight.removesuffix(":0")] = np.asarray(item, dtype=np.float64)

        top.visititems(visit)
    return found


def write_layers(path: Path, layers: Layers, *, model: bool = True, optimizer: bool = False) -> None:
    """A file as Keras writes it: by `Model.save`, with or without the optimizer's state, or by `save_weights`."""
    with h5py.File(path, "w") as file:
        for layer, weights in layers.items():
            place = f"model_weights/{layer}/{layer}_7" if model else f"{layer}/{layer}"
            for name, array in weights.items():
                file[f"{place}/{name}:0"] = np.asarray(array, dtype=np.float32)
        if optimizer:
            file["optimizer_weights/Adam/iterations:0"] = np.int64(5)


def random_layers(rng: np.random.Generator, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, dict[str, np.ndarray]]:
    """Random weights: a kernel with a bias for two and more sizes, batch normalization for one."""
    layers = {}
    for layer, shape in shapes.items():
        if len(shape) > 1:
            layers[layer] = {"kernel": rng.normal(0, 0.5, shape), "bias": rng.normal(0, 0.5, shape[-1])}
        else:
            layers[layer] = {
                "gamma": rng.normal(1, 0.2, shape),
                "beta": rng.normal(0, 0.3, shape),
                "moving_mean": rng.normal(0, 0.3, shape),
                "moving_variance": rng.uniform(0.001, 2, shape),
            }
    return layers


def one_hot(text: str) -> np.ndarray:
    """(length, 4) in the order A C G T; N is zeros."""
    return np.array([[float(base == letter) for letter in "ACGT"] for base in text]).reshape(len(text), 4)


def convolve(x: np.ndarray, layer: Mapping[str, np.ndarray], *, same: bool) -> np.ndarray:
    """A convolution, one position after the other."""
    kernel = layer["kernel"]
    width = kernel.shape[0]
    if same:
        left = (width - 1) // 2
        x = np.concatenate([np.zeros((left, x.shape[1])), x, np.zeros((width - 1 - left, x.shape[1]))])
    rows = [np.einsum("wi,wio->o", x[i : i + width], kernel) + layer["bias"] for i in range(len(x) - width + 1)]
    return np.array(rows)


def normalize(x: np.ndarray, layer: Mapping[str, np.ndarray]) -> np.ndarray:
    """Batch normalization as it is after training; Keras's epsilon is 0.001."""
    return layer["gamma"] * (x - layer["moving_mean"]) / np.sqrt(layer["moving_variance"] + 0.001) + layer["beta"]


def dense(x: np.ndarray, layer: Mapping[str, np.ndarray]) -> np.ndarray:
    """A dense layer on the flattened input, position by position."""
    return x.reshape(-1) @ layer["kernel"] + layer["bias"]


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def random_texts(rng: np.random.Generator, n: int, length: int) -> list[str]:
    return ["".join(rng.choice(list("ACGT"), length)) for _ in range(n)]
