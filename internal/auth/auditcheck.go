package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// ErrTrail says that an audit trail is not as it was written.
var ErrTrail = errors.New("the audit trail was changed")

// ErrCut says, beside ErrTrail, that the line which the ledger knows is not there.
var ErrCut = errors.New("lines were rewritten, or removed from the end, or an older copy of the store was put back")

// Trail checks lines as they come, in order. The zero value of all but Org begins
// at the first line.
type Trail struct {
	Org    string
	Seq    uint64 // of the last line that was checked
	Hash   string // of that line
	Anchor string // a hash that one line must have, as the ledger has it; "" for none

	Anchored uint64 // the line that has it; 0 while none has
	Restored uint64 // the line that says with which backup the line of the anchor was lost; 0 for none

	open uint64 // the last line of a restored backup of which nobody said yet what was lost
}

// Add checks the next line. Its error wraps ErrTrail and names the line.
func (t *Trail) Add(l AuditLine) error {
	switch want := t.Seq + 1; {
	case l.Seq > want:
		return fmt.Errorf("%w: line %d is missing; line %d comes after line %d", ErrTrail, want, l.Seq, t.Seq)
	case l.Seq < want:
		return fmt.Errorf("%w: line %d stands after line %d: it was put in or moved", ErrTrail, l.Seq, t.Seq)
	case l.hashAfter(t.Org, t.Hash) != l.Hash:
		return fmt.Errorf("%w: line %d (%s) is not the one that was written after line %d: one of the two was changed, moved or put in", ErrTrail, l.Seq, l.Act, t.Seq)
	}
	t.Seq, t.Hash = l.Seq, l.Hash
	if t.Anchor != "" && l.Hash == t.Anchor {
		t.Anchored = l.Seq
	}
	switch {
	case l.Act != actRestore:
	case l.Object == lostLines(t.Anchor):
		t.Restored, t.open = l.Seq, 0
	case strings.HasPrefix(l.Object, backupOf):
		t.open = l.Seq
	default:
		t.open = 0
	}
	return nil
}

// End checks, after the last line, that the line which the ledger knows was among
// them. A trail that was written anew from some line on, or cut off, fails here;
// one that was restored from a backup tells itself what it lost.
func (t *Trail) End() error {
	if t.Anchor == "" || t.Anchored > 0 {
		return nil
	}
	if t.open > 0 {
		t.Restored = t.open
	}
	if t.Restored == 0 {
		return fmt.Errorf("%w: no line has the hash %s that the ledger holds: %w", ErrTrail, t.Anchor, ErrCut)
	}
	return nil
}

// CheckAudit checks an organisation's whole trail against its anchor on the ledger,
// which may be "".
func (a *Access) CheckAudit(ctx context.Context, org, anchor string) (Trail, error) {
	t := Trail{Org: org, Anchor: anchor}
	for {
		page, err := a.Audit(ctx, org, t.Seq, auditPage)
		if err != nil {
			return t, err
		}
		for _, l := range page {
			if err := t.Add(l); err != nil {
				return t, err
			}
		}
		if len(page) < auditPage {
			return t, t.End()
		}
	}
}

// CheckAuditTail checks the last lines of every trail, which takes no time worth
// mentioning; the whole is for fsck.
func (a *Access) CheckAuditTail(ctx context.Context) error {
	orgs, err := a.AuditOrgs(ctx)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		head, _, err := a.AuditHead(ctx, org)
		if err != nil {
			return err
		}
		if err := a.checkFrom(ctx, org, head); err != nil {
			return fmt.Errorf("couldn't trust the audit trail of %s: %w", org, err)
		}
	}
	return nil
}

func (a *Access) checkFrom(ctx context.Context, org string, head uint64) error {
	t := Trail{Org: org}
	if head > auditTail {
		before, err := a.Audit(ctx, org, head-auditTail-1, 1)
		if err != nil {
			return err
		}
		if len(before) == 0 || before[0].Seq != head-auditTail {
			return fmt.Errorf("%w: line %d is missing", ErrTrail, head-auditTail)
		}
		t.Seq, t.Hash = before[0].Seq, before[0].Hash
	}
	page, err := a.Audit(ctx, org, t.Seq, auditPage)
	if err != nil {
		return err
	}
	for _, l := range page {
		if err := t.Add(l); err != nil {
			return err
		}
	}
	return nil
}
