import assert from "node:assert/strict";
import test from "node:test";

import {
  brokenSpans,
  jumps,
  labelTimes,
  roomyEvents,
  roundSpan,
} from "../../static/js/rewind.js";

test("the scale is a round number that has room for everything", () => {
  assert.deepEqual([60, 61, 0.6, 250, 601, 5999].map(roundSpan), [60, 100, 0.6, 300, 1000, 6000]);
  assert.ok(roundSpan(0) > 0);
});

test("labels are tidy and as many as fit", () => {
  assert.deepEqual(labelTimes(60, 830), [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(labelTimes(60, 330), [0, 20, 40, 60]);
  assert.deepEqual(labelTimes(200, 330), [0, 50, 100, 150, 200]);
  assert.deepEqual(labelTimes(0.6, 500), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  assert.deepEqual(labelTimes(300, 100), [0, 300]);
});

test("where glyphs would overlap the worse one stays", () => {
  const events = [
    { at: 8, severity: "neutral" },
    { at: 8.5, severity: "down" },
    { at: 9, severity: "saturated" },
    { at: 30, severity: "healthy" },
    { at: 30.5, severity: "healthy" },
    { at: 50, severity: "down" },
    { at: 50.5, severity: "down", done: true },
  ];
  const shown = roomyEvents(events, 60, 600);
  assert.deepEqual(
    shown.map(({ at, x }) => [at, x]),
    [
      [8.5, 85],
      [30, 300],
      [50.5, 505],
    ],
  );
});

test("broken from crash to heal, to deletion, or until now", () => {
  const event = (at, severity, node, done = true) => ({ at, severity, node, done });
  const events = [
    event(1, "down", "a"),
    event(2, "down", "b"),
    event(3, "recovering", "b", false), // the system says so: it is catching up, not healed
    event(4, "recovering", "a"),
    event(6, "recovering", "b"),
    event(10, "down", "c"),
    event(11, "neutral", "c"), // deleted
    event(20, "down", "d"),
    event(21, "neutral", "d"), // changed
  ];
  const spans = brokenSpans(events, 30, (node) => node !== "c");
  assert.deepEqual(spans, [
    [1, 6],
    [10, 11],
    [20, 30],
  ]);
});

test("a jump is another time, not the next frame", () => {
  const frame = (t, more = {}) => ({ t, branch: 0, past: false, running: true, ...more });
  assert.ok(!jumps(frame(5), frame(25)));
  assert.ok(jumps(frame(5), frame(4.9)));
  assert.ok(jumps(frame(5), frame(5, { branch: 1 })));
  const still = { running: false };
  assert.ok(jumps(frame(5, still), frame(9, still)));
  assert.ok(!jumps(frame(5, still), frame(5.001, still)));
});
