// Dialogs: share (from the server) and help, and copying a link.

import { url } from "../../page/boot.js";
import { byId } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

export class Dialogs {
  constructor(toasts) {
    this.toasts = toasts;
    this.share = byId("dialog");
    this.helpDialog = byId("help");
    byId("share").addEventListener("click", () => this.openShare());
    byId("help-open").addEventListener("click", () => this.help());
    for (const dialog of [this.share, this.helpDialog]) {
      dialog.addEventListener("click", (event) => this.click(event, dialog));
    }
  }

  help() {
    if (!this.helpDialog.open) this.helpDialog.showModal();
  }

  async openShare() {
    await window.htmx.ajax("GET", url("share"), { target: this.share, source: byId("share") });
    if (this.share.firstElementChild && !this.share.open) this.share.showModal();
    this.share.querySelector("#share-url")?.select();
  }

  click(event, dialog) {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    const copy = event.target.closest("[data-copy]");
    if (copy) this.copy(byId(copy.dataset.copy), dialog);
  }

  async copy(field, dialog) {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      dialog.close();
      this.toasts.show(t("toast.copied", { count: field.value.length }));
    } catch {
      const copied = document.execCommand?.("copy");
      if (copied) dialog.close();
      this.toasts.show(
        copied
          ? t("toast.copied", { count: field.value.length })
          : t("toast.copy_by_hand"),
      );
    }
  }
}
