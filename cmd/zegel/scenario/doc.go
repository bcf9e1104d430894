// Package scenario runs scenario cases on the parts a shop has: desks, a store on a real file, slips as they are printed.
//
// Each case is a shop of its own that begins empty. Its clock is the case's,
// its chance is seeded by the case's name, so that a case comes out the same
// every time.
package scenario
