// Draws the panels, and does what tabs, colours and the search need. Colours are CSS variables, so that a change of theme and print
// need no drawing anew.
const data = JSON.parse(document.getElementById("dashboard-data").textContent);
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const element = (tag, text, attributes = {}) => {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// Colours ------------------------------------------------------------------------------------------------------------------------
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page from a file may not be allowed to */ } };
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
function setTheme(choice) {
  if (choice === "auto") root.removeAttribute("data-theme"); else root.setAttribute("data-theme", choice);
  for (const button of all("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  remember("dashboard-theme", choice);
}
for (const button of all("[data-theme-choice]")) button.addEventListener("click", () => setTheme(button.dataset.themeChoice));
setTheme(["light", "dark"].includes(remembered("dashboard-theme")) ? remembered("dashboard-theme") : "auto");

// Tabs ---------------------------------------------------------------------------------------------------------------------------
const tabs = all('[role="tab"]');
function choose(tab, { focus = false } = {}) {
  for (const other of tabs) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focus) tab.focus();
  history.replaceState(null, "", `#${tab.getAttribute("aria-controls")}`);
}
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const target = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose(tabs[(target + tabs.length) % tabs.length], { focus: true });
  });
}
const fromAddress = () => tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
window.addEventListener("hashchange", () => { if (fromAddress()) choose(fromAddress()); });
if (fromAddress()) choose(fromAddress());

// Charts -------------------------------------------------------------------------------------------------------------------------
const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const configuration = (narrow) => ({
  background: "transparent",
  font,
  padding: { left: 2, right: 8, top: 4, bottom: 2 },
  view: { stroke: null, continuousHeight: 240 },
  axis: {
    labelColor: "var(--soft)", titleColor: "var(--soft)", gridColor: "var(--grid)", domainColor: "var(--line)", tickColor: "var(--line)",
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelLimit: narrow ? 145 : 260, titleLimit: narrow ? 260 : 500,
  },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  axisBand: { grid: false },
  axisX: { titlePadding: 8, labelOverlap: true, labelSeparation: 8, tickCount: narrow ? 4 : 6 },
  legend: {
    orient: "top", columns: narrow ? 1 : 4, labelColor: "var(--ink)", titleColor: "var(--soft)", title: null, labelFontSize: 12,
    titleFontSize: 12, titleFontWeight: "normal", symbolStrokeWidth: 1.5, labelLimit: narrow ? 130 : 240, offset: 8,
  },
  header: { labelColor: "var(--ink)", titleColor: "var(--soft)" },
  title: { color: "var(--ink)" },
  bar: { color: "var(--c1)", cornerRadiusEnd: 2 },
  rect: { color: "var(--c1)" },
  point: { filled: true, size: 70, color: "var(--c1)", opacity: 1 },
  line: { color: "var(--c1)", strokeWidth: 2 },
  rule: { color: "var(--c1)", strokeWidth: 2 },
  tick: { color: "var(--ink)", thickness: 2 },
  text: { color: "var(--ink)", fontSize: 12 },
  range: { category: [1, 2, 3, 4, 5, 6, 7].map((number) => `var(--c${number})`) },
});
const rowsOf = (panel) => panel.rows.map((row) => Object.fromEntries(panel.columns.map((column, place) => [column, row[place]])));
// One legend for colour and shape of a column: Vega-Lite merges them where both name the same values in the same order.
function nameValues(node, rows) {
  if (Array.isArray(node)) node.forEach((entry) => nameValues(entry, rows));
  if (node === null || typeof node !== "object") return;
  for (const [channel, definition] of Object.entries(node.encoding ?? {})) {
    if (!["color", "shape", "strokeDash"].includes(channel) || definition?.type !== "nominal" || definition.scale?.domain) continue;
    const values = [...new Set(rows.map((row) => row[definition.field]))].filter((value) => value !== undefined && value !== null);
    if (values.length) definition.scale = { ...definition.scale, domain: values };
  }
  Object.values(node).forEach((value) => nameValues(value, rows));
}
// Vega-Lite warns of every chart whose height follows from its rows that only its width is fitted, which is what is meant.
const warn = console.warn;
console.warn = (...said) => { if (!said.some((part) => String(part).startsWith('Dropping "fit-'))) warn.apply(console, said); };
const tooltip = { theme: "dashboard" };
const views = new Map();
async function draw(chart, width) {
  const panel = data.panels[chart.dataset.panel];
  const spec = structuredClone(panel.spec);
  const rows = rowsOf(panel);
  nameValues(spec, rows);
  const single = "mark" in spec || "layer" in spec;
  Object.assign(spec, {
    data: { values: rows },
    description: `${panel.title}. ${panel.read} The numbers stand in the table below.`,
    ...(single ? { width, autosize: { type: "fit-x", contains: "padding" } } : {}),
  });
  views.get(chart)?.finalize();
  try {
    const config = configuration(width < 480);
    const result = await window.vegaEmbed(chart, spec, { mode: "vega-lite", renderer: "svg", actions: false, config, tooltip });
    views.set(chart, result);
    chart.dataset.drawn = String(width);
  } catch (error) {
    chart.replaceChildren(element("p", `This chart could not be drawn: ${error.message}`, { class: "note" }));
    console.error(`panel ${chart.dataset.panel}:`, error);
  }
}
// Hidden sections have no width; all are shown for the moment of measuring.
function widths() {
  const hidden = all('[role="tabpanel"][hidden]');
  for (const section of hidden) section.hidden = false;
  const found = all(".chart").map((chart) => [chart, Math.floor(chart.clientWidth)]);
  for (const section of hidden) section.hidden = true;
  return found.sort(([one], [other]) => hidden.includes(one.closest("section")) - hidden.includes(other.closest("section")));
}
let round = 0;
async function drawAll() {
  const mine = (round += 1);
  root.dataset.drawn = "false";
  for (const [chart, width] of widths()) {
    if (chart.dataset.drawn !== String(width)) await draw(chart, width);
    if (mine !== round) return;
  }
  root.dataset.drawn = "true";
}
let waiting;
let seen = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === seen) return;
  seen = window.innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(drawAll, 200);
});

// Numbers under the charts, made when they are opened ---------------------------------------------------------------------------
for (const details of all("details.numbers")) {
  details.addEventListener("toggle", () => {
    const holder = details.querySelector(".scroll");
    if (!details.open || holder.childElementCount) return;
    const panel = data.panels[details.closest(".panel").querySelector(".chart").dataset.panel];
    const isNumber = panel.columns.map((_, place) => panel.rows.some((row) => typeof row[place] === "number"));
    const table = element("table");
    table.append(element("caption", panel.title, { class: "unseen" }));
    const head = table.createTHead().insertRow();
    for (const [place, column] of panel.columns.entries()) {
      head.append(element("th", column.replaceAll("_", " "), { scope: "col", ...(isNumber[place] ? { class: "number" } : {}) }));
    }
    const body = table.createTBody();
    for (const row of panel.rows) {
      const line = body.insertRow();
      for (const [place, value] of row.entries()) line.append(element("td", value ?? "–", isNumber[place] ? { class: "number" } : {}));
    }
    holder.append(table);
  });
}

// The table of customers -----------------------------------------------------------------------------------------------------------
const PAGE = 20;
const { customers, words, everybody, note } = data.lists;
const word = (number) => (number === null ? "" : words[number]);
const table = document.getElementById("list-table");
if (table) {
  const input = document.getElementById("list-search");
  const more = document.getElementById("list-more");
  const count = document.getElementById("list-count");
  const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const texts = customers.map(([id, rung, band, segment, , list]) => folded([
    id, word(rung), word(band), word(segment),
    ...list.flatMap(([name, category, reason, , sources, names]) =>
      [word(name), word(category), word(reason), ...sources.map(([source]) => word(source)), ...names.map(word)]),
  ].join("\n")));
  const leftOut = everybody - customers.length;
  let shown = PAGE;

  function product([name, category, reason, explored, sources, names], searched) {
    const item = element("li");
    const line = element("p");
    const label = element(searched.some((part) => folded(word(name)).includes(part)) ? "mark" : "span", word(name));
    line.append(label);
    if (word(category)) line.append(element("span", word(category), { class: "tag" }));
    if (explored) line.append(element("span", "exploration", { class: "tag" }));
    item.append(line, element("p", word(reason)));
    const spoke = sources.map(([source, part]) => `${word(source)} ${part}`).join(", ");
    const own = names.map(word).join("; ");
    const evidence = [spoke && `Parts of the score: ${spoke}`, own && `Own products: ${own}`].filter(Boolean).join(". ");
    if (evidence) item.append(element("p", `${evidence}.`, { class: "evidence" }));
    return item;
  }

  function line(customer, searched) {
    const [id, rung, , segment, orders, list] = customer;
    const row = element("tr");
    const key = element("th", null, { scope: "row" });
    key.append(element("code", id));
    const cell = element("td");
    const details = element("details");
    const hit = searched.length ? list.find(([name]) => searched.some((part) => folded(word(name)).includes(part))) : undefined;
    const summary = element("summary", `${list.length} products: ${word((hit ?? list[0])[0])}${list.length > 1 ? ", …" : ""}`);
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.querySelector("ol")) return;
      const products = element("ol");
      products.append(...list.map((entry) => product(entry, searched)));
      details.append(products);
    });
    cell.append(details);
    row.append(key, element("td", word(rung)), element("td", word(segment)), element("td", orders, { class: "number" }), cell);
    return row;
  }

  function search() {
    const searched = folded(input.value).split(/\s+/).filter(Boolean);
    const found = customers.filter((_, place) => searched.every((part) => texts[place].includes(part)));
    table.tBodies[0].replaceChildren(...found.slice(0, shown).map((customer) => line(customer, searched)));
    more.hidden = found.length <= shown;
    const number = (value) => value.toLocaleString("en");
    count.textContent = note || `${number(found.length)} of ${number(customers.length)} customers`
      + (leftOut > 0 ? ` (a sample; ${number(leftOut)} others of ${number(everybody)} are not on this page)` : "")
      + (found.length > shown ? `, the first ${number(shown)} of them shown` : "");
  }
  input.addEventListener("input", () => { shown = PAGE; search(); });
  more.addEventListener("click", () => { shown += 5 * PAGE; search(); });
  search();
}

drawAll();
