"""What networks of the BPNet family say: the shape of a profile and the total under it, as outputs of one model.

BPNet (Avsec et al. 2021, Nat Genet 53:354) and its descendants end in two heads. One gives a logit per base; the softmax
over the bases, never over the tracks, is the share of the reads that fall on each. The other gives the ln of the number of
reads in the whole window. What one wants to see is the expected number of reads at each base, share times total; what one
wants to explain is the total, or the shape without the total.
"""

from __future__ import annotations

from torch import Tensor

from genoviz.models.base import NetModel


class ProfileCountsModel(NetModel):
    """A network with a profile head and a counts head as a `Model` of three outputs.

    The network returns `(batch, tracks, bases)` profile logits and `(batch, totals)` ln totals. The tracks of one total,
    the two strands for example, stand side by side and share one softmax: their shares add up to one together.

    The card's outputs, in this order:

    - total: the ln total `(batch, totals, 1)` as the counts head gives it.
    - profile: ln of the expected reads at each base `(batch, tracks, bases)`, ln share plus ln total.
    - shape: `(batch, totals, 1)`, the mean of the logits weighted by the shares, minus their plain mean. It is 0 for a
      flat profile, larger the more the reads crowd, and does not depend on the total. Published work explains this number
      (the weighted, mean-centred logits, with fixed or free weights). It is also the sum of the Kullback-Leibler
      divergences of the profile from a flat one and of the flat one from the profile, in nats.
    """

    def named(self, y: tuple[Tensor, Tensor]) -> dict[str, Tensor]:  # type: ignore[override]
        """The outputs from what the network returned, or one of its folds."""
        profile, totals = y
        # Sums along the sequence and nothing that leads back from them to its bases, so that mutants can be computed from
        # their differences to the reference. The logits of trained networks are far from where exp overflows.
        weights = profile.exp()
        weight = _together(weights.sum(2), totals)
        weighted = _together((weights * profile).sum(2), totals)
        plain = _together(profile.mean(2), totals) / (profile.shape[1] // totals.shape[1])
        per_track = (totals - weight.log()).repeat_interleave(profile.shape[1] // totals.shape[1], 1)
        total, rates, shape = (output.name for output in self.card.outputs)
        return {
            total: totals[:, :, None],
            rates: profile + per_track[:, :, None],
            shape: (weighted / weight - plain)[:, :, None],
        }


def _together(per_track: Tensor, totals: Tensor) -> Tensor:
    """Sum over the tracks of each total; `(batch, tracks)` -> `(batch, totals)`."""
    return per_track if per_track.shape[1] == totals.shape[1] else per_track.unflatten(1, (totals.shape[1], -1)).sum(2)
