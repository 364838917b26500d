/**
 * Draws the charts of a results page: each `<figure data-chart>` holds its Plotly figure as JSON. Drawn when it
 * comes near the screen, in the reader's colours, and again when they or the width change. Without this script,
 * or until the chart bundle is there, the page's words and tables say everything.
 */

const CONFIG = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false, scrollZoom: false };
const drawn = new Set();

/** The colours that figures are made with (`charts.py`), by the name that the style sheet gives them. */
export const TOKENS = {
  "#1b2126": "ink",
  "#4c565e": "ink-2",
  "#d4d9dd": "hairline",
  "#79838b": "edge",
  "#ffffff": "ground",
  "#0b5c7d": "accent",
  "#01665e": "scale-1",
  "#5ab4ac": "scale-2",
  "#b8bdc1": "scale-3",
  "#d8b365": "scale-4",
  "#8c510a": "scale-5",
  "#e3e6e8": "scale-none",
  "#dcebf2": "map-1",
  "#b3d3e2": "map-2",
  "#7fb3cc": "map-3",
  "#2b7393": "map-4",
  "#0d4a66": "map-5",
  "#eceef0": "map-none",
};

/** The same value with each colour as the reader sees it, light or dark. */
function coloured(value, style) {
  if (typeof value === "string") {
    return value in TOKENS ? style.getPropertyValue(`--${TOKENS[value]}`).trim() : value;
  }
  if (Array.isArray(value)) return value.map((part) => coloured(part, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, coloured(part, style)]));
  }
  return value;
}

/** Columns of a printed page, in CSS pixels: two of cards, or one of a single question. */
const PAPER = { cards: 320, alone: 640 };
/** A slide's chart grows with the screen, within reason. */
const SMALLEST = 0.75;
const LARGEST = 2.2;
const SLIDE_WIDTH = 560;

/** The figure with everything that is measured in pixels `by` times as large. */
function scaled(made, by) {
  const { layout, data } = made;
  layout.height = Math.round(layout.height * by);
  if (layout.meta?.widest) layout.meta.widest *= by;
  for (const side of ["l", "r", "t", "b"]) layout.margin[side] = Math.round((layout.margin[side] ?? 0) * by);
  for (const font of [layout.font, layout.hoverlabel?.font, layout.xaxis?.tickfont]) {
    if (font?.size) font.size *= by;
  }
  for (const note of layout.annotations ?? []) {
    note.font.size *= by;
    if (note.xshift) note.xshift *= by;
    if (note.yshift) note.yshift *= by;
  }
  for (const trace of data) {
    if (typeof trace.marker?.size === "number") trace.marker.size *= by;
    if (trace.textfont?.size) trace.textfont.size *= by;
    if (trace.line?.width) trace.line.width *= by;
    for (const bars of [trace.error_x, trace.error_y]) {
      if (bars) Object.assign(bars, { thickness: bars.thickness * by, width: bars.width * by });
    }
  }
  return made;
}

/** Draw a figure in its place; false where it has no room yet. */
function draw(figure, width = figure.querySelector(".plot").clientWidth) {
  if (!width) return false;
  const place = figure.querySelector(".plot");
  const source = figure.querySelector("script");
  const made = coloured(JSON.parse(source.textContent), getComputedStyle(document.documentElement));
  if (figure.closest(".slide")) {
    const room = figure.clientHeight / made.layout.height;
    scaled(made, Math.max(SMALLEST, Math.min(LARGEST, room, width / SLIDE_WIDTH)));
    place.style.height = `${made.layout.height}px`;
  }
  made.layout.width = Math.floor(Math.min(width, made.layout.meta?.widest ?? width));
  drawn.add(figure);
  const done = window.Plotly.react(place, made.data, made.layout, { ...CONFIG, locale: document.documentElement.lang });
  done.then(() => {
    // The table beside it is what a screen reader reads.
    for (const svg of place.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
    figure.dataset.drawn = "yes";
  });
  const said = figure.querySelector("[data-said]");
  if (said && !figure.dataset.touchable) listen(figure, place, said);
  return true;
}

/** A tile that is touched says its figure below the map, in words that stay. */
function listen(figure, place, said) {
  figure.dataset.touchable = "yes";
  place.on("plotly_click", (event) => {
    const words = event.points.find((point) => point.customdata)?.customdata[0];
    if (words) said.textContent = words.replaceAll("<br>", " ");
  });
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      // A figure of a slide that was hidden meanwhile has no width: it is watched on until it is shown.
      if (entry.isIntersecting && draw(entry.target)) near.unobserve(entry.target);
    }
  },
  { rootMargin: "600px 0px" },
);

function drawAgain() {
  for (const figure of drawn) draw(figure);
}

/** Keep the place that the chart will need, so that nothing moves when it is drawn. */
for (const figure of document.querySelectorAll("figure[data-chart]:not(.slide figure)")) {
  figure.querySelector(".plot").style.height = `${figure.dataset.height}px`;
}

function begin() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) near.observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
  let width = window.innerWidth;
  let waiting = 0;
  addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawAgain, 150);
  });
  addEventListener("beforeprint", () => {
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      draw(figure, figure.closest(".cards, .news-cards") ? PAPER.cards : PAPER.alone);
    }
  });
  addEventListener("afterprint", drawAgain);
}

/** On paper nothing can be opened: the exact questions are printed open. */
const opened = [];
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details[data-print]:not([open])")) {
    details.open = true;
    opened.push(details);
  }
});
addEventListener("afterprint", () => {
  for (const details of opened.splice(0)) details.open = false;
});

/** The chosen break is in sight in its row; the page itself stays where it is. */
const chosen = document.querySelector(".breaks [aria-current]");
if (chosen) {
  const row = chosen.closest("ul");
  row.scrollLeft = chosen.offsetLeft - (row.clientWidth - chosen.clientWidth) / 2;
}

const bundle = document.getElementById("chart-bundle");
if (window.Plotly) begin();
else bundle?.addEventListener("load", begin);
