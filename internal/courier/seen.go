package courier

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

type seenState int

// How far a file of an inlet has come.
const (
	seenWaiting seenState = 1 // to be taken again, after an error
	seenTaken   seenState = 2
	seenFailed  seenState = 3 // it can't be taken, or not all that is in it
)

var seenNames = map[seenState]string{seenWaiting: "waiting", seenTaken: "taken", seenFailed: "failed"}

// Arrival is a file of an inlet as it is shown.
type Arrival struct {
	Number  int64     `json:"number"`
	Name    string    `json:"name"`
	Size    int64     `json:"size"`
	At      time.Time `json:"at" doc:"When it was met first"`
	State   string    `json:"state" enum:"waiting,taken,failed"`
	Tries   int       `json:"tries" doc:"Failed attempts"`
	Next    time.Time `json:"next,omitzero" doc:"When it is tried again"`
	Digest  string    `json:"sha256,omitempty"`
	Reason  string    `json:"reason,omitempty" doc:"Why it isn't taken, and what to do"`
	Entries []Receipt `json:"entries,omitempty" doc:"What came of each document in it"`
	More    int       `json:"more,omitempty" doc:"Further documents in it that were taken"`
}

// Receipt is what came of one document of a file.
type Receipt struct {
	Name string `json:"name"`
	Taken
}

// seen is what is kept of a file, beside its name sealed.
type seen struct {
	id    [32]byte
	inlet string
	size  int64
	known bool // it has a row
	state seenState
	tries int
	next  time.Time
	at    time.Time
	told
}

// told is the sealed part.
type told struct {
	Name    string    `json:"name"`
	Digest  string    `json:"digest,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Entries []Receipt `json:"entries,omitempty"`
	More    int       `json:"more,omitempty"`
}

// met finds what is known of a file of an inlet.
func (k *Courier) met(ctx context.Context, inlet, name string, size int64, at time.Time) (*seen, error) {
	s := &seen{id: hash("seen", inlet, name, fmt.Sprint(size), fmt.Sprint(at.UnixNano())), inlet: inlet, size: size, at: k.config.Now()}
	return s, k.recall(ctx, s, name)
}

// recall reads the row of a file, if there is one.
func (k *Courier) recall(ctx context.Context, s *seen, name string) error {
	var next, first int64
	var sealed []byte
	err := k.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT inlet, state, tries, next_at, at, size, sealed FROM courier_seen WHERE mark = $1`, k.marks.Mark(s.id[:])).
			Scan(&s.inlet, &s.state, &s.tries, &next, &first, &s.size, &sealed)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.Name = label(name)
		return nil
	case err != nil:
		return fmt.Errorf("couldn't look whether a file was taken before: %w", err)
	}
	s.known, s.next, s.at = true, time.UnixMilli(next), time.UnixMilli(first)
	s.told, err = k.unseal(seenContext(s.inlet, first, s.size), sealed)
	return err
}

func (k *Courier) unseal(context string, sealed []byte) (t told, err error) {
	plain, err := k.vault.OpenValue(context, sealed)
	if err == nil {
		err = json.Unmarshal(plain, &t)
	}
	if err != nil {
		return t, fmt.Errorf("couldn't read what is kept of a file: %w", err)
	}
	return t, nil
}

// note writes down how far a file has come.
func (k *Courier) note(ctx context.Context, s *seen) error {
	plain, err := s.plain()
	if err != nil {
		return err
	}
	return k.write(ctx, s, plain)
}

// plain is what is kept of a file, as short as it has to be.
func (s *seen) plain() ([]byte, error) {
	for {
		plain, err := json.Marshal(s.told)
		if err != nil {
			return nil, fmt.Errorf("couldn't write what is kept of a file: %w", err)
		}
		if len(plain) <= sealedReceiptsMax {
			return plain, nil
		}
		s.shorten()
	}
}

// shorten leaves a document out of what is kept: one that was taken, if there is one.
func (s *seen) shorten() {
	out := len(s.Entries) - 1
	for i, e := range s.Entries {
		if !e.Refused {
			out = i
		}
	}
	s.Entries = append(s.Entries[:out], s.Entries[out+1:]...)
	s.More++
}

func (k *Courier) write(ctx context.Context, s *seen, plain []byte) error {
	sealed, err := k.vault.SealValue(seenContext(s.inlet, s.at.UnixMilli(), s.size), plain)
	if err != nil {
		return err
	}
	next := int64(0)
	if !s.next.IsZero() {
		next = s.next.UnixMilli()
	}
	return k.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO courier_seen (mark, inlet, at, state, tries, next_at, size, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (mark) DO UPDATE SET state = excluded.state, tries = excluded.tries, next_at = excluded.next_at, sealed = excluded.sealed`,
			k.marks.Mark(s.id[:]), s.inlet, s.at.UnixMilli(), int(s.state), s.tries, next, s.size, sealed)
		return err
	})
}

// failed notes an attempt that may succeed later.
func (s *seen) failed(err error, now time.Time) {
	s.state, s.Reason = seenWaiting, clip(err)
	s.next = now.Add(backoff(s.tries))
	s.tries++
}

// backoff is the pause after so many failed attempts, with some chance in it.
func backoff(failed int) time.Duration {
	wait := retryMost
	if failed < 20 {
		wait = min(retryFirst<<failed, retryMost)
	}
	return wait + rand.N(wait/5+1)
}

type seenCount struct {
	inlet string
	state seenState
}

func (k *Courier) counts(ctx context.Context) (map[seenCount]int, error) {
	out := map[seenCount]int{}
	err := k.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT inlet, state, COUNT(*) FROM courier_seen GROUP BY inlet, state`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c seenCount
			var n int
			if err := rows.Scan(&c.inlet, &c.state, &n); err != nil {
				return err
			}
			out[c] = n
		}
		return rows.Err()
	})
	if err != nil {
		return out, fmt.Errorf("couldn't count the files of the inlets: %w", err)
	}
	return out, nil
}

// Arrivals lists the files of an inlet, the newest first. Before is the number of the
// last one of the page before, or 0; state a word, or empty for all.
func (k *Courier) Arrivals(ctx context.Context, inlet, state string, before int64, limit int) ([]Arrival, error) {
	if _, err := k.find(inlet); err != nil {
		return nil, err
	}
	want := seenState(0)
	for s, name := range seenNames {
		if name == state {
			want = s
		}
	}
	if limit <= 0 || limit > ListMax {
		limit = ListMax
	}
	list := []Arrival{}
	err := k.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+arrivalColumns+` FROM courier_seen
			WHERE inlet = $1 AND (CAST($2 AS BIGINT) = 0 OR state = $2) AND (CAST($3 AS BIGINT) = 0 OR n < $3) ORDER BY n DESC LIMIT $4`, inlet, int(want), before, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a, err := k.readArrival(rows.Scan)
			if err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the files of inlet %q: %w", inlet, err)
	}
	return list, nil
}

const arrivalColumns = `n, inlet, size, at, state, tries, next_at, sealed`

func (k *Courier) readArrival(scan func(...any) error) (Arrival, error) {
	var a Arrival
	var inlet string
	var sealed []byte
	var state seenState
	var at, next int64
	if err := scan(&a.Number, &inlet, &a.Size, &at, &state, &a.Tries, &next, &sealed); err != nil {
		return a, err
	}
	t, err := k.unseal(seenContext(inlet, at, a.Size), sealed)
	a.State, a.At = seenNames[state], time.UnixMilli(at).UTC()
	a.Name, a.Digest, a.Reason, a.Entries, a.More = t.Name, t.Digest, t.Reason, t.Entries, t.More
	if state == seenWaiting {
		a.Next = time.UnixMilli(next).UTC()
	}
	return a, err
}

// forget removes what is known of files that were taken long ago.
func (k *Courier) forget(ctx context.Context) error {
	return k.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM courier_seen WHERE state <> $1 AND at < $2`, int(seenWaiting), k.config.Now().Add(-seenKept).UnixMilli())
		return err
	})
}
