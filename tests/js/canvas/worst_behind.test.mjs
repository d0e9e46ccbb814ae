import assert from "node:assert/strict";
import test from "node:test";

import { worstBehind } from "../../../static/js/canvas/worst_behind.js";

const link = (source, target) => ({ source, target });
const LINKS = [link("users-1", "lb-1"), link("lb-1", "web-1"), link("users-2", "web-2")];
const live = (rates) =>
  new Map(Object.entries(rates).map(([id, rate]) => [id, { failing: rate ? ["queue_full", rate] : null }]));

test("the node at which most requests of users fail is behind them", () => {
  assert.equal(worstBehind("users-1", LINKS, live({ "lb-1": 9, "web-1": 20, "web-2": 99 })), "web-1");
  assert.equal(worstBehind("users-2", LINKS, live({ "lb-1": 9, "web-2": 1 })), "web-2");
});

test("requests that fail at the users themselves are theirs", () => {
  assert.equal(worstBehind("users-1", LINKS, live({ "users-1": 5, "lb-1": 1 })), "users-1");
});

test("without failures no node is to blame", () => {
  assert.equal(worstBehind("users-1", LINKS, live({ "lb-1": 0 })), null);
});
