// The counter's page. What is shown is made by the daemon and sent whole; here
// is what is being typed, how keys reach it, and the way there and back.
import { field } from './field.js';
import { keys } from './keys.js';
import { screen } from './screen.js';
import { listen, post } from './stream.js';
import { tones } from './tones.js';

const tone = tones(document.getElementById('sound'));
const entry = field(document.getElementById('field'));
const view = screen(entry, tone);
const { path } = document.documentElement.dataset;

keys(view, entry, tone, (to, body) => post(path + to, body, view));
listen(path + 'events', view);
