import assert from "node:assert/strict";
import test from "node:test";

import { aligned, distributed, guides } from "../../../static/js/canvas/arrange.js";

const nodes = [
  { id: "a", x: 40, y: 0 },
  { id: "b", x: 300, y: 30 },
  { id: "c", x: 90, y: 400 },
];

test("aligned cards share an edge and do not lie on each other", () => {
  const places = aligned(nodes, "x");
  assert.deepEqual([...places.values()].map(({ x }) => x), [40, 40, 40]);
  assert.deepEqual(places.get("b"), { x: 40, y: 112 });
  assert.deepEqual(places.get("c"), { x: 40, y: 400 });
  assert.deepEqual(aligned(nodes, "y").get("c"), { x: 220, y: 0 });
});

test("cards are aligned by their right edges, middles and lower edges, too", () => {
  const xs = (edge) => [...aligned(nodes, "x", edge).values()].map(({ x }) => x);
  const ys = (edge) => [...aligned(nodes, "y", edge).values()].map(({ y }) => y);
  assert.deepEqual([xs("last"), xs("middle")], [[300, 300, 300], [170, 170, 170]]);
  assert.deepEqual([ys("last"), ys("middle")], [[400, 400, 400], [200, 200, 200]]);
});

test("distributed cards are equally far apart, between the first and the last", () => {
  const places = distributed(nodes, "y");
  assert.deepEqual(
    ["a", "b", "c"].map((id) => places.get(id).y),
    [0, 200, 400],
  );
  assert.equal(places.get("b").x, 300);
});

test("a card snaps to the edge of one that is nearly in line, and shows why", () => {
  const near = guides({ x: 44, y: 203 }, nodes);
  assert.deepEqual([near.dx, near.dy], [-4, 0]);
  assert.equal(near.lines.length, 1);
  assert.deepEqual(guides({ x: 500, y: 200 }, nodes).lines, []);
});
