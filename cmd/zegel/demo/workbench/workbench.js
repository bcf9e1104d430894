// Sends what the person does, and puts the parts of the page that changed in
// their places.

const here = new URL('.', location.href);
const query = location.search;

async function send(act) {
  document.body.classList.add('doing');
  try {
    const answer = await fetch(new URL('act' + query, here), {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(act),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { url } = await answer.json();
    if (url) {
      // One counter window, however often it is asked for.
      const counter = window.open(url, 'zegel-counter');
      if (counter) counter.opener = null;
    }
  } catch (e) {
    part('said', `<p class="no"></p>`);
    document.querySelector('#said p').textContent = e.message;
  } finally {
    document.body.classList.remove('doing');
  }
}

document.addEventListener('click', (e) => {
  const b = e.target.closest('button[data-act]');
  if (b) send({ act: b.dataset.act, text: b.dataset.text ?? '', n: Number(b.dataset.n ?? 0), on: 'on' in b.dataset });
});

document.addEventListener('submit', (e) => {
  e.preventDefault();
  const form = e.target;
  send({ act: form.dataset.act, text: form.elements.text.value });
  if ('clear' in form.dataset) form.reset();
});

// part replaces a part of the page; what was focused or opened in it stays so.
function part(name, html) {
  const place = document.querySelector(`[data-part="${name}"]`);
  if (place.innerHTML === html) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : '';
  const open = [...place.querySelectorAll('details[open]')].map((d) => d.dataset.key);
  place.innerHTML = html;
  for (const d of place.querySelectorAll('details')) d.open = open.includes(d.dataset.key);
  if (focused) document.getElementById(focused)?.focus();
}

const source = new EventSource(new URL('events' + query, here));
source.onmessage = (e) => {
  document.body.classList.remove('gone');
  for (const [name, html] of Object.entries(JSON.parse(e.data))) part(name, html);
};
source.onerror = () => document.body.classList.add('gone'); // the browser tries again by itself
