// Python writes the outlines in this place (`script` in genoviz/viewer).
declare const __GLYPHS__: Record<string, string>;
