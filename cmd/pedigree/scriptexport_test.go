package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"pedigree/internal/export"
	"pedigree/internal/keys"
	"pedigree/proof"
)

// packedFile is a file of an export that a test takes apart.
type packedFile struct {
	name    string
	content []byte
}

// takeApart reads an export with the standard library's own reader.
func takeApart(ts *testscript.TestScript, raw []byte) (list []packedFile) {
	if bytes.HasPrefix(raw, gzipMark) {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		ts.Check(err)
		raw, err = io.ReadAll(z)
		ts.Check(err)
	}
	in := tar.NewReader(bytes.NewReader(raw))
	for {
		h, err := in.Next()
		if err == io.EOF {
			return list
		}
		ts.Check(err)
		content, err := io.ReadAll(in)
		ts.Check(err)
		list = append(list, packedFile{h.Name, content})
	}
}

// scriptExportCanaries looks for secrets and for others' things in an export:
// export-canaries FILE HOME OTHER.
func scriptExportCanaries(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: export-canaries FILE HOME OTHER")
	}
	raw, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	canaries := map[string][]byte{"a person of the host": []byte("Maker Director")}
	for _, dir := range args[1:] {
		h := home{ts.MkAbs(dir)}
		s, err := h.secrets()
		ts.Check(err)
		for _, n := range []keys.Name{keys.Organisation, keys.Custody, keys.Vault, keys.Token} {
			text, err := s.Read(n)
			ts.Check(err)
			lines := strings.Fields(string(text))
			secret := lines[len(lines)-1]
			canaries[dir+" "+string(n)] = []byte(secret)
			canaries[dir+" "+string(n)+" as bytes"], err = hexBytes(secret)
			ts.Check(err)
			canaries[dir+" hash of "+string(n)] = []byte(hashText(secret))
		}
	}
	crd := newTenant(ts, args[1])
	var machines []struct {
		Prefix string `json:"prefix"`
	}
	ts.Check(json.Unmarshal(crd.must("GET", "/api/v1/apikeys", ""), &machines))
	for _, m := range machines {
		canaries["an API key's first characters"] = []byte(m.Prefix)
	}
	for what, canary := range canaries {
		if len(canary) > 0 && bytes.Contains(raw, canary) {
			ts.Fatalf("the export holds %s", what)
		}
	}
	for _, own := range []string{"Corner Chemist", "corner till", "a reason of the corner"} {
		if !bytes.Contains(raw, []byte(own)) {
			ts.Fatalf("the export lacks %q", own)
		}
	}
}

// exportChecker writes damaged copies of an export and has both programs check them.
type exportChecker struct {
	ts    *testscript.TestScript
	dir   string
	files []string
	wants []string
}

// add writes a copy in which a checker must name one of the files in want.
func (c *exportChecker) add(want string, raw []byte) {
	path := filepath.Join(c.dir, fmt.Sprintf("%04d.tar", len(c.files)))
	c.ts.Check(os.WriteFile(path, raw, 0o600))
	c.files, c.wants = append(c.files, path), append(c.wants, want)
}

// scriptExportDamage damages an export in every way there is: export-damage FILE HOME
// OTHERS, where OTHERS is another organisation's export.
func scriptExportDamage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: export-damage FILE HOME OTHERS")
	}
	raw, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	others, err := os.ReadFile(ts.MkAbs(args[2]))
	ts.Check(err)
	c := exportChecker{ts: ts, dir: ts.MkAbs("damaged")}
	ts.Check(os.MkdirAll(c.dir, 0o700))
	list := takeApart(ts, raw)
	c.flips(raw, list)
	c.changes(list, takeApart(ts, others), signerOf(ts, args[1]))
	c.add("", raw[:len(raw)/2])
	c.add("", append(bytes.Clone(raw), 0))
	c.judge(ts.MkAbs(args[0]))
}

// flips changes single bytes: some of each file, of each header and of the end.
func (c *exportChecker) flips(raw []byte, list []packedFile) {
	at := 0
	flip := func(offset int, want string) {
		changed := bytes.Clone(raw)
		changed[offset] ^= 1
		c.add(want, changed)
	}
	for i, f := range list {
		flip(at+i%512, "") // in the header
		at += 512
		want := f.name
		if strings.HasPrefix(want, "manifest") {
			want = "" // either is named
		}
		for _, share := range []int{0, 1, 2} {
			if len(f.content) > 0 {
				flip(at+share*(len(f.content)-1)/2, want)
			}
		}
		at += (len(f.content) + 511) / 512 * 512
		if len(f.content)%512 != 0 {
			flip(at-1, "") // what fills the last block
		}
	}
	flip(len(raw)-1, "")
}

// exportSigner signs as the organisation whose export it is.
type exportSigner struct {
	orgSigner
}

func signerOf(ts *testscript.TestScript, dir string) exportSigner {
	h := home{ts.MkAbs(dir)}
	s, err := h.secrets()
	ts.Check(err)
	crd, err := readCard(h.card())
	ts.Check(err)
	sign, err := s.signer(crd.Member.ID)
	ts.Check(err)
	return exportSigner{sign}
}

// rebuilt writes an export anew from files, as somebody who has the key could.
func (c *exportChecker) rebuilt(list []packedFile, s exportSigner, edit func(*export.Manifest)) []byte {
	var m export.Manifest
	for _, f := range list {
		if f.name == "manifest.json" {
			c.ts.Check(json.Unmarshal(f.content, &m))
		}
	}
	if edit != nil {
		edit(&m)
	}
	var out bytes.Buffer
	w, err := export.NewWriter(context.Background(), &out, filepath.Join(c.dir, "scratch"), m.Taken)
	c.ts.Check(err)
	for _, f := range list {
		switch {
		case slices.Contains([]string{"files.ndjson", "manifest.json", "manifest.json.sig"}, f.name):
		case f.name == export.StockFile:
			c.ts.Check(w.AddStock(func(line func(export.StockLine) error) error {
				return eachLine(f.content, func(l []byte) error {
					var s export.StockLine
					if err := json.Unmarshal(l, &s); err != nil {
						return err
					}
					return line(s)
				})
			}))
		case strings.HasSuffix(f.name, ".ndjson"):
			c.ts.Check(w.AddLines(f.name, func(line func(any) error) error {
				return eachLine(f.content, func(l []byte) error { return line(json.RawMessage(l)) })
			}))
		case strings.HasPrefix(f.name, "receipts/"):
			var height uint64
			var place int
			_, err := fmt.Sscanf(f.name, "receipts/%012d-%06d-", &height, &place)
			c.ts.Check(err)
			id, err := hexBytes(strings.TrimSuffix(f.name[len("receipts/000000000000-000000-"):], ".pedigree"))
			c.ts.Check(err)
			var entry proof.Hash
			copy(entry[:], id)
			c.ts.Check(w.AddReceipt(height, place, entry, f.content))
		default:
			c.ts.Check(w.AddBytes(f.name, f.content))
		}
	}
	_, err = w.Finish(m, s, s.public())
	c.ts.Check(err)
	c.ts.Check(w.Close())
	return out.Bytes()
}

// eachLine calls fn with each line of a list.
func eachLine(list []byte, fn func([]byte) error) error {
	for l := range bytes.Lines(list) {
		if err := fn(bytes.TrimSuffix(l, []byte("\n"))); err != nil {
			return err
		}
	}
	return nil
}

// changes are what somebody does who writes the archive anew, with the key or not.
func (c *exportChecker) changes(list, others []packedFile, s exportSigner) {
	at := func(l []packedFile, part string) int {
		i := slices.IndexFunc(l, func(f packedFile) bool { return strings.HasPrefix(f.name, part) })
		if i < 0 {
			c.ts.Fatalf("the export has no %s", part)
		}
		return i
	}
	with := func(part string, content []byte) []packedFile {
		l := slices.Clone(list)
		l[at(l, part)].content = content
		return l
	}
	c.wants = append(c.wants, "whole")
	path := filepath.Join(c.dir, "whole.tar")
	c.ts.Check(os.WriteFile(path, c.rebuilt(list, s, nil), 0o600))
	c.files = append(c.files, path)

	first := at(list, "receipts/")
	swapped := slices.Clone(list)
	swapped[first].content, swapped[first+1].content = list[first+1].content, list[first].content
	c.add(list[first].name, c.rebuilt(swapped, s, nil))
	foreign := others[at(others, "receipts/")]
	added := slices.Insert(slices.Clone(list), first, foreign)
	if foreign.name < list[first].name {
		c.add(foreign.name, c.rebuilt(added, s, nil))
	}
	audit := list[at(list, "audit.ndjson")].content
	lines := bytes.SplitAfter(audit, []byte("\n"))
	c.add("audit.ndjson", c.rebuilt(with("audit.ndjson", slices.Concat(lines[1:]...)), s, nil))
	c.add("audit.ndjson", c.rebuilt(with("audit.ndjson", lines[0]), s, nil))
	stock := list[at(list, "stock.ndjson")].content
	c.add("stock.ndjson", c.rebuilt(with("stock.ndjson", bytes.Replace(stock, []byte("100000000002"), []byte("100000000009"), 1)), s, nil))
	for _, change := range stockChanges(c.ts, stock) {
		c.add("stock.ndjson", c.rebuilt(with("stock.ndjson", change), s, nil))
	}
	c.add("anchor.pedigree", c.rebuilt(with("anchor.pedigree", list[at(list, "member.pedigree")].content), s, nil))
	c.add("member.pedigree", c.rebuilt(with("member.pedigree", others[at(others, "member.pedigree")].content), s, nil))
	c.add("founding.json", c.rebuilt(with("founding.json", bytes.Replace(list[at(list, "founding.json")].content, []byte("Maker (test)"), []byte("Maker (tost)"), 1)), s, nil))
	document := at(list, "documents/")
	c.add("documents/", c.rebuilt(slices.Delete(slices.Clone(list), document, document+1), s, nil))
	c.add("zurprise.txt", c.rebuilt(append(slices.Clone(list[:at(list, "files.ndjson")]), append([]packedFile{{"zurprise.txt", []byte("x")}}, list[at(list, "files.ndjson"):]...)...), s, nil))
	c.add("manifest.json", c.rebuilt(list, s, func(m *export.Manifest) { m.Name = "Another" }))
}

// stockChanges are what somebody who has the key could say of sealed goods.
func stockChanges(ts *testscript.TestScript, stock []byte) (list [][]byte) {
	var lines []export.StockLine
	ts.Check(eachLine(stock, func(l []byte) error {
		lines = append(lines, export.StockLine{})
		return json.Unmarshal(l, &lines[len(lines)-1])
	}))
	at := slices.IndexFunc(lines, func(s export.StockLine) bool {
		return s.Level > 0 && s.Kind == "pack" && s.Salt != nil && s.Status == "on-hand"
	})
	if at < 1 {
		ts.Fatalf("nothing in stock is sealed in something: %s", stock)
	}
	top, in := at, at
	for lines[top].Level > 0 {
		top--
	}
	for lines[in].Level >= lines[at].Level {
		in--
	}
	change := func(i int, edit func(*export.StockLine)) {
		var out bytes.Buffer
		for j, s := range lines {
			if i == j {
				edit(&s)
			}
			line, err := json.Marshal(s)
			ts.Check(err)
			out.Write(append(line, '\n'))
		}
		list = append(list, out.Bytes())
	}
	other := *lines[at].Slot ^ 1
	change(at, func(s *export.StockLine) { s.Slot = &other })
	change(at, func(s *export.StockLine) { s.Lot += "X" })
	change(at, func(s *export.StockLine) { s.Kind = "case" })
	change(at, func(s *export.StockLine) { s.Quantity = 7 })
	change(at, func(s *export.StockLine) { s.Salt = flipped(s.Salt) })
	change(at, func(s *export.StockLine) { s.Slot, s.Salt = nil, nil })
	change(at, func(s *export.StockLine) { s.Inside = s.Item })
	change(at, func(s *export.StockLine) { s.Level-- })
	change(in, func(s *export.StockLine) { s.Slots = nil })
	change(in, func(s *export.StockLine) { s.Slots = flipped(s.Slots) })
	change(in, func(s *export.StockLine) { s.Depth++ })
	change(top, func(s *export.StockLine) { s.Proof = nil })
	change(top, func(s *export.StockLine) { s.Expiry = "301231" })
	lines = slices.Insert(lines, at, lines[at])
	change(-1, nil)
	return list
}

func flipped(b []byte) []byte {
	b = bytes.Clone(b)
	b[0] ^= 1
	return b
}

// judge has both programs check every copy: what is wrong is named, and what is
// whole is found whole.
func (c *exportChecker) judge(whole string) {
	c.files, c.wants = append(c.files, whole), append(c.wants, "whole")
	here := c.here()
	there := c.there()
	for i, path := range c.files {
		for program, found := range map[string]exportJudgement{"pedigree verify": here[i], "check-export.mjs": there[i]} {
			faults := found.Faults
			switch want := c.wants[i]; {
			case want == "whole" && len(found.Notes) > 0:
				c.ts.Fatalf("%s doesn't know all of %s, which this program wrote: %v", program, path, found.Notes)
			case want == "whole" && len(faults) > 0:
				c.ts.Fatalf("%s finds fault with %s, which is whole: %v", program, path, faults)
			case want != "whole" && len(faults) == 0:
				c.ts.Fatalf("%s finds no fault with %s, where %q was damaged", program, path, want)
			case want != "whole" && !slices.ContainsFunc(faults, func(f export.Fault) bool { return strings.HasPrefix(f.Where, want) }):
				c.ts.Fatalf("%s does not name %q of %s: %v", program, want, path, faults)
			}
		}
	}
	c.ts.Logf("%d copies were judged by both programs", len(c.files))
}

// exportJudgement is what a program says of an export.
type exportJudgement struct {
	Faults []export.Fault `json:"faults"`
	Notes  []string       `json:"notes"`
}

func (c *exportChecker) here() (all []exportJudgement) {
	for _, path := range c.files {
		f, err := os.Open(path)
		c.ts.Check(err)
		info, err := f.Stat()
		c.ts.Check(err)
		r, err := export.Check(context.Background(), f, info.Size(), exportTrust(nil))
		c.ts.Check(err)
		c.ts.Check(f.Close())
		all = append(all, exportJudgement{r.Faults, r.Notes})
	}
	return all
}

func (c *exportChecker) there() (all []exportJudgement) {
	node, err := exec.LookPath("node")
	c.ts.Check(err)
	out, err := exec.Command(node, append([]string{filepath.Join("..", "..", "e2e", "reader", "check-export.mjs"), "--json"}, c.files...)...).Output()
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ended.ExitCode() != exitNo) {
		c.ts.Fatalf("check-export.mjs: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		var one exportJudgement
		c.ts.Check(json.Unmarshal([]byte(line), &one))
		all = append(all, one)
	}
	if len(all) != len(c.files) {
		c.ts.Fatalf("check-export.mjs judged %d of %d files", len(all), len(c.files))
	}
	return all
}

func hexBytes(text string) ([]byte, error) { return hex.DecodeString(text) }

func hashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
