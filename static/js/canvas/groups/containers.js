// Groups as containers: who is in which by where it stands, and places where nobody is in a wrong
// one. Plain numbers, no DOM.

import { boxOf, bounds, centreOf, freeOffset, overlaps } from "../geometry.js";
import { headOf, hullsOf, keyOf, PAD } from "./group_outlines.js";

/** Sorts of group that are places: what is put into one belongs to it. */
export const PLACES = ["machine", "zone", "region", "network"];

/** Sorts that a group of each sort may stand in. */
const OUTER = {
  machine: ["zone", "region", "network"],
  zone: ["region", "network"],
  network: ["zone", "region"],
  region: [],
};

const GAP = 8;
const NEAR_RINGS = 30;

/** Size that a frame has before anybody is in it. */
export const FRAME = {
  machine: { w: 400, h: 170 },
  zone: { w: 440, h: 320 },
  network: { w: 460, h: 320 },
  region: { w: 640, h: 420 },
};

export const holds = (box, { x, y }) =>
  x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;

export const within = (box, other) =>
  other.x <= box.x &&
  other.y <= box.y &&
  box.x + box.w <= other.x + other.w &&
  box.y + box.h <= other.y + other.h;

/** The groups around a point, by sort: the smallest outline of each that holds it. */
export function groupsAt(hulls, point, sorts = PLACES) {
  const found = {};
  for (const hull of hulls) // the outermost come first
    if (sorts.includes(hull.sort) && holds(hull, point)) found[hull.sort] = hull.name;
  return found;
}

/** The groups of nodes that are let go where they stand, among `hulls`: a Map of id to changes. */
export function joined(nodes, hulls) {
  const changes = new Map();
  const there = new Set(hulls.map(keyOf));
  for (const node of nodes) {
    const at = groupsAt(hulls, centreOf(boxOf(node)));
    const change = {};
    for (const sort of PLACES) {
      const now = node.groups?.[sort] ?? "";
      const goesAlong = now && !at[sort] && !there.has(`${sort}:${now}`);
      if (!goesAlong && (at[sort] ?? "") !== now) change[sort] = at[sort] ?? "";
    }
    if (Object.keys(change).length) changes.set(node.id, change);
  }
  return changes;
}

/** The outlines that stay where they are while nodes are dragged: not those that go along. */
export function staying(nodes, frames, ids) {
  const moving = new Set(ids);
  const all = moving.size === nodes.length;
  const stays = ({ sort, name, framed }) =>
    framed ? !all : nodes.some((node) => node.groups?.[sort] === name && !moving.has(node.id));
  return hullsOf(nodes, frames).filter(stays);
}

/**
 * The outlines at which a card in `groups` is wrong (`closed`), and those with frames that it has to
 * be inside (`open`).
 */
function sides(hulls, groups) {
  const places = hulls.filter(({ sort }) => PLACES.includes(sort));
  const mine = ({ sort, name }) => groups[sort] === name;
  return {
    closed: places.filter((hull) => !mine(hull)),
    open: places.filter((hull) => mine(hull) && hull.framed).map(inner),
  };
}

/** The room inside a frame. */
export const inner = ({ sort, x, y, w, h }) => ({
  x: x + PAD,
  y: y + headOf(sort),
  w: w - 2 * PAD,
  h: h - headOf(sort) - PAD,
});

/**
 * The offset nearest to `want` at which `boxes` overlap nothing in `taken` or `closed`, inside all of
 * `open` if there is such a place; what is in a frame may be let it grow.
 */
export function clearOffset(boxes, want, { taken, closed, open }) {
  const inside = (moved) => moved.every((box) => open.every((room) => within(box, room)));
  const obstacles = [...taken, ...closed];
  if (open.length) {
    const found = freeOffset(obstacles, boxes, want, { gap: GAP, allowed: inside, rings: NEAR_RINGS });
    if (found) return found;
  }
  return freeOffset(obstacles, boxes, want, { gap: GAP }) ?? want;
}

/**
 * The places of cards `ids`, together where their groups are the same: apart from all other cards,
 * in the frames of their own groups and out of all others. `nodes` have their new groups and the
 * places where they were let go. A Map of id to {x, y}, with those that have to make room.
 */
export function settled(nodes, frames, ids, want = { dx: 0, dy: 0 }) {
  const places = new Map();
  const now = new Map(nodes.map((node) => [node.id, node]));
  for (const part of alike(ids.map((id) => now.get(id)).filter(Boolean))) {
    const mine = new Set(part.map(({ id }) => id));
    const rest = [...now.values()].filter(({ id }) => !mine.has(id));
    const near = sides(hullsOf(rest, frames), part[0].groups ?? {});
    const { dx, dy } = clearOffset(part.map(boxOf), want, { taken: rest.map(boxOf), ...near });
    for (const node of part) {
      now.set(node.id, { ...node, x: node.x + dx, y: node.y + dy });
      places.set(node.id, { x: node.x + dx, y: node.y + dy });
    }
  }
  for (const [id, place] of pushedOut([...now.values()], frames)) places.set(id, place);
  return places;
}

/** Nodes by the places that they are in. */
function alike(nodes) {
  const parts = new Map();
  for (const node of nodes) {
    const key = PLACES.map((sort) => node.groups?.[sort] ?? "").join("\n");
    parts.set(key, [...(parts.get(key) ?? []), node]);
  }
  return [...parts.values()];
}

/** New places of cards that stand in frames of groups that they are not in. */
export function pushedOut(nodes, frames) {
  const places = new Map();
  const now = new Map(nodes.map((node) => [node.id, node]));
  for (const frame of frames) {
    const all = [...now.values()];
    const isIn = (node) => node.groups?.[frame.sort] === frame.name;
    const [room] = hullsOf(all.filter(isIn), [frame]).filter(({ framed }) => framed);
    if (!room) continue;
    for (const node of all.filter((one) => !isIn(one) && overlaps(boxOf(one), room))) {
      const rest = [...now.values()].filter(({ id }) => id !== node.id);
      const { closed } = sides([...hullsOf(rest, frames), { ...frame, ...room }], node.groups ?? {});
      const taken = rest.map(boxOf);
      const { dx, dy } = clearOffset([boxOf(node)], { dx: 0, dy: 0 }, { taken, closed, open: [] });
      const place = { x: node.x + dx, y: node.y + dy };
      now.set(node.id, { ...node, ...place });
      places.set(node.id, place);
    }
  }
  return places;
}

/** A group with all that goes along when it is dragged: its outline, members, and the frames inside. */
export function carried(nodes, frames, { sort, name }) {
  const hulls = hullsOf(nodes, frames);
  const own = hulls.filter((hull) => hull.sort === sort && hull.name === name);
  const ids = nodes.filter((node) => node.groups?.[sort] === name).map(({ id }) => id);
  const inside = frames.filter((frame) => {
    const isOwn = frame.sort === sort && frame.name === name;
    return isOwn || own.some((hull) => within(frame, hull));
  });
  return { ids, frames: inside, box: bounds(own) };
}

/**
 * The end of dragging a group, whose outline is now `box`: how far it still has to move ({dx, dy}),
 * and the changes of its members' outer groups. `rest` is everybody who did not go along.
 */
export function groupSettled({ sort, box, members, hulls, rest }) {
  const outer = OUTER[sort];
  const at = groupsAt(hulls, centreOf(box), outer);
  const there = new Set(hulls.map(keyOf));
  const changes = new Map();
  for (const node of members) {
    const change = {};
    for (const one of outer) {
      const now = node.groups?.[one] ?? "";
      const goesAlong = now && !at[one] && !there.has(`${one}:${now}`);
      if (!goesAlong && (at[one] ?? "") !== now) change[one] = at[one] ?? "";
    }
    if (Object.keys(change).length) changes.set(node.id, change);
  }
  const places = hulls.filter((hull) => PLACES.includes(hull.sort));
  const holding = (hull) => at[hull.sort] === hull.name;
  const taken = rest.map(boxOf);
  const closed = places.filter((hull) => !holding(hull));
  const open = places.filter((hull) => holding(hull) && hull.framed).map(inner);
  return { changes, ...clearOffset([box], { dx: 0, dy: 0 }, { taken, closed, open }) };
}
