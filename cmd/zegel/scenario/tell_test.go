package scenario_test

import (
	"strings"
	"testing"

	"zegel/cmd/zegel/scenario"
)

func TestTellingEveryStepOfACase(t *testing.T) {
	var out strings.Builder
	scenario.Tell(&out, scenario.Result{File: "a.scenario.toml", Line: 3, Case: "a sale and its return", OK: true, Steps: []scenario.Step{
		{Step: 1, Line: 4, Does: "sale", OK: true, Got: scenario.Got{Total: "10.00", Discount: "1.00", ToPay: "9.00", PayBack: "0.00", Slip: []string{"Thank you", "[QR ZR1:ABCDEFGH]"}}},
		{Step: 2, Line: 5, Does: "return", OK: true, Got: scenario.Got{Total: "10.00", Discount: "0.00", ToPay: "10.00", PayBack: "9.00"}},
	}}, true)
	got := out.String()
	for _, want := range []string{"to pay 9.00", "| Thank you", "| [QR]", "came back 10.00; pay back 9.00"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	for _, not := range []string{"ZR1", "to pay 10.00", "pay back 0.00"} {
		if strings.Contains(got, not) {
			t.Errorf("it says %q:\n%s", not, got)
		}
	}
}
