// The frame of the page: tabs of the sheet, folding the drawer, theme, language.

import { byId } from "./dom.js";

const YEAR_S = 31_536_000;
const phone = matchMedia("(max-width: 699px)");
const narrow = matchMedia("(max-width: 1099px)");

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
}

export class Shell {
  /** `onPhone(is)` is told at once and at every change; `onLayout()` after the panels moved. */
  constructor({ onPhone, onLayout, onTheme }) {
    this.root = byId("shell");
    this.onPhone = onPhone;
    this.onLayout = onLayout;
    this.onTheme = onTheme;
    for (const button of byId("tabs").children)
      button.addEventListener("click", () => this.pick(button.dataset.tab));
    byId("drawer-toggle").addEventListener("click", () =>
      this.fold(!this.root.classList.contains("closed")),
    );
    byId("theme").addEventListener("click", () => this.turnTheme());
    for (const link of document.querySelectorAll("[data-set-language]")) {
      link.addEventListener("click", () => remember("lang", link.dataset.setLanguage));
    }
    phone.addEventListener("change", () => this.arrange());
    narrow.addEventListener("change", () => this.arrange());
    this.arrange(true);
  }

  /** The tabs that exist at this width; another one open falls back to the usual one. */
  arrange(first = false) {
    const tab = this.root.dataset.tab;
    if (phone.matches) this.show("canvas");
    else if (tab === "canvas" || tab === "palette" || (tab === "inspector" && !narrow.matches))
      this.show("run");
    this.onPhone(phone.matches);
    if (!first) this.onLayout();
  }

  /** A tab was pressed; pressing the open one on a phone goes back to the canvas. */
  pick(tab) {
    this.fold(false);
    this.show(phone.matches && this.root.dataset.tab === tab ? "canvas" : tab);
  }

  show(tab) {
    this.root.dataset.tab = tab;
    for (const button of byId("tabs").children)
      button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
  }

  /** Bring a panel forward where panels share one place; nothing happens where all are in view. */
  reveal(tab) {
    if (tab === "inspector" && narrow.matches) this.show("inspector");
    if (tab === "canvas" && phone.matches) this.show("canvas");
    if (tab === "palette" && phone.matches) this.show("palette");
  }

  fold(closed) {
    this.root.classList.toggle("closed", closed);
    byId("drawer-toggle").setAttribute("aria-expanded", String(!closed));
  }

  turnTheme() {
    const { dataset } = document.documentElement;
    const dark = dataset.theme
      ? dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = dark ? "light" : "dark";
    remember("theme", dataset.theme);
    this.onTheme();
  }
}
