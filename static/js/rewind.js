// What the scrubber shows: its scale, its events, the times something was broken. No DOM.

const GLYPH_APART = 17;
const LABEL_APART = 76;
const RANK = ["down", "saturated", "recovering", "busy", "healthy", "neutral"];

/** A round number of seconds of at least `wanted`: 1, 2, 3 or 6 and zeros. */
export function roundSpan(wanted) {
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1e-6)));
  const step = [1, 2, 3, 6, 10].find((one) => one * power >= wanted * 0.999);
  return Number((step * power).toPrecision(3));
}

/** Times of the labels under a scale of `span` seconds on `width` pixels, ends included. */
export function labelTimes(span, width) {
  const most = Math.max(1, Math.floor(width / LABEL_APART));
  let count = 1;
  for (let one = 2; one <= most; one += 1) {
    const step = span / one;
    const digit = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    if ([1, 2, 5].some((tidy) => Math.abs(digit - tidy) < 1e-6)) count = one;
  }
  return Array.from({ length: count + 1 }, (_, i) => Number(((span * i) / count).toPrecision(6)));
}

/**
 * The events (`{at, severity, done, ...}`) that have room on the scale, oldest first: the most
 * severe ones, of those what somebody did, and then the first.
 */
export function roomyEvents(events, span, width) {
  const rank = ({ severity }) => (RANK.indexOf(severity) + RANK.length) % RANK.length;
  const ranked = [...events].sort(
    (a, b) => rank(a) - rank(b) || Number(Boolean(b.done)) - Number(Boolean(a.done)) || a.at - b.at,
  );
  const shown = [];
  for (const event of ranked) {
    const x = (event.at / span) * width;
    if (shown.every((one) => Math.abs(one.x - x) >= GLYPH_APART)) shown.push({ ...event, x });
  }
  return shown.sort((a, b) => a.at - b.at);
}

/**
 * When something was broken: `[from, to]` pairs that do not overlap, from events oldest first.
 * Only what people and scripts did counts (`done`); a crash without an end lasts until `head`.
 * `exists(node)` says whether a node is still there: one that was deleted is not broken any more.
 */
export function brokenSpans(events, head, exists) {
  const since = new Map();
  const spans = [];
  for (const { at, severity, node, done } of events) {
    if (!done || !node) continue;
    if (severity === "down" && !since.has(node)) since.set(node, at);
    else if (severity === "recovering" || (severity === "neutral" && !exists(node))) {
      if (since.has(node)) spans.push([since.get(node), at]);
      since.delete(node);
    }
  }
  for (const from of since.values()) spans.push([from, Math.max(head, from)]);
  return joined(spans);
}

function joined(spans) {
  const together = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = together[together.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else together.push([from, to]);
  }
  return together;
}

/** Whether the screen has to forget what it showed: the run went elsewhere, or began again. */
export function jumps(before, now) {
  return (
    now.t < before.t ||
    now.branch !== before.branch ||
    (!now.running && !before.running && now.t > before.t + 0.25)
  );
}
