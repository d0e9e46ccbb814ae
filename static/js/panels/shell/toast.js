// Short messages over the canvas, at most two, with a button when something can be taken back.

import { html, icon } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const SHOWN_MS = 6000;

export class Toasts {
  constructor(place) {
    this.place = place;
  }

  /** Show `text`; `action` is {label, run} for a button. Stays while pointed at or focused. */
  show(text, action = null) {
    const toast = html("div", { class: "toast" }, html("span", {}, text));
    const close = () => toast.remove();
    if (action) {
      const button = html("button", { type: "button", class: "btn small" }, action.label);
      button.addEventListener("click", () => {
        close();
        action.run();
      });
      toast.append(button);
    }
    const dismiss = html("button", {
      type: "button",
      class: "btn icon small",
      "aria-label": t("dismiss"),
    });
    dismiss.append(icon("x", "s12"));
    dismiss.addEventListener("click", close);
    toast.append(dismiss);
    while (this.place.children.length > 1) this.place.firstElementChild.remove();
    this.place.append(toast);
    const expire = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(expire, 1500);
      else close();
    };
    setTimeout(expire, SHOWN_MS);
  }
}
