package escpos

// What a printer is asked to do or to say outside a slip. None of it ever comes from a slip's text.

// AppendConfirm asks p to give id back once all that was sent before is on paper (GS ( H): the only proof that a slip
// is out. An id is four letters of printable ASCII; other bytes are sent as question marks. The printer sends nothing
// for an id whose data it has thrown away, and may answer several at once with the last.
func AppendConfirm(dst []byte, id [4]byte) []byte {
	dst = append(dst, gs, '(', 'H', 6, 0, 48, 48)
	for _, b := range id {
		if b < ' ' || b > '~' {
			b = '?'
		}
		dst = append(dst, b)
	}
	return dst
}

// ConfirmID is an id for the n-th request: numbers that follow each other have different ones, and only every
// 1,679,616th has the same.
func ConfirmID(n int64) (id [4]byte) {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	rest := uint64(n)
	for i := len(id) - 1; i >= 0; i-- {
		id[i] = digits[rest%36]
		rest /= 36
	}
	return id
}

// AppendPaperRequest asks whether there is paper (GS r 1). The answer comes once all that was sent before is printed;
// a printer that has stopped for want of paper does not answer. Nothing may be sent until it has.
func AppendPaperRequest(dst []byte) []byte { return append(dst, gs, 'r', 1) }

// AppendAutoStatus asks the printer to report by itself whatever changes, or not to (GS a). The first report comes
// at once. A slip's reset ends it.
func AppendAutoStatus(dst []byte, on bool) []byte {
	return append(dst, gs, 'a', argument(on, 0xff))
}

// What AppendIdentify asks for.
const (
	AskFirmware = 65
	AskMaker    = 66
	AskModel    = 67
	AskSerial   = 68
	AskLetters  = 69 // which letters of two bytes it has
)

// AppendIdentify asks the printer who it is (GS I n).
func AppendIdentify(dst []byte, n byte) []byte { return append(dst, gs, 'I', n) }

// AppendRecover lets a printer that has stopped with an error go on, and throws away all that it has not printed
// (DLE ENQ 2). It is a live request, as AppendAsk is.
func AppendRecover(dst []byte) []byte { return append(dst, dle, enq, 2) }

// The plugs of a cash drawer.
const (
	DrawerPin2 = 0
	DrawerPin5 = 1
)

// AppendDrawer opens the cash drawer at a plug: 50 ms of current and half a second without, which spares its coil.
// It adds nothing where the model has no plug for one.
func (e *Encoder) AppendDrawer(dst []byte, plug byte) []byte {
	if !e.profile.Drawer || plug > DrawerPin5 {
		return dst
	}
	return append(dst, esc, 'p', plug, 25, 250)
}

// AppendBuzzer buzzes twice, for 200 ms each. It adds nothing where the model has no buzzer that is known.
func (e *Encoder) AppendBuzzer(dst []byte) []byte {
	switch e.profile.Buzzer {
	case BuzzerEpson:
		return append(dst, esc, '(', 'A', 5, 0, 97, 100, 2, 2, 2)
	case BuzzerClone:
		return append(dst, esc, 'B', 2, 4)
	}
	return dst
}
