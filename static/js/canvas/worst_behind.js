// Blame for requests that fail users: a walk along the links, without the page.

/** The node behind `id`, or itself, at which most requests fail; null when none do. */
export function worstBehind(id, links, live) {
  const seen = new Set([id]);
  const rate = (one) => live.get(one)?.failing?.[1] ?? 0;
  let worst = null;
  for (const one of seen) {
    if (rate(one) > (worst === null ? 0 : rate(worst))) worst = one;
    for (const link of links) if (link.source === one) seen.add(link.target);
  }
  return worst;
}
