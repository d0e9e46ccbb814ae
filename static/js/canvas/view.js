// The drawing on screen: keeps cards and paths in step with the model, without rebuilding them.

import { FAR, TINY } from "./camera.js";
import { byId, setAttr, setHidden, svg } from "../page/dom.js";
import { bounds, boxOf } from "./geometry.js";
import { GroupLayer } from "./groups/group_layer.js";
import { LinkPath } from "./link_path.js";
import { NodeCard } from "./cards/node_card.js";
import { usersSee } from "./cards/users.js";
import { labelPlaces } from "./link_routing.js";

const NUMBERS_EVERY_MS = 500;
const NO_RATE = { rate: 0, failed: 0 };

export class View {
  constructor(model, surface) {
    this.model = model;
    this.surface = surface;
    this.cards = new Map();
    this.paths = new Map();
    this.numbersAt = -Infinity;
    this.zoom = 1;
    this.findings = [];
    this.onRouted = () => undefined; // called with paths that go another way, but for a new drawing
    this.onLabelled = () => undefined; // called after labels have other places
    this.build();
    model.addEventListener("topology", () => this.drawTopology());
    model.addEventListener("jump", () => this.forget());
    model.addEventListener("frame", () => this.drawFrame());
    model.addEventListener("selection", () => this.drawSelection());
  }

  build() {
    this.ground = svg("pattern", {
      id: "dots",
      width: 16,
      height: 16,
      patternUnits: "userSpaceOnUse",
    });
    this.ground.append(svg("circle", { class: "dot", cx: 8, cy: 8, r: 1 }));
    const lines = (id, ground, line, size, turn) =>
      svg(
        "pattern",
        {
          id,
          width: size,
          height: size,
          patternUnits: "userSpaceOnUse",
          patternTransform: `rotate(${turn})`,
        },
        svg("rect", { class: ground, width: size, height: size }),
        svg("path", { class: line, d: `M0 0V${size}` }),
      );
    const defs = svg("defs", {}, this.ground);
    defs.append(
      lines("hatch", "hatch-ground", "hatch-line", 8, 45),
      lines("stripes", "stripe-ground", "stripe-line", 7, 25),
    );
    const floor = svg("rect", {
      class: "floor",
      width: "100%",
      height: "100%",
      fill: "url(#dots)",
    });
    this.groups = new GroupLayer(this.model);
    this.linkLayer = svg("g", { class: "links" });
    this.tagLayer = svg("g", { class: "tags" });
    this.nodeLayer = svg("g", { class: "nodes" });
    this.overLayer = svg("g", { class: "over" });
    this.world = svg(
      "g",
      { class: "world" },
      this.groups.root,
      this.linkLayer,
      this.tagLayer,
      this.nodeLayer,
      this.overLayer,
    );
    this.surface.append(defs, floor, this.world);
  }

  /** The box around everything, or null when the canvas is empty. */
  get extent() {
    const detours = [...this.paths.values()].filter(
      (path) => path.table && path.link.kind === "replication",
    );
    const points = detours.flatMap(({ table }) =>
      Array.from({ length: table.length / 2 }, (_, i) => ({
        x: table[2 * i],
        y: table[2 * i + 1],
        w: 0,
        h: 0,
      })),
    );
    const nodes = [...this.model.nodes.values()];
    return bounds([...nodes.map(boxOf), ...this.groups.hulls, ...points]);
  }

  drawTopology() {
    const { nodes, links, problems } = this.model;
    const focused = document.activeElement?.dataset ?? {};
    prune(this.cards, nodes);
    prune(this.paths, links, (path) => path.tag.remove());
    for (const node of nodes.values()) {
      const card = this.cards.get(node.id);
      if (card) card.update(node);
      else this.addCard(node);
      this.cards.get(node.id).turn(this.model.down);
    }
    for (const link of links.values()) {
      const known = this.paths.get(link.id);
      if (
        known &&
        known.link.source === link.source &&
        known.link.target === link.target &&
        known.link.kind === link.kind
      )
        known.link = link;
      else this.addPath(link, known);
    }
    for (const card of this.cards.values()) {
      card.setProblem(
        problems
          .filter((p) => p.node === card.id && !p.link)
          .map((p) => p.text)
          .join(" "),
      );
    }
    for (const path of this.paths.values()) {
      const problem = problems.find((p) => p.link === path.id);
      path.setProblem(problem?.code, problem?.text ?? "");
    }
    this.drawFindings();
    this.routeAll();
    this.drawFar();
    this.numbersAt = -Infinity;
    this.drawFrame();
    setHidden(byId("canvas-empty"), nodes.size > 0 || this.model.frames.size > 0);
    this.keepFocus(focused);
  }

  /** Show these findings on the cards that they mark. */
  setFindings(findings) {
    this.findings = findings;
    this.drawFindings();
    this.numbersAt = -Infinity;
    this.drawFrame();
  }

  drawFindings() {
    for (const card of this.cards.values())
      card.setFindings(this.findings.filter((one) => one.marks.includes(card.id)));
  }

  addCard(node) {
    const card = new NodeCard(node);
    card.setProblem("");
    card.label("", "");
    this.cards.set(node.id, card);
    this.nodeLayer.append(card.root);
  }

  addPath(link, old) {
    old?.root.remove();
    old?.tag.remove();
    const path = new LinkPath(link);
    this.paths.set(link.id, path);
    this.linkLayer.append(path.root);
    this.tagLayer.append(path.tag);
  }

  /** A focused node that went away gives its focus to the canvas, not to the top of the page. */
  keepFocus({ node, link }) {
    if ((node && !this.cards.has(node)) || (link && !this.paths.has(link)))
      this.surface.focus({ preventScroll: true });
  }

  routeAll() {
    this.groups.draw();
    this.route([...this.paths.values()]);
    this.placeLabels();
  }

  /** Draw the links at these nodes again while the nodes move; labels stay half way. */
  routeAt(ids) {
    const moved = new Set(ids);
    for (const id of moved) this.cards.get(id)?.place();
    this.groups.draw();
    const touched = [...this.paths.values()].filter(
      ({ link }) => moved.has(link.source) || moved.has(link.target) || link.kind === "replication",
    );
    this.route(touched);
    this.onRouted(touched);
    for (const path of touched) path.placeLabel(labelPlaces([path.labelled], []).get(path.id));
    this.onLabelled();
  }

  route(paths) {
    const { nodes, down } = this.model;
    const boxes = [...nodes.values()].map(boxOf);
    for (const path of paths) {
      path.route(nodes.get(path.link.source), nodes.get(path.link.target), boxes, down);
    }
  }

  /** Put the labels where they cover least; zoomed out, only alarms have one. */
  placeLabels() {
    const boxes = [...this.model.nodes.values()].map(boxOf);
    const labelled = [...this.paths.values()].filter(
      (path) => path.labelWidth && path.table && (!this.wasFar || path.alarm),
    );
    const places = labelPlaces(
      labelled.map((path) => path.labelled),
      boxes,
    );
    for (const path of labelled) path.placeLabel(places.get(path.id));
    this.onLabelled();
  }

  drawFrame() {
    const { frame, live, rates } = this.model;
    if (!frame) return;
    const now = performance.now();
    const numbers = now - this.numbersAt >= NUMBERS_EVERY_MS;
    if (numbers) this.numbersAt = now;
    for (const card of this.cards.values()) {
      const part = live.get(card.id);
      if (!part) continue;
      if (card.sends) part.words = usersSee(part, this.model);
      card.live(part, now);
      if (numbers) card.numbers(part, this.wasFar);
    }
    if (!numbers) return;
    this.groups.live();
    let moved = false;
    for (const path of this.paths.values()) {
      const ends = [live.get(path.link.source), live.get(path.link.target)];
      moved = path.live(rates.get(path.id) ?? NO_RATE, ends) || moved;
    }
    if (moved) this.placeLabels();
  }

  /** Forget what was shown, which is of another time: no trends across it, and figures at once. */
  forget() {
    this.numbersAt = -Infinity;
    for (const card of this.cards.values()) card.forget();
  }

  drawSelection() {
    const { selection, link } = this.model;
    this.surface.classList.toggle("many", selection.size > 1);
    for (const card of this.cards.values())
      card.root.classList.toggle("sel", selection.has(card.id));
    for (const path of this.paths.values()) path.root.classList.toggle("sel", path.id === link);
    this.groups.select();
  }

  /** Lay the world on the screen as the camera says. */
  setCamera({ x, y, z }) {
    setAttr(this.world, "transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${z})`);
    const dots = z < 0.45 ? z * 3 : z < 0.8 ? z * 2 : z;
    setAttr(
      this.ground,
      "patternTransform",
      `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${dots})`,
    );
    this.zoom = z;
    this.groups.zoom(z);
    this.drawFar();
  }

  drawFar() {
    const far = this.zoom < FAR;
    this.surface.classList.toggle("far", far);
    this.surface.classList.toggle("tiny", this.zoom < TINY);
    if (far) for (const card of this.cards.values()) card.layout(this.zoom);
    else if (this.wasFar)
      for (const card of this.cards.values()) {
        card.reach(1);
        card.badges.layout(1);
      }
    if (far === this.wasFar) return;
    this.wasFar = far;
    this.numbersAt = -Infinity;
    this.drawFrame();
    this.placeLabels();
  }

  /** Put nodes on top, in the order given, while they are dragged. */
  raise(ids) {
    for (const id of ids) {
      const root = this.cards.get(id)?.root;
      if (
        root &&
        root !== this.nodeLayer.lastElementChild &&
        !root.contains(document.activeElement)
      )
        this.nodeLayer.append(root);
    }
  }
}

function prune(shown, wanted, also = () => undefined) {
  for (const [id, part] of shown) {
    if (wanted.has(id)) continue;
    part.root.remove();
    also(part);
    shown.delete(id);
  }
}
