// Loads charts.js, the heaviest script, only where a page has a chart.
let asked = false;

export function charts(root = document) {
  if (!root.querySelector("figure[data-chart]")) return;
  if (asked) {
    document.dispatchEvent(new CustomEvent("otklik:charts"));
    return;
  }
  asked = true;
  const script = document.createElement("script");
  script.src = document.querySelector("meta[name=otklik-charts]").content;
  document.head.append(script);
}
