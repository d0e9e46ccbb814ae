// The top bar and the strip under it: clock, pause, speed, undo, load dial, totals.

import { byId, setAttr, setDisabled, setHidden, setText, use } from "../../page/dom.js";
import { dialFactor, dialPlace } from "../../page/format.js";
import { numbers, t } from "../../page/i18n.js";

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

  /** The time that the last step took, while the run stands where it led to; else 0. */
  stepped({ t: now, running }) {
    if (running || now < this.stood) this.stepS = 0;
    else if (this.standing && now > this.stood) this.stepS = now - this.stood;
    this.stood = now;
    this.standing = !running;
    return this.stepS ?? 0;
  }

  show(frame) {
    const clock = numbers.clock(frame.t, frame.speed, this.stepped(frame));
    setText(byId("clock"), clock);
    byId("clock").parentElement.classList.toggle("fine", clock.length > 8);
    this.showPause(this.pausedByMe ?? frame.running);
    this.showRate(frame);
    const { canUndo, canRedo } = this.model;
    setDisabled(byId("undo"), !canUndo, canRedo ? byId("redo") : byId("pause"));
    setDisabled(byId("redo"), !canRedo, canUndo ? byId("undo") : byId("pause"));
    const speed = frame.speed === null ? "max" : String(frame.speed);
    if (document.activeElement !== this.speed && this.speed.value !== speed)
      this.speed.value = speed;
    if (performance.now() > this.heldUntil) this.showDial(frame.load);
    const { faults } = frame;
    setHidden(byId("faults"), !faults);
    if (faults) setText(byId("faults-text"), t("faults", { count: faults }));
    const dot = frame.dot * this.shareOf();
    setText(byId("legend-dot"), t("dot", { count: Math.max(1, Math.round(dot)) }));
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

  /** Show live, paused or past, or how much slower than asked the machine can do it. */
  showRate(frame) {
    const slow =
      frame.running &&
      frame.ready &&
      frame.speed !== null &&
      frame.rate > 0 &&
      frame.rate < 0.9 * frame.speed;
    this.slowFor = slow ? (this.slowFor ?? 0) + 1 : 0;
    const stays = this.slowFor > 10;
    const state = byId("live-state");
    const atMax = frame.running && frame.speed === null && frame.rate > 0;
    const word = this.word(frame, stays || atMax);
    state.classList.toggle("paused", !frame.running && !frame.past);
    state.classList.toggle("slow", stays && !frame.past);
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

  /** Words for the state of the clock; `measured`: with the pace it really has. */
  word(frame, measured) {
    if (frame.past) return t(frame.seeking ? "seeking" : frame.running ? "replaying" : "past");
    if (!frame.running) return t("paused");
    if (!measured) return t("live");
    const { rate } = frame;
    return t("running_at", { rate: rate >= 10 ? numbers.whole(rate) : rate.toPrecision(2) });
  }

  showDial(factor = this.model.frame?.load ?? 1) {
    const { users, pages, rps } = this.model.base;
    const count = Math.round(users * factor);
    const people = t("load_users", { users: count, count });
    const sent = numbers.rate(rps * factor);
    setText(byId("load-users"), people);
    setText(byId("load-rps"), t("load_rps", { rps: sent }));
    // A page may be several requests.
    const paged = rps > pages ? this.pagesSent(pages * factor, sent) : "";
    setAttr(byId("load-rps").parentElement, "title", paged && `${people}: ${paged}`);
    const times = Number(factor.toFixed(2));
    setText(byId("load-factor"), `×${numbers.plain(times)}`);
    const place = Math.round(dialPlace(factor) * DIAL);
    if (performance.now() > this.heldUntil && Number(this.dial.value) !== place)
      this.dial.value = String(place);
    setAttr(
      this.dial,
      "aria-valuetext",
      t("load_text", {
        users: people,
        rate: paged || t("load_rate", { rps: sent, count: numbers.rounded(rps * factor) }),
        factor: t("load_factor", { factor: times, count: times }),
      }),
    );
    const fill = `${(place / DIAL) * 100}%`;
    if (this.fill !== fill) this.dial.style.setProperty("--fill", fill);
    this.fill = fill;
  }

  /** Words for the load of users whose pages are several requests each. */
  pagesSent(pages, rps) {
    return t("load_pages", { pages: numbers.rate(pages), count: Math.round(pages), rps });
  }

  showTotals(m) {
    setText(byId("m-completed"), numbers.rate(m.completed_rps));
    const totals = t("total", { number: Math.round(m.completed) });
    setAttr(byId("m-completed").parentElement, "title", totals);
    setText(byId("m-lost"), numbers.whole(m.lost));
    byId("tile-lost").classList.toggle("bad", m.lost > 0);
  }
}
