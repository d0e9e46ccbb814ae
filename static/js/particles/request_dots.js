// Sampled requests played back at their own times: which dots are where now. No DOM, no drawing.

const VISIBLE_S = 0.6;
const CROSS_S = 0.9;
const QUEUE_MAX = 5000;
const STALE_S = 0.5;

const STEPS = [1, 2, 5, 10, 20, 50, 100];

/** True if request number `request` is one of every `k`; scattered by a hash, so that no pattern
    of the run (a balancer taking turns, say) falls in step with it. */
export const oneIn = (request, k) => k === 1 || (Math.imul(request, 0x9e3779b1) >>> 8) % k === 0;

/**
 * Chooses how many of the sampled requests to show: as many as there is room for on the links.
 * One dot then stands for `share` times as many requests.
 */
export class Thinning {
  constructor() {
    this.share = 1;
    this.perSecond = 0;
  }

  /** `count` hops came in `dt` wall seconds; about `room` dots fit on the screen. */
  measure(count, dt, room) {
    if (dt <= 0) return;
    this.perSecond += (count / dt - this.perSecond) * Math.min(dt, 0.5);
    const crowd = (share) => (this.perSecond * VISIBLE_S) / share / Math.max(room, 10);
    const place = STEPS.indexOf(this.share);
    if (crowd(this.share) > 1.25 && place < STEPS.length - 1) this.share = STEPS[place + 1];
    else if (place > 0 && crowd(STEPS[place - 1]) < 0.8) this.share = STEPS[place - 1];
  }
}

/**
 * Plays hops `[request, link, node, t0, t1, "r"|"w", ok]`. A hop starts when the playback clock
 * reaches its t0. One that would be over in less than VISIBLE_S of wall time is stretched to that,
 * and the next hop of the same request waits for it, so that a request still visits one place
 * after the other.
 */
export class HopPlayer {
  constructor(most = 500) {
    this.most = most;
    this.queue = [];
    this.active = [];
    this.requests = new Map(); // request -> {free: when its last hop ends, link: where that was}
    this.time = 0; // seconds of playing, which stand still while paused
    this.stretched = -Infinity;
  }

  /** True if the dots move slower than the run. */
  get slowed() {
    return this.time - this.stretched < 2;
  }

  add(hops) {
    for (const hop of hops) this.queue.push(hop);
    this.queue.sort((a, b) => a[3] - b[3]);
    if (this.queue.length > QUEUE_MAX) this.queue.splice(0, this.queue.length - QUEUE_MAX);
  }

  clear() {
    this.queue.length = 0;
    this.active.length = 0;
    this.requests.clear();
  }

  /** Go on by `dt` wall seconds to simulated time `t`, the run going at `rate`. */
  advance(t, rate, dt) {
    if (rate > 0) this.time += dt;
    let taken = 0;
    for (; taken < this.queue.length && this.queue[taken][3] <= t; taken += 1) {
      this.#start(this.queue[taken], t, rate);
    }
    if (taken) this.queue.splice(0, taken);
    this.active = this.active.filter((dot) => dot.end > this.time);
    for (const dot of this.active) dot.at = (this.time - dot.start) / (dot.end - dot.start);
    if (this.requests.size > 4000) {
      for (const [request, last] of this.requests)
        if (last.free < this.time) this.requests.delete(request);
    }
  }

  #start(hop, t, rate) {
    const [request, link, node, t0, t1, kind, ok] = hop;
    const pace = rate > 0 ? rate : 1;
    if ((t - t1) / pace > STALE_S) return; // the tab was hidden, or the run goes very fast
    const last = this.requests.get(request);
    const due = this.time - (t - t0) / pace;
    const start = last ? Math.max(due, last.free) : due;
    const real = (t1 - t0) / pace;
    const cross = !link;
    const lasts = cross ? CROSS_S : Math.max(real, VISIBLE_S);
    if (!cross && real < VISIBLE_S) this.stretched = this.time;
    this.requests.set(request, {
      free: start + (cross ? 0 : lasts),
      link: link ?? last?.link ?? null,
    });
    if (this.active.length >= this.most || start + lasts <= this.time) return;
    this.active.push({
      link: link ?? last?.link ?? null,
      node,
      kind: cross || !ok ? "x" : kind,
      cross,
      start,
      end: start + lasts,
      at: 0,
    });
  }
}
