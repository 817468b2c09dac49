"""A plug-in as a user might write it: a profile of matches to one site, 10 ms for each sequence."""

import hashlib
import time

import torch
from torch import nn

from genoviz.models import ModelCard, Output
from genoviz.models.onehot import encode

SITE = "TGACTCA"
BUFFER = bytes(200_000)  # large enough that hashing it leaves other threads their turn


class SlowProfile(nn.Module):
    card = ModelCard(
        name="slow.profile",
        title="Slow profile",
        summary="Matches to TGACTCA along the sequence.",
        family="CNN",
        task="matches",
        builder="",
        length=200,
        outputs=(Output("matches", ("AP-1",), "matches", bins=16, resolution=10),),
        parameters=29,
        n_rule="N is a column of zeros.",
        data="None.",
        split="None.",
        licence="MIT",
        citation="None.",
        limits=("Made for tests.",),
        tss=100,
    )

    def __init__(self):
        super().__init__()
        self.scan, self.relu, self.pool = nn.Conv1d(4, 1, len(SITE), padding=3), nn.ReLU(), nn.AvgPool1d(10)
        with torch.no_grad():
            self.scan.weight.copy_(encode([SITE]))
            self.scan.bias.fill_(-3.0)

    def logits(self, X):
        end = time.thread_time() + 0.01 * len(X)
        while time.thread_time() < end:  # work and no sleep: costs are those of the thread
            hashlib.sha256(BUFFER)
        # A decision in Python keeps the fast engine from following, so every mutant costs its 10 ms.
        X = X * (1.0 if float(X.detach().sum()) >= 0 else 0.0)
        return {"matches": self.pool(self.relu(self.scan(X))[:, :, 20:180])}
