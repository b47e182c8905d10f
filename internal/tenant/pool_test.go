package tenant_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pedigree/internal/tenant"
)

// desk is something that knows whose it is and whether it is open.
type desk struct {
	org  string
	open atomic.Bool
}

// shop opens desks and refuses to open one twice.
type shop struct {
	mu     sync.Mutex
	open   map[string]bool
	most   int
	opened int
	fail   map[string]error
}

func (s *shop) openDesk(_ context.Context, org string) (*desk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.fail[org]; err != nil {
		return nil, err
	}
	if s.open[org] {
		return nil, fmt.Errorf("%s is open already", org)
	}
	s.open[org] = true
	s.opened++
	s.most = max(s.most, len(s.open))
	d := &desk{org: org}
	d.open.Store(true)
	return d, nil
}

func (s *shop) closeDesk(d *desk) error {
	if !d.open.CompareAndSwap(true, false) {
		return fmt.Errorf("%s was closed before", d.org)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, d.org)
	return nil
}

func newPool(t *testing.T, c tenant.Config[*desk]) (*tenant.Pool[*desk], *shop) {
	t.Helper()
	s := &shop{open: map[string]bool{}, fail: map[string]error{}}
	c.Open, c.Close = s.openDesk, s.closeDesk
	p, err := tenant.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func acquire(t *testing.T, p *tenant.Pool[*desk], org string) (*desk, func()) {
	t.Helper()
	d, release, err := p.Acquire(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	if d.org != org || !d.open.Load() {
		t.Fatalf("asked for %s, got %s, open: %t", org, d.org, d.open.Load())
	}
	return d, release
}

func TestAnOrganisationStaysOpenBetweenTwoUses(t *testing.T) {
	p, s := newPool(t, tenant.Config[*desk]{})
	first, release := acquire(t, p, "a")
	release()
	release() // a second time changes nothing
	if !p.IsOpen("a") || p.IsOpen("b") {
		t.Errorf("a open: %t, b open: %t", p.IsOpen("a"), p.IsOpen("b"))
	}
	again, release := acquire(t, p, "a")
	if first != again || s.opened != 1 {
		t.Errorf("it was opened %d times", s.opened)
	}
	release()
}

func TestAFullPoolClosesWhatWasUnusedForLongest(t *testing.T) {
	p, s := newPool(t, tenant.Config[*desk]{OpenMax: 2})
	a, release := acquire(t, p, "a")
	release()
	b, release := acquire(t, p, "b")
	release()
	_, release = acquire(t, p, "c")
	if a.open.Load() || !b.open.Load() || s.most != 2 {
		t.Errorf("a open: %t, b open: %t, at most %d at once", a.open.Load(), b.open.Load(), s.most)
	}
	release()
}

func TestAFullPoolInUseWaitsAndGivesUpWithItsCaller(t *testing.T) {
	p, _ := newPool(t, tenant.Config[*desk]{OpenMax: 1})
	_, release := acquire(t, p, "a")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, _, err := p.Acquire(ctx, "b"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, free, err := p.Acquire(context.Background(), "b"); err != nil {
			t.Error(err)
		} else {
			free()
		}
	}()
	release()
	<-done
}

func TestOneThatDoesNotOpenHoldsNoPlace(t *testing.T) {
	p, s := newPool(t, tenant.Config[*desk]{OpenMax: 1})
	s.fail["broken"] = errors.New("its disk is full")
	for range 3 {
		if _, _, err := p.Acquire(t.Context(), "broken"); err == nil || p.Open() != 0 {
			t.Fatalf("error %v, %d open", err, p.Open())
		}
	}
	_, release := acquire(t, p, "whole")
	release()
}

func TestSweepClosesTheIdleOnly(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	p, _ := newPool(t, tenant.Config[*desk]{Idle: time.Minute, Now: func() time.Time { return now }})
	idle, release := acquire(t, p, "idle")
	release()
	used, keep := acquire(t, p, "used")
	now = now.Add(time.Minute - time.Second)
	if err := p.Sweep(); err != nil || !idle.open.Load() {
		t.Errorf("a second too early: error %v, open %t", err, idle.open.Load())
	}
	now = now.Add(time.Second)
	if err := p.Sweep(); err != nil || idle.open.Load() || !used.open.Load() {
		t.Errorf("error %v, idle open: %t, used open: %t", err, idle.open.Load(), used.open.Load())
	}
	keep()
}

func TestReleaseWaitsForTheLastUser(t *testing.T) {
	p, _ := newPool(t, tenant.Config[*desk]{})
	d, release := acquire(t, p, "a")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := p.Release(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) || !d.open.Load() {
		t.Errorf("error %v, open %t", err, d.open.Load())
	}
	release()
	if err := p.Release(t.Context(), "a"); err != nil || d.open.Load() || p.Open() != 0 {
		t.Errorf("error %v, open %t", err, d.open.Load())
	}
	if err := p.Release(t.Context(), "never-opened"); err != nil {
		t.Error(err)
	}
}

func TestAClosedPoolOpensNothing(t *testing.T) {
	p, _ := newPool(t, tenant.Config[*desk]{})
	d, release := acquire(t, p, "a")
	closed := make(chan error)
	go func() { closed <- p.Close() }()
	release()
	if err := <-closed; err != nil || d.open.Load() {
		t.Errorf("error %v, open %t", err, d.open.Load())
	}
	if _, _, err := p.Acquire(t.Context(), "a"); !errors.Is(err, tenant.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestManyAtOnceNeverShareOrDouble runs users over more organisations than fit.
func TestManyAtOnceNeverShareOrDouble(t *testing.T) {
	p, s := newPool(t, tenant.Config[*desk]{OpenMax: 4})
	var users sync.WaitGroup
	for n := range 16 {
		users.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			for range 300 {
				org := fmt.Sprintf("org-%d", r.IntN(12))
				d, release, err := p.Acquire(context.Background(), org)
				if err != nil || d.org != org || !d.open.Load() {
					t.Errorf("%s: error %v, got %+v", org, err, d)
					return
				}
				release()
			}
		})
	}
	users.Wait()
	if s.most > 4 || s.opened < 12 {
		t.Errorf("%d were open at once, %d opened", s.most, s.opened)
	}
	if err := p.Close(); err != nil || p.Open() != 0 {
		t.Errorf("error %v, %d open", err, p.Open())
	}
}

func TestThePoolsSizeIsBounded(t *testing.T) {
	for _, n := range []int{-1, 4097} {
		c := tenant.Config[*desk]{OpenMax: n, Open: (&shop{}).openDesk, Close: (&shop{}).closeDesk}
		if _, err := tenant.New(c); err == nil {
			t.Errorf("OpenMax %d was taken", n)
		}
	}
	c := tenant.Config[*desk]{OpenMax: 4096, Open: (&shop{}).openDesk, Close: (&shop{}).closeDesk}
	if _, err := tenant.New(c); err != nil {
		t.Error(err)
	}
	if _, err := tenant.New(tenant.Config[*desk]{}); err == nil {
		t.Error("a pool that opens nothing was made")
	}
}

func TestNamesOfOrganisationsNameFolders(t *testing.T) {
	for name, ok := range map[string]bool{
		"corner-pharmacy": true, "a": true, "3m": true, "a23456789012345678901234567890bc": true,
		"": false, "..": false, "a/b": false, "A": false, "-a": false, "a-": false, "a b": false, "ä": false, "a.b": false,
		"a23456789012345678901234567890bcd": false,
	} {
		if err := tenant.CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestQuotasAreBounded(t *testing.T) {
	for _, c := range []struct {
		q  tenant.Quota
		ok bool
	}{
		{tenant.Quota{}, true},
		{tenant.Quota{StoreBytes: 1 << 44, RequestsPerMinute: 1_000_000}, true},
		{tenant.Quota{StoreBytes: 1<<44 + 1}, false},
		{tenant.Quota{RequestsPerMinute: -1}, false},
		{tenant.Quota{RequestsPerMinute: 1_000_001}, false},
	} {
		if err := c.q.Validate(); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
}
