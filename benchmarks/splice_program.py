"""OpenSpliceAI's own program, asked one variant at a time; runs in an environment that has `openspliceai`.

Started by `benchmarks/splice.py` as `python splice_program.py FASTA ANNOTATION MODELS CONTEXT`. Reads `POS REF ALT` lines from
standard input and answers each with the processor seconds and what the program gives.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import types
import warnings

import torch


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    program = importlib.import_module("openspliceai.variant.utils")
    fasta, annotation, models, context = sys.argv[1:]
    annotator = program.Annotator(fasta, annotation, models, "pytorch", int(context))
    print("ready", flush=True)
    for line in sys.stdin:
        pos, ref, alt = line.split()
        record = types.SimpleNamespace(chrom="chr", pos=int(pos), ref=ref, alts=[alt])
        began = time.process_time()
        found = program.get_delta_scores(record, annotator, 50, 0, flanking_size=int(context), precision=6)
        print(time.process_time() - began, found[0] if found else "", flush=True)


if __name__ == "__main__":
    main()
