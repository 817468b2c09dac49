"""What the teaching genome is made of: a background model, and the patterns that count as sites.

The only source of randomness is `random.Random(seed).random()`, whose numbers Python keeps the same for ever, so every
machine builds the same bytes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from genoviz.motifs.sites import SITES
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.sequence import Sequence

DONOR = "MAGGTRAGT"  # three bases of exon, six of intron
ACCEPTOR = "YYYYYYYYYYYYNCAGG"  # sixteen bases of intron, one of exon
PATTERNS = (*((site.name, site.consensus) for site in SITES), ("donor", DONOR), ("acceptor", ACCEPTOR))

# Chance in 1,000 of A, C, G and T after each three bases (AAA, AAC, ... TTT; four contexts a line), counted with
# genoviz.training.markov.Markov (order 3, both strands) on 4,325,699 known bases of GRCh38: parts of chromosomes 1, 2, 3,
# 10, 11, 13, 15, 16, 17 and 22.
BACKGROUND = """
419 147 192 242 400 247 049 304 318 195 253 234 284 179 242 295
254 214 295 237 329 281 058 332 193 262 280 265 182 245 290 283
318 187 287 208 306 327 060 307 283 274 237 206 213 196 329 262
316 172 181 331 325 271 051 353 269 194 264 273 239 196 173 392
362 178 260 200 335 287 083 295 244 255 314 187 198 219 289 294
210 239 344 207 373 256 094 277 203 278 319 200 132 296 352 220
214 171 407 208 215 411 132 242 192 273 370 165 129 243 430 198
292 234 223 251 305 327 062 306 225 231 307 237 167 250 244 339
355 165 259 221 364 269 078 289 305 193 315 187 204 218 290 288
233 216 347 204 304 260 078 358 199 261 323 217 162 239 375 224
283 153 371 193 300 276 101 323 307 233 256 204 169 211 372 248
299 159 268 274 306 261 050 383 265 200 297 238 180 222 235 363
381 143 186 290 420 218 042 320 298 223 241 238 283 158 204 355
236 241 285 238 290 317 051 342 223 260 308 209 163 287 273 277
291 168 325 216 325 309 054 312 241 234 320 205 224 198 300 278
305 183 205 307 306 279 036 379 255 211 256 278 194 194 193 419
"""


class Draw:
    """Random choices that are the same for ever."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        numbers = [int(word) for word in BACKGROUND.split()]
        self._after = [numbers[i : i + 4] for i in range(0, 256, 4)]

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self._random.random() * n)

    def one(self, choices: str) -> str:
        """One letter."""
        return choices[self.below(len(choices))]

    def background(self, length: int) -> str:
        """Bases of the Markov model."""
        context = self.below(64)
        letters = []
        for _ in range(length):
            at = self.below(1000)
            base = 0
            while at >= self._after[context][base]:
                at -= self._after[context][base]
                base += 1
            letters.append(BASES[base])
            context = context % 16 * 4 + base
        return "".join(letters)

    def like(self, consensus: str) -> str:
        """Bases that fit a consensus, each allowed base equally often."""
        return "".join(self.one(IUPAC[letter]) for letter in consensus)


def reverse_complement(bases: str) -> str:
    """The other strand, 5' to 3'; IUPAC letters included."""
    return Sequence(bases).reverse_complement().bases


def slug(name: str) -> str:
    """Name of a site in one word: `GC_box`, `RE1`."""
    return name.split(" / ")[0].replace(" ", "_")


def _regex(pattern: str) -> re.Pattern[str]:
    letters = "".join(f"[{IUPAC[letter]}]" for letter in pattern)
    return re.compile(f"(?=({letters}))")


_SEARCHES = tuple(
    (name, strand, len(pattern), _regex(pattern if strand == "+" else reverse_complement(pattern)))
    for name, pattern in PATTERNS
    for strand in "+-"
)


def matches(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Every exact fit of a known site, donor or acceptor: (name, strand, start, end), on both strands."""
    for name, strand, length, search in _SEARCHES:
        for found in search.finditer(text):
            yield name, strand, found.start(), found.start() + length
