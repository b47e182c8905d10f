package vault

import (
	"fmt"
	"strconv"
)

// where puts the conditions of a listing together. Values are always arguments.
type where struct {
	sql  string // ends in a WHERE clause that is true for all that may be listed
	args []any
}

// and adds a condition whose right side is a value.
func (w *where) and(condition string, value any) {
	w.args = append(w.args, value)
	w.sql += " AND " + condition + " $" + strconv.Itoa(len(w.args))
}

// oldest orders by id, the oldest first, and takes one page.
func (w *where) oldest(after int64, limit int) {
	w.and("id >", after)
	w.args = append(w.args, limit)
	w.sql += " ORDER BY id LIMIT $" + strconv.Itoa(len(w.args))
}

// page orders by id, the newest first, and takes one page.
func (w *where) page(before int64, limit int) error {
	if limit == 0 {
		limit = ListMax
	}
	if limit < 0 || limit > ListMax {
		return fmt.Errorf("a page of %d is outside 1 to %d", limit, ListMax)
	}
	if before != 0 {
		w.and("id <", before)
	}
	w.args = append(w.args, limit)
	w.sql += " ORDER BY id DESC LIMIT $" + strconv.Itoa(len(w.args))
	return nil
}
