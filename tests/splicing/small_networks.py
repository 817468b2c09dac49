"""Networks of the SpliceAI type with drawn weights, small enough to be asked often."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from genoviz.models.card import Output
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.networks.pangolin import PerTrack
from genoviz.networks.spliceai import ProbabilityMean, SpliceAI, SpliceAIConfig, StretchModel

BINS = 24
# Both kinds of kernels: short ones, and those that go through the Fourier transform, with and without dilation.
SHORT = SpliceAIConfig(widths=(5, 5, 3, 7), dilations=(1, 2, 1, 3), channels=6)
LONG = SpliceAIConfig(widths=(5, 3, 5, 5, 3, 19, 19, 21), dilations=(1, 1, 2, 1, 2, 1, 2, 3), channels=6)


def splice_model(config: SpliceAIConfig, members: int = 2, seed: int = 0) -> StretchModel:
    """Acceptor, donor and neither: the mean of some networks."""
    torch.manual_seed(seed)
    output = Output("site", ("acceptor", "donor", "neither"), "probability", "softmax", "", BINS, 1)
    card = replace(TOY_CARDS[0], name="toy.spliceai", length=config.context + BINS, outputs=(output,))
    nets = [lively(SpliceAI(config, 3, log_softmax=True)) for _ in range(members)]
    return StretchModel(ProbabilityMean(nets), card).eval()


def usage_model(config: SpliceAIConfig, tissues: int = 2, seed: int = 0) -> StretchModel:
    """One network for each tissue."""
    torch.manual_seed(seed)
    tracks = tuple(f"tissue {n}" for n in range(tissues))
    output = Output("splicing", tracks, "probability", "sigmoid", "", BINS, 1)
    card = replace(TOY_CARDS[0], name="toy.pangolin", length=config.context + BINS, outputs=(output,))
    model = StretchModel(PerTrack(config, tissues), card).eval()
    for net in model.net.nets:
        lively(net)
    return model


def lively(net: nn.Module) -> nn.Module:
    """Weights and statistics with which edits matter to the outputs at any distance, and no probability is 0 or 1."""
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.BatchNorm1d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.uniform_(module.bias, -0.5, 0.5)
                for statistic, low, high in ((module.running_mean, -0.5, 0.5), (module.running_var, 0.5, 1.5)):
                    if statistic is not None:
                        statistic.uniform_(low, high)
            elif isinstance(module, nn.Conv1d):
                nn.init.normal_(module.weight, std=1 / (module.weight[0].numel() ** 0.5))
        X = torch.eye(4)[torch.randint(4, (600,))].t()[None]
        spread = net.eval()(X).diff(dim=2).std(2).mean()
        net.out.weight /= spread
    return net
