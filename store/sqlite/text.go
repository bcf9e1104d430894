package sqlite

import (
	"errors"
	"strings"
)

// callable refuses a text that Exec, Query and One must not be given. SQLite
// compiles the first statement of a text and leaves the rest: a second one
// would be dropped without a word. And a transaction ended from within would
// let what follows commit by itself, statement by statement.
func callable(sql string) error {
	statements := split(sql)
	if len(statements) != 1 {
		return errors.New("one statement at a time, please: SQLite would run the first and drop the rest")
	}
	word, _, _ := strings.Cut(statements[0], " ")
	switch strings.ToUpper(word) {
	case "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE":
		return errors.New("Write and Read begin and end transactions, statements do not")
	}
	return nil
}

// split returns the statements of sql with comments taken out and white space
// made single blanks. It knows quotes and comments, not triggers: their
// statements count one by one.
func split(sql string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if s := strings.Join(strings.Fields(b.String()), " "); s != "" {
			out = append(out, s)
		}
		b.Reset()
	}
	for sql != "" {
		n := token(sql)
		switch {
		case strings.HasPrefix(sql, "--"), strings.HasPrefix(sql, "/*"):
			b.WriteByte(' ')
		case sql[0] == ';':
			flush()
		default:
			b.WriteString(sql[:n])
		}
		sql = sql[n:]
	}
	flush()
	return out
}

// token returns the length of what sql begins with: a comment, something
// quoted, or one byte. What is left open runs to the end.
func token(sql string) int {
	until := func(skip int, end string) int {
		if i := strings.Index(sql[skip:], end); i >= 0 {
			return skip + i + len(end)
		}
		return len(sql)
	}
	switch {
	case strings.HasPrefix(sql, "--"):
		return until(2, "\n")
	case strings.HasPrefix(sql, "/*"):
		return until(2, "*/")
	}
	switch c := sql[0]; c {
	case '\'', '"', '`':
		// A doubled quote inside is two quoted pieces side by side: the same
		// to us.
		return until(1, string(c))
	case '[':
		return until(1, "]")
	}
	return 1
}
