// The thing under something that is dragged in from the palette: a link it fits into, or a node.

const ASIDE = [
  [0, 0],
  [0, -12],
  [0, 12],
  [-12, 0],
  [12, 0],
];

export class DropTarget {
  constructor(view, builder) {
    this.view = view;
    this.builder = builder;
    this.marked = null;
  }

  /** The link or node under the pointer that a node of `kind` fits: {link}, {node} or null. */
  at({ clientX, clientY }, kind) {
    for (const [dx, dy] of ASIDE) {
      const found = document.elementFromPoint(clientX + dx, clientY + dy);
      const node = found?.closest?.(".node")?.dataset.node;
      if (node) return this.builder.fitsNode(node, kind) ? { node } : null;
      const link = found?.closest?.(".link")?.dataset.link;
      if (link && this.builder.fitsLink(link, kind)) return { link };
    }
    return null;
  }

  /** Light up what it would be dropped on. */
  show(event, kind) {
    const found = this.at(event, kind);
    const root = found?.link
      ? this.view.paths.get(found.link)?.root
      : this.view.cards.get(found?.node)?.root;
    if (root === this.marked) return;
    this.clear();
    this.marked = root ?? null;
    this.marked?.classList.add("target");
  }

  clear() {
    this.marked?.classList.remove("target");
    this.marked = null;
  }
}
