//go:build unix

package main

import "io/fs"

// privateFolder reports whether only its owner may look into a folder.
func privateFolder(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// isCOM reports whether path names a port of Windows.
func isCOM(string) bool { return false }
