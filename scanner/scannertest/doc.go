// Package scannertest plays a serial scanner on a pseudo terminal.
//
// It is ordinary code without the testing package, so that a demonstration can
// own a scanner as well. It works on Linux only; elsewhere it is empty.
package scannertest
