import assert from "node:assert/strict";
import test from "node:test";

import {
  fitting,
  revealing,
  toScreen,
  toWorld,
  ZOOM_MAX,
  ZOOM_MIN,
  zoomAt,
} from "../../../static/js/canvas/camera.js";

test("zooming keeps the place under the pointer there", () => {
  const view = { x: 37, y: -12, z: 0.8 };
  const point = { x: 300, y: 220 };
  const world = toWorld(view, point);
  const next = zoomAt(view, point, 1.7);
  const back = toScreen(next, world);
  assert.ok(Math.abs(back.x - 300) < 1e-9 && Math.abs(back.y - 220) < 1e-9);
});

test("zoom stays within its limits", () => {
  assert.equal(zoomAt({ x: 0, y: 0, z: 1 }, { x: 0, y: 0 }, 99).z, ZOOM_MAX);
  assert.equal(zoomAt({ x: 0, y: 0, z: 1 }, { x: 0, y: 0 }, 0).z, ZOOM_MIN);
});

test("fitting shows the whole box", () => {
  const box = { x: -50, y: 20, w: 900, h: 420 };
  const view = fitting(box, 800, 500, { top: 24, right: 40, bottom: 56, left: 40 });
  const a = toScreen(view, box);
  const b = toScreen(view, { x: box.x + box.w, y: box.y + box.h });
  assert.ok(a.x >= 0 && a.y >= 0 && b.x <= 800 && b.y <= 500, JSON.stringify([a, b]));
});

test("revealing moves only as far as needed", () => {
  const view = { x: 0, y: 0, z: 1 };
  assert.deepEqual(revealing(view, { x: 100, y: 100, w: 50, h: 50 }, 800, 600), view);
  assert.deepEqual(revealing(view, { x: 790, y: 100, w: 50, h: 50 }, 800, 600), {
    x: -56,
    y: 0,
    z: 1,
  });
});

test("boxes under the floats at the bottom are revealed above them", () => {
  const view = { x: 0, y: 0, z: 1 };
  const box = { x: 100, y: 540, w: 50, h: 40 };
  assert.equal(revealing(view, box, 800, 600).y, 0);
  assert.equal(revealing(view, box, 800, 600, 44).y, 600 - 44 - 16 - 580);
});

