// Splits streams of ESC/POS into commands with npm's npos, which refuses those it does not know. On standard input a
// line of JSON for each stream, { name, bytes } in base64; on standard output one for each, { name, error, commands }.
const Parser = require('npos/lib/parser')
const ruler = require('npos/lib/parser/ruler')
const rules = require('npos/lib/parser/rules')

// Two that it lacks, by Epson's command reference: a length of two bytes, and as much data.
const known = { ...rules, 0x1d: { ...rules[0x1d], '(k': [0, 'd16'], '(D': [0, 'd16'] } }
const parser = new Parser(ruler.normalize(known))

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
	const { name, bytes } = JSON.parse(line)
	const raw = Buffer.from(bytes, 'base64')
	// It reads no cut of three bytes at the very end, so a line feed goes behind.
	const { error, tree } = parser.analyze(Buffer.concat([raw, Buffer.from('\n')]))
	const text = (n) => n.ascii === 'STX' ? '' : n.ascii + ' ' + (n.fn ?? '')
	// A command whose data would go on after the end was cut short, or was not one.
	const past = tree?.some((n) => n.ascii !== 'STX' && n.offset < raw.length && n.offset + n.length > raw.length) ? 'a command goes on after the end' : undefined
	console.log(JSON.stringify({ name, error: error?.message ?? past, commands: tree ? [...new Set(tree.map(text))] : [] }))
})
