import assert from "node:assert/strict";
import test from "node:test";

import { HopPlayer, oneIn, Thinning } from "../../../static/js/particles/request_dots.js";

const hop = (request, link, t0, t1, { kind = "r", ok = 1, node = null } = {}) => [
  request,
  link,
  node,
  t0,
  t1,
  kind,
  ok,
];

test("a hop starts at its time and moves to its end", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 1, 3)]);
  player.advance(0.9, 1, 0.1);
  assert.equal(player.active.length, 0);
  player.advance(1, 1, 0.1);
  assert.equal(player.active[0].at, 0);
  player.advance(2, 1, 1);
  assert.ok(Math.abs(player.active[0].at - 0.5) < 1e-9);
  player.advance(3.1, 1, 1.1);
  assert.equal(player.active.length, 0);
});

test("a hop too short to see is stretched, and that is known", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 0, 0.001)]);
  player.advance(0.01, 1, 0.01);
  assert.ok(player.slowed);
  player.advance(0.31, 1, 0.3);
  assert.equal(player.active.length, 1);
  assert.ok(player.active[0].at > 0.4 && player.active[0].at < 0.6);
});

test("the next hop of a request waits for the one before", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 0, 0.001), hop(1, "b", 0.001, 0.002), hop(2, "b", 0.001, 0.002)]);
  player.advance(0.01, 1, 0.01);
  const [first, second, other] = player.active;
  assert.equal(second.start, first.end);
  assert.ok(other.start < second.start, "another request does not wait");
  assert.ok(second.at < 0, "not on its way yet");
});

test("a failure is a cross at the end of the way there", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 0, 0.001), hop(1, null, 0.001, 0.001, { ok: 0, node: "web-1" })]);
  player.advance(0.01, 1, 0.01);
  const cross = player.active[1];
  assert.equal(cross.kind, "x");
  assert.equal(cross.link, "a");
  assert.equal(cross.start, player.active[0].end);
});

test("dots of a paused run stand", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 0, 2)]);
  player.advance(1, 1, 1);
  const before = player.active[0].at;
  for (let i = 0; i < 50; i += 1) player.advance(1, 0, 0.1);
  assert.equal(player.active[0].at, before);
});

test("a late hop joins where it would be by now", () => {
  const player = new HopPlayer();
  player.add([hop(1, "a", 0, 2)]);
  player.advance(1, 1, 0.016);
  assert.ok(Math.abs(player.active[0].at - 0.5) < 0.01);
});

test("hops that are over since long, as after a hidden tab, are not played", () => {
  const player = new HopPlayer();
  player.add(Array.from({ length: 100 }, (_, i) => hop(i, "a", i * 0.01, i * 0.01 + 0.001)));
  player.advance(60, 1, 0.016);
  assert.equal(player.active.length, 0);
  assert.equal(player.queue.length, 0);
});

test("dots are never more than the limit at once, and their queue is bounded", () => {
  const player = new HopPlayer(20);
  player.add(Array.from({ length: 9000 }, (_, i) => hop(i, "a", 0, 1)));
  assert.equal(player.queue.length, 5000);
  player.advance(0.1, 1, 0.1);
  assert.equal(player.active.length, 20);
});

test("thinning takes about one in k, also of every twentieth request", () => {
  for (const k of [2, 5, 10]) {
    let taken = 0;
    for (let request = 0; request < 20_000; request += 20) if (oneIn(request, k)) taken += 1;
    assert.ok(Math.abs(taken - 1000 / k) < 1000 / k / 2, `1 in ${k}: ${taken} of 1000`);
  }
});

test("thinning stays where there is room, and does not flutter", () => {
  const thinning = new Thinning();
  const shares = [];
  for (let i = 0; i < 200; i += 1) {
    thinning.measure(20 + (i % 3), 0.1, 50);
    shares.push(thinning.share);
  }
  assert.equal(thinning.share, 5); // 200 hops a second for 0.6 s each in a room for 50
  assert.equal(new Set(shares.slice(-100)).size, 1);
  for (let i = 0; i < 200; i += 1) thinning.measure(1, 0.1, 50);
  assert.equal(thinning.share, 1);
});
