package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/ledger"
	"pedigree/proof"
)

// Judge answers about things, by any text that identifies each: whether they can be
// dispensed or sold, why, and what to do next. It reads one state of the private store
// and one of the ledger, asks nobody, and changes nothing. A thing that is named twice
// is answered once, with a notice; the answers keep the order of the texts otherwise.
func (d *Desk) Judge(ctx context.Context, texts []string) ([]verdict.Answer, error) {
	if len(texts) == 0 || len(texts) > JudgeItemsMax {
		return nil, fmt.Errorf("couldn't answer: %d things are named where 1 to %d are taken at once", len(texts), JudgeItemsMax)
	}
	j := d.judging()
	answers := make([]verdict.Answer, 0, len(texts))
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		return d.chain.Read(func(s ledger.State) error {
			j.on(tx, s)
			var err error
			answers, err = j.all(texts)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't answer: %w", err)
	}
	return answers, nil
}

// JudgeIn answers about things by their paths as Judge does, by what stands in the
// transaction, for who changes the stock in it.
func (d *Desk) JudgeIn(tx *sql.Tx, paths []string) ([]verdict.Answer, error) {
	j := d.judging()
	answers := make([]verdict.Answer, 0, len(paths))
	err := d.chain.Read(func(s ledger.State) error {
		j.on(tx, s)
		if err := j.lookAhead(paths); err != nil {
			return err
		}
		for _, path := range paths {
			facts, _, err := j.of(path, path)
			if err != nil {
				return err
			}
			answers = append(answers, j.sum(path, facts))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't answer: %w", err)
	}
	return answers, nil
}

// judging gathers what is known of things during one call. What many of them share,
// containers and makers' statements, is read once.
type judging struct {
	d         *Desk
	tx        *sql.Tx
	s         ledger.State
	now       time.Time
	height    uint64
	blockTime time.Time
	check     goodsCheck // of makers' statements
	boxes     map[string]boxed
	keys      map[int64]proof.Key
	names     map[string]string // of products
	ahead     *ahead            // nil where few things are asked about
	cached
}

// judging begins one: what time and which height it is must be asked before the
// ledger is read.
func (d *Desk) judging() *judging {
	height, blockTime := d.chain.Status()
	j := &judging{d: d, now: d.now(), height: height, blockTime: time.Unix(int64(blockTime), 0).UTC()}
	j.boxes, j.keys, j.names, j.cached = map[string]boxed{}, map[int64]proof.Key{}, map[string]string{}, newCached()
	return j
}

// on says what is read.
func (j *judging) on(tx *sql.Tx, s ledger.State) {
	j.tx, j.s = tx, s
	j.check = goodsCheck{s: s, chainID: j.d.chain.ChainID(), now: j.now, origins: map[proof.Hash]originCheck{}}
}

func (j *judging) all(texts []string) ([]verdict.Answer, error) {
	var answers []verdict.Answer
	first := map[string]int{}
	for _, text := range texts {
		path, unreadable := readItem(text, j.here())
		if unreadable != nil {
			a, err := j.alone(text, *unreadable)
			if err != nil {
				return nil, err
			}
			answers = append(answers, a)
			continue
		}
		if i, twice := first[path]; twice {
			if a := &answers[i]; len(a.Notices) == 0 || a.Notices[len(a.Notices)-1].Rule != verdict.RuleAskedTwice {
				a.Notices = append(a.Notices, verdict.New(verdict.RuleAskedTwice, path, "It was named more than once in this question.", j.here()))
			}
			continue
		}
		facts, it, err := j.of(path, text)
		if err != nil {
			return nil, err
		}
		first[path] = len(answers)
		a, err := j.answer(path, facts)
		if err != nil {
			return nil, err
		}
		a.Lot = it.lot.number
		if it.lot.expiry != "" {
			a.Expiry = expiryText(it.lot.expiry)
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// answer is the sum of what is known of a thing, with the cases about it and what it is
// called.
func (j *judging) answer(path string, facts []verdict.Fact) (verdict.Answer, error) {
	if err := j.cited(facts); err != nil {
		return verdict.Answer{}, err
	}
	a := j.sum(path, facts)
	var err error
	a.Product, err = j.product(path)
	return a, err
}

// alone answers about a text that names no single thing.
func (j *judging) alone(text string, unreadable verdict.Fact) (verdict.Answer, error) {
	path, facts, err := j.productAlone(text, unreadable)
	if err != nil {
		return verdict.Answer{}, err
	}
	return j.answer(path, facts)
}

func (j *judging) sum(path string, facts []verdict.Fact) verdict.Answer {
	return verdict.Sum(path, j.now, j.height, facts)
}

// here is the basis of what this organisation knows by itself.
func (j *judging) here() verdict.Basis {
	return verdict.Basis{Known: verdict.Own, AsOf: j.now, Source: "here"}
}

// ledger is the basis of what committed state proves.
func (j *judging) ledger() verdict.Basis {
	return verdict.Basis{Known: verdict.Proved, AsOf: j.blockTime, Height: j.height, Source: "ledger", Stale: j.stale()}
}

// stale tells whether the ledger here is older than it may be.
func (j *judging) stale() bool { return j.now.Sub(j.blockTime) > j.d.ledgerAge }
