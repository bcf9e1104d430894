// Four tones. A browser plays none before somebody touched the page.

const tunes = { good: [[880, 0.09]], reward: [[880, 0.09], [1320, 0.14]], look: [[440, 0.16]], no: [[330, 0.16], [220, 0.24]] };
const steps = [60, 100, 0, 30]; // the volumes; a first visit begins with the first

export function tones(button) {
  const { name, off, waits } = button.dataset;
  let context;
  const volume = () => Number(localStorage.getItem('volume') ?? steps[0]);
  const may = () => context?.state === 'running';
  const label = () => {
    const v = volume();
    button.textContent = v === 0 ? `♪ ${name} ${off}` : may() ? `♪ ${name} ${v}` : waits;
  };
  // wake is called with every key and touch.
  const wake = () => {
    if (may()) return;
    context ??= new AudioContext();
    context.onstatechange = label;
    context.resume();
  };
  const play = (tune) => {
    if (!tunes[tune] || volume() === 0 || !may()) return;
    let at = context.currentTime;
    for (const [pitch, long] of tunes[tune]) {
      const wave = context.createOscillator(), loud = context.createGain();
      wave.frequency.value = pitch;
      loud.gain.setValueAtTime((volume() / 100) ** 2 / 2, at);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + long);
      wave.connect(loud).connect(context.destination);
      wave.start(at);
      wave.stop(at += long);
    }
  };
  const next = () => {
    localStorage.setItem('volume', steps[(steps.indexOf(volume()) + 1) % steps.length]);
    label();
    play('good');
  };
  wake(); // the browser of a kiosk may allow it at once
  label();
  return { wake, play, next };
}
