package auth

import (
	"container/list"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// keysMax bounds the memory of a Limiter: the key that was quiet longest is
// forgotten, which at worst gives it a full allowance again.
const keysMax = 10_000

// Rate is an allowance: Burst at once, and one more each Every.
type Rate struct {
	Every time.Duration
	Burst int
}

// Limiter holds an allowance for each of many keys. It is safe for concurrent use.
type Limiter struct {
	rate Rate
	now  func() time.Time

	mu    sync.Mutex
	order *list.List // of *allowance, the one used last in front
	byKey map[string]*list.Element
}

type allowance struct {
	key   string
	limit *rate.Limiter
}

// NewLimiter gives each key the same allowance.
func NewLimiter(r Rate, now func() time.Time) *Limiter {
	return &Limiter{rate: r, now: now, order: list.New(), byKey: map[string]*list.Element{}}
}

// Take uses one of a key's allowance. When there is none it uses nothing and says
// how long to wait, at least a second.
func (l *Limiter) Take(key string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.byKey[key]
	if !known {
		if len(l.byKey) >= keysMax {
			last := l.order.Back()
			delete(l.byKey, l.order.Remove(last).(*allowance).key)
		}
		at = l.order.PushFront(&allowance{key, rate.NewLimiter(rate.Every(l.rate.Every), l.rate.Burst)})
		l.byKey[key] = at
	}
	l.order.MoveToFront(at)
	now := l.now()
	limit := at.Value.(*allowance).limit
	if limit.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - limit.TokensAt(now)
	return max(time.Second, time.Duration(math.Ceil(missing*l.rate.Every.Seconds()))*time.Second), false
}
