// One request step by step: a clock of its own goes through the stages that the engine wrote down.

import { url } from "../../page/boot.js";
import { byId, setAttr, setHidden, setText, svg } from "../../page/dom.js";
import { numbers, t } from "../../page/i18n.js";

const RETRY_MS = 500;
const STILL_MS = 900; // a stage that took no time is shown for so long
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export class Journey {
  constructor({ model, view, sync, shell, announce }) {
    Object.assign(this, { model, view, sync, shell, announce });
    this.root = byId("journey");
    this.steps = [];
    this.loads = 0;
    this.dot = svg("g", { class: "journey-dot", "aria-hidden": "true" });
    this.dot.append(svg("circle", { r: 11 }), svg("text", { dy: 4 }));
    document.addEventListener("click", (event) => this.click(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  get following() {
    return !this.root.hidden;
  }

  click(event) {
    const target = event.target.closest("[data-follow], [data-follow-client], [data-journey-act]");
    const step = event.target.closest(".journey-step");
    if (step) this.jump(this.steps.indexOf(step.parentElement));
    if (!target) return;
    const { follow, followClient, journeyAct } = target.dataset;
    if (follow) this.open({ request: follow });
    else if (followClient) this.next(followClient);
    else if (journeyAct === "close") this.close();
    else if (journeyAct === "pause") this.play(!this.playing);
    else if (journeyAct === "forth") this.jump(this.at + 1);
    else if (journeyAct === "back") this.jump(this.at - 1);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
    const act = {
      ArrowRight: () => this.jump(this.at + 1),
      ArrowLeft: () => this.jump(this.at - 1),
      Escape: () => this.close(),
      " ": event.target.closest("button") ? null : () => this.play(!this.playing),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Follow the next request that these users send; the run has to go on for that. */
  next(client) {
    const { frame } = this.model;
    if (frame && !frame.running) this.sync.control("resume");
    this.open({ client, after_ns: Math.round((frame?.t ?? 0) * 1e9) });
  }

  async open(query) {
    if (!this.following) this.before = document.activeElement;
    this.stop();
    this.loads += 1;
    const load = this.loads;
    setHidden(this.root, false);
    this.shell.root.classList.add("following");
    this.shell.reveal("inspector");
    this.root.focus({ preventScroll: true });
    await window.htmx.ajax("GET", url("journey", query), { target: this.root, source: this.root });
    if (load !== this.loads || !this.following) return;
    if (this.root.querySelector("[data-waiting]"))
      setTimeout(() => load === this.loads && this.following && this.open(query), RETRY_MS);
    else this.begin();
  }

  begin() {
    this.steps = [...this.root.querySelectorAll(".journey-steps > li")];
    if (!this.steps.length) return;
    this.view.overLayer.append(this.dot);
    this.ms = 0;
    this.at = -1;
    this.jump(0);
    this.play(!reduced.matches);
  }

  close() {
    this.stop();
    this.loads += 1;
    this.root.replaceChildren();
    setHidden(this.root, true);
    this.shell.root.classList.remove("following");
    if (this.before?.isConnected) this.before.focus({ preventScroll: true });
  }

  /** Put everything on the drawing out again. */
  stop() {
    cancelAnimationFrame(this.drawing);
    this.playing = false;
    this.dot.remove();
    for (const { root } of [...this.view.cards.values(), ...this.view.paths.values()])
      root.removeAttribute("data-step");
    this.steps = [];
  }

  play(on) {
    if (on && this.at === this.steps.length - 1 && this.left <= 0) this.jump(0);
    this.playing = on && this.steps.length > 0;
    const button = this.root.querySelector('[data-journey-act="pause"]');
    const word = t(this.playing ? "pause" : "resume");
    button?.setAttribute("aria-label", word);
    if (button) setText(button.querySelector("span"), word);
    const use = button?.querySelector("use");
    use?.setAttribute(
      "href",
      use.getAttribute("href").replace(/#.*/, this.playing ? "#i-pause" : "#i-play"),
    );
    cancelAnimationFrame(this.drawing);
    this.last = performance.now();
    if (this.playing) this.drawing = requestAnimationFrame((now) => this.tick(now));
  }

  /** Go to a step, at its beginning; a step by hand stops the clock. */
  jump(place) {
    const next = Math.min(Math.max(place, 0), this.steps.length - 1);
    if (this.playing && place !== 0) this.play(false);
    this.enter(next);
    this.light();
  }

  enter(place) {
    this.at = place;
    const { begins, lasts } = this.steps[place].dataset;
    this.begins = Number(begins);
    this.lasts = Number(lasts);
    this.slower = Number(byId("journey-speed").value);
    this.left = Math.max(this.lasts * this.slower, STILL_MS);
    this.whole = this.left;
    this.show();
  }

  tick(now) {
    if (!this.playing) return;
    this.left -= now - this.last;
    this.last = now;
    if (this.left <= 0) {
      if (this.at === this.steps.length - 1) {
        this.left = 0;
        this.light();
        this.play(false);
        return;
      }
      this.enter(this.at + 1);
    }
    this.light();
    this.drawing = requestAnimationFrame((then) => this.tick(then));
  }

  /** Mark the step in the list, and on the drawing what it is about and what was before. */
  show() {
    this.steps.forEach((step, i) => {
      step.classList.toggle("done", i < this.at);
      step.classList.toggle("now", i === this.at);
      step.firstElementChild.toggleAttribute("aria-current", i === this.at);
    });
    const step = this.steps[this.at];
    step.scrollIntoView({ block: "nearest" });
    setText(byId("journey-at"), t("journey.step", { at: this.at + 1, last: this.steps.length }));
    this.announce(step.querySelector(".journey-what").textContent);
    const lit = new Map();
    this.steps.slice(0, this.at + 1).forEach(({ dataset }, i) => {
      const state = i === this.at ? "now" : "done";
      for (const one of [dataset.link, dataset.node]) if (one) lit.set(one, state);
    });
    for (const [id, { root }] of [...this.view.cards, ...this.view.paths]) {
      if (lit.has(id)) root.setAttribute("data-step", lit.get(id));
      else root.removeAttribute("data-step");
    }
  }

  /** Move the dot to where the request is now. */
  light() {
    const { node, back } = this.steps[this.at].dataset;
    const part = 1 - this.left / this.whole;
    setText(byId("journey-now"), numbers.places(this.begins + this.lasts * part, 1, 1));
    const lines = this.way();
    const place = lines.length ? along(lines, back === undefined ? part : 1 - part) : null;
    const card = this.view.cards.get(node)?.root.getAttribute("transform");
    const there = place ? `translate(${place.x} ${place.y})` : card;
    this.dot.toggleAttribute("hidden", !there);
    if (there) setAttr(this.dot, "transform", there);
    setText(this.dot.lastElementChild, String(this.at + 1));
  }

  /** The lines that the step leads along, in the direction of their links. */
  way() {
    const { link, back } = this.steps[this.at].dataset;
    const { paths } = this.view;
    const lines = (ids) =>
      ids.map((id) => paths.get(id)?.root.querySelector(".line")).filter(Boolean);
    if (link) return lines([link]);
    if (back === undefined) return [];
    // An answer goes back by every link that the request came by and has not gone back on yet.
    const open = [];
    for (const { dataset } of this.steps.slice(0, this.at)) {
      if (dataset.link && dataset.back !== undefined) open.splice(open.lastIndexOf(dataset.link), 1);
      else if (dataset.link && !open.includes(dataset.link)) open.push(dataset.link);
    }
    return lines(open);
  }
}

/** The point at a share of the length of several lines, one after the other. */
function along(lines, share) {
  const lengths = lines.map((line) => line.getTotalLength());
  let left = share * lengths.reduce((sum, one) => sum + one, 0);
  for (const [i, line] of lines.entries()) {
    if (left <= lengths[i] || i === lines.length - 1) return line.getPointAtLength(left);
    left -= lengths[i];
  }
  return null;
}
