"""How often each base stands around splice sites, against around other GT and AG: log2 ratios.

Counted over the training sites of Splice2Deep (Albaradei et al. 2020, Gene 763S:100035) as used by EnsembleSplice (Akpokiro
et al. 2022, BMC Bioinformatics 23:413): 6,400 true and 6,400 false sites of each kind and species, one more of each base
added. Summed over the positions they tell true from false sites of the test files with an area under the ROC curve of
0.965 and 0.946 (human donors and acceptors), 0.939 and 0.933 (Arabidopsis); the quantiles are those of the true training
sites. Position weights are the method of Staden 1984 (Nucleic Acids Res 12:505).
"""

from __future__ import annotations

Table = tuple[tuple[float, float, float, float], ...]

# Bases from the first base of GT or AG on, which is 0: exon and intron around a donor, intron and exon around an acceptor.
OFFSETS = {
    "donor": (-3, -2, -1, 2, 3, 4, 5),
    "acceptor": (*range(-18, 0), 2, 3, 4),
}
# Rows are the positions of OFFSETS, columns A, C, G, T; bits.
BITS: dict[tuple[str, str], Table] = {
    ("human", "donor"): (
        (0.19, 0.86, -0.16, -1.22), (1.07, -1.04, -0.87, -0.88), (-1.7, -1.12, 1.87, -2.54),
        (1.48, -2.35, 0.15, -2.96), (1.27, -1.19, -0.68, -1.4), (-1.57, -1.75, 1.91, -1.82),
        (-0.67, -0.25, -0.12, 0.57),
    ),
    ("human", "acceptor"): (
        (-0.48, 0.21, -0.44, 0.43), (-0.65, 0.34, -0.47, 0.45), (-0.76, 0.39, -0.53, 0.51), (-0.8, 0.33, -0.64, 0.57),
        (-1.1, 0.47, -0.56, 0.61), (-1.2, 0.41, -0.81, 0.79), (-1.22, 0.35, -0.77, 0.75), (-1.42, 0.49, -0.94, 0.81),
        (-1.53, 0.31, -0.93, 0.87), (-1.54, 0.31, -1.1, 0.94), (-1.67, 0.47, -1.05, 0.9), (-1.48, 0.73, -1.01, 0.74),
        (-1.35, 0.74, -1.12, 0.71), (-1.25, 0.64, -1.14, 0.71), (-1.66, 0.65, -1.58, 0.89),
        (-1.37, 0.32, -1.57, 0.97), (-0.3, 0.49, -0.3, 0.15), (-2.12, 1.1, -4.08, 0.64), (-0.32, -0.39, 0.92, -0.92),
        (-0.33, -0.07, -0.12, 0.44), (-0.34, 0.34, 0.13, 0),
    ),
    ("arabidopsis", "donor"): (
        (0.24, 0.85, -0.01, -1.24), (1.08, -0.58, -1.11, -1.05), (-1.59, -2.02, 1.94, -1.82),
        (1.48, -1.9, -0.8, -1.11), (0.9, -0.13, -1.75, -0.4), (-0.55, -1.01, 1.51, -0.72),
        (-0.37, -0.28, -0.74, 0.62),
    ),
    ("arabidopsis", "acceptor"): (
        (-0.38, -0.23, -0.3, 0.54), (-0.45, -0.26, -0.39, 0.61), (-0.47, -0.35, -0.23, 0.58),
        (-0.66, -0.33, -0.2, 0.69), (-0.68, -0.28, -0.15, 0.64), (-0.75, -0.31, -0.25, 0.75),
        (-0.8, -0.21, -0.24, 0.72), (-0.76, -0.39, -0.43, 0.79), (-0.79, -0.44, -0.17, 0.75),
        (-0.9, -0.25, -0.14, 0.74), (-0.64, -0.28, -0.18, 0.68), (-0.69, -0.3, -0.25, 0.72),
        (-0.63, -0.49, -0.18, 0.71), (-0.65, -0.46, -0.28, 0.76), (-0.73, -0.37, -0.37, 0.81),
        (-1.03, -0.62, -0.87, 1.02), (-0.3, -1.12, 0.85, -0.04), (-2.29, 1.89, -4.56, 0.3),
        (-0.61, -0.78, 1.58, -1.09), (-0.5, -0.17, -0.13, 0.51), (-0.14, -0.22, 0.15, 0.15),
    ),
}  # fmt: skip
# Score of true sites by share: lowest, 5 % of them have less than the second, ... highest.
QUANTILES: dict[tuple[str, str], tuple[float, ...]] = {
    ("human", "donor"): (
        -10.55, -0.17, 0.79, 1.39, 1.89, 2.31, 2.73, 3.26, 3.6, 3.9, 4.19, 4.51, 4.79, 5.08, 5.37, 5.75, 6.07, 6.46, 7.03, 7.7, 9.03,
    ),
    ("human", "acceptor"): (
        -16.48, -1.71, 0.05, 1.18, 2.02, 2.68, 3.27, 3.78, 4.2, 4.64, 5.04, 5.46, 5.91, 6.31, 6.77, 7.19, 7.71, 8.3, 8.98, 9.93, 14.22,
    ),
    ("arabidopsis", "donor"): (
        -8.03, -0.79, 0.24, 0.83, 1.24, 1.59, 1.88, 2.21, 2.53, 2.83, 3.09, 3.36, 3.66, 3.95, 4.16, 4.39, 4.72, 5.02, 5.42, 6.22, 8.38,
    ),
    ("arabidopsis", "acceptor"): (
        -15.07, -1.86, -0.25, 0.65, 1.34, 1.94, 2.45, 2.92, 3.31, 3.71, 4.06, 4.41, 4.83, 5.25, 5.66, 6.06, 6.52, 7.05, 7.73, 8.65, 15.31,
    ),
}  # fmt: skip
