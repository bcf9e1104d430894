package basket

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What a record keeps is bounded by an estimate, which must never be too low.
func TestSizeIsAnUpperBound(t *testing.T) {
	text := func(t *rapid.T, longest int) string {
		return rapid.StringOfN(rapid.RuneFrom([]rune("aZ 9\"\\<>&é€\u2028\u2029\ufffd\U0001f600")), 1, -1, longest).Draw(t, "text")
	}
	rapid.Check(t, func(t *rapid.T) {
		line := Line{ID: text(t, maxID), Product: text(t, maxCode), Name: text(t, maxName), Quantity: math.MaxInt32, Amount: -MaxAmount, Tax: -MaxAmount,
			Category: text(t, maxCode), Kind: text(t, maxCode), Of: text(t, maxID), Tags: slices.Repeat([]string{text(t, maxCode)}, rapid.IntRange(0, maxTags).Draw(t, "tags"))}
		tender := Tender{Kind: text(t, maxText), Amount: -MaxAmount}
		b := Basket{
			Key:      Key{Till: text(t, maxText), Day: "2026-11-22", ID: text(t, maxText)},
			Currency: "EUR", Total: MaxAmount, Channel: text(t, maxText), Partner: text(t, maxText), NotEarning: MaxAmount,
			Codes:   slices.Repeat([]string{text(t, maxCode)}, rapid.IntRange(0, maxCodes).Draw(t, "codes")),
			Lines:   slices.Repeat([]Line{line}, rapid.SampledFrom([]int{0, 1, MaxLines}).Draw(t, "lines")),
			Tenders: slices.Repeat([]Tender{tender}, rapid.SampledFrom([]int{0, 1, MaxLines}).Draw(t, "tenders")),
		}
		written, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if len(written) > b.size() {
			t.Fatalf("%d bytes, the estimate says at most %d:\n%.300s", len(written), b.size(), written)
		}
	})
}
