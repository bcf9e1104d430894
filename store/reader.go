package store

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"zegel/store/sqlite"
)

// OpenReader opens the database at path, which a daemon may have in use, for
// reading only: what writes fails. It takes no lock, moves no mark and changes
// nothing, and every answer is of one moment.
func OpenReader(ctx context.Context, path string, now func() time.Time) (*DB, error) {
	options := sqlite.Options{Path: path, ApplicationID: ApplicationID, ReadOnly: true}
	h, err := sqlite.Open(ctx, options)
	if err != nil {
		return nil, err
	}
	return &DB{cfg: Config{Path: path, Now: now, Log: zerolog.Nop(), SQLite: options}, h: h}, nil
}
