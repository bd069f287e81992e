// Counts: `dist` upright in the order of the scale, `bars` lying with the longest on top.
import { category, common, numbers, tooltip, value } from "./look.js";

export const dist = { option: (data, look, width) => counted(data, look, width, false) };
export const bars = {
  option: (data, look, width) => counted(data, look, width, true),
  height: (data, width) => 20 + data.labels.length * (width < 480 ? 44 : 34),
};

function counted(data, look, width, lying) {
  const say = numbers(data);
  const axis = value(look, say.axis, { minInterval: 1, max: lying ? (v) => v.max * 1.16 : undefined });
  const names = category(look, data.labels, lying
    ? {
        inverse: true,
        axisLine: { show: false },
        axisLabel: { color: look.text, width: Math.min(width * 0.42, 260), overflow: "break", lineHeight: 15, margin: 10 },
      }
    : {});
  const hidden = { ...axis, axisLabel: { show: false }, splitLine: { show: false } };
  return {
    ...common(look),
    grid: lying
      ? { left: 4, right: 12, top: 4, bottom: 4, containLabel: true }
      : { left: 8, right: 8, top: 26, bottom: 4, containLabel: true },
    xAxis: lying ? hidden : names,
    yAxis: lying ? names : hidden,
    tooltip: tooltip(look, "item", ({ dataIndex: i }) =>
      [data.labels[i], `${data.words.count}: ${say.count(data.values[i])}`, `${data.words.share}: ${say.share(data.shares[i])}`].join("\n")),
    series: [
      {
        type: "bar",
        data: data.values,
        barCategoryGap: lying ? "34%" : "18%",
        barMaxWidth: 64,
        itemStyle: { color: look.main, borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
        emphasis: { itemStyle: { color: look.main, opacity: 0.85 } },
        label: {
          show: true,
          position: lying ? "right" : "top",
          color: look.quiet,
          fontSize: 12,
          formatter: ({ dataIndex: i }) =>
            lying && width >= 480
              ? `${say.count(data.values[i])} · ${say.share(data.shares[i])}`
              : width < 480 ? say.count(data.values[i]) : say.share(data.shares[i]),
        },
      },
    ],
  };
}
