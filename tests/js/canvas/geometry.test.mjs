import assert from "node:assert/strict";
import test from "node:test";

import {
  between,
  bounds,
  boxOf,
  CARD,
  downwards,
  freeOffset,
  freePlace,
  neighbour,
  overlaps,
  readingOrder,
  upright,
} from "../../../static/js/canvas/geometry.js";

const node = (id, x, y) => ({ id, x, y });

test("a free place is the wanted one when nothing is there", () => {
  assert.deepEqual(freePlace([], { x: 103, y: 58 }), { x: 100, y: 60 });
});

test("a free place never touches another card, however full it is", () => {
  const taken = [];
  for (let i = 0; i < 60; i += 1) {
    const place = freePlace(taken, { x: 0, y: 0 }, 20);
    const box = { ...place, ...CARD };
    assert.ok(
      !taken.some((other) => overlaps(box, other, 20)),
      `card ${i} at ${place.x}, ${place.y}`,
    );
    taken.push(box);
  }
});

test("a free place is near: a card in the way moves it by about a card", () => {
  const place = freePlace([{ x: 0, y: 0, ...CARD }], { x: 0, y: 0 });
  assert.ok(Math.hypot(place.x, place.y) <= 200, `${place.x}, ${place.y}`);
});

test("arrows go to the nearest node that way", () => {
  const nodes = [
    node("a", 0, 0),
    node("right", 240, 20),
    node("far", 480, 0),
    node("below", 10, 160),
  ];
  assert.equal(neighbour(nodes, nodes[0], [1, 0]).id, "right");
  assert.equal(neighbour(nodes, nodes[0], [0, 1]).id, "below");
  assert.equal(neighbour(nodes, nodes[1], [1, 0]).id, "far");
  assert.equal(neighbour(nodes, nodes[0], [-1, 0]), null);
});

test("an arrow prefers what lies straight ahead to what is nearer but aside", () => {
  const nodes = [node("a", 0, 0), node("aside", 100, 140), node("ahead", 260, 0)];
  assert.equal(neighbour(nodes, nodes[0], [1, 0]).id, "ahead");
});

test("every node of a fan can be reached by arrows", () => {
  const nodes = [
    node("lb", 0, 200),
    node("w1", 240, 0),
    node("w2", 240, 200),
    node("w3", 240, 400),
  ];
  const seen = new Set(["lb"]);
  const queue = [nodes[0]];
  while (queue.length) {
    const from = queue.shift();
    for (const way of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      const next = neighbour(nodes, from, way);
      if (next && !seen.has(next.id)) {
        seen.add(next.id);
        queue.push(next);
      }
    }
  }
  assert.equal(seen.size, 4);
});

test("bounds hold every box, and there are none of nothing", () => {
  assert.equal(bounds([]), null);
  assert.deepEqual(bounds([boxOf(node("a", 10, 20)), boxOf(node("b", 300, -40))]), {
    x: 10,
    y: -40,
    w: 450,
    h: 152,
  });
});

test("a marquee is the same whichever corner it starts from", () => {
  assert.deepEqual(
    between({ x: 5, y: 9 }, { x: 1, y: 2 }),
    between({ x: 1, y: 2 }, { x: 5, y: 9 }),
  );
});

test("a place shown downwards and back is the place in the drawing again", () => {
  for (const place of [
    { x: 0, y: 0 },
    { x: 740, y: 400 },
    { x: -120, y: 35 },
  ])
    assert.deepEqual(upright(downwards(place)), place);
});

test("reading order goes column by column", () => {
  const order = readingOrder([
    node("db", 480, 0),
    node("w2", 240, 200),
    node("u", 0, 100),
    node("w1", 250, 0),
  ]);
  assert.deepEqual(
    order.map((one) => one.id),
    ["u", "w1", "w2", "db"],
  );
});

test("boxes that are let go on others go aside together, as little as possible", () => {
  const taken = [{ x: 0, y: 0, w: 160, h: 92 }];
  const pair = [
    { x: 10, y: 60, w: 160, h: 92 },
    { x: 200, y: 60, w: 160, h: 92 },
  ];
  assert.deepEqual(freeOffset(taken, pair, { dx: 400, dy: 3 }), { dx: 400, dy: 3 });
  assert.deepEqual(freeOffset(taken, pair, { dx: 0, dy: 0 }), { dx: 0, dy: 40 });
});
