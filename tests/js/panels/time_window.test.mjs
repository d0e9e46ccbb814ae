import assert from "node:assert/strict";
import test from "node:test";

import { TimeWindow } from "../../../static/js/panels/run/time_window.js";

const frame = (head, more = {}) => ({ head, t: head, past: false, speed: 1, ...more });

function seen(head, more) {
  const time = new TimeWindow();
  time.see(frame(head, more));
  return time;
}

test("the window follows the head at any speed, with no more than there is to see", () => {
  assert.deepEqual(seen(3).range, [0, 60]);
  assert.deepEqual(seen(40, { speed: 5 }).range, [0, 60]);
  assert.deepEqual(seen(70, { speed: 5 }).range, [0, 100]);
  const slow = seen(40, { speed: 0.1 }).range;
  assert.deepEqual(slow.map((at) => Number(at.toFixed(6))), [34.2, 40.2]);
  assert.deepEqual(seen(900, { speed: null }).range, [0, 1000]);
  for (const speed of [0.01, 0.1, 1, 10, 100]) {
    const [low, high] = seen(12_345.6, { speed }).range;
    assert.ok(low <= 12_345.6 && 12_345.6 <= high, `${speed}: ${low} to ${high}`);
    assert.ok(high - low <= 60 * speed * 2);
  }
});

test("a window that follows rests between its paces", () => {
  const time = seen(100);
  let changes = 0;
  time.addEventListener("change", () => (changes += 1));
  for (let t = 100; t < 160; t += 0.1) time.see(frame(t));
  assert.ok(changes <= 21, `${changes}`);
});

test("zooming keeps the moment under the pointer, and lets go of a head that is out of view", () => {
  const time = seen(50);
  time.zoom(0.5, 20);
  assert.deepEqual(time.range, [10, 40]);
  assert.equal(time.following, false);
  time.see(frame(80));
  assert.deepEqual(time.range, [10, 40]);
  time.follow();
  assert.equal(time.following, true);
  assert.deepEqual(time.range, [21, 81]);
});

test("a head in view is followed on, however much of it is shown", () => {
  const time = seen(50);
  time.zoom(0.5, 50);
  assert.equal(time.following, true);
  assert.equal(time.span, 30);
  time.see(frame(200));
  const [low, high] = time.range;
  assert.ok(low <= 200 && high >= 200 && high - low === 30);
});

test("a range is selected in either direction, and never before the start", () => {
  const time = seen(50);
  time.select(30, 20);
  assert.deepEqual(time.range, [20, 30]);
  time.select(-5, 5);
  assert.deepEqual(time.range, [0, 5]);
  time.select(3, 3);
  assert.deepEqual(time.range, [0, 5]);
});

test("panning stays within the run", () => {
  const time = seen(50);
  time.select(20, 30);
  time.pan(0.5);
  assert.deepEqual(time.range, [25, 35]);
  time.pan(100);
  assert.deepEqual(time.range, [49, 59]);
  time.pan(-100);
  assert.deepEqual(time.range, [0, 10]);
});

test("the whole run stays whole while it goes on", () => {
  const time = seen(50);
  time.showAll();
  assert.deepEqual(time.range, [0, 60]);
  time.see(frame(250));
  assert.deepEqual(time.range, [0, 300]);
});

test("a moment of the past that lies before the window is in it", () => {
  const time = seen(500, { t: 100, past: true });
  const [low, high] = time.range;
  assert.ok(low < 100 && 100 < high);
});

test("a window that does not follow goes to a moment that is sought", () => {
  const time = seen(500);
  time.select(100, 110);
  time.reveal(105);
  assert.deepEqual(time.range, [100, 110]);
  time.reveal(300);
  assert.deepEqual(time.range, [295, 305]);
});

test("while the marker is in a hand the window stays", () => {
  const time = seen(100);
  const before = time.range;
  time.hold();
  time.see(frame(150));
  assert.deepEqual(time.range, before);
  time.release();
  assert.notDeepEqual(time.range, before);
});
