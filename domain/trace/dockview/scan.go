package dockview

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Scan is one scan, or one touch of a button about a thing.
type Scan struct {
	Raw    string `json:"raw" maxLength:"8192" doc:"What the reader sent or a person typed"`
	Device string `json:"device" minLength:"1" maxLength:"64" doc:"The reader or screen it comes from"`
	Seq    int64  `json:"seq" minimum:"1" doc:"Counts the device's scans in this session; the same number again is the same scan"`
	In     string `json:"in,omitempty" maxLength:"8192" doc:"The container that is being emptied, as scanned"`
	What   string `json:"what,omitempty" enum:"seen,open,damaged" doc:"seen; open: a container whose seal is broken; damaged: its label or packaging is"`
}

var whats = map[string]int{"": whatSeen, "seen": whatSeen, "open": whatOpen, "damaged": whatDamaged}

// Result is what the clerk is told about a scan.
type Result struct {
	Number  int             `json:"number,omitempty" doc:"Of the scan in its session, by which it can be undone; 0 when nothing was noted"`
	Beep    Beep            `json:"beep" enum:"ok,again,unexpected,stop,unread"`
	Rule    string          `json:"rule,omitempty" doc:"What is the matter, as in docs/guide/receive.md"`
	Text    string          `json:"text,omitempty"`
	Next    string          `json:"next,omitempty" doc:"What to do now"`
	Path    string          `json:"path,omitempty"`
	Thing   *Thing          `json:"thing,omitempty" doc:"The thing, where it is expected"`
	In      *Thing          `json:"in,omitempty" doc:"The container it is expected in, with what is missing in it"`
	Counts  Counts          `json:"counts"`
	Verdict *verdict.Answer `json:"verdict,omitempty" doc:"Where something known speaks against it"`
}

// scanRow is a scan as it is kept.
type scanRow struct {
	n           int
	path        string
	what        int
	at          time.Time
	device      string
	seq         int64
	by          string
	undone      bool
	undoer      string
	raw, in     string
	lot, expiry string // on the symbol; expiry CCYY-MM-DD
	stop        reason // by what was known when it was scanned
	here        bool   // in stock already
	elsewhere   int64  // open session that expects it
	other       string // the delivery that waits and names it, in words
}

// sealedScan is what is sealed of a scan.
type sealedScan struct {
	Raw       string `json:"raw"`
	In        string `json:"in,omitempty"`
	Lot       string `json:"lot,omitempty"`
	Expiry    string `json:"expiry,omitempty"`
	Stop      reason `json:"stop,omitzero"`
	Here      bool   `json:"here,omitempty"`
	Elsewhere int64  `json:"elsewhere,omitempty"`
	Other     string `json:"other,omitempty"`
}

func (s *scanRow) seal() ([]byte, error) {
	return json.Marshal(sealedScan{s.raw, s.in, s.lot, s.expiry, s.stop, s.here, s.elsewhere, s.other})
}

func (s *scanRow) unseal(plain []byte) error {
	var x sealedScan
	err := json.Unmarshal(plain, &x)
	s.raw, s.in, s.lot, s.expiry, s.stop, s.here, s.elsewhere, s.other = x.Raw, x.In, x.Lot, x.Expiry, x.Stop, x.Here, x.Elsewhere, x.Other
	return err
}

// Scan notes what a clerk scanned, and says what it is. What names no thing is not
// noted. The same scan of the same device again is answered as it was.
func (d *Docks) Scan(ctx context.Context, id int64, s Scan, by string) (Result, error) {
	r, err := d.scan(ctx, id, s, by)
	if err != nil {
		return Result{}, fmt.Errorf("couldn't note the scan: %w", err)
	}
	return r, nil
}

func (d *Docks) scan(ctx context.Context, id int64, s Scan, by string) (Result, error) {
	what, known := whats[s.What]
	if !known || s.Device == "" || len(s.Device) > DeviceMax || s.Seq < 1 {
		return Result{}, api.Coded(errors.New("a scan names its device and number, and is seen, open or damaged"), ledger.Invalid, "dock/invalid")
	}
	l, err := d.hold(ctx, id)
	if err != nil {
		return Result{}, err
	}
	defer d.release(l)
	if n, again := l.seqs[deviceSeq{s.Device, s.Seq}]; again {
		return l.result(n), nil
	}
	if err := l.mustBe(Open); err != nil {
		return Result{}, err
	}
	if len(l.scans) >= ScansMax {
		return Result{}, api.Coded(fmt.Errorf("session %d has %d scans; finish it, and go on in another", id, ScansMax), kindLimit, "dock/too-many")
	}
	row, unread := readScan(s)
	if unread != nil {
		return Result{Beep: BeepUnread, Rule: unread.Rule, Text: unread.Text, Next: unread.Next, Counts: l.tally.counts}, nil
	}
	row.n, row.what, row.by, row.at = len(l.scans)+1, what, by, d.Now().UTC()
	if i, expected := l.expected.at[row.path]; what == whatOpen && (!expected || l.expected.nodes[i].first == none) {
		return Result{}, api.Coded(fmt.Errorf("%s holds nothing that is expected, so it can't be opened; scan what is in it", row.path), ledger.Conflict, "dock/no-container")
	}
	answer, err := d.know(ctx, l, row)
	if err != nil {
		return Result{}, err
	}
	if err := d.write(ctx, l, row); err != nil {
		l.loaded = false // perhaps it is on disk all the same
		return Result{}, err
	}
	l.keep(row)
	r := l.result(row.n)
	d.tell(l, Change{What: ChangeScan, Number: row.n, Path: row.path, Beep: r.Beep, Rule: r.Rule, Text: r.Text, Device: row.device, By: by})
	if row.stop.Rule != "" {
		r.Verdict = answer
	}
	return r, nil
}

// readScan reads what was scanned, or says why it names no thing.
func readScan(s Scan) (*scanRow, *reason) {
	row := &scanRow{raw: s.Raw, device: s.Device, seq: s.Seq}
	scan, err := gs1.Parse(strings.TrimSpace(s.Raw))
	if err == nil {
		row.path, err = scan.Path()
	}
	if err != nil || len(s.Raw) > RawBytesMax {
		why := &reason{RuleUnreadable, "The code or number can't be read.", "scan it again, alone; else type GTIN and serial number, or note it as damaged"}
		var bad *gs1.Error
		if errors.As(err, &bad) {
			why.Text, why.Next = bad.Text, bad.Remedy
		}
		return nil, why
	}
	if !isThing(row.path) {
		return nil, &reason{RuleNoSerial, "The code names a product or a place, not one thing.", "scan the two-dimensional code with the serial number, or the label with the SSCC"}
	}
	row.lot, _ = scan.Lot()
	if day, ok := scan.Expiry(); ok {
		row.expiry = day.String()
	}
	if s.In != "" {
		row.in = pathIn(s.In)
	}
	return row, nil
}

// isThing tells whether a path names one thing: a serialised package, a logistic unit
// or a returnable container.
func isThing(path string) bool {
	return gtinOf(path) != "" && strings.Contains(path, "/21/") || strings.HasPrefix(path, "/00/") || strings.HasPrefix(path, "/8003/")
}

// gtinOf is the GTIN in a path, or "".
func gtinOf(path string) string {
	const size = len("/01/") + 14
	if strings.HasPrefix(path, "/01/") && len(path) >= size {
		return path[len("/01/"):size]
	}
	return ""
}

// serialOf is the serial number in a pack's path, or "".
func serialOf(path string) string {
	_, serial, _ := strings.Cut(path, "/21/")
	if plain, err := gs1.UnescapePath(serial); err == nil {
		return plain
	}
	return ""
}

// pathIn is the path of what a text names, or "".
func pathIn(text string) string {
	if text == "" {
		return ""
	}
	path, err := gs1.CanonicalPath(text)
	if err != nil {
		scan, bad := gs1.Parse(text)
		if bad != nil {
			return ""
		}
		if path, err = scan.Path(); err != nil {
			return ""
		}
	}
	return path
}

// know asks what is known of a thing here that its data doesn't say.
func (d *Docks) know(ctx context.Context, l *live, s *scanRow) (*verdict.Answer, error) {
	list, err := d.Goods.Judge(ctx, []string{s.raw})
	if err != nil {
		return nil, err
	}
	answer := &list[0]
	i, expected := l.expected.at[s.path]
	if !expected {
		if err := d.elsewhereOf(ctx, l, s); err != nil {
			return nil, err
		}
	}
	announced := expected || s.elsewhere != 0 || s.other != ""
	for _, f := range answer.Facts {
		if f.Rule == verdict.RuleExpired && f.Basis.Source == "pack" {
			continue // it is looked at below, with what the data says
		}
		if f.Word == verdict.Stop && (!announced || f.Rule != verdict.RuleNotHere) {
			s.stop = reason{f.Rule, f.Text, f.Next}
			break
		}
	}
	if s.stop.Rule == "" {
		expiry := s.expiry
		if expiry == "" && expected {
			expiry = l.expected.nodes[i].expiry
		}
		if day, err := time.Parse(time.DateOnly, expiry); err == nil && !d.Now().Before(day.AddDate(0, 0, 1)) {
			s.stop = reason{RuleExpired, "It expired on " + expiry + ".", "put it into the hold area; it goes back or is destroyed"}
		}
	}
	if announced {
		held, err := d.Goods.HeldOf(ctx, []string{s.path})
		s.here = err == nil && len(held) > 0 && held[0].InHand
		return answer, err
	}
	s.here = !slices.ContainsFunc(slices.Concat(answer.Facts, answer.Notices), func(f verdict.Fact) bool {
		return f.Rule == verdict.RuleUnknown || f.Rule == verdict.RuleProductNoData
	})
	return answer, nil
}

// expectedBy finds a thing in what other open sessions expect, as far as they are at
// work now.
func (d *Docks) expectedBy(path string, but int64) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, l := range d.live {
		if id == but || !l.mu.TryLock() {
			continue
		}
		found := false
		if l.loaded && l.session.State == Open {
			_, found = l.expected.at[path]
		}
		l.mu.Unlock()
		if found {
			return id
		}
	}
	return 0
}

func (d *Docks) write(ctx context.Context, l *live, s *scanRow) error {
	plain, err := s.seal()
	if err != nil {
		return err
	}
	sealed, err := d.Vault.SealValue(scanContext(l.session.ID, int64(s.n)), plain)
	if err != nil {
		return err
	}
	return d.Vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO dock_scan (session, n, path, what, at, device, seq, scanner, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			l.session.ID, s.n, s.path, s.what, s.at.UnixMilli(), s.device, s.seq, s.by, sealed)
		return err
	})
}

// Undo takes a scan back, whoever made it. Who did is kept.
func (d *Docks) Undo(ctx context.Context, id int64, n int, by string) (Counts, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return Counts{}, err
	}
	defer d.release(l)
	if err := l.mustBe(Open); err != nil {
		return Counts{}, err
	}
	if n < 1 || n > len(l.scans) {
		return Counts{}, api.Coded(fmt.Errorf("session %d has no scan %d: %w", id, n, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
	}
	s := l.scans[n-1]
	if s.undone {
		return l.tally.counts, nil
	}
	err = d.Vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE dock_scan SET undone = 1, undoer = $1 WHERE session = $2 AND n = $3`, by, id, n)
		return err
	})
	if err != nil {
		l.loaded = false
		return Counts{}, fmt.Errorf("couldn't undo scan %d of session %d: %w", n, id, err)
	}
	s.undone, s.undoer = true, by
	l.again()
	d.tell(l, Change{What: ChangeUndo, Number: n, Path: s.path, Device: s.device, By: by})
	return l.tally.counts, nil
}

// result is what the clerk is told about a scan that is kept.
func (l *live) result(n int) Result {
	s, o := l.scans[n-1], l.outcomes[n-1]
	r := Result{Number: n, Beep: o.beep, Rule: o.Rule, Text: o.Text, Next: o.Next, Path: s.path, Counts: l.tally.counts}
	if s.undone {
		r.Beep, r.Text = BeepAgain, "This scan was undone."
	}
	if i, expected := l.expected.at[s.path]; expected {
		r.Thing = l.thing(i)
		if in := l.expected.nodes[i].in; in != none {
			r.In = l.thing(in)
		}
	}
	return r
}
