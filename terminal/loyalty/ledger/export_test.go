package ledger

// Renamed are lots as they are named from a day on, for tests that compare them.
func Renamed(l Lots, on Day) (Lots, error) { return l.renamed(Entry{}, on) }
