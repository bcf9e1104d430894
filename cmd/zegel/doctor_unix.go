//go:build unix

package main

import "io/fs"

// private reports whether a file or folder is its owner's alone.
func private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 }

// isCOM reports whether path names a port of Windows.
func isCOM(string) bool { return false }
