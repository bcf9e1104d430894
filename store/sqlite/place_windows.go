package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"
)

// driveRemote is what GetDriveType answers for a network drive, from
// winbase.h.
const driveRemote = 4

// fileSystem refuses a network drive. Windows is not asked for the type's name.
func fileSystem(folder string) (string, error) {
	root, err := syscall.UTF16PtrFromString(filepath.VolumeName(folder) + `\`)
	if err != nil {
		return "", err
	}
	getDriveType := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDriveTypeW")
	if err := getDriveType.Find(); err != nil {
		return "", fmt.Errorf("ask for the type of the drive: %w", err)
	}
	kind, _, _ := getDriveType.Call(uintptr(unsafe.Pointer(root)))
	if kind == driveRemote {
		return "network drive", ErrNetwork
	}
	return "", nil
}

// links is not asked on Windows: os.FileInfo does not carry the number.
func links(os.FileInfo) uint64 { return 1 }

// namesStay: SQLite opens its files so that Windows refuses to rename or delete
// them, or a folder above them, until they are closed.
const namesStay = true
