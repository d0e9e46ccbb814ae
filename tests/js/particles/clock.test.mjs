import assert from "node:assert/strict";
import test from "node:test";

import { PlaybackClock } from "../../../static/js/particles/clock.js";

/** Feeds frames of a run at `rate`, ten a second, each late by what `late(i)` says (seconds). */
function play(clock, { rate = 1, from = 0, frames = 50, wall = 100, late = () => 0 }) {
  const shown = [];
  for (let i = 0; i < frames; i += 1) {
    const sent = wall + i * 0.1;
    clock.frame(from + i * 0.1 * rate, rate, sent + late(i));
    shown.push([sent + 0.05, clock.at(sent + Math.max(0.05, late(i)))]);
  }
  return shown;
}

test("the clock shows the run a little in the past, at the run's pace", () => {
  const clock = new PlaybackClock();
  play(clock, { frames: 60 });
  const a = clock.at(106);
  const b = clock.at(106.5);
  assert.ok(Math.abs(b - a - 0.5) < 0.001, `${b - a}`);
  const behind = 6 - a;
  assert.ok(behind >= 0.11 && behind <= 0.31, `behind by ${behind} s`);
});

test("the clock never runs back, whatever the jitter", () => {
  const clock = new PlaybackClock();
  let last = -1;
  const jitter = (i) => [0, 0.08, 0.01, 0.2, 0.03][i % 5];
  for (const [, shown] of play(clock, { frames: 200, late: jitter })) {
    assert.ok(shown >= last, `${shown} after ${last}`);
    last = shown;
  }
});

test("more jitter makes the clock wait longer, within its limits", () => {
  const calm = new PlaybackClock();
  play(calm, { frames: 200 });
  const rough = new PlaybackClock();
  play(rough, { frames: 200, late: (i) => (i % 7 === 0 ? 0.15 : 0) });
  assert.ok(rough.delay > calm.delay + 0.05, `${rough.delay} against ${calm.delay}`);
  assert.ok(rough.delay <= 0.3 && calm.delay >= 0.12);
});

test("the clock of a paused run stands at the frame's own time", () => {
  const clock = new PlaybackClock();
  play(clock, { frames: 20 });
  clock.frame(2.5, 0, 103);
  assert.equal(clock.at(103), 2.5);
  assert.equal(clock.at(110), 2.5);
});

test("a change of speed moves the clock on from where it is", () => {
  const clock = new PlaybackClock();
  play(clock, { frames: 30 });
  const before = clock.at(103);
  clock.frame(3.0, 10, 103);
  const after = clock.at(103.01);
  assert.ok(after >= before && after < before + 0.5, `${before} then ${after}`);
  clock.frame(4.0, 10, 103.1);
  clock.frame(5.0, 10, 103.2);
  const sooner = clock.at(103.5);
  assert.ok(Math.abs(clock.at(103.6) - sooner - 1) < 0.05);
});

test("a reset starts the clock over at once", () => {
  const clock = new PlaybackClock();
  play(clock, { frames: 50 });
  assert.ok(clock.at(105) > 4);
  clock.frame(0, 1, 105.1);
  assert.ok(clock.at(105.1) < 0.1);
});

test("after a gap the clock jumps to the run instead of crawling after it", () => {
  const clock = new PlaybackClock();
  play(clock, { frames: 20 });
  clock.frame(60, 1, 160);
  clock.frame(60.1, 1, 160.1);
  assert.ok(Math.abs(clock.at(160.1) - 60) < 0.35);
});
