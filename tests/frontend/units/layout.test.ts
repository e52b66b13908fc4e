import assert from "node:assert/strict";
import { test } from "node:test";

import type { Flow } from "../../../service/frontend/src/charts/data.ts";
import { components, places } from "../../../service/frontend/src/charts/layout.ts";

const STAR = Array.from({ length: 19 }, (_, index) => [0, index + 1] as const);

test("a network always gets the same places, inside its box and apart", () => {
  const found = places(20, STAR, 800, 400);
  assert.deepEqual(found, places(20, STAR, 800, 400));
  for (const [index, { x, y }] of found.entries()) {
    assert.ok(x >= 0 && x <= 800 && y >= 0 && y <= 400);
    for (const other of found.slice(index + 1)) assert.ok(Math.hypot(x - other.x, y - other.y) > 15);
  }
});

test("the middle of a star is in the middle", () => {
  const [middle] = places(20, STAR, 800, 400);
  assert.ok(middle && Math.abs(middle.x - 400) < 130 && Math.abs(middle.y - 200) < 70, JSON.stringify(middle));
});

test("parts that are not linked stand apart", () => {
  const links = [...STAR, [20, 21], [22, 23]] as const;
  assert.deepEqual(components(24, links).map((part) => part.length), [20, 2, 2]);
  const found = places(24, links, 900, 400);
  const right = Math.max(...found.slice(0, 20).map((place) => place.x));
  assert.ok(found.slice(20).every((place) => place.x > right));
});

test("no node, one node and a node that links to itself", () => {
  assert.deepEqual(places(0, [], 100, 100), []);
  assert.deepEqual(places(1, [[0, 0]], 100, 60), [{ x: 50, y: 30 }]);
});

test("the column of a node is the longest way to it, and a cycle ends", async () => {
  const { depths } = await import("../../../service/frontend/src/charts/columns.ts");
  const flow = (source: string, target: string): Flow => ({ source, target, value: 1 });
  const found = depths(["a", "b", "c"], [flow("a", "c"), flow("a", "b"), flow("b", "c")]);
  assert.deepEqual([...found], [["a", 0], ["b", 1], ["c", 2]]);
  assert.equal(depths(["a", "b"], [flow("a", "b"), flow("b", "a")]).size, 2);
});
