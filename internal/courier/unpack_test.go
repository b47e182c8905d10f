package courier

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packed is one entry of an archive as a test makes it.
type packed struct {
	name, content string
	change        func(*zip.FileHeader)
}

func archive(t testing.TB, entries ...packed) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.change != nil {
			e.change(h)
		}
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(f, e.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(t testing.TB, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unpacked is what came of one entry.
type unpacked struct {
	Name, Content string
	Refused       string
}

func readAll(t testing.TB, name string, file []byte) []unpacked {
	t.Helper()
	var list []unpacked
	for e, err := range Unpack(name, bytes.NewReader(file), int64(len(file))) {
		u := unpacked{Name: e.Name}
		if err == nil {
			var raw []byte
			raw, err = io.ReadAll(e.Content)
			u.Content = string(raw)
		}
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Fatalf("%s: %v", name, err)
			}
			u.Content, u.Refused = "", err.Error()
		}
		list = append(list, u)
	}
	return list
}

func TestWhatIsUnpacked(t *testing.T) {
	for _, c := range []struct {
		name, file string
		content    []byte
		want       []unpacked
	}{
		{"a file that isn't packed", "in/asn.xml", []byte("<a/>"), []unpacked{{Name: "asn.xml", Content: "<a/>"}}},
		{"a gzip file", "asn.xml.GZ", gzipped(t, "<a/>"), []unpacked{{Name: "asn.xml", Content: "<a/>"}}},
		{
			"an archive with a folder", "w.zip", archive(t, packed{name: "out/"}, packed{name: "out/a.xml", content: "<a/>"}, packed{name: "b.json", content: "{}"}),
			[]unpacked{{Name: "a.xml", Content: "<a/>"}, {Name: "b.json", Content: "{}"}},
		},
		{"packed on a Mac", "w.zip", archive(t, packed{name: "a.xml", content: "<a/>"}, packed{name: "__MACOSX/._a.xml", content: "\x00\x05\x16\x07"}), []unpacked{{Name: "a.xml", Content: "<a/>"}}},
		{"stored, not deflated", "w.zip", archive(t, packed{"a.xml", "<a/>", func(h *zip.FileHeader) { h.Method = zip.Store }}), []unpacked{{Name: "a.xml", Content: "<a/>"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readAll(t, c.file, c.content)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// changed writes over some bytes of an archive, from behind the last place of a mark.
func changed(t testing.TB, file []byte, mark string, offset int, with ...byte) []byte {
	t.Helper()
	at := bytes.LastIndex(file, []byte(mark))
	if at < 0 {
		t.Fatalf("%q isn't there", mark)
	}
	out := bytes.Clone(file)
	copy(out[at+offset:], with)
	return out
}

const (
	centralMark = "PK\x01\x02"
	endRecord   = "PK\x05\x06"
)

func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

func TestEachHostileZip(t *testing.T) {
	good := packed{name: "good.xml", content: "<good/>"}
	plain := archive(t, good, packed{name: "bad.xml", content: strings.Repeat("<bad/>", 100)})
	inner := archive(t, good)
	many := make([]packed, EntriesMax+1)
	for i := range many {
		many[i] = packed{name: fmt.Sprint(i, ".xml"), content: "x"}
	}
	for _, c := range []struct {
		name  string
		file  []byte
		want  string // in the refusal
		saved int    // good entries that are not lost
	}{
		{"an archive in an archive", archive(t, good, packed{name: "in.xml", content: string(inner)}), "an archive in an archive", 1},
		{"a gzip file in an archive", archive(t, good, packed{name: "in.xml", content: string(gzipped(t, "x"))}), "an archive in an archive", 1},
		{"an archive in a gzip file", gzipped(t, string(inner)), "an archive in an archive", 0},
		{"more than 200 times as large as packed", archive(t, good, packed{name: "bomb.xml", content: strings.Repeat("\x00", 3<<20)}), "200 times", 1},
		{"a gzip file like that", gzipped(t, strings.Repeat("\x00", 3<<20)), "200 times", 0},
		{"a name that leads up", archive(t, good, packed{name: "../../etc/cron.d/x", content: "x"}), "leads out", 1},
		{"a name that leads up the other way", archive(t, good, packed{name: `..\..\x`, content: "x"}), "leads out", 1},
		{"a name from the root", archive(t, good, packed{name: "/etc/passwd", content: "x"}), "leads out", 1},
		{"a name with a drive", archive(t, good, packed{name: "C:x.xml", content: "x"}), "leads out", 1},
		{"a name with a zero byte", archive(t, good, packed{name: "a\x00.xml", content: "x"}), "zero byte", 1},
		{"a name of thousands of bytes", archive(t, good, packed{name: strings.Repeat("n", 4_000), content: "x"}), "too long", 1},
		{"the same name twice", archive(t, good, packed{name: "good.xml", content: "other"}), "same name", 1},
		{"a link", archive(t, good, packed{"link.xml", "/etc/passwd", func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }}), "no plain file", 1},
		{"an encrypted entry", changed(t, plain, centralMark, 8, 1, 0), "encrypted", 1},
		{"an unknown method", changed(t, plain, centralMark, 10, 14, 0), "method 14", 1},
		{"a wrong checksum", changed(t, plain, centralMark, 16, 1, 2, 3, 4), "damaged", 1},
		{"a size that isn't true", changed(t, plain, centralMark, 24, le32(1)...), "damaged", 1},
		{"an entry that says it is larger than may be", changed(t, plain, centralMark, 24, le32(FileBytesMax+1)...), "bytes unpacked", 1},
		{"entries that together say so", changed(t, plain, centralMark, 24, le32(ArchiveBytesMax+1)...), "bytes unpacked", 0},
		{"entries that share bytes", changed(t, plain, centralMark, 42, le32(0)...), "share bytes", 0},
		{"an entry outside of the file", changed(t, plain, centralMark, 42, le32(1<<30)...), "don't agree", 0},
		{"a thousand and one entries", archive(t, many...), "1001 entries", 0},
		{"more entries than it says", changed(t, archive(t, many...), endRecord, 10, 1, 0), "list of entries", 0},
		{"the long form", changed(t, plain, endRecord, 10, 0xff, 0xff), "ZIP64", 0},
		{"a comment that is cut off", changed(t, plain, endRecord, 20, 1, 0), "comment", 0},
		{"cut off", plain[:len(plain)-30], "cut off", 0},
		{"nothing in it", archive(t), "nothing is packed", 0},
		{"only a mark", []byte("PK\x03\x04"), "cut off", 0},
		{"an empty entry", archive(t, good, packed{name: "empty.xml"}), "empty", 1},
		{"an empty file", nil, "empty", 0},
		{"a gzip file that is cut off", gzipped(t, strings.Repeat("<a>", 1000))[:20], "damaged", 0},
		{"half a gzip head", []byte{0x1f, 0x8b, 8}, "damaged", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			saved, refused := 0, ""
			for _, u := range readAll(t, "w.zip", c.file) {
				if u.Content == "<good/>" {
					saved++
				}
				refused += u.Refused
			}
			if saved != c.saved || !strings.Contains(refused, c.want) {
				t.Errorf("%d good ones saved, %q", saved, refused)
			}
		})
	}
}

func TestALimitOfAnArchiveIsTakenAndOneMoreIsNot(t *testing.T) {
	list := make([]packed, EntriesMax)
	for i := range list {
		list[i] = packed{name: fmt.Sprint(i, ".xml"), content: "x"}
	}
	if got := readAll(t, "w.zip", archive(t, list...)); len(got) != EntriesMax || got[EntriesMax-1].Refused != "" {
		t.Errorf("%d entries", len(got))
	}
	text := strings.Repeat("\x00", ratioFree)
	if got := readAll(t, "w.zip", archive(t, packed{name: "a.xml", content: text})); got[0].Refused != "" {
		t.Error(got[0].Refused)
	}
	if got := readAll(t, "w.zip", archive(t, packed{name: "a.xml", content: text + "\x00"})); got[0].Refused == "" {
		t.Error("one byte over what needs no ratio is taken")
	}
}

// TestAHugeFileNeedsNoMemory reads bombs from files with holes, which hold gigabytes
// and take no room.
func TestAHugeFileNeedsNoMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bomb")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := f.Truncate(10 << 30); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("PK\x03\x04"), 0); err != nil {
		t.Fatal(err)
	}
	directory := bytes.Repeat(append([]byte(centralMark), make([]byte, 42)...), 200_000) // as many as fit
	end := append([]byte(endRecord), make([]byte, 18)...)
	copy(end[10:], []byte{1, 0})
	const size = FileBytesMax
	at := int64(size - len(end) - len(directory))
	copy(end[12:], le32(uint32(len(directory))))
	copy(end[16:], le32(uint32(at)))
	if _, err := f.WriteAt(append(directory, end...), at); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	for _, c := range []struct {
		name string
		size int64
		want string
	}{{"10 GB", 10 << 30, "more than"}, {"a list of 200,000 entries that says it has one", size, "list of entries"}} {
		t.Run(c.name, func(t *testing.T) {
			directory = nil
			runtime.GC()
			runtime.ReadMemStats(&before)
			for _, err := range Unpack("bomb.zip", f, c.size) {
				if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v", err)
				}
			}
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
				t.Errorf("%d MiB were taken", grown>>20)
			}
		})
	}
}

// failing is a disk that fails from some place on.
type failing struct {
	*bytes.Reader
	from int64
}

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > f.from {
		return 0, errAway
	}
	return f.Reader.ReadAt(p, at)
}

func TestADiskThatFailsIsNoFaultOfTheFile(t *testing.T) {
	file := archive(t, packed{name: "a.xml", content: "<a/>"}, packed{name: "b.xml", content: "<b/>"})
	for from := int64(0); from < int64(len(file)); from++ {
		var last error
		for e, err := range Unpack("w.zip", failing{bytes.NewReader(file), from}, int64(len(file))) {
			if last = err; err == nil {
				_, last = io.Copy(io.Discard, e.Content)
			}
			if errors.Is(last, ErrRefused) {
				t.Fatalf("from byte %d: %v", from, last)
			}
		}
		if !errors.Is(last, errAway) {
			t.Fatalf("from byte %d: %v", from, last)
		}
	}
}

func TestNamesAreLabels(t *testing.T) {
	for given, want := range map[string]string{
		"asn.xml": "asn.xml", "a/b/asn.xml": "asn.xml", `a\b\asn.xml`: "asn.xml", "": "unnamed", "..": "unnamed", "/": "unnamed",
		"new\nline.xml": "new_line.xml", "rtl\u202exml.exe": "rtl_xml.exe", "zero\u200bwidth": "zero_width", "bad\xffutf": "bad_utf", "<b>.xml": "<b>.xml", " a ": "a",
	} {
		if got := label(given); got != want {
			t.Errorf("%q is shown as %q, want %q", given, got, want)
		}
	}
	if got := label(strings.Repeat("ä", NameBytesMax)); len(got) > NameBytesMax || !strings.HasSuffix(got, "ä") {
		t.Errorf("%d bytes, %q", len(got), got[len(got)-2:])
	}
	for _, bad := range []string{"", "..", "a/b", `a\b`, "a\x00", "a\nb", "a\u202eb", strings.Repeat("a", NameBytesMax+1)} {
		if checkName(bad) == nil {
			t.Errorf("%q is taken as the name of a file", bad)
		}
	}
	if err := checkName(strings.Repeat("a", NameBytesMax)); err != nil {
		t.Error(err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("<a/>"))
	f.Add(archive(f, packed{name: "a.xml", content: "<a/>"}, packed{name: "b/c.xml", content: strings.Repeat("b", 5000)}))
	f.Add(gzipped(f, "<a/>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		n, total := 0, 0
		for e, err := range Unpack("in.zip", bytes.NewReader(file), int64(len(file))) {
			if n++; n > EntriesMax {
				t.Fatal("too many entries")
			}
			if e.Name == "" || strings.ContainsAny(e.Name, "/\\\x00\n") || len(e.Name) > NameBytesMax {
				t.Fatalf("name %q", e.Name)
			}
			if err == nil {
				var read int64
				read, err = io.Copy(io.Discard, e.Content)
				total += int(read)
			}
			if err != nil && !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
		}
		if n == 0 && len(file) > 0 && !bytes.HasPrefix(file, []byte("PK")) || total > max(len(file), ratioFree)*(RatioMax+EntriesMax) {
			t.Fatalf("%d entries, %d bytes of %d", n, total, len(file))
		}
	})
}

func ExampleUnpack() {
	file := strings.NewReader("<epcis/>")
	for entry, err := range Unpack("in/asn.xml", file, file.Size()) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		raw, _ := io.ReadAll(entry.Content)
		fmt.Printf("%s: %s\n", entry.Name, raw)
	}
	// Output: asn.xml: <epcis/>
}
