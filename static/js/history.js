// What the charts show: samples of the run against simulated time. No DOM.

const KEPT = 900;

/** Columns of numbers that share one column of times; old samples thin out by dropping off. */
export class History {
  constructor(most = KEPT) {
    this.most = most;
    this.times = [];
    this.columns = new Map();
  }

  clear() {
    this.times.length = 0;
    this.columns.clear();
  }

  /** Add the `values` (a Map of name to number or null) at time `t`; earlier times start over. */
  add(t, values) {
    const last = this.times[this.times.length - 1];
    if (last !== undefined && t < last) this.clear();
    if (last !== undefined && t === last) return;
    for (const name of values.keys()) {
      if (!this.columns.has(name)) this.columns.set(name, new Array(this.times.length).fill(null));
    }
    this.times.push(t);
    for (const [name, column] of this.columns) column.push(values.get(name) ?? null);
    if (this.times.length > this.most) {
      this.times.shift();
      for (const column of this.columns.values()) column.shift();
    }
  }

  column(name) {
    return this.columns.get(name) ?? new Array(this.times.length).fill(null);
  }

  /** The mean of the last `count` samples of a column, or null. */
  recent(name, count) {
    const values = this.column(name)
      .slice(-count)
      .filter((value) => value !== null);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  }
}

/**
 * The `most` busiest of `names`, in the order of names. Those in `current` stay unless another
 * one is busier by a margin, so that lines do not take turns.
 */
export function busiest(names, loadOf, current, most = 4) {
  const ranked = names
    .map((name, order) => ({ name, order, load: loadOf(name) ?? -1 }))
    .filter((one) => one.load >= 0)
    .map((one) => ({ ...one, load: one.load + (current.includes(one.name) ? 0.08 : 0) }))
    .sort((a, b) => b.load - a.load || a.order - b.order)
    .slice(0, most);
  return ranked.sort((a, b) => a.order - b.order).map((one) => one.name);
}

/** How many simulated seconds a chart shows: about a minute of watching at this speed. */
export function windowFor(speed) {
  const wanted = 60 * Math.max(speed, 0.001);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 3, 6, 10].find((one) => one * power >= wanted * 0.999);
  return Number((step * power).toPrecision(3));
}
