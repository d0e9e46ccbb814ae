// Figures of a frame by the names that the server gives them, and what each chart shows. No DOM.

const TOTALS = {
  offered: "offered_rps",
  completed: "completed_rps",
  failed: "failed_rps",
  attempts: "attempts_rps",
  p50: "p50",
  p95: "p95",
  p99: "p99",
  usd: "usd",
};
const OF_NODES = { u: ["util", 100], l: ["lag", 1], c: ["conn", 1] };
const OUTCOMES_SHOWN = 3;

/** A Map of names to numbers: totals, failures by outcome ("f:"), and those of nodes. */
export function figuresOf({ m, n }) {
  const found = new Map();
  for (const [name, key] of Object.entries(TOTALS)) found.set(name, m[key] ?? null);
  for (const [outcome, rate] of Object.entries(m.failing ?? {})) found.set(`f:${outcome}`, rate);
  for (const part of n) {
    for (const [letter, [field, times]] of Object.entries(OF_NODES)) {
      const value = part[field] ?? null;
      if (value !== null) found.set(`${letter}:${part.id}`, value * times);
    }
  }
  return found;
}

/** Charts in the order in which they stand; `of` nodes is the letter of their figures. */
export const CHARTS = [
  { name: "throughput", unit: "rate", usual: true },
  { name: "goodput", unit: "rate" },
  { name: "latency", unit: "ms", usual: true },
  { name: "utilisation", unit: "whole", top: 100, of: "u", usual: true },
  { name: "lag", unit: "seconds", of: "l" },
  { name: "connections", unit: "whole", of: "c" },
  { name: "cost", unit: "money" },
];

/**
 * The outcomes for which most requests failed lately, by the columns of a history, in the order of
 * their names.
 */
export function outcomesOf(columns, most = OUTCOMES_SHOWN) {
  const sums = [...columns]
    .filter(([name]) => name.startsWith("f:"))
    .map(([name, values]) => [name, values.reduce((sum, value) => sum + (value ?? 0), 0)])
    .filter(([, sum]) => sum > 0);
  const worst = sums.sort(([, a], [, b]) => b - a).slice(0, most);
  return worst.map(([name]) => name).sort();
}
