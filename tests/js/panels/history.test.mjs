import assert from "node:assert/strict";
import test from "node:test";

import { busiest, History, linesOf } from "../../../static/js/panels/run/history.js";

const values = (entries) => new Map(Object.entries(entries));

test("columns of the history stay as long as its times, whatever nodes come and go", () => {
  const history = new History();
  history.add(2, values({ a: 2, b: 5 }));
  history.add(3, values({ b: 6 }));
  history.add(4, values({ a: 4, b: 7, c: 1 }));
  assert.deepEqual(history.times, [2, 3, 4]);
  assert.deepEqual(history.column("a"), [2, null, 4]);
  assert.deepEqual(history.column("b"), [5, 6, 7]);
  assert.deepEqual(history.column("c"), [null, null, 1]);
  assert.deepEqual(history.column("none"), [null, null, null]);
});

test("a paused run adds no sample; one that goes back fills in only what nobody saw", () => {
  const history = new History();
  for (const t of [5, 5, 6, 7, 20, 21]) history.add(t, values({ a: t }));
  assert.deepEqual(history.times, [5, 6, 7, 20, 21]);
  for (const t of [6.1, 6.5, 10, 10.4, 12, 2]) history.add(t, values({ a: -t }), 1);
  assert.deepEqual(history.times, [2, 5, 6, 7, 10, 12, 20, 21]);
  assert.deepEqual(history.column("a"), [-2, 5, 6, 7, -10, -12, 20, 21]);
});

test("a branch drops the samples that came after it", () => {
  const history = new History();
  for (const t of [1, 2, 3, 4]) history.add(t, values({ a: t }));
  history.cut(2);
  history.add(2.5, values({ a: 9 }));
  assert.deepEqual(history.times, [1, 2, 2.5]);
  assert.deepEqual(history.column("a"), [1, 2, 9]);
  history.cut(0);
  assert.deepEqual(history.times, []);
});

test("the history of a long run keeps its whole length, the older part evenly thinned", () => {
  const history = new History(400);
  for (let i = 0; i < 20_000; i += 1) history.add(i / 10, values({ a: i }));
  const { times } = history;
  assert.ok(times.length <= 400);
  assert.equal(times[0], 0);
  assert.equal(times[times.length - 1], 1999.9);
  const gaps = times.slice(1).map((t, i) => t - times[i]);
  assert.ok(Math.max(...gaps) < 25, `${Math.max(...gaps)}`);
  assert.ok(gaps.slice(-99).every((gap) => gap < 0.11));
  assert.ok(times.every((t, i) => history.column("a")[i] === Math.round(t * 10)));
});

test("a chart has a hole where nobody watched", () => {
  const history = new History();
  for (const t of [1, 2, 3, 30, 31, 90]) history.add(t, values({ a: t }));
  assert.deepEqual(history.slice(["a"], 2, 32), [
    [1, 2, 3, 16.5, 30, 31, 60.5, 90],
    [1, 2, 3, null, 30, 31, null, 90],
  ]);
  assert.deepEqual(history.slice(["a"], 40, 50), [
    [31, 60.5, 90],
    [31, null, 90],
  ]);
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
  assert.equal(history.recent("a", 3, 2.5), 10);
  assert.equal(history.recent("a", 1, 3), 20);
  assert.equal(history.recent("b", 3), null);
});

test("lines of the busiest nodes keep their places unless another is clearly busier", () => {
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

test("a node keeps its line while others come and go, and no two that are shown have the same", () => {
  const lines = ["c1", "c2", "c3"];
  const known = new Map();
  assert.deepEqual(linesOf(["a", "b"], lines, known), ["c1", "c2"]);
  assert.deepEqual(linesOf(["b", "c"], lines, known), ["c2", "c3"]);
  assert.deepEqual(linesOf(["a", "c"], lines, known), ["c1", "c3"]);
  // More nodes than lines: a newcomer takes what nobody shown has.
  assert.deepEqual(linesOf(["c", "d"], lines, known), ["c3", "c1"]);
  const [a, d] = linesOf(["a", "d"], lines, known);
  assert.notEqual(a, d);
});

test("samples of the server take the place of what was there", () => {
  const history = new History();
  for (const t of [1, 5, 9, 13]) history.add(t, values({ a: t }));
  history.replace(4, 10, [3, 4, 6, 8, 12], { a: [-3, -4, -6, -8, -12], b: [0, 1, 2, 3, 4] });
  assert.deepEqual(history.times, [1, 4, 6, 8, 13]);
  assert.deepEqual(history.column("a"), [1, -4, -6, -8, 13]);
  assert.deepEqual(history.column("b"), [null, 1, 2, 3, null]);
});
