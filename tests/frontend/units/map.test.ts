import assert from "node:assert/strict";
import { test } from "node:test";

import { cut } from "../../../service/frontend/src/charts/antimeridian.ts";
import { project, unproject } from "../../../service/frontend/src/charts/equal-earth.ts";

test("the projection has the values of its paper", () => {
  // The width at the equator is 2 * 2.70663, the height 2 * 1.31737 (Šavrič and others, 2019).
  assert.ok(Math.abs(project([180, 0])[0] - 270.663) < 0.01);
  assert.ok(Math.abs(project([0, 90])[1] + 131.737) < 0.01);
});

test("the projection keeps areas", () => {
  const area = (longitude: number, latitude: number): number => {
    const step = 0.001;
    const [a, b, c] = [[0, 0], [step, 0], [0, step]].map(([x, y]) => project([longitude + (x ?? 0), latitude + (y ?? 0)]));
    assert.ok(a && b && c);
    const plane = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
    return plane / Math.cos(((latitude + step / 2) * Math.PI) / 180);
  };
  const here = area(0, 0);
  for (const [longitude, latitude] of [[10, 50], [-120, 35], [170, -45], [60, 72]] as const) {
    assert.ok(Math.abs(area(longitude, latitude) / here - 1) < 1e-3);
  }
});

test("the projection is undone by its inverse", () => {
  for (const at of [[0, 0], [103.4, 4], [-115.5, 35.5], [179.9, 89], [-180, -60]] as const) {
    const back = unproject(project(at));
    assert.ok(Math.abs(back[0] - at[0]) < 1e-6 && Math.abs(back[1] - at[1]) < 1e-6, `${at} ${back}`);
  }
});

test("a ring on one side of the 180th meridian stays as it is", () => {
  const ring = [[10, 0], [20, 0], [20, 10], [10, 0]];
  assert.deepEqual(cut(ring), [ring]);
});

test("a ring across the 180th meridian is cut in two along it", () => {
  const found = cut([[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]);
  assert.equal(found.length, 2);
  const sides = found.map((part) => part.map(([x]) => x));
  assert.deepEqual(sides.map((side) => [Math.min(...side), Math.max(...side)]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)), [[-180, -170], [170, 180]]);
  for (const part of found) assert.deepEqual(part[0], part.at(-1));
});
