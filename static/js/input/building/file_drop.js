// Documents that are dropped on the page, or pasted as files, are opened as a chosen file is.

import { byId, setHidden, setText } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const MENU = "menu"; // the place of the import form that is always there

export class FileDrop {
  constructor({ stage, toasts }) {
    Object.assign(this, { stage, toasts });
    document.addEventListener("dragover", (event) => this.over(event));
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) this.show(false);
    });
    document.addEventListener("drop", (event) => this.drop(event));
    document.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    document.addEventListener("htmx:after:swap", ({ detail }) => {
      if (detail.ctx.sourceElement?.id === `import-${MENU}`) this.refused();
    });
  }

  over(event) {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.show(true);
  }

  drop(event) {
    this.show(false);
    this.take(event, event.dataTransfer);
  }

  take(event, { files }) {
    if (!files?.length) return;
    event.preventDefault();
    const [file] = files;
    const field = byId(`file-${MENU}`);
    const chosen = new DataTransfer();
    chosen.items.add(file);
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Say what is wrong where it is seen: the menu, which has the words, may be closed. */
  refused() {
    const said = byId(`refused-${MENU}`).textContent.replace(/\s+/g, " ").trim();
    if (said && !byId("drawing-menu").matches(":popover-open")) this.toasts.show(said);
  }

  show(on) {
    if (on) setText(byId("drop-text"), t("export.drop"));
    setHidden(byId("drop-text"), !on);
  }
}
