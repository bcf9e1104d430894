package cmd_test

import (
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
)

// What is injected into a page to look for what keeps people out: axe-core, as
// its authors publish it. `make browser` fetches it; it is no part of Zegel.
const (
	axeFile   = "../bin/axe-core-4.14.1.min.js"
	axeSHA512 = "e63e659f9806d7ae5bd40899043b0871a5062c5442b01b3f1a3edf5eaf50bf5c3a7104a72463293b4ad1b77c661a0d4e40e850dec89de9d6ece70a8c13a9af17"
)

// A barrier is something in a page that keeps people out.
type barrier struct {
	Rule, Impact, Help string
	Where              []string
}

// axeLooks runs the rules that are on by default, and two of the strictest
// grade: text with a contrast of 7:1, and targets that can be hit.
const axeLooks = `(async (options = { rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } }) => {
	const found = await axe.run(document, { resultTypes: ['violations'], ...options });
	return found.violations.map((v) => ({ Rule: v.id, Impact: v.impact ?? '', Help: v.help, Where: v.nodes.map((n) => n.target.join(' ') + ': ' + n.html.slice(0, 120)) }));
})()`

// accessible looks at the page as it stands. What axe calls serious or critical
// is a fault; the rest is told.
func (b tab) accessible(state string) {
	b.Helper()
	b.axe(state, axeLooks)
}

// legible looks at the colours alone: they are all that another theme changes.
func (b tab) legible(state string) {
	b.Helper()
	b.axe(state, strings.TrimSuffix(axeLooks, "()")+`({ runOnly: ['color-contrast', 'color-contrast-enhanced'] })`)
}

func (b tab) axe(state, looks string) {
	b.Helper()
	if !eval[bool](b, `typeof axe === 'object'`) {
		script, err := os.ReadFile(axeFile)
		if err != nil {
			b.Fatalf("pages are tried with axe-core, which is not here: `make browser` fetches it and runs these tests, as `make test` does (%v)", err)
		}
		if sum := sha512.Sum512(script); hex.EncodeToString(sum[:]) != axeSHA512 {
			b.Fatalf("%s is not the axe-core these tests were written with: remove it, and `make browser` fetches the right one", axeFile)
		}
		eval[bool](b, string(script)+"; true")
	}
	for _, found := range eval[[]barrier](b, looks) {
		text := fmt.Sprintf("%s: %s (%s): %s\n\t%s", state, found.Rule, found.Impact, found.Help, strings.Join(found.Where, "\n\t"))
		if slices.Contains([]string{"serious", "critical"}, found.Impact) {
			b.Error(text)
		} else {
			b.Log(text)
		}
	}
}
