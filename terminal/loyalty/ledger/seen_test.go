package ledger_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/ledger"
)

func TestAShareIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := ledger.Share{Entry: rapid.IntRange(1, 9).Draw(t, "entry")}
		step := rapid.SampledFrom([]int64{1, 10, 1000, 500}).Draw(t, "step")
		for _, p := range rapid.SliceOf(rapid.Int64Range(-1<<40, 1<<40)).Draw(t, "points") {
			s.Points, s.Base = append(s.Points, ledger.Points(p*step)), append(s.Base, p)
		}
		written, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back ledger.Share
		if err := json.Unmarshal(written, &back); err != nil || !reflect.DeepEqual(back, s) {
			t.Fatalf("%s: %v, read back as %+v", written, err, back)
		}
	})
}

func TestSharesAreWrittenInFewBytes(t *testing.T) {
	for want, s := range map[string]ledger.Share{
		`{"entry":2,"each":1000,"points":[1,0,-12]}`:          {Entry: 2, Points: []ledger.Points{1000, 0, -12_000}},
		`{"entry":1,"base":[5,7],"points":[500,7]}`:           {Entry: 1, Base: []int64{5, 7}, Points: []ledger.Points{500, 7}},
		`{"entry":1,"lots":[{"points":3,"issuer":"bakker"}]}`: {Entry: 1, Lots: []ledger.Lot{{Points: 3, Issuer: "bakker"}}},
	} {
		if got, err := json.Marshal(s); err != nil || string(got) != want {
			t.Errorf("%v: got %s, want %s", err, got, want)
		}
	}
	for _, bad := range []string{`{"entry":1,"each":-5,"points":[1]}`, `{"entry":1,"each":4611686018427387904,"points":[9]}`} {
		var s ledger.Share
		if json.Unmarshal([]byte(bad), &s) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
