// CSV: what a spreadsheet reads is what was measured.

import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../../../static/js/page/csv.js";

test("a row a line, a column a name, nothing for what was not measured", () => {
  const text = csv([
    ["seconds", [0.5, 1]],
    ["p99", [null, 12.25]],
  ]);
  assert.equal(text, "seconds,p99\r\n0.5,\r\n1,12.25\r\n");
});

test("names with commas, quotes and line ends are quoted", () => {
  assert.equal(csv([['a,"b"\nc', []]]), '"a,""b""\nc"\r\n');
});

test("a name that looks like a formula stays text, a negative number a number", () => {
  assert.equal(csv([["=1+1", [-3]]]), "'=1+1\r\n-3\r\n");
});
