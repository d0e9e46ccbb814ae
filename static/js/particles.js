// Requests in flight, drawn on one canvas above the links. Which dots are where is HopPlayer's job.

import { boxOf } from "./geometry.js";
import { HopPlayer, oneIn, Thinning } from "./hops.js";
import { at } from "./routes.js";

const ROOM_PX = 26; // length of link on screen for each dot
const COLOURS = { r: "--read", w: "--write", x: "--error" };

export class Particles {
  constructor({ canvas, model, view, camera, clock, onSlowed }) {
    Object.assign(this, { canvas, model, view, camera, clock, onSlowed });
    this.pen = canvas.getContext("2d");
    this.player = new HopPlayer();
    this.thinning = new Thinning();
    this.heard = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.last = 0;
    this.shown = 0;
    this.size();
    this.colour();
    new ResizeObserver(() => this.size()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colour());
    requestAnimationFrame((now) => this.draw(now));
  }

  /** Take the sampled hops of a frame. */
  add(hops) {
    if (this.calm.matches) return;
    const now = performance.now();
    if (hops.length)
      this.thinning.measure(hops.length, Math.min((now - this.heard) / 1000, 1), this.room());
    this.heard = now;
    const { share } = this.thinning;
    this.player.add(hops.filter(([request]) => oneIn(request, share)));
  }

  /** How many sampled requests one dot stands for. */
  get share() {
    return this.thinning.share;
  }

  /** How many dots fit on the links that carry requests, at this zoom. */
  room() {
    let length = 0;
    for (const path of this.view.paths.values()) if (path.rate > 0) length += path.length ?? 0;
    return (length * this.camera.view.z) / ROOM_PX;
  }

  clear() {
    this.player.clear();
  }

  size() {
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(this.canvas.clientWidth * this.ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.ratio);
  }

  /** Read the colours again: canvases do not follow the theme by themselves. */
  colour() {
    const probe = document.createElement("i");
    this.canvas.parentElement.append(probe);
    const read = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    this.colours = Object.fromEntries(
      Object.entries(COLOURS).map(([kind, name]) => [kind, read(name)]),
    );
    this.edge = read("--canvas");
    probe.remove();
  }

  draw(now) {
    requestAnimationFrame((next) => this.draw(next));
    const dt = Math.min((now - this.last) / 1000, 0.1);
    this.last = now;
    const { frame } = this.model;
    if (!frame || this.calm.matches) {
      this.wipe();
      return;
    }
    const rate = frame.running ? this.clock.rate : 0;
    this.player.advance(this.clock.at(now / 1000), rate, dt);
    this.onSlowed(this.player.slowed && this.player.active.length > 0);
    this.paint();
  }

  wipe() {
    if (!this.shown) return;
    this.shown = 0;
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  paint() {
    const dots = this.player.active;
    if (!dots.length && !this.shown) return;
    this.shown = dots.length;
    const { x, y, z } = this.camera.view;
    const { pen, ratio } = this;
    const radius = Math.min(Math.max(3.4 * z, 2.2), 5);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const paths = { r: new Path2D(), w: new Path2D(), x: new Path2D() };
    for (const dot of dots) {
      const place = dot.at < 0 ? null : this.place(dot);
      if (!place) continue;
      stamp(paths[dot.kind], dot.kind, place.x * z + x, place.y * z + y, radius);
    }
    pen.lineWidth = 1;
    pen.strokeStyle = this.edge;
    for (const kind of ["r", "w"]) {
      pen.fillStyle = this.colours[kind];
      pen.fill(paths[kind]);
      pen.stroke(paths[kind]);
    }
    pen.lineWidth = 2;
    pen.lineCap = "round";
    pen.strokeStyle = this.colours.x;
    pen.stroke(paths.x);
  }

  place(dot) {
    const path = dot.link ? this.view.paths.get(dot.link) : null;
    if (dot.cross) {
      if (path?.table) return at(path.table, path.link.source === dot.node ? 0.08 : 0.92);
      const node = this.model.nodes.get(dot.node);
      const box = node && boxOf(node);
      return box ? { x: box.x, y: box.y + box.h / 2 } : null;
    }
    if (!path?.table) return null;
    return at(path.table, path.link.source === dot.node ? 1 - dot.at : dot.at);
  }
}

function stamp(path, kind, x, y, r) {
  if (kind === "r") {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, Math.PI * 2);
  } else if (kind === "w") {
    path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  } else {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  }
}
