// A figure over time: 95 % band, dashed limits, centre line, signals as diamonds, marks as verticals.
import { category, common, ends, numbers, tooltip, value, wrap } from "./look.js";

export const line = { option };

function option(data, look, width) {
  const say = numbers(data);
  const signals = new Map((data.signals ?? []).map((s) => [s.at, s.text]));
  const marks = gathered(data.marks ?? []);
  const narrow = width < 480;
  const names = labels(marks, (width - 90) / Math.max(data.labels.length - 1, 1));
  const edges = ends([...data.values, ...(data.low ?? []), ...(data.high ?? []), ...(data.limits ?? [])], data.range);
  const limits = data.limits ?? [];
  const label = (position, text) => ({
    show: !narrow,
    position,
    formatter: text,
    color: look.quiet,
    fontSize: 12,
    distance: 4,
  });

  return {
    ...common(look),
    // The centre's word stands right of the plot, where no point can lie.
    grid: { left: 8, right: data.centre == null ? 18 : narrow ? 34 : 84, top: marks.size ? 28 : 20, bottom: 4, containLabel: true },
    xAxis: category(look, data.labels, { boundaryGap: false }),
    yAxis: value(look, say.axis, edges),
    tooltip: tooltip(look, "axis", (points) => words(points[0]?.dataIndex ?? 0)),
    series: [
      band(data, look),
      {
        type: "line",
        data: data.values,
        connectNulls: false,
        lineStyle: { color: look.main, width: 2.25 },
        itemStyle: { color: look.main },
        symbol: (_, point) => (signals.has(point.dataIndex) ? "diamond" : "circle"),
        symbolSize: (_, point) => (signals.has(point.dataIndex) ? 14 : data.values.length > 40 ? 0 : 5),
        showSymbol: true,
        showAllSymbol: true,
        emphasis: { disabled: true },
        markLine: {
          silent: true,
          symbol: "none",
          animation: false,
          data: [
            ...limits.map((at, i) => across(at, {
              lineStyle: { color: look.quiet, type: "dashed", width: 1.25 },
              // Above the upper limit and at the beginning: there are no signals before the limits are known.
              label: i ? label("insideStartTop", data.words.limits) : { show: false },
            })),
            ...(data.centre == null ? [] : [across(data.centre, {
              lineStyle: { color: look.quiet, type: "solid", width: 1 },
              label: { ...label("end", narrow ? say.plain(data.centre) : `${data.words.centre}\n${say.exact(data.centre)}`), show: true, lineHeight: 15 },
            })]),
            ...[...marks].map(([at]) => ({
              xAxis: at,
              lineStyle: { color: look.mark, type: [2, 3], width: 1.5 },
              // The list below says what the numbers stand for: sentences would lie over each other.
              label: { position: "end", show: names.has(at), formatter: names.get(at) ?? "", color: look.mark, fontSize: 12, fontWeight: 600, distance: 6 },
            })),
          ],
        },
        z: 3,
      },
      {
        // The signals once more, on top and in their own colour and shape.
        type: "scatter",
        data: [...signals.keys()].map((at) => [at, data.values[at]]),
        symbol: "diamond",
        symbolSize: 15,
        itemStyle: { color: look.signal, borderColor: look.sheet, borderWidth: 1.5 },
        emphasis: { disabled: true },
        silent: true,
        z: 5,
      },
    ],
  };

  // A level from edge to edge, or from where it was counted anew.
  function across(at, how) {
    const begins = data.begins ?? 0;
    return begins > 0 ? [{ coord: [begins, at], ...how }, { coord: [data.labels.length - 1, at] }] : { yAxis: at, ...how };
  }

  function words(i) {
    const lines = [data.labels[i]];
    const v = data.values[i];
    lines.push(v == null ? data.words.too_few : say.exact(v));
    if (data.low?.[i] != null) lines.push(`${data.words.interval}: ${say.plain(data.low[i])} – ${say.plain(data.high[i])}`);
    if (data.n?.[i] != null) lines.push(`${data.words.n}: ${say.count(data.n[i])}`);
    if (signals.has(i)) lines.push(wrap(`◆ ${signals.get(i)}`, 38));
    for (const mark of marks.get(i) ?? []) lines.push(wrap(`┆ ${mark.number}. ${mark.text}`, 38));
    return lines.join("\n");
  }
}

// Marks by the point they stand at; several may share one.
function gathered(marks) {
  const out = new Map();
  marks.forEach((m, i) => out.set(m.at, [...(out.get(m.at) ?? []), { number: i + 1, text: m.text }]));
  return out;
}

// The numbers of marks by the point they are written at. Where several stand too close to be read, the first of them carries
// all: «4–7».
function labels(marks, step) {
  const out = new Map();
  let group = null;
  for (const [at, here] of [...marks].sort((a, b) => a[0] - b[0])) {
    const numbers = here.map((m) => m.number);
    const text = group ? spoken([...group.numbers, ...numbers]) : "";
    // So wide is what stands there already, with a little room.
    if (group && (at - group.at) * step < 8 + 7 * spoken(group.numbers).length) {
      group.numbers.push(...numbers);
      out.set(group.at, text);
    } else {
      group = { at, numbers };
      out.set(at, spoken(numbers));
    }
  }
  return out;
}

// 3, 4, 5, 7 as «3–5, 7».
function spoken(numbers) {
  const runs = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([a, b]) => (a === b ? `${a}` : b === a + 1 ? `${a}, ${b}` : `${a}–${b}`)).join(", ");
}

// One closed shape for each unbroken run of points that have an interval.
function band(data, look) {
  const runs = [];
  let run = [];
  data.labels.forEach((_, i) => {
    if (data.low?.[i] != null && data.values[i] != null) run.push(i);
    else if (run.length) runs.push(run.splice(0));
  });
  if (run.length) runs.push(run);
  return {
    type: "custom",
    data: runs.map((_, i) => [runs[i][0], 0]),
    silent: true,
    tooltip: { show: false },
    clip: true,
    z: 1,
    renderItem: (params, api) => {
      const points = runs[params.dataIndex];
      const top = points.map((i) => api.coord([i, data.high[i]]));
      const bottom = points.map((i) => api.coord([i, data.low[i]])).reverse();
      return { type: "polygon", shape: { points: [...top, ...bottom] }, style: { fill: look.band, opacity: 0.55 } };
    },
  };
}
