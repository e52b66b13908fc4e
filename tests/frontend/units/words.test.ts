import assert from "node:assert/strict";
import { test } from "node:test";

import { wrap } from "../../../service/frontend/src/charts/words.ts";
import { moved, named, offersAddress, plain, readOffers, summary } from "../../../service/frontend/src/completion/offers.ts";

test("a label is broken at blanks, and ends in an ellipsis where it is too long", () => {
  assert.equal(wrap("China", 10), "China");
  assert.equal(wrap("Democratic Republic of the Congo", 20), "Democratic Republic\nof the Congo");
  assert.equal(wrap("one two three four five", 8), "one two\nthree…");
  assert.equal(wrap("Donaudampfschifffahrt", 8), "Donaudam\npfschif…");
  assert.equal(wrap("  ", 8), "");
});

test("every line of a label fits", () => {
  for (const label of ["a ".repeat(40), "x".repeat(99), "Neodymium-praseodymium oxide (didymium)", "日本".repeat(20)]) {
    for (const width of [6, 13, 30]) {
      for (const line of wrap(label, width).split("\n")) assert.ok([...line].length <= width + 1, line);
    }
  }
});

test("the address of offers has the text and what they depend on", () => {
  const url = offersAddress("/o", "https://x.example/questions/q?a=b", "é &", [["m", "1"], ["m", "2"]]);
  assert.equal(url.href, "https://x.example/o?q=%C3%A9+%26&m=1&m=2");
  assert.equal(offersAddress("/o", "https://x.example/", "", []).search, "");
});

test("an answer with offers is read, another refused", () => {
  assert.deepEqual(readOffers({ options: [{ value: "a" }], more: 1 }), {
    options: [{ value: "a", label: "a", count: null }],
    more: false,
  });
  assert.throws(() => readOffers(null), /no options/);
  assert.throws(() => readOffers({ options: [{ label: "a" }] }), /no value/);
});

test("a typed text names an offer by label or value, unless it names two", () => {
  const offers = readOffers({ options: [{ value: "v1", label: "Élan" }, { value: "v2", label: "twin" }, { value: "v3", label: "Twin" }] }).options;
  assert.equal(named(" elan ", offers)?.value, "v1");
  assert.equal(named("V2", offers)?.value, "v2");
  assert.equal(named("twin", offers), undefined);
  assert.equal(named("", offers), undefined);
  assert.equal(plain("  A  Bé "), "a be");
});

test("the highlight goes round with the arrows and stops with the pages", () => {
  assert.deepEqual([-1, 0, 2].map((at) => moved(at, "ArrowDown", 3)), [0, 1, 0]);
  assert.deepEqual([-1, 0, 2].map((at) => moved(at, "ArrowUp", 3)), [2, 2, 1]);
  assert.deepEqual([moved(1, "PageDown", 3), moved(1, "PageUp", 3)], [2, 0]);
  assert.equal(moved(0, "ArrowDown", 0), -1);
});

test("the size of a list is put in words", () => {
  const list = (count: number, more = false): Parameters<typeof summary>[0] => ({
    options: Array.from({ length: count }, () => ({ value: "v", label: "l", count: null })),
    more,
  });
  assert.equal(summary(list(1), "x"), "1 option");
  assert.equal(summary(list(2), "x"), "2 options");
  assert.equal(summary(list(0), "x"), "Nothing fits “x”.");
  assert.equal(summary(list(0), ""), "There is nothing to choose.");
  assert.match(summary(list(20, true), "x"), /type more letters/);
});
