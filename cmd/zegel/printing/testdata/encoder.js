// Makes a slip with npm's receipt-printer-encoder, as often as it is told, and says how long one takes and its bytes.
// Its arguments are the slip, the code table (auto: it chooses), and how often.
const { readFileSync } = require('fs')
const module_ = require('@point-of-sale/receipt-printer-encoder')
const ReceiptPrinterEncoder = module_.default ?? module_

const [file, tables, rounds] = [process.argv[2], process.argv[3], Number(process.argv[4])]
const { blocks } = JSON.parse(readFileSync(file))
const encoder = new ReceiptPrinterEncoder({ printerModel: 'epson-tm-t88vi', columns: 42, newline: '\n', errors: 'relaxed' })

function make() {
	encoder.initialize().codepage(tables)
	for (const b of blocks) {
		const align = b.align === 'centre' ? 'center' : 'left'
		if (b.bold) encoder.bold(true)
		if (b.double) encoder.width(2).height(2)
		if (b.text) encoder.align(align).line(b.text).align('left')
		if (b.row) {
			const wide = [...b.row[1].text].length + 1
			encoder.table([{ width: 42 - wide, align: 'left' }, { width: wide, align: 'right' }], [b.row.map((c) => c.text)])
		}
		if (b.rule) encoder.rule()
		if (b.feed) encoder.newline(b.feed)
		if (b.qr) encoder.align('center').qrcode(b.qr, { model: 2, size: 5, errorlevel: 'm' }).align('left')
		if (b.double) encoder.width(1).height(1)
		if (b.bold) encoder.bold(false)
	}
	return encoder.newline(4).cut('partial').encode()
}

let bytes
for (let i = 0; i < rounds / 4; i++) bytes = make() // it is compiled meanwhile
const began = process.hrtime.bigint()
for (let i = 0; i < rounds; i++) bytes = make()
const took = Number(process.hrtime.bigint() - began) / rounds
console.log(JSON.stringify({ ns: took, bytes: Buffer.from(bytes).toString('base64') }))
