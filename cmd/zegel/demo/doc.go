// Package demo plays a shop around a real child daemon.
//
// The daemon is the very binary a shop runs, in a process of its own. The demo
// holds what it hangs on: the scanner's and the printer's lines, the paper,
// the till, the line to head office and head office itself.
package demo
