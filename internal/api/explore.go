package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/proof"
)

// Limits of the routes that show blocks.
const (
	blocksListMax  = 100  // blocks of one answer
	entriesListMax = 200  // entries of one answer
	blocksScanMax  = 2000 // blocks that one answer looks through for entries; an idle network makes one without any each minute
)

// Block is a block as everybody on the network can read it.
type Block struct {
	Height   uint64     `json:"height"`
	Time     time.Time  `json:"time" doc:"Block time, as the validators agreed on it"`
	Hash     proof.Hash `json:"hash" doc:"Hash of its header"`
	Entries  int        `json:"entries" doc:"How many envelopes are in it"`
	Proposer string     `json:"proposer" doc:"Member whose validator proposed it; its address, of 40 hexadecimal digits, where that is none any more"`
}

// LedgerEntry is an entry as everybody on the network can read it.
type LedgerEntry struct {
	ID       string    `json:"id" doc:"Entry id, 64 hexadecimal digits; empty for bytes that are no envelope"`
	Height   uint64    `json:"height"`
	Index    int       `json:"index" doc:"Place in the block"`
	Time     time.Time `json:"time" doc:"Time of its block"`
	Acts     []string  `json:"acts" doc:"What it does, each as module/kind, such as trace/ship"`
	By       []string  `json:"by" doc:"Members that let it onto the network"`
	Accepted bool      `json:"accepted"`
	Code     string    `json:"code,omitempty" doc:"Code of the refusal"`
}

// PublicEntry is an entry with all that the ledger shows of it.
type PublicEntry struct {
	LedgerEntry
	Bytes    int         `json:"bytes" doc:"Size with signatures"`
	Signers  int         `json:"signers" doc:"Further keys that signed: one-time keys, which name nobody"`
	Text     string      `json:"text,omitempty" doc:"Why it was refused"`
	Payloads []PublicAct `json:"payloads" doc:"What it says, each act by itself; private facts are in it as commitments only"`
	Block    Block       `json:"block"`
	Receipt  string      `json:"receipt" doc:"Where its receipt is"`
}

// PublicAct is one act of an entry.
type PublicAct struct {
	Act     string `json:"act" doc:"module/kind"`
	Bytes   int    `json:"bytes" doc:"Size of the message"`
	Message any    `json:"message,omitempty" doc:"The message's fields; nothing where this program can't read it"`
}

// Explored is a ledger that shows its blocks.
type Explored interface {
	Height() uint64
	// Block says what a list tells of a block. The error is a refusal.
	Block(height uint64) (Block, error)
	// Entries are the entries of a block, in order.
	Entries(height uint64) ([]LedgerEntry, error)
	// Public is all that the ledger shows of an entry; it says false when it has none.
	Public(id proof.Hash) (PublicEntry, bool, error)
}

// AddExplorer registers the routes that show blocks and entries. They tell what every
// member's node has, and nothing of anybody's own records.
func AddExplorer(s *Server, l Explored) {
	addBlocks(s, l)
	addEntryList(s, l)
	type idIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64" doc:"Entry id"`
	}
	huma.Get(s.API, "/api/v1/entries/{id}/public", func(_ context.Context, in *idIn) (*body[PublicEntry], error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, newProblem(http.StatusUnprocessableEntity, err.Error())
		}
		e, found, err := l.Public(id)
		switch {
		case err != nil:
			return nil, Refuse(err)
		case !found:
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("entry %s is not on this ledger up to height %d; check the number, or ask again when it is in a block", id, l.Height()))
		}
		return &body[PublicEntry]{e}, nil
	}, described("get-public-entry", "What everybody on the network can read of an entry"), Needs(auth.ReadLedger))
}

func addBlocks(s *Server, l Explored) {
	type listIn struct {
		Before uint64 `query:"before" doc:"Height of the last one of the page before; 0 for the newest"`
		Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100"`
	}
	huma.Get(s.API, "/api/v1/blocks", func(_ context.Context, in *listIn) (*body[[]Block], error) {
		list := []Block{}
		from := l.Height()
		if in.Before > 0 && in.Before <= from {
			from = in.Before - 1
		}
		for h := from; h > 0 && len(list) < min(in.Limit, blocksListMax); h-- {
			b, err := l.Block(h)
			if err != nil && len(list) > 0 {
				break // what lies before is pruned here
			}
			if err != nil {
				return nil, Refuse(err)
			}
			list = append(list, b)
		}
		return &body[[]Block]{list}, nil
	}, described("list-blocks", "Blocks, the newest first"), Needs(auth.ReadLedger))
	type heightIn struct {
		Height uint64 `path:"height" minimum:"1"`
	}
	huma.Get(s.API, "/api/v1/blocks/{height}", func(_ context.Context, in *heightIn) (*body[Block], error) {
		if in.Height > l.Height() {
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("there is no block %d yet; the newest is %d", in.Height, l.Height()))
		}
		b, err := l.Block(in.Height)
		return &body[Block]{b}, Refuse(err)
	}, described("get-block", "One block"), Needs(auth.ReadLedger))
}

// EntryPage is one page of entries.
type EntryPage struct {
	Rows []LedgerEntry `json:"rows"`
	Next string        `json:"next" doc:"Where the next page begins; empty after the last. A page may have no rows and a next one: the blocks between had no entries"`
}

func addEntryList(s *Server, l Explored) {
	type listIn struct {
		Height uint64 `query:"height" doc:"Only those of this block"`
		Cursor string `query:"cursor" maxLength:"40" doc:"From the answer before"`
		Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200"`
	}
	huma.Get(s.API, "/api/v1/entries", func(_ context.Context, in *listIn) (*body[EntryPage], error) {
		at := place{height: l.Height(), below: -1}
		if in.Height > 0 {
			at.height = in.Height
		}
		if in.Cursor != "" {
			var err error
			if at, err = parsePlace(in.Cursor); err != nil {
				return nil, newProblem(http.StatusUnprocessableEntity, err.Error())
			}
		}
		page, err := entryPage(l, at, in.Height > 0, min(in.Limit, entriesListMax))
		return &body[EntryPage]{page}, Refuse(err)
	}, described("list-entries", "Entries of the ledger, the newest first"), Needs(auth.ReadLedger))
}

// place is where a page of entries begins: in a block, below an index; -1 is its end.
type place struct {
	height uint64
	below  int
}

func (p place) String() string { return fmt.Sprintf("%d.%d", p.height, p.below) }

func parsePlace(text string) (place, error) {
	height, below, _ := strings.Cut(text, ".")
	h, err := strconv.ParseUint(height, 10, 63)
	i, wrong := strconv.Atoi(below)
	if err != nil || wrong != nil || i < -1 {
		return place{}, fmt.Errorf("the cursor %q is none: give the `next` of the page before, or none for the first page", text)
	}
	return place{h, i}, nil
}

// entryPage walks from a place towards the first block. It ends early after blocksScanMax
// blocks, and says where it goes on.
func entryPage(l Explored, at place, one bool, limit int) (EntryPage, error) {
	page := EntryPage{Rows: []LedgerEntry{}}
	for scanned := 0; at.height > 0; scanned++ {
		if scanned == blocksScanMax {
			page.Next = at.String()
			return page, nil
		}
		b, err := l.Block(at.height)
		if err != nil {
			if !one && scanned > 0 {
				return page, nil // what lies before is pruned here
			}
			return page, err
		}
		if b.Entries > 0 {
			if err := page.add(l, at, limit); err != nil || page.Next != "" {
				return page, err
			}
		}
		if one {
			return page, nil
		}
		at = place{at.height - 1, -1}
	}
	return page, nil
}

// add takes over entries of one block, the last first. Where the page is full before the
// first one, it says where the next page begins.
func (p *EntryPage) add(l Explored, at place, limit int) error {
	list, err := l.Entries(at.height)
	if err != nil {
		return err
	}
	if at.below < 0 || at.below > len(list) {
		at.below = len(list)
	}
	for ; at.below > 0; at.below-- {
		if len(p.Rows) == limit {
			p.Next = at.String()
			return nil
		}
		p.Rows = append(p.Rows, list[at.below-1])
	}
	return nil
}
