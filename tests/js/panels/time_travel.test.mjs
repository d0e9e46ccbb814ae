import assert from "node:assert/strict";
import test from "node:test";

import {
  brokenSpans,
  faultsOf,
  jumps,
  labelTimes,
  lanesOf,
  roomyEvents,
  roundSpan,
  windowFor,
} from "../../../static/js/panels/run/time_travel.js";

test("the scale of the scrubber is a round number that has room for everything", () => {
  assert.deepEqual([60, 61, 0.6, 250, 601, 5999].map(roundSpan), [60, 100, 0.6, 300, 1000, 6000]);
  assert.ok(roundSpan(0) > 0);
});

test("labels of the scrubber are round and as many as fit", () => {
  assert.deepEqual(labelTimes([0, 60], 830), [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(labelTimes([0, 60], 330), [0, 20, 40, 60]);
  assert.deepEqual(labelTimes([0, 200], 330), [0, 50, 100, 150, 200]);
  assert.deepEqual(labelTimes([0, 0.6], 500), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  assert.deepEqual(labelTimes([12.345, 12.349], 400), [12.345, 12.346, 12.347, 12.348, 12.349]);
  assert.deepEqual(labelTimes([97, 103], 250), [98, 100, 102]);
});

test("of glyphs that would overlap the worse one stays", () => {
  const events = [
    { at: 8, severity: "neutral" },
    { at: 8.5, severity: "down" },
    { at: 9, severity: "saturated" },
    { at: 30, severity: "healthy" },
    { at: 30.5, severity: "healthy" },
    { at: 50, severity: "down" },
    { at: 50.5, severity: "down", done: true },
  ];
  const shown = roomyEvents(events, [0, 60], 600);
  assert.deepEqual(
    shown.map(({ at, x }) => [at, x]),
    [
      [8.5, 85],
      [30, 300],
      [50.5, 505],
    ],
  );
});

test("a node is broken from crash to heal, to deletion, or until now", () => {
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

test("a minute of watching is a round number of simulated seconds", () => {
  assert.deepEqual([1, 2, 0.1, 100, 0.01].map(windowFor), [60, 200, 6, 6000, 0.6]);
});

test("events outside of the window have no glyph", () => {
  const events = [5, 15, 25].map((at) => ({ at, severity: "down" }));
  assert.deepEqual(roomyEvents(events, [10, 20], 100).map(({ at, x }) => [at, x]), [[15, 50]]);
});

test("faults that overlap lie in lanes of their own, as many as there is room for", () => {
  const event = (at, severity, node) => ({ at, severity, node, done: true });
  const events = [
    event(1, "down", "a"),
    event(2, "down", "b"),
    event(3, "down", "c"),
    event(5, "recovering", "a"),
    event(6, "down", "d"),
    event(7, "recovering", "b"),
    event(8, "down", "a"),
  ];
  const lanes = lanesOf(faultsOf(events, 10, () => true), 2);
  assert.deepEqual(
    lanes.map(({ node, lane, from, to }) => [node, lane, from, to]),
    [
      ["a", 0, 1, 5],
      ["b", 1, 2, 7],
      ["d", 0, 6, 10],
      ["a", 1, 8, 10],
    ],
  );
});
