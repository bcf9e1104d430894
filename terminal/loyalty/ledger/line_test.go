package ledger_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"zegel/terminal/loyalty/ledger"
)

// FuzzCheckLine holds the walk over a line against the library's decoder: what
// is let through decodes, and no key of it stands twice.
func FuzzCheckLine(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":[{"b":"\""},[],{}],"c":-1.5e3}`, `{"a":{"a":1},"b":[1,true,null]}`, `{ "a" : [ 1 , 2 ] , "b" : { } }`, `{"a":1,"A":2}`, `{"\u0061":1,"a":2}`, `{"a":"}"}`, `{}`, `{"":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if want, got := oneLine(b), ledger.CheckLine(b) == nil; want != got {
			t.Errorf("%q: taken %v, want %v", b, got, want)
		}
	})
}

// oneLine says by the library's token reader what CheckLine says by its walk.
func oneLine(b []byte) bool {
	if len(b) == 0 || b[0] != '{' || bytes.ContainsRune(b, '\n') || !json.Valid(b) || strings.ToValidUTF8(string(b), "") != string(b) {
		return false
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if !unique(dec, 0) {
		return false
	}
	_, err := dec.Token()
	return err == io.EOF
}

func unique(dec *json.Decoder, depth int) bool {
	token, err := dec.Token()
	if err != nil || depth > 12 {
		return false
	}
	open, nested := token.(json.Delim)
	if !nested {
		return true
	}
	seen := make(map[string]bool)
	for dec.More() {
		if open == '{' {
			name, err := dec.Token()
			if err != nil {
				return false
			}
			key := strings.ToLower(strings.ToUpper(name.(string)))
			if seen[key] {
				return false
			}
			seen[key] = true
		}
		if !unique(dec, depth+1) {
			return false
		}
	}
	_, err = dec.Token()
	return err == nil && len(seen) <= 256
}

func BenchmarkCheckLine(b *testing.B) {
	line := []byte(`{"v":1,"terminal":"0123456789abcdef","branch":"b00102030405060708090a0b0c0d0e0f","seq":17,"entries":[{"account":"2cba9e92e8f9d19ed0b0bfea2a30eac5","wallet":"points","kind":"earn","points":12000,"rest":"340/1"}],"body":"0e8fac3c8d838272c46cf6f7a8f94b60c1cef9d4027edccf0d1c163a6225115e"}`)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if err := ledger.CheckLine(line); err != nil {
			b.Fatal(err)
		}
	}
}
