// Outlines around the members of a group: which rectangles, and how deep they lie in each other.

import { boxOf, bounds, overlaps, readingOrder } from "../geometry.js";

/** Sorts of group from the innermost outline to the outermost. */
export const SORTS = ["machine", "virtual_ip", "network", "zone", "region"];

export const PAD = 10;
const STEP = 8;
export const HEAD = 20; // above the cards of each level: a line for the group's name
const BADGES = 18; // between cards and the figures of their machine: room for badges of findings

/** Height of the head of a group's frame. */
export const headOf = (sort) => HEAD + 2 + (sort === "machine" ? BADGES : 0);

/** The word for a group that no other has: of its sort and name. */
export const keyOf = ({ sort, name }) => `${sort}:${name}`;

/**
 * The outlines of all groups, outermost first: {sort, name, x, y, w, h, framed}. An outline holds
 * members only; a group that others stand amidst has several. One with a frame of its own (`framed`)
 * is at least as large as that, and there while nobody is in it.
 */
export function hullsOf(nodes, frames = []) {
  const cards = nodes.map((node) => ({ ...boxOf(node), groups: node.groups ?? {} }));
  const levels = SORTS.filter((sort) => cards.some(({ groups }) => groups[sort]));
  const badges = levels.includes("machine") ? BADGES : 0;
  const hulls = [];
  for (const sort of SORTS) {
    const at = Math.max(levels.indexOf(sort), 0);
    const level = { pad: PAD + STEP * at, head: HEAD * (at + 1) + 2 + badges };
    const own = frames.filter((frame) => frame.sort === sort);
    const named = [...cards.map(({ groups }) => groups[sort]), ...own.map(({ name }) => name)];
    for (const name of new Set(named.filter(Boolean))) {
      const inside = cards.filter(({ groups }) => groups[sort] === name);
      const outside = cards.filter(({ groups }) => groups[sort] !== name);
      const frame = own.find((one) => one.name === name);
      const found = outlines(inside, outside, frame, level, hulls);
      for (const box of found) hulls.push({ sort, name, ...box });
    }
  }
  return hulls.sort((a, b) => b.w * b.h - a.w * a.h);
}

function outlines(inside, outside, frame, level, hulls) {
  const free = (box) => !outside.some((other) => overlaps(box, other));
  const whole = frame && roomFor(frame, inside, level, hulls);
  if (whole && free(whole)) return [{ ...whole, framed: true }];
  if (frame && !inside.length) return [{ ...only(frame), framed: true }];
  return together(inside, free).map((box) => {
    const members = inside.filter((card) => overlaps(card, box));
    const wide = bounds([around(box, level), ...framesIn(members, hulls)]);
    return { ...(free(wide) ? wide : around(box, level)), framed: false };
  });
}

/** The box of a frame with room for all its members, and for the frames within it. */
function roomFor(frame, inside, level, hulls) {
  const cards = inside.map((card) => around(card, level));
  return bounds([only(frame), ...cards, ...framesIn(inside, hulls)]);
}

/** The boxes that an outline of members needs for the frames, drawn so far, of some of them alone. */
function framesIn(members, hulls) {
  const { x, y, w, h } = bounds(members) ?? { x: 0, y: 0, w: 0, h: 0 };
  const touches = (hull) => members.length && overlaps(hull, { x, y, w, h });
  const within = ({ sort, name }) => members.some(({ groups }) => groups[sort] === name);
  return hulls
    .filter((hull) => hull.framed && touches(hull) && within(hull))
    .map((hull) => grown(hull));
}

const only = ({ x, y, w, h }) => ({ x, y, w, h });

/** A box with a margin, and room for a name above. */
export function grown({ x, y, w, h }, pad = PAD, head = HEAD + 2) {
  return { x: x - pad, y: y - head, w: w + 2 * pad, h: h + head + pad };
}

const around = (box, { pad, head }) => grown(box, pad, head);

/** As few boxes as will do around all members without anybody else inside. */
function together(members, free) {
  const whole = bounds(members);
  if (!whole) return [];
  if (free(whole)) return [whole];
  const boxes = [];
  for (const member of readingOrder(members)) {
    const place = boxes.findIndex((box) => free(bounds([box, member])));
    if (place < 0) boxes.push(member);
    else boxes[place] = bounds([boxes[place], member]);
  }
  return boxes;
}
