// The part of the run's time that scrubber and charts show. No DOM.

import { roundSpan, windowFor } from "./time_travel.js";

const SPAN_MIN = 1e-4; // seconds
const USUAL_S = 60;
const PACES = 20; // a window that follows moves on by this part of itself
const BEHIND = 0.75; // where in the window a moment stands that lies before it

export class TimeWindow extends EventTarget {
  constructor() {
    super();
    this.frame = null;
    this.chosen = null; // the span that a person chose; null: what suits the speed
    this.free = null; // where the window begins while it does not follow the head
    this.held = null; // the range that stays while the marker is in a hand
  }

  /** Take a frame; dispatches "change" when the range is another one. */
  see(frame) {
    this.frame = frame;
    this.#notify();
  }

  get following() {
    return this.free === null;
  }

  get head() {
    return this.frame?.head ?? 0;
  }

  get span() {
    return this.chosen === Infinity ? this.#whole() : (this.chosen ?? this.#usual());
  }

  /** First and last second. One that follows moves on in paces, so that the axis rests meanwhile. */
  get range() {
    if (this.held) return this.held;
    const { span } = this;
    if (!this.following) return [this.free, this.free + span];
    const { past = false, t = 0 } = this.frame ?? {};
    const pace = span / PACES;
    const newest = Math.max(0, Math.ceil((this.head - span) / pace - 1e-9) * pace);
    const low = past && t < newest ? Math.max(0, t - span * BEHIND) : newest;
    return [low, low + span];
  }

  /** Show `factor` times as much, with the moment `at` where it is. */
  zoom(factor, at = this.#middle()) {
    const [low, high] = this.range;
    const most = Math.max(this.#whole(), USUAL_S);
    const span = Math.min(Math.max((high - low) * factor, SPAN_MIN), most);
    if (span === high - low) return;
    const begin = Math.max(0, at - ((at - low) * span) / (high - low));
    // Whoever sees the head go on in the window goes on seeing it.
    const stays = this.following && !this.frame?.past;
    this.#put(span, stays && begin + span >= this.head && begin <= this.head ? null : begin);
  }

  /** Show what lies between two moments. */
  select(from, to) {
    const [low, high] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
    if (high - low >= SPAN_MIN) this.#put(high - low, low);
  }

  /** Move on by `share` of the span, or back. */
  pan(share) {
    const [low, high] = this.range;
    const span = high - low;
    const last = Math.max(0, this.head - span * 0.1);
    this.#put(span, Math.min(Math.max(0, low + span * share), last));
  }

  /** Follow the head, with as much in view as suits the speed. */
  follow() {
    this.#put(null, null);
  }

  /** Show the run from its start, and go on doing so. */
  showAll() {
    this.#put(Infinity, null);
  }

  /** Bring a moment into view if it is not. */
  reveal(at) {
    const [low, high] = this.range;
    if (this.following || (at >= low && at <= high)) return;
    this.#put(high - low, Math.max(0, at - (high - low) / 2));
  }

  /** Stay where it is until `release`. */
  hold() {
    this.held = this.range;
  }

  release() {
    this.held = null;
    this.#notify();
  }

  #put(span, free) {
    if (this.held) this.held = null;
    this.chosen = span;
    this.free = free;
    this.#notify();
  }

  #middle() {
    const [low, high] = this.range;
    const { t = 0 } = this.frame ?? {};
    return t >= low && t <= high ? t : (low + high) / 2;
  }

  #whole() {
    return roundSpan(Math.max(this.head * 1.02, SPAN_MIN * 10));
  }

  /** A minute of watching at this speed, and no more than there is to see. */
  #usual() {
    const speed = this.frame?.speed;
    if (speed === null) return Math.max(roundSpan(Math.max(this.head * 1.02, USUAL_S)), USUAL_S);
    const most = windowFor(speed ?? 1);
    const seen = roundSpan(Math.max(this.head * 1.02, Math.min(most, USUAL_S)));
    return Math.min(most, seen);
  }

  #notify() {
    const key = `${this.range} ${this.following}`;
    if (key === this.notified) return;
    this.notified = key;
    this.dispatchEvent(new Event("change"));
  }
}
