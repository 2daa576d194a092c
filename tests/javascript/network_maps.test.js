import assert from "node:assert/strict";
import test from "node:test";
import { gridsOf, inOrder, mapForKey } from "../../pages/components/builder/all_maps.js";
import { layoutColumns } from "../../pages/views/network/columns.js";
import { mapUnder } from "../../pages/views/network/maps.js";

const node = (id, kind, depth, own = {}) => ({ id, kind, depth, count: 8, drawn: 8, problem: 0, scale: 1, maps: 0, hasNames: false, ...own });
const NODES = [node("input", "image", 0), node("conv", "sheets", 1, { maps: 11 }), node("pool", "sheets", 2, { maps: 32, drawn: 32 }), node("flatten", "strip", 3)];
const drawn = (nodes, height) => layoutColumns(nodes, { width: 900, height }, { height: 28, width: 28 }, { isDown: false, below: 0 });
const view = (drawing, fronts = []) => ({ drawing, fronts: new Map(fronts) });

test("all maps of a layer stand below it, within its column, where the network is high enough", () => {
  const { cells } = drawn(NODES, 600);
  for (const [id, count] of [["conv", 11], ["pool", 32]]) {
    const { area, box, grid } = cells.get(id);
    assert.ok(grid.y >= area.y + area.height && grid.y + Math.ceil(count / grid.columns) * grid.pitch <= box.y + box.height, id);
    assert.ok(grid.x >= box.x && grid.x + grid.columns * grid.pitch <= box.x + box.width, id);
  }
  assert.equal(cells.get("input").area.height, cells.get("conv").area.height, "the image stays beside the maps");
  assert.equal(cells.get("flatten").grid, undefined);
  assert.equal(drawn(NODES, 300).cells.get("conv").grid, undefined);
  const branched = [...NODES, node("other", "sheets", 1, { maps: 4 })];
  assert.equal(drawn(branched, 600).cells.get("conv").grid, undefined);
});

test("the strongest map stands in front until a person chooses another", () => {
  const { cells } = drawn(NODES, 600);
  const look = { maps: { conv: [7, 2, 9], pool: [5, 1] } };
  const fronts = (chosen) => gridsOf(view({ cells }, chosen), look).map(({ id, numbers, front }) => [id, numbers[front]]);
  assert.deepEqual(fronts([]), [["conv", 7], ["pool", 5]]);
  assert.deepEqual(fronts([["conv", 9]]), [["conv", 9], ["pool", 5]]);
  assert.deepEqual(fronts([["conv", 3]]), [["conv", 7], ["pool", 5]], "a map that is not told cannot stand in front");
  assert.deepEqual(gridsOf(view({ cells }), null), []);
});

test("maps are shown in the order of their numbers", () => {
  assert.deepEqual(inOrder({ id: "conv", maps: ["seven", "two", "nine"] }, [7, 2, 9]).maps, ["two", "seven", "nine"]);
  assert.deepEqual(inOrder({ id: "hidden", maps: [] }, undefined).maps, []);
});

test("a point of the grid belongs to a map, or to none", () => {
  const grid = { pitch: 20, columns: 4 };
  const under = (x, y) => mapUnder(grid, 11, { x, y });
  assert.deepEqual([under(5, 5), under(79, 5), under(80, 5), under(25, 45), under(70, 45), under(5, -1)], [0, 3, -1, 9, -1, -1]);
});

test("keys lead from a map to the next ones and to both ends", () => {
  const grid = { columns: 4, numbers: Array.from({ length: 11 }), front: 5 };
  const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "x"];
  assert.deepEqual(keys.map((key) => mapForKey(key, grid)), [4, 6, 1, 9, 0, 10, undefined]);
  assert.deepEqual(["ArrowUp", "ArrowDown"].map((key) => mapForKey(key, { ...grid, front: 8 })), [4, 10]);
});
