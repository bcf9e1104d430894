package store

import (
	"context"
	"fmt"

	"zegel/store/sqlite"
)

// Operators are the documents about those who may sign in, by name. They hold
// hashes and counts of wrong tries, never a PIN or a badge; what they say is
// for whoever wrote them.
func (db *DB) Operators(ctx context.Context) (map[string][]byte, error) {
	docs := make(map[string][]byte)
	err := db.read(ctx, func(tx *sqlite.Tx) error {
		rows := tx.Query(`SELECT name, doc FROM operators`)
		for rows.Next() {
			docs[rows.Text(0)] = []byte(rows.Text(1))
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the operators: %w", err)
	}
	return docs, nil
}

// KeepOperators replaces documents about operators in one transaction; a nil
// one goes. They are on the disk when it returns nil. After an error nobody
// knows whether they are.
func (db *DB) KeepOperators(ctx context.Context, docs map[string][]byte) error {
	err := db.write(ctx, func(tx *sqlite.Tx) error {
		for name, doc := range docs {
			var err error
			if doc == nil {
				_, err = tx.Exec(`DELETE FROM operators WHERE name = ?`, name)
			} else {
				_, err = tx.Exec(`INSERT INTO operators (name, doc) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET doc = excluded.doc`, name, string(doc))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the operators: %w", err)
	}
	return nil
}
