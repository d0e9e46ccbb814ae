// Requests in flight over the canvas. They are drawn by a worker where there can be one, since a
// picture every 16 ms costs the page more than all else that it does.

import { centreOf, boxOf } from "../canvas/geometry.js";
import { Loop, Scene, wall } from "./scene.js";

const COLOURS = { read: "--read", write: "--write", error: "--error", edge: "--canvas" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Particles {
  /** `onNews({share, slowed})`: sampled requests that a dot stands for, and the pace. */
  constructor({ canvas, model, view, onNews }) {
    Object.assign(this, { canvas, model, view, onNews });
    this.share = 1;
    this.post = this.inWorker() ?? this.onPage();
    this.size();
    this.colour();
    this.post("calmed", calm.matches);
    calm.addEventListener("change", () => this.post("calmed", calm.matches));
    new ResizeObserver(() => this.size()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colour());
    model.addEventListener("topology", () => this.sendRoutes());
    view.onRouted = (paths) => this.sendRoutes(paths);
    view.onLabelled = () => this.sendCovers();
  }

  /** Answers how to call the scene, or null where the canvas cannot be handed over. */
  inWorker() {
    if (!this.canvas.transferControlToOffscreen || !window.Worker) return null;
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => this.onChange(data));
    const canvas = this.canvas.transferControlToOffscreen();
    worker.postMessage(["canvas", canvas], [canvas]);
    return (what, value) => worker.postMessage([what, value]);
  }

  onPage() {
    const scene = new Scene((change) => this.onChange(change));
    const loop = new Loop(scene);
    scene.canvas = this.canvas;
    return (what, value) => {
      scene[what](value);
      loop.wake();
    };
  }

  onChange({ share, slowed }) {
    this.share = share;
    this.onNews({ share, slowed });
  }

  /** Take the clock and the sampled hops of a frame. */
  frame({ t, rate, running, h: hops }) {
    const now = wall();
    this.post("frame", { t, rate: running ? rate : 0, hops, carrying: this.length(), now });
  }

  /** The length of all links that carry requests. */
  length() {
    let length = 0;
    for (const path of this.view.paths.values()) if (path.rate > 0) length += path.length ?? 0;
    return length;
  }

  /** Send where links go: all of them, or only the `paths` that moved. */
  sendRoutes(paths = null) {
    const moved = paths ?? [...this.view.paths.values()];
    const links = moved
      .filter((path) => path.table)
      .map(({ id, link, table }) => [id, { source: link.source, table }]);
    const ports = [...this.model.nodes.values()].map((node) => {
      const box = boxOf(node);
      return [node.id, { x: box.x, y: centreOf(box).y }];
    });
    this.post("routes", { all: !paths, links, ports: paths ? [] : ports });
    this.sendCovers();
  }

  /** Send what lies above the dots: cards, and the labels of links. */
  sendCovers() {
    const cards = [...this.model.nodes.values()].map(boxOf);
    const labels = [...this.view.paths.values()].map((path) => path.labelBox).filter(Boolean);
    this.post("covered", [...cards, ...labels]);
  }

  setCamera(view) {
    this.post("view", view);
  }

  clear() {
    this.post("clear");
  }

  size() {
    const { clientWidth: w, clientHeight: h } = this.canvas;
    this.post("size", { w, h, ratio: Math.min(window.devicePixelRatio || 1, 2) });
  }

  /** Read the colours again: canvases do not follow the theme by themselves. */
  colour() {
    const probe = document.createElement("i");
    this.canvas.parentElement.append(probe);
    const read = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    const found = Object.entries(COLOURS).map(([name, token]) => [name, read(token)]);
    probe.remove();
    this.post("colours", Object.fromEntries(found));
  }
}
