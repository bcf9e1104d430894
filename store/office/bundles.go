package office

import (
	"bytes"
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// programmePart is the part all bundles stand in: a handful of rows.
func programmePart() int { return settle.TextPart("programme") }

// Publish keeps a bundle for every terminal to fetch. Versions only go up, so
// that a terminal that has one has every one before it.
func (db *DB) Publish(ctx context.Context, b bulletin.Bundle) error {
	return db.h.Write(ctx, func(tx *sqlite.Tx) error {
		row, _, err := tx.One(`SELECT COALESCE(MAX(version), 0) FROM bundles WHERE ipart = ?`, programmePart())
		if err != nil {
			return err
		}
		if newest := row.Int64(0); b.Version <= newest {
			return fmt.Errorf("publish the programme: it says version %d, and version %d was published: versions only go up", b.Version, newest)
		}
		_, err = tx.Exec(`INSERT INTO bundles (ipart, version, from_at, doc, signature, made_at) VALUES (?, ?, ?, ?, ?, ?)`,
			programmePart(), b.Version, int64(b.From), b.Doc, b.Signature, int64(db.now()))
		return err
	})
}

// BundlesAfter are up to limit bundles above a version, oldest first.
func (db *DB) BundlesAfter(ctx context.Context, version int64, limit int) (all []bulletin.Bundle, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT version, from_at, doc, signature FROM bundles WHERE ipart = ? AND version > ? ORDER BY version LIMIT ?`,
			programmePart(), version, limit)
		defer rows.Close()
		for rows.Next() {
			all = append(all, bulletin.Bundle{
				Version: rows.Int64(0), From: ledger.Stamp(rows.Int64(1)), Doc: bytes.Clone(rows.Blob(2)), Signature: bytes.Clone(rows.Blob(3)),
			})
		}
		return rows.Err()
	})
	return all, err
}

// NewestBundle is the highest version that was published, 0 for none.
func (db *DB) NewestBundle(ctx context.Context) (version int64, err error) {
	err = db.h.Read(ctx, func(tx *sqlite.Tx) error {
		row, _, err := tx.One(`SELECT COALESCE(MAX(version), 0) FROM bundles WHERE ipart = ?`, programmePart())
		if err == nil {
			version = row.Int64(0)
		}
		return err
	})
	return version, err
}
