package office

import (
	"encoding/base64"
	"encoding/binary"

	"zegel/terminal/loyalty/settle"
)

// A cursor of a reader is a position in every bucket. Outside it is opaque:
// base64url of 64 varints; "" is the beginning.

func encodeCursor(at [settle.Parts]int64) string {
	var b []byte
	for _, n := range at {
		b = binary.AppendUvarint(b, uint64(n))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (at [settle.Parts]int64, err error) {
	if s == "" {
		return at, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return at, settle.ErrCursor
	}
	for i := range at {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > 1<<62 {
			return at, settle.ErrCursor
		}
		at[i], b = int64(n), b[used:]
	}
	if len(b) > 0 {
		return at, settle.ErrCursor
	}
	return at, nil
}
