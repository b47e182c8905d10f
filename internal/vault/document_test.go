package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/vault"
)

const mib = 1 << 20

// info is what the tests say of a document.
var info = vault.DocumentInfo{Name: "events.xml", MediaType: "application/xml", Direction: vault.In, Partner: "urn:test:partner:1"}

// content is bytes that no compression or pattern helps with.
func content(seed uint64, size int) []byte {
	var s [32]byte
	s[0], s[1], s[2] = byte(seed), byte(seed>>8), byte(seed>>16)
	b := make([]byte, size)
	_, _ = rand.NewChaCha8(s).Read(b)
	return b
}

// put keeps a document that must be new.
func put(t testing.TB, v *vault.Vault, i vault.DocumentInfo, b []byte) vault.Document {
	t.Helper()
	d, existed, err := v.PutDocument(context.Background(), i, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if existed {
		t.Fatal("it existed")
	}
	return d
}

// get reads a document to its end.
func get(v *vault.Vault, id int64) ([]byte, vault.Document, error) {
	r, d, err := v.OpenDocument(context.Background(), id)
	if err != nil {
		return nil, d, err
	}
	b, err := io.ReadAll(r)
	return b, d, errors.Join(err, r.Close())
}

func TestADocumentComesBackAsItWasPut(t *testing.T) { onBoth(t, testADocumentComesBackAsItWasPut) }

func testADocumentComesBackAsItWasPut(t *testing.T, db store) {
	c := db.config(t, folder(t))
	at := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)
	c.Now = func() time.Time { return at }
	v := open(t, c)
	sizes := []int{0, 1, 1000, mib - 1, mib, mib + 1, 2 * mib, 4*mib - 1, 4 * mib, 4*mib + 1, 5 * mib, 9*mib + 12345}
	ids := map[int]int64{}
	for i, size := range sizes {
		b := content(uint64(size), size)
		d := put(t, v, info, b)
		want := vault.Document{DocumentInfo: info, ID: d.ID, SHA256: sha256.Sum256(b), Size: int64(size), Created: at}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("%d bytes, put: %s", size, diff)
		}
		ids[i] = d.ID
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = open(t, c)
	for i, size := range sizes {
		want := content(uint64(size), size)
		got, d, err := get(v, ids[i])
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes came back as %d, %v", size, len(got), err)
		}
		if d.SHA256 != sha256.Sum256(want) || d.DocumentInfo != info || !d.Created.Equal(at) {
			t.Errorf("%d bytes: %+v", size, d)
		}
		if found, err := v.FindDocument(context.Background(), d.SHA256); err != nil || found != d {
			t.Errorf("%d bytes, found by hash: %+v, %v", size, found, err)
		}
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk`); n != 1+1+1+1+1+2+2+4+4+5+5+10 {
		t.Errorf("%d chunks are stored", n)
	}
}

func TestADocumentMayComeAndGoInSmallPieces(t *testing.T) {
	onBoth(t, testADocumentMayComeAndGoInSmallPieces)
}

func testADocumentMayComeAndGoInSmallPieces(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	b := content(1, mib+100)
	d, _, err := v.PutDocument(context.Background(), info, iotest.OneByteReader(bytes.NewReader(b)))
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := v.OpenDocument(context.Background(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := iotest.TestReader(r, b); err != nil {
		t.Error(err)
	}
}

func TestTheSameContentIsKeptOnce(t *testing.T) { onBoth(t, testTheSameContentIsKeptOnce) }

func testTheSameContentIsKeptOnce(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	for _, size := range []int{0, 100, 6 * mib} {
		b := content(2, size)
		first := put(t, v, info, b)
		before := number(t, v, `SELECT COUNT(*) FROM vault_chunk`)
		other := vault.DocumentInfo{Name: "again.xml", MediaType: "text/xml", Direction: vault.Out, Partner: "urn:test:partner:2"}
		second, existed, err := v.PutDocument(context.Background(), other, bytes.NewReader(b))
		if err != nil || !existed || second != first {
			t.Errorf("%d bytes: %+v, %v, %v", size, second, existed, err)
		}
		if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk`); n != before {
			t.Errorf("%d bytes: %d chunks became %d", size, before, n)
		}
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_document`); n != 3 {
		t.Errorf("%d documents are there", n)
	}
	s, err := v.Stats(context.Background())
	if err != nil || s.Documents != 3 || s.DocumentBytes != 100+6*mib {
		t.Errorf("counted %d documents of %d bytes, %v", s.Documents, s.DocumentBytes, err)
	}
}

func TestTheSameContentArrivingAtOnceIsKeptOnce(t *testing.T) {
	onBoth(t, testTheSameContentArrivingAtOnceIsKeptOnce)
}

func testTheSameContentArrivingAtOnceIsKeptOnce(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	b := content(3, 5*mib)
	var group sync.WaitGroup
	docs := make([]vault.Document, 4)
	news := make([]bool, len(docs))
	for i := range docs {
		group.Go(func() {
			d, existed, err := v.PutDocument(context.Background(), info, bytes.NewReader(b))
			if err != nil {
				t.Error(err)
			}
			docs[i], news[i] = d, !existed
		})
	}
	group.Wait()
	count := 0
	for i := range docs {
		if docs[i] != docs[0] {
			t.Errorf("%+v and %+v", docs[i], docs[0])
		}
		if news[i] {
			count++
		}
	}
	if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk`); count != 1 || n != 5 {
		t.Errorf("%d say that it is new, %d chunks are there", count, n)
	}
}

func TestADocumentOverTheLimitLeavesNothing(t *testing.T) {
	onBoth(t, testADocumentOverTheLimitLeavesNothing)
}

func testADocumentOverTheLimitLeavesNothing(t *testing.T, db store) {
	for _, limit := range []int{1, 1000, mib, 5 * mib} {
		c := db.config(t, folder(t))
		c.DocumentBytesMax = int64(limit)
		v := open(t, c)
		put(t, v, info, content(4, limit))
		_, _, err := v.PutDocument(context.Background(), info, bytes.NewReader(content(5, limit+1)))
		if !errors.Is(err, vault.ErrTooLarge) || !strings.Contains(err.Error(), fmt.Sprint(limit)) {
			t.Errorf("limit %d: %v", limit, err)
		}
		if n := number(t, v, `SELECT COUNT(*) FROM vault_document`); n != 1 {
			t.Errorf("limit %d: %d documents are there", limit, n)
		}
		if n := number(t, v, `SELECT COUNT(*) FROM vault_chunk`); n != int64(limit+mib-1)/mib {
			t.Errorf("limit %d: %d chunks are there", limit, n)
		}
	}
}

func TestADocumentThatBreaksOffLeavesNothing(t *testing.T) {
	onBoth(t, testADocumentThatBreaksOffLeavesNothing)
}

func testADocumentThatBreaksOffLeavesNothing(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	broken := errors.New("the line broke")
	for _, size := range []int{0, 10, mib, 7 * mib} {
		_, _, err := v.PutDocument(context.Background(), info, io.MultiReader(bytes.NewReader(content(6, size)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", size, err)
		}
		cancelled, cancel := context.WithCancel(context.Background())
		stop := readFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF })
		if _, _, err = v.PutDocument(cancelled, info, io.MultiReader(bytes.NewReader(content(6, size)), stop)); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled after %d bytes: %v", size, err)
		}
		if n := number(t, v, `SELECT (SELECT COUNT(*) FROM vault_document) + (SELECT COUNT(*) FROM vault_chunk)`); n != 0 {
			t.Errorf("after %d bytes: %d rows are left", size, n)
		}
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestWhatIsSaidOfADocumentHasLimits(t *testing.T) { onBoth(t, testWhatIsSaidOfADocumentHasLimits) }

func testWhatIsSaidOfADocumentHasLimits(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	with := func(change func(*vault.DocumentInfo)) vault.DocumentInfo {
		i := info
		change(&i)
		return i
	}
	tests := map[string]struct {
		info vault.DocumentInfo
		ok   bool
	}{
		"a name of 512 bytes":       {with(func(i *vault.DocumentInfo) { i.Name = strings.Repeat("n", 512) }), true},
		"a name of 513 bytes":       {with(func(i *vault.DocumentInfo) { i.Name = strings.Repeat("n", 513) }), false},
		"a media type of 255 bytes": {with(func(i *vault.DocumentInfo) { i.MediaType = strings.Repeat("m", 255) }), true},
		"a media type of 256 bytes": {with(func(i *vault.DocumentInfo) { i.MediaType = strings.Repeat("m", 256) }), false},
		"a partner of 255 bytes":    {with(func(i *vault.DocumentInfo) { i.Partner = strings.Repeat("p", 255) }), true},
		"a partner of 256 bytes":    {with(func(i *vault.DocumentInfo) { i.Partner = strings.Repeat("p", 256) }), false},
		"a name that isn't UTF-8":   {with(func(i *vault.DocumentInfo) { i.Name = "\xff" }), false},
		"no direction":              {with(func(i *vault.DocumentInfo) { i.Direction = "" }), false},
		"a direction of its own":    {with(func(i *vault.DocumentInfo) { i.Direction = "up" }), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, _, err := v.PutDocument(context.Background(), test.info, strings.NewReader(name))
			if (err == nil) != test.ok {
				t.Errorf("putting it gave %v", err)
			}
			if err == nil && d.DocumentInfo != test.info {
				t.Errorf("it came back as %+v", d.DocumentInfo)
			}
		})
	}
}

func TestDocumentsAreListedInPagesTheNewestFirst(t *testing.T) {
	onBoth(t, testDocumentsAreListedInPagesTheNewestFirst)
}

func testDocumentsAreListedInPagesTheNewestFirst(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	var all []vault.Document
	for i := range 25 {
		d := put(t, v, vault.DocumentInfo{
			Name: fmt.Sprintf("file %d", i), MediaType: "text/plain",
			Direction: []vault.Direction{vault.In, vault.Out, vault.Own}[i%3], Partner: fmt.Sprintf("urn:test:partner:%d", i%2),
		}, []byte(fmt.Sprint(i)))
		all = append([]vault.Document{d}, all...)
	}
	for name, f := range map[string]vault.DocumentFilter{
		"all":                        {},
		"those in":                   {Direction: vault.In},
		"those of a partner":         {Partner: "urn:test:partner:1"},
		"those out to a partner":     {Direction: vault.Out, Partner: "urn:test:partner:0"},
		"those of an unknown one":    {Partner: "urn:test:partner:2"},
		"those of a part of a name":  {Partner: "urn:test:partner"},
		"those of a partner like it": {Partner: "URN:TEST:PARTNER:1"},
	} {
		var want, got []vault.Document
		for _, d := range all {
			if (f.Direction == "" || d.Direction == f.Direction) && (f.Partner == "" || d.Partner == f.Partner) {
				want = append(want, d)
			}
		}
		for f.Limit = 4; ; f.Before = got[len(got)-1].ID {
			page, err := v.Documents(context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) > 4 {
				t.Fatalf("%s: a page of %d", name, len(page))
			}
			if got = append(got, page...); len(page) == 0 {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, limit := range []int{-1, vault.ListMax + 1} {
		if _, err := v.Documents(context.Background(), vault.DocumentFilter{Limit: limit}); err == nil {
			t.Errorf("a page of %d was given", limit)
		}
	}
	if list, err := v.Documents(context.Background(), vault.DocumentFilter{Limit: vault.ListMax}); err != nil || len(list) != 25 {
		t.Errorf("a page of %d has %d, %v", vault.ListMax, len(list), err)
	}
}

func TestAnUnknownDocumentIsNotFound(t *testing.T) { onBoth(t, testAnUnknownDocumentIsNotFound) }

func testAnUnknownDocumentIsNotFound(t *testing.T, db store) {
	v := open(t, db.config(t, folder(t)))
	if _, _, err := v.OpenDocument(context.Background(), 7); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("by number: %v", err)
	}
	if _, err := v.FindDocument(context.Background(), [32]byte{7}); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("by hash: %v", err)
	}
}
