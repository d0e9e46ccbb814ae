import assert from "node:assert/strict";
import test from "node:test";

import { Numbers } from "../../../static/js/page/format.js";
import { Messages } from "../../../static/js/page/messages.js";

const strings = {
  "js.deleted": { one: "{count} item deleted", other: "{count} items deleted" },
  "js.out": { one: "stays out, {writes} own write", other: "stays out, {writes} own writes" },
  "js.crashed": "{name} crashed",
};
const english = new Messages(strings, "en", new Numbers("en"));

test("a counted text takes the form of its count", () => {
  const said = [0, 1, 2, 1.5, 12_345].map((count) => english.say("deleted", { count }));
  assert.deepEqual(said, [
    "0 items deleted",
    "1 item deleted",
    "2 items deleted",
    "1.5 items deleted",
    "12,345 items deleted",
  ]);
});

test("the count of a text decides its form, whatever is shown of it", () => {
  assert.equal(english.say("out", { writes: "1", count: 1 }), "stays out, 1 own write");
  assert.equal(english.say("out", { writes: "1.2k", count: 1234 }), "stays out, 1.2k own writes");
});

test("languages with more forms than English get theirs", () => {
  const polish = {
    "js.rows": { one: "{count} wiersz", few: "{count} wiersze", many: "{count} wierszy", other: "" },
  };
  const messages = new Messages(polish, "pl", new Numbers("pl"));
  const said = [1, 3, 5, 22].map((count) => messages.say("rows", { count }));
  assert.deepEqual(said, ["1 wiersz", "3 wiersze", "5 wierszy", "22 wiersze"]);
});

test("a form that a language never needed falls back to the usual one", () => {
  const korean = new Messages({ "js.rows": { other: "{count}행" } }, "ko", new Numbers("ko"));
  assert.equal(korean.say("rows", { count: 1 }), "1행");
});

test("values of placeholders are put in as they are, and only once", () => {
  assert.equal(english.say("crashed", { name: "{count}" }), "{count} crashed");
  assert.equal(english.say("crashed"), "{name} crashed");
});

test("a text that is not there shows its key", () => {
  assert.equal(english.say("gone", { count: 1 }), "gone");
});
