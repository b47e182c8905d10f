package courier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/vault"
)

// Giver takes a document that is kept again as another partner's, once.
type Giver func(ctx context.Context, document int64, partner string) (Taken, error)

// Give has the documents of a file of an inlet taken again as another partner's: it came
// by the wrong inlet, or nobody knew whose it is. Of what was never kept nothing can be
// given. Done again it comes to the same.
func (k *Courier) Give(ctx context.Context, inlet string, n int64, partner string, give Giver) (Arrival, error) {
	a, err := k.giveFile(ctx, inlet, n, partner, give)
	if err != nil {
		return Arrival{}, fmt.Errorf("couldn't give file %d of inlet %q to another partner: %w", n, inlet, err)
	}
	return a, nil
}

func (k *Courier) giveFile(ctx context.Context, name string, n int64, partner string, give Giver) (Arrival, error) {
	in, err := k.find(name)
	if err != nil {
		return Arrival{}, err
	}
	in.running.Lock() // a look at the same inlet doesn't meet a file half given
	defer in.running.Unlock()
	a, err := k.arrival(ctx, name, n)
	if err != nil {
		return a, err
	}
	s := &seen{inlet: name, size: a.Size, at: a.At, tries: a.Tries, state: seenTaken, told: told{Name: a.Name, Digest: a.Digest, More: a.More}}
	given := 0
	for _, e := range a.Entries {
		if e.Document > 0 {
			if e.Taken, err = give(ctx, e.Document, partner); err != nil {
				return a, err
			}
			given++
		}
		if e.Refused {
			s.state, s.Reason = seenFailed, e.Reason
		}
		s.Entries = append(s.Entries, e)
	}
	if given == 0 {
		return a, refuse("nothing that is in it was kept: bring the file itself, with pedigree ti take FILE --partner %s", oneLine(partner))
	}
	if err := k.renote(ctx, n, s); err != nil {
		return a, err
	}
	return k.arrival(ctx, name, n)
}

// arrival is one file of an inlet.
func (k *Courier) arrival(ctx context.Context, inlet string, n int64) (a Arrival, err error) {
	err = k.vault.View(ctx, func(tx *sql.Tx) error {
		a, err = k.readArrival(tx.QueryRowContext(ctx, `SELECT `+arrivalColumns+` FROM courier_seen WHERE inlet = $1 AND n = $2`, inlet, n).Scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("there is none; pedigree ways files %s shows them: %w", label(inlet), vault.ErrNotFound)
	}
	return a, err
}

// renote writes down what became of a file that has a row.
func (k *Courier) renote(ctx context.Context, n int64, s *seen) error {
	plain, err := s.plain()
	if err != nil {
		return err
	}
	sealed, err := k.vault.SealValue(seenContext(s.inlet, s.at.UnixMilli(), s.size), plain)
	if err != nil {
		return err
	}
	return k.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE courier_seen SET state = $1, next_at = 0, sealed = $2 WHERE n = $3`, int(s.state), sealed, n)
		return err
	})
}
