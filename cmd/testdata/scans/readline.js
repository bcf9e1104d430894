// What "scans" does, with npm's serialport and its parser for lines.
const { SerialPort, ReadlineParser } = require('serialport');

for (const path of process.argv.slice(2)) {
  const port = new SerialPort({ path, baudRate: 115200 }, (err) => {
    if (err) throw err;
    process.stdout.write('ready\n');
  });
  port.pipe(new ReadlineParser({ delimiter: '\r' })).on('data', (line) => process.stdout.write(line + '\n'));
}
