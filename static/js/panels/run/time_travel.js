// The scrubber's scale, its events, the times something was broken. No DOM.

const GLYPH_APART = 17;
const LABEL_APART = 76;
const RANK = ["down", "saturated", "recovering", "busy", "healthy", "neutral"];

/** A round number of seconds of at least `wanted`: 1, 2, 3 or 6 and zeros. */
export function roundSpan(wanted) {
  const power = 10 ** Math.floor(Math.log10(Math.max(wanted, 1e-6)));
  const step = [1, 2, 3, 6, 10].find((one) => one * power >= wanted * 0.999);
  return Number((step * power).toPrecision(3));
}

/** Round times of the labels under a scale from `low` to `high` seconds on `width` pixels. */
export function labelTimes([low, high], width) {
  const most = Math.max(1, Math.floor(width / LABEL_APART));
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((tidy) => tidy * power >= least * (1 - 1e-9)) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => {
    return Number(((first + i) * step).toPrecision(12));
  });
}

/** Simulated seconds that go by in about a minute of watching at this speed. */
export const windowFor = (speed) => roundSpan(60 * Math.max(speed, 0.001));

/**
 * The events (`{at, severity, done, ...}`) that have room on the scale, oldest first: the most
 * severe ones, of those what somebody did, and then the first.
 */
export function roomyEvents(events, [low, high], width) {
  const rank = ({ severity }) => (RANK.indexOf(severity) + RANK.length) % RANK.length;
  const ranked = [...events].sort(
    (a, b) => rank(a) - rank(b) || Number(Boolean(b.done)) - Number(Boolean(a.done)) || a.at - b.at,
  );
  const shown = [];
  for (const event of ranked) {
    if (event.at < low || event.at > high) continue;
    const x = ((event.at - low) / (high - low)) * width;
    if (shown.every((one) => Math.abs(one.x - x) >= GLYPH_APART)) shown.push({ ...event, x });
  }
  return shown.sort((a, b) => a.at - b.at);
}

/**
 * Times in which a node was broken: `{node, from, to}`, from events oldest first. Only what people
 * and scripts did counts (`done`); a fault without an end lasts until `head`. `exists(node)` says
 * whether a node is still there: one that was deleted is not broken any more.
 */
export function faultsOf(events, head, exists) {
  const since = new Map();
  const found = [];
  for (const { at, severity, node, done } of events) {
    if (!done || !node) continue;
    if (severity === "down" && !since.has(node)) since.set(node, at);
    else if (severity === "recovering" || (severity === "neutral" && !exists(node))) {
      if (since.has(node)) found.push({ node, from: since.get(node), to: at });
      since.delete(node);
    }
  }
  for (const [node, from] of since) found.push({ node, from, to: Math.max(head, from) });
  return found.sort((a, b) => a.from - b.from);
}

/** Spans of time with something broken: `[from, to]`, not overlapping. */
export const brokenSpans = (...given) =>
  joined(faultsOf(...given).map(({ from, to }) => [from, to]));

/** The faults that have room in `most` lanes, each with its `lane`; a node stays in one of them. */
export function lanesOf(faults, most) {
  const ends = new Array(most).fill(-Infinity);
  const found = [];
  for (const fault of faults) {
    const own = found.findLast(({ node }) => node === fault.node)?.lane;
    const free = ends.map((end, lane) => [end, lane]).filter(([end]) => end <= fault.from);
    const lane = free.some(([, one]) => one === own) ? own : free[0]?.[1];
    if (lane === undefined) continue;
    ends[lane] = fault.to;
    found.push({ ...fault, lane });
  }
  return found;
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

/** True if the screen has to forget what it showed: the run went elsewhere, or began again. */
export function jumps(before, now) {
  return (
    now.t < before.t ||
    now.branch !== before.branch ||
    (!now.running && !before.running && now.t > before.t + 0.25)
  );
}
