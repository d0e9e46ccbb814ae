// Copy, cut and paste: the document of what is selected, as text, so that it also goes between tabs.

import { url } from "../../page/boot.js";
import { t } from "../../page/i18n.js";
import { takesText } from "../last_input.js";

const KEY = "loadground.clipboard";

export class Clipboard {
  constructor({ model, camera, sync, toasts, builder }) {
    Object.assign(this, { model, camera, sync, toasts, builder });
    this.kept = "";
    document.addEventListener("paste", (event) => this.pasted(event));
  }

  /** Copy nodes and the links between them. Answers true when they are kept. */
  async copy(ids, said = "copied") {
    const text = await this.documentOf(ids);
    if (!text) return false;
    this.keep(text);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Only this browser has it then, which is enough for its own tabs.
    }
    this.toasts.show(t(said, { count: ids.length }));
    return true;
  }

  async cut(ids) {
    if (await this.copy(ids, "copied")) await this.sync.remove(ids);
  }

  async documentOf(ids) {
    this.sync.flush();
    await this.sync.last;
    try {
      const answer = await fetch(url("document"));
      const { nodes, links, ...whole } = await answer.json();
      const inside = (id) => ids.includes(id);
      return JSON.stringify({
        ...whole,
        peerings: [],
        nodes: nodes.filter(({ id }) => inside(id)),
        links: links.filter(({ source, target }) => inside(source) && inside(target)),
        journal: [],
      });
    } catch {
      this.toasts.show(t("toast.offline"));
      return "";
    }
  }

  /** Paste from the menu: what the browser lets the page read, else what was copied here. */
  async paste() {
    try {
      await this.add(await navigator.clipboard.readText());
    } catch {
      await this.add(this.last);
    }
  }

  /** The browser's own paste, by its key or menu. */
  pasted(event) {
    if (event.defaultPrevented || takesText(event.target)) return; // a file is opened elsewhere
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.add(event.clipboardData.getData("text/plain"));
  }

  async add(text) {
    if (!isDocument(text)) {
      this.toasts.show(t("paste.no_drawing"));
      return;
    }
    const { w, h } = this.camera.size;
    const { view } = this.camera;
    const middle = { x: (w / 2 - view.x) / view.z, y: (h / 2 - view.y) / view.z };
    const answer = await this.sync.paste(text, this.model.drawnAt(middle));
    if (answer.accepted) await this.builder.show(answer.ids);
    else if (answer.why) this.toasts.show(t("paste.refused", { why: answer.why }));
  }

  keep(text) {
    this.kept = text;
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // This tab still has it.
    }
  }

  get last() {
    try {
      return localStorage.getItem(KEY) ?? this.kept;
    } catch {
      return this.kept;
    }
  }
}

/** True if a text may be a drawing; the server says the rest. */
export function isDocument(text) {
  try {
    return JSON.parse(text)?.format === "loadground";
  } catch {
    return false;
  }
}
