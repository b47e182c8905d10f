package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pedigree/proof"
)

// CheckConfig says what a check believes.
type CheckConfig struct {
	// Founding is the founding file that the reader has from elsewhere. Nil believes
	// the archive's own, whose fingerprint the reader must compare.
	Founding []byte
	// Trust reads a founding file: its first validators and its fingerprint. Required.
	Trust func(founding []byte) (proof.Trust, proof.Hash, error)
	// Anchor is the state key under which the ledger holds the hash of an
	// organisation's audit trail, and what reads the row; "" for none. Required.
	Anchor func(org string) (key []byte, root func(row []byte) (string, error))
}

// Fault is one thing that is wrong.
type Fault struct {
	Where string `json:"where"` // a file of the archive, with a line where it has lines
	What  string `json:"what"`
}

// Report is what a check found.
type Report struct {
	Manifest Manifest       `json:"manifest"`
	Believed bool           `json:"believed"` // the founding file is the reader's own
	Files    int64          `json:"files"`
	Bytes    int64          `json:"bytes"`
	Receipts int64          `json:"receipts"`
	Lines    map[string]int `json:"lines"`
	Proved   int            `json:"proved"`   // of what is on hand or offered, as of its proof
	Unproved int            `json:"unproved"` // of it, without a proof
	Anchored uint64         `json:"anchored"` // the last line of the audit trail that the ledger vouches for
	AsOf     time.Time      `json:"as_of"`    // of the header that proves the organisation's key
	Gone     int            `json:"gone"`     // what tables name and was erased
	Notes    []string       `json:"notes"`    // what this program doesn't know or couldn't check
	Faults   []Fault        `json:"faults"`
}

// OK says that nothing was found wrong.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// checking is one check.
type checking struct {
	ctx    context.Context
	config CheckConfig
	a      *archive
	report Report

	trust   proof.Trust
	places  map[string]entry // the files with names of their own, and the first document
	anchor  string           // hash of the audit trail on the ledger
	docs    *lineReader      // of documents.ndjson, beside the documents
	stocked stockCheck
	tables  tableCheck
	ordered error // why the order of names is wrong
}

// Check checks a whole export. The error is of reading it; what is wrong with it is
// in the report.
func Check(ctx context.Context, r io.ReaderAt, size int64, config CheckConfig) (Report, error) {
	c := checking{
		ctx: ctx, config: config, a: &archive{r: r, size: size}, places: map[string]entry{},
		report: Report{Lines: map[string]int{}, Faults: []Fault{}, Notes: []string{}, Bytes: size},
	}
	err := c.all()
	return c.report, err
}

// note tells of what is neither right nor wrong.
func (c *checking) note(format string, args ...any) {
	if len(c.report.Notes) < notesMax {
		c.report.Notes = append(c.report.Notes, fmt.Sprintf(format, args...))
	}
}

func (c *checking) fault(where, format string, args ...any) {
	if len(c.report.Faults) < faultsMax {
		c.report.Faults = append(c.report.Faults, Fault{where, fmt.Sprintf(format, args...)})
	}
}

// all checks the form first, then whom it is from, then every file.
func (c *checking) all() error {
	if err := c.form(); err != nil {
		c.fault("archive", "%v", err)
		return c.ctx.Err()
	}
	if !c.origin() {
		return nil
	}
	return c.files()
}

// form walks over the headers and notes where the files are that the rest needs.
func (c *checking) form() error {
	tail := []string{filesName, manifestName, signatureName}
	last := ""
	for {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		e, err := c.a.step()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if isTable := strings.HasPrefix(e.name, tablesFolder); isTable && len(c.places) > tablesMax+len(fixed) {
			return fmt.Errorf("it has more than %d tables", tablesMax)
		} else if fixed[e.name] || isTable {
			if _, twice := c.places[e.name]; twice {
				return fmt.Errorf("%s is there twice", e.name)
			}
			c.places[e.name] = e
		}
		if len(tail) > 0 && e.name == tail[0] {
			tail = tail[1:]
			continue
		}
		if len(tail) < 3 {
			return fmt.Errorf("%s stands where %s is expected", e.name, append(tail, "the end")[0])
		}
		if e.name <= last && c.ordered == nil {
			c.ordered = fmt.Errorf("%s comes after %s: it was put in or moved", e.name, last)
		}
		last = e.name
	}
	if len(tail) > 0 {
		return fmt.Errorf("it ends without %s: it was cut off, or the file was removed", tail[0])
	}
	return nil
}

// fixed are the names that stand by themselves.
var fixed = func() map[string]bool {
	m := map[string]bool{AnchorFile: true, FoundingFile: true, MemberFile: true, filesName: true, manifestName: true, signatureName: true, TablesFile: true}
	for _, name := range lists {
		m[name] = true
	}
	return m
}()

// origin checks whose export it is. False: what comes after can't be judged.
func (c *checking) origin() bool {
	text, err := c.a.whole(c.places[manifestName], smallBytesMax)
	if err == nil {
		c.report.Manifest, err = decodeManifest(text)
	}
	if err != nil {
		c.fault(manifestName, "it can't be read: %v", err)
		return false
	}
	if !c.founding() {
		return false
	}
	if !c.a.taken.Equal(c.report.Manifest.Taken) {
		c.fault(manifestName, "it says it was taken %s, the archive %s", c.report.Manifest.Taken.Format(time.RFC3339), c.a.taken.Format(time.RFC3339))
	}
	c.signature(text)
	return true
}

func (c *checking) founding() bool {
	m := c.report.Manifest
	founding, err := c.small(FoundingFile, foundingBytesMax)
	var print proof.Hash
	if err == nil {
		c.trust, print, err = c.config.Trust(founding)
	}
	if err == nil && c.config.Founding != nil {
		_, own, err := c.config.Trust(c.config.Founding)
		if c.report.Believed = err == nil && own == print; !c.report.Believed {
			c.fault(FoundingFile, "it is not the founding file that you trust: the export is of another network, or was made up")
			return false
		}
	}
	switch {
	case err != nil:
		c.fault(FoundingFile, "it can't be read: %v", err)
	case print != m.Founding || c.trust.ChainID != m.Chain:
		c.fault(FoundingFile, "it founds %s with fingerprint %s, the manifest says %s and %s", c.trust.ChainID, print, m.Chain, m.Founding)
	default:
		return true
	}
	return false
}

// small reads a file that must be there.
func (c *checking) small(name string, most int64) ([]byte, error) {
	e, there := c.places[name]
	if !there {
		return nil, errors.New("it is missing")
	}
	return c.a.whole(e, most)
}

// signature checks that the organisation's key, as the ledger lists it, signed.
func (c *checking) signature(manifest []byte) {
	m := c.report.Manifest
	raw, err := c.small(signatureName, smallBytesMax)
	var s ManifestSignature
	if err == nil {
		s, err = decodeSignature(raw)
	}
	if err != nil {
		c.fault(signatureName, "it can't be read: %v", err)
		return
	}
	row, report, err := c.proved(MemberFile, proof.MemberKey(m.Org))
	if err != nil {
		c.fault(MemberFile, "%v", err)
		return
	}
	c.report.AsOf = report.AsOf
	if row == nil {
		c.fault(MemberFile, "the ledger knows no member %s", m.Org)
		return
	}
	member, err := proof.DecodeMember(row)
	if err != nil {
		c.fault(MemberFile, "%v", err)
		return
	}
	key, valid := member.KeyAt(m.KeyID, report.Height)
	switch {
	case !valid:
		c.fault(signatureName, "%s has no key %d that was valid at height %d", m.Org, m.KeyID, report.Height)
	case s.KeyID != m.KeyID || s.Key != key:
		c.fault(signatureName, "it is of another key than number %d of %s", m.KeyID, m.Org)
	case !s.right(key, manifest):
		c.fault(manifestName, "%s did not sign it: it or its signature was changed, or somebody else made it", m.Org)
	}
	if member.Name != m.Name {
		c.fault(manifestName, "it calls %s %q, the ledger %q", m.Org, m.Name, member.Name)
	}
}

// proved reads a state proof of a key, and its value.
func (c *checking) proved(name string, key []byte) ([]byte, proof.Report, error) {
	raw, err := c.small(name, smallBytesMax)
	if err != nil {
		return nil, proof.Report{}, err
	}
	p, err := proof.DecodeStateProof(raw)
	if err != nil {
		return nil, proof.Report{}, err
	}
	report, err := p.Verify(c.trust)
	if err == nil && !bytes.Equal(p.Key, key) {
		err = errors.New("it proves something else than what it is here for")
	}
	return p.Value, report, err
}
