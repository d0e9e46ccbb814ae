// What the inspector says of databases that all take writes: what their group comes to.

const COUNTS = ["conflicts", "dropped", "merged", "rejected", "collisions", "circling"];

/** How each figure is shown; `whole` writes a count. */
export function fellowsShown(whole) {
  const count = (name) => (part) => whole(part.fellows?.[name] ?? 0);
  return {
    ...Object.fromEntries(COUNTS.map((name) => [name, count(name)])),
    reach: ({ fellows }) => (fellows ? `${fellows.reach} / ${fellows.pairs}` : "-"),
    diverged: ({ fellows }) => (fellows ? listed(whole(fellows.diverged), fellows) : "-"),
    stopped: ({ fellows }) => fellows?.stopped.join(", ") ?? "-",
  };
}

function listed(total, { diverged, keys }) {
  const more = diverged > keys.length ? ", …" : "";
  return keys.length ? `${total} (${keys.join(", ")}${more})` : total;
}

/** Which of these figures are worth a row: those that are not nought. */
export function someOf({ fellows }) {
  if (!fellows) return {};
  const shown = [...COUNTS, "diverged"].filter((name) => fellows[name] > 0);
  if (fellows.stopped.length) shown.push("stopped");
  return Object.fromEntries(shown.map((name) => [`some_${name}`, true]));
}
