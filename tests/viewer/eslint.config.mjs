// Rules for the viewer's browser modules and their tests.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    rules: {
      "complexity": ["error", 12],
      "consistent-return": "error",
      "curly": ["error", "multi-line"],
      "eqeqeq": "error",
      "max-depth": ["error", 4],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", 50],
      "max-params": ["error", 8],
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  {
    files: ["genoviz/viewer/browser/*.mjs", "genoviz/ui/frame/*.mjs"],
    languageOptions: { globals: { ...globals.browser, __GLYPHS__: "readonly" } },
  },
  {
    files: ["tests/viewer/*.mjs"],
    languageOptions: { globals: globals.node },
    rules: { "max-lines-per-function": "off" },
  },
];
