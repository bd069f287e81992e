// What all charts share: colours of the theme, fonts, numbers, the tooltip.

export function ink() {
  const css = getComputedStyle(document.documentElement);
  const paper = matchMedia("print").matches;
  const take = (name) => css.getPropertyValue(`--chart-${name}`).trim();
  return {
    text: paper ? "#000" : take("ink"),
    quiet: paper ? "#444" : take("quiet"),
    grid: paper ? "#ccc" : take("grid"),
    sheet: paper ? "#fff" : take("sheet"),
    main: paper ? "#0f5f66" : take("main"),
    band: paper ? "#b9d5d4" : take("band"),
    signal: paper ? "#a8281f" : take("signal"),
    mark: paper ? "#7c5200" : take("mark"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export function common(look) {
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: look.font, fontSize: 13, color: look.text },
    aria: { enabled: false }, // the figure names itself and has a table
  };
}

// richText: the usual HTML tooltip writes style attributes, which the policy forbids.
export function tooltip(look, trigger, formatter) {
  return {
    trigger,
    renderMode: "richText",
    confine: true,
    backgroundColor: look.sheet,
    borderColor: look.quiet,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: look.text, fontFamily: look.font, fontSize: 13, lineHeight: 19 },
    axisPointer: { type: "line", lineStyle: { color: look.quiet, type: "solid" }, label: { show: false } },
    formatter,
  };
}

export function category(look, labels, more = {}) {
  return {
    type: "category",
    data: labels,
    axisLine: { lineStyle: { color: look.quiet } },
    axisTick: { show: false },
    axisLabel: { color: look.quiet, hideOverlap: true, margin: 10 },
    ...more,
  };
}

export function value(look, format, more = {}) {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: look.quiet, formatter: format, hideOverlap: true },
    splitLine: { lineStyle: { color: look.grid } },
    splitNumber: 4,
    ...more,
  };
}

export function numbers(data) {
  const lang = data.words?.lang ?? "ru";
  const digits = data.decimals ?? 0;
  const exact = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const round = new Intl.NumberFormat(lang, { maximumFractionDigits: Math.max(digits, 1) });
  const unit = data.unit ? `\u00a0${data.unit}` : "";
  return {
    exact: (v) => exact.format(v).replace("-", "\u2212") + unit,
    plain: (v) => exact.format(v).replace("-", "\u2212"),
    axis: (v) => round.format(v).replace("-", "\u2212"),
    count: (v) => new Intl.NumberFormat(lang).format(v),
    share: (v) => `${new Intl.NumberFormat(lang, { maximumFractionDigits: 0 }).format(v)}\u00a0%`,
  };
}

// Axis ends on round numbers around the data, so that a narrow range is neither hidden nor blown up.
export function ends(values, range) {
  const known = values.filter((v) => Number.isFinite(v));
  if (!known.length) return { min: 0, max: 1 };
  const low = Math.min(...known);
  const high = Math.max(...known);
  const room = Math.max((high - low) * 0.06, Math.abs(high) * 0.01, 1e-9);
  const span = high - low + 2 * room;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const interval = power * [1, 2, 5, 10].find((m) => span / (power * m) <= 5);
  const tidy = (v) => Number(v.toPrecision(12)); // 0.30000000000000004 is no axis label
  const clip = (v, edge, pick) => (Number.isFinite(edge) ? pick(v, edge) : v);
  return {
    min: clip(tidy(Math.floor((low - room) / interval) * interval), range?.[0], Math.max),
    max: clip(tidy(Math.ceil((high + room) / interval) * interval), range?.[1], Math.min),
    interval: tidy(interval),
  };
}

export function wrap(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join("\n");
}
