// Names that do not fit: cut in the middle, or broken into two lines. Plain texts, no DOM.

/**
 * `text`, shortened in its middle until it `fits`: names of a kind begin alike, and what tells
 * them apart is at their end.
 */
export function clipMiddle(text, fits) {
  if (fits(text)) return text;
  const kept = (count) => {
    const head = Math.floor(count / 2);
    return `${text.slice(0, head)}…${text.slice(text.length - (count - head))}`;
  };
  let count = text.length - 1;
  while (count > 0 && !fits(kept(count))) count -= 1;
  return count > 0 ? kept(count) : "…";
}

/** `text` on at most two lines that fit, broken where a word ends, the second cut if need be. */
export function twoLines(text, fits) {
  if (fits(text)) return [text];
  let end = 0;
  for (const { index, 0: mark } of text.matchAll(/[\s._-]+|$/g)) {
    const head = text.slice(0, index + mark.length);
    if (!fits(head.trimEnd())) break;
    end = head.length;
  }
  if (!end) return [clipMiddle(text, fits)];
  return [text.slice(0, end).trimEnd(), clipMiddle(text.slice(end), fits)];
}
