// Draws every figure[data-chart]; see charts/ for what each kind shows. The data and all words come from
// the page, the colours from the theme in force.
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { bars, dist } from "../charts/counts.js";
import { dots } from "../charts/dots.js";
import { line } from "../charts/line.js";
import { ink } from "../charts/look.js";

echarts.use([
  AriaComponent, BarChart, CustomChart, GridComponent, LineChart, MarkAreaComponent, MarkLineComponent,
  ScatterChart, SVGRenderer, TooltipComponent,
]);

const KINDS = { line, dist, bars, dots };
const drawn = new Map(); // figure -> its drawing

function draw(figure) {
  const kind = KINDS[figure.dataset.chart];
  const box = figure.querySelector(".chart-box");
  if (!kind || !box) return;
  let drawing = drawn.get(figure);
  if (!drawing) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    box.hidden = false;
    figure.dataset.drawn = "";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", label(figure));
    figure.querySelector("[data-chart-twin]").hidden = false;
    drawing = { data, chart: null };
    drawn.set(figure, drawing);
    const height = kind.height?.(data, box.clientWidth);
    if (height) box.style.height = `${height}px`; // through the object model: the policy allows it
    drawing.chart = echarts.init(box, null, { renderer: "svg" });
    new ResizeObserver(() => {
      if (!box.clientWidth) return;
      drawing.chart.resize();
      // Narrow drawings leave out labels, so they are thought over anew.
      drawing.chart.setOption(kind.option(data, ink(), box.clientWidth));
    }).observe(box);
  }
  drawing.chart.setOption(kind.option(drawing.data, ink(), box.clientWidth), true);
}

function label(figure) {
  const title = figure.querySelector("figcaption")?.textContent ?? "";
  const said = figure.querySelector(".chart-says");
  const says = (said?.matches("ul") ? [...said.children].map((li) => li.textContent).join(" ") : said?.textContent) ?? "";
  return `${title}. ${says}`.trim();
}

function drawAll() {
  for (const [figure, { chart }] of drawn) {
    if (!figure.isConnected) {
      chart.dispose();
      drawn.delete(figure);
    }
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
}

function turn(figure) {
  const table = figure.toggleAttribute("data-twin");
  figure.querySelector("[data-chart-twin]")?.setAttribute("aria-pressed", String(table));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-twin]");
  if (button) turn(button.closest("figure"));
});

// `t` turns the chart one stands at, or all of them.
document.addEventListener("keydown", (event) => {
  if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select, [contenteditable]")) return;
  const here = event.target.closest("figure[data-chart]");
  for (const figure of here ? [here] : document.querySelectorAll("figure[data-chart]")) turn(figure);
});

document.addEventListener("otklik:charts", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("print").addEventListener("change", drawAll);
drawAll();
