// Breaking things from the inspector: what its fields say becomes a fault.

import { byId } from "../../page/dom.js";
import { t } from "../../page/i18n.js";

const NUMBERS = {
  slow: ["factor", "servers", "for_s"],
  degrade: ["loss_percent", "extra_ms", "for_s"],
  flush: [],
  recover: [],
  destroy: [],
  heal_link: [],
  heal: [],
};

/** The fault that `type` and the fields in `root` make of node or link `id`; null with a bad field. */
export function faultFrom(root, type, id) {
  const scope = root.querySelector('[data-break="scope"]');
  const chosen = scope?.selectedOptions[0];
  const link = type === "cut_link" || type === "degrade" || type === "heal_link";
  const fault = { type };
  if (type === "heal" && chosen?.value) {
    const group = { sort: chosen.value, name: chosen.dataset.name };
    return { type: "faults", faults: ["heal", "heal_link"].map((one) => ({ type: one, group })) };
  }
  const whole = root.querySelector('[data-breaks="group"]')?.dataset;
  if (whole && type === "heal") {
    const group = { sort: whole.sort, name: whole.name };
    return { type: "faults", faults: ["heal", "heal_link"].map((one) => ({ type: one, group })) };
  }
  const ofOne = type === "recover" || type === "destroy";
  if (chosen?.value && !ofOne) fault.group = { sort: chosen.value, name: chosen.dataset.name };
  else if (whole) fault.group = { sort: whole.sort, name: whole.name };
  else fault[link ? "link" : "node"] = id;
  const direction = root.querySelector('[data-break="direction"]');
  if (type === "cut_link" && direction) fault.direction = direction.value;
  for (const name of NUMBERS[type] ?? ["servers", "for_s"]) {
    const field = byId(`b-${name}`);
    const value = number(field);
    field?.toggleAttribute("aria-invalid", Number.isNaN(value));
    if (Number.isNaN(value)) {
      field.focus();
      return null;
    }
    const all = name === "servers" && (fault.group || value === 1); // a group's; or said by itself
    if (value !== null && !all) fault[name] = value;
  }
  return fault;
}

/** The number in a field; null when it is empty, NaN when it is none. */
function number(field) {
  const text = field?.value.replaceAll(",", "").trim() ?? "";
  return text === "" ? null : Number(text);
}

/** Words for a link's fault, for its label if `brief`; "" when nothing is wrong. */
export function linkFaultText(fault, brief = false) {
  if (!fault) return "";
  const [cut, loss, extra] = fault;
  if (cut) return t(`cut.${cut}`);
  if (brief && loss && extra) return t("degraded");
  const parts = [];
  if (loss) parts.push(t("loses", { percent: loss }));
  if (extra) parts.push(t("extra", { ms: extra }));
  return parts.join(", ");
}

/** Show which fault is on: `on` is its type, or null. What a group can do, only one that is chosen. */
export function showFault(root, on) {
  const area = root.querySelector("[data-breaks]");
  if (!area) return;
  for (const button of area.querySelectorAll("[data-scoped]"))
    button.disabled = !byId("b-scope")?.value;
  for (const button of area.querySelectorAll("[data-fault]"))
    if (button.hasAttribute("aria-pressed"))
      button.setAttribute("aria-pressed", String(button.dataset.fault === on));
}
