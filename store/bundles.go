package store

import (
	"bytes"
	"context"
	"fmt"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

// KeepBundle keeps what head office published; who calls it has checked the
// signature. The same bundle again changes nothing; another one under its
// number is refused, because records may name it.
func (db *DB) KeepBundle(ctx context.Context, b bulletin.Bundle) error {
	return db.write(ctx, func(tx *sqlite.Tx) error {
		row, found, err := tx.One(`SELECT from_at, doc FROM bundles WHERE version = ?`, b.Version)
		if err != nil {
			return err
		}
		if found {
			if ledger.Stamp(row.Int64(0)) != b.From || !bytes.Equal(row.Blob(1), b.Doc) {
				return &RulesError{fmt.Sprintf("head office published version %d of the programme twice, with other content", b.Version)}
			}
			return nil
		}
		_, err = tx.Exec(`INSERT INTO bundles (version, from_at, doc, signature, received_at) VALUES (?, ?, ?, ?, ?)`,
			b.Version, int64(b.From), b.Doc, b.Signature, db.cfg.Now().UnixMilli())
		return err
	})
}

// Bundles are what head office published, oldest version first.
func (db *DB) Bundles(ctx context.Context) (all []bulletin.Bundle, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT version, from_at, doc, signature FROM bundles ORDER BY version`)
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

// NewestBundle is the highest version head office published, 0 for none.
func (db *DB) NewestBundle(ctx context.Context) (version int64, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		version, err = count(tx, `SELECT ifnull(max(version), 0) FROM bundles`)
		return err
	})
	return version, err
}
