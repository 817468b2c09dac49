// Letters of a sequence. Pure.

export const BASES = "ACGT";

/** @type {Record<string, string>} */
export const COMPLEMENT = {
  ...{ A: "T", C: "G", G: "C", T: "A", R: "Y", Y: "R", S: "S", W: "W" },
  ...{ K: "M", M: "K", B: "V", V: "B", D: "H", H: "D", N: "N" },
};

/** The other strand, from its own left end. @type {(bases: string) => string} */
export const reverseComplement = (bases) => [...bases].reverse().map((base) => COMPLEMENT[base] || "N").join("");

/** Typed letters as bases: capitals, no spaces, T for U. @type {(text: string) => string} */
export const asTyped = (text) => text.toUpperCase().replace(/\s/g, "").replace(/U/g, "T");

/** Pasted text as bases: without FASTA headers and what is no letter. @type {(text: string) => string} */
export const asPasted = (text) => asTyped(text.replace(/^>.*$/gm, "")).replace(/[^A-Z]/g, "");

/** Whether these letters, at least one, can be put into a sequence. @type {(bases: string) => boolean} */
export const areBases = (bases) => /^[ACGTN]+$/.test(bases);
