package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pedigree/internal/vault"
)

// answer answers a claim in an update of its own and lets it go.
func answer(t testing.TB, v *vault.Vault, c *vault.Claim, text []byte) {
	t.Helper()
	if c == nil {
		t.Fatal("there is no claim to answer")
	}
	defer c.Release()
	err := v.Update(context.Background(), func(tx *sql.Tx) error { return c.Answer(context.Background(), tx, text) })
	if err != nil {
		t.Fatal(err)
	}
}

var request = vault.Request{Key: "8e03978e-40d5-43dd-bc93-6894a57f9324", Route: "clerk POST /api/shipments", Hash: [32]byte{1}}

func TestARequestIsAnsweredOnce(t *testing.T) { onBoth(t, testARequestIsAnsweredOnce) }

func testARequestIsAnsweredOnce(t *testing.T, db store) {
	c := db.config(t, folder(t))
	v := open(t, c)
	claim, earlier, err := v.ClaimRequest(context.Background(), request)
	if err != nil || claim == nil || earlier != nil {
		t.Fatalf("a new request: %v, %q, %v", claim, earlier, err)
	}
	if _, _, err := v.ClaimRequest(context.Background(), request); !errors.Is(err, vault.ErrRequestAtWork) {
		t.Errorf("while it is being answered: %v", err)
	}
	answer(t, v, claim, []byte("202 Accepted"))
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = open(t, c)
	if claim, earlier, err = v.ClaimRequest(context.Background(), request); err != nil || claim != nil || string(earlier) != "202 Accepted" {
		t.Errorf("again: %v, %q, %v", claim, earlier, err)
	}
	other := request
	other.Hash[0]++
	if _, _, err := v.ClaimRequest(context.Background(), other); !errors.Is(err, vault.ErrRequestReused) {
		t.Errorf("another request under the same key: %v", err)
	}
	elsewhere := request
	elsewhere.Route = "clerk POST /api/returns"
	if claim, _, err := v.ClaimRequest(context.Background(), elsewhere); err != nil || claim == nil {
		t.Errorf("the same key elsewhere: %v, %v", claim, err)
	}
}

func TestARequestWhoseWriteFailedMayBeAskedAgain(t *testing.T) {
	onBoth(t, testARequestWhoseWriteFailedMayBeAskedAgain)
}

func testARequestWhoseWriteFailedMayBeAskedAgain(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	claim, _, err := v.ClaimRequest(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("the write failed")
	err = v.Update(context.Background(), func(tx *sql.Tx) error {
		return errors.Join(claim.Answer(context.Background(), tx, []byte("200")), failed)
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	claim.Release()
	claim.Release()
	again, earlier, err := v.ClaimRequest(context.Background(), request)
	if err != nil || again == nil || earlier != nil {
		t.Errorf("asked again: %v, %q, %v", again, earlier, err)
	}
}

func TestOneOfManyAskingAtOnceDoesTheWrite(t *testing.T) {
	onBoth(t, testOneOfManyAskingAtOnceDoesTheWrite)
}

func testOneOfManyAskingAtOnceDoesTheWrite(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	var group sync.WaitGroup
	var writes atomic.Int64
	for range 20 {
		group.Go(func() {
			for {
				claim, earlier, err := v.ClaimRequest(context.Background(), request)
				if errors.Is(err, vault.ErrRequestAtWork) {
					time.Sleep(time.Millisecond)
					continue
				}
				if err != nil || claim == nil && string(earlier) != "done" {
					t.Errorf("%q, %v", earlier, err)
				}
				if claim != nil {
					writes.Add(1)
					answer(t, v, claim, []byte("done"))
				}
				return
			}
		})
	}
	group.Wait()
	if writes.Load() != 1 {
		t.Errorf("it was done %d times", writes.Load())
	}
}

func TestAnAnswerIsForgottenWhenItIsOld(t *testing.T) { onBoth(t, testAnAnswerIsForgottenWhenItIsOld) }

func testAnAnswerIsForgottenWhenItIsOld(t *testing.T, db store) {
	c := db.config(t, folder(t))
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	c.Now, c.RequestAge = func() time.Time { return at }, time.Hour
	v := open(t, c)
	old := request
	for i := range 3 {
		old.Key = fmt.Sprint("old ", i)
		claim, _, err := v.ClaimRequest(context.Background(), old)
		if err != nil {
			t.Fatal(err)
		}
		answer(t, v, claim, []byte("old"))
	}
	at = at.Add(time.Hour - time.Millisecond)
	if _, earlier, err := v.ClaimRequest(context.Background(), old); err != nil || string(earlier) != "old" {
		t.Errorf("just before its time: %q, %v", earlier, err)
	}
	claim, _, err := v.ClaimRequest(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	answer(t, v, claim, []byte("young"))
	if n, err := v.ExpireRequests(context.Background()); err != nil || n != 0 {
		t.Errorf("%d were deleted before their time, %v", n, err)
	}
	at = at.Add(time.Millisecond)
	// It is old though nobody has deleted it yet, and can be answered anew.
	old.Hash[5]++
	claim, earlier, err := v.ClaimRequest(context.Background(), old)
	if err != nil || claim == nil {
		t.Fatalf("after its time: %q, %v", earlier, err)
	}
	answer(t, v, claim, []byte("new"))
	if n, err := v.ExpireRequests(context.Background()); err != nil || n != 2 {
		t.Errorf("%d were deleted, %v", n, err)
	}
	if s, err := v.Stats(context.Background()); err != nil || s.Requests != 2 {
		t.Errorf("%d are left, %v", s.Requests, err)
	}
	if _, earlier, err := v.ClaimRequest(context.Background(), old); err != nil || string(earlier) != "new" {
		t.Errorf("the new answer: %q, %v", earlier, err)
	}
}

func TestRequestsHoldTheirBounds(t *testing.T) { onBoth(t, testRequestsHoldTheirBounds) }

func testRequestsHoldTheirBounds(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	tests := map[string]struct {
		request vault.Request
		ok      bool
	}{
		"a key of 255 bytes":   {vault.Request{Key: strings.Repeat("k", 255), Route: "r"}, true},
		"a key of 256 bytes":   {vault.Request{Key: strings.Repeat("k", 256), Route: "r"}, false},
		"no key":               {vault.Request{Route: "r"}, false},
		"a route of 255 bytes": {vault.Request{Key: "k", Route: strings.Repeat("r", 255)}, true},
		"a route of 256 bytes": {vault.Request{Key: "k", Route: strings.Repeat("r", 256)}, false},
		"no route":             {vault.Request{Key: "k"}, false},
	}
	for name, test := range tests {
		if _, _, err := v.ClaimRequest(context.Background(), test.request); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	claim, _, err := v.ClaimRequest(context.Background(), request)
	if err != nil {
		t.Fatal(err)
	}
	for size, ok := range map[int]bool{0: true, mib: true, mib + 1: false} {
		err := v.Update(context.Background(), func(tx *sql.Tx) error { return claim.Answer(context.Background(), tx, make([]byte, size)) })
		if (err == nil) != ok {
			t.Errorf("an answer of %d bytes: %v", size, err)
		}
	}
}

func TestTooManyRequestsAtWorkAreTurnedAway(t *testing.T) {
	onBoth(t, testTooManyRequestsAtWorkAreTurnedAway)
}

func testTooManyRequestsAtWorkAreTurnedAway(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	var first *vault.Claim
	for i := range 10_000 {
		c, _, err := v.ClaimRequest(context.Background(), vault.Request{Key: fmt.Sprint(i), Route: "r"})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = c
		}
	}
	next := vault.Request{Key: "next", Route: "r"}
	if _, _, err := v.ClaimRequest(context.Background(), next); !errors.Is(err, vault.ErrBusy) {
		t.Errorf("one over the limit: %v", err)
	}
	first.Release()
	if _, _, err := v.ClaimRequest(context.Background(), next); err != nil {
		t.Errorf("after one was let go: %v", err)
	}
}
