package ledger

// remembered keeps the rows that were read from committed state, which doesn't
// change while a block runs: most entries read the same few of them, their
// member, its quota and the limits. Forgetting changes nothing but time.
type remembered struct {
	reader
	rows map[string]row
}

type row struct {
	value []byte
	found bool
}

func (r *remembered) get(key []byte) ([]byte, bool) {
	if kept, ok := r.rows[string(key)]; ok {
		return kept.value, kept.found
	}
	value, found := r.reader.get(key)
	if len(r.rows) < rowsRememberedMax {
		r.rows[string(key)] = row{value, found}
	}
	return value, found
}
