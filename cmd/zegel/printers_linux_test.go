package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zegel/store"
)

func TestASlipIsPrintedAgainByHand(t *testing.T) {
	s := newRunningShop(t)
	s.zegel(t, "printer", "queue").is(t, exitUnavailable, "there is no database yet")
	s.zegel(t, "printer", "status").is(t, exitUnavailable, "does not answer")
	s.zegel(t, "printer", "reprint", "1").is(t, exitUnavailable, "does not answer")
	r := s.runs(t)
	r.scans(t, annsCard)
	if code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45)); code != http.StatusCreated {
		t.Fatalf("%d, %v", code, v)
	}
	papers := func(n, copies int) {
		t.Helper()
		until(t, "the slip is printed", func() bool {
			paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
			return err == nil && strings.Count(string(paper), "\x1dVB\x00") == n && strings.Count(string(paper), "DUPLICAAT") == copies
		})
	}
	papers(1, 0)
	var jobs []store.PrintJob
	until(t, "the slip is noted as printed", func() bool {
		if err := json.Unmarshal([]byte(s.zegel(t, "printer", "queue", "--json").out), &jobs); err != nil {
			t.Fatal(err)
		}
		return len(jobs) == 1 && jobs[0].State == "printed"
	})
	s.zegel(t, "printer", "status").is(t, 0, "kassa1", "idle", "slip 1", "written")
	s.zegel(t, "printer", "queue", "--printed", "0").is(t, 0, "SLIP")
	s.zegel(t, "printer", "test").is(t, exitUnavailable, "the daemon has the printer")
	s.zegel(t, "printer", "reprint", "1").is(t, 0, "slip 1 is in the queue")
	papers(2, 1)
	s.zegel(t, "printer", "reprint", "99").is(t, exitProblems, "there is no such slip")
	s.zegel(t, "printer", "reprint", "first").is(t, exitUsage, "is no number of a slip")
	if code, v := r.call(t, "POST", "/v1/printer/slips/first/print", "{}"); code != http.StatusNotFound {
		t.Errorf("%d, %v", code, v)
	}
	papers(2, 1)
}

func TestASlipOnItsWayIsShownAsSuch(t *testing.T) {
	jobs := []store.PrintJob{{ID: 1, Lane: "a", State: "sending"}, {ID: 2, Lane: "b", State: "sending"}, {ID: 3, Lane: "a", State: "queued"}}
	onTheirWay(jobs, []printerStatus{{Lane: "a", Slip: 1, SlipState: "sent"}, {Lane: "a", Slip: 2, SlipState: "sent"}, {Lane: "a"}})
	if jobs[0].State != "sent" || jobs[1].State != "sending" || jobs[2].State != "queued" {
		t.Errorf("%+v", jobs)
	}
}

func TestWhatAPrinterIsDoingIsSaidInWords(t *testing.T) {
	for want, p := range map[string]printerStatus{
		"idle": {State: "idle"}, "trouble: paper out": {State: "trouble", Trouble: "paper-out", Reason: "paper out", Slip: 4, SlipState: "sent"},
		"sending slip 4": {State: "printing", Slip: 4, SlipState: "sending"}, "idle; the paper is nearly at its end": {State: "idle", PaperLow: true},
	} {
		if got := p.words(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A till shows the code of a sale's slip; the paper has it in its QR code.
func codeOnPaper(t *testing.T, s *shop) string {
	t.Helper()
	paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
	if err != nil {
		t.Fatal(err)
	}
	_, code, found := strings.Cut(string(paper), "1P0ZR1:")
	if !found {
		t.Fatalf("no code on paper:\n%q", paper)
	}
	code, _, _ = strings.Cut("ZR1:"+code, "\x1d")
	return code
}

func TestTheCodeOfASlipIsChecked(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	r.scans(t, annsCard)
	_, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45))
	until(t, "the slip is printed", func() bool {
		paper, err := os.ReadFile(filepath.Join(s.folder, "paper"))
		return err == nil && strings.HasSuffix(string(paper), "\x1dVB\x00")
	})
	code := codeOnPaper(t, s)
	s.zegel(t, "slip", "check", code, "--lang", "en").is(t, 0, v["record"].(string), "Genuine", "The journal has this record", "does not prove")
	s.zegel(t, "slip", "check", code, "--json").is(t, 0, `"genuine": true`, `"journal": "agrees"`)
	changed := code[:20] + map[bool]string{true: "B", false: "A"}[code[20] == 'A'] + code[21:]
	s.zegel(t, "slip", "check", changed, "--lang", "en").is(t, exitProblems, "zegel: No")
	s.zegel(t, "slip", "check", "4711", "--lang", "en").is(t, exitProblems, "no slip's code")
	s.zegel(t, "slip", "check", "4711", "--json").is(t, exitProblems, `"genuine": false`)
}

func TestASlipThatIsNotWantedIsNotPrinted(t *testing.T) {
	s := newRunningShop(t)
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.folder, "zegel.toml", "[slips]\naward = \"never\"\n"+string(text))
	if s.cfg, err = loadConfig(s.path, nil, nil); err != nil {
		t.Fatal(err)
	}
	r := s.runs(t)
	r.scans(t, annsCard)
	code, v := r.call(t, "POST", "/v1/lanes/kassa1/sales", saleOf("1", 23_45))
	if code != http.StatusCreated || v["no_paper"] != true {
		t.Errorf("%d, %v", code, v)
	}
	s.zegel(t, "printer", "queue", "--json").is(t, 0, "[]")
	if _, err := loadConfig(write(t, s.folder, "bad.toml", "[slips]\naward = \"maybe\"\n"+string(text)), nil, nil); err == nil || !strings.Contains(err.Error(), `slips: policy for slips "award"`) {
		t.Errorf("a policy nobody knows: %v", err)
	}
}
