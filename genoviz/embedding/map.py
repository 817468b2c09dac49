"""Embedded sequences in two dimensions, and who lies beside whom in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from genoviz.embedding.records import Labelled
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.metrics import bootstrap_interval, mean

METHODS = {"pca": "PCA", "umap": "UMAP"}
NEIGHBOURS = 5
FEWEST = 3  # records


@dataclass(frozen=True)
class Neighbour:
    """A record near another one: its number (from 0) and its distance in the model's space."""

    record: int
    distance: float


@dataclass(frozen=True, eq=False)
class EmbeddingMap:
    """Records as points.

    Attributes
    ----------
    card
        Of the model that embedded them.
    data
        The records with their labels.
    vectors
        `(records, dimensions)`: the model's numbers.
    points
        `(records, 2)`: where they are drawn.
    method
        A key of `METHODS`.
    explained
        Share of the variance along each axis of a PCA; None for UMAP, whose axes have no meaning.
    seed
        Of UMAP.
    """

    card: ModelCard
    data: Labelled
    vectors: NDArray[np.float32]
    points: NDArray[np.float64]
    method: str
    explained: tuple[float, float] | None
    seed: int

    @cached_property
    def distances(self) -> NDArray[np.float64]:
        """Euclidean distances `(records, records)` in all dimensions; infinite to the record itself."""
        v = self.vectors.astype(np.float64)
        squares = (v**2).sum(1)
        found = np.sqrt(np.clip(squares[:, None] + squares[None] - 2 * v @ v.T, 0, None))
        np.fill_diagonal(found, np.inf)
        return found

    def neighbours(self, record: int, count: int = NEIGHBOURS) -> list[Neighbour]:
        """The records nearest to one (from 0) in all dimensions of the model, not of the picture."""
        n = len(self.vectors)
        if not 0 <= record < n:
            raise BadInput(f"Record {record + 1} was asked for.", f"There are 1 to {n:,}.", "Choose one of them.")
        row = self.distances[record]
        return [Neighbour(int(i), float(row[i])) for i in np.argsort(row, kind="stable")[: min(count, n - 1)]]

    @cached_property
    def alike(self) -> tuple[float, float, float] | None:
        """Share of the records whose nearest neighbour has their label, with its 95 % interval over families.

        Relatives of a record are no neighbours here: they would be near for any model. None without labels of classes.
        """
        if not self.data.has_labels or self.data.numbers is not None:
            return None
        family = self.data.families
        far = np.where(family[:, None] == family[None], np.inf, self.distances)
        has = np.isfinite(far).any(1)
        if len(np.unique(family[has])) < 2:
            return None
        labels = np.array(self.data.labels)
        same = (labels[far.argmin(1)] == labels)[has].astype(np.float64)
        low, high = bootstrap_interval(mean, same, same, families=family[has])
        return float(same.mean()), low, high

    @property
    def chance(self) -> float:
        """Share of the records whose label a record drawn at random would have."""
        _, counts = np.unique(np.array(self.data.labels), return_counts=True)
        return float(((counts / counts.sum()) ** 2).sum())

    @property
    def sentence(self) -> str:
        """How much of the space the picture shows, and whether neighbours are alike."""
        n, dimensions = self.vectors.shape
        words = f"{n:,} records as {dimensions:,} numbers of `{self.card.name}`, drawn by {METHODS[self.method]}"
        if self.explained is not None:
            words += f": the two axes hold {100 * sum(self.explained):.0f} % of the variance."
        else:
            words += f" (seed {self.seed}): distances between groups mean little."
        if self.alike is None:
            return words
        share, low, high = (100 * value for value in self.alike)
        return (
            f"{words} {share:.0f} % of the records (95 % interval {low:.0f} to {high:.0f}) have a nearest neighbour of their own "
            f"label, relatives left out; {100 * self.chance:.0f} % would by chance."
        )


def has_umap() -> bool:
    """Whether the optional extra is installed."""
    return find_spec("umap") is not None


def embedding_map(
    model: Model, data: Labelled, vectors: NDArray[np.float32], *, method: str = "pca", seed: int = 0
) -> EmbeddingMap:
    """Draw embedded records in two dimensions.

    Parameters
    ----------
    model
        What embedded them.
    data
        The records with their labels.
    vectors
        `(records, dimensions)`: of `genoviz.predict.embed.embed`.
    method
        `pca` (the two directions in which the points differ most), or `umap` with the extra `genoviz[umap]`.
    seed
        Of UMAP.

    Raises
    ------
    BadInput
        For an unknown method, for UMAP without its package, or with too few records or dimensions.
    """
    if method not in METHODS:
        raise BadInput(f"The method `{method[:40]}` was given.", f"Accepted: {', '.join(METHODS)}.", "Choose one.")
    n, dimensions = vectors.shape
    if n != len(data.sequences) or n < FEWEST or dimensions < 2:
        raise BadInput(
            f"{n:,} vectors of {dimensions:,} numbers for {len(data.sequences):,} records.",
            f"A map needs at least {FEWEST} records, one vector of at least 2 numbers for each.",
            "Give more records.",
        )
    if method == "umap":
        return EmbeddingMap(model.card, data, vectors, _umap(vectors, seed), method, None, seed)
    points, explained = principal(vectors)
    return EmbeddingMap(model.card, data, vectors, points, method, explained, seed)


def principal(vectors: NDArray[np.floating]) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Points `(n, 2)` along the two directions of the largest variance, and the share of it along each.

    A direction and its opposite are the same; here the largest entry of each is positive, so that a map comes out again.
    """
    centred = vectors.astype(np.float64) - vectors.mean(0, dtype=np.float64)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    two = directions[:2]
    two = two * np.sign(two[np.arange(2), np.abs(two).argmax(1)])[:, None]
    total = float((sizes**2).sum())
    shares = sizes[:2] ** 2 / total if total > 0 else np.zeros(2)
    return centred @ two.T, (float(shares[0]), float(shares[1]))


def _umap(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    if not has_umap():
        raise BadInput(
            "UMAP is not installed.", "It is an optional extra.", '`pip install "genoviz[umap]"`, or take PCA.'
        )
    neighbours = min(15, len(vectors) - 1)
    begin = "spectral" if len(vectors) > FEWEST else "random"  # the first needs more points than it finds directions
    umap = import_module("umap").UMAP(n_neighbors=neighbours, init=begin, random_state=seed, n_jobs=1)
    found = umap.fit_transform(vectors)
    return np.asarray(found, dtype=np.float64)
