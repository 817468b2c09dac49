"""Options of the units browser; without torch, so that pages and commands know them before they compute."""

from __future__ import annotations

LONGEST = 3000  # bases that a model reads
RECORDS = 400  # records that are drawn
MOST = 2000  # records that are read
MOST_BASES = 2_000_000  # of them
TOP = 20  # contexts that are listed for a unit
LOGO = 8  # one record in so many gives its best window to the logo, at least `TOP`
FEWEST = 40  # records
WIDEST = 60  # bases of a context
CONTROLS = 48  # units of the random network whose logos are compared with known motifs, too
GRID = 24  # units that are named at first
