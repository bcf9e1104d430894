package sqlite

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// What a caller may ask of an error with errors.Is.
var (
	// ErrBusy: another connection, of another program, held a lock for longer
	// than five seconds. Nothing was written; it may be tried again.
	ErrBusy = errors.New("the database is locked by another program")

	// ErrFull: the disk, the quota, or Options.MaxPages is used up.
	ErrFull = errors.New("no space left for the database")

	// ErrCorrupt: the file's content contradicts itself. One that does not
	// begin as a SQLite file does is ErrForeign too.
	ErrCorrupt = errors.New("the database file is damaged")

	// ErrIO: the operating system failed to read, write, sync, open or lock
	// the file, or to give memory.
	ErrIO = errors.New("the database file cannot be read or written")

	// ErrConstraint: a constraint of the schema forbids the statement; under
	// STRICT a value of the wrong type is one too.
	ErrConstraint = errors.New("a constraint of the schema forbids it")

	// ErrUnique: the constraint is a unique or primary key. It is also
	// ErrConstraint.
	ErrUnique = errors.New("the key exists already")

	// ErrReadOnly: the database, or the transaction, may only be read.
	ErrReadOnly = errors.New("the database may only be read")

	// ErrForeign: the file belongs to another program, or is none of ours to
	// open: a directory, a link, an empty file. It was not changed.
	ErrForeign = errors.New("not a database of this program")

	// ErrNetwork: the file is on a network file system, whose locks cannot be
	// trusted.
	ErrNetwork = errors.New("the database is on a network file system: put it on a disk of this machine")

	// ErrNewer: the schema is newer than this program can read.
	ErrNewer = errors.New("the database was written by a newer release")

	// ErrMoved: the file, or its write-ahead log, was renamed, replaced or
	// deleted under the open database. Nothing was written.
	ErrMoved = errors.New("the database file was moved or replaced while open")

	// ErrSuspect: an earlier error means that the disk or the file cannot be
	// trusted. Close the database, open it again, and look up what was under
	// way.
	ErrSuspect = errors.New("the database is suspect after an earlier error and has to be closed and opened again")

	// ErrClosed: the database was closed.
	ErrClosed = errors.New("the database is closed")
)

// An Error is what SQLite said about one statement. It is asked with
// errors.Is for the kinds above; Code is for logs and support.
type Error struct {
	SQL  string // text of the statement; never a value bound to it
	Code int    // SQLite's extended result code
	Text string // SQLite's own words

	kind   error
	broken bool // the disk or the file cannot be trusted any more
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (SQLite code %d)", abbreviate(e.SQL), e.Text, e.Code)
}

// Is reports whether the error is of the kind target.
func (e *Error) Is(target error) bool {
	switch {
	case target == e.kind:
		return e.kind != nil
	case target == ErrConstraint:
		return e.kind == ErrUnique
	case target == ErrForeign:
		return e.Code == codeNotADB
	}
	return false
}

// A CommitUnknownError says that COMMIT failed and nobody knows yet whether
// the transaction is on the disk: after a failed sync it may come back when
// the database is next opened, or not. The answer to the caller's own caller
// is neither yes nor no until the database was closed, opened again, and asked
// for the operation's key.
type CommitUnknownError struct {
	Err error // what SQLite said to COMMIT
}

func (e *CommitUnknownError) Error() string {
	return "commit: outcome unknown, reopen the database and look the operation up: " + e.Err.Error()
}

func (e *CommitUnknownError) Unwrap() error { return e.Err }

// Result codes that decide the kind of an error, from https://www.sqlite.org/rescode.html.
const (
	codeBusy       = 5
	codeNoMem      = 7
	codeReadOnly   = 8
	codeIOErr      = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeProtocol   = 15
	codeConstraint = 19
	codeNotADB     = 26

	codeReadOnlyDBMoved      = codeReadOnly | 4<<8
	codeConstraintPrimaryKey = codeConstraint | 6<<8
	codeConstraintUnique     = codeConstraint | 8<<8
	codeConstraintRowID      = codeConstraint | 10<<8
)

// newError makes an Error of what the driver returned for sql.
func newError(sql string, err error) *Error {
	var d sqlite3.Error
	if !errors.As(err, &d) {
		return &Error{SQL: sql, Text: err.Error()}
	}
	code := max(int(d.Code), int(d.ExtendedCode))
	kind, broken := classify(code, d.SystemErrno)
	return &Error{SQL: sql, Code: code, Text: d.Error(), kind: kind, broken: broken}
}

// classify says which kind of error an extended result code is and whether the
// database can still be trusted after it. errno is the operating system's
// number behind it, zero if there is none.
func classify(code int, errno syscall.Errno) (kind error, broken bool) {
	switch code {
	case codeReadOnlyDBMoved:
		return ErrMoved, true
	case codeConstraintUnique, codeConstraintPrimaryKey, codeConstraintRowID:
		return ErrUnique, false
	}
	switch code & 0xff {
	case codeBusy, codeProtocol:
		return ErrBusy, false
	case codeReadOnly:
		return ErrReadOnly, false
	case codeConstraint:
		return ErrConstraint, false
	case codeFull:
		return ErrFull, true
	case codeCorrupt, codeNotADB:
		return ErrCorrupt, true
	case codeIOErr, codeCantOpen:
		// A used-up quota or file size limit comes as an I/O error, though it
		// is mended like a full disk.
		if errno == syscall.ENOSPC || errno == syscall.EDQUOT || errno == syscall.EFBIG {
			return ErrFull, true
		}
		return ErrIO, true
	case codeNoMem:
		return ErrIO, true
	}
	return nil, false
}

// abbreviate makes one short line of a statement.
func abbreviate(sql string) string {
	const most = 60
	line := strings.Join(strings.Fields(sql), " ")
	if r := []rune(line); len(r) > most {
		return string(r[:most]) + "…"
	}
	return line
}
