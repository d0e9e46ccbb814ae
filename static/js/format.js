// Numbers as people read them. Widths stay small: large numbers are shortened.

const NARROW_SPACE = "\u00a0";

export class Numbers {
  constructor(language) {
    this.grouped = new Intl.NumberFormat(language === "ko" ? "ko-KR" : "en-US", {
      maximumFractionDigits: 0,
    });
  }

  /** A whole number with its thousands marked. */
  whole(value) {
    return this.grouped.format(Math.round(value));
  }

  /** A rate: one decimal when small, whole from 10, thousands as k from 100,000. */
  rate(value) {
    if (value >= 99_950) return this.short(value);
    if (value >= 9.95) return this.whole(value);
    return value < 0.05 ? "0" : trim(value.toFixed(1));
  }

  /** Three significant places at most: 950, 1.2k, 34k, 1.2M. For places with little room. */
  short(value) {
    if (value >= 999_500) return `${trim((value / 1e6).toFixed(value < 9.95e6 ? 1 : 0))}M`;
    if (value >= 9_995) return `${Math.round(value / 1e3)}k`;
    if (value >= 999.5) return `${trim((value / 1e3).toFixed(1))}k`;
    if (value >= 9.95) return String(Math.round(value));
    return value < 0.05 ? "0" : trim(value.toFixed(1));
  }

  percent(share) {
    return `${Math.round(share * 100)}${NARROW_SPACE}%`;
  }

  /** A share that matters when small: 0.02 %, 1.4 %, 37 %. */
  share(share) {
    const value = share * 100;
    const text =
      value === 0
        ? "0"
        : value < 0.095
          ? trim(value.toFixed(2))
          : value < 9.95
            ? trim(value.toFixed(1))
            : String(Math.round(value));
    return `${text === "0" && value > 0 ? "<0.01" : text}${NARROW_SPACE}%`;
  }

  /** Milliseconds, without the unit. */
  ms(value) {
    if (value >= 9.95) return this.whole(value);
    return value < 0.995 ? value.toFixed(2) : value.toFixed(1);
  }

  seconds(value) {
    return value >= 99.95 ? this.whole(value) : value.toFixed(1);
  }

  /** The simulated time on the clock: more places when time goes slowly. */
  clock(seconds, speed) {
    const places = speed !== null && speed <= 0.01 ? 3 : speed !== null && speed <= 0.1 ? 2 : 1;
    return seconds.toFixed(places);
  }
}

const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** Load dial: a place on the slider (0 to 1) for a factor (0 to 5), fine where it is small. */
export const dialPlace = (factor) => Math.sqrt(Math.min(Math.max(factor, 0), 5) / 5);

/** The factor at a place of the slider, in round numbers, catching at 1. */
export function dialFactor(place) {
  const factor = 5 * place * place;
  if (Math.abs(factor - 1) < 0.02) return 1;
  const step = factor < 0.2 ? 0.01 : factor < 1 ? 0.02 : 0.05;
  return Number((Math.round(factor / step) * step).toFixed(2));
}
