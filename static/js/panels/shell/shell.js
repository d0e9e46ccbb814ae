// The frame of the page: tabs of the sheet, folding the drawer, theme, language.

import { byId } from "../../page/dom.js";

const YEAR_S = 31_536_000;
const phone = matchMedia("(max-width: 699px)");
const narrow = matchMedia("(max-width: 1099px)");
const low = matchMedia("(max-height: 759px) and (min-width: 700px)");
const SHEET = { least: 160, most: 0.7, step: 24 };

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
}

function recalled(name) {
  return document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1] ?? "";
}

export class Shell {
  /** `onPhone(is)` is called at once and at every change; `onLayout()` after the panels moved. */
  constructor({ onPhone, onLayout, onTheme }) {
    this.root = byId("shell");
    this.onPhone = onPhone;
    this.onLayout = onLayout;
    this.onTheme = onTheme;
    for (const button of byId("tabs").children)
      button.addEventListener("click", () => this.pick(button.dataset.tab));
    byId("drawer-toggle").addEventListener("click", () =>
      this.collapse(!this.root.classList.contains("closed")),
    );
    byId("theme").addEventListener("click", () => this.turnTheme());
    for (const link of document.querySelectorAll("[data-set-language]")) {
      link.addEventListener("click", () => remember("lang", link.dataset.setLanguage));
    }
    phone.addEventListener("change", () => this.arrange());
    narrow.addEventListener("change", () => this.arrange());
    this.grip = byId("drawer-grip");
    this.grip.addEventListener("pointerdown", (event) => this.drag(event));
    this.grip.addEventListener("keydown", (event) => this.step(event));
    const kept = recalled("drawer");
    if (Number(kept) > 0) this.resize(Number(kept));
    if (kept === "closed" || (!kept && low.matches)) this.collapse(true, false);
    this.arrange(true);
  }

  /** Make the drawer `height` pixels high, within what the window allows. */
  resize(height) {
    const most = Math.round(window.innerHeight * SHEET.most);
    const next = Math.round(Math.min(Math.max(height, SHEET.least), most));
    this.root.style.setProperty("--drawer", `${next}px`);
    this.grip.setAttribute("aria-valuenow", String(next));
    this.grip.setAttribute("aria-valuemax", String(most));
    this.height = next;
  }

  drag(event) {
    const from = { y: event.clientY, height: this.measured() };
    const moved = ({ clientY }) => this.resize(from.height + from.y - clientY);
    event.preventDefault();
    this.grip.setPointerCapture(event.pointerId);
    this.grip.addEventListener("pointermove", moved);
    this.grip.addEventListener(
      "lostpointercapture",
      () => {
        this.grip.removeEventListener("pointermove", moved);
        remember("drawer", this.height ?? from.height);
      },
      { once: true },
    );
  }

  step(event) {
    const turn = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    this.resize(this.measured() + turn * SHEET.step);
    remember("drawer", this.height);
  }

  measured() {
    return this.root.querySelector(".run").offsetHeight || SHEET.least;
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
    this.collapse(false);
    this.show(phone.matches && this.root.dataset.tab === tab ? "canvas" : tab);
  }

  show(tab) {
    this.root.dataset.tab = tab;
    for (const button of byId("tabs").children)
      button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    this.root.dispatchEvent(new CustomEvent("tab", { detail: tab }));
  }

  /** Bring a panel forward where panels share one place; nothing happens where all are in view. */
  reveal(tab) {
    if (tab === "inspector" && narrow.matches) this.show("inspector");
    if (tab === "canvas" && phone.matches) this.show("canvas");
    if (tab === "palette" && phone.matches) this.show("palette");
  }

  /** Fold the drawer away or open it; a person's choice is kept for the next visit. */
  collapse(closed, byPerson = true) {
    if (byPerson && closed !== this.root.classList.contains("closed"))
      remember("drawer", closed ? "closed" : (this.height ?? "open"));
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
