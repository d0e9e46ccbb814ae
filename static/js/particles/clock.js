// The playback clock: which simulated time the screen shows, given frames that arrive with jitter.

const CREEP = 0.02;
const SNAP_S = 1;
const PERIOD_S = 0.1;
const DELAY_MIN_S = 0.12;
const DELAY_MAX_S = 0.3;

/**
 * Follows the server's simulated time along a straight line of the present rate, a little behind,
 * so that the next frame is there before it is needed. The line is moved up at once by a frame that
 * comes early and down slowly by late ones: late frames are late because of the way here.
 * Times given are wall-clock seconds; times answered are simulated seconds.
 */
export class PlaybackClock {
  constructor() {
    this.rate = 0;
    this.wall = 0;
    this.sim = 0;
    this.delay = 0.18;
    this.shown = 0;
    this.newest = 0;
    this.lateness = [];
    this.started = false;
  }

  /** A frame of simulated time `t` came in at wall time `now`, the run going at `rate`. */
  frame(t, rate, now) {
    const again = t < this.newest; // the run began again
    this.newest = t;
    if (again || !this.started) {
      this.started = true;
      this.#base(t, rate, now);
      this.shown = t;
      return;
    }
    if (rate <= 0) {
      this.#base(t, 0, now);
      return;
    }
    const changed = this.rate <= 0 || Math.abs(rate - this.rate) > this.rate * 0.05;
    if (changed) {
      this.#base(t, rate, now);
      return;
    }
    const error = t - this.#line(now);
    if (Math.abs(error) > SNAP_S * this.rate) this.#base(t, rate, now);
    else {
      this.#measure(-error / this.rate);
      this.sim += error > 0 ? error : error * CREEP;
    }
  }

  /** The simulated time to show at wall time `now`; it stands while paused and never runs back. */
  at(now) {
    const target = this.rate > 0 ? this.#line(now - this.delay) : this.sim;
    const limit = this.rate > 0 ? this.#line(now) : this.sim;
    this.shown = Math.max(this.shown, Math.min(target, limit));
    return this.shown;
  }

  #line(now) {
    return this.sim + (now - this.wall) * this.rate;
  }

  #base(t, rate, now) {
    this.sim = t;
    this.rate = rate;
    this.wall = now;
  }

  #measure(lateness) {
    this.lateness.push(Math.max(0, lateness));
    if (this.lateness.length > 100) this.lateness.shift();
    const sorted = [...this.lateness].sort((a, b) => a - b);
    const worst = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    const goal = Math.min(DELAY_MAX_S, Math.max(DELAY_MIN_S, PERIOD_S + 0.03 + worst));
    this.delay += (goal - this.delay) * 0.1;
  }
}
