// Paths of links: cubic curves between cards, and even steps along them. Plain numbers, no DOM.

import { overlaps } from "./geometry.js";

export const STEPS = 32;

/**
 * The way from one card to another as cubic curves `[x0, y0, x1, y1, x2, y2, x3, y3]`.
 * `boxes` are all cards: a link between stacked databases goes around those in between.
 * Flows to the right, or `down`.
 */
export function curves(source, target, replication, boxes = [], down = false) {
  if (down) return curves(flip(source), flip(target), replication, boxes.map(flip)).map(flipped);
  const sideways = Math.abs(source.x - target.x) < source.w * 0.75;
  const apart = source.y + source.h <= target.y || target.y + target.h <= source.y;
  if (replication && sideways && apart) {
    return between(source, target, boxes)
      ? [aroundRight(source, target)]
      : [straightDown(source, target)];
  }
  return [sideToSide(source, target)];
}

const flip = ({ x, y, w, h }) => ({ x: y, y: x, w: h, h: w });
const flipped = ([a, b, c, d, e, f, g, h]) => [b, a, d, c, f, e, h, g];

function sideToSide(source, target) {
  const x0 = source.x + source.w;
  const y0 = source.y + source.h / 2;
  const x3 = target.x;
  const y3 = target.y + target.h / 2;
  const ahead = x3 - x0;
  const reach = ahead >= 24 ? Math.max(ahead / 2, 20) : Math.min(160, 60 + Math.abs(ahead) / 3);
  return [x0, y0, x0 + reach, y0, x3 - reach, y3, x3, y3];
}

function straightDown(source, target) {
  const down = source.y < target.y;
  const x0 = source.x + source.w / 2;
  const x3 = target.x + target.w / 2;
  const y0 = down ? source.y + source.h + 3 : source.y - 3;
  const y3 = down ? target.y - 4 : target.y + target.h + 4;
  const third = (y3 - y0) / 3;
  return [x0, y0, x0, y0 + third, x3, y3 - third, x3, y3];
}

function aroundRight(source, target) {
  const x0 = source.x + source.w + 5;
  const x3 = target.x + target.w + 5;
  const y0 = source.y + source.h / 2;
  const y3 = target.y + target.h / 2;
  const reach = Math.max(x0, x3) + 56;
  return [x0, y0, reach, y0, reach, y3, x3, y3];
}

function between(source, target, boxes) {
  const top = Math.min(source.y + source.h, target.y + target.h);
  const bottom = Math.max(source.y, target.y);
  const lane = { x: source.x + source.w / 2 - 2, y: top + 1, w: 4, h: bottom - top - 2 };
  return boxes.some((box) => overlaps(box, lane));
}

/** The `d` attribute of a path along `list`. */
export function pathData(list) {
  return list
    .map(
      ([x0, y0, x1, y1, x2, y2, x3, y3], i) =>
        `${i ? "L" : "M"}${x0} ${y0}C${x1} ${y1} ${x2} ${y2} ${x3} ${y3}`,
    )
    .join("");
}

function pointOn(curve, t) {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = curve;
  const s = 1 - t;
  const a = s * s * s;
  const b = 3 * s * s * t;
  const c = 3 * s * t * t;
  const d = t * t * t;
  return [a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3];
}

/** STEPS + 1 points at equal distances along the curves, flat: x0, y0, x1, y1, ... */
export function lookup(list) {
  const dense = 48;
  const xs = [];
  const ys = [];
  const run = [0];
  for (const curve of list) {
    for (let i = xs.length ? 1 : 0; i <= dense; i += 1) {
      const [x, y] = pointOn(curve, i / dense);
      if (xs.length)
        run.push(run[run.length - 1] + Math.hypot(x - xs[xs.length - 1], y - ys[ys.length - 1]));
      xs.push(x);
      ys.push(y);
    }
  }
  const total = run[run.length - 1];
  const table = new Float32Array((STEPS + 1) * 2);
  let j = 0;
  for (let i = 0; i <= STEPS; i += 1) {
    const goal = (total * i) / STEPS;
    while (j < run.length - 2 && run[j + 1] < goal) j += 1;
    const span = run[j + 1] - run[j];
    const f = span > 0 ? (goal - run[j]) / span : 0;
    table[2 * i] = xs[j] + (xs[j + 1] - xs[j]) * f;
    table[2 * i + 1] = ys[j] + (ys[j + 1] - ys[j]) * f;
  }
  return table;
}

/** The length of the way that a lookup table holds. */
export const lengthOf = (table) => STEPS * Math.hypot(table[2] - table[0], table[3] - table[1]);

/** The point a fraction `f` (0 to 1) of the way along a lookup table. */
export function at(table, f) {
  const place = Math.min(Math.max(f, 0), 1) * STEPS;
  const i = Math.min(Math.floor(place), STEPS - 1);
  const rest = place - i;
  return {
    x: table[2 * i] + (table[2 * i + 2] - table[2 * i]) * rest,
    y: table[2 * i + 1] + (table[2 * i + 3] - table[2 * i + 1]) * rest,
  };
}

/** The head of an arrow at one end of the curves, as path data. */
export function arrowHead(list, atEnd) {
  const curve = atEnd ? list[list.length - 1] : list[0];
  const [tx, ty, fx, fy] = atEnd
    ? [curve[6], curve[7], curve[4], curve[5]]
    : [curve[0], curve[1], curve[2], curve[3]];
  const angle = Math.atan2(ty - fy, tx - fx);
  const wing = (turn) => `${tx - 7 * Math.cos(angle + turn)} ${ty - 7 * Math.sin(angle + turn)}`;
  return `M${wing(0.6)}L${tx} ${ty}L${wing(-0.6)}`;
}

const FRACTIONS = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78];

/** The middle of a label of `w` x `h` that stands beside the path at `f`, above it or below. */
export function beside(table, f, w, h, side = -1, gap = 3) {
  const [a, point, b] = [at(table, f - 0.02), at(table, f), at(table, f + 0.02)];
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  // The normal that points up, or left along a path that runs straight up or down.
  const [nx, ny] = [(b.y - a.y) / long, -(b.x - a.x) / long];
  const turn = (ny < -0.01 || (Math.abs(ny) <= 0.01 && nx < 0) ? 1 : -1) * -side;
  const away = gap + (Math.abs(nx) * w + Math.abs(ny) * h) / 2;
  return { x: point.x + nx * turn * away, y: point.y + ny * turn * away };
}

/**
 * A place for each link's label: beside its path, near the middle, where it covers no card and no
 * other label. `links` is [{id, table, w, on}] with label widths; a label that is to stand `on` its
 * path does. Answers a Map of id to point.
 */
export function labelPlaces(links, boxes, height = 16) {
  const places = new Map();
  const used = [...boxes];
  for (const { id, table, w, on = false } of links) {
    const tries = FRACTIONS.flatMap((f) =>
      on ? [at(table, f)] : [beside(table, f, w, height, -1), beside(table, f, w, height, 1)],
    );
    const free = tries.find((point) => {
      const box = { x: point.x - w / 2, y: point.y - height / 2, w, h: height };
      return !used.some((other) => overlaps(other, box, 2));
    });
    const chosen = free ?? tries[0];
    used.push({ x: chosen.x - w / 2, y: chosen.y - height / 2, w, h: height });
    places.set(id, chosen);
  }
  return places;
}
