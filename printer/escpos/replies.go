package escpos

// A Reply is one thing that a printer says: LiveStatus, AutoStatus, Paper, Confirmed, Identity, XOn or XOff.
type Reply interface{ reply() }

// LiveStatus answers a live status request. It means nothing without its question: Status.Add wants both.
type LiveStatus byte

// AutoStatus is a report that the printer makes by itself (GS a).
type AutoStatus struct{ Status }

// Paper answers AppendPaperRequest: all that was sent before it is printed.
type Paper struct {
	Low bool // near its end; it still prints
	Out bool
}

// Confirmed answers AppendConfirm: all that was sent before the request with this id is on paper.
type Confirmed struct{ ID [4]byte }

// Identity answers AppendIdentify.
type Identity struct{ Text string }

// XOff asks to send nothing more for now, XOn to go on.
type (
	XOff struct{}
	XOn  struct{}
)

func (LiveStatus) reply() {}
func (AutoStatus) reply() {}
func (Paper) reply()      {}
func (Confirmed) reply()  {}
func (Identity) reply()   {}
func (XOff) reply()       {}
func (XOn) reply()        {}

const (
	xon  = 0x11
	xoff = 0x13

	identityFrame = 0x5f // and its text, and a NUL
	confirmFrame  = 0x37 // and 0x22, the id, and a NUL
	// longestFrame is far more than any printer says of itself. A frame that goes on longer has lost its end.
	longestFrame = 128
)

// Replies reads what a printer sends, in whatever pieces it comes. Its zero value is ready. It is used by one
// goroutine.
//
// Each kind of reply has bits of its own in its first byte (Epson's ESC/POS command reference, "Status
// identification"), so nothing needs to be known of what was asked. Bytes of no kind are passed over.
type Replies struct {
	frame []byte // so far; nil between frames
	auto  []byte // the bytes so far of an automatic report
}

// Push takes the next bytes and gives the replies that they complete.
func (r *Replies) Push(data []byte) []Reply {
	var replies []Reply
	for _, b := range data {
		if reply := r.push(b); reply != nil {
			replies = append(replies, reply)
		}
	}
	return replies
}

// Reset forgets what has come of a reply: the rest of it will not come, as after the line broke.
func (r *Replies) Reset() { r.frame, r.auto = nil, nil }

func (r *Replies) push(b byte) Reply {
	switch {
	case b == xon:
		return XOn{}
	case b == xoff:
		return XOff{}
	case r.frame != nil:
		return r.pushFrame(b)
	case len(r.auto) > 0 && b&0x90 == 0:
		return r.pushAuto(b)
	}
	r.auto = r.auto[:0] // the rest of a report that has begun did not come
	switch {
	case IsAnswer(b):
		return LiveStatus(b)
	case b&0x93 == 0x10:
		r.auto = append(r.auto, b)
	case b == identityFrame || b == confirmFrame || b == 0x35 || b == 0x3b || b == 0x3d:
		r.frame = append(make([]byte, 0, 16), b)
	case b&0x90 == 0:
		return Paper{Low: b&0x03 != 0, Out: b&0x0c != 0}
	}
	return nil
}

// pushFrame takes a byte of a frame, which ends with a NUL. No byte in it is a status.
func (r *Replies) pushFrame(b byte) Reply {
	if b != 0 {
		r.frame = append(r.frame, b)
		if len(r.frame) > longestFrame {
			r.frame = nil
		}
		return nil
	}
	frame := r.frame
	r.frame = nil
	switch {
	case frame[0] == identityFrame:
		return Identity{Text: string(frame[1:])}
	case frame[0] == confirmFrame && len(frame) == 6 && frame[1] == 0x22:
		return Confirmed{ID: [4]byte(frame[2:])}
	}
	return nil
}

// pushAuto takes one of the three later bytes of an automatic report.
func (r *Replies) pushAuto(b byte) Reply {
	if r.auto = append(r.auto, b); len(r.auto) < 4 {
		return nil
	}
	printer, fault, paper := r.auto[0], r.auto[1], r.auto[2]
	r.auto = r.auto[:0]
	return AutoStatus{Status{
		DrawerHigh:         printer&0x04 != 0,
		Offline:            printer&0x08 != 0,
		CoverOpen:          printer&0x20 != 0,
		Feeding:            printer&0x40 != 0 || fault&0x02 != 0,
		RecoverableError:   fault&0x44 != 0,
		CutterError:        fault&0x08 != 0,
		UnrecoverableError: fault&0x20 != 0,
		Error:              fault&0x6c != 0,
		PaperLow:           paper&0x03 != 0,
		PaperOut:           paper&0x0c != 0,
	}}
}
