// Package crashtest is a disk whose power can fail at any moment.
//
// A [Disk] lives in memory and is handed to SQLite as a VFS. Of every file it
// keeps what is surely on the disk, what programs see, and the changes in
// between that no sync has confirmed yet; of its folder likewise. When the
// power fails, a seed decides which of the unconfirmed changes survive: none,
// all, some, or pieces of 512 bytes with garbage among them. So a test can open
// a real database, work, cut the power at the n-th operation, and look at what
// a till would find the next morning, some thousand times a second.
//
//	disk := crashtest.NewDisk(seed)
//	defer disk.Close()
//	db, err := sqlite.Open(ctx, sqlite.Options{Path: disk.Path("shop.db"), VFS: disk.VFS(), Exclusive: true})
//	disk.CutAfter(n)
//	… work until an error, remember what was acknowledged …
//	db.Close()      // what it still writes is lost: the power is off
//	disk.Recover()
//	… open again and look …
//
// The model assumes what SQLite assumes of a disk (and no file system we
// support gives less): a sync that succeeds is durable, and a write touches no
// byte outside of it. It is as forgetful as the standards allow otherwise: a
// name made or removed is only durable once its folder is synced, and
// unconfirmed changes survive in any order.
//
// The shared memory of SQLite's write-ahead log is not modelled, so the
// database has to be opened for exclusive use.
package crashtest

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
)

// A Disk is one simulated disk. Its methods may be called from any goroutine.
type Disk struct {
	id   string
	seed uint64

	mu      sync.Mutex
	chance  *rand.Rand
	names   map[string]*file // the folder as programs see it
	durable map[string]*file // the folder as a power cut would leave it
	renamed []nameChange     // changes of names no sync has confirmed
	down    power
	ops     int // changes of any kind so far
	cutAt   int // the change at which the power fails; 0: none
	faults  []Fault
	failed  int // changes that faults have failed
	handles int
	story   []string // what happened at the last cut, for a failing test
}

// power says whether the disk answers.
type power int

const (
	on     power = iota
	killed       // the process died, the operating system lives
	off          // the power failed
)

// A nameChange makes or, where file is nil, removes a name.
type nameChange struct {
	name string
	file *file
}

// NewDisk returns an empty disk. Whatever it leaves to chance comes from seed.
func NewDisk(seed uint64) *Disk {
	d := &Disk{
		seed:    seed,
		chance:  rand.New(rand.NewPCG(seed, 0x5ca1ab1e)),
		names:   make(map[string]*file),
		durable: make(map[string]*file),
	}
	d.id = enlist(d)
	return d
}

// Close forgets the disk. No database may be open on it.
func (d *Disk) Close() { dismiss(d.id) }

// VFS returns the name to open a database with. All disks share it; the path
// tells them apart.
func (d *Disk) VFS() string { return vfsName }

// Path returns the path of a file on this disk.
func (d *Disk) Path(name string) string { return "/" + d.id + "/" + name }

// Operations returns how many changes (writes, syncs, truncations, names made
// or removed) the disk has seen. A run without a cut tells how many there are
// to cut at.
func (d *Disk) Operations() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ops
}

// CutAfter makes the power fail at the n-th change from now, counting from 1.
// That change is itself unconfirmed and may survive or not.
func (d *Disk) CutAfter(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = d.ops + max(n, 1)
}

// Cut makes the power fail now.
func (d *Disk) Cut() { d.fall(off) }

// Kill ends the process, as far as the disk can tell: what it wrote stays
// where the operating system has it, and whatever it still does is lost.
func (d *Disk) Kill() { d.fall(killed) }

func (d *Disk) fall(to power) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != off {
		d.down = to
	}
}

// Down reports whether the power has failed or the process was killed.
func (d *Disk) Down() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.down != on
}

// Recover brings the disk back. After a power cut, chance decides what became
// of every unconfirmed change; after Kill all are still there, unconfirmed.
// Every database must have been closed: one that lives on would write to the
// disk of the next morning, and Recover panics.
func (d *Disk) Recover() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.handles > 0 {
		panic(fmt.Sprintf("crashtest: %d files are still open: close the database before Recover", d.handles))
	}
	if d.down == off {
		d.survive()
	}
	d.down, d.cutAt, d.faults = on, 0, nil
}

// String tells what a failing test should print: the seed and the last cut.
func (d *Disk) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fmt.Sprintf("disk of seed %d after %d changes; %s", d.seed, d.ops, strings.Join(d.story, "; "))
}

// survive decides what a power cut leaves.
func (d *Disk) survive() {
	mercy := someMercy(d.chance)
	d.story = []string{"last cut kept " + mercy.name}
	left := d.survivingNames(mercy)
	// In the order of names, not of the map: the seed decides, nothing else.
	for _, name := range sorted(left) {
		f := left[name]
		n := len(f.pending)
		f.recover(mercy, d.chance)
		d.story = append(d.story, fmt.Sprintf("%s: %d unconfirmed changes, now %d bytes", name, n, len(f.view)))
	}
	d.names = left
	d.durable = make(map[string]*file, len(left))
	for name, f := range left {
		d.durable[name] = f
	}
	d.renamed = nil
}

func (d *Disk) survivingNames(m mercy) map[string]*file {
	left := d.durable
	for _, c := range d.renamed {
		if m.keeps(d.chance) {
			left = with(left, c)
		}
	}
	return left
}

// with returns names after change c.
func with(names map[string]*file, c nameChange) map[string]*file {
	if c.file == nil {
		delete(names, c.name)
	} else {
		names[c.name] = c.file
	}
	return names
}

func sorted(names map[string]*file) []string {
	var out []string
	for name := range names {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
