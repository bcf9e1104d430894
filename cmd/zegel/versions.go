package main

import (
	"context"
	"sync"

	"zegel/store"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/programme/file"
)

// versions are the programmes that were in force here, by their numbers. What
// decides a return asks inside the store's transaction, so they are all read
// before.
type versions struct {
	mu sync.RWMutex
	of map[int64]programme.Rules
}

// read reads all that the store keeps. One that this program cannot read is
// left out: it is as if it were not kept.
func (v *versions) read(ctx context.Context, db *store.DB) error {
	docs, err := db.RulesKept(ctx)
	if err != nil {
		return err
	}
	for version, doc := range docs {
		if rules, err := file.Parse(doc); err == nil && rules.Version == version {
			v.put(rules)
		}
	}
	return nil
}

func (v *versions) put(rules programme.Rules) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.of == nil {
		v.of = make(map[int64]programme.Rules)
	}
	v.of[rules.Version] = rules
}

// rules are those of a version.
func (v *versions) rules(version int64) (programme.Rules, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	rules, known := v.of[version]
	return rules, known
}
