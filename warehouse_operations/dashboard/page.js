// Draws the panels, and implements tabs, themes and search. Colours are CSS variables, so a change of theme and printing need no
// redrawing.
const data = JSON.parse(document.getElementById("dashboard-data").textContent);
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const element = (tag, text, attributes = {}) => {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// Colours -----------------------------------------------------------------------------------------------------------------------
const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a page opened from a file may not have storage */ } };
const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
function setTheme(choice) {
  if (choice === "auto") root.removeAttribute("data-theme"); else root.setAttribute("data-theme", choice);
  for (const button of all("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  remember("dashboard-theme", choice);
}
for (const button of all("[data-theme-choice]")) button.addEventListener("click", () => setTheme(button.dataset.themeChoice));
setTheme(["light", "dark"].includes(remembered("dashboard-theme")) ? remembered("dashboard-theme") : "auto");

// Tabs --------------------------------------------------------------------------------------------------------------------------
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

// Charts ------------------------------------------------------------------------------------------------------------------------
const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const configuration = (narrow) => ({
  background: "transparent",
  lineBreak: "\n",
  font,
  padding: { left: 2, right: 8, top: 4, bottom: 2 },
  view: { stroke: null, continuousHeight: 240 },
  axis: {
    labelColor: "var(--soft)", titleColor: "var(--soft)", gridColor: "var(--grid)", domainColor: "var(--line)", tickColor: "var(--line)",
    labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 0, titleLimit: 0,
  },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  axisBand: { grid: false },
  axisX: { titlePadding: 8, labelOverlap: true, labelSeparation: 8, tickCount: narrow ? 4 : 6 },
  legend: {
    orient: "top", columns: 4, labelColor: "var(--ink)", titleColor: "var(--soft)", title: null, labelFontSize: 12,
    titleFontSize: 12, titleFontWeight: "normal", symbolStrokeWidth: 1.5, labelLimit: 0, offset: 8,
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
// Vega groups by values as keys of plain objects, in which names such as __proto__ are reserved; a zero-width space avoids that.
const free = (value) => (typeof value === "string" && value in Object.prototype ? `${value}\u200b` : value);
const rowsOf = (panel) => panel.rows.map((row) => Object.fromEntries(panel.columns.map((column, place) => [column, free(row[place])])));
// One legend for colour and shape of a column: Vega-Lite merges them if both have the same values in the same order.
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
// Labels are never truncated: those of a category axis or legend wrap, and rows and margins grow with them.
const LINE = 14;
const pen = document.createElement("canvas").getContext("2d");
pen.font = `12px ${font}`;
const lengthOf = (text) => pen.measureText(text).width;
function wrapped(text, limit) {
  const lines = [];
  limit = Math.max(limit, 4 * LINE);
  for (const part of String(text).split(/\s+/)) {
    const grown = lines.length ? `${lines.at(-1)} ${part}` : part;
    if (lines.length && lengthOf(grown) <= limit) lines[lines.length - 1] = grown; else lines.push(part);
    while (lengthOf(lines.at(-1)) > limit) {
      const long = lines.pop();
      let end = long.length - 1;
      while (end > 1 && lengthOf(long.slice(0, end)) > limit) end -= 1;
      lines.push(long.slice(0, end), long.slice(end));
    }
  }
  return lines.join("\n");
}
const encodings = (node) => [node.encoding ?? {}, ...(node.layer ?? []).flatMap(encodings)];
const distinct = (rows, field) => [...new Set(rows.map((row) => row[field]))].filter((value) => value !== null && value !== undefined);
function fitLabels(spec, rows, width) {
  const used = encodings(spec);
  const nominal = (channel) => used.map((encoding) => encoding[channel]).find((one) => one?.type === "nominal" && one.field);
  const wrap = (field, limit) => { for (const row of rows) if (typeof row[field] === "string") row[field] = wrapped(row[field], limit); };
  const lines = (field) => Math.max(1, ...distinct(rows, field).map((value) => String(value).split("\n").length));
  const legend = nominal("color") ?? nominal("shape");
  const y = nominal("y");
  const x = nominal("x");
  if (y) {
    wrap(y.field, width < 480 ? 0.42 * width : 0.4 * width);
    const offset = nominal("yOffset");
    const needed = (lines(y.field) * LINE + 6) / (offset ? distinct(rows, offset.field).length : 1);
    if (spec.height?.step) spec.height.step = Math.max(spec.height.step, needed);
    for (const encoding of used) {
      if (encoding.y?.field === y.field && encoding.y.axis !== null) {
        encoding.y.axis = { ...encoding.y.axis, labelOffset: { expr: `${-LINE / 2} * (length(split(datum.label, "\\n")) - 1)` } };
      }
    }
  }
  // A legend starts at the left edge of the plot, to the right of the labels.
  const margin = y ? Math.max(0, ...distinct(rows, y.field).flatMap((value) => String(value).split("\n")).map(lengthOf)) + 10 : 50;
  let columns = 1;
  if (legend && legend.field !== y?.field && legend.field !== x?.field && legend.legend !== null) {
    if (!legend.scale?.domain) wrap(legend.field, width - margin - 50);
    const longest = Math.max(0, ...(legend.scale?.domain ?? distinct(rows, legend.field)).flatMap((value) => String(value).split("\n")).map(lengthOf));
    columns = Math.max(1, Math.floor((width - margin) / (longest + 40)));
  }
  if (x && x.axis !== null) {
    const band = (width - margin - 20) / Math.max(1, distinct(rows, x.field).length);
    const words = Math.max(0, ...distinct(rows, x.field).flatMap((value) => String(value).split(/\s+/)).map(lengthOf));
    x.axis = { ...x.axis, labelOverlap: false, ...(words <= band - 6 ? { labelAngle: 0 } : {
      labelAngle: -90, labelAlign: x.axis?.orient === "top" ? "left" : "right", labelBaseline: "middle",
    }) };
    wrap(x.field, words <= band - 6 ? band - 6 : 150);
    if (x.axis.orient === "top" && x.axis.labelAngle === 0) x.axis.labelPadding = 4 + LINE * (lines(x.field) - 1);
  }
  for (const encoding of used) {
    if (typeof encoding.x?.title === "string") encoding.x.title = wrapped(encoding.x.title, width - margin).split("\n");
  }
  // Text at the end of a mark extends beyond the axis.
  const after = (node) => [...(node.mark?.type === "text" && node.mark.align === "left" ? [node.encoding?.text] : []), ...(node.layer ?? []).flatMap(after)];
  const texts = after(spec).filter((text) => text?.field);
  const longest = texts.map((text) => (text.type === "quantitative" ? 38 : Math.max(0, ...distinct(rows, text.field).map(lengthOf))));
  return { right: Math.max(8, ...longest.map((length) => length + 10)), columns };
}
// Vega-Lite warns for every chart with a height by rows that only its width is fitted, which is intended.
const warn = console.warn;
console.warn = (...said) => { if (!said.some((part) => String(part).startsWith('Dropping "fit-'))) warn.apply(console, said); };
const tooltip = { theme: "dashboard" };
const views = new Map();
async function draw(chart, width) {
  const panel = data.panels[chart.dataset.panel];
  const spec = structuredClone(panel.spec);
  const rows = rowsOf(panel);
  const { right, columns } = fitLabels(spec, rows, width);
  nameValues(spec, rows);
  const single = "mark" in spec || "layer" in spec;
  Object.assign(spec, {
    data: { values: rows },
    description: `${panel.title}. ${panel.read} The table below contains the numbers.`,
    ...(single ? { width, autosize: { type: "fit-x", contains: "padding" } } : {}),
  });
  views.get(chart)?.finalize();
  try {
    const config = configuration(width < 480);
    config.padding.right = right;
    config.legend.columns = Math.min(config.legend.columns, columns);
    const result = await window.vegaEmbed(chart, spec, { mode: "vega-lite", renderer: "svg", actions: false, config, tooltip });
    views.set(chart, result);
    chart.dataset.drawn = String(width);
  } catch (error) {
    chart.replaceChildren(element("p", `This chart could not be drawn: ${error.message}`, { class: "note" }));
    console.error(`panel ${chart.dataset.panel}:`, error);
  }
}
// Hidden sections have no width, so all sections are shown while widths are measured.
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

// Two columns of panels, each panel as high as its content ----------------------------------------------------------------------
const GAP = 16;
const MOST_BALANCED = 12; // panels for which all divisions are tried
function arrange(panels) {
  const own = all(":scope > .panel", panels);
  panels.classList.remove("packed");
  for (const panel of own) panel.style.gridColumn = panel.style.gridRow = "";
  if (!panels.clientWidth || getComputedStyle(panels).gridTemplateColumns.split(" ").length < 2) return;
  panels.classList.add("packed");
  const heights = new Map(own.map((panel) => [panel, Math.ceil(panel.getBoundingClientRect().height) + GAP]));
  const put = (panel, column, start) => {
    panel.style.gridColumn = column;
    panel.style.gridRow = `${start + 1} / span ${heights.get(panel)}`;
  };
  let top = 0;
  let group = [];
  const close = () => {
    const columns = balanced(group.map((panel) => heights.get(panel)));
    const ends = [top, top];
    for (const [place, panel] of group.entries()) {
      put(panel, group.length === 1 ? "1 / -1" : String(columns[place] + 1), ends[columns[place]]);
      ends[columns[place]] += heights.get(panel);
    }
    top = Math.max(...ends);
    group = [];
  };
  for (const panel of own) {
    if (!panel.classList.contains("wide")) { group.push(panel); continue; }
    close();
    put(panel, "1 / -1", top);
    top += heights.get(panel);
  }
  close();
}
// Column of each panel, 0 or 1, in order, so that both columns end at nearly the same height; the first panel is on the left.
function balanced(heights) {
  const all = heights.reduce((sum, height) => sum + height, 0);
  let best = 0;
  let least = Infinity;
  for (let choice = 0; choice < 2 ** Math.min(Math.max(heights.length - 1, 0), MOST_BALANCED); choice += 1) {
    const right = heights.slice(1).reduce((sum, height, place) => sum + (choice & (1 << place) ? height : 0), 0);
    if (Math.abs(all - 2 * right) < least) [best, least] = [choice, Math.abs(all - 2 * right)];
  }
  return heights.map((_, place) => (place > 0 && best & (1 << (place - 1)) ? 1 : 0));
}
const arranged = new WeakMap();
const observer = new ResizeObserver((entries) => {
  for (const panels of new Set(entries.map((entry) => entry.target.parentElement))) {
    const heights = all(":scope > .panel", panels).map((panel) => Math.ceil(panel.getBoundingClientRect().height)).join() + panels.clientWidth;
    if (arranged.get(panels) === heights) continue;
    arrange(panels);
    arranged.set(panels, heights);
  }
});
for (const panel of all(".panels > .panel")) observer.observe(panel);

// Tables as CSV -----------------------------------------------------------------------------------------------------------------
// A text that a spreadsheet would interpret as a formula is prefixed with an apostrophe; numbers stay numbers.
const cellOf = (value) => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" && /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvOf = (columns, rows) => `\ufeff${[columns, ...rows].map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;
function download(name, columns, rows) {
  const address = URL.createObjectURL(new Blob([csvOf(columns, rows)], { type: "text/csv" }));
  const link = element("a", null, { href: address, download: `${data.release}-${name}.csv`.replace(/[^\w.-]+/g, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
for (const button of all("[data-csv]")) {
  button.addEventListener("click", () => {
    const panel = data.panels[button.dataset.csv];
    download(button.dataset.csv, panel.columns, panel.rows);
  });
}

// Numbers under the charts, created when they are opened ------------------------------------------------------------------------
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
      for (const [place, value] of row.entries()) line.append(element("td", value ?? "–", isNumber[place] ? { class: "number" } : { dir: "auto" }));
    }
    holder.append(table);
  });
}

// Lookup of customers and products ----------------------------------------------------------------------------------------------
const PAGE = 20;
if (data.expires && Date.now() >= Date.parse(data.expires)) {
  Object.assign(data.lists, { customers: [], note: `This page was allowed to show customers until ${data.expires}. Create a new page from a later release.` });
}
const { customers, products, words, everybody, note } = data.lists;
const word = (number) => (number === null || number === undefined ? "" : words[number]);
const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const signed = (value) => (value < 0 ? "\u2212" : "") + Math.abs(value).toFixed(3);
const amount = (value) => value.toLocaleString("en");
const isolated = (tag, text, attributes = {}) => element(tag, text, { dir: "auto", ...attributes });
const nameOf = (place) => word(products[place][1]);

function rowOf(cells) {
  const row = element("tr");
  for (const cell of cells) row.append(cell);
  return row;
}
function tableOf(columns, rows, attributes = {}) {
  const made = element("table", null, attributes);
  const head = made.createTHead().insertRow();
  for (const [name, isNumber] of columns) head.append(element("th", name, { scope: "col", ...(isNumber ? { class: "number" } : {}) }));
  const body = made.createTBody();
  for (const row of rows) body.append(rowOf(row.map((value, place) => isolated("td", value, columns[place][1] ? { class: "number" } : {}))));
  return made;
}
function opening(summary, fill) {
  const details = element("details");
  details.append(isolated("summary", summary));
  details.addEventListener("toggle", () => { if (details.open && details.childElementCount === 1) details.append(...fill()); });
  return details;
}

// The parts of a score, source by source; the last line is the rounding difference, so that the lines add up to the score.
function evidenceOf(score, parts) {
  const bySource = new Map();
  for (const [source, own, part] of parts) {
    const entry = bySource.get(source) ?? { sum: 0, own: [] };
    entry.sum += Math.round(1000 * part);
    if (own >= 0) entry.own.push([own, part]);
    bySource.set(source, entry);
  }
  const found = [...bySource].sort(([, one], [, other]) => Math.abs(other.sum) - Math.abs(one.sum));
  const rows = found.map(([source, { sum, own }]) => [
    word(source), own.map(([place, part]) => `${nameOf(place)} ${signed(part)}`).join("; "), signed(sum / 1000),
  ]);
  const rest = Math.round(1000 * score) - found.reduce((sum, [, entry]) => sum + entry.sum, 0);
  if (rest) rows.push(["rest, from rounding", "", signed(rest / 1000)]);
  const made = tableOf([["Source", false], ["By products of the customer's history", false], ["Part", true]], rows, { class: "evidence" });
  const foot = made.createTFoot().insertRow();
  foot.append(element("th", "Score", { scope: "row", colspan: "2" }), element("td", signed(score), { class: "number" }));
  return made;
}

if (document.getElementById("list-table")) {
  const table = document.getElementById("list-table").tBodies[0];
  const productTable = document.getElementById("product-table").tBodies[0];
  const input = document.getElementById("list-search");
  const [more, moreProducts] = ["list-more", "product-more"].map((id) => document.getElementById(id));
  const [count, productCount] = ["list-count", "product-count"].map((id) => document.getElementById(id));
  const productTexts = products.map(([id, name, category, brand]) => folded([id, word(name), word(category), word(brand)].join("\n")));
  const texts = customers.map(([id, tier, band, segment, , list]) => [
    folded([id, word(tier), word(band), word(segment)].join("\n")),
    ...list.map(([place, reason, explored, , parts]) =>
      `${productTexts[place]}\n${folded([word(reason), explored ? "exploration" : "", ...parts.map(([source]) => word(source))].join("\n"))}`),
  ].join("\n"));
  let shown = PAGE;
  let shownProducts = 5;
  let found = [];

  function entryOf([place, reason, explored, score, parts], searched) {
    const [id, , category] = products[place];
    const item = element("li");
    const line = element("p");
    const isHit = searched.some((part) => productTexts[place].includes(part));
    line.append(isolated(isHit ? "mark" : "span", nameOf(place)), element("button", id, { type: "button", class: "find", title: "Search for this product" }));
    if (word(category)) line.append(isolated("span", word(category), { class: "tag" }));
    if (explored) line.append(element("span", "exploration", { class: "tag" }));
    item.append(line, isolated("p", word(reason)));
    if (score !== null && parts.length) item.append(opening(`Score ${signed(score)}: contributions`, () => [evidenceOf(score, parts)]));
    return item;
  }

  function customerOf(customer, searched) {
    const [id, tier, , segment, orders, list, history] = customer;
    const key = element("th", null, { scope: "row" });
    key.append(element("code", id));
    const cell = element("td");
    const hit = searched.length ? list.find(([place]) => searched.some((part) => productTexts[place].includes(part))) : undefined;
    cell.append(opening(`${list.length} products: ${nameOf((hit ?? list[0])[0])}${list.length > 1 ? ", …" : ""}`, () => {
      const entries = element("ol");
      entries.append(...list.map((entry) => entryOf(entry, searched)));
      const past = history.length
        ? tableOf([["Last interaction", false], ["Product", false], ["Purchases", true], ["Interactions", true]],
          history.map(([day, place, bought, chosen]) => [day, nameOf(place), amount(bought), amount(chosen)]))
        : element("p", "This release has no history for this customer.", { class: "evidence" });
      return [element("h5", "List"), entries, element("h5", "History, newest first"), past];
    }));
    return rowOf([key, element("td", word(tier)), isolated("td", word(segment)), element("td", amount(orders), { class: "number" }), cell]);
  }

  function productOf(product) {
    const [id, name, category, brand, price, available, listed, beside] = product;
    const key = element("th", null, { scope: "row" });
    key.append(element("code", id));
    const cell = element("td");
    cell.append(opening(word(name), () => {
      const facts = [word(brand), price === null ? "" : `price ${price.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`, available === false ? "not available" : "available"];
      const shownBeside = Object.entries(beside).flatMap(([kind, entries]) => {
        const unit = kind === "similar" ? "similarity, 0 to 1" : "orders with both products";
        return [element("h5", kind === "similar" ? "Similar" : "Bought together"),
          tableOf([["Product", false], [unit, true]], entries.map(([place, value]) => [nameOf(place), value === null ? "not published" : amount(value)]))];
      });
      const none = shownBeside.length ? [] : [element("p", "This page has no related products for this product.", { class: "evidence" })];
      return [isolated("p", facts.filter(Boolean).join(" · ")), ...shownBeside, ...none];
    }));
    return rowOf([key, cell, isolated("td", word(category)), element("td", amount(listed), { class: "number" })]);
  }

  function search() {
    const searched = folded(input.value).split(/\s+/).filter(Boolean);
    found = customers.filter((_, place) => searched.every((part) => texts[place].includes(part)));
    table.replaceChildren(...found.slice(0, shown).map((customer) => customerOf(customer, searched)));
    more.hidden = found.length <= shown;
    const leftOut = everybody - customers.length;
    count.textContent = note || `${amount(found.length)} of ${amount(customers.length)} customers`
      + (leftOut > 0 ? ` (a sample; ${amount(leftOut)} others of ${amount(everybody)} are not on this page)` : ", all customers with a list")
      + (found.length > shown ? `, the first ${amount(shown)} are shown` : "");
    const matching = searched.length ? products.filter((_, place) => searched.every((part) => productTexts[place].includes(part))) : [];
    document.getElementById("product-results").hidden = !searched.length || !products.length;
    productTable.replaceChildren(...matching.slice(0, shownProducts).map(productOf));
    moreProducts.hidden = matching.length <= shownProducts;
    productCount.textContent = `${amount(matching.length)} of ${amount(products.length)} products`
      + (matching.length > shownProducts ? `, the first ${shownProducts} are shown` : "");
  }
  table.addEventListener("click", (event) => {
    if (!event.target.matches(".find")) return;
    input.value = event.target.textContent;
    input.dispatchEvent(new Event("input"));
    input.focus();
  });
  input.addEventListener("input", () => { shown = PAGE; shownProducts = 5; search(); });
  more.addEventListener("click", () => { shown += 5 * PAGE; search(); });
  moreProducts.addEventListener("click", () => { shownProducts += PAGE; search(); });
  document.getElementById("list-csv").addEventListener("click", () => {
    const columns = ["customer_id", "tier", "segment", "orders", "rank", "product_id", "product", "category", "reason", "exploration", "score"];
    const rows = found.flatMap(([id, tier, , segment, orders, list]) => list.map(([place, reason, explored, score], rank) => [
      id, word(tier), word(segment), orders, rank + 1, products[place][0], nameOf(place), word(products[place][2]), word(reason), Boolean(explored), score,
    ]));
    download("lists", columns, rows);
  });
  search();
}

drawAll();
