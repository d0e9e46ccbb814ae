// Places of cards that are aligned, distributed or snapped to others: plain numbers, no DOM.

import { boxOf, CARD } from "./geometry.js";

const GAP = 20;
const SNAP_SLACK = 6;

const EDGES = {
  first: (places) => Math.min(...places),
  middle: (places) => Math.round((Math.min(...places) + Math.max(...places)) / 2),
  last: (places) => Math.max(...places),
};

/**
 * The places of `nodes` in one line across an axis, none on another: with their `first` edges (left or
 * top), their `last` ones or their middles in it. Cards are all of one size, so their corners are too.
 */
export const aligned = (nodes, axis, edge = "first") => {
  const along = axis === "x" ? "y" : "x";
  const size = (along === "y" ? CARD.h : CARD.w) + GAP;
  const line = EDGES[edge](nodes.map((node) => node[axis]));
  const places = new Map();
  let free = -Infinity;
  for (const node of sorted(nodes, along)) {
    const at = Math.max(node[along], free);
    free = at + size;
    places.set(node.id, { [axis]: line, [along]: at });
  }
  return places;
};

/** The places of `nodes` with equal room between them along an axis, from the first to the last. */
export const distributed = (nodes, axis) => {
  const inOrder = sorted(nodes, axis);
  const size = (axis === "x" ? CARD.w : CARD.h) + GAP;
  const first = inOrder[0][axis];
  const last = inOrder[inOrder.length - 1][axis];
  const step = Math.max((last - first) / Math.max(inOrder.length - 1, 1), size);
  return new Map(
    inOrder.map((node, i) => [node.id, { x: node.x, y: node.y, [axis]: Math.round(first + i * step) }]),
  );
};

/**
 * The correction {dx, dy} that brings a card at `at` ({x, y}) in line with the nearest of `others`,
 * and the lines to show for it; zero where none is near.
 */
export function guides(at, others, slack = SNAP_SLACK) {
  const lines = [];
  const found = { dx: 0, dy: 0, lines };
  const nearX = nearest(others, at, "x", slack);
  const nearY = nearest(others, at, "y", slack);
  if (nearX) {
    found.dx = nearX.x - at.x;
    const x = nearX.x + CARD.w / 2;
    lines.push({ x1: x, x2: x, y1: Math.min(at.y, nearX.y), y2: Math.max(at.y, nearX.y) + CARD.h });
  }
  if (nearY) {
    found.dy = nearY.y - at.y;
    const y = nearY.y + CARD.h / 2;
    lines.push({ y1: y, y2: y, x1: Math.min(at.x, nearY.x), x2: Math.max(at.x, nearY.x) + CARD.w });
  }
  return found;
}

function nearest(others, at, axis, slack) {
  const along = axis === "x" ? "y" : "x";
  const near = others.map(boxOf).filter((box) => Math.abs(box[axis] - at[axis]) <= slack);
  const apart = (box) => Math.abs(box[axis] - at[axis]) * 1000 + Math.abs(box[along] - at[along]);
  return near.sort((a, b) => apart(a) - apart(b))[0] ?? null;
}

const sorted = (nodes, axis) => [...nodes].sort((a, b) => a[axis] - b[axis]);
