"""Masked language models on words of bases: what they have to hide before they predict it.

A masked language model (BERT; Devlin et al. 2019) reads every word, its own position included: only a hidden word is
predicted rather than copied. A word is one base (GPN) or six (Nucleotide Transformer). A column of zeros, which is how N
is written, hides the word that it lies in: the model then reads its mask symbol.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genoviz.errors import BadModel
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.language import Reading

PASSES = 7  # one word in seven is hidden at a time: about the 15 % that were hidden in training


class MaskedNet(nn.Module):
    """A network that reads one-hot `(batch, 4, length)`, words with a column of zeros as its mask symbol.

    Attributes
    ----------
    word
        Bases per word; words follow each other from the first base on.
    """

    word: int

    def states(self, X: Tensor) -> Tensor:
        """Hidden states `(batch, words, dimensions)`."""
        raise TypeError(f"{type(self).__name__} has no states")

    def log_probabilities(self, X: Tensor, places: slice) -> Tensor:
        """ln probability of each word `(batch, places, 4 ** word)` at these places, words in the order of A C G T."""
        raise TypeError(f"{type(self).__name__} has no predictions")


class MaskedLanguageModel(NetModel):
    """A `MaskedNet` with its card, as a `genoviz.models.language.LanguageModel`.

    As a `Model` its one number is the ln probability of the word in the middle, given all others. The middle is base
    `(length - 1) // 2`, where the variant stands when variants are scored. So the effect of a substitution in the middle
    word is the log-likelihood ratio that the authors of such models score variants with, and the effect of any other
    substitution tells how much the middle depends on it. One pass gives it; `base_probabilities` and `log_likelihood`
    take `PASSES`.
    """

    net: MaskedNet
    reading = Reading("masked", "plus")

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`; an N in the middle word makes it 0."""
        first = self._middle() * self.net.word
        inside = slice(first, first + self.net.word)
        place = slice(self._middle(), self._middle() + 1)
        predicted = self.net.log_probabilities(self._without(X, [self._middle()]), place)[:, 0]
        value = (split_words(X[:, :, inside], self.net.word)[:, 0] * predicted).sum(1)
        return {self.card.outputs[0].name: value[:, None, None]}

    def base_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageModel.base_probabilities`: given the words that are not hidden in the same pass, and the other
        bases of its own word."""
        places = range(X.shape[2] // self.net.word)
        columns: list[Tensor] = [X] * len(places)
        for start in range(min(PASSES, len(places))):
            hidden = list(places[start::PASSES])
            predicted = self.net.log_probabilities(self._without(X, hidden), slice(start, None, PASSES))
            for i, place in enumerate(hidden):
                columns[place] = given_the_rest(predicted[:, i], self._word(X, place))
        return torch.cat(columns, 2)

    def probabilities_given(self, X: Tensor, places: Tensor) -> Tensor:
        """See `genoviz.models.language.HidesBases`: `PASSES` passes in which each row's own word stays, and where words have
        several bases one in which it alone is hidden.

        The column of the base itself is a quarter each: it was read.
        """
        rows, words = torch.arange(len(X)), X.shape[2] // self.net.word
        own = places // self.net.word
        columns: list[Tensor] = [X] * words
        for start in range(min(PASSES, words)):
            kept = torch.ones(len(X), words, dtype=X.dtype)
            kept[:, start::PASSES] = 0
            kept[rows, own] = 1
            hidden = X * kept.repeat_interleave(self.net.word, 1)[:, None]
            predicted = self.net.log_probabilities(hidden, slice(start, None, PASSES))
            for i, place in enumerate(range(start, words, PASSES)):
                columns[place] = given_the_rest(predicted[:, i], self._word(X, place))
        found = torch.cat(columns, 2)
        inside = places[:, None] // self.net.word * self.net.word + torch.arange(self.net.word)
        if self.net.word > 1:
            found[rows[:, None], :, inside] = self._own(X, own).transpose(1, 2)
        found[rows, :, places] = 0.25
        return found

    def probabilities_at(self, X: Tensor, places: Tensor) -> Tensor:
        """See `genoviz.models.language.HidesBases`: only the word of that base is hidden."""
        return self._own(X, places // self.net.word)[torch.arange(len(X)), :, places % self.net.word]

    def log_likelihood(self, X: Tensor) -> Tensor:
        """See `LanguageModel.log_likelihood`: a pseudo-log-likelihood, each base given (nearly) all others."""
        return (X * self.base_probabilities(X).clamp_min(1e-30).log()).sum((1, 2))

    def embed(self, X: Tensor) -> Tensor:
        """See `LanguageModel.embed`; nothing is hidden."""
        return self.net.states(X).mean(1)

    def _word(self, X: Tensor, place: int) -> Tensor:
        """The bases of a word `(batch, 4, word)`."""
        return X[:, :, place * self.net.word : (place + 1) * self.net.word]

    def _own(self, X: Tensor, words: Tensor) -> Tensor:
        """Probabilities of the bases of one word of each row `(batch, 4, word)`, which alone is hidden."""
        rows, k = torch.arange(len(X)), self.net.word
        kept = torch.ones(len(X), X.shape[2] // k, dtype=X.dtype)
        kept[rows, words] = 0
        predicted = self.net.log_probabilities(X * kept.repeat_interleave(k, 1)[:, None], slice(None))[rows, words]
        bases = X.unflatten(2, (-1, k))[rows, :, words]
        return given_the_rest(predicted, bases)

    def _middle(self) -> int:
        """Place of the word that holds the middle base."""
        return (self.card.length - 1) // 2 // self.net.word

    def _without(self, X: Tensor, places: list[int]) -> Tensor:
        """The sequence with the words at these places hidden."""
        kept = torch.ones(X.shape[2] // self.net.word, dtype=X.dtype, device=X.device)
        kept[places] = 0
        return X * kept.repeat_interleave(self.net.word)


def split_words(X: Tensor, k: int) -> Tensor:
    """How much of each word of `k` bases there is at each place `(batch, length / k, 4 ** k)`, from `(batch, 4, length)`.

    One-hot bases give a one-hot word, mixtures of bases the products of their shares, an N a row of zeros.
    """
    columns = X.transpose(1, 2).unflatten(1, (-1, k))  # (batch, words, k, 4)
    weights = columns[:, :, 0]
    for i in range(1, k):
        weights = (weights[:, :, :, None] * columns[:, :, i, None, :]).flatten(2)
    return weights


def given_the_rest(log_probabilities: Tensor, X: Tensor) -> Tensor:
    """Probability of each base of a word, given the other bases of the word.

    Parameters
    ----------
    log_probabilities
        Of all words `(batch, 4 ** k)`.
    X
        The word's bases `(batch, 4, k)`. Over an N the probability is summed.

    Returns
    -------
    Tensor
        `(batch, 4, k)`; the base at a position has no influence on that position's own column.
    """
    k = X.shape[2]
    shares = torch.where(X.sum(1, keepdim=True) == 0, torch.ones_like(X), X).double()
    table = torch.softmax(log_probabilities.double(), 1).unflatten(1, (4,) * k)
    columns = []
    for i in range(k):
        left = table
        for j in reversed(range(k)):  # from the last axis on, so that the axes before keep their numbers
            if j != i:
                share = shares[:, :, j].reshape(len(X), *(4 if axis == j else 1 for axis in range(left.dim() - 1)))
                left = (left * share).sum(j + 1)
        columns.append(left / left.sum(1, keepdim=True))
    return torch.stack(columns, 2).to(X.dtype)


def check_words(card: ModelCard, word: int) -> None:
    """Raise `BadModel` unless the card's sequence is made of whole words."""
    if card.length % word:
        raise BadModel(
            f"The card of `{card.name}` reads {card.length} bases.",
            f"A multiple of {word} is needed: the model reads words of {word} bases.",
            f"Set its length to {card.length // word * word}.",
        )
