package pos

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"zegel/terminal/loyalty/session"
)

const (
	// maxStreams bounds what callers that open stream after stream can take.
	maxStreams = 32
	// beat is how often a stream in which nothing happens says that it lives.
	beat = 15 * time.Second
	// slow is how long a reader may leave an event lying before it is dropped;
	// it comes back and asks for what it missed.
	slow = 10 * time.Second
	// maxWait is the longest a poll may wait, in seconds.
	maxWait = 55
)

// notesAnswer is what a poll for events is answered with.
type notesAnswer struct {
	Notes []session.Note `json:"notes"`
	Last  int64          `json:"last"`
	Reset bool           `json:"reset"`
}

// events tells what happens at a lane, as a stream (WHATWG HTML section 9.2),
// or by long poll to who says how long it waits.
func (h *handler) events(w http.ResponseWriter, r *http.Request) {
	desk, ok := h.cfg.Desk(r.PathValue("lane"))
	if !ok {
		h.problem(w, r, problem{Code: noLane})
		return
	}
	from, wait, err := h.asked(r)
	switch {
	case err != nil:
		h.problem(w, r, problem{Code: badQuery, Errors: []complaint{{"", err.Error()}}})
		return
	case r.Method == http.MethodHead:
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(http.StatusOK)
		return
	}
	defer h.streams.Add(-1)
	if h.streams.Add(1) > maxStreams {
		h.problem(w, r, problem{Code: busy})
		return
	}
	c := http.NewResponseController(w)
	// The server's limit is for requests that end by themselves.
	if err := c.SetWriteDeadline(time.Now().Add(wait + slow)); err != nil {
		h.fail(w, r, fmt.Errorf("take the time limit off a stream of events: %w", err), false)
		return
	}
	follow := &follower{desk: desk, from: from, base: h.cfg.Started.UnixMilli()}
	if r.URL.Query().Has("wait") {
		h.poll(w, r, follow, wait)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	err = h.stream(stream{w, c}, r, follow)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		h.log(r).Info().Str("lane", r.PathValue("lane")).Msg("dropped a reader of events that was too slow")
	} else if err != nil {
		h.log(r).Debug().Err(err).Msg("a reader of events went away")
	}
}

// asked is where the reader goes on from and how long it waits. Nothing says
// from where in a first request; what a reader got last comes from
// Last-Event-ID, or where it cannot send headers from the query.
func (h *handler) asked(r *http.Request) (from *int64, wait time.Duration, err error) {
	q := r.URL.Query()
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = q.Get("after")
	}
	if after != "" {
		n, err := strconv.ParseInt(after, 10, 64)
		if err != nil || n < 0 {
			return nil, 0, errors.New("after and Last-Event-ID must be whole numbers from 0")
		}
		from = &n
	}
	if q.Has("wait") {
		n, err := strconv.Atoi(q.Get("wait"))
		if err != nil || n < 0 || n > maxWait {
			return nil, 0, fmt.Errorf("wait must be whole seconds from 0 to %d", maxWait)
		}
		wait = time.Duration(n) * time.Second
	}
	return from, wait, nil
}

// A follower reads a desk's notes from one place on. A desk counts its notes
// from 1 each time the daemon starts; here they are counted from when that
// was, so that nobody goes on after a restart as if nothing had happened.
type follower struct {
	desk Desk
	base int64
	from *int64 // the last note the reader has; nil before its first
}

// next are the notes the reader does not have yet. With reset it has to look
// at the lane instead: what it missed is not known any more, or it comes new.
func (f *follower) next() (notes []session.Note, reset bool, more <-chan struct{}) {
	asked := f.base
	reset = f.from == nil || *f.from < f.base
	if !reset {
		asked = *f.from
	}
	all, lost, more := f.desk.Notes(asked - f.base)
	if lost && !reset {
		reset, asked = true, f.base
	}
	for _, n := range all {
		n.ID += f.base
		notes, asked = append(notes, n), n.ID
	}
	f.from = &asked
	if reset {
		notes = nil // they are part of what the lane shows
	}
	return notes, reset, more
}

// poll answers as soon as there is something to say, or when the wait is over.
func (h *handler) poll(w http.ResponseWriter, r *http.Request, f *follower, wait time.Duration) {
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		notes, reset, more := f.next()
		if len(notes) > 0 || reset {
			h.answer(w, r, http.StatusOK, notesAnswer{filled(notes), *f.from, reset})
			return
		}
		select {
		case <-more:
			continue
		case <-over.C:
		case <-h.cfg.Stopping:
		case <-r.Context().Done():
		}
		h.answer(w, r, http.StatusOK, notesAnswer{[]session.Note{}, *f.from, false})
		return
	}
}

// stream writes events until the reader goes, is too slow, or the daemon
// stops. Only a reader's fault is an error.
func (h *handler) stream(s stream, r *http.Request, f *follower) error {
	if err := s.send([]byte("retry: 1000\n\n")); err != nil {
		return err
	}
	quiet := time.NewTicker(beat)
	defer quiet.Stop()
	for {
		notes, reset, more := f.next()
		if reset {
			notes = []session.Note{{ID: *f.from, Kind: resetKind, Data: struct{}{}}}
		}
		for _, n := range notes {
			event, err := eventBytes(n)
			if err != nil {
				return err
			}
			if err := s.send(event); err != nil {
				return err
			}
		}
		select {
		case <-more:
		case <-quiet.C:
			if err := s.send([]byte(":\n\n")); err != nil {
				return err
			}
		case <-h.cfg.Stopping:
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
}

const resetKind = "reset"

// eventBytes is a note as a stream has it: JSON never breaks a line.
func eventBytes(n session.Note) ([]byte, error) {
	data, err := json.Marshal(n.Data)
	if err != nil {
		return nil, fmt.Errorf("write note %d as JSON: %w", n.ID, err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "id: %d\nevent: %s\ndata: %s\n\n", n.ID, n.Kind, data)
	return b.Bytes(), nil
}

// A stream writes whole events to a reader who has to take them in time.
type stream struct {
	http.ResponseWriter
	*http.ResponseController
}

func (s stream) send(event []byte) error {
	if err := s.SetWriteDeadline(time.Now().Add(slow)); err != nil {
		return err
	}
	if _, err := s.Write(event); err != nil {
		return err
	}
	return s.Flush()
}

// filled is a list that is never null in JSON.
func filled[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
