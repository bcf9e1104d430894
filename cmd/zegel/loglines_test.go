package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"
)

// A gauge takes lines when it is let.
type gauge struct {
	let   chan struct{}
	lines []string
}

func (g *gauge) Write(p []byte) (int, error) {
	<-g.let
	g.lines = append(g.lines, string(p))
	return len(p), nil
}

func TestLinesOfTheLogAreHandedOnInOrderOrCountedAsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gauge{let: make(chan struct{})}
		var said strings.Builder
		l := newLogLines(g, zerolog.New(&said))
		end := l.begin(context.Background())
		kept := []byte("line 0\n")
		if n, err := l.Write(kept); n != len(kept) || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		copy(kept, "broken") // who logs uses its bytes again
		synctest.Wait()      // the first is being taken, the others wait
		for n := range mostLines + 7 {
			fmt.Fprintf(l, "line %d\n", n+1)
		}
		close(g.let)
		end()
		var want []string
		for n := range mostLines + 1 {
			want = append(want, fmt.Sprintf("line %d\n", n))
		}
		if !slices.Equal(g.lines, want) {
			t.Errorf("%d lines came out, want %d: the first is %q", len(g.lines), len(want), g.lines[0])
		}
		if got := said.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"lines":7`) {
			t.Errorf("it said %q", got)
		}
	})
}
