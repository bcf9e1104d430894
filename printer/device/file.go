package device

import (
	"context"
	"fmt"
	"os"
)

// A File collects what would be printed at the end of an ordinary file.
type File struct{ file *os.File }

// OpenFile opens path, making the file if there is none. Slips name members: only its owner may read it.
func OpenFile(ctx context.Context, path string) (*File, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("print to a file: %w: %w", ErrAbsent, err)
	}
	return &File{file}, nil
}

// Write appends p. The time a file takes cannot be limited.
func (d *File) Write(_ context.Context, p []byte) (int, error) {
	n, err := d.file.Write(p)
	if err != nil {
		return n, fmt.Errorf("print to a file: %w: %w", ErrOffline, err)
	}
	return n, nil
}

// Close closes the file.
func (d *File) Close() error {
	if err := d.file.Close(); err != nil {
		return fmt.Errorf("print to a file: %w: %w", ErrOffline, err)
	}
	return nil
}
