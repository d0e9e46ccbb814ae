// Files for other programs: a picture as PNG, made of the server's SVG, and the charts as CSV.

import { url } from "../../page/boot.js";
import { csv } from "../../page/csv.js";
import { byId, html } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const SCALE = 2;
const HEADINGS = { u: "utilisation %", l: "lag s", c: "connections" };
const NUMBERS = 6; // significant digits
const WHOLE = ["offered", "completed", "failed", "attempts", "p50", "p95", "p99", "usd"];

/** Place of a column in a file: those of the whole drawing first, nodes as they came. */
const rank = (name) => (WHOLE.includes(name) ? WHOLE.indexOf(name) : WHOLE.length);

export class Exports {
  constructor({ model, charts, toasts }) {
    Object.assign(this, { model, charts, toasts });
    document.addEventListener("click", (event) => {
      const kind = event.target.closest("[data-export]")?.dataset.export;
      if (kind === "png") this.png();
      else if (kind === "csv") this.csv();
    });
    document.addEventListener("change", ({ target }) => {
      if (target.name === "export-theme") byId("export-svg").href = this.picture;
    });
  }

  get picture() {
    const dark = document.querySelector("[name=export-theme]:checked")?.value === "dark";
    return url("drawing.svg", { theme: dark ? "dark" : "light" });
  }

  async png() {
    try {
      const image = new Image();
      image.src = this.picture;
      await image.decode();
      const canvas = html("canvas");
      canvas.width = image.naturalWidth * SCALE;
      canvas.height = image.naturalHeight * SCALE;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      save(await new Promise((done) => canvas.toBlob(done, "image/png")), this.name("png"));
    } catch {
      this.toasts.show(t("export.failed"));
    }
  }

  /** Every sample that the charts have, a column a line, nodes by their names. */
  csv() {
    const { history } = this.charts;
    if (!history.times.length) {
      this.toasts.show(t("export.empty"));
      return;
    }
    const short = (value) => (value === null ? null : Number(value.toPrecision(NUMBERS)));
    const columns = [...history.columns]
      .sort(([one], [other]) => rank(one) - rank(other))
      .map(([name, values]) => [this.heading(name), values.map(short)]);
    const text = csv([[t("export.seconds"), history.times.map(short)], ...columns]);
    save(new Blob([text], { type: "text/csv" }), this.name("csv"));
  }

  /** "u:web-1" is the utilisation of a node, "f:refused" a sort of failures. */
  heading(column) {
    const [kind, id] = column.split(/:(.*)/s);
    if (id === undefined) return column;
    if (kind === "f") return `failed ${id}`;
    return `${HEADINGS[kind] ?? kind} ${this.model.nodes.get(id)?.name ?? id}`;
  }

  name(ending) {
    const kept = this.model.name.replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
    return `${kept || "loadground"}.${ending}`;
  }
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = html("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
