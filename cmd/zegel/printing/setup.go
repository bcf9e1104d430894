package printing

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"zegel/printer/device"
	"zegel/printer/escpos"
	"zegel/printer/preview"
)

// A Setup finds out with a test page, and from what a person sees on it, how a
// printer is set.
type Setup struct {
	In  *bufio.Reader
	Out io.Writer
	// Print brings bytes to paper and says how the printer is after that.
	Print func(page []byte) (said string, err error)
}

// errNoAnswer says that whoever was asked has gone.
var errNoAnswer = errors.New("no answer came: nothing was found out")

// Choose lets somebody choose among the printers found, or type another.
func Choose(in *bufio.Reader, out io.Writer, found []device.Found, to Printer) (Printer, error) {
	s := Setup{In: in, Out: out}
	for n, f := range found {
		if _, err := fmt.Fprintf(out, "%2d  %s  %s\n", n+1, Device(f), strings.TrimSpace(f.Maker+" "+f.Model)); err != nil {
			return to, err
		}
	}
	for {
		answer, err := s.ask("Which printer is it: a number of these, or tcp:ADDRESS:9100, serial:PORT, usb:FILE, queue:NAME?")
		if err != nil {
			return to, errors.New("no answer came; name the printer with --device")
		}
		if n, bad := strconv.Atoi(answer); bad == nil && n >= 1 && n <= len(found) {
			to.Device = Device(found[n-1])
			to.Profile = cmp.Or(to.Profile, ProfileOf(found[n-1].Maker, found[n-1].Model))
			return to, nil
		}
		if _, _, bad := Kind(answer); bad == nil {
			to.Device = answer
			return to, nil
		}
	}
}

// Run prints the page as to has it, asks, and gives what is to be configured.
func (s Setup) Run(to Printer) (Printer, error) {
	to, err := s.model(to)
	if err != nil {
		return to, err
	}
	model, err := to.Model()
	if err != nil {
		return to, err
	}
	page, err := to.TestPage()
	if err != nil {
		return to, err
	}
	said, err := s.Print(page)
	if err != nil {
		return to, fmt.Errorf("print the test page: %w", err)
	}
	fmt.Fprintf(s.Out, "\nThe test page is on its way to %s; %s. It should look like this:\n\n%s\n", to.Device, said, preview.Text(model.TestPage(to.Width(model))))
	for _, question := range []func(*Printer, escpos.Profile) error{s.columns, s.tables, s.codes, s.pictures, s.cut} {
		if err := question(&to, model); err != nil {
			return to, err
		}
	}
	return to, nil
}

// model asks for the model, unless it is known.
func (s Setup) model(to Printer) (Printer, error) {
	for to.Profile == "" {
		answer, err := s.ask("Which model is it? zegel printer profiles lists them; Enter for any with paper of 80 mm, generic-58 for 58 mm")
		if err != nil {
			return to, err
		}
		answer = cmp.Or(answer, escpos.Generic80().Name)
		if _, err := escpos.Named(answer); err != nil {
			fmt.Fprintf(s.Out, "No model is called %q.\n", answer)
			continue
		}
		to.Profile = answer
	}
	return to, nil
}

func (s Setup) columns(to *Printer, model escpos.Profile) error {
	if len(model.Columns) == 1 {
		return nil
	}
	names := make([]string, len(model.Columns))
	for i, n := range model.Columns {
		names[i] = strconv.Itoa(n)
	}
	n, err := s.among("The rulers begin with their columns. Which one fills its line from edge to edge?", names)
	if err == nil && n > 0 {
		to.Columns = int64(model.Columns[n])
	}
	return err
}

func (s Setup) tables(to *Printer, model escpos.Profile) error {
	for {
		answer, err := s.ask("The lines of code tables begin with a number. Which numbers print other signs than above? Enter if all are right")
		if err != nil || answer == "" {
			return err
		}
		wrong := make(map[byte]bool)
		for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r < '0' || r > '9' }) {
			if n, err := strconv.ParseUint(word, 10, 8); err == nil {
				wrong[byte(n)] = true
			}
		}
		var right []string
		for _, t := range model.Tables {
			if !wrong[t.Number] {
				text, _ := t.MarshalText() // it has no error to give
				right = append(right, string(text))
			}
		}
		if len(right) > 0 && len(right) < len(model.Tables) {
			to.Tables = right
			return nil
		}
		fmt.Fprintln(s.Out, "Numbers of some of the lines, as 18 47. If none is right, another profile may be, or: zegel printer test --numbers 0-60")
	}
}

func (s Setup) codes(to *Printer, model escpos.Profile) error {
	if model.Barcodes == escpos.BarcodesNative {
		seen, err := s.yes("Is there a barcode under \"barcodes native\"?")
		if err != nil {
			return err
		}
		if !seen {
			to.Barcodes = string(escpos.BarcodesNone)
		}
	}
	if model.QR == escpos.QRNone {
		return nil
	}
	for _, form := range []escpos.QR{escpos.QRNative, escpos.QRPicture} {
		if form == escpos.QRPicture && model.Pictures == escpos.PicturesNone {
			continue
		}
		seen, err := s.yes(fmt.Sprintf("Is there a QR code under \"qr %s\", and does a phone read it?", form))
		if err != nil {
			return err
		}
		if seen {
			if form != model.QR {
				to.QR = string(form)
			}
			return nil
		}
	}
	to.QR = string(escpos.QRNone)
	return nil
}

func (s Setup) pictures(to *Printer, model escpos.Profile) error {
	drawn := cmp.Or(to.QR, string(model.QR)) == string(escpos.QRPicture) // and so seen
	if model.Pictures == escpos.PicturesNone || drawn {
		return nil
	}
	seen, err := s.yes("Does the line \"pictures " + string(model.Pictures) + "\" end in a c and a w with hats?")
	if err == nil && !seen {
		to.Pictures = string(escpos.PicturesNone)
	}
	return err
}

func (s Setup) cut(to *Printer, model escpos.Profile) error {
	if model.Cut == escpos.CutNone {
		return nil
	}
	seen, err := s.yes("Was the paper cut, below the last line?")
	if err == nil && !seen {
		to.Cut = string(escpos.CutNone)
	}
	return err
}

// ask gives one line.
func (s Setup) ask(question string) (string, error) {
	if _, err := fmt.Fprint(s.Out, question, " "); err != nil {
		return "", fmt.Errorf("ask: %w", err)
	}
	answer, err := s.In.ReadString('\n')
	if err != nil && answer == "" {
		return "", errNoAnswer
	}
	return strings.TrimSpace(answer), nil
}

// yes is the answer Enter gives, too.
func (s Setup) yes(question string) (bool, error) {
	n, err := s.among(question, []string{"yes", "no"})
	return n == 0, err
}

// among asks until one of them is named; Enter is the first. A first letter is
// enough.
func (s Setup) among(question string, names []string) (int, error) {
	for {
		answer, err := s.ask(fmt.Sprintf("%s [%s]", question, strings.Join(names, "/")))
		if err != nil {
			return 0, err
		}
		for i, name := range names {
			if strings.HasPrefix(name, strings.ToLower(answer)) {
				return i, nil
			}
		}
	}
}
