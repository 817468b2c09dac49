"""Everything the pages cache, bounded, keyed by frozen nouns and never by arrays or models.

A cached model is shared by all sessions; the verbs take its lock per batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.ui.frame.speed import SPEEDS, worked

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.base import Model
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.predict.expectation import Expectation
    from genoviz.predict.readout import Readout


@st.cache_resource(max_entries=8, show_spinner="Loading the model ...")
def model(name: str, sha256: str) -> Model:
    """A loaded model; the checksum is part of the key, so that new weights are new models."""
    from genoviz.models.load import load_model

    return load_model(name)


def loaded(card: ModelCard) -> Model:
    """The model of a card."""
    return model(card.name, card.sha256)


@st.cache_resource(max_entries=256, show_spinner=False)
def _readout(name: str, sha256: str, unnamed: Sequence) -> Readout:
    """What a model says about one sequence. It is asked once, whatever is told of the answer, and whatever the sequence
    is called and where it lies: an edited sequence has another name than the same letters pasted."""
    from genoviz.predict.readout import read

    return read(model(name, sha256), unnamed)


def readout(name: str, sha256: str, sequence: Sequence) -> Readout:
    """What a model says about one sequence."""
    return _readout(name, sha256, Sequence(sequence.bases))


def prediction(name: str, sha256: str, sequence: Sequence) -> dict[str, Tracks]:
    """All outputs for one sequence."""
    return readout(name, sha256, sequence).tracks(0, locus=sequence.locus)


def target_value(name: str, sha256: str, sequence: Sequence, target: Target) -> float:
    """The target's number for one sequence."""
    return float(readout(name, sha256, sequence).numbers(target)[0])


def member_sentence(name: str, sha256: str, sequence: Sequence, target: Target) -> str:
    """Sentence on what each member of an ensemble says of a sequence; empty for a single network."""
    from genoviz.predict.agreement import MemberNumbers

    return MemberNumbers.of(readout(name, sha256, sequence), target).sentence


def agreement(name: str, sha256: str, original: Sequence, alternate: Sequence, target: Target) -> str:
    """Sentence on how many members of an ensemble agree about a difference; empty for a single network."""
    from genoviz.predict.agreement import Agreement

    one, other = (readout(name, sha256, sequence) for sequence in (original, alternate))
    before, after = (found.member_numbers(target)[:, 0] for found in (one, other))
    return Agreement.between(before, after, one.card.members_word).sentence


@st.cache_data(max_entries=128, show_spinner=False)
def expectation(name: str, sha256: str, sequence: Sequence) -> Expectation | None:
    """Which bases a language model expects; None for other models."""
    from genoviz.models.language import LanguageModel
    from genoviz.predict.expectation import expect

    found = model(name, sha256)
    return expect(found, sequence) if isinstance(found, LanguageModel) else None


@st.cache_data(max_entries=128, show_spinner="Explaining ...")
def attribution(
    name: str,
    sha256: str,
    sequence: Sequence,
    target: Target,
    method: str,
    baseline: str | None,
    references: int,
    other: Sequence | None,
    seed: int,
) -> Attribution:
    """Attribution of one sequence."""
    from genoviz.attribute.attribution import attribute

    return attribute(
        model(name, sha256), sequence, target, method, baseline=baseline, references=references, other=other, seed=seed
    )


@st.cache_data(max_entries=128, show_spinner="Mutating every base ...")
def mutation_map(
    name: str, sha256: str, sequence: Sequence, target: Target, window: tuple[int, int] | None, indels: bool
) -> Mutagenesis:
    """Mutation map of one sequence, for jobs short enough to wait for."""
    from genoviz.mutagenesis.saturation import count_variants, saturate

    found: list[Mutagenesis] = []
    variants = count_variants(sequence, window=window, indels=indels)
    loaded_model = model(name, sha256)
    seconds = worked(lambda: found.append(saturate(loaded_model, sequence, target, window=window, indels=indels)))
    SPEEDS.ran(mutant_key(name, sha256, target), seconds / max(1, variants))
    return found[0]


def mutant_key(name: str, sha256: str, target: Target) -> tuple[str, str, str, Target]:
    """Under which the seconds of one mutant are kept, see `genoviz.ui.frame.speed`."""
    return "mutant", name, sha256, target


@st.cache_data(max_entries=64, show_spinner=False)
def shuffle_effects(
    name: str, sha256: str, sequence: Sequence, target: Target, start: int, end: int, n: int
) -> list[float]:
    """Change of the target's number when one stretch is shuffled, `n` times."""
    from genoviz.mutagenesis.ablation import shuffle_stretch

    return shuffle_stretch(model(name, sha256), sequence, target, start, end, n=n)
