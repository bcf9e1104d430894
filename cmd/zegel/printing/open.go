package printing

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/png" // pictures of slips
	"os"
	"syscall"
	"time"

	"zegel/printer"
	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/layout"
	"zegel/printer/starprnt"
	"zegel/scanner/serialport"
	"zegel/terminal/loyalty/receipt"
)

// Opener is how the printer is opened, each time there is something to print.
func (p Printer) Opener() func(context.Context) (printer.Device, error) {
	kind, where, _ := Kind(p.Device) // the configuration was checked
	switch kind {
	case "serial":
		settings := serialport.Config{Path: where, Baud: int(p.Baud)}
		return func(ctx context.Context) (printer.Device, error) {
			return device.OpenSerial(ctx, where, int(p.Baud), func() (device.Port, error) { return openLine(settings) })
		}
	case "usb":
		return func(ctx context.Context) (printer.Device, error) { return device.OpenLP(ctx, where) }
	case "tcp":
		return func(ctx context.Context) (printer.Device, error) { return device.OpenTCP(ctx, where) }
	case "queue":
		return func(ctx context.Context) (printer.Device, error) { return device.OpenQueue(ctx, where) }
	}
	return func(ctx context.Context) (printer.Device, error) { return device.OpenFile(ctx, where) }
}

// openLine opens a printer's serial line, and says in the printer's words why
// it cannot be.
func openLine(settings serialport.Config) (device.Port, error) {
	port, err := serialport.Open(settings)
	if errors.Is(err, syscall.EBUSY) {
		return nil, fmt.Errorf("%w: %w", device.ErrBusy, err)
	}
	if err != nil {
		return nil, err
	}
	return port, nil
}

// An Encoder makes bytes of lines, for the language that a model speaks.
type Encoder interface {
	AppendSlip(dst []byte, lines []layout.Line) []byte
	AppendResync(dst []byte) []byte
	PrintTime(lines []layout.Line) time.Duration
}

// NewEncoder is the encoder for a model, with the pictures that slips may name.
func NewEncoder(model escpos.Profile, images map[string]image.Image) (Encoder, error) {
	if model.Dialect == escpos.StarPRNT {
		e, err := starprnt.NewEncoder(model)
		if err != nil {
			return nil, err
		}
		return e.WithImages(images), nil
	}
	e, err := escpos.NewEncoder(model)
	if err != nil {
		return nil, err
	}
	return e.WithImages(images), nil
}

// maxImage is the most dots of a picture: the paper is narrower, and a picture
// that was made to fill the memory comes in a small file.
const maxImage = 4_000_000

// ReadImages reads the pictures of the configuration. Those that can be read
// are given with the error.
func (p Printer) ReadImages() (map[string]image.Image, error) {
	images := make(map[string]image.Image, len(p.Images))
	var all []error
	for name, path := range p.Images {
		picture, err := readImage(path)
		if err != nil {
			all = append(all, fmt.Errorf("picture %s: %w", name, err))
			continue
		}
		images[name] = picture
	}
	return images, errors.Join(all...)
}

func readImage(path string) (picture image.Image, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size, _, err := image.DecodeConfig(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: need a PNG file", path, err)
	}
	if size.Width*size.Height > maxImage {
		return nil, fmt.Errorf("%s: %d×%d dots, at most %d in all", path, size.Width, size.Height, maxImage)
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, err
	}
	picture, _, err = image.Decode(file)
	return picture, err
}

// Slip are the bytes of a slip.
func (p Printer) Slip(slip receipt.Slip) ([]byte, error) {
	model, err := p.Model()
	if err != nil {
		return nil, err
	}
	images, err := p.ReadImages()
	if err != nil {
		return nil, err
	}
	encoder, err := NewEncoder(model, images)
	if err != nil {
		return nil, err
	}
	return encoder.AppendSlip(nil, model.Lines(slip, p.Width(model))), nil
}

// TestPage are the bytes of the page that shows whether the model is right.
func (p Printer) TestPage() ([]byte, error) {
	model, err := p.Model()
	if err != nil {
		return nil, err
	}
	if model.Dialect == escpos.StarPRNT {
		e, err := starprnt.NewEncoder(model)
		if err != nil {
			return nil, err
		}
		return e.AppendSlip(nil, model.TestPage(p.Width(model))), nil
	}
	e, err := escpos.NewEncoder(model)
	if err != nil {
		return nil, err
	}
	return e.AppendTestPage(nil, p.Width(model)), nil
}

// Numbers are the bytes of a page for a printer whose code tables nobody knows.
func (p Printer) Numbers(from, to byte) ([]byte, error) {
	model, err := p.Model()
	if err != nil {
		return nil, err
	}
	e, err := escpos.NewEncoder(model)
	if err != nil {
		return nil, err
	}
	return e.AppendNumbers(nil, from, to), nil
}

// Print puts bytes on paper at once, with nobody to keep them, and says how the
// printer is after that, where it can be asked.
func (p Printer) Print(ctx context.Context, data []byte) (said string, err error) {
	open, err := p.Opener()(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, open.Close()) }()
	for len(data) > 0 {
		n, err := open.Write(ctx, data)
		if err != nil {
			return "", fmt.Errorf("%w; %d bytes of %d had left", err, n, len(data))
		}
		data = data[n:]
	}
	asked, ok := open.(printer.StatusReporter)
	if !ok {
		return "it cannot be asked how it is", nil
	}
	is, err := asked.Status(ctx)
	if errors.Is(err, device.ErrSilent) {
		return "it does not answer when it is asked how it is", nil
	}
	if err != nil {
		return "", err
	}
	if is.PaperLow {
		return "it says: " + is.String() + ", the paper is nearly at its end", nil
	}
	return "it says: " + is.String(), nil
}
