"""`python -m genoviz.teaching FOLDER`: build the teaching genome's files."""

from __future__ import annotations

import sys
from pathlib import Path

from genoviz.teaching.write import write

if len(sys.argv) != 2:
    sys.exit("Give one folder: python -m genoviz.teaching FOLDER")
write(Path(sys.argv[1]))
