package care

import (
	"fmt"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// marks compares the store's index of entries, which no root covers, with the results
// in the blocks, which the validators signed.
type marks struct {
	entries entryMarks
	height  int64  // of the state; a block past it waits to be replayed
	found   uint64 // marks that say what a result says
}

// entryMarks is the store, or a view of it.
type entryMarks interface {
	Entry(id proof.Hash) (mark ledger.EntryMark, found bool, err error)
}

// result looks for the mark of one result. A copy of an entry has the mark of the one
// that counted; a refused entry may have none.
func (m *marks) result(height int64, index int, r engine.TxResult) error {
	if height > m.height {
		return nil
	}
	res, err := proof.DecodeResult(r.Code, r.Data)
	if err != nil {
		return fmt.Errorf("the result of its transaction %d can't be read: %w", index, err)
	}
	mark, found, err := m.entries.Entry(res.ID)
	if err != nil {
		return err
	}
	here := ledger.EntryMark{ID: res.ID, Height: height, Index: index, Code: r.Code}
	switch {
	case found && mark == here:
		m.found++
	case found && mark.Height == height && mark.Index == index, r.Code == 0:
		return fmt.Errorf("entry %s stands here as transaction %d with code %d, and its mark says otherwise", res.ID, index, r.Code)
	}
	return nil
}
