// Package pn532 reads contactless cards with an NXP PN532 on a serial line.
//
// The chip does nothing by itself: Driver asks it again and again which tag is
// in its field, reads what the tag carries, and says it once for as long as the
// tag stays. It is a frame.Framer: it holds no goroutine, timer or clock, and
// what it wants to be sent stands in its events. Listener makes the same codes
// of a chip that somebody else asks. Frames is the line's format alone.
//
// Sections of the manual are those of NXP's UM0701-02, PN532 User Manual.
package pn532
