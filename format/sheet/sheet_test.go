package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// small are limits that tests reach.
var small = Limits{Bytes: 1 << 20, Record: 4 << 10, Rows: 100, Columns: 4}

// read reads a table into one text a line: its number and cells, or what is wrong.
func read(r io.Reader, o Options) (list []string, err error) {
	s, err := Open(r, o)
	if err != nil {
		return nil, err
	}
	list = []string{strings.Join(s.Head, " ")}
	for {
		record, line, err := s.Next()
		var bad *LineError
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case errors.As(err, &bad):
			list = append(list, bad.Error())
		case err != nil:
			return list, err
		default:
			list = append(list, fmt.Sprint(line, ": ", strings.Join(record, " ")))
		}
	}
}

func TestATableIsReadHoweverItIsWritten(t *testing.T) {
	want := []string{"a b", "2: 1 x y"}
	for name, c := range map[string]struct {
		text    string
		options Options
	}{
		"commas":                           {"a,b\n1,x y\n", Options{}},
		"no end of line at the end":        {"a,b\n1,x y", Options{}},
		"a byte order mark and CRLF":       {"\xef\xbb\xbfa,b\r\n1,x y\r\n", Options{}},
		"quotes":                           {"\"a\",\"b\"\n\"1\",\"x y\"\n", Options{}},
		"tabs, as declared":                {"a\tb\n1\tx y\n", Options{Comma: '\t'}},
		"semicolons, as found":             {"a;b\n1;x y\n", Options{AnyComma: true}},
		"bars, as found":                   {"a|b\n1|x y\n", Options{AnyComma: true}},
		"a comma in a quote of the head":   {"\"a\";b\n1;x y\n", Options{AnyComma: true}},
		"text in Windows-1252 as in UTF-8": {"a,b\n1,x y\n", Options{Windows1252: true}},
	} {
		c.options.Limits = small
		for kind, r := range map[string]io.Reader{"whole": strings.NewReader(c.text), "byte by byte": iotest.OneByteReader(strings.NewReader(c.text))} {
			got, err := read(r, c.options)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s, %s: %v\n%s", name, kind, err, diff)
			}
		}
	}
	got, err := read(strings.NewReader("Caf\xe9,b\n\x80,\x81\n"), Options{Limits: small, Windows1252: true})
	if diff := cmp.Diff([]string{"Café b", "2: € \ufffd"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestWhatIsWrongWithALineIsToldWithItsNumberAndTheNextIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		options Options
		want    []string
	}{
		"a cell too few":                {"a,b\n1\n3,4\n", Options{}, []string{"a b", "line 2: wrong number of fields", "3: 3 4"}},
		"a cell too few, where allowed": {"a,b\n1\n3,4\n", Options{Ragged: true}, []string{"a b", "2: 1", "3: 3 4"}},
		"a bare quote":                  {"a,b\n1,x\"y\n3,4\n", Options{}, []string{"a b", "line 2: bare \" in non-quoted-field", "3: 3 4"}},
		"a bare quote, where allowed":   {"a,b\n1,x\"y\n", Options{Lazy: true}, []string{"a b", "2: 1 x\"y"}},
		"a cell over two lines":         {"a,b\n1,\"x\ny\"\n\n5,6\n", Options{}, []string{"a b", "2: 1 x\ny", "5: 5 6"}},
		"a formula is text":             {"a,b\n=1+1,@x\n", Options{}, []string{"a b", "2: =1+1 @x"}},
	} {
		c.options.Limits = small
		got, err := read(strings.NewReader(c.text), c.options)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestWhatIsNoTableIsRefusedWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"an empty file":                {"", "it is empty"},
		"a byte order mark alone":      {"\xef\xbb\xbf", "it is empty"},
		"a workbook":                   {"PK\x03\x04rest", "save the sheet as CSV"},
		"UTF-16":                       {"\xff\xfea\x00", "UTF-16"},
		"UTF-16, the other way around": {"\xfe\xff\x00a", "UTF-16"},
		"a first line with a bad cell": {"a,\"b\"c\n", "its first line can't be read"},
	} {
		_, err := read(strings.NewReader(c.text), Options{Limits: small})
		var file *FileError
		if !errors.As(err, &file) || file.Limit || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEachLimitIsTakenAndOneMoreIsNot(t *testing.T) {
	const head = "a,b\n"
	for name, c := range map[string]struct {
		limits Limits
		text   func(n int) string
		at     int
		says   string
	}{
		"columns":                 {Limits{Bytes: 1000, Record: 1000, Rows: 10, Columns: 3}, func(n int) string { return strings.Repeat("c,", n-1) + "c\n" }, 3, "4 columns, more than 3"},
		"rows":                    {Limits{Bytes: 1000, Record: 1000, Rows: 3, Columns: 3}, func(n int) string { return head + strings.Repeat("1,2\n", n) }, 3, "more than 3 lines"},
		"bytes":                   {Limits{Bytes: 100, Record: 1000, Rows: 1000, Columns: 3}, func(n int) string { return head + "1," + strings.Repeat("x", n-len(head)-2) }, 100, "more than 100 bytes"},
		"bytes of the first line": {Limits{Bytes: 1 << 20, Record: 200, Rows: 10, Columns: 3}, func(n int) string { return strings.Repeat("x", n) }, 200, "more than 200 bytes"},
	} {
		if got, err := read(strings.NewReader(c.text(c.at)), Options{Limits: c.limits}); err != nil {
			t.Errorf("%s, at the limit: %q, %v", name, got, err)
		}
		_, err := read(strings.NewReader(c.text(c.at+1)), Options{Limits: c.limits})
		var file *FileError
		if !errors.As(err, &file) || !file.Limit || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s, one more: %v", name, err)
		}
	}
}

func TestAQuoteThatIsNeverClosedNeedsTheMemoryOfOneRecord(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("a,b\n1,2\n\""), strings.NewReader(strings.Repeat("x\n", 1<<19)))
	counted := &counter{r: endless}
	got, err := read(counted, Options{Limits: Limits{Bytes: 1 << 30, Record: 4 << 10, Rows: 10, Columns: 3}})
	var file *FileError
	if !errors.As(err, &file) || !file.Limit || !strings.Contains(err.Error(), "the line after line 2 has more than 4096 bytes; a quote may not be closed") || len(got) != 2 {
		t.Errorf("%q, %v", got, err)
	}
	if counted.n > 64<<10 {
		t.Errorf("%d bytes were read", counted.n)
	}
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestAFaultOfTheReaderIsNotTheFiles(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, text := range []string{"", "a,", "a,b\n", "a,b\n1,2\n"} {
		_, err := read(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), Options{Limits: small})
		var file *FileError
		if !errors.Is(err, broken) || errors.As(err, &file) {
			t.Errorf("after %q: %v", text, err)
		}
	}
}

func TestACellIsHarmlessInASpreadsheet(t *testing.T) {
	for _, cell := range []string{"=1", "+1", "-1", "@a", "\tx", "\rx"} {
		if got := Harmless(cell); got != "'"+cell || !Formula(cell) {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
	for _, cell := range []string{"", "1", "a=1", "/01/1"} {
		if got := Harmless(cell); got != cell || Formula(cell) {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
}

func FuzzSheet(f *testing.F) {
	f.Add("a,b\n1,2\n", false, false)
	f.Add("\xef\xbb\xbfa;b\r\n\"1\n2\";3\r\n", true, true)
	f.Add("a\tb\n=\"0012\"\t\x80\n\n", true, false)
	f.Add("\"a", false, false)
	f.Fuzz(func(t *testing.T, text string, loose, latin bool) {
		limits := Limits{Bytes: 1 << 12, Record: 1 << 9, Rows: 20, Columns: 5}
		s, err := Open(strings.NewReader(text), Options{Limits: limits, AnyComma: loose, Lazy: loose, Ragged: loose, Windows1252: latin})
		var file *FileError
		if err != nil {
			if !errors.As(err, &file) {
				t.Fatalf("an error that isn't the file's: %v", err)
			}
			return
		}
		if len(s.Head) > limits.Columns {
			t.Fatalf("%d columns", len(s.Head))
		}
		for rows, last := 0, 0; ; rows++ {
			record, line, err := s.Next()
			var bad *LineError
			if errors.Is(err, io.EOF) || errors.As(err, &file) {
				return
			}
			if err != nil && !errors.As(err, &bad) {
				t.Fatalf("an error that isn't the file's: %v", err)
			}
			if line <= last || rows >= limits.Rows || !loose && err == nil && len(record) != len(s.Head) {
				t.Fatalf("row %d is on line %d after %d, with %d cells", rows, line, last, len(record))
			}
			size := 0
			for _, cell := range record {
				size += len(cell)
			}
			if size > 3*(limits.Record+peekBytes) {
				t.Fatalf("a record of %d bytes", size)
			}
			last = line
		}
	})
}

func Example() {
	s, err := Open(strings.NewReader("gtin;lot\n00399991123455;LOT-7A\nbroken\n"), Options{
		Limits: Limits{Bytes: 1 << 20, Record: 64 << 10, Rows: 1000, Columns: 20}, AnyComma: true,
	})
	for err == nil {
		var record []string
		var line int
		record, line, err = s.Next()
		if bad := (*LineError)(nil); errors.As(err, &bad) {
			fmt.Println(bad)
			err = nil
		} else if err == nil {
			fmt.Println(line, record)
		}
	}
	fmt.Println(err)
	// Output:
	// 2 [00399991123455 LOT-7A]
	// line 3: wrong number of fields
	// EOF
}
