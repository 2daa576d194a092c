import assert from "node:assert/strict";
import test from "node:test";
import { columnsOf, linesOf, nodesOf, ROOM } from "../../pages/components/ready_nets/structure.js";

const layer = (id, inputs, dims = [14, 14, 8]) => ({ id, inputs, dims, drawing: "dense" });
const CHAIN = [layer("a", ["input"]), layer("b", ["a"]), layer("c", ["b"], [10])];
// input → a → b → c → d, and a skips to d
const RESIDUAL = [layer("a", ["input"]), layer("b", ["a"]), layer("c", ["b"]), layer("d", ["c", "a"])];
// three branches of different lengths, joined
const BRANCHES = [layer("a", ["input"]), layer("b1", ["a"]), layer("b2", ["a"]), layer("b3", ["a"]), layer("c2", ["b2"]), layer("d", ["b1", "c2", "b3"])];
const at = (layers, picture = [28, 28, 1]) => Object.fromEntries(nodesOf(layers, picture).map((node) => [node.id, node]));

test("each layer stands right of all that it takes", () => {
  assert.deepEqual(Object.fromEntries(columnsOf(BRANCHES)), { input: 0, a: 1, b1: 2, b2: 2, b3: 2, c2: 3, d: 4 });
  for (const layers of [CHAIN, RESIDUAL, BRANCHES]) {
    const nodes = at(layers);
    for (const { id, inputs } of layers) for (const input of inputs) assert.ok(nodes[input].x < nodes[id].x, `${input} before ${id}`);
  }
});

test("branches lie above each other, and go on in their row", () => {
  const { b1, b2, b3, c2, a, d } = at(BRANCHES);
  assert.ok(b1.y + b1.height / 2 < b2.y - b2.height / 2 && b2.y + b2.height / 2 < b3.y - b3.height / 2);
  assert.equal(c2.y, b2.y);
  assert.ok(a.y === ROOM.height / 2 && d.y === ROOM.height / 2);
});

test("a layer is as high as its data and as wide as its channels", () => {
  const size = (dims) => at([layer("a", ["input"], dims)]).a;
  assert.ok(size([28, 28, 8]).height > size([14, 14, 8]).height && size([14, 14, 8]).height > size([7, 7, 8]).height);
  assert.ok(size([14, 14, 64]).width > size([14, 14, 8]).width);
  assert.ok(size([1000]).height > size([10]).height);
  assert.deepEqual([size([]).width, size([]).height], [6, 26]);
});

test("all that is drawn lies within the room, also of many layers", () => {
  const long = Array.from({ length: 60 }, (_, index) => layer(`l${index}`, [index ? `l${index - 1}` : "input"], [28, 28, 512]));
  for (const { x, y, width, height } of [...nodesOf(long, [28, 28, 1]), ...nodesOf(BRANCHES, [28, 28, 1])]) {
    assert.ok(x - width / 2 >= 0 && x + width / 2 <= ROOM.width && y - height / 2 >= 0 && y + height / 2 <= ROOM.height);
  }
});

test("each input has a line; one that skips layers goes around them", () => {
  const nodes = nodesOf(RESIDUAL, [28, 28, 1]);
  const lines = linesOf(RESIDUAL, nodes);
  assert.equal(lines.length, 5);
  const d = nodes.find(({ id }) => id === "d");
  const around = lines.filter((line) => line.endsWith(`${Math.round(10 * (d.y - d.height / 2)) / 10}`));
  assert.equal(around.length, 1);
  assert.ok(Number(around[0].match(/C[\d.]+ ([\d.]+)/)[1]) < d.y - d.height / 2, "above the layers between");
});
