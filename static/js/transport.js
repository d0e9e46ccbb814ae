// The top bar and the strip under it: clock, pause, speed, undo, load dial, totals.

import { byId, setAttr, setDisabled, setHidden, setText, use } from "./dom.js";
import { dialFactor, dialPlace } from "./format.js";
import { numbers, t } from "./i18n.js";

const DIAL = 500;
const SEND_MS = 120;
const HOLD_MS = 900;
const NUMBERS_MS = 500;

export class Transport {
  /** `shareOf()` says how many sampled requests a dot stands for. */
  constructor(model, sync, shareOf) {
    this.model = model;
    this.sync = sync;
    this.shareOf = shareOf;
    this.heldUntil = 0; // while the dial is in hand, frames do not move it
    this.pausedByMe = null;
    this.numbersAt = -Infinity;
    this.dial = byId("load");
    this.speed = byId("speed");
    this.wire();
    model.addEventListener("frame", () => this.show(model.frame));
    model.addEventListener("topology", () => this.showDial());
  }

  wire() {
    byId("pause").addEventListener("click", () => this.toggle());
    byId("step").addEventListener("click", () => this.step());
    byId("reset").addEventListener("click", () => this.sync.control("reset"));
    byId("undo").addEventListener("click", () => this.sync.undo());
    byId("redo").addEventListener("click", () => this.sync.redo());
    byId("heal-all").addEventListener("click", () => this.sync.healAll());
    this.speed.addEventListener("change", () => this.sync.control("speed", this.speed.value));
    this.dial.addEventListener("input", () => this.turn());
    this.dial.addEventListener("change", () => this.turn());
  }

  get running() {
    return this.pausedByMe ?? this.model.frame?.running ?? true;
  }

  /** Pause or resume; the button answers at once, the next frame confirms. */
  async toggle() {
    const running = !this.running;
    this.pausedByMe = running;
    this.showPause(running);
    await this.sync.control(running ? "resume" : "pause");
    setTimeout(() => {
      this.pausedByMe = null;
    }, 400);
  }

  step() {
    this.pausedByMe = null;
    return this.sync.control("step", 1);
  }

  /** The dial was turned: show it now, send it a few times a second. */
  turn() {
    const factor = dialFactor(this.dial.value / DIAL);
    this.heldUntil = performance.now() + HOLD_MS;
    this.showDial(factor);
    this.wanted = factor;
    if (this.sending) return;
    this.sending = setTimeout(async () => {
      this.sending = 0;
      this.heldUntil = performance.now() + HOLD_MS;
      await this.sync.control("load", this.wanted);
    }, SEND_MS);
  }

  show(frame) {
    setText(byId("clock"), numbers.clock(frame.t, frame.speed));
    this.showPause(this.pausedByMe ?? frame.running);
    this.showRate(frame);
    setDisabled(byId("undo"), !frame.undo, frame.redo ? byId("redo") : byId("pause"));
    setDisabled(byId("redo"), !frame.redo, frame.undo ? byId("undo") : byId("pause"));
    const speed = frame.speed === null ? "max" : String(frame.speed);
    if (document.activeElement !== this.speed && this.speed.value !== speed)
      this.speed.value = speed;
    if (performance.now() > this.heldUntil) this.showDial(frame.load);
    const { faults } = frame;
    setHidden(byId("faults"), !faults);
    if (faults)
      setText(byId("faults-text"), faults === 1 ? t("faults_one") : t("faults", { count: faults }));
    const dot = frame.dot * this.shareOf();
    setText(byId("legend-dot"), dot > 1 ? t("dot", { count: numbers.whole(dot) }) : t("dot_one"));
    const now = performance.now();
    if (now - this.numbersAt < NUMBERS_MS && frame.running) return;
    this.numbersAt = now;
    this.showTotals(frame.m);
  }

  showPause(running) {
    const button = byId("pause");
    const label = running ? t("pause") : t("resume");
    if (button.getAttribute("aria-label") === label) return;
    button.setAttribute("aria-label", label);
    button.title = `${label} (Space)`;
    button.querySelector("svg").replaceChildren(use(running ? "i-pause" : "i-play"));
  }

  /** Whether this is live, paused or past, or how much slower than asked the machine can do it. */
  showRate(frame) {
    const slow =
      frame.running &&
      frame.ready &&
      frame.speed !== null &&
      frame.rate > 0 &&
      frame.rate < 0.9 * frame.speed;
    this.slowFor = slow ? (this.slowFor ?? 0) + 1 : 0;
    const late = this.slowFor > 10;
    const state = byId("live-state");
    const atMax = frame.running && frame.speed === null && frame.rate > 0;
    const word = this.word(frame, late || atMax);
    state.classList.toggle("paused", !frame.running && !frame.past);
    state.classList.toggle("slow", late && !frame.past);
    state.classList.toggle("past", frame.past);
    byId("stage").classList.toggle("past", frame.past);
    const toNow = byId("to-now");
    if (!frame.past && document.activeElement === toNow) byId("pause").focus();
    setHidden(toNow, !frame.past);
    if (performance.now() - (this.wordAt ?? -Infinity) > NUMBERS_MS || !frame.running) {
      this.wordAt = performance.now();
      setText(byId("live-word"), word);
      state.title = word;
    }
  }

  /** What is to be said of the clock; `measured`: with the pace it really has. */
  word(frame, measured) {
    if (frame.past) return t(frame.seeking ? "seeking" : frame.running ? "replaying" : "past");
    if (!frame.running) return t("paused");
    if (!measured) return t("live");
    const { rate } = frame;
    return t("running_at", { rate: rate >= 10 ? numbers.whole(rate) : rate.toPrecision(2) });
  }

  showDial(factor = this.model.frame?.load ?? 1) {
    const { users, rps } = this.model.base;
    const text = { users: numbers.whole(users * factor), rps: numbers.rate(rps * factor) };
    setText(byId("load-users"), t("load_users", text));
    setText(byId("load-rps"), t("load_rps", text));
    setText(byId("load-factor"), `×${Number(factor.toFixed(2))}`);
    const place = Math.round(dialPlace(factor) * DIAL);
    if (performance.now() > this.heldUntil && Number(this.dial.value) !== place)
      this.dial.value = String(place);
    setAttr(
      this.dial,
      "aria-valuetext",
      t("load_text", { ...text, factor: Number(factor.toFixed(2)) }),
    );
    const fill = `${(place / DIAL) * 100}%`;
    if (this.fill !== fill) this.dial.style.setProperty("--fill", fill);
    this.fill = fill;
  }

  showTotals(m) {
    const total = (id, rate, count) => {
      const element = byId(id);
      setText(element, numbers.rate(rate));
      setAttr(element.parentElement, "title", t("total", { count: numbers.whole(count) }));
    };
    total("m-offered", m.offered_rps, m.offered);
    total("m-completed", m.completed_rps, m.completed);
    total("m-failed", m.failed_rps, m.failed);
    const ended = m.completed_rps + m.failed_rps;
    setText(byId("m-share"), numbers.share(ended > 0 ? m.failed_rps / ended : 0));
    byId("tile-failed").classList.toggle("bad", m.failed_rps >= 0.05);
    for (const name of ["p50", "p95", "p99"]) {
      const element = byId(`m-${name}`);
      setText(element, m[name] === null ? "-" : numbers.ms(m[name]));
      setAttr(element, "title", m[name] === null ? t("not_yet") : "");
    }
    setText(byId("m-in-flight"), numbers.whole(m.in_flight));
    setText(byId("m-lost"), numbers.whole(m.lost));
    byId("tile-lost").classList.toggle("bad", m.lost > 0);
  }
}
