"use strict";
// Draws the charts and the table of all tenants from the document in #report-data (cli/page_data.hpp says what is in it).
// Text from there only ever becomes textContent or pixels.
(() => {
  const { byId, grouped, percent, counted, capital, element, shortened, duration, durations, timeAxis, charts, figure, paint, prepareCharts } = poolwright;
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const [ID, NAME, POOL, MAILBOXES, APPS, EXISTING, CREATE, SURPLUS, NEXT, REASON] = Array(10).keys();
  const nameOf = row => row[NAME] || row[ID] || "(any)";
  const hasPools = data.pools.length > 1;
  const unit = hasPools ? "pool" : "tenant";

  // How far it is to the next app, in parts of the mailboxes; Infinity: none needs one.
  const distanceOf = row => row[NEXT] === 0 ? Infinity : (row[NEXT] - row[MAILBOXES]) / row[MAILBOXES];
  const isNear = row => row[NEXT] !== 0 && (row[NEXT] - row[MAILBOXES]) * 10 <= row[MAILBOXES];

  // On two lines where one is too short.
  function onLines(text, most) {
    if (text.length <= most) return text;
    const at = Math.max(text.lastIndexOf(" ", most), text.lastIndexOf("-", most - 1) + 1);
    return at < 4 ? shortened(text, most) : [text.slice(0, at).trim(), shortened(text.slice(at).trim(), most)];
  }

  // Writes the value behind each bar, so that a printed chart needs no pointer.
  const values = {
    id: "values",
    afterDatasetsDraw(chart) {
      const bars = chart.getDatasetMeta(chart.data.datasets.length - 1).data;
      const { ctx, options } = chart;
      const sideways = options.indexAxis === "y";
      ctx.save();
      ctx.fillStyle = Chart.defaults.color;
      ctx.font = `600 12px ${Chart.defaults.font.family}`;
      ctx.textAlign = sideways ? "left" : "center";
      ctx.textBaseline = sideways ? "middle" : "bottom";
      bars.forEach((bar, i) => {
        const sum = chart.data.datasets.reduce((total, each) => total + each.data[i], 0);
        ctx.fillText(grouped(sum), bar.x + (sideways ? 6 : 0), bar.y - (sideways ? 0 : 4));
      });
      ctx.restore();
    },
  };

  function bars(labels, datasets, { sideways = false, stacked = false, legend = false, label }) {
    const most = grouped(Math.max(...labels.map((_, i) => datasets.reduce((sum, each) => sum + each.data[i], 0))));
    const size = { beginAtZero: true, stacked, ticks: { precision: 0, maxTicksLimit: 6, callback: grouped } };
    const names = { stacked, grid: { display: false }, ticks: { autoSkip: false, ...(sideways && { callback(value) {
      return [labels[value]].flat().map(each => onLines(each, Math.floor(this.chart.width * 0.06))).flat();
    } }) } };
    return {
      type: "bar",
      data: { labels, datasets: datasets.map(each => ({ borderRadius: 3, pointStyle: "rectRounded", maxBarThickness: 40, categoryPercentage: 0.85, barPercentage: 0.9, ...each })) },
      options: {
        indexAxis: sideways ? "y" : "x",
        layout: { padding: sideways ? { right: 8 + 8 * most.length } : { top: 18 } },
        scales: { [sideways ? "x" : "y"]: size, [sideways ? "y" : "x"]: names },
        plugins: { legend: { display: legend }, tooltip: { callbacks: { label } } },
      },
      plugins: [values],
    };
  }

  // Tenants that nothing on the screen could tell apart share a dot.
  function dotsOf(rows) {
    const dots = new Map();
    for (const row of rows) {
      if (row[MAILBOXES] === 0) continue;
      const near = isNear(row);
      const key = `${Math.round(Math.log10(row[MAILBOXES]) * 8)} ${row[APPS]} ${near}`;
      const dot = dots.get(key) ?? { near, rows: 0, first: row, least: Infinity, most: 0, apps: row[APPS] };
      dot.rows += 1;
      dot.least = Math.min(dot.least, row[MAILBOXES]);
      dot.most = Math.max(dot.most, row[MAILBOXES]);
      dots.set(key, dot);
    }
    return [...dots.values()].sort((one, other) => one.least - other.least);
  }

  function dotWords(dot) {
    const apps = `${counted(dot.apps, "app")}${dot.rows > 1 ? " each" : ""}`;
    if (dot.rows === 1) return `${shortened(nameOf(dot.first), 40)}: ${counted(dot.least, "mailbox", "mailboxes")}, ${apps}`;
    const range = dot.least === dot.most ? grouped(dot.least) : `${grouped(dot.least)} to ${grouped(dot.most)}`;
    return `${grouped(dot.rows)} ${unit}s of ${range} mailboxes: ${apps}`;
  }

  function drawStairs() {
    const dots = dotsOf(data.rows);
    const most = Math.max(1, ...dots.map(dot => dot.rows));
    const radius = dot => 3.5 + 9 * Math.sqrt((dot.rows - 1) / most);
    const last = Math.max(1, ...dots.map(dot => dot.most));
    const stairs = data.stairs.map(([x, y]) => ({ x, y }));
    if (stairs.length > 0) stairs.push({ x: Math.max(last, stairs.at(-1).x), y: stairs.at(-1).y });
    const topApps = Math.max(1, ...dots.map(dot => dot.apps));
    const digit = value => Number(value.toExponential().charAt(0));
    const only = (...digits) => axis => { axis.ticks = axis.ticks.filter(({ value }) => digits.includes(digit(value))); };
    const series = (label, near, colour) => ({
      type: "bubble", label, colour, clip: false,
      data: dots.filter(dot => dot.near === near).map(dot => ({ x: dot.least === dot.most ? dot.least : Math.sqrt(dot.least * dot.most), y: dot.apps, r: radius(dot), dot })),
    });
    const sizes = new Map();
    for (const row of data.rows) if (row[APPS] > 0) sizes.set(row[APPS], (sizes.get(row[APPS]) ?? 0) + 1);
    const [size, often] = [...sizes].reduce((best, each) => each[1] > best[1] ? each : best, [0, 0]);
    figure("stairs", {
      gist: data.totals.apps === 0 ? "No apps are needed." :
        `The line is the rule ${data.rule}; a larger dot stands for more ${unit}s. The most frequent size is ${counted(size, "app")}: ${counted(often, unit)}, ${percent(size * often, data.totals.apps)} of all apps.`,
      columns: ["Mailboxes", `${capital(unit)}s`, "Apps each"],
      rows: () => dots.map(dot => [dot.least === dot.most ? grouped(dot.least) : `${grouped(dot.least)} to ${grouped(dot.most)}`, grouped(dot.rows), grouped(dot.apps)]),
      config: {
        type: "bubble",
        data: {
          datasets: [
            series("Within 10\u00a0% of the next app", true, "warning"),
            series("Others", false, "accent"),
            { type: "line", pointStyle: "line", label: `Rule ${data.rule}`, colour: "soft", data: stairs, stepped: "before", pointRadius: 0, pointHitRadius: 0, borderWidth: 1.5 },
          ],
        },
        options: {
          scales: {
            x: { type: "logarithmic", min: Math.max(1, 10 ** Math.floor(Math.log10(Math.min(last, ...dots.map(dot => dot.least))))), title: { display: true, text: "Mailboxes (each line ten times as many)" }, ticks: { callback: grouped, autoSkip: false, maxRotation: 0 }, afterBuildTicks: only(1) },
            y: { type: topApps > 60 ? "logarithmic" : "linear", beginAtZero: topApps <= 60, grace: "8%", title: { display: true, text: "Apps" }, ticks: { precision: 0, callback: grouped }, ...(topApps > 60 && { afterBuildTicks: only(1, 2, 5) }) },
          },
          plugins: { legend: { display: true }, tooltip: { filter: item => item.raw.dot !== undefined, callbacks: { label: item => dotWords(item.raw.dot) } } },
        },
      },
    });
  }

  function drawLargest() {
    const most = 10;
    const largest = [];
    for (const row of data.rows) {
      if (row[APPS] === 0 || (largest.length === most && row[APPS] <= largest.at(-1)[APPS])) continue;
      const at = largest.findIndex(each => each[APPS] < row[APPS]);
      largest.splice(at === -1 ? largest.length : at, 0, row);
      largest.length = Math.min(largest.length, most);
    }
    const sum = largest.reduce((total, row) => total + row[APPS], 0);
    const label = row => shortened(hasPools ? `${nameOf(row)}, ${data.pools[row[POOL]]}` : nameOf(row), 44);
    figure("largest", {
      gist: `The ${counted(largest.length, `largest ${unit}`)} ${largest.length === 1 ? "has" : "have"} ${grouped(sum)} of ${counted(data.totals.apps, "app")} (${percent(sum, data.totals.apps)}).`,
      columns: ["Tenant", "There", "To create", "Mailboxes"],
      rows: () => largest.map(row => [nameOf(row), grouped(row[APPS] - row[CREATE]), grouped(row[CREATE]), grouped(row[MAILBOXES])]),
      height: 60 + Math.max(2, largest.length) * 28,
      config: bars(largest.map(label), [
        { label: "There", colour: "accentSoft", data: largest.map(row => row[APPS] - row[CREATE]) },
        { label: "To create", colour: "accent", data: largest.map(row => row[CREATE]) },
      ], { sideways: true, stacked: true, legend: true, label: item => `${item.dataset.label}: ${grouped(item.raw)}` }),
    });
  }

  function drawRules() {
    const chosen = data.rules.find(each => each.chosen);
    const others = data.rules.filter(each => !each.chosen);
    const least = others.reduce((low, each) => each.apps < low.apps ? each : low, chosen);
    const saved = chosen.apps - least.apps;
    figure("rules", {
      gist: `The chosen rule, ${chosen.name}, gives ${counted(chosen.apps, "app")}. ` + (saved > 0
        ? `The fewest come from ${least.name}: ${grouped(least.apps)}, which is ${grouped(saved)} fewer.` : "No other built-in rule gives fewer."),
      columns: ["Rule", "Apps"],
      rows: () => data.rules.map(each => [each.chosen ? `${each.name} (chosen)` : each.name, grouped(each.apps)]),
      height: 40 + data.rules.length * 42,
      config: bars(data.rules.map(each => each.chosen ? [each.name, "(chosen)"] : each.name),
        [{ label: "Apps", colours: data.rules.map(each => each.chosen ? "accent" : "accentSoft"), data: data.rules.map(each => each.apps) }],
        { sideways: true, label: item => counted(item.raw, "app") }),
    });
  }

  // What the quota of the calling application alone would allow: a burst, then its steady rate.
  function ceiling(apps) {
    const { limit, window_seconds: window, is_bucket: isBucket } = data.application_writes;
    const burst = limit / data.writes_per_app;
    if (!isBucket || burst >= apps) return [];
    return [{ x: 0, y: burst }, { x: (apps - burst) * window / burst, y: apps }];
  }

  function drawTimeline() {
    const apps = data.totals.to_create;
    const { seconds, critical_path_seconds: chain, progress } = data.forecast;
    if (progress.length === 0) {
      byId("forecast").remove();
      return;
    }
    const points = [{ x: 0, y: 0 }, ...progress.map((x, i) => ({ x, y: apps * (i + 1) / progress.length }))];
    const allowed = ceiling(apps);
    const half = progress[Math.floor(progress.length / 2) - 1];
    const [ofFirst, ofHalf, ofAll] = durations(chain, half, seconds);
    figure("forecast", {
      gist: `${counted(apps, "app")}: the first is proven after ${ofFirst} at the earliest, half of them after ${ofHalf}, all after ${ofAll}.`,
      columns: ["Part of the apps", "Proven after"],
      rows: () => progress.map((x, i) => [`${i + 1} %`, duration(x)]).filter((_, i) => i % 10 === 9),
      config: {
        type: "line",
        data: {
          datasets: [
            { label: "Apps proven", pointStyle: "line", colour: "accent", filled: true, data: points, pointRadius: 0, pointHitRadius: 8, borderWidth: 2.5 },
            ...(allowed.length === 0 ? [] : [{ label: "What application.writes allows", pointStyle: "line", colour: "warning", data: allowed, pointRadius: 0, pointHitRadius: 0, borderWidth: 2, borderDash: [6, 4] }]),
            { label: "Chain of one app", pointStyle: "line", colour: "soft", data: [{ x: chain, y: 0 }, { x: chain, y: apps }], pointRadius: 0, pointHitRadius: 0, borderWidth: 1.5, borderDash: [2, 3] },
          ],
        },
        options: {
          interaction: { mode: "nearest", axis: "x", intersect: false },
          scales: {
            x: timeAxis(Math.max(seconds, chain) * 1.02),
            y: { min: 0, suggestedMax: apps * 1.05, title: { display: true, text: "Apps" }, ticks: { precision: 0, callback: grouped } },
          },
          plugins: {
            legend: { display: true },
            tooltip: { filter: item => item.datasetIndex === 0, callbacks: { title: items => items.length ? `After ${duration(items[0].raw.x)}` : "", label: item => counted(Math.round(item.raw.y), "app") } },
          },
        },
      },
    });
  }

  function drawDistance() {
    const bounds = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, Infinity];
    const labels = ["to 1 %", "to 2 %", "to 5 %", "to 10 %", "to 25 %", "to 50 %", "to 100 %", "more", "never"];
    const counts = new Array(labels.length).fill(0);
    for (const row of data.rows) counts[row[NEXT] === 0 ? 8 : bounds.findIndex(bound => distanceOf(row) <= bound)] += 1;
    const near = counts.slice(0, 4).reduce((sum, count) => sum + count, 0);
    figure("distance", {
      gist: `How many more mailboxes a ${unit} may get before it needs its next app, in parts of those it has: ${counted(near, unit)} of ${grouped(data.rows.length)} within 10\u00a0%.`,
      columns: ["More mailboxes", `${capital(unit)}s`],
      rows: () => labels.map((label, i) => [label, grouped(counts[i])]),
      paper: 190,
      config: bars(labels, [{ label: `${capital(unit)}s`, colours: labels.map((_, i) => i < 4 ? "warning" : "accent"), data: counts }],
        { label: item => counted(item.raw, unit) }),
    });
  }

  function drawCharts() {
    prepareCharts();
    if (data.rows.length > 0) {
      drawStairs();
      drawLargest();
      drawDistance();
    }
    drawRules();
    drawTimeline();
    paint();
  }

  // ---- The table: all rows are there, a page of them is drawn. On a narrow screen each row is a block with the titles at its values
  // (report.css), which some browsers take for no table any more: hence the roles, which say what the elements are anyway.

  const PAGE = 50;
  const ON_PAPER = 1000;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const columns = [
    { title: "Tenant", text: nameOf },
    { title: "Pool", text: row => data.pools[row[POOL]], isShown: hasPools },
    { title: "Mailboxes", value: row => row[MAILBOXES] },
    { title: "Apps", value: row => row[APPS] },
    { title: "There", value: row => row[EXISTING], isShown: data.rows.some(row => row[EXISTING] > 0) },
    { title: "To create", value: row => row[CREATE] },
    { title: "Surplus", value: row => row[SURPLUS], isShown: data.rows.some(row => row[SURPLUS] > 0) },
    { title: "Next app at", value: row => row[NEXT] || Infinity, words: row => row[NEXT] ? grouped(row[NEXT]) : "never" },
    { title: "More mailboxes", value: row => row[NEXT] ? row[NEXT] - row[MAILBOXES] : Infinity, words: row => row[NEXT] ? `+${grouped(row[NEXT] - row[MAILBOXES])}` : "" },
    { title: "Why", text: row => data.reasons[row[REASON]], kind: "reason" },
  ].filter(column => column.isShown !== false);

  const choices = [
    ["All", () => true],
    ["To be created", row => row[CREATE] > 0],
    ["Close to the next app", isNear],
    ["With surplus apps", row => row[SURPLUS] > 0],
    ["Without apps", row => row[APPS] === 0],
  ].map(([name, holds]) => ({ name, holds, count: data.rows.reduce((sum, row) => sum + holds(row), 0) }))
    .filter((choice, i) => i === 0 || choice.count > 0);

  const view = { shown: [], page: 0, column: columns.find(column => column.title === "Apps"), isDown: true };
  let haystacks = null;

  function sortKeys(column) {
    if (!column.keys) {
      if (column.value) {
        column.keys = Float64Array.from(data.rows, column.value);
      } else {
        // Ranks, so that texts are compared once only.
        const texts = data.rows.map(column.text);
        const order = texts.map((_, i) => i).sort((one, other) => collator.compare(texts[one], texts[other]));
        column.keys = new Float64Array(texts.length);
        order.forEach((row, i) => { column.keys[row] = i > 0 && texts[order[i - 1]] === texts[row] ? column.keys[order[i - 1]] : i; });
      }
    }
    return column.keys;
  }

  function choose() {
    haystacks ??= data.rows.map(row => `${row[NAME]}\n${row[ID]}\n${data.pools[row[POOL]]}`.toLowerCase());
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const { holds } = choices[byId("choice").selectedIndex] ?? choices[0];
    const shown = [];
    for (let i = 0; i < data.rows.length; ++i)
      if (holds(data.rows[i]) && words.every(word => haystacks[i].includes(word))) shown.push(i);
    const keys = sortKeys(view.column);
    const sign = view.isDown ? -1 : 1;
    shown.sort((one, other) => keys[one] === keys[other] ? one - other : keys[one] < keys[other] ? -sign : sign);
    Object.assign(view, { shown, page: 0 });
    byId("found").textContent = `${grouped(shown.length)} of ${grouped(data.rows.length)}`;
    drawRows();
  }

  function cellOf(column, row) {
    const kind = [column.kind, column.value && "number", column.title === "More mailboxes" && isNear(row) && "near"].filter(Boolean).join(" ");
    const text = column.words ? column.words(row) : column.value ? grouped(column.value(row)) : column.text(row);
    if (column !== columns[0]) return element("td", { role: "cell", "data-label": column.title, ...(kind && { class: kind }) }, text);
    const cell = element("th", { role: "rowheader", scope: "row" }, element("bdi", {}, text));
    if (row[NAME] && row[ID]) cell.append(element("small", {}, element("bdi", {}, row[ID])));
    return cell;
  }

  function drawRows(from = view.page * PAGE, count = PAGE) {
    const rows = view.shown.slice(from, from + count).map(i => element("tr", { role: "row" }, ...columns.map(column => cellOf(column, data.rows[i]))));
    if (rows.length === 0) rows.push(element("tr", { role: "row" }, element("td", { role: "cell", class: "none", colspan: String(columns.length) }, "No tenant is like that.")));
    byId("rows").tBodies[0].replaceChildren(...rows);
    const pages = Math.max(1, Math.ceil(view.shown.length / PAGE));
    byId("where").textContent = `Page ${grouped(view.page + 1)} of ${grouped(pages)}`;
    byId("first").disabled = byId("previous").disabled = view.page === 0;
    byId("next").disabled = byId("last").disabled = view.page + 1 >= pages;
  }

  function markSorted() {
    for (const column of columns) {
      if (column === view.column) column.head.setAttribute("aria-sort", view.isDown ? "descending" : "ascending");
      else column.head.removeAttribute("aria-sort");
    }
  }

  function sortBy(column) {
    const isDown = column === view.column ? !view.isDown : column.value !== undefined;
    Object.assign(view, { column, isDown });
    markSorted();
    choose();
  }

  function turnTo(page) {
    view.page = page;
    drawRows();
  }

  function drawTable() {
    for (const column of columns) {
      column.button = element("button", { type: "button" }, column.title);
      column.button.addEventListener("click", () => sortBy(column));
      const kind = [column.kind, column.value && "number"].filter(Boolean).join(" ");
      column.head = element("th", { role: "columnheader", scope: "col", ...(kind && { class: kind }) }, column.button);
    }
    byId("rows").tHead.append(element("tr", { role: "row" }, ...columns.map(column => column.head)));
    byId("choice").append(...choices.map(choice => element("option", {}, `${choice.name} (${grouped(choice.count)})`)));
    byId("choice").closest("form").addEventListener("submit", event => event.preventDefault());
    byId("search").addEventListener("input", choose);
    byId("choice").addEventListener("change", choose);
    byId("first").addEventListener("click", () => turnTo(0));
    byId("previous").addEventListener("click", () => turnTo(view.page - 1));
    byId("next").addEventListener("click", () => turnTo(view.page + 1));
    byId("last").addEventListener("click", () => turnTo(Math.ceil(view.shown.length / PAGE) - 1));
    markSorted();
    choose();
    byId("tenants").hidden = false;
  }

  // ---- Paper is light, and has no pages to turn.

  function toPaper() {
    document.documentElement.classList.add("paper");
    paint();
    for (const { chart, paper } of charts) chart.resize(660, paper);
    drawRows(0, ON_PAPER);
    // Chromium repeats titles on every sheet as long as there is no button in them.
    for (const column of columns) column.head.replaceChildren(column.title);
    byId("cut").textContent = `The first ${grouped(ON_PAPER)} of ${grouped(view.shown.length)}.`;
    byId("cut").hidden = view.shown.length <= ON_PAPER;
  }

  function toScreen() {
    document.documentElement.classList.remove("paper");
    byId("cut").hidden = true;
    for (const column of columns) column.head.replaceChildren(column.button);
    drawRows();
    paint();
    for (const { chart } of charts) chart.resize();
  }

  drawTable();
  drawCharts();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
})();
