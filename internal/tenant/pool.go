package tenant

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Config says how the organisations of a pool are opened and closed.
type Config[T any] struct {
	// Open opens what belongs to one organisation. It is never called twice at once
	// for the same one, nor before its Close has returned. Required.
	Open func(ctx context.Context, org string) (T, error)
	// Close closes it. Required.
	Close func(T) error
	// OpenMax is how many are open at once, 1 to 4096 (default 64). When all are in
	// use, Acquire waits.
	OpenMax int
	// Idle is after how long without use one is closed (default 10 minutes).
	Idle time.Duration
	// Now is the clock (default time.Now).
	Now func() time.Time
}

// Pool keeps organisations open while they are used, and a while longer. It is
// safe for concurrent use.
type Pool[T any] struct {
	config Config[T]

	mu     sync.Mutex
	moved  sync.Cond // something was released, closed or failed
	open   map[string]*member[T]
	idle   list.List // of *member[T], the one unused for longest first
	closed bool
}

// member is one organisation that is open, opening or closing.
type member[T any] struct {
	org   string
	value T
	users int
	busy  bool          // opening or closing
	since time.Time     // of the last release
	place *list.Element // in idle; nil while it is used
}

// ErrClosed says that the pool was closed.
var ErrClosed = errors.New("the organisations of this node are closed")

// New returns a pool.
func New[T any](c Config[T]) (*Pool[T], error) {
	if c.Open == nil || c.Close == nil {
		return nil, errors.New("couldn't make a pool of organisations: Open and Close are required")
	}
	if c.OpenMax == 0 {
		c.OpenMax = openDefault
	}
	if c.OpenMax < 1 || c.OpenMax > openLimit {
		return nil, fmt.Errorf("couldn't make a pool of organisations: OpenMax is %d, which is outside 1 to %d", c.OpenMax, openLimit)
	}
	if c.Idle == 0 {
		c.Idle = idleDefault
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	p := &Pool[T]{config: c, open: map[string]*member[T]{}}
	p.moved.L = &p.mu
	return p, nil
}

// Acquire returns what belongs to an organisation, opening it when need be, and
// what the caller calls once when it is done with it. When OpenMax others are in
// use it waits for one to be released, or for ctx.
func (p *Pool[T]) Acquire(ctx context.Context, org string) (T, func(), error) {
	var none T
	wake := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.moved.Broadcast()
	})
	defer wake()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if p.closed {
			return none, nil, ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return none, nil, fmt.Errorf("couldn't wait for %s: %w", org, err)
		}
		m, found := p.open[org]
		switch {
		case found && !m.busy:
			return m.value, p.use(m), nil
		case !found && len(p.open) < p.config.OpenMax:
			return p.openOne(ctx, org)
		case !found && p.idle.Len() > 0:
			_ = p.closeOne(p.idle.Front().Value.(*member[T])) // its owner's log has it
		default:
			p.moved.Wait()
		}
	}
}

// use counts a user and returns what ends its use. The lock is held.
func (p *Pool[T]) use(m *member[T]) func() {
	m.users++
	if m.place != nil {
		p.idle.Remove(m.place)
		m.place = nil
	}
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if m.users--; m.users == 0 {
			m.since = p.config.Now()
			m.place = p.idle.PushBack(m)
			p.moved.Broadcast()
		}
	})
}

// openOne opens an organisation. The lock is held, and let go meanwhile.
func (p *Pool[T]) openOne(ctx context.Context, org string) (T, func(), error) {
	m := &member[T]{org: org, busy: true}
	p.open[org] = m
	p.mu.Unlock()
	value, err := p.config.Open(ctx, org)
	p.mu.Lock()
	m.busy = false
	p.moved.Broadcast()
	if err != nil {
		delete(p.open, org)
		var none T
		return none, nil, err
	}
	m.value = value
	return value, p.use(m), nil
}

// closeOne closes an organisation that nobody uses. The lock is held, and let go
// meanwhile.
func (p *Pool[T]) closeOne(m *member[T]) error {
	p.idle.Remove(m.place)
	m.place, m.busy = nil, true
	p.mu.Unlock()
	err := p.config.Close(m.value)
	p.mu.Lock()
	delete(p.open, m.org)
	p.moved.Broadcast()
	if err != nil {
		return fmt.Errorf("couldn't close %s: %w", m.org, err)
	}
	return nil
}

// Sweep closes what was not used for the idle time.
func (p *Pool[T]) Sweep() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	for {
		first := p.idle.Front()
		if first == nil || p.config.Now().Sub(first.Value.(*member[T]).since) < p.config.Idle {
			return err
		}
		err = errors.Join(err, p.closeOne(first.Value.(*member[T])))
	}
}

// Release closes one organisation now, once nobody uses it any more, or says that
// ctx ended first. Nobody can acquire it between, for it is taken for this.
func (p *Pool[T]) Release(ctx context.Context, org string) error {
	wake := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.moved.Broadcast()
	})
	defer wake()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		m, found := p.open[org]
		switch {
		case !found:
			return nil
		case !m.busy && m.users == 0:
			return p.closeOne(m)
		case ctx.Err() != nil:
			return fmt.Errorf("couldn't close %s: it is in use: %w", org, ctx.Err())
		}
		p.moved.Wait()
	}
}

// IsOpen tells whether an organisation is open now.
func (p *Pool[T]) IsOpen(org string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, found := p.open[org]
	return found && !m.busy
}

// Open is how many organisations are open now.
func (p *Pool[T]) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

// Close opens nothing more, waits for those in use, and closes all.
func (p *Pool[T]) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.moved.Broadcast()
	var err error
	for len(p.open) > 0 {
		if first := p.idle.Front(); first != nil {
			err = errors.Join(err, p.closeOne(first.Value.(*member[T])))
			continue
		}
		p.moved.Wait()
	}
	return err
}
