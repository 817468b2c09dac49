"""Recipe of `convlm.yeast-ecoli`: a convolutional language model that is told which words to look for.

Trained as the others are (see `recipes.language`), it learns tracts and codons but no binding sites: each is too rare to weigh in
the loss. So words that it does not expect are counted in the training promoters, each becomes a filter, and all is trained on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from genoviz.models.language import LanguageNet
from genoviz.networks.dilated_lm import DilatedLM, DilatedLMConfig
from genoviz.training.loop import History, Schedule
from genoviz.training.recipes.language import Language, Species, both_sides_loss
from genoviz.training.telling_words import places, telling_words

FIRST = "first"  # folder of the training without words


@dataclass(frozen=True)
class WordLanguage(Language):
    """A recipe in two trainings, of the network without words and with them.

    Attributes
    ----------
    sizes
        Of the network with its words.
    then
        Schedule of the second training.
    """

    sizes: DilatedLMConfig = field(default_factory=DilatedLMConfig)
    then: Schedule = field(default_factory=Schedule)

    def fitted(
        self, species: Species, out: Path, schedule: Schedule, progress: Callable[[float], None] | None
    ) -> tuple[LanguageNet, History]:
        """See `Language.fitted`; the first training is kept in a folder of its own and is not done again."""
        plain = DilatedLM(replace(self.sizes, counted=0))
        before = self.fit(plain, species, out / FIRST, schedule, progress)

        def expects(X: Tensor) -> Tensor:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half_precision):
                return plain.log_probabilities(X)

        words = telling_words(places(species["yeast"][0], expects), self.sizes.counted)
        net = DilatedLM(self.sizes)
        net.load_state_dict(plain.state_dict(), strict=False)
        net.begin_with([(word.pattern, word.shift) for word in words])
        then = replace(self.then, seed=schedule.seed, epochs=min(self.then.epochs, schedule.epochs))
        found = self.fit(net, species, out, then, progress)
        rows = [*before.rows, *({**row, "epoch": row["epoch"] + len(before.rows)} for row in found.rows)]
        return net, replace(found, rows=rows, seconds=before.seconds + found.seconds)


_SIZES = DilatedLMConfig(counted=384)
CONVOLUTIONAL = WordLanguage(
    name="convlm.yeast-ecoli",
    make=lambda: DilatedLM(_SIZES),
    loss=both_sides_loss,
    config=asdict(_SIZES),
    schedule=Schedule(epochs=48, patience=48, learning_rate=3e-3, weight_decay=1e-2),
    batch=32,
    half_precision=True,
    yeast_share=0.8,
    promoter_share=0.6,
    sizes=_SIZES,
    then=Schedule(epochs=16, patience=16, learning_rate=1e-3, weight_decay=1e-3),
)
