package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Rekeyed counts what came under another key.
type Rekeyed struct {
	Documents int64 // each with its head, which holds the key of its parts
	Answers   int64
	Values    int64 // sealed by other packages
	Marks     int64
}

// Under tells whether the vault is under a key.
func (v *Vault) Under(k Key) bool { return v.key == k }

// Rekey brings the whole vault under another key: the heads of documents, which hold
// the keys of their parts, the keyed hashes by which documents are found, the answers
// to requests, every value and mark that a Table names, and the check of the key. Parts
// of documents stay as they are: they are under random keys of their own, which from
// then on only the next key opens.
//
// It is one transaction. Until it is kept, the vault opens with the present key, from
// then on with the next one only; at no moment with neither. Then the database is
// written anew, so that no former bytes are left in it; a vault that was cut off
// before that does it when it is opened next.
//
// Nobody else may use the vault meanwhile, and what Derive and Marker gave before is
// worth nothing afterwards. Every column must be in a Table. The error is plain when a
// sealed value can't be opened: nothing was changed then.
func (v *Vault) Rekey(ctx context.Context, next Key) (done Rekeyed, err error) {
	if err := v.door.enter(); err != nil {
		return done, err
	}
	defer v.door.leave()
	if next == v.key || next == (Key{}) {
		return done, errors.New("couldn't bring the vault under another key: the next one is the same, or none")
	}
	if _, err := v.Columns(ctx); err != nil {
		return done, fmt.Errorf("couldn't bring the vault under another key: %w", err)
	}
	v.log.Info("bringing the vault under another key")
	began := time.Now()
	ctx = patient(ctx)
	r := &rekeying{ctx: ctx, old: v, next: v.shell(Config{Dir: v.dir, Key: next, Logger: v.log, Now: v.now, Wait: v.wait, StatementTimeout: v.statement})}
	err = v.base.update(ctx, func(tx *sql.Tx) error {
		r.tx, r.done = tx, Rekeyed{}
		return r.run()
	})
	if err != nil {
		return done, fmt.Errorf("couldn't bring the vault under another key: %w", err)
	}
	v.key, v.marks = next, r.next.marks
	v.log.Info("the vault is under another key", "documents", r.done.Documents, "answers", r.done.Answers, "values", r.done.Values, "marks", r.done.Marks, "took", time.Since(began).String())
	return r.done, v.finishCompact(ctx)
}

// rekeying is a Rekey under way.
type rekeying struct {
	ctx       context.Context
	old, next *Vault // the same vault under both keys; next has no database
	tx        *sql.Tx
	done      Rekeyed
}

func (r *rekeying) run() error {
	for _, step := range []func() error{r.documents, r.answers, r.markers, r.values, r.check} {
		if err := step(); err != nil {
			return err
		}
	}
	r.old.log.Info("everything is sealed anew; keeping it")
	return nil
}

// documents seals the heads anew, and with them the fingerprints that they are bound to.
func (r *rekeying) documents() error {
	for last := int64(0); ; {
		w := where{sql: documentAll}
		w.oldest(last, rekeyPage)
		list, err := rows(r.ctx, r.tx, w.sql, readStored, w.args...)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, s := range list {
			if err := r.document(s); err != nil {
				return err
			}
		}
		last = list[len(list)-1].ID
	}
}

func (r *rekeying) document(s stored) error {
	if s.head == nil {
		return fmt.Errorf("document %d has not arrived whole: open the vault again, which drops it", s.ID)
	}
	d, key, err := r.old.openHead(s)
	if err != nil {
		return err
	}
	s.content, s.partner = r.next.contentFingerprint(d.SHA256[:]), r.next.partnerFingerprint(d.Partner)
	if s.head, err = r.next.sealHead(s, head{Key: key, SHA256: d.SHA256[:], Name: d.Name, Partner: d.Partner}); err != nil {
		return err
	}
	r.done.Documents++
	_, err = r.tx.ExecContext(r.ctx, documentReseal, s.content, s.partner, s.head, s.ID)
	return err
}

// answers seals the answers to requests anew, and drops those that nobody gets any more.
func (r *rekeying) answers() error {
	if _, err := r.tx.ExecContext(r.ctx, requestExpire, r.old.Now().Add(-r.old.requestAge).UnixMilli(), requestsMax); err != nil {
		return err
	}
	type row struct {
		key, route string
		sealed     []byte
	}
	for last := (row{}); ; {
		list, err := rows(r.ctx, r.tx, requestPage, func(scan func(...any) error) (o row, err error) {
			return o, scan(&o.key, &o.route, &o.sealed)
		}, last.key, last.route, rekeyPage)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, one := range list {
			request := Request{Key: one.key, Route: one.route}
			plain, err := r.old.answerSealer().open(request.place(), one.sealed)
			if err != nil || len(plain) < len(request.Hash) {
				return fmt.Errorf("an answer was kept by the program before this one, which only its request opens, or it is damaged; it is deleted %v after it was given: wait that long, then begin again", r.old.requestAge)
			}
			request.Hash = [32]byte(plain)
			sealed, err := r.next.answerSealer().seal(request.place(), plain)
			if err != nil {
				return err
			}
			if _, err := r.tx.ExecContext(r.ctx, requestReseal, r.next.requestFingerprint(request), sealed, one.key, one.route); err != nil {
				return err
			}
			r.done.Answers++
		}
		last = list[len(list)-1]
	}
}

// markers adds the next key's secret to those of every label.
func (r *rekeying) markers() error {
	r.next.marks = map[string][][32]byte{}
	for _, t := range r.old.tables() {
		for _, label := range t.Marks {
			if r.next.marks[label] != nil {
				continue
			}
			secrets := slices.Concat(r.old.Marker(label).secrets, [][32]byte{r.next.key.Derive(label)})
			if len(secrets) > rekeysMax+1 {
				return fmt.Errorf("the vault has had %d keys: move what is needed into a new home", len(secrets))
			}
			r.next.marks[label] = secrets
			if err := r.marker(label, secrets); err != nil {
				return err
			}
		}
	}
	return nil
}

// marker keeps the secrets of a label.
func (r *rekeying) marker(label string, secrets [][32]byte) error {
	var plain []byte
	for _, s := range secrets {
		plain = append(plain, s[:]...)
	}
	sealed, err := r.next.marksSealer().seal([]byte(marksPrefix+label), plain)
	if err != nil {
		return err
	}
	_, err = r.tx.ExecContext(r.ctx, metaPut, marksPrefix+label, sealed)
	return err
}

// check makes the check of the key anew, and notes that former bytes are to go.
func (r *rekeying) check() error {
	if _, err := r.tx.ExecContext(r.ctx, metaDrop, keyCheck); err != nil {
		return err
	}
	if err := r.next.addKeyCheck(r.ctx, r.tx); err != nil {
		return err
	}
	_, err := r.tx.ExecContext(r.ctx, metaPut, compactDue, []byte{1})
	return err
}
