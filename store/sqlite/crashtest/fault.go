package crashtest

import "github.com/psanford/sqlite3vfs"

// Kind is a kind of change on the disk.
type Kind int

// The kinds of change. Any stands for all of them.
const (
	Any Kind = iota
	Write
	Sync
	Truncate
	Name // a name made or removed
)

// A Fault is a failure the disk reports and lives on after. The change it
// fails is not made.
type Fault struct {
	Kind   Kind
	After  int  // fails the n-th change of the kind from now, counting from 1
	Sticky bool // and every later one
	Full   bool // reported as a full disk; else as an I/O error

	// Forget is for Sync: what was to be synced stays readable, but is never
	// written, as Linux does with pages whose writing failed once. A later
	// sync succeeds all the same.
	Forget bool
}

// Fail adds a fault. Recover takes all of them away.
func (d *Disk) Fail(f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = append(d.faults, f)
}

// Mend takes all faults away.
func (d *Disk) Mend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults = nil
}

// due returns the fault that hits a change of the kind, and counts the change
// against all of them.
func (d *Disk) due(k Kind) *Fault {
	var hit *Fault
	for i := range d.faults {
		f := &d.faults[i]
		if f.Kind != Any && f.Kind != k {
			continue
		}
		f.After--
		if f.After == 0 || f.Sticky && f.After < 0 {
			hit = f
		}
	}
	if hit != nil {
		d.failed++
	}
	return hit
}

// Failed returns how many changes faults have failed so far. A program may
// get over some without a word.
func (d *Disk) Failed() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

func (f *Fault) error() error {
	if f.Full {
		return sqlite3vfs.FullError
	}
	return sqlite3vfs.IOError
}
