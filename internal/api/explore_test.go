package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

// testBlocks is a ledger with so many entries in each block, and none of the first ones.
type testBlocks struct {
	height, first uint64
	entries       func(height uint64) int
	looked        *int
}

func (l testBlocks) Height() uint64 { return l.height }

func (l testBlocks) Block(height uint64) (Block, error) {
	if l.looked != nil {
		*l.looked++
	}
	if height < l.first || height > l.height {
		return Block{}, Coded(errors.New("no such block here"), ledger.NotFound, "node/no-block")
	}
	return Block{Height: height, Entries: l.entries(height), Proposer: "maker"}, nil
}

func (l testBlocks) Entries(height uint64) ([]LedgerEntry, error) {
	list := make([]LedgerEntry, l.entries(height))
	for i := range list {
		list[i] = LedgerEntry{ID: fmt.Sprintf("%d/%d", height, i), Height: height, Index: i}
	}
	return list, nil
}

func (l testBlocks) Public(id proof.Hash) (PublicEntry, bool, error) {
	return PublicEntry{Bytes: 7, Payloads: []PublicAct{{Act: "note/write", Message: map[string]int{"n": 1}}}}, id == proof.Hash{1}, nil
}

func exploring(t *testing.T, l Explored) *Server {
	t.Helper()
	s, err := New(Config{Listen: "127.0.0.1:0", Token: testToken, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	AddExplorer(s, l)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func each(n int) func(uint64) int { return func(uint64) int { return n } }

func TestBlocksAreListedFromTheNewestToTheFirstThatIsHere(t *testing.T) {
	s := exploring(t, testBlocks{height: 9, first: 3, entries: each(1)})
	for _, tc := range []struct {
		name, query string
		status      int
		heights     []uint64
	}{
		{"the newest", "?limit=2", 200, []uint64{9, 8}},
		{"the page after", "?limit=2&before=8", 200, []uint64{7, 6}},
		{"up to the first that is here", "?before=5", 200, []uint64{4, 3}},
		{"before the first", "?before=1", 200, []uint64{}},
		{"before what is pruned", "?before=3", 404, nil},
		{"as many as there may be", "?limit=100", 200, []uint64{9, 8, 7, 6, 5, 4, 3}},
		{"more than there may be", "?limit=101", 422, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			res, raw := ask(t, s, http.MethodGet, "/api/v1/blocks"+tc.query, "", nil)
			if res.StatusCode != tc.status {
				t.Fatalf("status %d: %s", res.StatusCode, raw)
			}
			if tc.status != 200 {
				return
			}
			var list []Block
			if err := json.Unmarshal([]byte(raw), &list); err != nil {
				t.Fatal(err)
			}
			heights := []uint64{}
			for _, b := range list {
				heights = append(heights, b.Height)
			}
			if diff := cmp.Diff(tc.heights, heights); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// pagesOf follows the pages of entries to their end.
func pagesOf(t *testing.T, s *Server, query string) (ids []string, pages int) {
	t.Helper()
	for next := ""; ; pages++ {
		res, raw := ask(t, s, http.MethodGet, "/api/v1/entries?"+query+"&cursor="+next, "", nil)
		var page EntryPage
		if err := json.Unmarshal([]byte(raw), &page); err != nil || res.StatusCode != 200 || pages > 100 {
			t.Fatalf("page %d: %d %s", pages, res.StatusCode, raw)
		}
		for _, e := range page.Rows {
			ids = append(ids, e.ID)
		}
		if next = page.Next; next == "" {
			return ids, pages + 1
		}
	}
}

func TestPagesOfEntriesMissNoneAndRepeatNone(t *testing.T) {
	s := exploring(t, testBlocks{height: 5, first: 1, entries: func(h uint64) int { return int(h % 4) }}) // 1, 2, 3, 0, 1
	all := []string{"5/0", "3/2", "3/1", "3/0", "2/1", "2/0", "1/0"}
	for limit := 1; limit <= 8; limit++ {
		ids, _ := pagesOf(t, s, fmt.Sprintf("limit=%d", limit))
		if diff := cmp.Diff(all, ids); diff != "" {
			t.Errorf("pages of %d: %s", limit, diff)
		}
		ids, _ = pagesOf(t, s, fmt.Sprintf("height=3&limit=%d", limit))
		if diff := cmp.Diff([]string{"3/2", "3/1", "3/0"}, ids); diff != "" {
			t.Errorf("pages of %d of one block: %s", limit, diff)
		}
	}
}

func TestAPageLooksThroughSoManyBlocksAndSaysWhereItGoesOn(t *testing.T) {
	looked := 0
	l := testBlocks{height: 2*blocksScanMax + 1, first: 1, entries: each(0), looked: &looked}
	page, err := entryPage(l, place{l.height, -1}, false, 1)
	if err != nil || len(page.Rows) != 0 || looked != blocksScanMax || page.Next != fmt.Sprintf("%d.-1", blocksScanMax+1) {
		t.Errorf("%d blocks were looked at for %+v, with error %v", looked, page, err)
	}
	looked, l.height = 0, blocksScanMax
	if page, err := entryPage(l, place{l.height, -1}, false, 1); err != nil || page.Next != "" || looked != blocksScanMax {
		t.Errorf("%d blocks were looked at for %+v, with error %v", looked, page, err)
	}
}

func TestTheExplorerSaysWhatIsNotThere(t *testing.T) {
	s := exploring(t, testBlocks{height: 9, first: 3, entries: each(1)})
	id := func(b byte) string { return proof.Hash{b}.String() }
	for path, status := range map[string]int{
		"/api/v1/blocks/9": 200, "/api/v1/blocks/10": 404, "/api/v1/blocks/2": 404, "/api/v1/blocks/0": 422,
		"/api/v1/entries?height=2": 404, "/api/v1/entries?cursor=no": 422, "/api/v1/entries?cursor=3.-2": 422, "/api/v1/entries?limit=201": 422,
		"/api/v1/entries/" + id(1) + "/public": 200, "/api/v1/entries/" + id(2) + "/public": 404, "/api/v1/entries/short/public": 422,
	} {
		if res, raw := ask(t, s, http.MethodGet, path, "", nil); res.StatusCode != status {
			t.Errorf("%s is answered with %d: %s", path, res.StatusCode, raw)
		}
	}
}
