/**
 * One finding a screen: arrows, space, Page Up and Down, Home and End, a tap on the buttons or a swipe. The place
 * is in the address (#3), so that a reload or a shared link stays there. Without this script the slides stand
 * below one another.
 */

const slides = [...document.querySelectorAll(".slide")];
const keys = document.querySelector(".slide-keys");
const count = document.querySelector(".slide-count");
let now = 0;

function place() {
  const wanted = Number.parseInt(location.hash.slice(1), 10);
  return Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), slides.length) - 1 : 0;
}

function show(at, { focus = true } = {}) {
  now = Math.min(Math.max(at, 0), slides.length - 1);
  for (const [i, slide] of slides.entries()) slide.hidden = i !== now;
  count.textContent = `${now + 1} / ${slides.length}`;
  keys.querySelector("[data-step='-1']").disabled = now === 0;
  keys.querySelector("[data-step='1']").disabled = now === slides.length - 1;
  history.replaceState(null, "", `#${now + 1}`);
  if (focus) {
    const heading = slides[now].querySelector("h1, h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Home: -Infinity,
  End: Infinity,
};

addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === " " && event.target.closest("button, a")) return;
  if (event.key in STEPS) {
    event.preventDefault();
    show(now + STEPS[event.key]);
  } else if (event.key === "f" || event.key === "F") {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  } else if (event.key === "Escape" && !document.fullscreenElement) {
    location.href = keys.querySelector("[data-leave]").href;
  }
});
keys.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) show(now + Number(step.dataset.step), { focus: false });
});
let touched = null;
addEventListener("touchstart", (event) => (touched = event.changedTouches[0].clientX), { passive: true });
addEventListener(
  "touchend",
  (event) => {
    const moved = event.changedTouches[0].clientX - touched;
    if (Math.abs(moved) > 60) show(now + (moved < 0 ? 1 : -1));
  },
  { passive: true },
);
addEventListener("hashchange", () => show(place()));

keys.hidden = false;
document.documentElement.classList.add("presenting");
show(place(), { focus: false });
