import assert from "node:assert/strict";
import { test } from "node:test";

import { classes, classOf, figure, quantity, tick } from "../../../service/frontend/src/charts/figures.ts";

test("a figure reads as on the pages", () => {
  assert.equal(figure(91.27721579, "%"), "91.3");
  assert.equal(figure(417, ""), "417");
  assert.equal(figure(1234567, "t"), "1,234,567");
  assert.equal(figure(0.04, "%"), "0.04");
  assert.equal(figure(0.12345678, ""), "0.1235");
  assert.equal(figure(0.0000123456, ""), "0.0000123");
  assert.equal(figure(0, "%"), "0");
  assert.equal(figure(-2.55, "t"), "-2.55");
});

test("a quantity keeps its unit on the same line", () => {
  assert.equal(quantity(3, "t"), "3\u00a0t");
  assert.equal(quantity(3, ""), "3");
});

test("an axis has short figures", () => {
  assert.deepEqual([0, 2500, 250_000, 2_500_000, 1.5e9].map(tick), ["0", "2,500", "250,000", "2.5 m", "1.5 bn"]);
});

test("shares of the world get the bounds that every map of shares has", () => {
  const found = classes([1, 78.2], "%");
  assert.deepEqual(found.map((each) => each.from), [0, 20, 40, 60, 80]);
  assert.equal(classOf(20, found), 1);
  assert.equal(classOf(19.99, found), 0);
  assert.equal(classOf(100, found), 4);
});

test("other values get few classes with round bounds that hold them all", () => {
  for (const values of [[3, 7, 12], [0.001, 0.0042], [1e6, 9.7e6], [-4, 11], [5, 38]]) {
    const found = classes(values, "t");
    assert.ok(found.length >= 1 && found.length <= 6, JSON.stringify(found));
    for (const value of values) {
      const each = found[classOf(value, found)];
      assert.ok(each && each.from <= value && value <= each.to, `${value} in ${JSON.stringify(found)}`);
    }
    found.slice(1).forEach((each, index) => assert.equal(each.from, found[index]?.to));
  }
  assert.deepEqual(classes([3, 7, 12], "t").map((each) => each.from), [0, 2.5, 5, 7.5, 10]);
});

test("one value or none makes no empty classes", () => {
  assert.deepEqual(classes([], "t"), []);
  assert.deepEqual(classes([0], "t"), [{ from: 0, to: 0 }]);
  assert.equal(classOf(0, classes([0], "t")), 0);
});
