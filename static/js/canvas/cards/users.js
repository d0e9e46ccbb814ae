// Users' own words: requests that fail them and where, or how long they wait.

import { numbers, t } from "../../page/i18n.js";
import { worstBehind } from "../worst_behind.js";

/** Outcomes of requests that were turned away, rather than lost or given up. */
const TURNED_AWAY = new Set([
  "refused",
  "queue_full",
  "at_capacity",
  "too_many_connections",
  "no_server",
  "no_database",
  "not_primary",
  "circuit_open",
]);

/** The line on the card of users: their `part` of a frame in words. */
export function usersSee(part, { nodes, links, live }) {
  if (part.state === "delayed")
    return t("seen.slow", { seconds: numbers.seconds(part.wait / 1000) });
  if (part.state !== "failing") return t("sent", { rate: numbers.short(part.rps) });
  const rate = numbers.short(part.fail);
  const where = worstBehind(part.id, [...links.values()], live);
  const outcome = live.get(where)?.failing[0];
  if (where === null) return t("failing", { rate });
  if (where === part.id) return t(outcome === "timed_out" ? "seen.gave_up" : "failing", { rate });
  const node = nodes.get(where)?.name ?? where;
  return t(TURNED_AWAY.has(outcome) ? "seen.refused" : "seen.failed", { rate, node });
}
