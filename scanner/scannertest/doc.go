// Package scannertest plays the devices at the far end of a serial cable:
// scanners, and readers of contactless cards with cards to hold in front of
// them.
//
// It is ordinary code without the testing package, so that a demonstration can
// own devices as well. What a device says and hears works over any line; the
// line itself, a pseudo terminal that can be plugged in and pulled out, is
// there on Linux only.
//
// Devices are written from their makers' manuals and not from our own drivers,
// so that the two agree only if both have read the manual rightly.
package scannertest
