package tryfile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pedigree/format/epcis"
)

// packed packs files, given as names and contents, in their order.
func packed(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const checkJuly = "check?name=july.zip&now=2026-06-01T00:00:00Z"

func TestEachDocumentOfAnArchiveIsCheckedByItself(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	sent, received := document(t, "sent.xml"), document(t, "received.xml")
	broken := bytes.Replace(sent, []byte("<action>"), []byte("<action>X"), 1)
	got := tried[CheckedUpload](t, s, checkJuly, packed(t, "out/", "", "out/a.xml", string(sent), "b.xml", string(broken), "__MACOSX/._b.xml", "icon", "c.xml", string(received)))
	if len(got.Packed) != 3 || !got.Complete || len(got.Findings) != 0 {
		t.Fatalf("%d documents, %+v", len(got.Packed), got)
	}
	var sum CheckedFile
	for i, want := range []struct {
		name, file string
		number     int
		content    []byte
	}{{"a.xml", "july.zip/a.xml", 2, sent}, {"b.xml", "july.zip/b.xml", 3, broken}, {"c.xml", "july.zip/c.xml", 5, received}} {
		one := got.Packed[i]
		alone := tried[CheckedFile](t, s, "check?name="+want.name+"&now=2026-06-01T00:00:00Z", want.content)
		if one.File != want.file || one.Number != want.number || one.Errors != alone.Errors || one.Warnings != alone.Warnings || one.Infos != alone.Infos || one.Events != alone.Events || len(one.Findings) != len(alone.Findings) {
			t.Errorf("%s by itself is %+v, in the archive %+v", want.name, alone, one)
		}
		for j, f := range one.Findings {
			if f.Where.File != want.file || f.Where.Line != alone.Findings[j].Where.Line || f.Rule != alone.Findings[j].Rule {
				t.Errorf("%s: %v, in the archive %v", want.name, alone.Findings[j], f)
			}
		}
		sum.Errors, sum.Warnings, sum.Infos, sum.Events = sum.Errors+one.Errors, sum.Warnings+one.Warnings, sum.Infos+one.Infos, sum.Events+one.Events
	}
	if got.Packed[1].Errors == 0 || got.Errors != sum.Errors || got.Warnings != sum.Warnings || got.Infos != sum.Infos || got.Events != sum.Events {
		t.Errorf("the sums are %+v, not %+v", got.CheckedFile, sum)
	}
	nothingLeft(t, dir)
}

func TestAPackedFileIsCheckedAsTheDocumentInIt(t *testing.T) {
	s := serve(t, t.TempDir())
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(document(t, "sent.xml")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := tried[CheckedUpload](t, s, "check?name=sent.xml.gz", b.Bytes())
	if len(got.Packed) != 1 || got.Packed[0].File != "sent.xml.gz/sent.xml" || got.Packed[0].Events != 2 {
		t.Errorf("%+v", got)
	}
}

func TestWhatCannotBeUnpackedIsAFindingAndTheRestIsChecked(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	sent := string(document(t, "sent.xml"))
	good := packed(t, "a.xml", sent)
	encrypted := bytes.Clone(good)
	encrypted[bytes.LastIndex(good, []byte("PK\x01\x02"))+8] |= 1
	damaged := bytes.Clone(good)
	copy(damaged[bytes.LastIndex(good, []byte("PK\x01\x02"))+16:], "sum")
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprint(i, ".xml"), "<a/>")
	}
	for name, c := range map[string]struct {
		file   []byte
		says   string
		others int // documents that are checked
	}{
		"an archive in it":       {packed(t, "a.xml", sent, "in.zip", string(good)), "archive in an archive", 1},
		"a bomb":                 {packed(t, "a.xml", sent, "bomb.xml", strings.Replace(sent, "<EventList>", "<EventList>"+strings.Repeat("<!-- -->", 1<<19), 1)), "200 times", 1},
		"a name that leads out":  {packed(t, "a.xml", sent, "../../b.xml", sent), "leads out", 1},
		"an encrypted document":  {encrypted, "encrypted", 0},
		"a damaged document":     {damaged, "damaged", 0},
		"too many documents":     {packed(t, many...), "1001 entries", 0},
		"an archive cut short":   {good[:len(good)-30], "cut off", 0},
		"an archive of nothing":  {packed(t), "nothing is packed", 0},
		"a packed file cut down": {[]byte("\x1f\x8b\x08\x00\x00\x00"), "damaged", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := tried[CheckedUpload](t, s, checkJuly, c.file)
			list := append([]*CheckedFile{&got.CheckedFile}, got.Packed...)
			var found []epcis.Finding
			others := 0
			for i, one := range list {
				for _, f := range one.Findings {
					if f.Rule == RulePacked {
						found = append(found, f)
					}
				}
				if i > 0 && one.Complete && one.Errors == 0 {
					others++
				}
			}
			if len(found) != 1 || !strings.Contains(found[0].Text, c.says) || found[0].Remedy == "" || found[0].Severity != epcis.Fault || got.Complete || got.Errors == 0 {
				t.Errorf("found %+v of %+v", found, got.CheckedFile)
			}
			if others != c.others {
				t.Errorf("%d others are checked, not %d", others, c.others)
			}
		})
	}
	nothingLeft(t, dir)
}

func TestTheFindingsOfAnArchiveAreBounded(t *testing.T) {
	many := []byte(strings.Repeat(`<a b="c"><d/>`, 2))
	var files []string
	for i := range 5 {
		files = append(files, fmt.Sprint(i, ".xml"), string(many))
	}
	left := 3
	raw := packed(t, files...)
	o := CheckOptions{Name: "july.zip", Listed: 100}
	all, err := CheckPacked(t.Context(), bytes.NewReader(raw), int64(len(raw)), o)
	if err != nil || all.Errors != 5 || all.Unlisted != 0 {
		t.Fatalf("%v %+v", err, all)
	}
	o.left = &left
	listed, unlisted := 0, 0
	for i := range 5 {
		one, err := Check(t.Context(), bytes.NewReader(many), o)
		if err != nil {
			t.Fatal(i, err)
		}
		listed, unlisted = listed+len(one.Findings), unlisted+one.Unlisted
	}
	if listed != 3 || unlisted != 2 {
		t.Errorf("%d are listed, %d are not", listed, unlisted)
	}
}

func TestAnArchiveForWhichThereIsNoRoomSaysSo(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	res, text := send(t, s, "check", "", bytes.NewReader(append([]byte("PK\x03\x04"), make([]byte, heldBytesMax)...)))
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, "unpack it") {
		t.Errorf("answered with %d: %s", res.StatusCode, text)
	}
	nothingLeft(t, dir)
}
