package crashtest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/psanford/sqlite3vfs"
)

// vfsName is the one VFS this package registers. SQLite keeps its list of
// VFSes for the life of the process and walks along it at every open, so disks
// come and go behind one entry and are told apart by the first piece of the
// path. The list is the process's, hence so is the table of disks.
const vfsName = "crashtest"

var (
	register = sync.OnceFunc(func() {
		if err := sqlite3vfs.RegisterVFS(vfsName, vfs{}); err != nil {
			panic(fmt.Sprintf("crashtest: register with SQLite: %v", err))
		}
	})
	disks  sync.Map // by id
	number atomic.Int64
)

func enlist(d *Disk) (id string) {
	register()
	id = fmt.Sprintf("disk%d", number.Add(1))
	disks.Store(id, d)
	return id
}

func dismiss(id string) { disks.Delete(id) }

// A vfs is what SQLite calls.
type vfs struct{}

// find returns the disk of a path and the name on it; nil if there is none.
func find(path string) (*Disk, string) {
	id, name, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	d, ok := disks.Load(id)
	if !ok {
		return nil, ""
	}
	return d.(*Disk), name
}

// Open never fails: the binding would have SQLite close a file that was not
// opened, and hit another one. What cannot be opened is a handle on which
// everything fails.
func (vfs) Open(path string, flags sqlite3vfs.OpenFlag) (sqlite3vfs.File, sqlite3vfs.OpenFlag, error) {
	d, name := find(path)
	if d == nil || path == "" {
		return &handle{}, flags, nil
	}
	return d.open(name, flags), flags, nil
}

func (vfs) Delete(path string, dirSync bool) error {
	d, name := find(path)
	if d == nil {
		return sqlite3vfs.IOError
	}
	return d.remove(name, dirSync)
}

func (vfs) Access(path string, _ sqlite3vfs.AccessFlag) (bool, error) {
	d, name := find(path)
	if d == nil {
		return false, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != on {
		return false, sqlite3vfs.IOError
	}
	return d.names[name] != nil, nil
}

func (vfs) FullPathname(path string) string { return path }

// Sleep returns at once: nobody here is waiting for the clock.
func (vfs) Sleep(time.Duration) {}

// CurrentTime stands still: SQL that asks for the time would be a fault.
func (vfs) CurrentTime() time.Time { return time.Unix(0, 0) }

// Randomness is the same in every run.
func (vfs) Randomness(b []byte) int {
	clear(b)
	return len(b)
}

// open returns a handle on name, making the file if the flags allow.
func (d *Disk) open(name string, flags sqlite3vfs.OpenFlag) *handle {
	d.mu.Lock()
	defer d.mu.Unlock()
	h := &handle{disk: d}
	d.handles++
	if d.down != on {
		return h
	}
	f := d.names[name]
	if f == nil && flags&sqlite3vfs.OpenCreate != 0 {
		f = &file{}
		if d.rename(nameChange{name, f}) != nil {
			return h
		}
	}
	// As SQLite's own VFS for Unix: the first sync of a journal that may be made
	// syncs the folder as well, also where the one before it was killed between
	// making it and syncing it.
	const journals = sqlite3vfs.OpenMainJournal | sqlite3vfs.OpenSuperJournal | sqlite3vfs.OpenWAL
	h.syncFolder = flags&sqlite3vfs.OpenCreate != 0 && flags&journals != 0
	h.file = f
	return h
}

// remove takes a name away; dirSync makes that durable.
func (d *Disk) remove(name string, dirSync bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != on {
		return sqlite3vfs.IOError
	}
	if d.names[name] == nil {
		return nil
	}
	if err := d.rename(nameChange{name, nil}); err != nil {
		return err
	}
	if dirSync {
		d.syncFolder()
	}
	return nil
}

// rename makes an unconfirmed change to the folder.
func (d *Disk) rename(c nameChange) error {
	fault, dying := d.step(Name)
	if fault != nil {
		return fault.error()
	}
	d.names = with(d.names, c)
	d.renamed = append(d.renamed, c)
	if dying {
		return sqlite3vfs.IOError
	}
	return nil
}

// syncFolder confirms every change of names.
func (d *Disk) syncFolder() {
	for _, c := range d.renamed {
		d.durable = with(d.durable, c)
	}
	d.renamed = nil
}

// step counts a change. It returns the fault that fails it, or that the power
// fails while it is under way.
func (d *Disk) step(k Kind) (fault *Fault, dying bool) {
	d.ops++
	if d.ops == d.cutAt {
		d.down = off
		return nil, true
	}
	return d.due(k), false
}
