import assert from "node:assert/strict";
import test from "node:test";

import { CARD, overlaps } from "../../../../static/js/canvas/geometry.js";
import { hullsOf } from "../../../../static/js/canvas/groups/group_outlines.js";

const node = (id, x, y, groups = {}) => ({ id, x, y, groups });
const holds = (hull, { x, y }) =>
  hull.x <= x && hull.y <= y && x + CARD.w <= hull.x + hull.w && y + CARD.h <= hull.y + hull.h;

test("nodes in no group have no outline", () => {
  assert.deepEqual(hullsOf([node("a", 0, 0), { id: "b", x: 300, y: 0 }]), []);
});

test("one outline holds all members when nobody stands between them", () => {
  const members = [node("a", 0, 0, { zone: "a" }), node("b", 400, 300, { zone: "a" })];
  const hulls = hullsOf([...members, node("c", 800, 0)]);
  assert.equal(hulls.length, 1);
  assert.deepEqual([hulls[0].sort, hulls[0].name], ["zone", "a"]);
  for (const member of members) assert.ok(holds(hulls[0], member));
});

test("an outline never holds anybody else", () => {
  const nodes = [];
  for (let i = 0; i < 40; i += 1)
    nodes.push(node(`n${i}`, (i % 8) * 220, Math.floor(i / 8) * 160, { zone: i % 3 ? "a" : "b" }));
  const hulls = hullsOf(nodes);
  for (const one of nodes) {
    const own = hulls.filter((hull) => hull.name === one.groups.zone);
    assert.ok(own.some((hull) => holds(hull, one)), `${one.id} is in no outline of its zone`);
    const others = hulls.filter((hull) => hull.name !== one.groups.zone);
    const card = { x: one.x, y: one.y, ...CARD };
    // Margins and names may come near; the card itself stays outside.
    const core = (hull) => ({ x: hull.x + 10, y: hull.y + 22, w: hull.w - 20, h: hull.h - 32 });
    assert.ok(!others.some((hull) => overlaps(core(hull), card)), one.id);
  }
});

test("outlines nest: a region holds its zone, a zone its network", () => {
  const groups = { region: "seoul", zone: "a", network: "front" };
  const [region, zone, network] = hullsOf([node("a", 0, 0, groups)]);
  assert.deepEqual([region.sort, zone.sort, network.sort], ["region", "zone", "network"]);
  for (const [outer, inner] of [
    [region, zone],
    [zone, network],
  ]) {
    assert.ok(outer.x < inner.x && outer.x + outer.w > inner.x + inner.w);
    assert.ok(outer.y + 16 < inner.y && outer.y + outer.h > inner.y + inner.h);
  }
});
