import assert from "node:assert/strict";
import test from "node:test";

import { busiest, History, windowFor } from "../../static/js/history.js";

const values = (entries) => new Map(Object.entries(entries));

test("columns stay as long as the times, whatever comes and goes", () => {
  const history = new History(3);
  history.add(1, values({ a: 1 }));
  history.add(2, values({ a: 2, b: 5 }));
  history.add(3, values({ b: 6 }));
  history.add(4, values({ a: 4, b: 7 }));
  assert.deepEqual(history.times, [2, 3, 4]);
  assert.deepEqual(history.column("a"), [2, null, 4]);
  assert.deepEqual(history.column("b"), [5, 6, 7]);
  assert.deepEqual(history.column("none"), [null, null, null]);
});

test("time that goes back is a new run; time that stands adds nothing", () => {
  const history = new History();
  history.add(5, values({ a: 1 }));
  history.add(5, values({ a: 2 }));
  assert.deepEqual(history.column("a"), [1]);
  history.add(0.1, values({ a: 3 }));
  assert.deepEqual(history.times, [0.1]);
});

test("the recent mean leaves gaps out", () => {
  const history = new History();
  for (const [t, a] of [
    [1, 10],
    [2, null],
    [3, 20],
  ])
    history.add(t, values({ a }));
  assert.equal(history.recent("a", 3), 15);
  assert.equal(history.recent("b", 3), null);
});

test("the busiest keep their places unless another is clearly busier", () => {
  const load = { a: 0.5, b: 0.9, c: 0.55, d: 0.1, e: 0.8, f: 0.52 };
  const names = Object.keys(load);
  assert.deepEqual(
    busiest(names, (name) => load[name], [], 4),
    ["b", "c", "e", "f"],
  );
  assert.deepEqual(
    busiest(names, (name) => load[name], ["a", "b", "c", "e"], 4),
    ["a", "b", "c", "e"],
  );
});

test("the window is about a minute of watching, in round numbers", () => {
  assert.deepEqual(
    [1, 2, 0.1, 100, 0.01].map((speed) => windowFor(speed)),
    [60, 200, 6, 6000, 0.6],
  );
});
