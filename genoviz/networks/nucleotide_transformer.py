"""Nucleotide Transformer v2: a masked language model of genomes on words of six bases.

Dalla-Torre et al. 2025 (Nat Methods 22:287; bioRxiv 2023.01.11.523679). The architecture is ESM-2's encoder (Lin et al.
2023, Science 379:1123) with rotary positions and a gated position-wise network, and a head over 4,107 tokens: special
ones, the 4,096 words of six bases (letters in the order A T C G), and single letters for what is left over. A sequence is
`<cls>` and its words, in frame from the first base on.

Modules have the names of the published file, so the conversion only drops what the network doesn't use.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.tokens import MaskedLanguageModel, MaskedNet, check_words, split_words

MASK, CLS, FIRST_WORD, SINGLE = 2, 3, 6, 5  # ids of special tokens and of the first word; A T C G N come last
LETTERS = "ATCG"
EPSILON = 1e-12  # of all layer norms
UNUSED = (  # learned positions and contact maps belong to other members of the family
    "esm.embeddings.position_embeddings.weight",
    "esm.embeddings.position_ids",
    "esm.contact_head.regression.weight",
    "esm.contact_head.regression.bias",
)
KNOWN = ".rotary_embeddings.inv_freq"  # follows from the sizes


@dataclass(frozen=True)
class NucleotideTransformerConfig:
    """Sizes of the network, named as in the published `config.json`; `word` is the number of bases per token."""

    hidden_size: int = 512
    num_hidden_layers: int = 12
    num_attention_heads: int = 16
    intermediate_size: int = 2048
    word: int = 6

    @property
    def vocabulary(self) -> int:
        """Number of tokens."""
        return FIRST_WORD + 4**self.word + SINGLE


class SelfAttention(nn.Module):
    """Each token reads all others; rotary embedding (Su et al. 2021) tells how far away they are."""

    def __init__(self, c: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.heads = c.num_attention_heads
        self.query = nn.Linear(c.hidden_size, c.hidden_size)
        self.key = nn.Linear(c.hidden_size, c.hidden_size)
        self.value = nn.Linear(c.hidden_size, c.hidden_size)
        width = c.hidden_size // c.num_attention_heads
        self.register_buffer("frequency", 10000.0 ** (-torch.arange(0, width, 2) / width), persistent=False)
        self.frequency: Tensor

    def forward(self, h: Tensor) -> Tensor:  # (batch, tokens, hidden)
        angle = torch.arange(h.shape[1], device=h.device)[:, None] * self.frequency.repeat(2)
        cos, sin = angle.cos(), angle.sin()
        q, k, v = (
            layer(h).unflatten(2, (self.heads, -1)).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        read = F.scaled_dot_product_attention(_turned(q, cos, sin), _turned(k, cos, sin), v)
        return read.transpose(1, 2).flatten(2)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


class Dense(nn.Module):
    """A linear layer under the name that the file gives it."""

    def __init__(self, inputs: int, outputs: int, bias: bool) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, outputs, bias=bias)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.dense(h)
        return y


class Attention(nn.Module):
    """Attention, added to its input."""

    def __init__(self, c: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)
        self.self = SelfAttention(c)
        self.output = Dense(c.hidden_size, c.hidden_size, bias=True)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h + self.output(self.self(self.LayerNorm(h)))
        return y


class Layer(nn.Module):
    """Attention and a gated network: one half of its units, through SiLU, weighs the other half."""

    def __init__(self, c: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.attention = Attention(c)
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=EPSILON)
        self.intermediate = Dense(c.hidden_size, 2 * c.intermediate_size, bias=False)
        self.silu = nn.SiLU()
        self.output = Dense(c.intermediate_size, c.hidden_size, bias=False)

    def forward(self, h: Tensor) -> Tensor:
        h = self.attention(h)
        gate, units = self.intermediate(self.LayerNorm(h)).chunk(2, -1)
        y: Tensor = h + self.output(self.silu(gate) * units)
        return y


class Encoder(nn.Module):
    """The layers and a last normalisation."""

    def __init__(self, c: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.layer = nn.Sequential(*(Layer(c) for _ in range(c.num_hidden_layers)))
        self.emb_layer_norm_after = nn.LayerNorm(c.hidden_size, eps=EPSILON)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.emb_layer_norm_after(self.layer(h))
        return y


class Head(nn.Module):
    """From hidden states to logits of all tokens."""

    def __init__(self, c: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(c.hidden_size, c.hidden_size)
        self.gelu = nn.GELU()
        self.layer_norm = nn.LayerNorm(c.hidden_size, eps=EPSILON)
        self.decoder = nn.Linear(c.hidden_size, c.vocabulary, bias=False)
        self.bias = nn.Parameter(torch.zeros(c.vocabulary))

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.decoder(self.layer_norm(self.gelu(self.dense(h)))) + self.bias
        return y


class NucleotideTransformer(MaskedNet):
    """The network; `(batch, 4, length)` one-hot, a word with a column of zeros is read as `<mask>`.

    Words are looked up softly: a word's embedding is the sum of all embeddings, weighed by the products of its bases'
    columns. For one-hot bases this is the published look-up, and it has gradients.
    """

    def __init__(self, config: NucleotideTransformerConfig) -> None:
        super().__init__()
        self.word = config.word
        words = nn.Embedding(config.vocabulary, config.hidden_size)
        self.esm = nn.ModuleDict(
            {
                "embeddings": nn.ModuleDict({"word_embeddings": words}),
                "encoder": Encoder(config),
            }
        )
        self.lm_head = Head(config)
        self.register_buffer("ids", word_ids(config.word), persistent=False)
        self.ids: Tensor

    def tokens(self, X: Tensor) -> Tensor:
        """Hidden states `(batch, 1 + words, hidden)`, that of `<cls>` first."""
        table = self.get_parameter("esm.embeddings.word_embeddings.weight")
        weights = split_words(X, self.word)
        words = weights @ table[self.ids] + (1 - weights.sum(2, keepdim=True)) * table[MASK]
        h: Tensor = self.esm["encoder"](torch.cat([table[CLS].expand(len(X), 1, -1), words], 1))
        return h

    def states(self, X: Tensor) -> Tensor:
        """See `MaskedNet.states`; with `<cls>`, as the authors average them."""
        return self.tokens(X)

    def log_probabilities(self, X: Tensor, places: slice) -> Tensor:
        """See `MaskedNet.log_probabilities`; the little that special tokens and single letters get is not shared out."""
        logits = self.lm_head(self.tokens(X)[:, 1:][:, places])
        return torch.log_softmax(logits, 2)[:, :, self.ids]


def word_ids(k: int) -> Tensor:
    """Published ids `(4 ** k,)` of the words, listed in the order of A C G T."""
    published = {"".join(word): i for i, word in enumerate(product(LETTERS, repeat=k), start=FIRST_WORD)}
    return torch.tensor([published["".join(word)] for word in product("ACGT", repeat=k)])


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The published tensors, without those that the published network holds but doesn't use either, and known ones."""
    (published,) = states.values()
    state = {key: published.pop(key) for key in list(published)}
    return {key: tensor for key, tensor in state.items() if key not in UNUSED and not key.endswith(KNOWN)}


def build(card: ModelCard) -> MaskedLanguageModel:
    """The network of a card, without weights; `BadModel` if the card's sequence is not made of whole words."""
    config = NucleotideTransformerConfig(**sizes_of(card))
    check_words(card, config.word)
    return MaskedLanguageModel(NucleotideTransformer(config), card)
