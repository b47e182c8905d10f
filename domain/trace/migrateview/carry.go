package migrateview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pedigree/domain/trace/traceview"
	"pedigree/format/stocklist"
	"pedigree/internal/vault"
)

// Points at which a test can end a run.
const (
	pointChunk    = "chunk"    // some lines were dealt with
	pointCompared = "compared" // what the list lacks is listed
)

// errTried undoes a transaction in which a check has tried what a list would change.
var errTried = errors.New("it was only tried")

// carrying is a run at work.
type carrying struct {
	m       *Migrations
	ctx     context.Context
	row     row
	own     func(path string) bool
	sellers map[sellerKey]traceview.Authority
	renewed map[int64]bool // documents whose seller's standing was noted anew
	lots    map[[2]string]int64
	lines   []stocklist.Line
	faults  []stocklist.Fault
	last    int // line of the file that was read last
}

// carry brings a run to its end, or to where it is stopped. What stops it is told with
// its job.
func (m *Migrations) carry(ctx context.Context, n int64) error {
	c := &carrying{m: m, ctx: ctx, sellers: map[sellerKey]traceview.Authority{}, renewed: map[int64]bool{}, lots: map[[2]string]int64{}}
	err := m.Vault.View(ctx, func(tx *sql.Tx) (err error) {
		c.row, err = m.load(tx, n)
		return err
	})
	if err == nil && c.row.ended != 0 {
		return nil
	}
	if err == nil {
		err = c.run()
	}
	if err == nil || errors.Is(err, errPaused) || ctx.Err() != nil || vault.Unavailable(err) {
		return err // a run that was cut off goes on when the node starts anew
	}
	return errors.Join(err, m.Vault.Update(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		r, lost := m.load(tx, n)
		if lost != nil {
			return lost
		}
		return m.save(ctx, tx, r, vault.JobFailed, textUpTo(err.Error(), errorBytesMax))
	}))
}

func (c *carrying) run() error {
	var err error
	if c.own, err = c.m.Goods.OwnProducts(); err != nil {
		return err
	}
	content, _, err := c.m.Vault.OpenDocument(c.ctx, c.row.document)
	if err != nil {
		return err
	}
	defer content.Close()
	_, err = stocklist.Read(content, stocklist.Options{}, func(l *stocklist.Line) error {
		if l.Number > c.row.line {
			c.lines, c.last = append(c.lines, *l), l.Number
		}
		return c.full()
	}, func(f stocklist.Fault) error {
		if f.Line > c.row.line {
			c.faults, c.last = append(c.faults, f), f.Line
		}
		return c.full()
	})
	if err == nil && c.last > c.row.line {
		err = c.chunk()
	}
	if err != nil {
		return err
	}
	if err := c.compare(); err != nil {
		return err
	}
	return c.end()
}

// full deals with the lines at hand when there are enough.
func (c *carrying) full() error {
	if len(c.lines)+len(c.faults) < chunkLines {
		return c.ctx.Err()
	}
	return c.chunk()
}

// chunk deals with some lines, in one transaction; a check tries them in one before,
// which is undone.
func (c *carrying) chunk() error {
	var done *chunk
	if c.row.dry {
		err := c.m.Vault.Update(c.ctx, func(tx *sql.Tx) (err error) {
			if done, err = c.deal(tx); err == nil {
				err = errTried
			}
			return err
		})
		if !errors.Is(err, errTried) {
			return err
		}
	}
	next := c.row
	err := c.m.Vault.Update(c.ctx, func(tx *sql.Tx) error {
		if err := c.mayGoOn(tx); err != nil {
			return err
		}
		if !c.row.dry {
			var err error
			if done, err = c.deal(tx); err != nil {
				return err
			}
		}
		next = c.row
		next.tally, next.line = c.row.tally.clone(), c.last
		if err := done.write(c.ctx, tx, &next); err != nil {
			return err
		}
		return c.m.save(c.ctx, tx, next, vault.JobRunning, "")
	})
	if err != nil {
		return err
	}
	c.row, c.lines, c.faults = next, c.lines[:0], c.faults[:0]
	return c.m.pass(pointChunk)
}

// mayGoOn sees that nobody has paused the run.
func (c *carrying) mayGoOn(tx *sql.Tx) error {
	j, err := c.m.Vault.JobIn(c.ctx, tx, c.row.job)
	if err == nil && j.State != vault.JobRunning {
		err = errPaused
	}
	return err
}

// compare lists what earlier lists brought and this one lacks. What a list of all that
// there is lacks leaves the stock.
func (c *carrying) compare() error {
	for !c.row.tally.Compared {
		next := c.row
		err := c.m.Vault.Update(c.ctx, func(tx *sql.Tx) error {
			if err := c.mayGoOn(tx); err != nil {
				return err
			}
			page, err := traceview.ListedOutside(tx, c.row.tally.After, chunkLines)
			if err != nil {
				return err
			}
			next = c.row
			next.tally = c.row.tally.clone()
			if next.tally.Compared = len(page) < chunkLines; len(page) > 0 {
				next.tally.After = page[len(page)-1]
			}
			if err := c.missing(tx, &next, page); err != nil {
				return err
			}
			return c.m.save(c.ctx, tx, next, vault.JobRunning, "")
		})
		if err != nil {
			return err
		}
		c.row = next
		if err := c.m.pass(pointCompared); err != nil {
			return err
		}
	}
	return nil
}

func (c *carrying) missing(tx *sql.Tx, next *row, page []string) error {
	if len(page) == 0 {
		return nil
	}
	named, err := linesOf(tx, c.row.n, page)
	if err != nil {
		return err
	}
	k := &chunk{c: c}
	for _, path := range page {
		if _, ok := named[path]; ok {
			continue
		}
		next.tally.Missing++
		k.find(0, path, RuleMissing, "An earlier list brought it, and this one doesn't name it.")
		if !c.row.whole {
			continue
		}
		next.tally.Changes[ChangeGone]++
		if c.row.dry {
			continue
		}
		if err := traceview.ForgetOutside(tx, path); err != nil {
			return err
		}
	}
	return k.writeFindings(c.ctx, tx, next)
}

func (c *carrying) end() error {
	return c.m.Vault.Update(c.ctx, func(tx *sql.Tx) error {
		if err := c.mayGoOn(tx); err != nil {
			return err
		}
		c.row.ended = c.m.Now().UnixMilli()
		return c.m.save(c.ctx, tx, c.row, vault.JobDone, "")
	})
}

// linesOf tells which of some paths a run has named, and in which line.
func linesOf(tx *sql.Tx, run int64, paths []string) (map[string]int, error) {
	args := []any{run}
	places := ""
	for i, p := range paths {
		args = append(args, p)
		if i > 0 {
			places += ", "
		}
		places += fmt.Sprintf("$%d", i+2)
	}
	named := map[string]int{}
	if len(paths) == 0 {
		return named, nil
	}
	rows, err := tx.Query(`SELECT path, line FROM migrate_item WHERE run = $1 AND path IN (`+places+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("couldn't look up what the list named before: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		var line int
		if err := rows.Scan(&path, &line); err != nil {
			return nil, err
		}
		named[path] = line
	}
	return named, rows.Err()
}

// textUpTo cuts a text to some bytes.
func textUpTo(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return s[:most]
}
