package escpos

import "zegel/printer/layout"

// setStyle makes what comes next look like style. A blank is as wide in bold as it is plain, so bold need not be told
// for it.
func (w *writer) setStyle(style layout.Style, blank bool) {
	if blank {
		style.Bold = w.style.Bold
	}
	was := w.style
	switch {
	case style == was:
		return
	case w.profile.Styles == StylesOld:
		w.setOldStyle(style)
		return
	}
	wide, high := style.Size()
	if wasWide, wasHigh := was.Size(); wide != wasWide || high != wasHigh {
		w.dst = append(w.dst, gs, '!', byte(wide-1)<<4|byte(high-1))
	}
	if style.Bold != was.Bold {
		w.dst = append(w.dst, esc, 'E', argument(style.Bold, 1))
	}
	if style.Underline != was.Underline {
		w.dst = append(w.dst, esc, '-', argument(style.Underline, 1))
	}
	if style.Invert != was.Invert {
		w.dst = append(w.dst, gs, 'B', argument(style.Invert, 1))
	}
	w.style = style
}

// setOldStyle does it with one command for all (ESC !), which knows no size but double and no white on black.
func (w *writer) setOldStyle(style layout.Style) {
	mode := func(s layout.Style) byte {
		wide, high := s.Size()
		return argument(s.Bold, 0x08) | argument(high > 1, 0x10) | argument(wide > 1, 0x20) | argument(s.Underline, 0x80)
	}
	if mode(style) != mode(w.style) {
		w.dst = append(w.dst, esc, '!', mode(style))
	}
	w.style = style
}

// argument is what switches a style on, or off.
func argument(on bool, value byte) byte {
	if on {
		return value
	}
	return 0
}
