import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/", ".venv/", "site/"] },
  js.configs.recommended,
  { files: ["pages/components/**/*.js", "pages/views/**/*.js"], languageOptions: { globals: globals.browser } },
  {
    files: ["pages/views/**/*.js"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^\\.\\./(?!\\.\\./|shared/)", message: "A view imports no other view, but shared/." }] },
      ],
    },
  },
  { files: ["tests/javascript/**/*.js"], languageOptions: { globals: globals.node } },
];
