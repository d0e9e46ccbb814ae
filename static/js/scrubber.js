// The scrubber: a marker on the run's time, to be dragged, pressed or moved by keys; events as
// glyphs, and the times something was broken.

import { byId, setAttr, setText, svg, use } from "./dom.js";
import { windowFor } from "./history.js";
import { numbers, t } from "./i18n.js";
import { brokenSpans, labelTimes, roomyEvents, roundSpan } from "./rewind.js";

const SIDE = 14;
const TRACK = { y: 14, h: 6 };
const SNAP = 9;
const SEND_MS = 100;
const HOLD_MS = 2000;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

export class Scrubber {
  constructor({ model, sync, timeline, announce }) {
    Object.assign(this, { model, sync, timeline, announce });
    this.root = byId("scrub");
    this.thumb = byId("scrub-thumb");
    this.scale = svg("svg", { class: "scrub-scale", "aria-hidden": "true" });
    this.track = svg("rect", { class: "scrub-track", x: SIDE, ...sized(0), rx: 3 });
    this.head = svg("rect", { class: "scrub-head", x: SIDE, ...sized(0), rx: 3 });
    this.root.prepend(this.scale);
    this.events = [];
    this.span = 60;
    this.drawn = "";
    this.held = null; // where the marker was put, until the run is there
    this.heldUntil = 0;
    this.wanted = null; // where the server has to be told to go
    this.grip = 0;
    this.wire();
    model.addEventListener("frame", () => this.show());
    new ResizeObserver(() => this.show()).observe(this.root);
  }

  wire() {
    const { root } = this;
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("pointermove", (event) => this.drag(event));
    root.addEventListener("pointerup", (event) => this.release(event));
    root.addEventListener("pointercancel", (event) => this.release(event));
    this.thumb.addEventListener("keydown", (event) => this.key(event));
    byId("to-now").addEventListener("click", () => this.goTo(this.model.frame?.head ?? 0));
  }

  get usable() {
    const { frame } = this.model;
    return Boolean(frame?.ready) && frame.engine !== "failed";
  }

  /** Go to a moment, and say so. */
  goTo(at) {
    this.put(at);
    this.announce(t("scrub.went", { at: numbers.seconds(this.at) }));
  }

  /** Put the marker at a time, and have the run go there. */
  put(at) {
    if (!this.usable) return;
    const { head } = this.model.frame;
    this.held = Math.min(Math.max(at, 0), head);
    this.heldUntil = performance.now() + HOLD_MS;
    // Past the head means the head, wherever that is when the server reads this.
    this.wanted = at >= head ? head + 1 : this.held;
    this.show();
    if (!this.sending) this.send();
  }

  /** Send where the marker is, a few times a second and in the end the last. */
  async send() {
    this.sending = true;
    while (this.wanted !== null) {
      const at = this.wanted;
      this.wanted = null;
      await this.sync.control("seek", Number(at.toFixed(9)));
      await new Promise((resume) => setTimeout(resume, SEND_MS));
    }
    this.sending = false;
  }

  /** Where the marker is to be seen. */
  get at() {
    return this.held ?? this.model.frame?.t ?? 0;
  }

  press(event) {
    if (event.button || !this.usable) return;
    event.preventDefault();
    this.root.setPointerCapture(event.pointerId);
    this.thumb.focus({ preventScroll: true });
    this.pressed = event.clientX;
    const { left, width } = this.thumb.getBoundingClientRect();
    const onThumb = event.target === this.thumb;
    this.grip = onThumb ? event.clientX - (left + width / 2) : 0; // it must not jump when taken
    if (!onThumb) this.put(this.near(event) ?? this.timeAt(event));
  }

  drag(event) {
    if (this.pressed === undefined || !this.root.hasPointerCapture(event.pointerId)) return;
    if (Math.abs(event.clientX - this.pressed) < 2) return;
    this.pressed = -Infinity;
    this.put(this.timeAt(event));
  }

  release(event) {
    if (this.pressed === undefined) return;
    this.drag(event);
    this.pressed = undefined;
    this.heldUntil = performance.now() + HOLD_MS;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { frame } = this.model;
    const step = KEYS[event.key];
    if (step) this.put(this.at + step * (event.shiftKey ? 10 : 1));
    else if (event.key === "Home") this.put(0);
    else if (event.key === "End") this.put(frame?.head ?? 0);
    else return;
    event.preventDefault();
  }

  timeAt({ clientX }) {
    const { left, width } = this.root.getBoundingClientRect();
    return ((clientX - this.grip - left - SIDE) / Math.max(width - 2 * SIDE, 1)) * this.span;
  }

  /** The exact time of an event's glyph under the pointer, or null. */
  near({ clientX }) {
    const x = clientX - this.root.getBoundingClientRect().left - SIDE;
    const hit = this.events.find((event) => Math.abs(event.x - x) <= SNAP);
    return hit ? hit.at : null;
  }

  show() {
    const { frame } = this.model;
    const { clientWidth } = this.root;
    if (!frame) return;
    if (this.held !== null && this.pressed === undefined && this.wanted === null) {
      const there = !frame.seeking && Math.abs(frame.t - this.held) < 1e-6;
      if (there || performance.now() > this.heldUntil) this.held = null;
    }
    this.tell(frame);
    if (!clientWidth) return;
    this.draw(frame, clientWidth - 2 * SIDE);
    setAttr(this.head, "width", Math.round((frame.head / this.span) * (clientWidth - 2 * SIDE)));
    const place = `${SIDE + (this.at / this.span) * (clientWidth - 2 * SIDE)}px`;
    if (this.place !== place) this.root.style.setProperty("--at", place);
    this.place = place;
  }

  /** What a screen reader hears; not ten times a second while the run goes on. */
  tell(frame) {
    setAttr(this.thumb, "aria-disabled", !this.usable);
    this.root.classList.toggle("past", frame.past);
    if (frame.running && document.activeElement === this.thumb && this.told) return;
    this.told = true;
    const values = { at: numbers.seconds(this.at), head: numbers.seconds(frame.head) };
    setAttr(this.thumb, "aria-valuemax", Number(frame.head.toFixed(1)));
    setAttr(this.thumb, "aria-valuenow", Number(this.at.toFixed(1)));
    setAttr(this.thumb, "aria-valuetext", t(frame.past ? "scrub.past" : "scrub.value", values));
  }

  /** Draw the scale again if anything of it changed but the head. */
  draw(frame, width) {
    const dragging = this.pressed !== undefined;
    if (!dragging)
      this.span = roundSpan(Math.max(frame.head * 1.02, windowFor(frame.speed ?? frame.head / 60)));
    const { version } = this.timeline;
    const open = brokenSpans(this.timeline.events, frame.head, (id) => this.model.nodes.has(id));
    const key = [width, this.span, version, Math.round((frame.head / this.span) * width)].join();
    if (key === this.drawn) return;
    this.drawn = key;
    this.events = roomyEvents(this.timeline.events, this.span, width);
    const x = (at) => Math.round((SIDE + (at / this.span) * width) * 10) / 10;
    setAttr(this.scale, "width", width + 2 * SIDE);
    setAttr(this.track, "width", width);
    this.scale.replaceChildren(
      this.track,
      this.head,
      ...open.map(([from, to]) =>
        svg("rect", { class: "scrub-broken", x: x(from), ...sized(Math.max(x(to) - x(from), 2)) }),
      ),
      ...labelTimes(this.span, width).map((at, i, all) => label(at, x(at), i, all.length)),
      ...this.events.map((event) => eventGlyph(event, x(event.at))),
    );
  }
}

const sized = (width) => ({ y: TRACK.y, width, height: TRACK.h });

function label(at, x, i, count) {
  const anchor = i === 0 ? "start" : i === count - 1 ? "end" : "middle";
  const place = { x: i === 0 ? x - 2 : x, y: 40, "text-anchor": anchor };
  const text = svg("text", { class: "scrub-label", ...place });
  setText(text, t("seconds", { seconds: Number(at.toPrecision(6)) }));
  return text;
}

function eventGlyph({ severity, text }, x) {
  const title = svg("title");
  setText(title, text);
  return svg(
    "g",
    { class: severity, transform: `translate(${x - 7} ${TRACK.y + TRACK.h / 2 - 7})` },
    title,
    svg("circle", { class: "scrub-ground", cx: 7, cy: 7, r: 9 }),
    use(`g-${severity}`, { class: "scrub-glyph", width: 14, height: 14 }),
  );
}
