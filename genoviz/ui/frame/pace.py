"""How much longer work takes: from the pace that it really has, and from the estimate only until there is one."""

from __future__ import annotations

from dataclasses import dataclass

KNOWN_FROM = 0.02  # share done from which the pace is taken for known: what comes before is often preparation


@dataclass(frozen=True)
class Pace:
    """How far work has come.

    Attributes
    ----------
    share
        Done, 0 to 1.
    when
        Seconds after the beginning at which this share was reported.
    reports
        How often a share above 0 was reported.
    """

    share: float = 0.0
    when: float = 0.0
    reports: int = 0

    def then(self, share: float, when: float) -> Pace:
        """After another report."""
        return Pace(share, when, self.reports + (share > 0))

    def left(self, elapsed: float, estimate: float) -> float | None:
        """Seconds that are left.

        Work that reports seldom stands at its last share for a while, so it is given one usual step before its pace counts
        as slower than it was.

        Parameters
        ----------
        elapsed
            Seconds since the beginning.
        estimate
            What all of it was thought to take.

        Returns
        -------
        float or None
            None where the estimate is used up and no pace is known.
        """
        if self.share < KNOWN_FROM:
            return estimate - elapsed if estimate > elapsed else None
        waiting = max(0.0, elapsed - self.when)
        usual = self.when / self.reports if self.reports else 0.0
        needed = self.when + max(0.0, waiting - usual)  # seconds for the share that is done
        return max(0.0, needed * (1 - self.share) / self.share - min(waiting, usual))
