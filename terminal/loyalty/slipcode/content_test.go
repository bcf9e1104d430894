package slipcode

import (
	"bytes"
	"testing"

	"zegel/terminal/loyalty/member"
)

// FuzzContent gets past the proof, to where whoever has the key could write
// anything: it is read in one way only, or not at all.
func FuzzContent(f *testing.F) {
	key, err := member.NewChainKey(bytes.Repeat([]byte{7}, member.KeySize))
	if err != nil {
		f.Fatal(err)
	}
	keys := []member.ChainKey{key}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{1}, 120))
	text, err := Bearer{Until: "2026-12-06"}.Encode(key)
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := encoding.DecodeString(text[4:])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed[8 : len(sealed)-macSize])
	f.Fuzz(func(t *testing.T, content []byte) {
		text := seal(SalePrefix, key, content)
		if s, err := ParseSale(text, keys); err == nil {
			if again, err := s.Encode(key); err != nil || again != text {
				t.Errorf("%x was read as %+v: %v", content, s, err)
			}
			s.Sale()
		}
		text = seal(BearerPrefix, key, content)
		if b, err := ParseBearer(text, keys); err == nil {
			if again, err := b.Encode(key); err != nil || again != text {
				t.Errorf("%x was read as %+v: %v", content, b, err)
			}
		}
		text = seal(VoucherPrefix, key, content)
		if v, err := ParseVoucher(text, keys); err == nil {
			if again, err := v.Encode(key); err != nil || again != text {
				t.Errorf("%x was read as %#v: %v", content, v, err)
			}
		}
	})
}
