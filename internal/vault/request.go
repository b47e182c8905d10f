package vault

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

// Request is a write that a client may send again, named by the key that the
// client chose (the Idempotency-Key header).
type Request struct {
	Key   string   // 1 to 255 bytes
	Route string   // who asks for what: caller, method and path; 1 to 255 bytes
	Hash  [32]byte // of all that the request says
}

func (r Request) check() error {
	if r.Key == "" || len(r.Key) > requestKeyMax {
		return fmt.Errorf("an idempotency key of %d bytes hasn't 1 to %d", len(r.Key), requestKeyMax)
	}
	if r.Route == "" || len(r.Route) > requestRouteMax {
		return fmt.Errorf("a route of %d bytes hasn't 1 to %d", len(r.Route), requestRouteMax)
	}
	return nil
}

// requestName is under which name a request is found again.
type requestName struct{ key, route string }

// requestsAtWork are the requests being answered. They are in memory only: what
// a crash cut off was undone, and may be asked for again.
type requestsAtWork struct {
	mu    sync.Mutex
	names map[requestName]struct{}
}

// Claim is the right to answer one request.
type Claim struct {
	v       *Vault
	request Request
}

// ClaimRequest returns the answer that the request got before, or else a Claim.
// The caller that gets a Claim does the write, calls Claim.Answer in the write's
// own transaction, and calls Claim.Release in any case.
//
// ErrRequestReused: the key was used for another request. ErrRequestAtWork:
// another caller has the claim.
func (v *Vault) ClaimRequest(ctx context.Context, r Request) (*Claim, []byte, error) {
	if err := r.check(); err != nil {
		return nil, nil, fmt.Errorf("couldn't claim a request: %w", err)
	}
	// The claim comes before the look: between the two, the one at work could
	// answer and let go.
	if err := v.requests.add(requestName{r.Key, r.Route}); err != nil {
		return nil, nil, fmt.Errorf("couldn't claim a request: %w", err)
	}
	c := &Claim{v: v, request: r}
	answer, found, err := v.earlierAnswer(ctx, r)
	if err != nil {
		c.Release()
		return nil, nil, fmt.Errorf("couldn't claim a request: %w", err)
	}
	if found {
		c.Release()
		return nil, answer, nil
	}
	return c, nil, nil
}

func (v *Vault) earlierAnswer(ctx context.Context, r Request) (answer []byte, found bool, err error) {
	var request, sealed []byte
	err = v.View(ctx, func(tx *sql.Tx) error {
		oldest := v.Now().Add(-v.requestAge).UnixMilli()
		return tx.QueryRowContext(ctx, requestGet, r.Key, r.Route, oldest).Scan(&request, &sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if !bytes.Equal(request, v.requestFingerprint(r)) {
		return nil, false, ErrRequestReused
	}
	answer, err = v.openAnswer(r, sealed)
	return answer, true, err
}

// Answer stores the answer, at most 1 MiB, in the transaction of the write that
// it tells of: the one is there exactly when the other is.
func (c *Claim) Answer(ctx context.Context, tx *sql.Tx, answer []byte) error {
	if len(answer) > requestAnswerMax {
		return fmt.Errorf("couldn't keep an answer of %d bytes, more than %d", len(answer), requestAnswerMax)
	}
	r := c.request
	sealed, err := c.v.answerSealer().seal(r.place(), append(r.Hash[:], answer...))
	if err == nil {
		_, err = tx.ExecContext(ctx, requestAdd, r.Key, r.Route, c.v.requestFingerprint(r), sealed, c.v.Now().UnixMilli())
	}
	if err != nil {
		return fmt.Errorf("couldn't keep the answer to a request: %w", err)
	}
	return nil
}

// Release lets the next caller with the same key in. Calling it twice is harmless.
func (c *Claim) Release() {
	if c.v != nil {
		c.v.requests.remove(requestName{c.request.Key, c.request.Route})
		c.v = nil
	}
}

// ExpireRequests deletes answers older than Config.RequestAge, at most 10,000,
// and returns how many. Call it from time to time until it returns 0.
func (v *Vault) ExpireRequests(ctx context.Context) (deleted int, err error) {
	err = v.Update(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, requestExpire, v.Now().Add(-v.requestAge).UnixMilli(), requestsExpiredAtOnce)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		deleted = int(n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("couldn't delete old answers: %w", err)
	}
	return deleted, nil
}

func (w *requestsAtWork) add(name requestName) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, there := w.names[name]; there {
		return ErrRequestAtWork
	}
	if len(w.names) >= requestsAtWorkMax {
		return fmt.Errorf("%w: %d requests are being answered", ErrBusy, len(w.names))
	}
	if w.names == nil {
		w.names = make(map[requestName]struct{})
	}
	w.names[name] = struct{}{}
	return nil
}

func (w *requestsAtWork) remove(name requestName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.names, name)
}

// openAnswer opens the answer to a request. It begins with the request's hash, so that
// it can be brought under another key by who doesn't know the request.
func (v *Vault) openAnswer(r Request, sealed []byte) ([]byte, error) {
	plain, err := v.answerSealer().open(r.place(), sealed)
	if err != nil {
		return v.answerSealer().open(r.formerContext(), sealed)
	}
	answer, belongs := bytes.CutPrefix(plain, r.Hash[:])
	if !belongs {
		return nil, fmt.Errorf("%w: an answer belongs to another request", ErrDamaged)
	}
	return answer, nil
}

// place binds an answer to its row.
func (r Request) place() []byte {
	b := binary.BigEndian.AppendUint32([]byte("pedigree answer v2"), uint32(len(r.Key)))
	b = append(b, r.Key...)
	return append(b, r.Route...)
}

// formerContext bound an answer to its request in programs before: such answers are
// there for Config.RequestAge after an upgrade.
func (r Request) formerContext() []byte {
	b := append([]byte("pedigree answer v1"), r.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Key)))
	b = append(b, r.Key...)
	return append(b, r.Route...)
}

// requestFingerprint is stored in place of the hash, which would confirm a
// guess at what was asked.
func (v *Vault) requestFingerprint(r Request) []byte {
	return fingerprint(v.key.own("request"), r.Hash[:])
}

func (v *Vault) answerSealer() sealer { return sealer{v.key.own("answer")} }
