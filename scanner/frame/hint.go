package frame

import "math/bits"

// minParityRun is how many bytes a parity pattern needs before it counts:
// shorter runs fit one by chance.
const minParityRun = 4

// parityHint looks for the pattern that a device with seven data bits leaves
// on a line opened with eight: the parity bit arrives as the top bit.
func parityHint(data []byte) Hint {
	if len(data) < minParityRun {
		return ""
	}
	high, even, odd := 0, 0, 0
	for _, c := range data {
		low := c & 0x7F
		if low < 0x20 && low != '\r' && low != '\n' && low != '\t' && low != stx && low != etx {
			return "" // not text, whatever its parity
		}
		if c >= 0x80 {
			high++
		}
		if bits.OnesCount8(c)%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch {
	case high == 0:
		return ""
	case even == len(data):
		return HintEven
	case odd == len(data):
		return HintOdd
	case high == len(data):
		return HintMark
	default:
		return ""
	}
}
