// Banners over the canvas: the engine is compiling, the line is broken, the sandbox is gone.

import { glyph, html, setText } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const ASK_MS = 1500;

export class Status {
  constructor(place) {
    this.place = place;
    this.banners = new Map();
  }

  /** Put up a banner called `name`, or change its words. `link` is {label, href}. */
  put(name, state, strong, more, link = null) {
    let banner = this.banners.get(name);
    if (!banner) {
      banner = html(
        "div",
        { class: `banner ${state}`, role: "status" },
        glyph(state),
        html("b"),
        html("span"),
      );
      if (link) banner.append(html("a", { class: "btn", href: link.href }, link.label));
      this.banners.set(name, banner);
      this.place.append(banner);
    }
    setText(banner.children[1], strong);
    setText(banner.children[2], more);
  }

  clear(name) {
    this.banners.get(name)?.remove();
    this.banners.delete(name);
  }

  /** Say how far compiling is, until the engine runs. */
  warming(ready) {
    if (ready) {
      clearInterval(this.asking);
      this.asking = 0;
      this.clear("warming");
      return;
    }
    if (this.asking) return;
    this.put("warming", "recovering", t("warming"), t("warming_more"));
    this.asking = setInterval(() => this.ask(), ASK_MS);
    this.ask();
  }

  async ask() {
    try {
      const health = await (await fetch("/health")).json();
      if (!this.asking) return;
      if (health.engine === "failed") {
        this.clear("warming");
        this.put("failed", "down", t("engine_failed"), t(`engine_failed.${health.reason}`));
        return;
      }
      const percent = Math.round((health.progress ?? 0) * 100);
      this.put(
        "warming",
        "recovering",
        percent ? t("warming_at", { percent }) : t("warming"),
        t("warming_more"),
      );
    } catch {
      // The stream says when the server is gone.
    }
  }

  /** Say that the simulation contradicts itself, and in what, while frames say so. */
  doubted(breaches) {
    if (!breaches.length) {
      this.clear("doubted");
      return;
    }
    const what = breaches.map((name) => t(`breach.${name}`)).join(" ");
    this.put("doubted", "down", t("breached"), `${what} ${t("breached_more")}`);
  }

  /** Say that the server cannot save what is done here, while frames say so. */
  unsaved(is) {
    if (is) this.put("unsaved", "degraded", t("unsaved"), t("unsaved_more"));
    else this.clear("unsaved");
  }

  lost() {
    this.put("lost", "recovering", t("reconnecting"), t("reconnecting_more"));
  }

  back() {
    this.clear("lost");
    this.clear("gone");
  }

  gone() {
    this.clear("lost");
    this.put("gone", "down", t("gone"), t("gone_more"), { label: t("gone_open"), href: location.pathname });
  }
}
