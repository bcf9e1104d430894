package sqlite

import (
	"fmt"
	"os"
	"syscall"
)

// fileSystems are the numbers statfs(2) gives to file systems, from
// linux/magic.h. true: on a network, where SQLite's locks cannot be trusted.
// FUSE is either; the operator's tool shows its name.
func fileSystems() map[int64]struct {
	name    string
	network bool
} {
	return map[int64]struct {
		name    string
		network bool
	}{
		0xef53:     {"ext4", false},
		0x58465342: {"xfs", false},
		0x9123683e: {"btrfs", false},
		0x2fc12fc1: {"zfs", false},
		0xf2f52010: {"f2fs", false},
		0x01021994: {"tmpfs", false},
		0x794c7630: {"overlay", false},
		0x4d44:     {"vfat", false},
		0x2011bab0: {"exfat", false},
		0x7366746e: {"ntfs3", false},
		0x65735546: {"fuse", false},

		0x6969:     {"nfs", true},
		0x517b:     {"smb", true},
		0xff534d42: {"cifs", true},
		0xfe534d42: {"smb2", true},
		0x01021997: {"9p", true},
		0x00c36400: {"ceph", true},
		0x5346414f: {"afs", true},
		0x6b414653: {"kafs", true},
		0x73757245: {"coda", true},
		0x7461636f: {"ocfs2", true},
		0x01161970: {"gfs2", true},
		0x0bd00bd0: {"lustre", true},
		0x47504653: {"gpfs", true},
		0x564c:     {"ncp", true},
		0x786f4256: {"vboxsf", true},
		0xbacbacbc: {"vmhgfs", true},
	}
}

// fileSystem names the file system a folder is on and refuses a network's.
func fileSystem(folder string) (string, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return "", &os.PathError{Op: "statfs", Path: folder, Err: err}
	}
	return judge(int64(uint32(st.Type)))
}

func judge(number int64) (string, error) {
	kind, known := fileSystems()[number]
	switch {
	case !known:
		return fmt.Sprintf("%#x", number), nil
	case kind.network:
		return kind.name, fmt.Errorf("%w (it is %s)", ErrNetwork, kind.name)
	}
	return kind.name, nil
}

// links returns how many names a file has.
func links(info os.FileInfo) uint64 {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(st.Nlink)
}

// namesStay: an open file may be renamed and deleted.
const namesStay = false
