import assert from "node:assert/strict";
import test from "node:test";

import { clipMiddle, twoLines } from "../../../static/js/canvas/cards/short_names.js";

const within = (count) => (text) => text.length <= count;

test("a name that is cut keeps its end, which tells it apart", () => {
  assert.equal(clipMiddle("checkout-web-12", within(10)), "chec…eb-12");
  assert.equal(clipMiddle("web-1", within(10)), "web-1");
  assert.equal(clipMiddle("checkout-web-12", within(1)), "…");
});

test("a long name takes two lines, broken where its words end", () => {
  assert.deepEqual(twoLines("Mobile users", within(8)), ["Mobile", "users"]);
  assert.deepEqual(twoLines("checkout-web-12", within(10)), ["checkout-", "web-12"]);
  assert.deepEqual(twoLines("web-1", within(8)), ["web-1"]);
  assert.deepEqual(twoLines("abcdefghijkl", within(8)), ["abc…ijkl"]);
});
