package migrateview

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/tiview"
	"pedigree/internal/vault"
)

// errUnfit is of a file in an archive that can't be taken.
var errUnfit = errors.New("it can't be taken")

// zips opens zip archives.
var zips = Unpacker{
	Packed: func(head []byte) bool { return bytes.HasPrefix(head, []byte("PK")) }, HeadBytes: 2, Refused: errUnfit,
	Each: func(name string, file io.ReaderAt, size int64) iter.Seq2[Packed, error] {
		return func(yield func(Packed, error) bool) {
			archive, err := zip.NewReader(file, size)
			if err != nil {
				yield(Packed{Name: name}, fmt.Errorf("%w: %w", errUnfit, err))
				return
			}
			for i, f := range archive.File {
				p := Packed{Name: f.Name, Number: i + 1}
				content, err := f.Open()
				if p.Content = content; f.Name == "unfit" {
					err = fmt.Errorf("%w: its name is unfit", errUnfit)
				}
				if !yield(p, err) {
					return
				}
			}
		}
	},
}

// packed packs the documents of some shipments, and files besides.
func packed(t testing.TB, shipments int, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range shipments {
		to, err := z.Create(fmt.Sprintf("%02d.xml", i+1))
		if err == nil {
			err = shipment(1000*(i+1), 2).WriteXML(to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		to, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(to, files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bring gives an archive of the maker's.
func (w *world) bring(file []byte) Archived {
	w.t.Helper()
	a, err := w.m.Bring(w.t.Context(), ArchiveRequest{Name: "2021.zip", Partner: "maker", Reader: bytes.NewReader(file)})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// brought waits until an archive is in a state.
func (w *world) brought(job int64, state string) Archived {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		a, err := w.m.Archived(w.t.Context(), job)
		if err != nil {
			w.t.Fatal(err)
		}
		if a.State == state {
			return a
		}
		if a.State == "failed" {
			w.t.Fatalf("job %d failed: %s", job, a.Error)
		}
	}
	w.t.Fatalf("job %d doesn't come to be %s", job, state)
	return Archived{}
}

// documents are the numbers under which the archive's documents are kept.
func (w *world) documents() (list []int64) {
	w.t.Helper()
	entries, err := w.papers.List(w.t.Context(), tiview.Search{Limit: tiview.ListMax})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Number)
	}
	return list
}

// kept is how many documents the store has.
func (w *world) kept() int64 {
	w.t.Helper()
	s, err := w.vault.Stats(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return int64(s.Documents)
}

func TestAnArchiveIsBroughtOverAsAJob(t *testing.T) {
	w := newWorld(t)
	file := packed(t, 3, map[string]string{"empty.xml": "", "odd.xml": "no document", "unfit": "x"})
	a := w.bring(file)
	if a.Files != 6 || a.Job == 0 {
		t.Fatalf("it was answered with %+v", a)
	}
	a = w.brought(a.Job, "done")
	if a.Read != 6 || a.Documents != 4 || a.Unusable != 3 || a.Ended.IsZero() || a.Partner != "maker" || a.Name != "2021.zip" {
		t.Errorf("%+v", a)
	}
	if diff := cmp.Diff(map[string]int{"waiting-for-goods": 3, "refused": 1}, a.States); diff != "" {
		t.Error(diff)
	}
	var refused []string
	for _, r := range a.Refused {
		refused = append(refused, fmt.Sprintf("%d %s %v", r.Entry, r.Name, r.Number > 0))
		if r.Text == "" {
			t.Errorf("nothing is said of %+v", r)
		}
	}
	if diff := cmp.Diff([]string{"4 empty.xml false", "5 odd.xml true", "6 unfit false"}, refused); diff != "" {
		t.Error(diff)
	}
	j, err := w.desk.DescribeJob(t.Context(), a.Job)
	if err != nil || j.Kind != "migrate-archive" || j.State != "done" || j.Progress.Done != 6 || j.Progress.Of != 6 || j.Progress.Unit != "files" {
		t.Errorf("%+v, %v", j, err)
	}
	first, kept := w.documents(), w.kept()
	again := w.bring(file)
	if again.Job == a.Job {
		t.Error("an archive that was done is the same job")
	}
	again = w.brought(again.Job, "done")
	if diff := cmp.Diff(a.States, again.States); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(first, w.documents()); diff != "" || w.kept() != kept {
		t.Errorf("%d documents are kept, before %d; %s", w.kept(), kept, diff)
	}
	list, err := w.m.Archives(t.Context(), 0, 1)
	if err != nil || len(list) != 1 || list[0].Job != again.Job {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestAnArchiveGoesOnAfterEachInterruptionAndTakesEachDocumentOnce(t *testing.T) {
	const documents = 4
	for name, c := range map[string]struct {
		point  string
		before int // documents that another partner sent before: those of the archive are duplicates
	}{
		"before a document is written down": {pointTaken, 0}, "after it": {pointDocument, 0}, "before a duplicate is written down": {pointTaken, documents},
	} {
		t.Run(name, func(t *testing.T) {
			point, w := c.point, newWorld(t)
			file, job, ends, passed := packed(t, documents, nil), int64(0), 0, 0
			if c.before > 0 {
				a, err := w.m.Bring(t.Context(), ArchiveRequest{Name: "2020.zip", Partner: "other", Reader: bytes.NewReader(file)})
				if err != nil {
					t.Fatal(err)
				}
				w.brought(a.Job, "done")
			}
			for killed := true; killed; ends++ {
				killed = false
				m := w.m
				m.failAt = func(at string) error { // the node dies once at each document
					if at != point {
						return nil
					}
					if passed++; point == pointTaken && passed%2 == 0 {
						return nil // the document at which it died, taken again
					}
					killed = true
					m.stop()
					return m.ctx.Err()
				}
				if ends == 0 {
					job = w.bring(file).Job
				} else if err := m.Resume(t.Context()); err != nil {
					t.Fatal(err)
				}
				m.work.Wait()
				if w.start(); ends > 3*documents {
					t.Fatalf("started %d times", ends)
				}
			}
			if ends != documents+1 {
				t.Errorf("it was started %d times", ends)
			}
			a := w.brought(job, "done")
			if a.Read != documents || a.Documents != documents || len(w.documents()) != c.before+documents || a.States["duplicate"] != c.before {
				t.Errorf("%+v; %d documents are kept", a, len(w.documents()))
			}
		})
	}
}

func TestAnArchiveIsPausedBetweenTwoDocumentsAndGoesOn(t *testing.T) {
	w := newWorld(t)
	file := packed(t, 3, nil)
	before := w.kept()
	reached, goOn := make(chan bool, 1), make(chan bool)
	once := false
	w.m.failAt = func(at string) error {
		if !once && at == pointDocument {
			once = true
			reached <- true
			<-goOn
		}
		return nil
	}
	job := w.bring(file).Job
	<-reached
	if same := w.bring(file); same.Job != job {
		t.Errorf("while it is under way the same archive is job %d, not %d", same.Job, job)
	}
	if j, err := w.desk.PauseJob(t.Context(), job); err != nil || j.State != "paused" {
		t.Fatalf("%+v, %v", j, err)
	}
	close(goOn)
	w.m.Stop()
	w.start()
	if err := w.m.Resume(t.Context()); err != nil { // a restart doesn't go on with what a person paused
		t.Fatal(err)
	}
	w.m.Stop()
	w.start()
	a := w.brought(job, "paused")
	if a.Read == 3 || a.Read == 0 || len(w.documents()) != a.Documents {
		t.Fatalf("%+v", a)
	}
	if kept := w.kept(); kept != before+2*int64(a.Documents) { // each with what it says; the archive itself isn't there
		t.Errorf("%d documents are kept of %d, before it %d", kept, a.Documents, before)
	}
	if again := w.bring(file); again.Job != job {
		t.Errorf("the same archive goes on as job %d, not %d", again.Job, job)
	}
	if a = w.brought(job, "done"); a.Read != 3 || a.Documents != 3 || len(w.documents()) != 3 {
		t.Errorf("%+v", a)
	}
	if _, err := w.desk.PauseJob(t.Context(), job); err == nil {
		t.Error("an archive that is done was paused")
	}
}

func TestAnArchiveThatFailsSaysWhyAndGoesOn(t *testing.T) {
	w := newWorld(t)
	w.m.failAt = func(string) error { return errors.New("the shelf fell down") }
	file := packed(t, 2, nil)
	job := w.bring(file).Job
	w.m.work.Wait()
	a, err := w.m.Archived(t.Context(), job)
	if err != nil || a.State != "failed" || !strings.Contains(a.Error, "the shelf fell down") {
		t.Fatalf("%+v, %v", a, err)
	}
	w.m.failAt = nil
	if again := w.bring(file); again.Job != job {
		t.Errorf("the same archive again is job %d, not %d", again.Job, job)
	}
	if a = w.brought(job, "done"); a.Documents != 2 || a.Error != "" {
		t.Errorf("%+v", a)
	}
}

func TestWhatIsNoArchiveIsRefusedAndNotKept(t *testing.T) {
	w := newWorld(t)
	good := packed(t, 1, nil)
	w.m.BytesMax = int64(len(good))
	before := w.kept()
	for name, c := range map[string]struct {
		request ArchiveRequest
		file    []byte
		says    string
	}{
		"a document":           {ArchiveRequest{Name: "asn.xml"}, []byte("<no/>"), "no zip archive"},
		"no name":              {ArchiveRequest{}, good, "needs a name"},
		"a long name":          {ArchiveRequest{Name: strings.Repeat("a", NameBytesMax+1)}, good, "needs a name"},
		"a partner's long one": {ArchiveRequest{Name: "a.zip", Partner: strings.Repeat("a", NameBytesMax+1)}, good, "a partner has at most"},
		"one byte too many":    {ArchiveRequest{Name: "a.zip"}, append(bytes.Clone(good), 0), "more than"},
	} {
		c.request.Reader = bytes.NewReader(c.file)
		if _, err := w.m.Bring(t.Context(), c.request); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := w.m.Archives(t.Context(), 0, 10); err != nil || len(list) != 0 || w.kept() != before {
		t.Errorf("%d archives and %d documents are kept, %v", len(list), w.kept()-before, err)
	}
	// What the limit allows is taken; a damaged archive is taken, and what is wrong named.
	if a := w.brought(w.bring(good).Job, "done"); a.Documents != 1 {
		t.Errorf("%+v", a)
	}
	damaged := w.brought(w.bring([]byte("PK but no archive")).Job, "done")
	if damaged.Files != 1 || damaged.Documents != 0 || damaged.Unusable != 1 || damaged.Refused[0].Entry != 0 {
		t.Errorf("%+v", damaged)
	}
	if _, err := w.m.Archived(t.Context(), damaged.Job+1); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("an archive that nobody gave: %v", err)
	}
}

func TestArchivesInLineHaveALimit(t *testing.T) {
	w := newWorld(t)
	w.m.turn.Lock() // another is at work
	var jobs []int64
	for i := range waitingMax {
		jobs = append(jobs, w.bring(packed(t, 0, map[string]string{"unfit": fmt.Sprint(i)})).Job)
	}
	more := packed(t, 0, map[string]string{"unfit": "one more"})
	if _, err := w.m.Bring(t.Context(), ArchiveRequest{Name: "2021.zip", Reader: bytes.NewReader(more)}); err == nil || !strings.Contains(err.Error(), "in line") {
		t.Errorf("one more: %v", err)
	}
	list, err := w.m.Archives(t.Context(), 0, 1)
	if err != nil || list[0].State != "paused" {
		t.Errorf("for which there is no place is %+v, %v", list, err)
	}
	w.m.turn.Unlock()
	for _, job := range jobs {
		w.brought(job, "done")
	}
	if a := w.bring(more); w.brought(a.Job, "done").Unusable != 1 {
		t.Error("when the line is empty it isn't taken")
	}
}

func TestOfRefusedDocumentsSoManyAreNamedAndAllAreCounted(t *testing.T) {
	var tally archiveTally
	for range RefusedMax + 1 {
		tally.refuse(NotTaken{Text: strings.Repeat("x", textBytesMax+1)})
	}
	if len(tally.Refused) != RefusedMax || tally.Unusable != RefusedMax+1 || len(tally.Refused[0].Text) != textBytesMax {
		t.Errorf("%d are named, %d counted", len(tally.Refused), tally.Unusable)
	}
}
