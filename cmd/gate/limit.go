package gate

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A Limit is how often something may happen: Burst times at once, and Rate
// times a second from then on. The zero Limit is none.
type Limit struct {
	Rate  float64
	Burst int
}

// Limits bound how often an interface is called. Whoever has no token or
// cookie draws on a limit of his own, and takes nothing from those who have.
type Limits struct {
	Each      Limit // one token, or one browser
	All       Limit // all of them together
	Strangers Limit // everybody else together
	// AtOnce is how many requests of one token or one browser are answered at a
	// time, streams included; 0 is any number. Each holds a connection, and
	// those are few.
	AtOnce int
	// Codes bounds tries with one-time codes, all together.
	Codes Limit
	// Now is the clock they go by; nil is the PC's.
	Now func() time.Time
}

// mostBuckets is of how many callers it is remembered how often they called.
const mostBuckets = 1024

// A limiter holds callers to a limit: a bucket each, which fills with time.
type limiter struct {
	limit Limit
	now   func() time.Time

	mu      sync.Mutex // guards what follows
	buckets map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(l Limit, now func() time.Time) *limiter {
	if now == nil {
		now = time.Now
	}
	return &limiter{limit: l, now: now, buckets: make(map[string]bucket)}
}

// take takes one from the caller's bucket, or says how long until there is one.
func (l *limiter) take(caller string) (wait time.Duration, ok bool) {
	if l.limit == (Limit{}) {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b, known := l.buckets[caller]
	if !known {
		l.makeRoom(now)
		b = bucket{left: float64(l.limit.Burst), at: now}
	}
	b = l.filled(b, now)
	if b.left < 1 {
		return time.Duration((1 - b.left) / l.limit.Rate * float64(time.Second)), false
	}
	b.left--
	l.buckets[caller] = b
	return 0, true
}

// filled is the bucket as it is now. A clock that was set back fills nothing.
func (l *limiter) filled(b bucket, now time.Time) bucket {
	if gone := now.Sub(b.at); gone > 0 {
		b.left = math.Min(b.left+gone.Seconds()*l.limit.Rate, float64(l.limit.Burst))
	}
	b.at = now
	return b
}

// makeRoom forgets full buckets, which are as good as none, and where that is
// not enough all of them.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.buckets) < mostBuckets {
		return
	}
	for caller, b := range l.buckets {
		if l.filled(b, now).left >= float64(l.limit.Burst) {
			delete(l.buckets, caller)
		}
	}
	if len(l.buckets) >= mostBuckets {
		clear(l.buckets)
	}
}

// limiters are the limiters of one interface.
type limiters struct {
	each, all, strangers, codes *limiter
	crowd                       *crowd
}

func newLimiters(l Limits) limiters {
	return limiters{
		newLimiter(l.Each, l.Now), newLimiter(l.All, l.Now), newLimiter(l.Strangers, l.Now), newLimiter(l.Codes, l.Now),
		&crowd{most: l.AtOnce, now: make(map[string]int)},
	}
}

// admit lets a known caller in until leave, or answers that he called too often.
func (l limiters) admit(w http.ResponseWriter, r *http.Request, caller string) bool {
	if !admitted(w, l.each, caller) || !admitted(w, l.all, "") {
		return false
	}
	if !l.crowd.enter(caller) {
		tooOften(w, time.Second)
		return false
	}
	answers(r)
	return true
}

// leave is for each caller that was admitted, once he was answered.
func (l limiters) leave(caller string) { l.crowd.leave(caller) }

func (l limiters) admitStranger(w http.ResponseWriter) bool { return admitted(w, l.strangers, "") }

func (l limiters) admitCode(w http.ResponseWriter) bool { return admitted(w, l.codes, "") }

func admitted(w http.ResponseWriter, l *limiter, caller string) bool {
	wait, ok := l.take(caller)
	if !ok {
		tooOften(w, wait)
	}
	return ok
}

func tooOften(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	problem(w, http.StatusTooManyRequests, "rate", "this was called too often: ask again after the seconds in Retry-After", true)
}

// A crowd is who is being answered now.
type crowd struct {
	most int // of one caller; 0 is any number

	mu  sync.Mutex // guards what follows
	now map[string]int
}

func (c *crowd) enter(caller string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.most > 0 && c.now[caller] >= c.most {
		return false
	}
	c.now[caller]++
	return true
}

func (c *crowd) leave(caller string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now[caller]--; c.now[caller] == 0 {
		delete(c.now, caller)
	}
}
