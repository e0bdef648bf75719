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

  // Of two numbers equally near the even one, as the text report has it; without a sum, which would round once more.
  const whole = value => value % 2 === 0.5 ? Math.floor(value) : Math.round(value);
  const tenths = value => (value % 0.5 === 0.25 ? value - 0.05 : value).toFixed(1);

  // How long something took or will take, in the words of the text report (duration_words and forecast_words): "0.4 s", "12 s",
  // "3 min 20 s", "2 h 5 min".
  function duration(seconds) {
    if (seconds > 365 * 86400) return "more than a year";
    if (seconds < 10) return `${tenths(seconds)}\u00a0s`;
    const rounded = whole(seconds);
    if (rounded < 60) return `${rounded}\u00a0s`;
    if (rounded < 3600) return `${Math.floor(rounded / 60)}\u00a0min ${rounded % 60}\u00a0s`;
    return `${Math.floor(rounded / 3600)}\u00a0h ${Math.floor(rounded % 3600 / 60)}\u00a0min`;
  }

  // Times that are read beside each other: with tenths below a minute if two of them would read the same, and are not.
  function durations(...times) {
    const words = new Map(times.map(each => [tenths(each), duration(each)]));
    const areApart = new Set(words.values()).size === words.size;
    return times.map(each => areApart || each >= 59.95 ? duration(each) : `${tenths(each)}\u00a0s`);
  }

  // A time that was set, not measured: "0 s", "5 min", "1 h 30 min", "24 h".
  function span(seconds) {
    const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds % 3600 / 60), "min"], [seconds % 60, "s"]].filter(([count]) => count > 0);
    return parts.length === 0 ? "0\u00a0s" : parts.map(([count, unit]) => `${grouped(count)}\u00a0${unit}`).join(" ");
  }

  // An axis of time since the start, with ticks where people expect them.
  function timeAxis(most) {
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800, 2592000];
    return {
      type: "linear", min: 0, max: most, title: { display: true, text: "Time since the start" }, ticks: { maxRotation: 0, callback: span },
      afterBuildTicks(axis) {
        const step = steps.find(each => axis.max / each <= 7.2) ?? Math.ceil(axis.max / 7.2 / steps.at(-1)) * steps.at(-1);
        axis.ticks = Array.from({ length: Math.floor(axis.max / step) + 1 }, (_, i) => ({ value: i * step }));
      },
    };
  }

  // ---- Charts: each is a picture, a sentence that says what it shows, and its numbers as a table.

  const charts = [];

  // `rows` gives the numbers as they are when somebody wants to see them; `paper` is the height on paper.
  function figure(place, { gist, columns, rows, height, paper = Math.min(height ?? 240, 300), config }) {
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
    const one = { canvas, config, paper, chart: null };
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

  return { byId, grouped, percent, counted, capital, element, shortened, duration, durations, span, timeAxis, charts, figure, colours, paint, prepareCharts };
})();
