package settle_test

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"
)

// A finding is what a search of all worlds within the limits came to.
type finding struct {
	worlds, steps int
	depth         int // of the last world
	took          time.Duration
	happened      map[string]int // events by name
	// first is the shortest way to anything that must never be, broken to what
	// the search stopped at; nil when there is none.
	first, broken *story
}

func (f finding) String() string {
	return fmt.Sprintf("%d worlds, %d steps between them, depth %d, %.1f s", f.worlds, f.steps, f.depth, f.took.Seconds())
}

// A story is how a world came about.
type story struct {
	wrong breaches
	steps []string
}

func (s *story) String() string {
	var b strings.Builder
	for i, step := range s.steps {
		fmt.Fprintf(&b, "\n%3d  %s", i+1, step)
	}
	fmt.Fprintf(&b, "\n     %v", s.wrong)
	return b.String()
}

// A met world is known by a hash of 64 bits: among fifty million worlds two
// share one, and the second is passed over, in one search of 15,000.
type met struct {
	from  uint32 // number of the world before
	event uint16
}

// search visits every world that can come about, breadth first, so that the
// first one found is one of the nearest. It ends early at a world that is
// wrong in one of the ways of stop.
func search(s *scheme, start world, stop breaches) finding {
	began := time.Now()
	events := s.events()
	count := make([]int, len(events))
	seed := maphash.MakeSeed()
	seen := map[uint64]struct{}{maphash.Comparable(seed, start): {}}
	way := []met{{}}
	var f finding
	var after world // declared once, because events take its address

	frontier, base := []world{start}, 0 // base is the number of the frontier's first
	for len(frontier) > 0 && f.broken == nil {
		var next []world
		for i, w := range frontier {
			for e := range events {
				after = w
				s.wrong = 0
				if !events[e].step(s, &after) {
					continue
				}
				f.steps++
				count[e]++
				step := met{uint32(base + i), uint16(e)}
				wrong := s.wrong
				hash := maphash.Comparable(seed, after)
				if _, known := seen[hash]; !known {
					seen[hash] = struct{}{}
					way = append(way, step)
					next = append(next, after)
					wrong |= after.check(s)
				}
				if wrong != 0 && f.first == nil {
					f.first = retell(s, start, events, way, step, wrong)
				}
				if wrong&stop != 0 && f.broken == nil {
					f.broken = retell(s, start, events, way, step, wrong)
				}
			}
		}
		base += len(frontier)
		frontier = next
		if len(next) > 0 {
			f.depth++
		}
	}
	f.worlds, f.took = len(way), time.Since(began)
	f.happened = make(map[string]int)
	for e, n := range count {
		f.happened[events[e].name] += n
	}
	return f
}

// retell goes the way to a step once more, naming each.
func retell(s *scheme, start world, events []event, way []met, last met, wrong breaches) *story {
	path := []uint16{last.event}
	for at := last.from; at != 0; at = way[at].from {
		path = append(path, way[at].event)
	}
	slices.Reverse(path)
	told := &story{wrong: wrong}
	w := start
	for _, e := range path {
		events[e].step(s, &w)
		o := s.offices[w.office]
		told.steps = append(told.steps, fmt.Sprintf("%-60s balance %v, free %v", events[e].name, o.balance().Points, o.free()))
	}
	return told
}
