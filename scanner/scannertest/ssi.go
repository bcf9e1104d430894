package scannertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// SSIConfig says what kind of SSI device to play; the zero value is a corded
// scanner of the maker of the protocol.
type SSIConfig struct {
	// AckWait is how long the device waits for an acknowledgement. Zero means
	// 2 s, as delivered.
	AckWait time.Duration
	// Header is how many bytes stand between status and code type; cordless
	// bases send 3.
	Header int
	// Most is how many bytes of a code go into one packet. Zero means as many
	// as fit.
	Most int
	// Clone sends codes as text with a CR and only answers commands with
	// packets, which it sends as if it were a host.
	Clone bool
}

// SSIFault is what goes wrong with an SSI device; the zero value is nothing.
// Counts run down as they are used.
type SSIFault struct {
	// Deaf hears nothing.
	Deaf bool
	// LostAcks is how many acknowledgements do not arrive.
	LostAcks int
	// Damaged is how many packets are damaged on the way to the host.
	Damaged int
	// Refuse answers every command with a NAK.
	Refuse bool
}

// What Scan returns when a code did not get through.
var (
	// ErrNotAcknowledged: the host said nothing to the code and its repeats.
	ErrNotAcknowledged = errors.New("the host did not acknowledge the code")
	// ErrDisabled: the host has forbidden scanning.
	ErrDisabled = errors.New("scanning is disabled by the host")
)

// SSI is a scanner that talks in packets and listens. It is safe for concurrent
// use.
type SSI struct {
	cfg  SSIConfig
	scan chan *ssiScan

	mu       sync.Mutex // guards what follows
	fault    SSIFault
	beeps    []byte
	led      bool
	disabled bool
	counts   [256]int
}

// ssiScan is a code on its way to the host.
type ssiScan struct {
	packets []ssiPacket // still to be acknowledged
	text    []byte      // instead of packets
	sent    int         // how often the first packet was sent
	done    chan error  // takes one value
}

// NewSSI returns a device that does nothing until Serve.
func NewSSI(cfg SSIConfig) *SSI {
	if cfg.AckWait <= 0 {
		cfg.AckWait = 2 * time.Second
	}
	room := 0xFF - ssiHeader - cfg.Header - 1
	if cfg.Most <= 0 || cfg.Most > room {
		cfg.Most = room
	}
	return &SSI{cfg: cfg, scan: make(chan *ssiScan)}
}

// Scan reads a code and returns when the host has acknowledged it. The device
// sends it three times before it gives up. codeType says what was read; 0B is
// EAN-13, 1C QR. It waits for Serve.
func (s *SSI) Scan(ctx context.Context, codeType byte, code string) error {
	if s.isDisabled() {
		return ErrDisabled
	}
	job := &ssiScan{done: make(chan error, 1)}
	if s.cfg.Clone {
		job.text = []byte(code + "\r")
	} else {
		job.packets = s.packets(codeType, []byte(code))
	}
	select {
	case s.scan <- job:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-job.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NoRead tells the host that nothing was found.
func (s *SSI) NoRead(ctx context.Context) error { return s.Scan(ctx, 0x01, "NR") }

// packets splits a code; each packet begins with the type.
func (s *SSI) packets(codeType byte, code []byte) (all []ssiPacket) {
	for part := range slices.Chunk(code, s.cfg.Most) {
		data := append(make([]byte, s.cfg.Header), codeType)
		all = append(all, ssiPacket{opcode: ssiDecode, source: ssiFromDecoder, status: ssiMore, data: append(data, part...)})
	}
	if len(all) == 0 {
		all = []ssiPacket{{opcode: ssiDecode, data: append(make([]byte, s.cfg.Header), codeType)}}
	}
	all[len(all)-1].status = 0
	return all
}

// Beeps returns the codes of the beeps that were asked for; 00 is short and
// high, 05 short and low.
func (s *SSI) Beeps() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.beeps)
}

// LED reports whether the light is on.
func (s *SSI) LED() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.led
}

// Count returns how many packets with this opcode were heard; D0 counts
// acknowledgements.
func (s *SSI) Count(opcode byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[opcode]
}

// Fail replaces what goes wrong.
func (s *SSI) Fail(f SSIFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

func (s *SSI) isDisabled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.disabled
}

// Serve is the device on a line that was just connected. It returns nil when
// ctx is done, else what was wrong with the line; a code on its way is lost
// then. To end a read it needs the line's SetReadDeadline. It must not run
// twice at the same time.
func (s *SSI) Serve(ctx context.Context, line io.ReadWriter) error {
	host, stop := listen(ctx, line)
	defer stop()
	d := &ssiDialogue{ssi: s, line: line, repeat: time.NewTimer(time.Hour)}
	defer d.repeat.Stop()
	err := d.run(ctx, host)
	d.finish(fmt.Errorf("the line ended before the code was acknowledged: %w", errors.Join(err, ctx.Err())))
	return err
}

// ssiDialogue is one connection with a host.
type ssiDialogue struct {
	ssi    *SSI
	line   io.Writer
	heard  ssiPackets
	last   time.Time   // when something was heard
	job    *ssiScan    // nil while nothing is on its way
	repeat *time.Timer // runs while it is
}

func (d *ssiDialogue) run(ctx context.Context, host *listener) error {
	for {
		scan := d.ssi.scan
		if d.job != nil {
			scan = nil // one after another
		}
		var err error
		select {
		case <-ctx.Done():
			return nil
		case heard, ok := <-host.heard:
			if !ok {
				return host.failure(ctx)
			}
			err = d.hear(time.Now(), heard)
		case d.job = <-scan:
			err = d.begin()
		case <-d.repeat.C:
			err = d.again()
		}
		if err != nil {
			return fmt.Errorf("write to the host: %w", err)
		}
	}
}

// finish ends the scan that is on its way, if there is one.
func (d *ssiDialogue) finish(err error) {
	if d.job == nil {
		return
	}
	d.job.done <- err
	d.job = nil
	d.repeat.Stop()
}

func (d *ssiDialogue) begin() error {
	if d.job.text == nil {
		return d.transmit()
	}
	_, err := d.line.Write(d.job.text)
	d.finish(err)
	return err
}

// transmit sends the packet that is next, marked if it was sent before.
func (d *ssiDialogue) transmit() error {
	p := d.job.packets[0]
	if d.job.sent > 0 {
		p.status |= ssiRepeated
	}
	d.job.sent++
	b := p.bytes()
	if d.ssi.damages() {
		b[len(b)-3] ^= 0x01
	}
	d.repeat.Reset(d.ssi.cfg.AckWait)
	_, err := d.line.Write(b)
	return err
}

// mostSent is how often a packet is sent altogether.
const mostSent = 3

// again repeats a packet that was not taken.
func (d *ssiDialogue) again() error {
	switch {
	case d.job == nil:
		return nil
	case d.job.sent == mostSent:
		d.finish(ErrNotAcknowledged)
		return nil
	default:
		return d.transmit()
	}
}

// acknowledged goes on with the next packet.
func (d *ssiDialogue) acknowledged() error {
	if d.job == nil {
		return nil
	}
	d.job.packets, d.job.sent = d.job.packets[1:], 0
	if len(d.job.packets) == 0 {
		d.finish(nil)
		return nil
	}
	return d.transmit()
}

// betweenBytes is how long a host may pause within a packet.
const betweenBytes = 200 * time.Millisecond

func (d *ssiDialogue) hear(now time.Time, heard []byte) error {
	if d.ssi.isDeaf() {
		return nil
	}
	if now.Sub(d.last) > betweenBytes {
		d.heard.rest = nil
	}
	d.last = now
	d.heard.rest = append(d.heard.rest, heard...)
	for {
		p, damaged, ok := d.heard.next()
		if !ok {
			return nil
		}
		if err := d.act(p, damaged); err != nil {
			return err
		}
	}
}

// act does what one packet of the host asks for.
func (d *ssiDialogue) act(p ssiPacket, damaged bool) error {
	switch {
	case damaged:
		return d.reply(ssiNak, ssiCauseResend)
	case p.opcode == ssiAck:
		if d.ssi.losesAck() {
			return nil
		}
		return d.acknowledged()
	case p.opcode == ssiNak:
		d.ssi.count(p.opcode)
		return d.again()
	case p.opcode == ssiRevision:
		d.ssi.count(p.opcode)
		return d.reply(ssiRevisionReply, []byte("PAABSL00-001-R00")...)
	case d.ssi.obey(p):
		return d.reply(ssiAck)
	default:
		return d.reply(ssiNak, ssiCauseContext)
	}
}

func (d *ssiDialogue) reply(opcode byte, data ...byte) error {
	p := ssiPacket{opcode: opcode, source: ssiFromDecoder, data: data}
	if d.ssi.cfg.Clone {
		p.source = ssiFromHost
	}
	_, err := d.line.Write(p.bytes())
	return err
}

// obey carries out a command and reports whether it did.
func (s *SSI) obey(p ssiPacket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[p.opcode]++
	if s.fault.Refuse {
		return false
	}
	switch p.opcode {
	case ssiBeep:
		if len(p.data) != 1 {
			return false
		}
		s.beeps = append(s.beeps, p.data[0])
	case ssiLEDOn:
		s.led = true
	case ssiLEDOff:
		s.led = false
	case ssiEnable:
		s.disabled = false
	case ssiDisable:
		s.disabled = true
	case ssiStart, ssiStop, ssiParameters:
	default:
		return false
	}
	return true
}

func (s *SSI) count(opcode byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[opcode]++
}

func (s *SSI) isDeaf() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault.Deaf
}

// losesAck counts an acknowledgement, unless it is to be lost.
func (s *SSI) losesAck() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault.LostAcks > 0 {
		s.fault.LostAcks--
		return true
	}
	s.counts[ssiAck]++
	return false
}

func (s *SSI) damages() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault.Damaged > 0 {
		s.fault.Damaged--
		return true
	}
	return false
}
