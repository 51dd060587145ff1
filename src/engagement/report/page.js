"use strict";
(() => {
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const panel = document.getElementById("panel");
  const list = panel.querySelector("tbody"), heading = panel.querySelector("h2");
  const packed = document.getElementById("packed");
  let chosen = null, store = null;

  const unpack = async () => {
    const bytes = Uint8Array.from(atob(packed.textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const rowsOf = async (key) => {
    if (!packed) return all("tr", document.getElementById(key)).map((row) => row.cloneNode(true));
    store ??= await unpack();
    return (store.bars[key] ?? []).map(([place, share]) => {
      const row = document.createElement("tr");
      store.events[place].forEach((text, k) => row.append(make("td", k || !share ? text : `${text} (${share})`)));
      return row;
    });
  };
  const open = async (bar) => {
    const rows = await rowsOf(bar.getAttribute("href").slice(1).replace(/^packed-/, ""));
    chosen?.classList.remove("chosen");
    (chosen = bar).classList.add("chosen");
    const figure = bar.closest("figure");
    heading.textContent = `${figure.dataset.name}, ${bar.querySelector("title").textContent}`;
    list.replaceChildren(...rows);
    panel.hidden = false;
    panel.focus();
  };
  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    chosen?.classList.remove("chosen");
    chosen?.focus();
  };
  document.addEventListener("click", (event) => {
    const bar = event.target.closest("svg.timeline a");
    if (bar) { event.preventDefault(); open(bar); }
  });
  panel.querySelector("button").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    const bar = document.activeElement?.closest?.("svg.timeline a");
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -1e9, End: 1e9 }[event.key];
    if (!bar || !step) return;
    event.preventDefault();
    const bars = all("a", bar.closest("svg"));
    const next = bars[Math.min(Math.max(bars.indexOf(bar) + step, 0), bars.length - 1)];
    bar.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
  all("svg.timeline").forEach((svg) =>
    all("a", svg).forEach((bar, k) => bar.setAttribute("tabindex", k ? "-1" : "0")));

  const form = document.getElementById("filters");
  if (!form) return;
  const figures = all("figure[data-labels]"), shown = form.querySelector("output");
  const filter = () => {
    const wanted = all("select", form).map((select) => select.value);
    const only = form.querySelector("input").checked;
    let n = 0;
    for (const figure of figures) {
      const labels = JSON.parse(figure.dataset.labels);
      figure.hidden = wanted.some((label, k) => label && label !== labels[k]) ||
        (only && !("changed" in figure.dataset));
      n += !figure.hidden;
    }
    all(".grouped").forEach((group) => {
      group.hidden = !group.querySelector("figure:not([hidden])");
    });
    shown.textContent = `${n} of ${figures.length} series shown`;
  };
  form.hidden = false;
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
  const kept = all("details.kept");
  let before = [];
  addEventListener("beforeprint", () => {
    before = kept.map((one) => one.open);
    kept.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => kept.forEach((one, k) => { one.open = before[k]; }));
})();
