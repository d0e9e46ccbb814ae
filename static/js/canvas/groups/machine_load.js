// Load of a machine: what its nodes keep busy of it together, as the frames of the run say.

import { numbers, t } from "../../page/i18n.js";

const BUSY = 0.7;
const SATURATED = 0.9;

/**
 * The figures of a machine's frame now: {util, state, words}; `util` is null where no frame says it.
 * Each node's utilisation is its share of the machine's cores, so the machine's is their sum.
 */
export function machineNow(model, group) {
  const machine = model.machines.get(group.name);
  if (!machine) return null;
  const parts = model.membersOf(group).map(({ id, name }) => ({ name, ...model.live.get(id) }));
  const served = parts.filter(({ util }) => typeof util === "number");
  // A node that stands for several servers has only its first one here.
  const known = served.length > 0 && served.every(({ inst }) => !inst);
  const util = known ? Math.min(1, served.reduce((sum, part) => sum + part.util, 0)) : null;
  const words = util === null ? [] : [percent(util)];
  words.push(t("usd_month", { usd: numbers.whole(machine.usd) }));
  words.push(t("group.cores", { count: machine.cores }));
  if (machine.memory_gb) words.push(t("group.memory", { gb: numbers.whole(machine.memory_gb) }));
  if (known && served.length > 1)
    words.push(served.map((part) => `${part.name} ${percent(part.util)}`).join(", "));
  return { util, state: stateOf(parts, util ?? 0), words };
}

const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

function stateOf(parts, util) {
  if (parts.length && parts.every(({ state }) => state === "down")) return "down";
  if (util >= SATURATED || parts.some(({ state }) => state === "saturated")) return "saturated";
  return util >= BUSY ? "busy" : "healthy";
}
