package traceview

import (
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// commission is one origin that this organisation knows the opening of: its own
// commissions and boxes, and those of goods it received.
type commission struct {
	id        int64
	origin    proof.Hash
	class     uint64
	until     uint64
	maker     string // organisation that signed the statement; empty for a box
	top       string // path of the item at its top, as far as known here
	own       bool
	key0      int64           // own ones: number in trace_key
	stmtBody  []byte          // proof.Statement; nil for a box
	stmtSig   proof.Signature // over the body
	stmtSalt  proof.Hash
	stmtEntry proof.Hash // envelope that carries it; own ones only
}

const commissionColumns = `id, origin, class, until, maker, top, own, COALESCE(key0, 0), stmt_body, stmt_sig, stmt_salt, entry`

func scanCommission(s scanner) (commission, error) {
	var c commission
	var origin, sig, salt, entry []byte
	if err := s.Scan(&c.id, &origin, &c.class, &c.until, &c.maker, &c.top, &c.own, &c.key0, &c.stmtBody, &sig, &salt, &entry); err != nil {
		return c, fmt.Errorf("couldn't read a commission: %w", err)
	}
	copy(c.origin[:], origin)
	copy(c.stmtSig[:], sig)
	copy(c.stmtSalt[:], salt)
	copy(c.stmtEntry[:], entry)
	return c, nil
}

// loadCommission returns a commission by its row.
func loadCommission(tx queryer, id int64) (commission, error) {
	return scanCommission(tx.QueryRow(`SELECT `+commissionColumns+` FROM trace_commission WHERE id = ?`, id))
}

// saveCommission writes a commission that isn't known yet and returns its row;
// for a known origin it returns the row it has.
func saveCommission(tx *sql.Tx, c commission) (int64, error) {
	var sig any
	if c.stmtBody != nil {
		sig = c.stmtSig[:]
	}
	_, err := tx.Exec(`INSERT INTO trace_commission (origin, class, until, maker, top, own, key0, stmt_body, stmt_sig, stmt_salt, entry)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (origin) DO NOTHING`,
		c.origin[:], int64(c.class), int64(c.until), c.maker, c.top, c.own, orNull(c.key0), c.stmtBody, sig, hashOrNull(c.stmtSalt), hashOrNull(c.stmtEntry))
	if err != nil {
		return 0, fmt.Errorf("couldn't write the commission of %s: %w", c.top, err)
	}
	var id int64
	if err := tx.QueryRow(`SELECT id FROM trace_commission WHERE origin = ?`, c.origin[:]).Scan(&id); err != nil {
		return 0, fmt.Errorf("couldn't read the commission of %s: %w", c.top, err)
	}
	return id, nil
}

// opening is everything that it takes to show an item on the ledger.
type opening struct {
	origin proof.Hash
	salt   proof.Hash
	seed   proof.Hash // of its slot tree; zero without one
	leaf   proof.Hash
}

// openItem derives an item's opening from the rows above it.
func openItem(tx queryer, it item) (opening, error) {
	o := opening{salt: it.salt, seed: it.seed}
	switch {
	case it.salt.IsZero() && it.sealedIn == "":
		return o, fmt.Errorf("couldn't open %s: it is only reported here; nothing about it was commissioned or received", it.path)
	case it.salt.IsZero():
		parent, err := mustItem(tx, it.sealedIn)
		if err != nil {
			return o, err
		}
		above, err := openItem(tx, parent)
		if err != nil {
			return o, err
		}
		o.origin, o.salt = above.origin, proof.ChildSalt(above.seed, it.path)
		if it.depth > 0 {
			o.seed = proof.ChildSeed(above.seed, it.path)
		}
	case it.commission != 0:
		c, err := loadCommission(tx, it.commission)
		if err != nil {
			return o, err
		}
		o.origin = c.origin
	}
	o.leaf = proof.Leaf(o.salt, it.path, it.attrs().Encode())
	return o, nil
}

// container is a container's slot tree, rebuilt.
type container struct {
	tree  *proof.SlotTree
	slots []proof.Slot // by ordinal
}

// rebuild makes the slot tree of a container again from the rows of its children.
func rebuild(tx queryer, it item, seed proof.Hash) (container, error) {
	c := container{slots: make([]proof.Slot, len(it.contents))}
	hashes := make([]proof.Hash, 1<<it.depth)
	order := proof.SlotOrder(seed, it.depth)
	derive := proof.NewDeriver(seed)
	rows, err := newSealedReader(tx).of(it.path, it.contents)
	if err != nil {
		return c, err
	}
	for i, child := range it.contents {
		s := proof.Slot{Pos: order[i]}
		if child.gone != nil {
			s.Leaf, s.Depth, s.Root = child.gone.Leaf, child.gone.Depth, child.gone.Root
		} else {
			row, ok := rows[child.path]
			if !ok {
				return c, fmt.Errorf("couldn't find %s, to which other stock rows refer; restore the private store from a backup", child.path)
			}
			s.Leaf = proof.Leaf(derive.Salt(row.path), row.path, row.attrs.Encode())
			s.Depth, s.Root = row.depth, row.root
		}
		c.slots[i] = s
		hashes[s.Pos] = proof.Node(s.Leaf, s.Depth, s.Root)
	}
	c.tree = proof.NewSlotTree(it.depth, hashes)
	if c.tree.Root() != it.root {
		return c, fmt.Errorf("couldn't rebuild %s: its contents lead to another root than was commissioned; restore the private store from a backup", it.path)
	}
	return c, nil
}
