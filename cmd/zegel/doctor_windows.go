package main

import (
	"io/fs"
	"strings"
)

// private cannot be told from the mode on Windows; the installer sets
// the folder's access list.
func private(fs.FileInfo) bool { return true }

// isCOM reports whether path names a port of Windows, which is no file.
func isCOM(path string) bool { return strings.HasPrefix(strings.ToUpper(path), "COM") }
