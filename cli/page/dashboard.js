"use strict";
// Follows a run and draws it (cli/run_watch.hpp says what it is told). Other people's text only ever becomes textContent or
// pixels.
(() => {
  const { byId, grouped, counted, element, shortened, duration, span, timeAxis, figure, colours, paint, prepareCharts } = poolwright;

  // ---- What is known of the run.

  const run = { tenants: [], planned: 0, readyBefore: 0, forecast: null, quota: null, seconds: 0, secondsLeft: null, counts: null, waits: [], samples: [], troubles: [], drawnTroubles: 0, allTroubles: 0 };
  const states = [
    { key: "open", words: "not begun" }, { key: "working", words: "being worked on" }, { key: "ready", words: "ready" },
    { key: "pending", words: "with pending apps" }, { key: "failed", words: "with failures" },
  ];
  const stateOf = key => states.find(each => each.key === key);
  const nameOf = tenant => tenant.name || tenant.id;
  const done = () => run.counts.ready + run.counts.pending + run.counts.failed;

  function begin({ tenants, planned, ready_before: readyBefore, forecast, quota }) {
    Object.assign(run, { planned, readyBefore, forecast, quota, samples: [], troubles: [], drawnTroubles: 0 });
    run.tenants = tenants.map(([name, id, apps]) => ({ name, id, apps, ready: 0, state: "open" }));
  }

  function take(news) {
    Object.assign(run, { seconds: news.seconds, secondsLeft: news.seconds_left ?? null, counts: news.counts, waits: news.waits, allTroubles: news.all_troubles });
    for (const [at, state, ready] of news.changes) Object.assign(run.tenants[at], { state, ready });
    for (const [x, apps, writes] of news.samples) run.samples.push({ x, apps, writes });
    // More points than a picture can show.
    if (run.samples.length > 2000) run.samples = run.samples.filter((_, i) => i % 2 === 0);
    for (const trouble of news.troubles) {
      const told = run.troubles.findIndex(each => each[0] === trouble[0] && each[2] === "tenant_failed" && trouble[2] === "tenant_failed");
      if (told < 0) {
        run.troubles.push(trouble);
      } else {
        run.troubles[told] = trouble;
        run.drawnTroubles = 0;
      }
    }
  }

  // ---- Figures.

  // Writes a second over the last half minute.
  function rateNow() {
    const last = run.samples.at(-1);
    const first = run.samples.find(each => each.x >= (last?.x ?? 0) - 30);
    return last && last.x > first.x ? (last.writes - first.writes) / (last.x - first.x) : 0;
  }

  const oneDigit = value => grouped(Math.round(value * 10) / 10);

  function say(id, main, small) {
    byId(id).replaceChildren(main, element("small", {}, small));
  }

  function drawFigures() {
    const { counts, tenants } = run;
    say("figure-apps", `${grouped(done())} of ${grouped(run.planned)}`, `${grouped(counts.ready)} ready, ${grouped(counts.created)} created`);
    const expected = run.forecast.seconds > 0 ? `; expected were ${duration(run.forecast.seconds)}` : "";
    say("figure-left", end.is ? "over" : run.secondsLeft === null ? "unknown" : duration(run.secondsLeft), `after ${duration(run.seconds)}${expected}`);
    say("figure-rate", oneDigit(end.is ? counts.writes / Math.max(run.seconds, 1) : rateNow()), `${counted(counts.writes, "write")}, ${counted(counts.calls, "call")}`);
    const settled = tenants.filter(each => each.state === "ready").length;
    say("figure-tenants", `${grouped(settled)} of ${grouped(tenants.length)}`, "have all their apps ready");
    say("figure-trouble", run.allTroubles === 0 ? "nothing" : grouped(run.allTroubles), `${counted(counts.failed, "app")} failed, ${grouped(counts.pending)} pending`);
    byId("box-trouble").classList.toggle("warning", run.allTroubles > 0);
  }

  // ---- The map of the fleet.

  const map = { canvas: byId("map"), columns: 1, cell: 10, gap: 2, chosen: -1 };

  // Lines across a square, in parts of its size.
  const marks = { pending: [[0.25, 0.5, 0.75, 0.5]], failed: [[0.28, 0.28, 0.72, 0.72], [0.72, 0.28, 0.28, 0.72]] };

  // A square is filled from below as far as its apps are ready. Its state is told by colour and by shape: bare, framed, full, framed and
  // barred, framed and crossed.
  function drawSquare(context, palette, { state, ready, apps }, x, y, size) {
    context.fillStyle = palette.line;
    context.fillRect(x, y, size, size);
    const colour = { open: palette.control, working: palette.accent, ready: palette.good, pending: palette.warning, failed: palette.bad }[state];
    context.fillStyle = colour;
    const height = size * (state === "ready" ? 1 : Math.min(ready / Math.max(apps, 1), 1));
    context.fillRect(x, y + size - height, size, height);
    if (state === "open" || state === "ready") return;
    // Where a frame would leave nothing within it, a pale ground stands for it.
    if (size < 6) {
      context.globalAlpha = 0.35;
      context.fillRect(x, y, size, size - height);
      context.globalAlpha = 1;
      return;
    }
    const thin = Math.max(1, size / 12);
    context.strokeStyle = colour;
    context.lineWidth = thin;
    context.strokeRect(x + thin / 2, y + thin / 2, size - thin, size - thin);
    const strokes = marks[state];
    if (!strokes) return;
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of strokes) {
      context.moveTo(x + size * fromX, y + size * fromY);
      context.lineTo(x + size * toX, y + size * toY);
    }
    // Seen on what is filled and on what is not.
    for (const [ink, width] of [[palette.card, 3.5 * thin], [colour, 1.5 * thin]]) {
      context.strokeStyle = ink;
      context.lineWidth = width;
      context.stroke();
    }
  }

  // As large as they can be within a height that leaves the rest of the page in sight.
  function layOut() {
    const width = map.canvas.clientWidth;
    const count = Math.max(run.tenants.length, 1);
    let cell = 28;
    while (cell > 3 && Math.ceil(count / Math.floor(width / cell)) * cell > 260) --cell;
    const columns = Math.max(1, Math.floor(width / cell));
    Object.assign(map, { cell, gap: cell > 8 ? 3 : 1, columns, rows: Math.ceil(count / columns) });
  }

  const sharpness = () => Math.max(1, window.devicePixelRatio);

  function sized(canvas, width, height) {
    const [w, h] = [width, height].map(each => Math.round(each * sharpness()));
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const context = canvas.getContext("2d");
    context.setTransform(sharpness(), 0, 0, sharpness(), 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  function drawMap() {
    layOut();
    const { canvas, cell, gap, columns, rows, chosen } = map;
    canvas.style.height = `${rows * cell}px`;
    const context = sized(canvas, canvas.clientWidth, rows * cell);
    const palette = colours();
    run.tenants.forEach((tenant, i) => {
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      drawSquare(context, palette, tenant, x, y, cell - gap);
      if (i !== chosen) return;
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, cell - gap - 2, cell - gap - 2);
    });
  }

  function choose(at) {
    map.chosen = at >= 0 && at < run.tenants.length ? at : -1;
    const tenant = run.tenants[map.chosen];
    byId("chosen").textContent = tenant ? `${nameOf(tenant)}: ${stateOf(tenant.state).words}, ${grouped(tenant.ready)} of ${counted(tenant.apps, "app")} ready` : "";
    drawMap();
  }

  function drawLegend() {
    const palette = colours();
    byId("legend").replaceChildren(...states.map(({ key, words }) => {
      const sample = element("canvas", { "aria-hidden": "true" });
      drawSquare(sized(sample, 14, 14), palette, { state: key, ready: key === "open" ? 0 : 1, apps: 2 }, 0, 0, 14);
      const count = run.tenants.filter(each => each.state === key).length;
      return element("li", {}, sample, element("span", {}, element("b", {}, grouped(count)), ` ${words}`));
    }));
  }

  function listenToMap() {
    map.canvas.addEventListener("pointermove", event => {
      const [x, y] = [event.offsetX, event.offsetY].map(each => Math.floor(each / map.cell));
      choose(x < map.columns ? y * map.columns + x : -1);
    });
    map.canvas.addEventListener("pointerleave", () => choose(-1));
    map.canvas.addEventListener("keydown", event => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -map.columns, ArrowDown: map.columns }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      choose(Math.min(Math.max(map.chosen + step, 0), run.tenants.length - 1));
    });
    new ResizeObserver(drawMap).observe(map.canvas.parentElement);
  }

  // ---- Charts. Their data are arrays that stay the same ones.

  const curve = { apps: [], forecast: [], redraw: () => {} };
  const rate = { writes: [], quota: [], redraw: () => {} };

  const line = (label, colour, data, more = {}) => ({ label, colour, pointStyle: "line", data, pointRadius: 0, pointHitRadius: 8, borderWidth: 2, ...more });

  function lineChart(datasets, yTitle, unit) {
    return {
      type: "line",
      data: { datasets },
      options: {
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: { x: { ...timeAxis(1), max: undefined }, y: { min: 0, grace: "5%", title: { display: true, text: yTitle }, ticks: { callback: grouped, maxTicksLimit: 6 } } },
        plugins: { legend: { display: true }, tooltip: { callbacks: { title: items => items.length ? `After ${duration(items[0].raw.x)}` : "", label: item => `${item.dataset.label}: ${oneDigit(item.raw.y)} ${unit}` } } },
      },
    };
  }

  // The last of every so many points.
  const someOf = (points, most = 40) => points.filter((_, i) => (points.length - 1 - i) % Math.ceil(points.length / most) === 0);

  function makeCharts() {
    prepareCharts();
    curve.redraw = figure("curve", {
      gist: "", columns: ["After", "Apps done", "Forecast"],
      rows: () => someOf(curve.apps).map(({ x, y }) => [duration(x), grouped(y), grouped(Math.round(forecastAt(x)))]),
      config: lineChart([line("Apps done", "accent", curve.apps, { filled: true, borderWidth: 2.5 }), line("Forecast", "soft", curve.forecast, { borderDash: [6, 4] })], "Apps", "apps"),
    });
    rate.redraw = figure("rate", {
      gist: "", columns: ["After", "Writes a second"],
      rows: () => someOf(rate.writes).map(({ x, y }) => [duration(x), oneDigit(y)]),
      config: lineChart([line("Writes a second", "accent", rate.writes, { filled: true, borderWidth: 2.5 }), line("What the quota gives in the long run", "warning", rate.quota, { borderDash: [6, 4] })], "Writes a second", "a second"),
    });
    paint();
  }

  function forecastPoints() {
    const { progress } = run.forecast;
    const toDo = run.planned - run.readyBefore;
    return [{ x: 0, y: run.readyBefore }, ...progress.map((x, i) => ({ x, y: run.readyBefore + toDo * (i + 1) / progress.length }))];
  }

  function forecastAt(x) {
    const points = curve.forecast;
    const next = points.findIndex(each => each.x >= x);
    if (next === -1) return points.at(-1).y;
    if (next === 0) return points[0].y;
    const [before, after] = [points[next - 1], points[next]];
    return before.y + (after.y - before.y) * (x - before.x) / (after.x - before.x);
  }

  // Each point is the mean over the seconds before it.
  function ratePoints(window = 5) {
    let from = 0;
    return run.samples.slice(1).map((each, i) => {
      while (from < i && run.samples[from + 1].x <= each.x - window) ++from;
      const first = run.samples[from];
      return { x: each.x, y: (each.writes - first.writes) / Math.max(each.x - first.x, 0.001) };
    });
  }

  function fill(array, points) {
    array.length = 0;
    for (const each of points) array.push(each);
  }

  function drawCharts() {
    fill(curve.apps, [...run.samples.map(({ x, apps }) => ({ x, y: apps })), { x: run.seconds, y: done() }]);
    fill(curve.forecast, forecastPoints());
    fill(rate.writes, ratePoints());
    const last = Math.max(run.seconds, 1);
    const { writes, window_seconds: window, identities } = run.quota;
    const steady = writes * identities / window;
    fill(rate.quota, [0, last].map(x => ({ x, y: steady })));
    const expected = Math.round(forecastAt(run.seconds));
    const ahead = done() - expected;
    curve.redraw(run.forecast.progress.length === 0 ? `${grouped(done())} of ${counted(run.planned, "app")} done.`
      : `${grouped(done())} of ${counted(run.planned, "app")} done; by the forecast it would be ${grouped(expected)} by now` + (ahead === 0 ? "." : ahead > 0 ? `, which is ${grouped(ahead)} fewer.` : `, which is ${grouped(-ahead)} more.`));
    rate.redraw(`${oneDigit(rateNow())} writes a second over the last half minute. ${counted(identities, "identity", "identities")} may send ${grouped(writes * identities)} in ${span(window)}: a burst of them at once, ${oneDigit(steady)} a second in the long run.`);
  }

  // ---- Lists.

  const reasons = { throttle: "Microsoft said to wait", replication: "the directory replicates", error: "a call failed, and is tried again" };

  function drawWaits() {
    const { counts } = run;
    const unbegun = run.tenants.filter(each => each.state === "open").reduce((sum, each) => sum + each.apps - each.ready, 0);
    const waiting = counts.replicating + counts.throttled;
    const working = Math.max(run.planned - done() - waiting - unbegun, 0);
    const rows = [
      ["wait until the directory has replicated", counts.replicating], ["wait since Microsoft said so (429)", counts.throttled],
      ["are worked on, or wait for their turn within the quota", working], ["are in tenants that were not begun", unbegun],
    ];
    byId("waits").replaceChildren(...rows.map(([words, count]) => element("tr", {}, element("th", { scope: "row" }, words), element("td", { class: "number" }, grouped(count)))));
    const longest = run.waits.slice(0, 6).map(([at, why, seconds]) => element("li", {}, element("b", {}, element("bdi", {}, nameOf(run.tenants[at]))),
      ` ${duration(seconds)}`, element("small", {}, reasons[why])));
    if (longest.length === 0) longest.push(element("li", {}, "Nothing that was refused waits."));
    byId("longest").replaceChildren(...longest);
  }

  const kinds = { tenant_failed: "failed", app_failed: "failed", app_pending: "is pending", identity_fallback: "another identity went on", certificates_instead: "got certificates" };

  // Options that no line ends within, as cli/page_code.hpp has it.
  const withWholeOptions = text => text.split(/(\S*--\S*)/).map((part, i) => i % 2 === 0 ? part : element("span", { class: part.length > 28 ? "long word" : "word" }, part));

  function drawTroubles() {
    byId("trouble-count").textContent = run.allTroubles === 0 ? "Nothing so far." : run.allTroubles > run.troubles.length
      ? `The first ${grouped(run.troubles.length)} of ${grouped(run.allTroubles)}; the summary in the terminal has them all.` : "";
    byId("trouble-count").hidden = byId("trouble-count").textContent === "";
    if (run.drawnTroubles === 0) byId("trouble").replaceChildren();
    for (const [at, app, kind, why] of run.troubles.slice(run.drawnTroubles)) {
      const who = element("bdi", {}, shortened(nameOf(run.tenants[at]), 80));
      byId("trouble").append(element("li", {}, element("b", {}, who), app ? `, ${app}` : "", ` ${kinds[kind] ?? kind}`, element("small", {}, ...withWholeOptions(why))));
    }
    run.drawnTroubles = run.troubles.length;
  }

  // ---- The connection.

  const end = { is: false };

  function state(is, words) {
    byId("state").dataset.is = is;
    byId("state").textContent = words;
  }

  function draw() {
    drawFigures();
    drawMap();
    drawLegend();
    drawCharts();
    drawWaits();
    drawTroubles();
    document.title = `${grouped(done())}/${grouped(run.planned)} Provisioning`;
  }

  // At most once a frame, whatever comes.
  let asked = false;
  function drawSoon() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  }

  function onEnd({ how }) {
    end.is = true;
    const { ready, failed, pending } = run.counts;
    const words = {
      finished: ready === run.planned ? `The run has ended: all ${counted(ready, "app")} ready.` : `The run has ended: ${grouped(ready)} of ${grouped(run.planned)} apps ready, ${grouped(failed)} failed, ${grouped(pending)} pending.`,
      interrupted: `The run was interrupted, with ${grouped(ready)} of ${grouped(run.planned)} apps ready. The same command goes on; the terminal has it.`,
      broken: "The run has ended with an error, which the terminal says.",
    };
    state(how === "broken" ? "broken" : "ended", `${words[how]} This page shows how it was then.`);
    drawSoon();
  }

  function follow(session) {
    const source = new EventSource(`/events?session=${session}`);
    source.addEventListener("run", event => {
      begin(JSON.parse(event.data));
      for (const each of document.querySelectorAll("[data-live]")) each.hidden = false;
      state("live", "Live: what happens is drawn as it happens.");
    });
    source.addEventListener("news", event => {
      take(JSON.parse(event.data));
      drawSoon();
    });
    source.addEventListener("end", event => {
      source.close();
      onEnd(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      // What was refused is not tried again; what broke off is.
      const refused = source.readyState === EventSource.CLOSED;
      state("lost", refused ? "This window may not follow the run: open the address that the terminal shows."
        : "The connection is lost, and tried again. If the run has ended, `poolwright status` says how it stands.");
    });
  }

  // The token opens one window, which keeps what it got for it until it is closed.
  async function enter() {
    const token = location.hash.slice(1);
    history.replaceState(null, "", "/");
    if (token === "") return sessionStorage.getItem("session");
    const reply = await fetch("/session", { headers: { Authorization: `Bearer ${token}` } });
    if (!reply.ok) return sessionStorage.getItem("session");
    const { session } = await reply.json();
    sessionStorage.setItem("session", session);
    return session;
  }

  async function start() {
    const session = await enter();
    if (session === null) {
      state("lost", "This address has been used, or is not whole. The terminal shows one for another window.");
      return;
    }
    makeCharts();
    listenToMap();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      paint();
      if (run.counts) draw();
    });
    follow(session);
  }

  start().catch(() => state("lost", "The run cannot be reached: it may have ended. `poolwright status` says how it stands."));
})();
