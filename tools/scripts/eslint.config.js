// What must not slip into the consoles' scripts. How they look is Prettier's business.
import js from "@eslint/js";
import globals from "globals";

const PAGES = "coordinator/web/static";

export default [
  { ignores: [`${PAGES}/vendor/`] },
  js.configs.recommended,
  {
    files: [`${PAGES}/**/*.js`],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "complexity": ["error", 35],
      "consistent-return": "error",
      "eqeqeq": "error",
      "max-len": ["error", { code: 120, ignoreUrls: true }],
      "no-alert": "error",
      "no-console": "error",
      "no-constructor-return": "error",
      "no-duplicate-imports": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text from outside is text: draw it with html`…`." },
        { property: "outerHTML", message: "Text from outside is text: draw it with html`…`." },
        { property: "insertAdjacentHTML", message: "Text from outside is text: draw it with html`…`." },
      ],
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-unmodified-loop-condition": "error",
      "no-unreachable-loop": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    // Read by the page as modules and by the worker as classic scripts.
    files: [`${PAGES}/oncall/worker.js`, `${PAGES}/oncall/taps.js`],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, ...globals.serviceworker } },
  },
  {
    files: [`${PAGES}/oncall/*.js`],
    languageOptions: { globals: { taps: "readonly" } },
  },
  {
    files: ["tests/scripts/**/*.js", "tools/scripts/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.node, document: "readonly" } },
    rules: { "max-len": ["error", { code: 120, ignoreUrls: true }] },
  },
];
