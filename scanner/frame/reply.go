package frame

import "bytes"

// sift keeps a byte back while it may belong to a reply. Clones of packet
// engines send codes as plain text and their answers to commands as packets,
// with nothing that parts the two.
func (l *Line) sift(events []Event, c byte) []Event {
	l.held = append(l.held, c)
	for len(l.held) > 0 {
		complete, possible := match(l.cfg.Replies, l.held)
		if complete {
			events = append(events, Event{Note: noteOf(l.held)})
			l.held = l.held[:0]
			return events
		}
		if possible {
			return events
		}
		// The first byte is text; a reply may still begin at the second.
		events = l.take(events, l.held[0])
		l.held = l.held[:copy(l.held, l.held[1:])]
	}
	return events
}

// release gives up waiting for the rest of a reply: what was kept back is text.
func (l *Line) release(events []Event) []Event {
	for _, c := range l.held {
		events = l.take(events, c)
	}
	l.held = l.held[:0]
	return events
}

func match(replies [][]byte, held []byte) (complete, possible bool) {
	for _, reply := range replies {
		if bytes.HasPrefix(reply, held) {
			possible = true
			if len(reply) == len(held) {
				return true, true
			}
		}
	}
	return false, possible
}

// noteOf knows the answers of packet engines and the ASCII characters ACK and
// NAK, which other vendors' devices answer with.
func noteOf(reply []byte) Note {
	packet := len(reply) > 2 && int(reply[0]) == len(reply)-ssiSum
	switch {
	case packet && reply[1] == ssiAck, bytes.Equal(reply, []byte{0x06}):
		return Ack
	case packet && reply[1] == ssiNak, bytes.Equal(reply, []byte{0x15}):
		return Nak
	default:
		return Reply
	}
}
