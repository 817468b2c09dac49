"""`python -m genoviz.lessons.teaching_genome FOLDER`: build the teaching genome's files."""

from __future__ import annotations

import sys
from pathlib import Path

from genoviz.lessons.teaching_genome.write import write

if len(sys.argv) != 2:
    sys.exit("Give one folder: python -m genoviz.lessons.teaching_genome FOLDER")
write(Path(sys.argv[1]))
