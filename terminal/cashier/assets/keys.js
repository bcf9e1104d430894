// Keys, buttons, and scanners that type.

const burst = 30; // ms between the letters of a scanner that types
const least = 6; // letters of a scan

export function keys(view, entry, tone, send) {
  const find = (selector) => document.querySelector(`${selector}:not(:disabled)`);
  const open = (id) => {
    view.leave();
    const dialog = document.getElementById(id);
    dialog.showModal();
    dialog.querySelector('input, [tabindex]').focus();
  };

  const enter = () => {
    const text = entry.text(), asking = view.asking(), goods = view.chosen(), turn = view.turn();
    if (!view.ready()) return;
    view.leave();
    entry.set('');
    if (text === '' && (asking || view.mode() === 'secret')) return;
    if (text === '' && goods.length > 0) send('do', { turn, kind: 'return', goods });
    else if (asking?.reward) send('do', { turn, text, reward: asking.reward });
    else send('do', asking ? { turn, text, kind: 'typed' } : { turn, text });
  };

  // back is out of a form, a choice, the field; then a step for the daemon.
  const back = () => {
    if (view.dialog() || view.asking() || view.picking()) view.leave();
    else if (entry.get() !== '') entry.set('');
    else send('do', { turn: view.turn(), kind: 'cancel' });
  };

  const does = {
    enter,
    back,
    pick: () => view.pick(!view.picking()),
    print: () => window.print(),
    sound: tone.next,
    'sign-out': () => send('sign-out', {}),
  };
  const push = (b) => {
    const d = b.dataset;
    if (d.press) send('do', { ...JSON.parse(d.press), turn: view.turn() });
    else if (d.label) view.ask(d);
    else if (d.line) {
      b.ariaPressed = b.ariaPressed !== 'true';
      view.mark();
    } else if (does[d.do]) does[d.do]();
    else open(d.do);
    if (!view.dialog()) entry.focus();
  };

  document.addEventListener('pointerdown', tone.wake);
  document.addEventListener('click', (e) => {
    const b = e.target.closest('button[type="button"]');
    if (b) push(b);
    else if (!view.dialog() && !e.target.closest('a, #field')) entry.focus();
  });

  document.addEventListener('submit', async (e) => {
    e.preventDefault();
    const form = e.target, { kind } = form.dataset, { lang } = document.documentElement, units = {};
    const all = (name) => [...form.querySelectorAll(`[name="${name}"]`)], value = (name) => all(name)[0]?.value;
    for (const i of all('units')) units[i.dataset.wallet] = i.value;
    const consents = all('consent').map((c) => ({ name: c.dataset.name, version: Number(c.dataset.version), lang, given: c.checked }));
    const enrol = kind === 'enrol' ? { name: value('name'), phone: value('phone'), birthday: value('birthday'), referrer: value('referrer'), lang, consents } : undefined;
    if (await send('do', { turn: view.turn(), kind, units, enrol, note: value('note') })) view.leave();
  });

  // What stood in the field when a scanner's burst began is put back.
  let run = '', began, at = -burst, held;
  const scanned = (e) => {
    const fast = e.timeStamp - at < burst;
    at = e.timeStamp;
    if (e.key === 'Enter' && fast && run.length >= least) {
      if (began.input === entry.input) entry.set(began.value);
      else began.input.value = began.value;
      send('scan', { turn: view.turn(), text: run });
      run = '';
      return true;
    }
    if (e.key === 'Enter') run = '';
    if (e.key.length > 1) return false; // Shift comes between letters
    if (!fast) {
      const input = document.activeElement.matches('input') ? document.activeElement : entry.input;
      began = { input, value: input === entry.input ? entry.get() : input.value };
      run = '';
    }
    run += e.key;
    return false;
  };

  // shortcut is what a letter does where it is not typed.
  const shortcut = (key) => {
    if (view.picking() && key >= '1' && key <= '9') return find(`[data-digit="${key}"]`);
    if (entry.get() !== '' || view.asking() || view.mode() === 'secret' || !'+-*/?'.includes(key)) return null;
    return find(`[data-key="${key === '?' ? 'F1' : key}"]`);
  };
  const settle = (typed) => {
    if (!held) return;
    clearTimeout(held.timer);
    if (typed) entry.set(entry.get() + held.key);
    else push(held.button);
    held = null;
  };

  document.addEventListener('keydown', (e) => {
    const { key } = e, stop = () => e.preventDefault(), dialog = view.dialog();
    tone.wake();
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing) return;
    const scan = scanned(e);
    settle(run.length > 1 || scan);
    if (scan) stop();
    else if (key === 'Escape') {
      stop();
      back();
    } else if (key === 'PageUp' || key === 'PageDown') {
      const roll = dialog?.querySelector('ol, .roll') ?? dialog;
      stop();
      if (dialog) roll.scrollBy(0, (key === 'PageUp' ? -0.8 : 0.8) * roll.clientHeight);
      else open('history');
    } else if (dialog || e.target.matches('button:focus-visible, a') && (key === 'Enter' || key === ' ')) {
      // the browser's
    } else if (key === 'Enter') {
      stop();
      if (!e.repeat) enter();
    } else if (key.length > 1) {
      const button = find(`[data-key="${key}"]`);
      if (!button) return;
      stop();
      if (!e.repeat) push(button);
    } else {
      const button = run.length === 1 && shortcut(key);
      entry.focus();
      if (!button) return;
      stop();
      if (!e.repeat) held = { key, button, timer: setTimeout(settle, burst + 5, false) };
    }
  }, true);
}
