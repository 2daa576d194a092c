import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/", ".venv/", "site/"] },
  js.configs.recommended,
  { files: ["pages/components/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/javascript/**/*.js"], languageOptions: { globals: globals.node } },
];
