// Outlines around the members of a group: which rectangles, and how deep they lie in each other.

import { boxOf, bounds, overlaps, readingOrder } from "./geometry.js";

/** Sorts of group from the innermost outline to the outermost. */
export const SORTS = ["machine", "virtual_ip", "network", "zone", "region"];

const PAD = 10;
const STEP = 8;
const HEAD = 20; // above the cards of each level: a line for the group's name

/**
 * The outlines of all groups, outermost first: {sort, name, x, y, w, h}. An outline holds members
 * only; a group that others stand amidst has several.
 */
export function hullsOf(nodes) {
  const cards = nodes.map((node) => ({ ...boxOf(node), groups: node.groups ?? {} }));
  const sorts = SORTS.filter((sort) => cards.some(({ groups }) => groups[sort]));
  const hulls = [];
  sorts.forEach((sort, level) => {
    for (const name of new Set(cards.map(({ groups }) => groups[sort]).filter(Boolean))) {
      const inside = cards.filter(({ groups }) => groups[sort] === name);
      const outside = cards.filter(({ groups }) => groups[sort] !== name);
      for (const box of together(inside, outside)) hulls.push({ sort, name, ...around(box, level) });
    }
  });
  return hulls.reverse();
}

function around({ x, y, w, h }, level) {
  const pad = PAD + STEP * level;
  const head = HEAD * (level + 1) + 2;
  return { x: x - pad, y: y - head, w: w + 2 * pad, h: h + head + pad };
}

/** As few boxes as will do around all members without anybody else inside. */
function together(members, others) {
  const free = (box) => !others.some((other) => overlaps(box, other));
  const whole = bounds(members);
  if (free(whole)) return [whole];
  const boxes = [];
  for (const member of readingOrder(members)) {
    const place = boxes.findIndex((box) => free(bounds([box, member])));
    if (place < 0) boxes.push(member);
    else boxes[place] = bounds([boxes[place], member]);
  }
  return boxes;
}
