// Package world tries everything the core decides together: any valid programme, and any history of a shop under it.
//
// It ships nothing. Its tests hold a shop in memory that keeps records as they
// are sealed and holdings as the ledger applies entries, let it decide through
// package session as the desk does, and check after every step what must always
// hold.
package world
