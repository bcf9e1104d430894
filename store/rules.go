package store

import (
	"context"

	"zegel/store/sqlite"
)

// Rules is the document that stood for a version of the rules here.
func (db *DB) Rules(ctx context.Context, version int64) (doc []byte, found bool, err error) {
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		row, has, err := tx.One(`SELECT doc FROM rules WHERE version = ?`, version)
		if err == nil && has {
			doc, found = row.Blob(0), true
		}
		return err
	})
	return doc, found && err == nil, err
}

// RulesKept are the documents of all versions of the rules there ever were here.
func (db *DB) RulesKept(ctx context.Context) (docs map[int64][]byte, err error) {
	docs = make(map[int64][]byte)
	err = db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT version, doc FROM rules`)
		for rows.Next() {
			docs[rows.Int64(0)] = rows.Blob(1)
		}
		return rows.Err()
	})
	return docs, err
}
