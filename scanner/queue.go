package scanner

import (
	"slices"
	"sync"
)

// queueSize is how many scans, rejects and no-reads may wait for their taker.
const queueSize = 16

// item is one thing to hand on: a state, a reject or a scan, in this order of
// precedence.
type item struct {
	state  State
	reject Reject
	scan   Scan
	from   source // whose device is told what became of a reject or scan
}

// queue passes items to the callbacks without ever making the reading side
// wait.
type queue struct {
	wake chan struct{} // level-triggered: there may be items

	mu       sync.Mutex // guards everything that follows
	items    []item
	waiting  int // items that are not states
	dropped  uint64
	dropping bool // something was dropped since the queue was last empty
}

func newQueue() queue { return queue{wake: make(chan struct{}, 1)} }

// push adds an item and reports whether it began to drop. A reject or scan makes
// room; a state is never dropped, but takes the place of a state
// right before it, so that no more of them can wait than of the others.
func (q *queue) push(i item) (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if i.state != "" {
		q.pushState(i)
	} else {
		q.items = append(q.items, i)
		if q.waiting++; q.waiting > queueSize {
			first = !q.dropping
			q.dropOne()
		}
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return first
}

func (q *queue) pushState(i item) {
	if last := len(q.items) - 1; last >= 0 && q.items[last].state != "" {
		q.items[last] = i
		return
	}
	q.items = append(q.items, i)
}

// dropOne drops the oldest reject or, where none waits, the oldest scan: noise on
// a line must cost nobody a card.
func (q *queue) dropOne() {
	at := slices.IndexFunc(q.items, func(i item) bool { return i.reject.Reason != "" })
	if at < 0 {
		at = slices.IndexFunc(q.items, func(i item) bool { return i.state == "" })
	}
	q.items = slices.Delete(q.items, at, at+1)
	if at > 0 && at < len(q.items) && q.items[at-1].state != "" && q.items[at].state != "" {
		q.items = slices.Delete(q.items, at-1, at)
	}
	q.waiting--
	q.dropped++
	q.dropping = true
}

func (q *queue) pop() (item, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return item{}, false
	}
	i := q.items[0]
	q.items = q.items[1:]
	if i.state == "" {
		q.waiting--
	}
	if len(q.items) == 0 {
		q.items, q.dropping = nil, false
	}
	return i, true
}

func (q *queue) droppedCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
