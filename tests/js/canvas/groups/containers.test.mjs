import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, overlaps } from "../../../../static/js/canvas/geometry.js";
import {
  carried,
  groupsAt,
  groupSettled,
  joined,
  pushedOut,
  settled,
  staying,
  within,
} from "../../../../static/js/canvas/groups/containers.js";
import { hullsOf } from "../../../../static/js/canvas/groups/group_outlines.js";

const node = (id, x, y, groups = {}) => ({ id, x, y, groups });
const zone = { sort: "zone", name: "a", x: 0, y: 0, w: 500, h: 400 };

test("a frame is there while nobody is in it, and holds who is", () => {
  assert.deepEqual(hullsOf([], [zone]), [{ ...zone, framed: true }]);
  const [hull] = hullsOf([node("far", 700, 500, { zone: "a" })], [zone]);
  assert.ok(within({ ...boxOf({ x: 700, y: 500 }) }, hull));
  assert.ok(within(zone, hull));
});

test("a frame with a stranger in it is not drawn around the stranger", () => {
  const hulls = hullsOf([node("in", 20, 40, { zone: "a" }), node("out", 250, 200)], [zone]);
  assert.equal(hulls.length, 1);
  assert.ok(!overlaps(hulls[0], boxOf({ x: 250, y: 200 })));
});

test("a card in frames within each other belongs to all of them, one outside to none", () => {
  const machine = { sort: "machine", name: "box", x: 40, y: 60, w: 300, h: 200 };
  const hulls = hullsOf([], [zone, machine]);
  assert.deepEqual(groupsAt(hulls, { x: 100, y: 100 }), { zone: "a", machine: "box" });
  const nodes = [node("new", 80, 90), node("gone", 900, 900, { zone: "a", region: "r" })];
  assert.deepEqual(
    [...joined(nodes, hulls)],
    [
      ["new", { machine: "box", zone: "a" }],
      ["gone", { zone: "" }], // its region has no outline here, so it goes along
    ],
  );
});

test("outlines of groups that are dragged as a whole do not stand still", () => {
  const nodes = [node("a", 0, 0, { zone: "z" }), node("b", 300, 0, { zone: "z", machine: "m" })];
  assert.deepEqual(staying(nodes, [], ["a"]).map(({ name }) => name), ["z", "m"]);
  assert.deepEqual(staying(nodes, [], ["a", "b"]), []);
  assert.equal(staying([...nodes, node("c", 900, 0)], [zone], ["c"]).length, 3);
});

test("settled cards overlap nobody, are inside their frames and outside all others", () => {
  const nodes = [
    node("in", 30, 40, { zone: "a" }),
    node("joins", 60, 60, { zone: "a" }),
    node("stranger", 450, 100),
    node("free", 480, 120),
  ];
  const places = settled(nodes, [zone], ["joins", "stranger"]);
  const now = nodes.map((one) => ({ ...one, ...places.get(one.id) }));
  for (const one of now)
    for (const other of now) if (one !== other) assert.ok(!overlaps(boxOf(one), boxOf(other)), one.id);
  for (const one of now) {
    if (one.groups.zone) assert.ok(within(boxOf(one), zone), one.id);
    else assert.ok(!overlaps(boxOf(one), zone), one.id);
  }
});

test("strangers in a frame that has grown are pushed out, and only they", () => {
  const nodes = [node("in", 20, 40, { zone: "a" }), node("s", 100, 200), node("clear", 900, 0)];
  const places = pushedOut(nodes, [zone]);
  assert.deepEqual([...places.keys()], ["s"]);
  assert.ok(!overlaps(boxOf(places.get("s")), zone));
});

test("a group carries its members, and the frames within its own", () => {
  const empty = { sort: "machine", name: "spare", x: 50, y: 200, w: 200, h: 120 };
  const nodes = [node("in", 20, 40, { zone: "a" }), node("out", 900, 0)];
  const { ids, frames, box } = carried(nodes, [zone, empty], zone);
  assert.deepEqual(ids, ["in"]);
  assert.deepEqual(frames.map(({ name }) => name), ["a", "spare"]);
  assert.ok(within(zone, box));
});

test("a group that is let go in another one takes its members there, wholly inside", () => {
  const members = [node("m", 500, 500, { machine: "box" })];
  const box = { x: 380, y: 100, w: 200, h: 160 };
  const hulls = hullsOf([], [zone]);
  const found = groupSettled({ sort: "machine", box, members, hulls, rest: [] });
  assert.deepEqual([...found.changes], [["m", { zone: "a" }]]);
  assert.ok(within({ ...box, x: box.x + found.dx, y: box.y + found.dy }, zone));
  const out = groupSettled({ sort: "machine", box: { ...box, x: 470 }, members, hulls, rest: [] });
  assert.deepEqual([...out.changes], []);
  assert.ok(!overlaps({ ...box, x: 470 + out.dx, y: box.y + out.dy }, zone));
});
