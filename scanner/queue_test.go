package scanner

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"zegel/scanner/frame"
)

// Whatever is pushed and popped: order is kept, at most queueSize scans and rejects wait,
// what is missing is counted, and no state hides behind a newer one.
func TestQueueInAnyOrder(t *testing.T) {
	const seed = 20260301
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	q := newQueue()
	pushed, popped := 0, 0 // number of the scan last pushed and popped
	var latest, seen State
	taken := uint64(0)
	pop := func() bool {
		i, ok := q.pop()
		if !ok {
			return false
		}
		if i.state != "" {
			seen = i.state
			return true
		}
		taken++
		if i.reject.Reason != "" {
			return true
		}
		n, err := strconv.Atoi(i.scan.Text)
		if err != nil || n <= popped {
			t.Fatalf("scan %q after %d", i.scan.Text, popped)
		}
		popped = n
		return true
	}
	rejects := 0
	for range 20_000 {
		switch chance.IntN(6) {
		case 0:
			latest = []State{Ready, Lost, Absent}[chance.IntN(3)]
			q.push(item{state: latest})
		case 1:
			for range chance.IntN(12) {
				pop()
			}
		case 2:
			rejects++
			q.push(item{reject: Reject{Reason: frame.Checksum}})
		default:
			pushed++
			q.push(item{scan: Scan{Text: strconv.Itoa(pushed)}})
		}
		if q.waiting > queueSize || len(q.items) > 2*queueSize+1 {
			t.Fatalf("%d items, %d of them scans", len(q.items), q.waiting)
		}
		for i := 1; i < len(q.items); i++ {
			if q.items[i-1].state != "" && q.items[i].state != "" {
				t.Fatal("two states side by side")
			}
		}
	}
	for pop() {
	}
	if seen != latest {
		t.Errorf("last state %s, want %s", seen, latest)
	}
	if taken+q.droppedCount() != uint64(pushed+rejects) || q.droppedCount() == 0 {
		t.Errorf("%d pushed, %d taken, %d dropped", pushed, taken, q.droppedCount())
	}
}
