package cashier

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	// heartbeat keeps proxies and browsers from giving up a quiet stream.
	heartbeat = 15 * time.Second
	// slowest is how long a browser may take to read what is sent to it.
	slowest = 30 * time.Second
)

// events sends the lane's screen now and after every change, whole, until the
// browser goes away. One that comes back after a gap gets the screen as it is:
// there is nothing to catch up with.
func (h *handler) events(w http.ResponseWriter, r *http.Request, lane string, desk Desk) {
	s := stream{w: w, control: http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	if err := s.send("retry: 1000\n\n"); err != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		changed := desk.Changed() // before the view, so that no change is missed
		event, err := h.event(lane, desk)
		if err != nil {
			h.cfg.Log.Error().Err(err).Str("lane", lane).Msg("show the lane's screen")
			return
		}
		if err := s.send(event); err != nil {
			return // the browser went away, and comes back if it wants
		}
		for waiting := true; waiting; {
			select {
			case <-r.Context().Done():
				return
			case <-changed:
				waiting = false
			case <-beat.C:
				if err := s.send(": here\n\n"); err != nil {
					return
				}
			}
		}
	}
}

func (h *handler) event(lane string, desk Desk) (string, error) {
	screen, err := h.screen(lane, desk.View(), nil)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(screen)
	if err != nil {
		return "", fmt.Errorf("encode the screen: %w", err)
	}
	return "event: view\nid: " + strconv.FormatInt(screen.Turn, 10) + "\ndata: " + string(data) + "\n\n", nil
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// send writes text at once. The server's limit on the whole answer does not
// hold for a stream; each part of it has its own.
func (s stream) send(text string) error {
	// A writer that knows no deadlines, as in tests, needs none.
	_ = s.control.SetWriteDeadline(time.Now().Add(slowest))
	if _, err := fmt.Fprint(s.w, text); err != nil {
		return err
	}
	return s.control.Flush()
}
