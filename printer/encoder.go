package printer

import (
	"time"

	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/starprnt"
)

// An encoder turns lines into the bytes of one model.
type encoder interface {
	AppendSlip(dst []byte, lines []layout.Line) []byte
	// AppendResync ends a command that was cut off in the middle.
	AppendResync(dst []byte) []byte
	// PrintTime is how long the printer needs for lines at most.
	PrintTime(lines []layout.Line) time.Duration
}

// encoderFor gives the encoder of the profile's language.
func encoderFor(cfg Config) (encoder, error) {
	if cfg.Profile.Dialect == escpos.StarPRNT {
		e, err := starprnt.NewEncoder(cfg.Profile)
		if err != nil {
			return nil, err
		}
		return e.WithImages(cfg.Images), nil
	}
	e, err := escpos.NewEncoder(cfg.Profile)
	if err != nil {
		return nil, err
	}
	return e.WithImages(cfg.Images), nil
}
