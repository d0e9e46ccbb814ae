// Messages of one language: {placeholders} filled in, and the form that goes with a count.

export class Messages {
  /** `strings`: a text for each key, or its forms by the CLDR's name of their counts. */
  constructor(strings, language, numbers) {
    this.strings = strings;
    this.plurals = new Intl.PluralRules(language);
    this.numbers = numbers;
  }

  /**
   * The text `js.<key>`; the number called `count` decides on its form, and numbers are written as
   * the language writes them. A missing text shows its key, so that it is noticed.
   */
  say(key, values = {}) {
    const forms = this.strings[`js.${key}`];
    if (forms === undefined) return key;
    const text = typeof forms === "string" ? forms : this.form(forms, values.count);
    return text.replace(/\{(\w+)\}/g, (whole, name) =>
      name in values ? this.shown(values[name]) : whole,
    );
  }

  form(forms, count) {
    return forms[this.plurals.select(count)] ?? forms.other;
  }

  shown(value) {
    return typeof value === "number" ? this.numbers.plain(value) : String(value);
  }
}
