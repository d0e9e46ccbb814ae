// Figures in the inspector of a group of databases that all take writes.

const COUNTS = ["conflicts", "dropped", "merged", "rejected", "collisions", "circling"];

/** Texts of the figures by name; `whole` writes a count. */
export function groupShown(whole) {
  const count = (name) => (part) => whole(part.group?.[name] ?? 0);
  return {
    ...Object.fromEntries(COUNTS.map((name) => [name, count(name)])),
    reach: ({ group }) => (group ? `${group.reach} / ${group.pairs}` : "-"),
    diverged: ({ group }) => (group ? listed(whole(group.diverged), group) : "-"),
    stopped: ({ group }) => group?.stopped.join(", ") ?? "-",
  };
}

function listed(total, { diverged, keys }) {
  const more = diverged > keys.length ? ", …" : "";
  return keys.length ? `${total} (${keys.join(", ")}${more})` : total;
}

/** Flags of the figures that are worth a row: those that are not 0. */
export function someOf({ group }) {
  if (!group) return {};
  const shown = [...COUNTS, "diverged"].filter((name) => group[name] > 0);
  if (group.stopped.length) shown.push("stopped");
  return Object.fromEntries(shown.map((name) => [`some_${name}`, true]));
}
