package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pedigree/format/pdf"
)

func written(t testing.TB, d *pdf.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	n, err := d.WriteTo(&out)
	if err != nil || n != int64(out.Len()) {
		t.Fatalf("%d bytes for %d, %v", n, out.Len(), err)
	}
	return out.Bytes()
}

var (
	startXref = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	rows      = regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`)
	streams   = regexp.MustCompile(`<< /Length (\d+) >>\nstream\n`)
)

// whole fails unless the table of objects, their offsets and the lengths of the
// streams are true to the byte.
func whole(t testing.TB, doc []byte) (pages int) {
	t.Helper()
	m := startXref.FindSubmatch(doc)
	if !bytes.HasPrefix(doc, []byte("%PDF-1.7\n")) || m == nil {
		t.Fatal("no head, or no end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	if !bytes.HasPrefix(doc[at:], []byte("xref\n0 ")) {
		t.Fatalf("startxref %d doesn't point to the table", at)
	}
	table := rows.FindAllSubmatch(doc[at:], -1)
	for i, row := range table {
		offset, _ := strconv.Atoi(string(row[1]))
		if want := fmt.Sprintf("%d 0 obj\n", i+1); !bytes.HasPrefix(doc[offset:], []byte(want)) {
			t.Fatalf("object %d isn't at %d", i+1, offset)
		}
	}
	if want := fmt.Sprintf("xref\n0 %d\n", len(table)+1); !bytes.HasPrefix(doc[at:], []byte(want)) {
		t.Fatalf("the table doesn't say that it has %d rows", len(table)+1)
	}
	for _, s := range streams.FindAllSubmatchIndex(doc, -1) {
		length, _ := strconv.Atoi(string(doc[s[2]:s[3]]))
		if !bytes.HasPrefix(doc[s[1]+length:], []byte("\nendstream\nendobj\n")) {
			t.Fatalf("a stream isn't %d bytes long", length)
		}
		pages++
	}
	return pages
}

func TestPDFIsWhole(t *testing.T) {
	long := pdf.New("Many lines")
	for i := range 500 {
		long.Line(fmt.Sprintf("line %d", i))
	}
	for name, test := range map[string]struct {
		d     *pdf.Document
		pages int
	}{
		"a document of nothing": {pdf.New(""), 1},
		"many pages":            {long, 10},
	} {
		t.Run(name, func(t *testing.T) {
			doc := written(t, test.d)
			if pages := whole(t, doc); pages != test.pages {
				t.Errorf("%d pages, want %d", pages, test.pages)
			}
			if want := fmt.Sprintf("page %d of %d", test.pages, test.pages); !bytes.Contains(doc, []byte(want)) {
				t.Errorf("no %q", want)
			}
			if !bytes.Equal(doc, written(t, test.d)) {
				t.Error("written again it differs")
			}
		})
	}
}

func TestAWatermarkStandsBehindTheTextOfEveryPage(t *testing.T) {
	d := pdf.New("Practice")
	d.Line("page one")
	d.NewPage()
	d.Line("page two")
	plain := written(t, d)
	d.Watermark("DRILL")
	doc := written(t, d)
	if n := bytes.Count(doc, []byte("(DRILL) Tj ET Q EMC")); whole(t, doc) != 2 || n != 2 {
		t.Errorf("%d of 2 pages are marked", n)
	}
	for _, text := range []string{"(page one)", "(page two)"} {
		if before, _, _ := bytes.Cut(doc, []byte(text)); bytes.LastIndex(before, []byte("stream")) > bytes.LastIndex(before, []byte("(DRILL)")) {
			t.Errorf("the mark lies upon %s", text)
		}
	}
	if bytes.Contains(plain, []byte("Artifact")) {
		t.Error("a document without a watermark has one")
	}
}

func TestBookmarksLeadToTheirPages(t *testing.T) {
	d := pdf.New("Answers")
	for i := range 5 {
		d.NewPage()
		d.Bookmark(fmt.Sprintf("Søn %d (\u202E)", i))
		d.Heading("a document")
		for range 80 {
			d.Line("a line")
		}
	}
	doc := written(t, d)
	pages := whole(t, doc)
	kids := regexp.MustCompile(`/Kids \[ (.*)\]`).FindSubmatch(doc)
	page := regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(kids[1], -1)
	marks := regexp.MustCompile(`/Title <FEFF0053[0-9A-F]+> /Parent (\d+) 0 R.*/Dest \[ (\d+) 0 R /XYZ 54 (\d+) null \]`).FindAllSubmatch(doc, -1)
	if len(marks) != 5 || pages != 10 || len(page) != 10 {
		t.Fatalf("%d bookmarks on %d pages", len(marks), pages)
	}
	for i, m := range marks {
		if want := string(page[2*i][1]); string(m[2]) != want {
			t.Errorf("bookmark %d leads to object %s, not to %s", i, m[2], want)
		}
		if !bytes.Contains(doc, fmt.Appendf(nil, "/Outlines %s 0 R", m[1])) {
			t.Errorf("bookmark %d is in no outline", i)
		}
	}
	if bytes.Contains(doc, []byte("202E>")) || !bytes.Contains(doc, []byte("005C0075007B0032003000320045007D")) {
		t.Error("a mark that turns text around is hidden in a bookmark")
	}
	if bytes.Contains(written(t, pdf.New("none")), []byte("/Outlines")) {
		t.Error("an outline of nothing")
	}
}

func TestNoCharacterIsLost(t *testing.T) {
	for text, want := range map[string]string{
		"Grüße, 100 µg – “new”": "Gr\xfc\xdfe, 100 \xb5g \x96 \x93new\x94",
		"漢":                     `\\u{6F22}`,
		"a\u202Eb":              `a\\u{202E}b`, // turns the text around in what shows it
		"a\tb\nc\x00":           `a\\u{0009}b\\u{000A}c\\u{0000}`,
		"(a) \\ b":              `\(a\) \\ b`,
		"\xff":                  `\\x{FF}`,
		"\uFFFD":                `\\u{FFFD}`,
		"<script>":              "<script>",
		"😀":                     `\\u{1F600}`,
	} {
		d := pdf.New("t")
		d.Line(text)
		doc := written(t, d)
		whole(t, doc)
		if !bytes.Contains(doc, []byte("("+want+") Tj")) {
			t.Errorf("%q isn't written as %q", text, want)
		}
	}
}

func TestLongLinesAreBrokenAndWhole(t *testing.T) {
	for name, text := range map[string]string{
		"words":         strings.Repeat("a word ", 100),
		"one long word": strings.Repeat("W", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			d := pdf.New("t")
			d.Line(text)
			doc := written(t, d)
			var joined string
			lines := regexp.MustCompile(`/F1 10 Tf 54 \d+ Td \((.*)\) Tj`).FindAllSubmatch(doc, -1)
			for _, l := range lines {
				joined += string(l[1])
			}
			if joined != text || len(lines) < 3 {
				t.Errorf("%d lines: %q", len(lines), joined)
			}
		})
	}
}

func TestAnErrorOfTheFileIsTold(t *testing.T) {
	if _, err := pdf.New("t").WriteTo(full{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
}

type full struct{}

// Write implements io.Writer.
func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func FuzzPDF(f *testing.F) {
	f.Add("a (b) \\ c", "title")
	f.Add("\u202E漢\x00", "")
	f.Fuzz(func(t *testing.T, text, title string) {
		d := pdf.New(title)
		d.Bookmark(text)
		d.Heading(text)
		d.Indented(text)
		d.Space()
		d.Mono(text)
		whole(t, written(t, d))
	})
}

func Example() {
	d := pdf.New("Transaction information")
	d.Heading("Shipment DEL-2001")
	d.Line("Sold by Sample Manufacturer")
	var out bytes.Buffer
	if _, err := d.WriteTo(&out); err != nil {
		panic(err)
	}
	fmt.Println(strings.Count(out.String(), "/Type /Page "), "page")
	// Output: 1 page
}
