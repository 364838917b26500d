// The researcher's tables: a changed choice asks the server for the tables alone and puts them in place.
// Without this module the page works by its button. One request at a time; the last choice wins.

const form = document.getElementById('bench');
const main = document.querySelector('.bench-main');
let asked = null;
let timer = 0;

/** @returns {URLSearchParams} what is chosen, defaults left out, as the server writes addresses */
function chosen() {
  const plain = { percent: 'column', missing: 'apart', sort: 'order', letters: 'none' };
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value !== '' && plain[name] !== value) query.append(name, String(value));
  }
  const pair = [...form.querySelectorAll('.cross')].map((one) => one.value);
  if (pair[0] && pair[1] && pair[0] !== pair[1]) query.append('by', pair.join('*'));
  return query;
}

async function show() {
  const query = chosen();
  const address = `${form.dataset.address}?${query}`;
  if (asked) asked.abort();
  asked = new AbortController();
  const old = document.getElementById('tables');
  old.setAttribute('aria-busy', 'true');
  try {
    const alone = new URLSearchParams(query);
    alone.set('part', 'tables');
    const answer = await fetch(`${form.dataset.address}?${alone}`, { signal: asked.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('tables');
    if (!fresh) {
      window.location.assign(address); // signed out, or an error page: let the browser show it whole
      return;
    }
    document.getElementById('tables').replaceWith(fresh);
    window.history.replaceState(null, '', address);
    main.querySelector('.save input[name=address]').value = address;
    document.getElementById('csv').href = `${form.dataset.address}.csv?${query}`;
    for (const place of form.querySelectorAll('[data-count]')) {
      place.textContent = String(query.getAll(place.dataset.count).length);
    }
  } catch (problem) {
    if (problem.name !== 'AbortError') old.removeAttribute('aria-busy');
  }
}

form.addEventListener('change', (event) => {
  if (event.target.classList.contains('sieve')) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(show, 120);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  show();
});
form.classList.add('lively');
// On a phone the tables come first: the choices open when they are wanted.
if (window.matchMedia('(max-width: 59.99rem)').matches) {
  for (const part of form.querySelectorAll(':scope > details')) part.open = false;
}

/** Letters without marks, as the server folds them. */
function folded(text) {
  return text.toLowerCase().replaceAll('đ', 'd').normalize('NFD').replace(/[̀-ͯ]/g, '').trim();
}

form.querySelector('.sieve').addEventListener('input', (event) => {
  const wanted = folded(event.target.value);
  for (const section of event.target.closest('details').querySelectorAll('details.section')) {
    let found = 0;
    for (const item of section.querySelectorAll('li')) {
      const here = item.dataset.words.includes(wanted);
      item.hidden = !here;
      found += here ? 1 : 0;
    }
    section.hidden = !found;
    if (wanted) section.open = true;
  }
});
