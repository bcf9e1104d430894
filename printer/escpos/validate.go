package escpos

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zegel/printer/codetable"
	"zegel/printer/layout"
	"zegel/printer/symbol"
	"zegel/terminal/loyalty/receipt"
)

// Validate reports all about p that nothing could be printed with.
func (p Profile) Validate() error {
	var all []error
	complain := func(format string, args ...any) {
		all = append(all, fmt.Errorf("printer model %q: "+format, append([]any{p.Name}, args...)...))
	}
	if len(p.Columns) == 0 || slices.Min(p.Columns) < layout.MinColumns {
		complain("columns %v: state them, at least %d", p.Columns, layout.MinColumns)
	} else {
		p.validatePaper(complain)
	}
	if _, err := codetable.New(p.Tables); err != nil {
		complain("%w", err)
	}
	if p.FeedLines < 0 || p.FeedLines > 255 {
		complain("feed of %d lines: state 0 to 255", p.FeedLines)
	}
	oneOf(complain, "dialect", p.Dialect, ESCPOS, StarPRNT)
	oneOf(complain, "way to cut", p.Cut, CutAtBlade, CutPartial, CutFull, CutNone)
	oneOf(complain, "habit of answering", p.Answers, AnswersUnknown, AnswersAlways, AnswersNever)
	oneOf(complain, "way to draw a QR code", p.QR, QRNative, QRPicture, QRNone)
	oneOf(complain, "way to draw a barcode", p.Barcodes, BarcodesNative, BarcodesNone)
	oneOf(complain, "way to print a picture", p.Pictures, PicturesRaster, PicturesGraphics, PicturesNone)
	oneOf(complain, "way to style letters", p.Styles, StylesFull, StylesOld)
	oneOf(complain, "way to buzz", p.Buzzer, BuzzerNone, BuzzerEpson, BuzzerClone)
	for _, r := range p.Requests {
		oneOf(complain, "request", r, AutoStatusRequest, PaperRequest, ConfirmRequest, IdentityRequest)
	}
	return errors.Join(all...)
}

// validatePaper complains of codes and lines that are wider than the paper.
func (p Profile) validatePaper(complain func(string, ...any)) {
	if p.Dots < p.Paper() {
		complain("%d dots are too few for %d columns of %d", p.Dots, slices.Min(p.Columns), letterDots)
	}
	drawn := p.QR == QRNative || p.QR == QRPicture
	if widest := strings.Repeat("a", receipt.MaxQR); drawn && p.dotsOf(widest) < symbol.MinDots {
		complain("%d columns are too narrow for a QR code: state qr = %q", slices.Min(p.Columns), QRNone)
	}
	if p.QR == QRPicture && p.Pictures == PicturesNone {
		complain("qr = %q and pictures = %q exclude each other", p.QR, p.Pictures)
	}
}

// oneOf complains of a value that is not one of those there are.
func oneOf[T ~string](complain func(string, ...any), what string, value T, known ...T) {
	if !slices.Contains(known, value) {
		complain("no %s is called %q: state one of %q", what, value, known)
	}
}
