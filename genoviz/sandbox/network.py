"""The small network of the sandbox: a layer that scans for motifs, one that sees them together, the strongest answer."""

from __future__ import annotations

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard, Origin, Output
from genoviz.sandbox.plan import Plan

FILTERS, WIDTH = 24, 15
PAIRS, PAIR_WIDTH = 24, 9
POOL = 4
REACH = (PAIR_WIDTH - 1) * POOL + POOL - 1 + WIDTH  # bases that one answer of the second layer sees


class SandboxNet(nn.Module):
    """`(batch, 4, length)` one-hot -> `(batch, 1)` logit; any length."""

    def __init__(self) -> None:
        super().__init__()
        self.scan = nn.Conv1d(4, FILTERS, WIDTH, padding=WIDTH // 2)
        self.scan_relu, self.pool = nn.ReLU(), nn.MaxPool1d(POOL)
        self.pairs = nn.Conv1d(FILTERS, PAIRS, PAIR_WIDTH, padding=PAIR_WIDTH // 2)
        self.pairs_relu, self.strongest = nn.ReLU(), nn.AdaptiveMaxPool1d(1)
        self.out = nn.Linear(PAIRS, 1)

    def forward(self, X: Tensor) -> Tensor:
        h = self.pool(self.scan_relu(self.scan(X)))
        y: Tensor = self.out(self.strongest(self.pairs_relu(self.pairs(h))).flatten(1))
        return y


def sandbox_card(plan: Plan) -> ModelCard:
    """The card of a network for these sequences."""
    return ModelCard(
        name="sandbox.planted",
        title="Sandbox network",
        summary=f"Trained on this page. {plan.sentence}",
        family="CNN",
        task="teaching",
        builder="genoviz.sandbox.network:build",
        length=plan.length,
        outputs=(Output("planted", ("planted",), "probability", "sigmoid", "logit", quantity="planted class"),),
        parameters=sum(p.numel() for p in SandboxNet().parameters()),
        n_rule="N is a column of zeros; training saw none.",
        data=plan.sentence,
        split="Test sequences are drawn anew, from another seed.",
        licence="MIT",
        citation="This project.",
        limits=(f"Sees {REACH} bases at once: sites further apart are not seen together.",),
        origin=Origin("sandbox", "This project", 0, "This project: a teaching network, so there is no paper."),
        layers=("convolution", "convolution"),
        molecule="DNA",
        input=f"{plan.length} bases",
    )


def build(card: ModelCard) -> NetModel:
    """The network of a card, untrained."""
    return NetModel(SandboxNet(), card)
