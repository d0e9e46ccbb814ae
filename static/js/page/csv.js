// Tables as CSV (RFC 4180): a header, a row a line, quotes only where they are needed. No DOM.

const cell = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  // A cell that a spreadsheet would take for a formula stays text.
  const safe = /^[=+\-@\t]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The text of a table: `columns` is [[name, values], ...], each with as many values. */
export function csv(columns) {
  const rows = columns[0]?.[1].length ?? 0;
  const lines = [columns.map(([name]) => cell(name)).join(",")];
  for (let i = 0; i < rows; i += 1)
    lines.push(columns.map(([, values]) => cell(values[i])).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
