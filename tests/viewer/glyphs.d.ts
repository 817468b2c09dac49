// Python writes the outlines in this place (`script` in genoviz/ui/viewer).
declare const __GLYPHS__: Record<string, string>;
