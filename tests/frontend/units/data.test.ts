import assert from "node:assert/strict";
import { test } from "node:test";

import { readChart } from "../../../service/frontend/src/charts/data.ts";

const read = (json: object): ReturnType<typeof readChart> => readChart(JSON.stringify(json));

test("what is no chart is refused with a sentence", () => {
  assert.throws(() => read({ kind: "pie" }), /No chart is of the kind "pie"/);
  assert.throws(() => read([]), /is not an object/);
  assert.throws(() => readChart("{"), SyntaxError);
  assert.throws(() => read({ kind: "bar", categories: ["a"], series: [{ values: [] }] }), /0 values for 1/);
  assert.throws(() => read({ kind: "sankey", nodes: {}, links: [] }), /nodes is not a list/);
});

test("what is no number is no value", () => {
  const found = read({ kind: "line", categories: ["1", "2", "3"], series: [{ name: "a", values: [null, "7", 7] }] });
  assert.ok(found.kind === "line");
  assert.deepEqual(found.series[0]?.values, [null, null, 7]);
  assert.equal(found.unit, "");
});

test("points without a place on the globe are left out", () => {
  const at = (latitude: unknown, longitude: unknown): object => ({ name: "x", latitude, longitude });
  const found = read({ kind: "map", points: [at(1, 2), at(null, 2), at(91, 0), at(0, 181), at("1", 2)] });
  assert.ok(found.kind === "points");
  assert.deepEqual(found.points.map((each) => each.latitude), [1]);
});

test("flows without values are all as wide, those without some are left out", () => {
  const plain = read({ kind: "sankey", nodes: [], links: [{ source: "a", target: "b" }, { source: "b", target: "b" }] });
  assert.ok(plain.kind === "sankey");
  assert.deepEqual(plain.links, [{ source: "a", target: "b", value: 1 }]);
  assert.equal(plain.valued, false);
  assert.deepEqual(plain.nodes, ["a", "b"]);
  const valued = read({
    kind: "sankey",
    nodes: [{ name: "c" }],
    links: [{ source: "a", target: "b", value: 3 }, { source: "a", target: "c", value: null }],
  });
  assert.ok(valued.kind === "sankey");
  assert.deepEqual(valued.links.map((each) => each.target), ["b"]);
  assert.equal(valued.valued, true);
  assert.deepEqual(valued.nodes, ["c", "a", "b"]);
});

test("each node of a network stands once, with the group that is known", () => {
  const found = read({
    kind: "network",
    nodes: [{ name: "a", group: "" }, { name: "a", group: "g" }],
    links: [{ source: "a", target: "b" }],
  });
  assert.ok(found.kind === "network");
  assert.deepEqual(found.nodes, [{ name: "a", group: "g" }, { name: "b", group: "" }]);
});
