package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestFeedGoesOnFromItsCursor(t *testing.T) {
	f, _ := enrolled(t, 3)
	all := f.run(t, "feed").is(t, 0).lines(t)
	if len(all) != 4 || all[0]["record"] != "award" || all[3]["control"] != "up_to_date" {
		t.Fatalf("got %v", all)
	}
	cursor := all[3]["cursor"].(string)
	again := f.run(t, "feed", "--after", cursor).is(t, 0).lines(t)
	if len(again) != 1 || again[0]["cursor"] != cursor {
		t.Errorf("after the cursor there is %v", again)
	}
	f.run(t, "feed", "--after", "nonesuch").is(t, exitProblems, "start again without one")
}

func TestFeedOverHTTPTakesAToken(t *testing.T) {
	f, _ := enrolled(t, 3)
	at := f.serve(t, "--plain")
	token := strings.TrimSpace(f.run(t, "feed", "--new-token", "bi").is(t, 0).out)
	get := func(token string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at.address+"/v1/feed/entries?limit=2", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	if status, body := get(token); status != http.StatusOK || strings.Count(body, "\n") != 3 || !strings.Contains(body, `"control":"more"`) {
		t.Errorf("got %d, %s", status, body)
	}
	if status, _ := get("guessed"); status != http.StatusForbidden {
		t.Errorf("a guessed token: %d", status)
	}
}

func TestFeedThatIsFollowedEndsWithItsCursor(t *testing.T) {
	f, s := enrolled(t, 0)
	out, err := os.CreateTemp(t.TempDir(), "feed")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ours := os.Stdout
	os.Stdout = out
	ended := make(chan int, 1)
	go func() { ended <- execute(ctx, []string{"feed", "--follow", "--data", string(f)}) }() // received below
	has := func() string {
		b, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	until(t, "the feed is up to date", func() bool { return strings.Count(has(), `"cursor"`) == 1 })
	os.Stdout = ours
	s.sells(t, f, 2)
	until(t, "the entries are there", func() bool { return strings.Count(has(), `"cursor"`) == 2 })
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("it ended with %d", code)
	}
	lines := said{out: has()}.lines(t)
	if len(lines) != 4 || lines[1]["record"] != "award" || lines[3]["cursor"] == nil {
		t.Errorf("got %v", lines)
	}
	if err := out.Close(); err != nil {
		t.Error(err)
	}
}
