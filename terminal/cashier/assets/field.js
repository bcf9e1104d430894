// The one field. Digits that are an amount are shown as money while they are
// typed; what is sent is what was typed.

const amount = /^[1-9]\d{0,6}$/; // the daemon decides alike

export function field(input) {
  const { group, decimal, minor } = input.dataset, body = document.body.classList;
  let typed = '', mode = input.dataset.mode;

  const money = (digits) => {
    const all = digits.padStart(Number(minor) + 1, '0'), cut = all.length - minor;
    return all.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, group) + (minor > 0 ? decimal + all.slice(cut) : '');
  };
  const isAmount = () => mode === 'amount' && amount.test(typed);
  const set = (text) => {
    typed = text;
    const shown = isAmount() ? money(typed) : typed;
    if (input.value !== shown) input.value = shown; // or the caret would jump
    body.toggle('typed', typed !== '');
    body.toggle('typed-amount', isAmount());
    body.toggle('typed-other', typed !== '' && !isAmount());
  };

  // Money is typed at its end: its signs are put in anew with each digit.
  input.addEventListener('beforeinput', (e) => {
    if (!isAmount() || e.isComposing) return;
    const all = input.selectionEnd - input.selectionStart === input.value.length, kept = all ? '' : typed;
    e.preventDefault();
    if (e.inputType.startsWith('insert')) set((kept + (e.data ?? e.dataTransfer?.getData('text') ?? '')).slice(0, 80));
    else if (e.inputType.startsWith('delete')) set(kept.slice(0, -1));
  });
  input.addEventListener('input', () => set(input.value));

  return {
    input, set,
    get: () => typed,
    text: () => typed.trim(),
    focus: () => input.focus({ preventScroll: true }),
    mode(next) {
      if (next === mode) return;
      const secret = [mode, next].includes('secret');
      mode = next;
      input.type = mode === 'secret' ? 'password' : 'text';
      input.autocomplete = mode === 'secret' ? 'one-time-code' : 'off';
      set(secret ? '' : typed);
    },
  };
}
