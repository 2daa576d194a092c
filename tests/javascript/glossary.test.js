import assert from "node:assert/strict";
import test from "node:test";
import { firstLetter, likeliestTerm, matchingTerms } from "../../pages/components/glossary_index/term_search.js";
import { termFinder } from "../../pages/components/term_links/term_finder.js";

const term = (name, { also = [], notAfter = [], notOn = [], sentence = "" } = {}) => ({ key: name.replaceAll(" ", "-"), name, also, notAfter, notOn, sentence });
const TERMS = [
  term("batch"), term("batch normalisation"), term("class", { also: ["classes"], notAfter: ["for"], notOn: ["classroom"] }), term("F1"), term("Dense"),
  term("cross-entropy"), term("learning rate", { sentence: "How long a step is." }), term("loss"), term("unit", { also: ["neuron"] }),
];
const find = termFinder(TERMS);
const found = (text) => find(text).map(({ key, start, end }) => [key, text.slice(start, end)]);

test("terms are found as whole words, in any case and in the plural", () => {
  assert.deepEqual(found("Loss, losses and glossy"), [["loss", "Loss"], ["loss", "losses"]]);
  assert.deepEqual(found("128 neurons in 10 Classes"), [["unit", "neurons"], ["class", "Classes"]]);
  assert.deepEqual(found("batch_size, subbatch, éloss"), []);
});

test("the longest of overlapping terms is found, over a line break and with or without a hyphen", () => {
  assert.deepEqual(found("batch normalisation of a batch"), [["batch-normalisation", "batch normalisation"], ["batch", "batch"]]);
  assert.deepEqual(found("learning\nrate, cross entropy"), [["learning-rate", "learning\nrate"], ["cross-entropy", "cross entropy"]]);
});

test("names with capitals are found as they are written only", () => {
  assert.deepEqual(found("F1 and f1, Dense and dense"), [["F1", "F1"], ["Dense", "Dense"]]);
});

test("a word that means something else after another one is left alone", () => {
  assert.deepEqual(found("Ready for class? A class"), [["class", "class"]]);
});

test("a word that means something else on a page is left alone there", () => {
  assert.deepEqual(find("Send your class the address.", "classroom"), []);
  assert.equal(find("Send your class the address.", "load").length, 1);
});

test("the search wants all words, in names and sentences, and a letter all names", () => {
  const names = (words, letter = "") => matchingTerms(TERMS, words, letter).map(({ name }) => name);
  assert.deepEqual(names("BATCH norm"), ["batch normalisation"]);
  assert.deepEqual(names("step"), ["learning rate"]);
  assert.deepEqual(names("", "L"), ["learning rate", "loss"]);
  assert.deepEqual(names("no such"), []);
  assert.equal(firstLetter(TERMS[0]), "B");
  assert.deepEqual(names("").slice(0, 3), ["batch", "batch normalisation", "class"]);
});

test("the likeliest term has the name that was typed, or begins so", () => {
  const likeliest = (words) => likeliestTerm(matchingTerms(TERMS, words, ""), words)?.name;
  assert.equal(likeliest("neuron"), "unit");
  assert.equal(likeliest("learning"), "learning rate");
  assert.equal(likeliest("nothing of it"), undefined);
});
