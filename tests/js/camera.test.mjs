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
} from "../../static/js/camera.js";

test("zooming keeps what is under the pointer there", () => {
  const view = { x: 37, y: -12, z: 0.8 };
  const point = { x: 300, y: 220 };
  const world = toWorld(view, point);
  const next = zoomAt(view, point, 1.7);
  const back = toScreen(next, world);
  assert.ok(Math.abs(back.x - 300) < 1e-9 && Math.abs(back.y - 220) < 1e-9);
});

test("zoom has limits", () => {
  assert.equal(zoomAt({ x: 0, y: 0, z: 1 }, { x: 0, y: 0 }, 99).z, ZOOM_MAX);
  assert.equal(zoomAt({ x: 0, y: 0, z: 1 }, { x: 0, y: 0 }, 0).z, ZOOM_MIN);
});

test("fitting shows the whole box", () => {
  const box = { x: -50, y: 20, w: 900, h: 420 };
  const view = fitting(box, 800, 500);
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
