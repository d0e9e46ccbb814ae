// The menu of a thing on the canvas: by the right button, a finger that rests, or the Menu key.

import { t } from "../page/i18n.js";

const OF_NODES = [
  ["connect", "addLinked", "rename"],
  ["putInto", "takeOut"],
  ["duplicate", "copy", "cut"],
  ["alignLeft", "alignCentre", "alignRight", "alignTop", "alignMiddle", "alignBottom"],
  ["distributeAcross", "distributeDown"],
  ["crash", "hang", "heal"],
  ["delete"],
];
const OF_GROUP = [["rename", "selectMembers"], ["crash", "heal"], ["delete"]];
const OF_LINK = [["insert"], ["crash"], ["delete"]];
const OF_GROUND = [["paste", "all"], ["tidy", "fit", "zoomActual"], ["undo", "redo"], ["commands"]];

export class ContextMenu {
  constructor({ model, commands, menu, surface, connector }) {
    Object.assign(this, { model, commands, menu, surface, connector });
    surface.addEventListener("contextmenu", (event) => this.asked(event));
  }

  asked(event) {
    event.preventDefault();
    if (event.pointerType === "touch" || this.connector.active) return; // fingers: see Interact
    this.open(event.target, { x: event.clientX, y: event.clientY });
  }

  /** Open the menu of what `target` belongs to, at a point of the window. */
  open(target, point) {
    const node = target.closest?.(".node")?.dataset.node;
    const link = target.closest?.(".link")?.dataset.link;
    const group = target.closest?.(".hull")?.dataset.group;
    const { selection } = this.model;
    if (node && !selection.has(node)) this.model.select({ nodes: [node] });
    if (link) this.model.select({ link });
    if (group) this.model.select({ group });
    const nodes = node ? [...this.model.selection] : [];
    const about = { node: node ?? null, nodes, link: link ?? null, group: group ?? null };
    const several = nodes.length > 1;
    const sections = node ? OF_NODES : link ? OF_LINK : group ? OF_GROUP : OF_GROUND;
    const entries = sections
      .map((ids) => ids.filter((id) => !several || !ONE.has(id)))
      .map((ids) => this.commands.entries(ids, about))
      .filter((section) => section.length)
      .flatMap((section, i) => (i ? [null, ...section] : section));
    const called = group && this.model.called(this.model.groupOf(group));
    const name = this.model.nodes.get(node)?.name ?? called ?? t(link ? "menu.link" : "menu.ground");
    this.menu.open(point, name, entries, this.place(node, link, group));
  }

  /** The element that the focus goes back to. */
  place(node, link, group) {
    if (group) return this.commands.view.groups.of(group) ?? this.surface;
    const selector = node ? `[data-node="${node}"]` : link ? `[data-link="${link}"]` : null;
    return (selector && this.surface.querySelector(`g${selector}`)) ?? this.surface;
  }
}

const ONE = new Set(["connect", "addLinked", "rename"]);
