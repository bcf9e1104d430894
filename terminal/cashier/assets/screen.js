// What the daemon sends, put in its places.

const guard = 300; // ms that a question stands before the large key answers it

export function screen(entry, tone) {
  const root = document.documentElement, body = document.body.classList, one = (s) => document.querySelector(s);
  const html = {};
  let now = { turn: -1 }, first = true, asked = 0, asking = null, countdown = 0;

  const put = ([name, text]) => {
    if (html[name] === text) return '';
    html[name] = text;
    for (const place of document.querySelectorAll(`[data-part="${name}"]`)) place.innerHTML = text;
    return name;
  };
  const dialog = () => one('dialog[open]');
  const pressed = () => [...document.querySelectorAll('[aria-pressed="true"]')];
  const chosen = () => pressed().map((b) => ({ line: Number(b.dataset.line) }));
  const mark = () => body.toggle('lines', chosen().length > 0);

  // lend names the other purpose that the field has: a search, a number of points.
  const lend = () => {
    body.toggle('asking', asking !== null);
    if (asking) one('#label').textContent = asking.label;
    else if (html.label) one('#label').innerHTML = html.label;
    one('.if-asked').textContent = asking?.enter ?? '';
    entry.mode(asking ? 'text' : now.mode);
  };
  const pick = (on) => body.toggle('picking', on);
  const ask = (what) => {
    asking = what;
    pick(false);
    lend();
    entry.set(what?.value ?? '');
    entry.input.select();
  };
  const leave = () => {
    if (asking) ask(null);
    pick(false);
    for (const b of pressed()) b.ariaPressed = false;
    mark();
    if (!dialog()) return;
    dialog().close(); // gives the focus back without the caret: nothing could be typed
    entry.input.blur();
    entry.focus();
  };

  const count = (ms) => {
    const end = performance.now() + ms;
    const tick = () => {
      const place = one('.left'), left = Math.ceil((end - performance.now()) / 1000);
      if (!place || left <= 0) clearInterval(countdown);
      if (!place) return;
      place.textContent = left > 0 ? `${left} s` : '';
      if (left <= 0) place.closest('button').disabled = true;
    };
    clearInterval(countdown);
    countdown = setInterval(tick, 250);
    tick();
  };

  const tell = (s) => {
    tone.play(s.tone);
    one('#urgent').textContent = s.urgent ? s.say : '';
    one('#polite').textContent = s.urgent ? '' : s.say;
    if (!s.said) return;
    const item = document.createElement('li'), list = one('#history ol');
    item.textContent = `${s.at}  ${s.said}`;
    list.prepend(item);
    list.children[100]?.remove();
  };

  const show = (s) => {
    if (s.version !== root.dataset.version) location.reload();
    if (s.turn < now.turn) return; // an answer that the stream overtook
    const { own } = s, other = s.subject !== now.subject;
    // What an answer alone says stands until something happens at the lane.
    if (now.own && !own && !other && s.turn === now.turn) s = { ...s, own: true, parts: { ...s.parts, said: now.parts.said } };
    const news = (s.turn > now.turn || own) && !first;
    now = s;
    one('#wait').hidden = true;
    if (other) {
      leave();
      pick(s.picks);
      asked = performance.now();
    }
    const parts = Object.entries(s.parts).map(put);
    lend();
    mark();
    count(s.undo);
    // A device that comes or goes is no reason to say again what was said.
    if (news && (parts.includes('said') || parts.includes('head') || !parts.includes('status') && !parts.includes('list'))) tell(s);
    first = false;
    if (!dialog() && !document.activeElement?.matches('button:focus-visible, a')) entry.focus();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      performance.mark(`view:${s.turn}`);
      root.dataset.painted = s.turn;
    }));
  };

  return {
    show, ask, pick, chosen, mark, leave, dialog,
    turn: () => now.turn,
    mode: () => now.mode,
    asking: () => asking,
    picking: () => body.contains('picking'),
    // ready reports whether the large key may answer: nobody has read a question
    // that has just opened.
    ready: () => !now.asks || performance.now() - asked > guard,
    fresh: () => { now = { ...now, turn: -1 }; first = true; },
    lost: () => { one('#wait').hidden = false; },
  };
}
