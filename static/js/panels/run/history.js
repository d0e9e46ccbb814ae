// Samples of the run against simulated time, for the charts. No DOM.

const KEPT = 2400;

/**
 * Columns of numbers that share one column of times, in order. The newest quarter is kept as it
 * came; of what is older, every so manieth sample stays.
 */
export class History {
  constructor(most = KEPT) {
    this.most = most;
    this.clear();
  }

  clear() {
    this.times = [];
    this.columns = new Map();
    this.apart = 0; // seconds between old samples
    this.thinned = 0; // how often samples were dropped
  }

  /**
   * Add the `values` (a Map of name to number or null) at time `t`. Where there are later samples
   * the run goes through something again: then only what is `near` seconds from any other is new.
   */
  add(t, values, near = 0) {
    const { times } = this;
    const place = this.#from(t);
    if (times[place] === t) return;
    if (place < times.length && near > 0) {
      if (times[place] - t < near || t - (times[place - 1] ?? -Infinity) < near) return;
    }
    for (const name of values.keys()) {
      if (!this.columns.has(name)) this.columns.set(name, new Array(times.length).fill(null));
    }
    times.splice(place, 0, t);
    for (const [name, column] of this.columns) column.splice(place, 0, values.get(name) ?? null);
    if (times.length > this.most) this.#thin();
  }

  /** Put what the server knows of the time from `low` to `high` in the place of what is here. */
  replace(low, high, times, columns) {
    const first = this.#from(low);
    const end = this.#from(high + 1e-9);
    const fresh = times.map((t, i) => [t, i]).filter(([t]) => t >= low && t <= high);
    const count = fresh.length;
    const names = new Set([...this.columns.keys(), ...Object.keys(columns)]);
    for (const name of names) {
      const column = this.column(name);
      const values = fresh.map(([, i]) => columns[name]?.[i] ?? null);
      this.columns.set(name, [...column.slice(0, first), ...values, ...column.slice(end)]);
    }
    const put = fresh.map(([t]) => t);
    this.times = [...this.times.slice(0, first), ...put, ...this.times.slice(end)];
    if (this.times.length > this.most && count < this.most / 2) this.#thin();
  }

  /** Forget everything after `t`: the run took another way from there. */
  cut(t) {
    const place = this.#from(t + 1e-9);
    this.times.length = place;
    for (const column of this.columns.values()) column.length = place;
  }

  column(name) {
    return this.columns.get(name) ?? new Array(this.times.length).fill(null);
  }

  /** Times and columns of `names` from `low` to `high`, cut where nobody watched the run. */
  slice(names, low, high) {
    const first = Math.max(0, this.#from(low) - 1);
    const last = Math.min(this.times.length, this.#from(high) + 1);
    const hole = Math.max((high - low) / 10, this.apart * 4);
    const columns = names.map((name) => this.column(name));
    const found = [[], ...names.map(() => [])];
    for (let i = first; i < last; i += 1) {
      const before = this.times[i - 1];
      if (i > first && this.times[i] - before > hole) {
        found[0].push((this.times[i] + before) / 2);
        columns.forEach((_, c) => found[c + 1].push(null));
      }
      found[0].push(this.times[i]);
      columns.forEach((column, c) => found[c + 1].push(column[i]));
    }
    return found;
  }

  /** The mean of the last `count` samples of a column up to time `t`, or null. */
  recent(name, count, t = Infinity) {
    const end = this.#from(t === Infinity ? t : t + 1e-9);
    const values = this.column(name)
      .slice(Math.max(0, end - count), end)
      .filter((value) => value !== null);
    return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  }

  /** The place of the first sample that is not before `t`. */
  #from(t) {
    let low = 0;
    let high = this.times.length;
    if (high && this.times[high - 1] < t) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Let half of the samples stay for what is older than the newest quarter. */
  #thin() {
    const fresh = this.times.length - Math.floor(this.most / 4);
    const last = this.times[fresh - 1];
    this.apart = (last - this.times[0]) / (this.most / 2);
    const stays = [];
    let next = -Infinity;
    this.times.forEach((t, i) => {
      if (i < fresh && t < next) return;
      next = t + this.apart * 0.999;
      stays.push(i);
    });
    this.thinned += 1;
    this.times = stays.map((i) => this.times[i]);
    for (const [name, column] of this.columns)
      this.columns.set(
        name,
        stays.map((i) => column[i]),
      );
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

/**
 * A line for each of `names`, out of `lines`: the one it had before, as far as no other of them has
 * that. `known` maps names to lines and keeps what is given out.
 */
export function linesOf(names, lines, known) {
  const taken = new Set();
  const own = names.filter((name) => {
    const line = known.get(name);
    const free = line !== undefined && !taken.has(line);
    if (free) taken.add(line);
    return free;
  });
  for (const name of names) {
    if (own.includes(name)) continue;
    const used = new Set(known.values());
    const free = lines.filter((line) => !taken.has(line));
    const line = free.find((one) => !used.has(one)) ?? free[0] ?? lines[0];
    known.set(name, line);
    taken.add(line);
  }
  return names.map((name) => known.get(name));
}
