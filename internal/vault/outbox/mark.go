package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrContradiction says that a block was said to have settled an envelope that
// another place in a block, or another verdict there, had settled before.
var ErrContradiction = errors.New("two blocks say different things of one envelope")

// Outcome is what became of an envelope.
type Outcome struct {
	ID    [32]byte
	State State // anything but Pending
	// Height and Index say where in the chain it stands: required for
	// Committed, zero for what no block said.
	Height int64
	Index  int
	Code   string // required for Refused, at most 128 bytes
	Text   string // at most 1 KiB; longer is cut
}

func (c Outcome) check() error {
	switch {
	case c.State <= Pending || c.State > Expired:
		return fmt.Errorf("%s is no outcome", c.State)
	case c.Height < 0 || c.Index < 0:
		return fmt.Errorf("height %d and index %d can't be negative", c.Height, c.Index)
	case c.State == Committed && c.Height == 0:
		return errors.New("committed needs the block's height")
	case (c.State == Submitted || c.State == Expired) && c.Height != 0:
		return fmt.Errorf("no block says %s, but a height is given", c.State)
	case c.State == Refused && c.Code == "":
		return errors.New("refused needs a code")
	case len(c.Code) > codeBytesMax:
		return fmt.Errorf("the code has %d bytes, more than %d", len(c.Code), codeBytesMax)
	}
	return nil
}

// Mark records outcomes and returns how many envelopes changed. It passes over
// ids that aren't in the outbox, outcomes that are known, and those that what is
// known rules out, so that blocks may be folded again and from the start.
//
// ErrContradiction: two blocks settle one envelope, which no chain does.
func (o *Outbox) Mark(ctx context.Context, tx *sql.Tx, list ...Outcome) (changed int, err error) {
	if len(list) > MarkMax {
		return 0, fmt.Errorf("couldn't mark %d envelopes: at most %d at once", len(list), MarkMax)
	}
	m := marker{changes: map[int64]*Counts{}, now: o.vault.Now().UnixMilli()}
	if m.find, err = tx.PrepareContext(ctx, selectForMark); err != nil {
		return 0, fmt.Errorf("couldn't mark envelopes: %w", err)
	}
	if m.write, err = tx.PrepareContext(ctx, updateState); err != nil {
		return 0, fmt.Errorf("couldn't mark envelopes: %w", err)
	}
	for i := range list {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := m.mark(&list[i]); err != nil {
			return 0, fmt.Errorf("couldn't mark envelope %x %s: %w", list[i].ID, list[i].State, err)
		}
	}
	for _, job := range slices.Sorted(maps.Keys(m.changes)) {
		if err := count(ctx, tx, job, *m.changes[job]); err != nil {
			return 0, err
		}
	}
	return m.changed, nil
}

// marker marks the envelopes of one call. Its statements run without the
// context, which would cost a goroutine each.
type marker struct {
	find, write *sql.Stmt
	now         int64
	changes     map[int64]*Counts // by job
	changed     int
}

func (m *marker) mark(to *Outcome) error {
	if err := to.check(); err != nil {
		return err
	}
	var number, job int64
	from := Outcome{ID: to.ID}
	err := m.find.QueryRow(to.ID[:]).Scan(&number, &job, &from.State, &from.Height, &from.Index)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	moves, err := from.yieldsTo(to)
	if err != nil || !moves {
		return err
	}
	if _, err := m.write.Exec(int(to.State), to.Height, to.Index, to.Code, cut(to.Text), m.now, number); err != nil {
		return err
	}
	if m.changes[job] == nil {
		m.changes[job] = &Counts{}
	}
	*m.changes[job].of(from.State)--
	*m.changes[job].of(to.State)++
	m.changed++
	return nil
}

// yieldsTo tells whether a known outcome gives way to another.
func (c *Outcome) yieldsTo(to *Outcome) (bool, error) {
	switch {
	case c.Height > 0 && to.Height > 0:
		if c.State != to.State || c.Height != to.Height || c.Index != to.Index {
			return false, fmt.Errorf("%w: %s at height %d, index %d and %s at height %d, index %d",
				ErrContradiction, c.State, c.Height, c.Index, to.State, to.Height, to.Index)
		}
		return false, nil
	case to.Height > 0:
		return true, nil
	}
	return c.State <= Submitted && to.State > c.State, nil
}

// cut shortens a text to its limit, between two characters.
func cut(text string) string {
	if len(text) <= textBytesMax {
		return text
	}
	end := textBytesMax
	for end > 0 && text[end]&0xc0 == 0x80 { // inside a character
		end--
	}
	return text[:end]
}
