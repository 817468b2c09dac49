"""Recipe of `promoter.ecoli-lm`: transfer from a language model to promoter activity.

Data and split are those of `promoter.ecoli`. With `--from maskedlm.yeast-ecoli` the encoder begins with what the
language model learned from two genomes without labels; without it, the same network is trained from scratch, which is
the comparison. The language model's own held-out blocks of E. coli contain the test block of the promoters
(`genomes.ECOLI_TEST`), so it has not read the test sequences either.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from torch import nn

from genoviz.errors import BadInput
from genoviz.models.base import Model, NetModel
from genoviz.models.ensemble import sizes_of
from genoviz.networks.cloze import Cloze, ClozeConfig
from genoviz.networks.cloze_head import ClozeHead, ClozeHeadConfig
from genoviz.training.loop import Schedule
from genoviz.training.recipes import ecoli
from genoviz.training.recipes.language import MASKED
from genoviz.training.scores import beside
from genoviz.training.supervised import Supervised

_CONVOLUTIONS = "three convolutional networks (promoter.ecoli), this test"
CONFIG = ClozeHeadConfig(length=ecoli.LENGTH, outputs=1, encoder=ClozeConfig(**MASKED.config))


@dataclass(frozen=True)
class FromMasked(Supervised):
    """A recipe for a `ClozeHead`, whose encoder may begin with that of a masked language model."""

    def starting_from(self, model: Model) -> Supervised:
        """See `genoviz.training.Transfer`."""
        source = model.net if isinstance(model, NetModel) else None
        if not isinstance(source, Cloze) or sizes_of(model.card) != self.config["encoder"]:
            raise BadInput(
                f"The recipe of `{self.name}` was asked to start from `{model.card.name}` ({model.card.family}).",
                "It starts from a masked language model whose encoder has the sizes of its own.",
                "Write `--from maskedlm.yeast-ecoli`, or leave --from out to train from scratch.",
            )
        learned = source.tower.state_dict()

        def make() -> nn.Module:
            net = self.make()
            net.tower.load_state_dict(learned)  # type: ignore[union-attr]
            return net

        return replace(self, make=make, start={"model": model.card.name, "sha256": model.card.sha256})


RECIPE = FromMasked(
    name="promoter.ecoli-lm",
    folder=ecoli.FOLDER,
    read=ecoli.read,
    make=lambda: ClozeHead(CONFIG),
    config=asdict(CONFIG),
    classes=True,
    metrics=ecoli.RECIPE.metrics,
    sets=ecoli.RECIPE.sets,
    published={
        "active": (
            *ecoli.RECIPE.published["active"],
            beside("auroc", 0.8649, _CONVOLUTIONS, same_test=True),
            beside("auprc", 0.5089, _CONVOLUTIONS, same_test=True),
        )
    },
    schedule=Schedule(epochs=4, patience=4, learning_rate=1e-3, weight_decay=1e-2),
    batch=128,
    shift=2,
)
