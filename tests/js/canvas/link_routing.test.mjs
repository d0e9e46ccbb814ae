import assert from "node:assert/strict";
import test from "node:test";

import { overlaps } from "../../../static/js/canvas/geometry.js";
import {
  at,
  beside,
  curves,
  labelPlaces,
  lengthOf,
  lookup,
  pathData,
  STEPS,
} from "../../../static/js/canvas/link_routing.js";

const box = (x, y) => ({ x, y, w: 160, h: 92 });

test("a link leaves on the right and arrives on the left", () => {
  const [curve] = curves(box(0, 0), box(400, 200), false);
  assert.deepEqual([curve[0], curve[1], curve[6], curve[7]], [160, 46, 400, 246]);
});

test("a link of a drawing that flows downwards leaves below and arrives above", () => {
  const [curve] = curves(box(0, 0), box(300, 400), false, [], true);
  assert.deepEqual([curve[0], curve[1], curve[6], curve[7]], [80, 92, 380, 400]);
});

test("replication between stacked databases goes straight, or around one in between", () => {
  const [a, b, c] = [box(0, 0), box(0, 200), box(0, 400)];
  const straight = curves(a, b, true, [a, b, c]);
  assert.equal(straight[0][0], straight[0][6]);
  const around = curves(a, c, true, [a, b, c]);
  const table = lookup(around);
  for (let i = 0; i <= STEPS; i += 1) {
    assert.ok(
      !overlaps({ x: table[2 * i], y: table[2 * i + 1], w: 0, h: 0 }, b),
      `step ${i} runs over the middle one`,
    );
  }
});

test("steps of a lookup table are equally long, and its ends are the curve's", () => {
  const list = curves(box(0, 0), box(500, 300), false);
  const table = lookup(list);
  const steps = [];
  for (let i = 0; i < STEPS; i += 1)
    steps.push(Math.hypot(table[2 * i + 2] - table[2 * i], table[2 * i + 3] - table[2 * i + 1]));
  const mean = steps.reduce((sum, step) => sum + step, 0) / STEPS;
  for (const step of steps)
    assert.ok(Math.abs(step - mean) < mean * 0.05, `${step} against ${mean}`);
  assert.deepEqual([at(table, 0).x, at(table, 0).y], [160, 46]);
  assert.ok(Math.abs(at(table, 1).x - 500) < 0.01 && Math.abs(at(table, 1).y - 346) < 0.01);
  assert.ok(Math.abs(lengthOf(table) - mean * STEPS) < mean * STEPS * 0.05);
});

test("a place half way along a link is in its middle, and beyond the ends is the end", () => {
  const table = lookup(curves(box(0, 0), box(400, 0), false));
  assert.ok(Math.abs(at(table, 0.5).x - 280) < 0.5);
  assert.deepEqual(at(table, 7), at(table, 1));
  assert.deepEqual(at(table, -1), at(table, 0));
});

test("a link of no length does not break the table", () => {
  const table = lookup([[5, 5, 5, 5, 5, 5, 5, 5]]);
  assert.ok([...table].every((value) => value === 5));
});

test("labels avoid cards and each other", () => {
  const boxes = [box(0, 0), box(400, 0), box(200, -10)];
  const table = lookup([[160, 46, 240, 46, 320, 46, 400, 46]]);
  const places = labelPlaces([{ id: "a", table, w: 36 }], boxes);
  assert.ok(
    !overlaps({ x: places.get("a").x - 18, y: places.get("a").y - 9, w: 36, h: 18 }, boxes[2]) ||
      places.size === 1,
  );
  const wide = lookup(curves(box(0, 0), box(700, 0), false));
  const two = labelPlaces(
    [
      { id: "a", table: wide, w: 60 },
      { id: "b", table: wide, w: 60 },
    ],
    [],
  );
  const [first, second] = ["a", "b"].map((id) => {
    const { x, y } = two.get(id);
    return { x: x - 30, y: y - 8, w: 60, h: 16 };
  });
  assert.ok(!overlaps(first, second));
});

test("path data draws one cubic per curve", () => {
  assert.equal(pathData([[0, 1, 2, 3, 4, 5, 6, 7]]), "M0 1C2 3 4 5 6 7");
});

test("a label stands beside its line: above one that runs across, never on it", () => {
  const table = lookup(curves(box(0, 0), box(500, 0), false));
  const point = beside(table, 0.5, 40, 16);
  assert.ok(Math.abs(point.x - 330) < 1);
  assert.ok(Math.abs(point.y - (46 - 3 - 8)) < 1, `${point.y}`);
  const [place] = labelPlaces([{ id: "a", table, w: 40 }], []).values();
  assert.deepEqual(place, point);
  const [on] = labelPlaces([{ id: "a", table, w: 40, on: true }], []).values();
  assert.ok(Math.abs(on.y - 46) < 0.01);
});
