package frame

import (
	"bytes"
	"time"
)

// SSIConfig says how a device speaks the Simple Serial Interface. The zero
// value fits a corded scanner on USB.
type SSIConfig struct {
	// Silence is how long the line must be quiet before an unfinished packet or
	// message is given up. Zero means 100 ms.
	Silence time.Duration
	// Max is the most bytes of text a message of several packets may have. Zero
	// means 4096, more than any symbol holds that a scanner reads.
	Max int
	// Header is how many bytes a decode packet has between its status and its
	// code type: none, but cordless devices of one family send 3.
	Header int
	// Wake puts 00 in front of everything that is sent, for devices on RS-232
	// that sleep between scans.
	Wake bool
	// NoRead lists the texts a device sends when it read nothing. Nil means
	// "NR" and "NOREAD".
	NoRead []string
	// GS is as in LineConfig.
	GS string
}

// SSI frames packets of the Simple Serial Interface of Zebra's (formerly
// Symbol's) scanners and acknowledges them: without that they come three times
// and the scanner complains (Simple Serial Interface Programmer's Guide,
// 72E-40451). It is not safe for concurrent use.
type SSI struct {
	cfg  SSIConfig
	text LineConfig // decodes the text inside a packet

	buf     []byte // what may become a packet, without leading 00
	faulty  bool   // an error of this run was reported
	refused bool   // a packet of this run was asked for again
	at      time.Time

	message message
	last    []byte // source and data of the decode packet before; nil for none
}

// A message is the text of a code that comes in one packet or more.
type message struct {
	open bool
	// kind is the code type, which every packet repeats.
	kind  byte
	text  []byte
	parts int
	// broken says why the code will be rejected once it has come to its end.
	broken Reason
	// abandoned says that the message before was given up: a packet that is
	// sent again may belong to it.
	abandoned bool
}

// NewSSI returns a framer that has heard nothing.
func NewSSI(cfg SSIConfig) *SSI {
	if cfg.Silence <= 0 {
		cfg.Silence = defaultSilence
	}
	if cfg.Max <= 0 {
		cfg.Max = 4096
	}
	text := NewLine(LineConfig{NoRead: cfg.NoRead, GS: cfg.GS}).cfg
	return &SSI{cfg: cfg, text: text, buf: make([]byte, 0, ssiLongest)}
}

// Start forgets what came before the port was opened. A device is set up for
// packets with its own setting codes, so it is told nothing.
func (s *SSI) Start(time.Time) []Event {
	s.forget()
	return nil
}

// Feed takes the bytes of one read and the time they came. b is not kept.
func (s *SSI) Feed(now time.Time, b []byte) []Event {
	events := s.Tick(now)
	for _, c := range b {
		s.buf = append(s.buf, c)
		events = s.scan(events)
	}
	if len(b) > 0 {
		s.at = now
	}
	return events
}

// Tick tells the framer what time it is, so that it notices silence.
func (s *SSI) Tick(now time.Time) []Event {
	deadline, open := s.Deadline()
	if !open || now.Before(deadline) {
		return nil
	}
	return s.silence()
}

// Deadline returns when Tick is due if no more bytes come, and false while
// nothing is unfinished.
func (s *SSI) Deadline() (time.Time, bool) {
	if len(s.buf) == 0 && !s.faulty && !s.message.open {
		return time.Time{}, false
	}
	return s.at.Add(s.cfg.Silence), true
}

// Lost forgets everything, the last packet too: a device that comes back has
// forgotten that it had anything to send again.
func (s *SSI) Lost() []Event {
	defer s.forget()
	if s.message.open || (len(s.buf) > 0 && !s.faulty) {
		return []Event{{Reason: LinkLost}}
	}
	return nil
}

// scan takes packets off the front of what came, and after an error looks for
// one at every byte: a damaged length hides where the next packet begins.
func (s *SSI) scan(events []Event) []Event {
	for len(s.buf) > 0 {
		size, reason := parseSSI(s.buf)
		switch {
		case s.buf[0] == 0: // a wake-up in front of a packet
			s.drop(1)
		case reason != "":
			events = s.fault(events, reason)
			s.drop(1)
		case size == 0:
			return events
		default:
			s.faulty, s.refused = false, false
			events = append(events, s.packet(s.buf[:size]))
			s.drop(size + ssiSum)
		}
	}
	return events
}

// fault reports one error a run, and asks once for a damaged packet: what
// follows a damaged length looks like many damaged packets.
func (s *SSI) fault(events []Event, reason Reason) []Event {
	var e Event
	if !s.faulty {
		e.Reason = reason
		s.faulty = true
		s.expect(reason)
	}
	if reason == Checksum && !s.refused {
		e.Send = s.send(ssiNak, ssiResend)
		s.refused = true
	}
	if e.Reason == "" && e.Send == nil {
		return events
	}
	return append(events, e)
}

// expect forgets the packet before when the one that came damaged was sent for
// the first time: it will be sent again, and if it is equal to the one before
// (the second of two yoghurts) it is no repetition of that.
func (s *SSI) expect(damaged Reason) {
	if damaged == Checksum && s.buf[1] == ssiDecode && s.buf[3]&ssiAgain == 0 {
		s.last = nil
	}
}

// packet is what a whole packet, without its sum, comes to.
func (s *SSI) packet(p []byte) Event {
	switch p[1] {
	case ssiDecode:
		return s.decode(p)
	case ssiAck:
		return Event{Note: Ack}
	case ssiNak:
		return Event{Note: Nak}
	case ssiRevision, ssiParameters, ssiCapabilities, ssiEvent:
		return Event{Note: Reply, Send: s.ack()}
	default:
		return Event{Note: Reply}
	}
}

// decode joins packets to a message and, at its end, reads the code in it.
func (s *SSI) decode(p []byte) Event {
	again, more := p[3]&ssiAgain != 0, p[3]&ssiMore != 0
	same := again && s.isLast(p)
	if same && !s.message.abandoned {
		return Event{Note: Retransmission, Send: s.ack()}
	}
	s.remember(p)

	body := p[ssiHeader:]
	if len(body) <= s.cfg.Header {
		return Event{Reason: Empty, Send: s.ack()}
	}
	kind, text := body[s.cfg.Header], body[s.cfg.Header+1:]
	s.message.join(kind, text, again && !(same && s.message.parts == 1), s.cfg.Max)
	if more {
		return Event{Send: s.ack()}
	}
	return s.finish()
}

// join adds a packet to the message, or begins one with it. headless says that
// the packet, if it follows a message that was given up, is not that message's
// first: what is left of it must not pass for a whole code.
func (m *message) join(kind byte, text []byte, headless bool, most int) {
	if !m.open || m.kind != kind {
		broken := Reason("")
		if m.abandoned && headless {
			broken = Truncated
		}
		*m = message{open: true, kind: kind, text: m.text[:0], broken: broken}
	}
	m.parts++
	switch {
	case m.broken != "":
	case len(m.text)+len(text) > most:
		m.broken = Oversize
	default:
		m.text = append(m.text, text...)
	}
}

// finish reads the code in a message that has come to its end.
func (s *SSI) finish() Event {
	m := &s.message
	m.open = false
	if m.broken != "" {
		return Event{Reason: m.broken, Send: s.ack()}
	}
	e := s.text.decodeSSI(m.kind, m.text)
	e.Send = s.ack()
	if e.Reason != NoRead {
		e.Raw = append(append(make([]byte, 0, len(m.text)+1), m.text...), '\r')
	}
	return e
}

// silence gives up what is unfinished. A message loses its packets without a
// word: the device sends the rest again, or has told the user.
func (s *SSI) silence() []Event {
	var events []Event
	if len(s.buf) > 0 && !s.faulty {
		events = []Event{{Reason: Truncated}}
	}
	s.buf = s.buf[:0]
	s.faulty, s.refused = false, false
	if s.message.open {
		s.message.open = false
		s.message.abandoned = true
	}
	return events
}

func (s *SSI) forget() {
	s.buf = s.buf[:0]
	s.faulty, s.refused = false, false
	s.message = message{text: s.message.text[:0]}
	s.last = nil
}

func (s *SSI) drop(n int) { s.buf = s.buf[:copy(s.buf, s.buf[n:])] }

// isLast compares source and data. The status differs in a packet that is sent
// again, and in newer devices in other bits too.
func (s *SSI) isLast(p []byte) bool {
	return s.last != nil && s.last[0] == p[2] && bytes.Equal(s.last[1:], p[ssiHeader:])
}

func (s *SSI) remember(p []byte) {
	s.last = append(append(s.last[:0], p[2]), p[ssiHeader:]...)
}

func (s *SSI) ack() []byte { return s.send(ssiAck) }

func (s *SSI) send(opcode byte, data ...byte) []byte {
	packet := SSIPacket(opcode, data...)
	if s.cfg.Wake {
		return append([]byte{0}, packet...)
	}
	return packet
}
