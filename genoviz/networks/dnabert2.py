"""DNABERT-2: a masked language model of genomes on tokens of changing length, see `genoviz.networks.byte_pairs`.

Zhou et al. 2024 (ICLR, arXiv:2306.15006). The encoder is MosaicBERT (Portes et al. 2023, NeurIPS 36): BERT with
linear biases of attention in place of positions (ALiBi; Press et al. 2022, ICLR) and gated position-wise networks.

Tokens are not differentiable: changing a base may cut its surroundings in another way. The gradient is therefore that of
fading a token into the mask, in equal parts for its bases, see `DNABERT2.states`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.byte_pairs import BytePairs, Token

EPSILON = 1e-12  # of all layer norms
FAR = -1e4  # added to the attention score of padding
TIED, TABLE = "cls.predictions.decoder.weight", "embeddings.word_embeddings.weight"  # one matrix
NAMES = (  # published beginnings of keys, and ours
    ("bert.embeddings.", "embeddings."),
    ("bert.encoder.layer.", "layer."),
    ("cls.predictions.transform.", "head."),
    ("cls.predictions.decoder.bias", "head.bias"),
)


@dataclass(frozen=True)
class DNABERT2Config:
    """Sizes of the network, named as in the published `config.json`."""

    vocab_size: int = 4096
    hidden_size: int = 768
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    intermediate_size: int = 3072


class Dense(nn.Module):
    """A linear layer whose result is added to another input and normalised."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.dense = nn.Linear(c.hidden_size, c.hidden_size)
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)

    def forward(self, read: Tensor, h: Tensor) -> Tensor:
        y: Tensor = self.LayerNorm(self.dense(read) + h)
        return y


class Attention(nn.Module):
    """Each token reads all others, those nearby more."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.heads = c.num_attention_heads
        self.self = nn.ModuleDict({"Wqkv": nn.Linear(c.hidden_size, 3 * c.hidden_size)})
        self.output = Dense(c)

    def forward(self, h: Tensor, bias: Tensor) -> Tensor:  # (batch, tokens, hidden), (batch, heads, tokens, tokens)
        q, k, v = self.self["Wqkv"](h).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        read = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        y: Tensor = self.output(read.transpose(1, 2).flatten(2), h)
        return y


class GatedMlp(nn.Module):
    """One half of its units, through GELU, weighs the other half."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.gated_layers = nn.Linear(c.hidden_size, 2 * c.intermediate_size, bias=False)
        self.gelu = nn.GELU()
        self.wo = nn.Linear(c.intermediate_size, c.hidden_size)
        self.layernorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)

    def forward(self, h: Tensor) -> Tensor:
        gate, units = self.gated_layers(h).chunk(2, -1)
        y: Tensor = self.layernorm(self.wo(self.gelu(gate) * units) + h)
        return y


class Layer(nn.Module):
    """Attention and gated network."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.attention = Attention(c)
        self.mlp = GatedMlp(c)

    def forward(self, h: Tensor, bias: Tensor) -> Tensor:
        y: Tensor = self.mlp(self.attention(h, bias))
        return y


class Embeddings(nn.Module):
    """One vector per token, and one that all tokens of a single sequence share."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(c.vocab_size, c.hidden_size)
        self.token_type_embeddings = nn.Embedding(2, c.hidden_size)
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)


class Head(nn.Module):
    """From hidden states to logits of all tokens, with the embeddings as the last layer's weights."""

    def __init__(self, c: DNABERT2Config) -> None:
        super().__init__()
        self.dense = nn.Linear(c.hidden_size, c.hidden_size)
        self.gelu = nn.GELU()
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)
        self.bias = nn.Parameter(torch.zeros(c.vocab_size))

    def forward(self, h: Tensor, table: Tensor) -> Tensor:
        y: Tensor = self.LayerNorm(self.gelu(self.dense(h))) @ table.T + self.bias
        return y


class DNABERT2(nn.Module):
    """The network; its three functions share the tokens of a sequence."""

    def __init__(self, config: DNABERT2Config) -> None:
        super().__init__()
        self.pairs = BytePairs(config.vocab_size)
        self.embeddings = Embeddings(config)
        self.layer = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.head = Head(config)
        self.register_buffer("slopes", torch.tensor(slopes(config.num_attention_heads)), persistent=False)
        self.slopes: Tensor

    def tokens(self, X: Tensor) -> list[list[Token]]:
        """Tokens of each sequence; in a mixture of bases the largest share is read, a column of zeros is N."""
        return self.pairs.cut(torch.where(X.sum(1) == 0, 4, X.argmax(1)))

    def states(self, X: Tensor, rows: list[list[Token]], hidden: int | None = None) -> tuple[Tensor, Tensor]:
        """Hidden states `(batch, tokens, hidden)` with `[CLS]` before and `[SEP]` behind, and where there are any.

        Parameters
        ----------
        X
            One-hot `(batch, 4, length)`.
        rows
            Its tokens.
        hidden
            The token over this base is read as `[MASK]`.
        """
        h, present = self._embedded(X, rows, hidden)
        place = torch.arange(h.shape[1])
        near = -self.slopes[:, None, None] * (place[:, None] - place).abs()
        bias = near + torch.where(present, 0.0, FAR)[:, None, None]
        for layer in self.layer:
            h = layer(h, bias)
        return h, present

    def middle(self, X: Tensor, base: int) -> Tensor:
        """ln probability `(batch,)` of the token over a base, which is hidden, given all others; 0 over an N."""
        rows = self.tokens(X)
        places = [next(i for i, t in enumerate(tokens) if t.end > base) for tokens in rows]
        ids = torch.tensor([tokens[i].id for tokens, i in zip(rows, places, strict=True)])
        h, _ = self.states(X, rows, base)
        batch = torch.arange(len(rows))
        logits = self.head(h[batch, torch.tensor(places) + 1], self.embeddings.word_embeddings.weight)
        found = torch.log_softmax(logits, 1)[batch, ids]
        return torch.where(ids == self.pairs.special("[UNK]"), torch.zeros(()), found)

    def _embedded(self, X: Tensor, rows: list[list[Token]], hidden: int | None) -> tuple[Tensor, Tensor]:
        """Embedded tokens and where there are any, see `states`.

        A token counts with the mean share that its bases have in X (1 for one-hot bases), the rest is `[MASK]`: so the
        gradient is that of fading it into the mask, and each of its bases gets the same.
        """
        size = max(map(len, rows)) + 2
        start, end, mask = (self.pairs.special(name) for name in ("[CLS]", "[SEP]", "[MASK]"))
        ids = torch.full((len(rows), size), mask)
        present = torch.zeros(len(rows), size, dtype=torch.bool)
        cover = torch.zeros(len(rows), size, X.shape[2])
        for row, tokens in enumerate(rows):
            line = [Token(start, 0, 0), *tokens, Token(end, 0, 0)]
            present[row, : len(line)] = True
            for place, token in enumerate(line):
                ids[row, place] = mask if hidden is not None and token.start <= hidden < token.end else token.id
                cover[row, place, token.start : token.end] = 1 / max(token.end - token.start, 1)
        share = cover @ X.amax(1)[:, :, None]
        weight = torch.where(share.detach() > 0, share, torch.ones(()))  # special tokens and N don't fade
        table = self.embeddings.word_embeddings.weight
        words = weight * table[ids] + (1 - weight) * table[mask]
        h: Tensor = self.embeddings.LayerNorm(words + self.embeddings.token_type_embeddings.weight[0])
        return h, present


def slopes(heads: int) -> list[float]:
    """How fast attention falls with the distance, for each head: powers of one number, the even ones of the next finer
    row where the number of heads is no power of two."""
    whole = 2 ** math.floor(math.log2(heads))
    row = [2.0 ** (-8 * (i + 1) / whole) for i in range(whole)]
    finer = [2.0 ** (-4 * (i + 1) / whole) for i in range(2 * whole)]
    return row + finer[::2][: heads - whole]


class DNABERT2Model(NetModel):
    """The network with its card, as a `Model`.

    Its one number is the ln probability of the token over the middle base `(length - 1) // 2`, given all others: one pass.
    It has no probabilities of single bases, because its words are tokens.
    """

    net: DNABERT2

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`; an N in the middle makes it 0."""
        return {self.card.outputs[0].name: self.net.middle(X, (self.card.length - 1) // 2)[:, None, None]}

    def embed(self, X: Tensor) -> Tensor:
        """Mean hidden state `(batch, dimensions)` of all tokens, special ones included, as the authors take it."""
        h, present = self.net.states(X, self.net.tokens(X))
        mean: Tensor = (h * present[:, :, None]).sum(1) / present.sum(1, keepdim=True)
        return mean


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The published tensors under our names. Embeddings and last layer are one matrix, kept under one name or both."""
    published, rules = (states[file.name] for file in card.files)
    merges, tokens = rules.pop("merges"), DNABERT2Config(**sizes_of(card)).vocab_size
    if len(merges) > tokens:
        raise ValueError(f"{len(merges)} rules can't make {tokens} tokens")
    filled = F.pad(merges, (0, 0, 0, tokens - len(merges)), value=-1)
    state = {"pairs.merges": filled, "pairs.letters": rules.pop("letters")}
    last = published.pop(TIED, None)
    for key in list(published):
        for name, ours in NAMES:
            if key.startswith(name):
                state[ours + key.removeprefix(name)] = published.pop(key)
                break
    if last is not None and not torch.equal(state.setdefault(TABLE, last), last):
        raise ValueError(f"{TIED} differs from the embeddings")
    return state


def build(card: ModelCard) -> DNABERT2Model:
    """The network of a card, without weights."""
    return DNABERT2Model(DNABERT2(DNABERT2Config(**sizes_of(card))), card)
