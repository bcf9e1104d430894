package raster

import "image"

// Dither draws picture in dots, by Atkinson's way: of the error that a dot makes, six neighbours take an eighth each,
// and a quarter is dropped, which keeps faces and logos clear on paper. A picture wider than width is made smaller;
// one that is not keeps its size. What is transparent is white.
func Dither(picture image.Image, width int) Bitmap {
	shades, wide, high := shrunk(picture, width)
	b := New(wide, high)
	for y := range high {
		for x := range wide {
			missed := shades[y*wide+x]
			if missed < white/2 {
				b.Blacken(x, y)
			} else {
				missed -= white
			}
			for _, to := range [...]image.Point{{1, 0}, {2, 0}, {-1, 1}, {0, 1}, {1, 1}, {0, 2}} {
				if at := image.Pt(x, y).Add(to); at.X >= 0 && at.X < wide && at.Y < high {
					shades[at.Y*wide+at.X] += missed / 8
				}
			}
		}
	}
	return b
}

// white is the lightest shade.
const white = 0xffff

// shrunk gives the shades of picture, row by row, made smaller so that it is at most width wide.
func shrunk(picture image.Image, width int) (shades []int32, wide, high int) {
	from := picture.Bounds()
	wide, high = from.Dx(), from.Dy()
	if wide > width && width > 0 {
		wide, high = width, max(1, high*width/wide)
	}
	shades = make([]int32, wide*high)
	for y := range high {
		for x := range wide {
			shades[y*wide+x] = mean(picture, image.Rect(
				from.Min.X+x*from.Dx()/wide, from.Min.Y+y*from.Dy()/high,
				from.Min.X+(x+1)*from.Dx()/wide, from.Min.Y+(y+1)*from.Dy()/high))
		}
	}
	return shades, wide, high
}

// mean is the shade of a part of picture, 0 for black, on white paper.
func mean(picture image.Image, part image.Rectangle) int32 {
	sum, n := int64(0), int64(0)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			r, g, b, a := picture.At(x, y).RGBA() // times a already
			luma := (299*int64(r) + 587*int64(g) + 114*int64(b)) / 1000
			sum += luma + white - int64(a)
			n++
		}
	}
	return int32(sum / max(n, 1))
}
