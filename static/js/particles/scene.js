// Requests in flight as dots on a canvas: what is needed to draw them, in a worker or on the page.

import { at } from "../canvas/link_routing.js";
import { PlaybackClock } from "./clock.js";
import { HopPlayer, oneIn, Thinning } from "./request_dots.js";

const ROOM_PX = 26; // length of link on screen for each dot
const TURN = Math.PI * 2;

export class Scene {
  /** `onChange({share, slowed})` is called when one of them changes. */
  constructor(onChange) {
    this.onChange = onChange;
    this.player = new HopPlayer();
    this.thinning = new Thinning();
    this.clock = new PlaybackClock();
    this.links = new Map(); // link id -> {source, table}
    this.ports = new Map(); // node id -> {x, y} of where its crosses are drawn
    this.covers = []; // boxes of the world under which dots pass: cards and labels
    this.camera = { x: 0, y: 0, z: 1 };
    this.carrying = 0; // length of the links that carry requests
    this.calm = false;
    this.lastFrameAt = 0;
    this.last = 0;
    this.shown = 0;
    this.reported = { share: 1, slowed: false };
  }

  /** Draw on `canvas` from now on; it may be an OffscreenCanvas. */
  set canvas(canvas) {
    this.surface = canvas;
    this.pen = canvas.getContext("2d");
  }

  /** The canvas has another size, in CSS pixels; `ratio` device pixels each. */
  size({ w, h, ratio }) {
    this.ratio = ratio;
    this.surface.width = Math.round(w * ratio);
    this.surface.height = Math.round(h * ratio);
  }

  /** A frame of simulated time `t` came at wall time `now` (s) with `hops` in it. */
  frame({ t, rate, hops, carrying, now }) {
    this.clock.frame(t, rate, now);
    this.carrying = carrying;
    if (this.calm) return;
    const room = (carrying * this.camera.z) / ROOM_PX;
    if (hops.length) this.thinning.measure(hops.length, Math.min(now - this.lastFrameAt, 1), room);
    this.lastFrameAt = now;
    const { share } = this.thinning;
    this.player.add(hops.filter(([request]) => oneIn(request, share)));
  }

  /** Other routes of links, all of them or only those that moved. */
  routes({ all, links, ports }) {
    if (all) {
      this.links.clear();
      this.ports.clear();
    }
    for (const [id, link] of links) this.links.set(id, link);
    for (const [id, port] of ports) this.ports.set(id, port);
  }

  covered(boxes) {
    this.covers = boxes;
  }

  colours({ read, write, error, edge }) {
    this.paint = { r: read, w: write, x: error, edge };
  }

  view(camera) {
    this.camera = camera;
  }

  calmed(calm) {
    this.calm = calm;
    if (calm) this.player.clear();
  }

  clear() {
    this.player.clear();
  }

  /** Draw the picture of wall time `now` (s). Answers whether the next one differs by itself. */
  draw(now) {
    if (!this.pen || !this.paint) return false;
    const dt = Math.min(now - this.last, 0.1);
    this.last = now;
    const { rate } = this.clock;
    if (!this.calm) this.player.advance(this.clock.at(now), rate, dt);
    this.stamp(this.calm ? [] : this.player.active);
    this.report();
    return rate > 0 && !this.calm;
  }

  report() {
    const { share } = this.thinning;
    const slowed = this.player.slowed && this.player.active.length > 0;
    if (share === this.reported.share && slowed === this.reported.slowed) return;
    this.reported = { share, slowed };
    this.onChange(this.reported);
  }

  stamp(dots) {
    if (!dots.length && !this.shown) return;
    this.shown = dots.length;
    const { pen, ratio } = this;
    const { x, y, z } = this.camera;
    const radius = Math.min(Math.max(3.4 * z, 2.2), 5);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.surface.width, this.surface.height);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const paths = { r: new Path2D(), w: new Path2D(), x: new Path2D() };
    for (const dot of dots) {
      const place = dot.at < 0 ? null : this.place(dot);
      if (place) SHAPES[dot.kind](paths[dot.kind], place.x * z + x, place.y * z + y, radius);
    }
    pen.lineWidth = 1;
    pen.strokeStyle = this.paint.edge;
    for (const kind of ["r", "w"]) {
      pen.fillStyle = this.paint[kind];
      pen.fill(paths[kind]);
      pen.stroke(paths[kind]);
    }
    for (const box of this.covers) pen.clearRect(box.x * z + x, box.y * z + y, box.w * z, box.h * z);
    pen.lineWidth = 2;
    pen.lineCap = "round";
    pen.strokeStyle = this.paint.x;
    pen.stroke(paths.x);
  }

  /** Place of a dot in the world, or null when its link is gone. */
  place(dot) {
    const link = dot.link ? this.links.get(dot.link) : null;
    const back = link?.source === dot.node;
    if (dot.cross)
      return link ? at(link.table, back ? 0.08 : 0.92) : (this.ports.get(dot.node) ?? null);
    return link ? at(link.table, back ? 1 - dot.at : dot.at) : null;
  }
}

const SHAPES = {
  r(path, x, y, r) {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, TURN);
  },
  w(path, x, y, r) {
    path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  },
  x(path, x, y, r) {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  },
};

/** Wall time in seconds that a page and its workers agree on. */
export const wall = () => (performance.timeOrigin + performance.now()) / 1000;

const onNextPicture = globalThis.requestAnimationFrame ?? ((draw) => setTimeout(draw, 16));

/** Draws a scene for as long as something moves in it; `wake` when it may have changed. */
export class Loop {
  constructor(scene) {
    this.scene = scene;
    this.asked = 0;
  }

  wake() {
    this.asked ||= onNextPicture(() => this.next());
  }

  next() {
    this.asked = 0;
    if (this.scene.draw(wall())) this.wake();
  }
}
