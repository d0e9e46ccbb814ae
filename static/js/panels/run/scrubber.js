// The scrubber: a marker on the run's time, to be dragged, pressed or moved by keys; events as
// glyphs, and the times something was broken.

import { byId, clip, setAttr, setText, svg, use } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";
import { brokenSpans, faultsOf, labelTimes, lanesOf, roomyEvents } from "./time_travel.js";

const SIDE = 14;
const TRACK = { y: 14, h: 6 };
const LANES = { most: 2, y: 11, apart: 12, h: 11 };
const LABEL_Y = 45;
const GLYPH_HALF = 10;
const SNAP = 9;
const SEND_MS = 100;
const HOLD_MS = 2000;
const NOW = "now"; // the latest moment of the run, wherever that is when the server reads this
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

export class Scrubber {
  constructor({ model, sync, timeline, time, announce }) {
    Object.assign(this, { model, sync, timeline, time, announce });
    this.root = byId("scrub");
    this.thumb = byId("scrub-thumb");
    this.scale = svg("svg", { class: "scrub-scale", "aria-hidden": "true" });
    this.track = svg("rect", { class: "scrub-track", x: SIDE, ...sized(0), rx: 3 });
    this.head = svg("rect", { class: "scrub-head", x: SIDE, ...sized(0), rx: 3 });
    this.root.prepend(this.scale);
    this.events = [];
    this.range = [0, 60];
    this.drawn = "";
    this.held = null; // where the marker was put, until the run is there
    this.heldUntil = 0;
    this.wanted = null; // the time that the server is asked to go to
    this.grip = 0;
    this.wire();
    model.addEventListener("frame", () => this.show());
    time.addEventListener("change", () => this.show());
    this.width = 0;
    new ResizeObserver(([{ contentRect }]) => {
      this.width = contentRect.width;
      this.show();
    }).observe(this.root);
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
    this.time.reveal(this.at);
    this.announce(t("scrub.went", { at: numbers.seconds(this.at) }));
  }

  /** Put the marker at a time, and have the run go there. */
  put(at) {
    if (!this.usable) return;
    const { head } = this.model.frame;
    this.held = Math.min(Math.max(at, 0), head);
    this.heldUntil = performance.now() + HOLD_MS;
    this.wanted = at >= head ? NOW : this.held;
    this.show();
    if (!this.sending) this.send();
  }

  /** Send where the marker is, a few times a second and in the end the last. */
  async send() {
    this.sending = true;
    while (this.wanted !== null) {
      const at = this.wanted;
      this.wanted = null;
      await this.sync.control("seek", at === NOW ? NOW : Number(at.toFixed(9)));
      await new Promise((resume) => setTimeout(resume, SEND_MS));
    }
    this.sending = false;
  }

  /** Simulated time of the marker. */
  get at() {
    return this.held ?? this.model.frame?.t ?? 0;
  }

  press(event) {
    if (event.button || !this.usable) return;
    event.preventDefault();
    this.root.setPointerCapture(event.pointerId);
    this.thumb.focus({ preventScroll: true });
    this.pressed = event.clientX;
    this.time.hold();
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

  /** Two fingers are there to zoom: none of them holds the marker. */
  letGo() {
    this.pressed = undefined;
    this.time.release();
  }

  release(event) {
    if (this.pressed === undefined) return;
    this.drag(event);
    this.letGo();
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
    this.time.reveal(this.at);
    event.preventDefault();
  }

  timeAt({ clientX }) {
    const { left, width } = this.root.getBoundingClientRect();
    const [low, high] = this.range;
    const share = (clientX - this.grip - left - SIDE) / Math.max(width - 2 * SIDE, 1);
    return low + share * (high - low);
  }

  /** The exact time of an event's glyph under the pointer, or null. */
  near({ clientX }) {
    const x = clientX - this.root.getBoundingClientRect().left - SIDE;
    const hit = this.events.find((event) => Math.abs(event.x - x) <= SNAP);
    return hit ? hit.at : null;
  }

  show() {
    const { frame } = this.model;
    if (!frame) return;
    if (this.held !== null && this.pressed === undefined && this.wanted === null) {
      const there = !frame.seeking && Math.abs(frame.t - this.held) < 1e-6;
      if (there || performance.now() > this.heldUntil) this.held = null;
    }
    this.describe(frame);
    if (!this.width) return;
    const width = this.width - 2 * SIDE;
    this.draw(width);
    const [low, high] = this.range;
    const far = (at) => Math.min(Math.max((at - low) / (high - low), 0), 1) * width;
    setAttr(this.head, "width", Math.round(far(frame.head)));
    const end = far(frame.head) + SIDE;
    if (this.open) setAttr(this.open.rect, "width", Math.max(Math.round(end - this.open.x), 2));
    const place = `${SIDE + far(this.at)}px`;
    if (this.place !== place) this.root.style.setProperty("--at", place);
    this.place = place;
    this.root.classList.toggle("elsewhere", this.at < low || this.at > high);
  }

  /** Tell screen readers the time; not ten times a second while the run goes on. */
  describe(frame) {
    setAttr(this.thumb, "aria-disabled", !this.usable);
    this.root.classList.toggle("past", frame.past);
    if (frame.running && document.activeElement === this.thumb && this.described) return;
    this.described = true;
    const values = { at: numbers.seconds(this.at), head: numbers.seconds(frame.head) };
    setAttr(this.thumb, "aria-valuemax", Number(frame.head.toFixed(1)));
    setAttr(this.thumb, "aria-valuenow", Number(this.at.toFixed(1)));
    setAttr(this.thumb, "aria-valuetext", t(frame.past ? "scrub.past" : "scrub.value", values));
  }

  /** Draw the scale again if anything of it changed but the head, to which an outage may last. */
  draw(width) {
    const range = (this.range = this.time.range);
    const [low, high] = range;
    const key = [width, range, this.timeline.version, this.model.rev].join();
    if (key === this.drawn) return;
    this.drawn = key;
    const events = [this.timeline.events, Infinity, (id) => this.model.nodes.has(id)];
    const spans = brokenSpans(...events);
    const lanes = lanesOf(faultsOf(...events), LANES.most);
    this.events = roomyEvents(this.timeline.events, range, width);
    const share = (at) => Math.min(Math.max((at - low) / (high - low), 0), 1);
    const x = (at) => Math.round((SIDE + share(at) * width) * 10) / 10;
    setAttr(this.scale, "width", width + 2 * SIDE);
    setAttr(this.track, "width", width);
    const seen = spans.filter(([from, to]) => from <= high && to >= low);
    const broken = seen.map(([from, to]) => {
      const length = to === Infinity ? 2 : Math.max(x(to) - x(from), 2);
      return svg("rect", { class: "scrub-broken", x: x(from), ...sized(length) });
    });
    const [from, to] = seen[seen.length - 1] ?? [];
    this.open = to === Infinity ? { rect: broken[broken.length - 1], x: x(from) } : null;
    this.scale.replaceChildren(
      this.track,
      this.head,
      ...broken,
      ...labelTimes(range, width).map((at) => label(at, x(at), width)),
      ...lanes
        .filter(({ from, to }) => from <= high && to >= low)
        .map((fault) => this.lane(fault, x(fault.from), x(Math.min(fault.to, high)))),
      ...this.events.map((event) => eventGlyph(event, x(event.at))),
    );
  }

  /** A fault as a bar with its node's name, as far as that has room. */
  lane({ node, lane }, from, to) {
    const name = this.model.nodes.get(node)?.name ?? node;
    const width = Math.max(to - from, 2);
    const y = LANES.y + lane * LANES.apart;
    const title = svg("title");
    setText(title, name);
    // Glyphs of events lie over both ends.
    const room = width - 2 * GLYPH_HALF - 4;
    const place = { x: from + GLYPH_HALF + 2, y: y + LANES.h - 1.5 };
    const text = svg("text", { class: "scrub-lane-name", ...place });
    setText(text, room > 20 ? clip(name, "11px", room) : "");
    const bar = svg("rect", { class: "scrub-lane", x: from, y, width, height: LANES.h, rx: 2 });
    return svg("g", {}, title, bar, text);
  }
}

const sized = (width) => ({ y: TRACK.y, width, height: TRACK.h });

function label(at, x, width) {
  const first = x < SIDE + 12;
  const anchor = first ? "start" : x > width + SIDE - 24 ? "end" : "middle";
  const place = { x: first ? x - 2 : x, y: LABEL_Y, "text-anchor": anchor };
  const text = svg("text", { class: "scrub-label", ...place });
  setText(text, t("seconds", { seconds: numbers.exact(at) }));
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
