// Numbers as people read them: digits and decimal mark of the language, and never many places.

const NARROW_SPACE = "\u00a0";

export class Numbers {
  constructor(language) {
    this.relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    this.language = language;
    this.formats = new Map();
  }

  /** A number without needless digits: 1,200 or 0.25. */
  plain(value) {
    return this.format("plain", { maximumSignificantDigits: 6 }).format(value);
  }

  /** A whole number with its thousands marked. */
  whole(value) {
    return this.format("whole", { maximumFractionDigits: 0 }).format(Math.round(value));
  }

  /** A rate: one decimal when small, whole from 10, thousands as k from 100,000. */
  rate(value) {
    if (value >= 99_950) return this.short(value);
    if (value >= 9.95) return this.whole(value);
    return value < 0.05 ? "0" : this.places(value, 0, 1);
  }

  /** The number that a rate is shown as, for the form of the words beside it. */
  rounded(value) {
    return value >= 9.95 ? Math.round(value) : Number(value.toFixed(1));
  }

  /** Three significant places at most: 950, 1.2k, 34k, 1.2M. For places with little room. */
  short(value) {
    if (value >= 999_500) return `${this.places(value / 1e6, 0, value < 9.95e6 ? 1 : 0)}M`;
    if (value >= 9_995) return `${Math.round(value / 1e3)}k`;
    if (value >= 999.5) return `${this.places(value / 1e3, 0, 1)}k`;
    if (value >= 9.95) return String(Math.round(value));
    return value < 0.05 ? "0" : this.places(value, 0, 1);
  }

  percent(share) {
    return `${Math.round(share * 100)}${NARROW_SPACE}%`;
  }

  /** A share that matters when small: 0.02 %, 1.4 %, 37 %. */
  share(share) {
    const value = share * 100;
    const places = value < 0.095 ? 2 : value < 9.95 ? 1 : 0;
    const text = this.places(value, 0, places);
    const smallest = `<${this.places(0.01, 2, 2)}`;
    return `${text === "0" && value > 0 ? smallest : text}${NARROW_SPACE}%`;
  }

  /** Milliseconds, without the unit. */
  ms(value) {
    if (value >= 9.95) return this.whole(value);
    const places = value < 0.995 ? 2 : 1;
    return this.places(value, places, places);
  }

  seconds(value) {
    return value >= 99.95 ? this.whole(value) : this.places(value, 1, 1);
  }

  /** A number with all of its digits, up to the ninth place, and no thousands marked. */
  exact(value) {
    return this.places(value, 0, 9);
  }

  /** "3 hours ago" for -3 and "hour". */
  ago(count, unit) {
    return this.relative.format(count, unit);
  }

  /**
   * The simulated time on the clock: more places when time goes slowly, and as many as a `step` of
   * so many seconds needs to be seen.
   */
  clock(seconds, speed, step = 0) {
    const slow = speed !== null && speed <= 0.01 ? 3 : speed !== null && speed <= 0.1 ? 2 : 1;
    const places = Math.max(slow, step > 0 ? Math.min(Math.ceil(-Math.log10(step)), 9) : 0);
    return this.places(seconds, places, places);
  }

  /** With at least and at most so many decimal places, and no thousands marked. */
  places(value, least, most) {
    const format = this.format(`${least}-${most}`, {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      useGrouping: false,
    });
    // Halves are rounded as in binary, so that a number looks the same everywhere.
    return format.format(Number(value.toFixed(most)));
  }

  /** A format by name; made once, since making one takes long. */
  format(name, options) {
    if (!this.formats.has(name))
      this.formats.set(name, new Intl.NumberFormat(this.language, options));
    return this.formats.get(name);
  }
}

/** Load dial: a place on the slider (0 to 1) for a factor (0 to 5), fine where it is small. */
export const dialPlace = (factor) => Math.sqrt(Math.min(Math.max(factor, 0), 5) / 5);

/** The factor at a place of the slider, in round numbers, catching at 1. */
export function dialFactor(place) {
  const factor = 5 * place * place;
  if (Math.abs(factor - 1) < 0.02) return 1;
  const step = factor < 0.2 ? 0.01 : factor < 1 ? 0.02 : 0.05;
  return Number((Math.round(factor / step) * step).toFixed(2));
}
