import assert from "node:assert/strict";
import test from "node:test";

import { groupShown, someOf } from "../../../static/js/panels/inspector/multi_primary.js";

const shown = groupShown(String);
const group = (figures) => ({
  group: {
    conflicts: 0,
    dropped: 0,
    merged: 0,
    rejected: 0,
    collisions: 0,
    circling: 0,
    diverged: 0,
    keys: [],
    stopped: [],
    pairs: 12,
    reach: 12,
    ...figures,
  },
});

test("figures of a group that are 0 get no row", () => {
  assert.deepEqual(someOf({ group: null }), {});
  assert.deepEqual(someOf(group({})), {});
  const found = someOf(group({ dropped: 3, stopped: ["db-2"] }));
  assert.deepEqual(found, { some_dropped: true, some_stopped: true });
});

test("keys that differ are counted, and the first of them named", () => {
  assert.equal(shown.diverged(group({ diverged: 2, keys: [4, 9] })), "2 (4, 9)");
  assert.equal(shown.diverged(group({ diverged: 3, keys: [4, 9] })), "3 (4, 9, …)");
  assert.equal(shown.reach(group({ reach: 6 })), "6 / 12");
  assert.equal(shown.stopped(group({ stopped: ["db-2", "db-3"] })), "db-2, db-3");
});
