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

function draw(figure) {
  const place = figure.querySelector(".plot");
  const source = figure.querySelector("script");
  const made = coloured(JSON.parse(source.textContent), getComputedStyle(document.documentElement));
  made.layout.width = Math.floor(place.clientWidth);
  drawn.add(figure);
  const done = window.Plotly.react(place, made.data, made.layout, { ...CONFIG, locale: document.documentElement.lang });
  done.then(() => {
    // The table beside it is what a screen reader reads.
    for (const svg of place.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
    figure.dataset.drawn = "yes";
  });
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        draw(entry.target);
      }
    }
  },
  { rootMargin: "600px 0px" },
);

function drawAgain() {
  for (const figure of drawn) draw(figure);
}

/** Keep the place that the chart will need, so that nothing moves when it is drawn. */
for (const figure of document.querySelectorAll("figure[data-chart]")) {
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
    for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
  });
}

document.querySelector(".breaks [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

const bundle = document.getElementById("chart-bundle");
if (window.Plotly) begin();
else bundle?.addEventListener("load", begin);
