"use strict";
// What the scripts of all pages share: how numbers and times are said, and charts that follow the page's colours.
const poolwright = (() => {
  const byId = id => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const grouped = value => number.format(value);
  const percent = (part, whole) => `${grouped(whole === 0 ? 0 : Math.round(part * 100 / whole))}\u00a0%`;
  const counted = (count, noun, plural = `${noun}s`) => `${grouped(count)} ${count === 1 ? noun : plural}`;
  const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function shortened(text, most) {
    const letters = [...text];
    return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
  }

  function duration(seconds) {
    const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
    const at = units.findIndex(([size]) => seconds >= size);
    if (at === -1) return `${grouped(Math.round(seconds * 10) / 10)}\u00a0s`;
    const [size, unit] = units[at];
    const whole = Math.floor(seconds / size);
    const rest = at === 3 ? 0 : Math.round((seconds - whole * size) / units[at + 1][0]);
    return rest > 0 ? `${whole}\u00a0${unit} ${rest}\u00a0${units[at + 1][1]}` : `${grouped(whole)}\u00a0${unit}`;
  }

  // An axis of time since the start, with ticks where people expect them.
  function timeAxis(most) {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800, 2592000];
    return {
      type: "linear", min: 0, max: most, title: { display: true, text: "Time since the start" }, ticks: { maxRotation: 0, callback: duration },
      afterBuildTicks(axis) {
        const step = steps.find(each => axis.max / each <= 7.2) ?? axis.max / 7;
        axis.ticks = Array.from({ length: Math.floor(axis.max / step) + 1 }, (_, i) => ({ value: i * step }));
      },
    };
  }

  // ---- Charts: each is a picture, a sentence that says what it shows, and its numbers as a table.

  const charts = [];

  // `rows` gives the numbers as they are when somebody wants to see them.
  function figure(place, { gist, columns, rows, height, config }) {
    const canvas = element("canvas", { role: "img", "aria-labelledby": `${place}-title`, "aria-describedby": `${place}-gist` });
    const box = element("div", { class: "canvas" }, canvas);
    if (height) Object.assign(box.style, { height: "auto", minHeight: `${height}px` });
    const heads = columns.map((title, i) => element("th", { scope: "col", ...(i > 0 && { class: "number" }) }, title));
    const body = element("tbody");
    const details = element("details", {}, element("summary", {}, "The numbers"));
    const fill = () => body.replaceChildren(...rows().map(cells => element("tr", {}, ...cells.map((text, i) =>
      element(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : { class: "number" }, text)))));
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      fill();
      if (details.querySelector("table")) return;
      details.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Numbers: ${byId(`${place}-title`).textContent}` },
        element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body)));
    });
    const caption = element("figcaption", { id: `${place}-gist` }, gist);
    byId(place).append(element("figure", {}, caption, box, details));
    const one = { canvas, config, height, chart: null };
    charts.push(one);
    // What it shows has changed.
    return words => {
      if (caption.textContent !== words) caption.textContent = words;
      if (details.open) fill();
      one.chart?.update("none");
    };
  }

  // The colours of the page as it is now, in light, dark or print.
  function colours() {
    const style = getComputedStyle(document.documentElement);
    const of = name => style.getPropertyValue(`--${name}`).trim();
    return {
      ink: of("ink"), soft: of("soft"), line: of("line"), control: of("control"), accent: of("accent"), accentSoft: of("accent-soft"),
      warning: of("warning-fill"), good: of("good"), bad: of("bad"), card: of("card"),
    };
  }

  const withAlpha = (colour, alpha) => `${colour}${Math.round(alpha * 255).toString(16).padStart(2, "0")}`;

  function paint() {
    const palette = colours();
    Chart.defaults.color = palette.soft;
    Chart.defaults.borderColor = palette.line;
    for (const each of charts) {
      for (const dataset of each.config.data.datasets) {
        const main = dataset.colours ? dataset.colours.map(name => palette[name]) : palette[dataset.colour];
        dataset.borderColor = main;
        dataset.backgroundColor = main;
        if (dataset.filled) Object.assign(dataset, { fill: true, backgroundColor: withAlpha(palette.accent, 0.16) });
        if (dataset.type === "bubble") Object.assign(dataset, { backgroundColor: withAlpha(main, 0.6), borderWidth: 1.5 });
      }
      if (each.chart) {
        for (const scale of Object.values(each.chart.options.scales)) {
          scale.ticks.color = palette.soft;
          scale.grid.color = palette.line;
          if (scale.title) scale.title.color = palette.soft;
        }
        each.chart.options.plugins.legend.labels.color = palette.soft;
        each.chart.update("none");
      } else {
        each.chart = new Chart(each.canvas, each.config);
      }
    }
  }

  // Before the first chart.
  function prepareCharts() {
    Object.assign(Chart.defaults, { animation: false, maintainAspectRatio: false, devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Object.assign(Chart.defaults.plugins.legend, { position: "bottom", align: "start" });
    Object.assign(Chart.defaults.plugins.legend.labels, { usePointStyle: true, boxWidth: 22, boxHeight: 8 });
  }

  return { byId, grouped, percent, counted, capital, element, shortened, duration, timeAxis, charts, figure, colours, paint, prepareCharts };
})();
