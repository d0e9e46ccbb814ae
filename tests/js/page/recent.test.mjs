import assert from "node:assert/strict";
import test from "node:test";

import { Recent, Tried } from "../../../static/js/page/recent.js";

/** A store with room for so many characters. */
function storage(room = Infinity) {
  const held = new Map();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new Error("QuotaExceededError");
      held.set(key, value);
    },
    removeItem: (key) => held.delete(key),
  };
}

const ids = (recent) => recent.all.map((one) => one.id);

test("recent drawings: the newest first, each once, and only so many", () => {
  const recent = new Recent(storage());
  for (let i = 0; i < 20; i += 1) recent.keep({ id: `s${i}`, name: `Drawing ${i}`, at: i });
  recent.keep({ id: "s15", name: "Renamed", at: 99 });
  assert.deepEqual(ids(recent).slice(0, 3), ["s15", "s19", "s18"]);
  assert.equal(recent.all.length, 12);
  assert.equal(recent.find("s15").name, "Renamed");
  recent.forget("s15");
  assert.equal(recent.find("s15"), null);
});

test("a recent drawing keeps its document until a newer one fits", () => {
  const recent = new Recent(storage());
  recent.keep({ id: "a", name: "A", at: 1, document: "{1}" });
  recent.keep({ id: "a", name: "A", at: 2 });
  assert.equal(recent.find("a").document, "{1}");
  recent.keep({ id: "a", name: "A", at: 3, document: "x".repeat(300_000) });
  assert.equal(recent.find("a").document, "{1}");
  recent.keep({ id: "a", name: "A", at: 4, document: "{2}" });
  assert.equal(recent.find("a").document, "{2}");
});

test("recent drawings without room lose the oldest documents first, then drawings", () => {
  const recent = new Recent(storage(400));
  for (const id of ["a", "b", "c"])
    recent.keep({ id, name: id, at: 1, document: "x".repeat(150) });
  assert.deepEqual(
    recent.all.map((one) => [one.id, one.document !== null]),
    [
      ["c", true],
      ["b", false],
      ["a", false],
    ],
  );
  const tiny = new Recent(storage(60));
  for (const id of ["a", "b"]) tiny.keep({ id, name: id, at: 1 });
  assert.deepEqual(ids(tiny), ["b"]);
  const none = new Recent(storage(0));
  none.keep({ id: "a", name: "A", at: 1 });
  assert.deepEqual(none.all, []);
});

test("recent drawings ignore what somebody else has stored under their key", () => {
  for (const odd of ["", "{", "null", "7", '{"id":1}', "[1,null]"]) {
    const store = storage();
    store.setItem("loadground.recent", odd);
    const recent = new Recent(store);
    assert.deepEqual(recent.all, []);
    recent.keep({ id: "a", name: "A", at: 1 });
    assert.deepEqual(ids(recent), ["a"]);
  }
});

test("scenarios that were tried are kept, each once, as far as there is room", () => {
  const kept = storage(12);
  const tried = new Tried(kept);
  for (const name of ["ring", "split", "ring", "too-long-for-it"]) tried.add(name);
  assert.deepEqual(new Tried(kept).all, ["ring", "split"]);
});
