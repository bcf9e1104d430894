package crashtest

import "github.com/psanford/sqlite3vfs"

// A handle is one open file. One without a file, or without power, fails at
// everything but being closed.
type handle struct {
	disk       *Disk
	file       *file
	syncFolder bool // at the next sync
}

// use runs f if the handle still works.
func (h *handle) use(f func() error) error {
	if h.disk == nil {
		return sqlite3vfs.IOError
	}
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.disk.down != on || h.file == nil {
		return sqlite3vfs.IOError
	}
	return f()
}

// change makes one unconfirmed change of the content.
func (h *handle) change(k Kind, c change) error {
	return h.use(func() error {
		fault, dying := h.disk.step(k)
		if fault != nil {
			return fault.error()
		}
		h.file.change(c)
		if dying {
			return sqlite3vfs.IOError
		}
		return nil
	})
}

func (h *handle) Close() error {
	if h.disk == nil {
		return nil
	}
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	h.disk.handles--
	if h.file != nil {
		delete(h.file.locks, h)
	}
	return nil
}

func (h *handle) ReadAt(p []byte, at int64) (n int, err error) {
	err = h.use(func() error {
		n, err = h.file.readAt(p, at)
		return err
	})
	return n, err
}

func (h *handle) WriteAt(p []byte, at int64) (int, error) {
	// SQLite's memory: it must be copied before we return.
	if err := h.change(Write, change{at, append([]byte{}, p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (h *handle) Truncate(size int64) error {
	return h.change(Truncate, change{at: size})
}

func (h *handle) Sync(sqlite3vfs.SyncType) error {
	return h.use(func() error {
		fault, dying := h.disk.step(Sync)
		switch {
		case dying:
			return sqlite3vfs.IOError
		case fault != nil:
			if fault.Forget {
				h.file.forget()
			}
			return fault.error()
		}
		h.file.sync()
		if h.syncFolder {
			h.disk.syncFolder()
			h.syncFolder = false
		}
		return nil
	})
}

func (h *handle) FileSize() (size int64, err error) {
	err = h.use(func() error {
		size = int64(len(h.file.view))
		return nil
	})
	return size, err
}

func (h *handle) Lock(want sqlite3vfs.LockType) error {
	return h.use(func() error {
		for other, held := range h.file.locks {
			if other != h && conflict(int(want), held) {
				return sqlite3vfs.BusyError
			}
		}
		if h.file.locks == nil {
			h.file.locks = make(map[*handle]int)
		}
		h.file.locks[h] = max(h.file.locks[h], int(want))
		return nil
	})
}

// conflict reports whether one handle may not have lock want while another has
// lock held: any number may share, one of them may reserve, and only one may
// be there to have it exclusively.
func conflict(want, held int) bool {
	const shared, reserved, pending, exclusive = 1, 2, 3, 4
	switch want {
	case shared:
		return held >= pending
	case reserved:
		return held >= reserved
	case pending, exclusive:
		return held >= shared
	}
	return false
}

// Unlock never fails: a process that dies drops its locks too.
func (h *handle) Unlock(to sqlite3vfs.LockType) error {
	if h.disk == nil || h.file == nil {
		return nil
	}
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.file.locks[h] > int(to) {
		h.file.locks[h] = int(to)
	}
	return nil
}

// CheckReservedLock must answer the wrong way round: the binding (in its
// version of May 2026) inverts it, and SQLite, told that somebody is writing,
// would leave every journal of a crash where it is.
func (h *handle) CheckReservedLock() (unlocked bool, err error) {
	err = h.use(func() error {
		for _, held := range h.file.locks {
			if held >= int(sqlite3vfs.LockReserved) {
				return nil
			}
		}
		unlocked = true
		return nil
	})
	return unlocked, err
}

// SectorSize is SQLite's default for Unix.
func (h *handle) SectorSize() int64 { return 4096 }

// DeviceCharacteristics is what SQLite's own VFS says of a disk: a write
// touches no byte outside of it.
func (h *handle) DeviceCharacteristics() sqlite3vfs.DeviceCharacteristic {
	return sqlite3vfs.IocapPowersafeOverwrite
}
