// One node's card on the canvas: full, and compact for when the canvas is zoomed out.

import { faults, headlines, targets } from "../../page/boot.js";
import { Badges } from "./badges.js";
import { CompactCard } from "./compact_card.js";
import { clip, setAttr, setText, svg, swapClass, textWidth, use } from "../../page/dom.js";
import { CARD } from "../geometry.js";
import { maybe, numbers, t } from "../../page/i18n.js";
import { clipMiddle } from "./short_names.js";

const USERS_STATES = { failing: "down", delayed: "saturated" };
export const STATES = ["idle", "healthy", "busy", "saturated", "down", "recovering", ...Object.keys(USERS_STATES)];
/** Sign of a state that has none of its own. */
export const GLYPHS = { idle: "neutral", ...USERS_STATES };
const NAME_FONT = "600 13px";
const SMALL_BOLD = "600 11px";
const BAR = 104;
const SPARK = { x: 104, y: 66, w: 47, h: 16, most: 30 };
const WIDE_SPARK = { x: 9, y: 66, w: 142, h: 17, most: 60 };

const isTarget = (kind) => Object.values(targets).some((list) => list.includes(kind));

/** Number of servers that a node stands for: "3", or "2/3" while only two of them are up. */
const servedBy = ([count, up]) => (up === count ? String(count) : `${up}/${count}`);

export class NodeCard {
  constructor(node) {
    this.id = node.id;
    this.kind = node.kind;
    this.sends = headlines[node.kind] === "rate";
    this.history = [];
    this.state = "";
    this.stateSince = -Infinity;
    this.role = null;
    this.fault = null;
    this.servers = "";
    this.reason = "";
    this.build(node);
    this.update(node);
  }

  build(node) {
    const { w, h } = CARD;
    const text = (name, x, y) => svg("text", { class: name, x, y });
    this.title = svg("title");
    this.ring = svg("rect", { class: "ring", x: -4, y: -4, width: w + 8, height: h + 8, rx: 11 });
    this.card = svg("rect", { class: "card", x: 0, y: 0, width: w, height: h, rx: 8 });
    this.name = text("name", 31, 22);
    this.glyph = use("g-neutral", { class: "glyph", x: 137, y: 10, width: 14, height: 14 });
    this.tag = svg("g", { class: "role-tag" });
    this.tagBox = svg("rect", { class: "role-box", y: 9, height: 16, rx: 4 });
    this.tagText = svg("text", { class: "role-text", y: 21 });
    this.tag.append(this.tagBox, this.tagText);
    this.address = text("address", 9, 41);
    this.side = text("side", 151, 41);
    this.track = svg("rect", { class: "track", x: 9, y: 51, width: BAR, height: 6, rx: 3 });
    this.fill = svg("rect", { class: "fill", x: 9, y: 51, width: 0, height: 6, rx: 3 });
    this.util = text("util", 151, 58);
    this.why = text("why", 9, 58);
    this.bottom = this.sends ? text("sent", 9, 60) : text("queue", 9, 79);
    this.sparkArea = this.sends ? WIDE_SPARK : SPARK;
    this.sparkGround = svg("path", { class: "spark-ground" });
    this.spark = svg("path", { class: "spark" });
    this.sparkDot = svg("circle", { class: "spark-dot", r: 1.5, cx: -20 });
    this.icon = use(`i-${node.icon}`, { class: "icon", x: 9, y: 9, width: 16, height: 16 });
    const full = svg(
      "g",
      { class: "full" },
      this.icon,
      this.name,
      this.tag,
      this.glyph,
      this.address,
      this.side,
    );
    full.append(
      this.track,
      this.fill,
      this.util,
      this.why,
      this.bottom,
      this.sparkGround,
      this.spark,
      this.sparkDot,
    );
    this.small = new CompactCard(node);
    this.warn = svg("g", { class: "warn", transform: "translate(-7 -7)" });
    this.warnText = svg("title");
    this.warn.append(
      this.warnText,
      svg("circle", { cx: 7, cy: 7, r: 10 }),
      use("g-saturated", { width: 14, height: 14 }),
    );
    this.root = svg("g", { class: "node", role: "group", tabindex: -1, "data-node": node.id });
    const shade = svg("rect", { class: "shade", x: 0, y: 1, width: w, height: h + 1, rx: 8 });
    this.root.append(this.title, this.ring, shade, this.card, full, this.small.root, this.warn);
    this.badges = new Badges();
    this.root.append(this.badges.root);
    this.buildPorts();
    // Not for users: one presses it to see what the rest does without a node.
    if (isTarget(node.kind) && faults[node.kind]?.includes("crash")) this.buildAct();
  }

  buildPorts() {
    const port = (name) =>
      svg(
        "g",
        { class: name },
        svg("circle", { class: "port-hit", r: 14 }),
        svg("circle", { class: "port", r: 4 }),
      );
    this.portIn = isTarget(this.kind) ? port("port-in") : null;
    this.portOut = targets[this.kind]?.length ? port("port-out") : null;
    this.root.append(...[this.portIn, this.portOut].filter(Boolean));
  }

  /** Put the ports left and right, or above and below when the drawing flows `down`. */
  turn(down) {
    const middle = { x: CARD.w / 2, y: CARD.h / 2 };
    if (this.portIn)
      setAttr(
        this.portIn,
        "transform",
        down ? `translate(${middle.x} 0)` : `translate(0 ${middle.y})`,
      );
    if (this.portOut) {
      setAttr(
        this.portOut,
        "transform",
        down ? `translate(${middle.x} ${CARD.h})` : `translate(${CARD.w} ${middle.y})`,
      );
    }
  }

  buildAct() {
    this.actIcon = use("i-crash", { class: "act-icon", x: -8, y: -8, width: 16, height: 16 });
    this.actTitle = svg("title");
    this.act = svg(
      "g",
      {
        class: "node-act",
        role: "button",
        tabindex: -1,
        transform: `translate(${CARD.w - 20} ${CARD.h})`,
      },
      this.actTitle,
      svg("circle", { class: "hit", r: 22 }),
      svg("circle", { class: "disc", r: 14 }),
      this.actIcon,
    );
    this.root.append(this.act);
  }

  /** Take over what the drawing says about the node. */
  update(node) {
    this.node = node;
    this.place();
    setText(this.title, `${node.name} (${node.kind_label ?? node.kind})`);
    setAttr(this.icon, "href", this.icon.getAttribute("href").replace(/#.*/, `#i-${node.icon}`));
    setText(this.address, node.address || node.detail || "");
    this.address.classList.toggle("address", Boolean(node.address));
    this.drawTag();
    this.small.update(node);
  }

  place() {
    setAttr(this.root, "transform", `translate(${this.node.x} ${this.node.y})`);
  }

  setProblem(text) {
    setText(this.warnText, text);
    this.warn.classList.toggle("none", !text);
    setAttr(this.warn, "visibility", text ? "visible" : "hidden");
    this.problem = text;
  }

  /** Findings about this node, the worst first. */
  setFindings(findings) {
    this.badges.show(findings);
    const named = findings.find((one) => one.reason);
    this.reason = named?.reason ?? "";
    this.reasonClass = named?.look ?? "";
  }

  drawTag() {
    const label = this.role ? t(`role.${this.role}`) : this.node.public ? t("public") : "";
    setAttr(this.tag, "visibility", label ? "visible" : "hidden");
    this.root.classList.toggle("lead", this.role === "primary" || this.role === "active");
    const width = label ? textWidth(label, SMALL_BOLD) + 8 : 0;
    setText(this.tagText, label);
    const name = this.servers ? `${this.node.name} ×${this.servers}` : this.node.name;
    // The name comes first: a tag that leaves it too little room takes the address' place.
    const below = Boolean(label) && textWidth(name, NAME_FONT) > 94 - width;
    setAttr(this.tag, "transform", below ? `translate(${width - 122} 20)` : "");
    setAttr(this.address, "visibility", below ? "hidden" : "visible");
    setAttr(this.tagBox, "x", 131 - width);
    setAttr(this.tagBox, "width", width);
    setAttr(this.tagText, "x", 131 - width / 2);
    this.addressWidth = below ? width : (this.node.address || "").length * 6.7;
    const room = label && !below ? 94 - width : 100;
    setText(this.name, clipMiddle(name, (text) => textWidth(text, NAME_FONT) <= room));
  }

  /** Drop what was measured so far: it is of another time. */
  forget() {
    this.history.length = 0;
    this.stateSince = -Infinity;
  }

  /** Show what was measured; `now` in ms. Status changes at most twice a second. */
  live(part, now) {
    if (part.state !== this.state && now - this.stateSince >= 500) {
      this.state = part.state;
      this.stateSince = now;
      swapClass(this.root, STATES, this.state);
      const href = this.glyph
        .getAttribute("href")
        .replace(/#.*/, `#g-${GLYPHS[this.state] ?? this.state}`);
      setAttr(this.glyph, "href", href);
      setAttr(this.small.glyph, "href", href);
      this.drawAct();
    }
    if (part.fault !== this.fault) {
      this.fault = part.fault;
      this.root.classList.toggle("hangs", part.fault === "silence");
      this.root.classList.toggle("slow", part.fault === "slow");
      this.drawAct();
    }
    const servers = part.inst ? servedBy(part.inst) : "";
    if (servers !== this.servers) {
      this.servers = servers;
      this.drawTag();
    }
    if (part.role !== this.role) {
      this.role = part.role;
      this.drawTag();
    }
  }

  /** Show the numbers, on the compact card when `far`; called twice a second. */
  numbers(part, far) {
    const share = part.util === null ? null : Math.min(Math.max(part.util, 0), 1);
    this.history.push(this.sends ? part.rps : (share ?? part.rps));
    if (this.history.length > this.sparkArea.most) this.history.shift();
    if (far) this.small.numbers(part, share, this.state === "down");
    else this.full(part, share);
    this.describe(part, share);
  }

  full(part, share) {
    const since = numbers.seconds(part.since ?? 0);
    setText(this.side, this.sideText(part));
    setAttr(this.track, "visibility", share === null ? "hidden" : "visible");
    setAttr(this.fill, "width", share === null ? 0 : Math.round(share * BAR));
    setText(this.util, share === null ? "" : numbers.percent(share));
    const why = this.fault === "silence" ? "silent_since" : "refused_since";
    setText(this.why, this.state === "down" ? t(why, { at: since }) : "");
    const reason = !this.sends && this.state !== "down" && this.reason;
    const [font, room] = this.sends ? ["600 12px", 142] : [reason ? SMALL_BOLD : "11px", 142];
    setText(this.bottom, clip(reason || this.bottomText(part), font, room));
    this.bottom.classList.toggle("alarm-text", part.state === "failing" || (reason && this.reasonClass === "down"));
    this.bottom.classList.toggle("warn-text", part.state === "delayed" || (reason && this.reasonClass !== "down"));
    this.drawSpark(this.sends || share === null ? Math.max(...this.history, 1) : 1);
  }

  sideText(part) {
    if (this.sends) return part.hit == null ? "" : t("cached", { share: numbers.percent(part.hit) });
    if (this.role === "primary" && part.writes != null) {
      const both = t("reads_writes", {
        reads: numbers.short(part.reads),
        writes: numbers.short(part.writes),
      });
      if (textWidth(both, "11px") + this.addressWidth < 136) return both;
    }
    return t("rate", { rate: numbers.short(part.rps) });
  }

  bottomText(part) {
    if (this.state === "down") return "";
    if (this.sends) return part.words ?? t("sent", { rate: numbers.short(part.rps) });
    if (this.fault === "slow") return t("slower", { factor: part.slow });
    if (this.fault === "boot")
      return t("booting_since", { at: numbers.seconds(part.since ?? 0) });
    if (part.replication_state) return t(`replication.${part.replication_state}`, { writes: numbers.short(part.divergent_writes ?? 0), count: part.divergent_writes ?? 0 });
    if (this.state === "recovering") {
      return part.lag == null
        ? t("starting")
        : t("catching_up", { seconds: numbers.seconds(part.lag) });
    }
    const queue = `${t("queue")} ${numbers.short(part.queue)}`;
    if (part.hit != null) return `${queue}  ${t("cached", { share: numbers.percent(part.hit) })}`;
    return part.lag == null
      ? queue
      : `${queue}  ${t("lag", { seconds: numbers.seconds(part.lag) })}`;
  }

  drawSpark(top) {
    const area = this.sparkArea;
    const wide = this.sends ? 0 : textWidth(this.bottom.textContent, "11px") + 14;
    const room = this.state !== "recovering" && wide < area.x + 4 && this.history.length > 1;
    for (const part of [this.spark, this.sparkGround, this.sparkDot])
      setAttr(part, "visibility", room ? "visible" : "hidden");
    if (!room) return;
    const step = area.w / (area.most - 1);
    const first = area.x + area.w - step * (this.history.length - 1);
    const points = this.history.map(
      (value, i) =>
        `${(first + i * step).toFixed(1)} ${(area.y + area.h - 2 - (value / top) * (area.h - 4)).toFixed(1)}`,
    );
    const line = `M${points.join("L")}`;
    setAttr(this.spark, "d", line);
    setAttr(this.sparkGround, "d", `${line}V${area.y + area.h}H${first.toFixed(1)}Z`);
    const [x, y] = points[points.length - 1].split(" ");
    setAttr(this.sparkDot, "cx", x);
    setAttr(this.sparkDot, "cy", y);
  }

  drawAct() {
    if (!this.act) return;
    const down = this.fault !== null && this.fault !== "boot";
    const label = t(down ? "heal_node" : "crash_node", { name: this.node.name });
    setText(this.actTitle, `${label} (K)`);
    setAttr(this.act, "aria-label", label);
    setAttr(
      this.actIcon,
      "href",
      this.actIcon.getAttribute("href").replace(/#.*/, down ? "#i-heal" : "#i-crash"),
    );
  }

  /** Describe the node for screen readers. */
  describe(part, share) {
    const details = [];
    if (share !== null)
      details.push(t("node_util", { util: Math.round(share * 100), queue: part.queue }));
    else if (this.sends) details.push(part.words ?? t("sent", { rate: numbers.rate(part.rps) }));
    if (part.inst) details.push(t("servers", { up: part.inst[1], count: part.inst[0] }));
    if (this.role) details.unshift(t(`role.${this.role}`));
    if (this.node.public) details.push(t("public"));
    details.push(...this.node.places);
    if (this.fault === "silence")
      details.push(t("silent_since", { at: numbers.seconds(part.since ?? 0) }));
    if (this.fault === "slow") details.push(t("slower", { factor: part.slow }));
    if (part.replication_state) details.push(t(`replication.${part.replication_state}`, { writes: part.divergent_writes ?? 0, count: part.divergent_writes ?? 0 }));
    if (this.problem) details.push(this.problem);
    if (this.reason) details.push(this.reason);
    if (this.root.classList.contains("sel")) details.push(t("selected"));
    this.label(maybe(`state.${this.state}`), details.join(", "));
  }

  label(state, details) {
    const kind = this.node.kind_label ?? this.kind;
    setAttr(
      this.root,
      "aria-label",
      t("node_label", { name: this.node.name, kind, state, details }),
    );
  }

  /** Keep what is pressed big enough for mice and fingers at zoom `z`. */
  reach(z) {
    const grow = Math.min(Math.max(1 / z, 1), 2.4);
    for (const hit of this.root.querySelectorAll(".port-hit"))
      setAttr(hit, "r", (14 * grow).toFixed(1));
    if (this.act)
      setAttr(
        this.act,
        "transform",
        `translate(${CARD.w - 20} ${CARD.h}) scale(${grow.toFixed(2)})`,
      );
  }

  /** The canvas is zoomed out to `z`: lay out the compact card. */
  layout(z) {
    this.small.layout(z);
    this.badges.layout(z);
    this.reach(z);
  }
}
