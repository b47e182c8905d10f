package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pedigree/internal/auth"
	"pedigree/proof"
)

// lineReader reads a list line by line.
type lineReader struct {
	in   *bufio.Reader
	line int
}

func readLines(r io.Reader) *lineReader { return &lineReader{in: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next line without its end; io.EOF after the last.
func (l *lineReader) next() ([]byte, error) {
	var line []byte
	for {
		part, err := l.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > lineBytesMax:
			return nil, fmt.Errorf("line %d has more than %d bytes", l.line+1, lineBytesMax)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case err != nil:
			return nil, fmt.Errorf("line %d is cut off", l.line+1)
		}
		l.line++
		return line[:len(line)-1], nil
	}
}

// files checks every file against the list, and what is in it.
func (c *checking) files() error {
	list, ok := c.list()
	if !ok {
		return nil
	}
	if raw, report, err := c.proved(AnchorFile, first(c.config.Anchor(c.report.Manifest.Org))); err != nil {
		c.fault(AnchorFile, "%v", err)
	} else if c.anchor, err = second(c.config.Anchor(c.report.Manifest.Org))(raw); err != nil {
		c.fault(AnchorFile, "%v, as of height %d", err, report.Height)
	}
	if err := c.readTables(); err != nil {
		return err
	}
	if err := c.walk(list); err != nil {
		return err
	}
	if c.ordered != nil && c.report.OK() {
		c.fault("archive", "%v", c.ordered)
	}
	c.counts()
	return nil
}

func first[A, B any](a A, _ B) A { return a }

func second[A, B any](_ A, b B) B { return b }

// list checks the list of files as a whole and opens it.
func (c *checking) list() (*lineReader, bool) {
	m, e := c.report.Manifest, c.places[filesName]
	hash := sha256.New()
	if _, err := io.Copy(hash, &untilEnd{c.ctx, c.a.open(e)}); err != nil {
		c.fault(filesName, "it can't be read: %v", err)
		return nil, false
	}
	if e.size != m.Files.Bytes || proof.Hash(hash.Sum(nil)) != m.Files.SHA256 {
		c.fault(filesName, "it is not the list of files that the manifest was signed with")
	}
	return readLines(c.a.open(e)), true
}

// listed reads the next file of the list; an empty name after the last.
func (c *checking) listed(list *lineReader) (File, error) {
	var f File
	line, err := list.next()
	if errors.Is(err, io.EOF) {
		return f, nil
	}
	if err == nil {
		err = decodeStrict(line, &f)
	}
	if err != nil {
		return f, fmt.Errorf("line %d can't be read: %w", list.line, err)
	}
	return f, nil
}

// walk goes through the archive and the list side by side.
func (c *checking) walk(list *lineReader) error {
	c.a.rewind()
	want, err := c.listed(list)
	for err == nil {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		e, stepping := c.a.step()
		if stepping != nil && !errors.Is(stepping, io.EOF) {
			return stepping // it was whole a moment ago
		}
		if e.name == filesName || stepping != nil {
			break
		}
		for err == nil && want.Name != "" && want.Name < e.name {
			c.fault(want.Name, "it is missing")
			want, err = c.listed(list)
		}
		if want.Name != e.name {
			c.fault(e.name, "it is not in the list of files: it was added")
			continue
		}
		if err := c.file(e, want); err != nil {
			return err
		}
		want, err = c.listed(list)
	}
	for err == nil && want.Name != "" {
		c.fault(want.Name, "it is missing")
		want, err = c.listed(list)
	}
	if err != nil {
		c.fault(filesName, "%v", err)
	}
	return nil
}

// file checks one file's bytes and, when these are right, what they say.
func (c *checking) file(e entry, want File) error {
	c.report.Files++
	hash := sha256.New()
	if _, err := io.Copy(hash, &untilEnd{c.ctx, c.a.open(e)}); err != nil {
		return fmt.Errorf("couldn't read %s: %w", e.name, err)
	}
	if got := proof.Hash(hash.Sum(nil)); e.size != want.Bytes || got != want.SHA256 {
		c.fault(e.name, "it has %d bytes with SHA-256 %s, the list of files says %d and %s: it was changed", e.size, got, want.Bytes, want.SHA256)
		return nil
	}
	switch {
	case strings.HasPrefix(e.name, receiptsFolder):
		c.report.Receipts++
		if err := c.receipt(e); err != nil {
			c.fault(e.name, "%v", err)
		}
	case strings.HasPrefix(e.name, documentsFolder):
		if err := c.document(e, want); err != nil {
			c.fault(e.name, "%v", err)
		}
	case slices.Contains(lists, e.name), c.tables.named[e.name] != nil:
		c.lines(e)
	case !fixed[e.name] && !(c.tables.lost && strings.HasPrefix(e.name, tablesFolder)):
		c.fault(e.name, "an export has no such file")
	}
	return nil
}

// receipt checks a receipt and that the organisation admitted its entry.
func (c *checking) receipt(e entry) error {
	raw, err := c.a.whole(e, smallBytesMax)
	if err != nil {
		return err
	}
	r, err := proof.DecodeReceipt(raw)
	if err != nil {
		return err
	}
	report, err := r.Verify(c.trust)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(report.Body.Admission, func(a proof.Admission) bool { return a.Org == c.report.Manifest.Org }) {
		return fmt.Errorf("it is of an entry that %s did not send", c.report.Manifest.Org)
	}
	var height uint64
	var place int
	if _, err := fmt.Sscanf(e.name, receiptsFolder+"%012d-%06d-", &height, &place); err != nil || ReceiptName(report.Height, place, report.Entry) != e.name || height != report.Height {
		return fmt.Errorf("it is the receipt of entry %s at height %d, not the one that its name says", report.Entry, report.Height)
	}
	return nil
}

// document compares a document with its line; both ascend.
func (c *checking) document(e entry, f File) error {
	if c.docs == nil {
		at, there := c.places[DocumentsFile]
		if !there {
			return fmt.Errorf("there is no %s", DocumentsFile)
		}
		c.docs = readLines(c.a.open(at))
	}
	for {
		d, err := c.nextDocument()
		switch {
		case err != nil:
			return err
		case d.File == "":
			return fmt.Errorf("%s has no line of it", DocumentsFile)
		case d.File < e.name:
			c.fault(d.File, "it is missing: %s has a line of it", DocumentsFile)
		case d.File != e.name || d.Bytes != f.Bytes || d.SHA256 != f.SHA256.String():
			return fmt.Errorf("line %d of %s says something else of it", c.docs.line, DocumentsFile)
		default:
			return nil
		}
	}
}

// nextDocument is the next line of the list of documents; without a file after the
// last.
func (c *checking) nextDocument() (d DocumentLine, err error) {
	line, err := c.docs.next()
	if errors.Is(err, io.EOF) {
		return d, nil
	}
	if err == nil {
		err = decodeStrict(line, &d)
	}
	if err != nil {
		return d, fmt.Errorf("line %d of %s can't be read: %w", c.docs.line, DocumentsFile, err)
	}
	return d, nil
}

// lines checks a list: that it has lines, and what they prove.
func (c *checking) lines(e entry) {
	in := readLines(c.a.open(e))
	c.stocked = stockCheck{trust: c.trust}
	trail := auth.Trail{Org: c.report.Manifest.Org, Anchor: c.anchor}
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = c.line(e.name, line, &trail)
		}
		if err != nil {
			c.fault(fmt.Sprintf("%s:%d", e.name, in.line), "%v", err)
			return
		}
	}
	c.report.Lines[e.name] = in.line
	if e.name == AuditFile {
		if err := trail.End(); err != nil {
			c.fault(e.name, "%v", err)
		}
		c.report.Anchored = trail.Anchored
	}
}

func (c *checking) line(name string, line []byte, trail *auth.Trail) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	switch name {
	case AuditFile:
		var l auth.AuditLine
		if err := decodeStrict(line, &l); err != nil {
			return err
		}
		return trail.Add(l)
	case StockFile:
		var s StockLine
		if err := decodeStrict(line, &s); err != nil {
			return err
		}
		return c.stock(s)
	case GoneFile:
		return c.gone(line)
	case DocumentsFile:
		var d DocumentLine
		if err := decodeStrict(line, &d); err != nil {
			return err
		}
		if d.File != DocumentName(d.ID, d.Name) {
			return fmt.Errorf("document %d can't be in %s", d.ID, d.File)
		}
		return nil
	}
	if t := c.tables.named[name]; t != nil {
		return c.row(t, line)
	}
	if !json.Valid(line) || !bytes.HasPrefix(line, []byte("{")) {
		return errors.New("it is no JSON object")
	}
	return nil
}

// stock checks what is in stock, line after line.
func (c *checking) stock(s StockLine) error {
	isHeld, proved, err := c.stocked.add(s)
	switch {
	case err != nil:
		return err
	case isHeld && proved:
		c.report.Proved++
	case isHeld:
		c.report.Unproved++
	}
	return nil
}

// counts compares what was found with what the manifest says.
func (c *checking) counts() {
	m := c.report.Manifest
	c.otherDocuments()
	if c.report.OK() && len(m.Lines) != len(c.report.Lines) {
		c.fault(manifestName, "it counts the lines of %d lists and tables, and there are %d", len(m.Lines), len(c.report.Lines))
	}
	for _, name := range append(c.tables.files(), lists...) {
		if _, there := c.places[name]; !there {
			c.fault(name, "it is missing")
		} else if got, ok := c.report.Lines[name]; ok && got != m.Lines[name] {
			c.fault(name, "it has %d lines, the manifest says %d", got, m.Lines[name])
		}
	}
	if c.report.OK() && (c.report.Files != m.Files.Count || c.report.Receipts != m.Receipts || c.report.Proved != m.Proved) {
		c.fault(manifestName, "it counts %d files, %d receipts and %d proofs, and there are %d, %d and %d", m.Files.Count, m.Receipts, m.Proved, c.report.Files, c.report.Receipts, c.report.Proved)
	}
}

// otherDocuments names the documents of the list that come after the last one that is
// there.
func (c *checking) otherDocuments() {
	at, there := c.places[DocumentsFile]
	if !there {
		return
	}
	if c.docs == nil {
		c.docs = readLines(c.a.open(at))
	}
	for {
		d, err := c.nextDocument()
		if err != nil || d.File == "" { // a line that can't be read was told of
			return
		}
		c.fault(d.File, "it is missing: %s has a line of it", DocumentsFile)
	}
}
