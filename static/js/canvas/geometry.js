// Places of cards, and room for more: plain numbers, no DOM.

/** Size of a node's card in world units (pixels at 100 % zoom); a node's x, y is its top left. */
export const CARD = { w: 160, h: 92 };
export const SNAP = 10;

// On a phone the drawing flows downwards: what stood below stands beside, a little closer together.
const ASIDE = 1.15;
const ALONG = 0.68;

/** Place on the screen of what is at x, y in the drawing when that flows downwards. */
export const downwards = ({ x, y }) => ({ x: y * ASIDE, y: x * ALONG });

/** The place in the drawing of what is shown at x, y when it flows downwards. */
export const upright = ({ x, y }) => ({ x: Math.round(y / ALONG), y: Math.round(x / ASIDE) });

/** The frame on the screen of one in the drawing when that flows downwards; cards keep their size. */
export const frameDownwards = ({ x, y, w, h }) => ({
  ...downwards({ x, y }),
  w: (h - CARD.h) * ASIDE + CARD.w,
  h: (w - CARD.w) * ALONG + CARD.h,
});

/** The frame in the drawing of one that is shown when it flows downwards. */
export const frameUpright = ({ x, y, w, h }) => ({
  ...upright({ x, y }),
  w: Math.max(CARD.w, Math.round((h - CARD.h) / ALONG + CARD.w)),
  h: Math.max(CARD.h, Math.round((w - CARD.w) / ASIDE + CARD.h)),
});

export const snap = (value) => Math.round(value / SNAP) * SNAP;

export const boxOf = (node) => ({ x: node.x, y: node.y, w: CARD.w, h: CARD.h });

export const centreOf = (box) => ({ x: box.x + box.w / 2, y: box.y + box.h / 2 });

export function overlaps(a, b, gap = 0) {
  return (
    a.x < b.x + b.w + gap && b.x < a.x + a.w + gap && a.y < b.y + b.h + gap && b.y < a.y + a.h + gap
  );
}

/** The smallest box around all `boxes`, or null when there are none. */
export function bounds(boxes) {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.w);
    bottom = Math.max(bottom, box.y + box.h);
  }
  return left === Infinity ? null : { x: left, y: top, w: right - left, h: bottom - top };
}

/** The box from one corner to the opposite one, whichever way it was drawn. */
export function between(a, b) {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    w: Math.abs(a.x - b.x),
    h: Math.abs(a.y - b.y),
  };
}

/**
 * The free place for a new card that is nearest to `want` (its top left corner), at least `gap`
 * away from every box in `taken`. Looks in growing rings, so there always is one.
 */
export function freePlace(taken, want, gap = 20, step = 40) {
  const start = { x: snap(want.x), y: snap(want.y) };
  const fits = (x, y) => !taken.some((box) => overlaps({ x, y, ...CARD }, box, gap));
  for (let ring = 0; ring < 400; ring += 1) {
    let best = null;
    let bestDistance = Infinity;
    for (const [dx, dy] of ringOffsets(ring)) {
      const x = start.x + dx * step;
      const y = start.y + dy * step;
      const distance = Math.hypot(dx, dy * 1.01); // beside rather than below, when both are as near
      if (distance < bestDistance && fits(x, y)) {
        best = { x, y };
        bestDistance = distance;
      }
    }
    if (best) return best;
  }
  return start;
}

/**
 * The offset that moves `boxes` so that none comes closer than `gap` to any box in `taken`, and so
 * that they are `allowed` there: the one nearest to `want` ({dx, dy}), in steps of the grid. Null when
 * there is none in so many `rings` of steps.
 */
export function freeOffset(
  taken,
  boxes,
  want,
  { gap = 8, step = 2 * SNAP, allowed = () => true, rings = 400 } = {},
) {
  const fits = (dx, dy) => {
    const moved = boxes.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy }));
    const free = (box) => !taken.some((other) => overlaps(box, other, gap));
    return moved.every(free) && allowed(moved);
  };
  if (fits(want.dx, want.dy)) return want;
  const start = { dx: snap(want.dx), dy: snap(want.dy) };
  for (let ring = 0; ring < rings; ring += 1) {
    const offsets = [...ringOffsets(ring)].sort(
      (a, b) => Math.hypot(...a) - Math.hypot(...b) || b[1] - a[1],
    );
    for (const [i, j] of offsets) {
      const [dx, dy] = [start.dx + i * step, start.dy + j * step];
      if (fits(dx, dy)) return { dx, dy };
    }
  }
  return null;
}

function* ringOffsets(ring) {
  if (ring === 0) {
    yield [0, 0];
    return;
  }
  for (let i = -ring; i <= ring; i += 1) {
    yield [ring, i];
    yield [-ring, i];
    yield [i, ring];
    yield [i, -ring];
  }
}

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** The unit step of an arrow key, or null for any other key. */
export const directionOf = (key) => DIRECTIONS[key] ?? null;

/**
 * The node that an arrow key leads to from `from`: the nearest one that way, where going astray
 * sideways counts double. Null when nothing lies that way.
 */
export function neighbour(nodes, from, [dx, dy]) {
  const origin = centreOf(boxOf(from));
  let best = null;
  let bestCost = Infinity;
  for (const node of nodes) {
    if (node.id === from.id) continue;
    const centre = centreOf(boxOf(node));
    const along = (centre.x - origin.x) * dx + (centre.y - origin.y) * dy;
    const aside = Math.abs((centre.x - origin.x) * dy) + Math.abs((centre.y - origin.y) * dx);
    if (along <= 8 || aside > along * 4) continue;
    const cost = along + aside * 2;
    if (cost < bestCost) {
      best = node;
      bestCost = cost;
    }
  }
  return best;
}

/** Nodes in reading order: column by column, then downwards. For Tab and for lists. */
export function readingOrder(nodes) {
  return [...nodes].sort((a, b) => Math.round((a.x - b.x) / 60) || a.y - b.y || a.x - b.x);
}
