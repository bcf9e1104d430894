package programmes

import (
	"io/fs"
	"reflect"
	"regexp"
	"testing"
	"time"
	_ "time/tzdata"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

func TestStarterProgrammesAreInOrder(t *testing.T) {
	names, err := fs.Glob(Files, "*.toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("found %q, %v", names, err)
	}
	for _, name := range names {
		rules := parse(t, name)
		if _, err := time.LoadLocation(rules.Zone); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPuntenGivesAPointForEveryEuro(t *testing.T) {
	rules := parse(t, "punten.toml")
	want := programme.Rule{
		Name: "basis", Wallet: "points", Points: ledger.Unit, Per: 1_00, Step: ledger.Unit, Rounding: programme.Carry,
	}
	if !reflect.DeepEqual(rules.Earn, []programme.Rule{want}) {
		t.Errorf("got rates %+v, want %+v", rules.Earn, want)
	}
	if rules.Currency != "EUR" || rules.Zone != "Europe/Amsterdam" || rules.Language != "nl" || rules.UsualMax != 500_00 {
		t.Errorf("got %+v", rules)
	}
	if _, err := rules.Cards.Parse("2900001234566", "]E0"); err != nil {
		t.Errorf("a card of the shop's own: %v", err)
	}
	if _, err := rules.Cards.Parse("4006381333931", "]E0"); err == nil {
		t.Error("an article was taken for a card")
	}
}

func TestSparenEnInwisselenHasARewardOfEachKind(t *testing.T) {
	rules := parse(t, "sparen-en-inwisselen.toml")
	want := []programme.Reward{
		{
			Name: "Betalen met punten", Wallet: "points", Kind: programme.PerPoint, Points: ledger.Unit, Value: 1,
			Block: 50 * ledger.Unit, Minimum: 100 * ledger.Unit, MaxPercent: 50,
		},
		{Name: "Kop koffie", Wallet: "stamps", Kind: programme.Fixed, Points: 10 * ledger.Unit, MaxPoints: 20 * ledger.Unit},
	}
	if !reflect.DeepEqual(rules.Rewards, want) || rules.Base.Redeeming == programme.EarnsFully {
		t.Errorf("got %+v", rules)
	}
}

// Whoever takes the hashes away has a programme.
func TestTheExampleInPuntenIsAReward(t *testing.T) {
	if rules := parse(t, "punten.toml"); len(rules.Rewards) != 0 {
		t.Errorf("nobody asked for %+v", rules.Rewards)
	}
	text, err := Files.ReadFile("punten.toml")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile(`(?m)^# (\[\[reward\]\]|[a-z_]+ = .*)$`).ReplaceAll(text, []byte("$1"))
	rules, err := file.Parse(example)
	if err != nil {
		t.Fatal(err)
	}
	want := []programme.Reward{{Name: "€ 5,00 korting", Wallet: "points", Kind: programme.Fixed, Points: 500 * ledger.Unit, Value: 5_00}}
	if !reflect.DeepEqual(rules.Rewards, want) {
		t.Errorf("got %+v, want %+v", rules.Rewards, want)
	}
}

func parse(t *testing.T, name string) programme.Rules {
	t.Helper()
	text, err := Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := file.Parse(text)
	if err != nil {
		t.Fatalf("%s:\n%v", name, err)
	}
	return rules
}

func TestStarterHasTheShopsOwnAnswers(t *testing.T) {
	rules, err := file.Parse(Starter(`Bakker "Jansen" \ Zn`, "2712", "2.50"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rules.Header) != 1 || rules.Header[0] != `Bakker "Jansen" \ Zn` || rules.Cards[0].Prefixes[0] != "2712" || rules.Earn[0].Per != 2_50 {
		t.Errorf("got %+v", rules)
	}
	if _, err := file.Parse(Starter("Jansen", "x", "2,50")); err == nil {
		t.Error("answers that make no programme were taken")
	}
}
