// A comparison: a dot and its whisker each, grouped into tiers; the order inside a tier says nothing.
import { category, common, ends, numbers, tooltip, value, wrap } from "./look.js";

export const dots = {
  option,
  height: (data, width) => 56 + rows(data).length * (narrow(width) ? 44 : 32),
};

// On a phone names stand above their whiskers: beside them they would take half of the width.
function narrow(width) {
  return width < 480;
}

// The tiers' names stand as rows of their own above their members.
function rows(data) {
  const out = [];
  let tier;
  for (const dot of data.dots) {
    if (dot.tier && dot.tier !== tier) out.push({ heading: dot.tier });
    tier = dot.tier;
    out.push(dot);
  }
  return out;
}

function option(data, look, width) {
  const say = numbers(data);
  const list = rows(data);
  const drawn = list.map((row, i) => [i, row]).filter(([, row]) => !row.heading);
  const edges = ends(data.dots.flatMap((d) => [d.low, d.high]), data.range);
  return {
    ...common(look),
    grid: { left: 4, right: 16, top: data.centre == null ? 8 : 26, bottom: 4, containLabel: true },
    xAxis: value(look, say.axis, edges),
    yAxis: category(look, list.map((_, i) => String(i)), {
      inverse: true,
      axisLine: { show: false },
      axisLabel: {
        show: !narrow(width),
        interval: 0,
        margin: 10,
        formatter: (i) => label(list[i], Math.min(width * 0.42, 200) / 7.5),
        rich: { h: { color: look.quiet, fontSize: 12, lineHeight: 14 }, d: { color: look.text, fontSize: 13, lineHeight: 14 } },
      },
    }),
    tooltip: tooltip(look, "item", ({ value: [, i] }) => {
      const d = list[i];
      return [
        d.label,
        say.exact(d.value),
        `${data.words.interval}: ${say.plain(d.low)} – ${say.plain(d.high)}`,
        `${data.words.n}: ${say.count(d.n)}`,
      ].join("\n");
    }),
    series: [
      {
        type: "custom",
        data: drawn.map(([i, d]) => [d.value, i, d.low, d.high]),
        encode: { x: [0, 2, 3], y: 1 },
        renderItem: (_, api) => whisker(api, look, narrow(width) ? 8 : 0),
        z: 3,
        markLine: data.centre == null ? undefined : {
          silent: true,
          symbol: "none",
          data: [{ xAxis: data.centre }],
          lineStyle: { color: look.quiet, type: "solid", width: 1 },
          label: { formatter: `${data.words.centre} ${say.exact(data.centre)}`, color: look.quiet, fontSize: 12, position: "start" },
        },
      },
      ...(narrow(width) ? [names(list, look, edges.min, width)] : []),
    ],
  };
}

function names(list, look, at, width) {
  return {
    type: "custom",
    silent: true,
    tooltip: { show: false },
    data: list.map((_, i) => [at, i]),
    encode: { x: 0, y: 1 },
    z: 4,
    renderItem: (params, api) => {
      const i = api.value(1);
      const [, y] = api.coord([at, i]);
      const row = list[i];
      const fill = row.heading ? look.quiet : look.text;
      const font = `${row.heading ? 12 : 13}px ${look.font}`;
      return {
        type: "text",
        x: params.coordSys.x,
        y: row.heading ? y + 8 : y - 2,
        silent: true,
        style: { text: row.heading ?? row.label, fill, font, verticalAlign: "bottom", width: width - 24, overflow: "truncate" },
      };
    },
  };
}

// Two lines at most: the row is no higher, and the whole name is in the tooltip and the table.
function label(row, letters) {
  if (row.heading) return wrap(plain(row.heading), letters).split("\n").map((text) => `{h|${text}}`).join("\n");
  const lines = wrap(plain(row.label), letters).split("\n");
  if (lines.length > 2) lines.splice(1, lines.length, `${lines[1]}…`);
  return lines.map((text) => `{d|${text}}`).join("\n");
}

// Braces would be read as styles.
function plain(text) {
  return text.replace(/[{}|]/g, " ");
}

function whisker(api, look, lower) {
  const [x, middle] = api.coord([api.value(0), api.value(1)]);
  const y = middle + lower;
  const [low] = api.coord([api.value(2), api.value(1)]);
  const [high] = api.coord([api.value(3), api.value(1)]);
  const stroke = { stroke: look.main, lineWidth: 2 };
  const bar = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
  return {
    type: "group",
    children: [
      bar(low, y, high, y),
      bar(low, y - 4, low, y + 4),
      bar(high, y - 4, high, y + 4),
      { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: look.main, stroke: look.sheet, lineWidth: 1.5 } },
    ],
  };
}
