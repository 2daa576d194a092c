import assert from "node:assert/strict";
import test from "node:test";
import { keyClass } from "../../pages/components/find_anything/arrival.js";
import { MOST_SHOWN, matches, moved, plain } from "../../pages/components/find_anything/matching.js";

/** @param {string} kind @param {string} name @param {string} [words] @param {string} [also] */
const entry = (kind, name, words = "", also = "") => ({ kind, name, words, also, page: "", targets: [], term: "" });
const ENTRIES = [
  entry("Page", "Train", "A page."),
  entry("Page", "Mistakes", "A page of Evaluate."),
  entry("Layer", "MaxPooling2D", "Keeps the largest number of each window.", "Pooling"),
  entry("Layer", "GlobalMaxPooling2D", "Keeps the largest number of a whole map.", "Pooling"),
  entry("Layer", "Conv2DTranspose", "A convolution the other way round."),
  entry("Layer", "Conv2D", "Looks at small windows.", "Convolution"),
  entry("Setting", "Learning rate", "How large each step is.", "learning_rate"),
  entry("Term", "Training set", "Images that a network learns from."),
];
const names = (/** @type {string} */ typed) => matches(ENTRIES, typed).map(({ name }) => name);

test("names have one spelling, however they are written", () => {
  assert.equal(plain("MaxPooling2D"), "max pooling 2d");
  assert.equal(plain("  learning_rate "), plain("Learning-rate"));
});

test("the whole name comes first, then names that begin so, then those that hold it", () => {
  assert.deepEqual(names("conv2d"), ["Conv2D", "Conv2DTranspose"]);
  assert.deepEqual(names("max pooling").slice(0, 2), ["MaxPooling2D", "GlobalMaxPooling2D"]);
  assert.deepEqual(names("maxpooling2d")[0], "MaxPooling2D");
  assert.deepEqual(names("train"), ["Train", "Training set"]);
});

test("other names, kinds and sentences are found too, and all words must be there", () => {
  assert.deepEqual(names("convolution"), ["Conv2D", "Conv2DTranspose"]);
  assert.deepEqual(names("learning_rate"), ["Learning rate"]);
  assert.deepEqual(names("layer largest"), ["MaxPooling2D", "GlobalMaxPooling2D"]);
  assert.deepEqual(names("conv mistakes"), []);
});

test("nothing typed shows all pages; no list is longer than a screen", () => {
  assert.deepEqual(names(" "), ["Train", "Mistakes"]);
  const many = Array.from({ length: 40 }, (_, number) => entry("Layer", `Dense ${number}`));
  assert.equal(matches(many, "dense").length, MOST_SHOWN);
});

test("arrow keys go round, page keys stop at the ends, others move nothing", () => {
  assert.deepEqual([moved("ArrowDown", 2, 3), moved("ArrowUp", 0, 3)], [0, 2]);
  assert.deepEqual([moved("PageDown", 1, 3), moved("PageUp", 1, 3)], [2, 0]);
  assert.deepEqual([moved("a", 1, 3), moved("ArrowDown", 0, 0)], [null, null]);
});

test("a widget is found by the class that Streamlit makes of its key", () => {
  assert.equal(keyClass("fit/epochs"), "st-key-fit-epochs");
});
