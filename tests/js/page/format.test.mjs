import assert from "node:assert/strict";
import test from "node:test";

import { dialFactor, dialPlace, Numbers } from "../../../static/js/page/format.js";

const numbers = new Numbers("en");

test("rates have one decimal when small and thousands marked when large", () => {
  const shown = [0, 0.04, 0.25, 3, 9.94, 12.4, 1227.4, 99_940, 123_456].map((value) =>
    numbers.rate(value),
  );
  assert.deepEqual(shown, ["0", "0", "0.3", "3", "9.9", "12", "1,227", "99,940", "123k"]);
});

test("short numbers stay within four characters", () => {
  const shown = [
    0, 7.25, 12, 999, 999.6, 1049, 9994, 12_345, 999_499, 999_500, 1_200_000, 25_000_000,
  ];
  assert.deepEqual(
    shown.map((value) => numbers.short(value)),
    ["0", "7.3", "12", "999", "1k", "1k", "10k", "12k", "999k", "1M", "1.2M", "25M"],
  );
});

test("small shares are not rounded to nothing", () => {
  const shown = [0, 0.00001, 0.0004, 0.0142, 0.37, 1].map((value) => numbers.share(value));
  assert.deepEqual(
    shown.map((text) => text.replace("\u00a0", " ")),
    ["0 %", "<0.01 %", "0.04 %", "1.4 %", "37 %", "100 %"],
  );
});

test("milliseconds and the clock are written with their units", () => {
  assert.deepEqual(
    [0.254, 1.26, 12.4, 1004].map((value) => numbers.ms(value)),
    ["0.25", "1.3", "12", "1,004"],
  );
  assert.equal(numbers.clock(42.31, 1), "42.3");
  assert.equal(numbers.clock(42.3123, 0.01), "42.312");
  assert.equal(numbers.clock(42.3123, null), "42.3");
  assert.equal(numbers.clock(42.31234, 1, 0.0004), "42.3123");
  assert.equal(numbers.clock(42.31234, 1, 1e-9), "42.312340000");
  assert.equal(numbers.clock(42.31234, 1, 3), "42.3");
});

test("the load dial gives back what it was set to", () => {
  for (const factor of [0, 0.5, 1, 1.5, 2, 3, 5]) {
    assert.ok(Math.abs(dialFactor(dialPlace(factor)) - factor) < 0.03, String(factor));
  }
  assert.equal(dialFactor(Math.round(dialPlace(1) * 500) / 500), 1);
});

test("loads beyond the dial rest at its end", () => {
  assert.equal(dialPlace(40), 1);
});

test("numbers have the marks of each language", () => {
  const german = new Numbers("de");
  const shown = [german.plain(1234.5), german.whole(1234567), german.rate(0.25), german.ms(1.26)];
  assert.deepEqual(shown, ["1.234,5", "1.234.567", "0,3", "1,3"]);
  assert.equal(german.clock(1234.56, 1), "1234,6");
  assert.equal(german.share(0.00001).replace("\u00a0", " "), "<0,01 %");
});

test("the words beside a rate go with the number that is shown", () => {
  assert.deepEqual([0.97, 0.3, 1.04, 12.6].map((value) => numbers.rounded(value)), [1, 0.3, 1, 13]);
});
