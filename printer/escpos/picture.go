package escpos

import (
	"image"
	"maps"
	"time"

	"zegel/printer/layout"
	"zegel/printer/raster"
)

// WithImages is e with images that a line may name, besides those it has: in dots, and as small as the paper is wide. On
// a model that prints no pictures nothing stands for them.
func (e *Encoder) WithImages(images map[string]image.Image) *Encoder {
	with := *e
	with.images = maps.Clone(e.images)
	if with.images == nil {
		with.images = make(map[string]raster.Bitmap)
	}
	for name, picture := range images {
		with.images[name] = raster.Dither(picture, e.profile.Paper())
	}
	return &with
}

// PrintTime is how long the printer needs at most to bring lines to paper and cut it, its images included.
func (e *Encoder) PrintTime(lines []layout.Line) time.Duration {
	takes := e.profile.PrintTime(lines)
	for _, line := range lines {
		if name, ok := line.Image(); ok {
			takes += time.Duration((e.images[name].Height()+lineDots-1)/lineDots) * e.profile.LineTime
		}
	}
	return takes
}

// picture prints dots from the left edge on, where the printer is at the beginning of a line, and stays so.
func (w *writer) picture(b raster.Bitmap) {
	w.dst = w.profile.appendPicture(w.dst, b)
	w.table = unknown // some models forget it over a picture
}

// image prints an image in the middle of the paper. One that nobody has is not printed.
func (w *writer) image(name string) {
	if b := w.images[name]; b.Height() > 0 && w.profile.Pictures != PicturesNone {
		w.centred(w.profile.appendPicture(nil, b))
	}
}

// appendPicture adds b in slices, one below the other, each a command of its own: some models run out of memory with
// tall pictures.
func (p Profile) appendPicture(dst []byte, b raster.Bitmap) []byte {
	rows := max(1, min(sliceRows, sliceBytes/max(1, b.Stride())))
	for top := 0; top < b.Height(); top += rows {
		end := min(top+rows, b.Height())
		if p.Pictures == PicturesGraphics {
			dst = AppendGraphics(dst, b, top, end)
		} else {
			dst = AppendRaster(dst, b, top, end)
		}
	}
	return dst
}

// AppendRaster adds the rows of b from one on, up to another, as a raster picture (GS v 0) where the printer is.
func AppendRaster(dst []byte, b raster.Bitmap, from, to int) []byte {
	width, height := b.Stride(), to-from
	dst = append(dst, gs, 'v', '0', 0, byte(width), byte(width>>8), byte(height), byte(height>>8))
	return appendDots(dst, b.Rows(from, to))
}

// AppendGraphics does what AppendRaster does with the newer commands, which keep the picture and then print it
// (GS ( L, functions 112 and 50). Their width is in dots.
func AppendGraphics(dst []byte, b raster.Bitmap, from, to int) []byte {
	width, height := 8*b.Stride(), to-from
	n := 10 + b.Stride()*height
	dst = append(dst, gs, '(', 'L', byte(n), byte(n>>8), 48, 112, 48, 1, 1, 49,
		byte(width), byte(width>>8), byte(height), byte(height>>8))
	dst = appendDots(dst, b.Rows(from, to))
	return append(dst, gs, '(', 'L', 2, 0, 48, 50)
}

// appendDots adds the bytes of a picture. A printer obeys live requests even inside one, and they begin with 10 04,
// 10 05 and 10 14: there one dot more is black, which nobody sees.
func appendDots(dst, dots []byte) []byte {
	for i, b := range dots {
		if b == dle && i+1 < len(dots) && (dots[i+1] == eot || dots[i+1] == enq || dots[i+1] == dc4) {
			b |= 0x08
		}
		dst = append(dst, b)
	}
	return dst
}
