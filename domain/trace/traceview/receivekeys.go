package traceview

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/proof"
)

// ownKeys checks that each offer names prekeys of ours, issued to this sender and
// not used for anything else.
func (in *receiving) ownKeys(tx *sql.Tx) error {
	in.keys = make([]offerKeys, len(in.content.Goods))
	taken := map[int64]string{}
	for i, o := range in.content.Offers {
		g := &in.content.Goods[i]
		k, problem, err := in.prekey(tx, g, o)
		if err != nil {
			return err
		}
		if other, twice := taken[k.owner]; problem == nil && twice {
			problem = &Problem{Rule: RuleKeyReused, Text: fmt.Sprintf("it is offered to the same receiving key as %s; a key serves one record", other)}
		}
		if problem != nil {
			problem.Verdict, problem.Path, problem.Next = Stop, g.Path, "ask the sender to ship it again to a fresh key of your prekey file"
			in.problems = append(in.problems, *problem)
			continue
		}
		taken[k.owner] = g.Path
		in.keys[i] = k
	}
	return nil
}

// prekey finds the pair that an offer names.
func (in *receiving) prekey(tx *sql.Tx, g *Goods, o Offer) (offerKeys, *Problem, error) {
	named := o.Owner
	if named.IsZero() {
		named = o.Holder
	}
	var k offerKeys
	var partner string
	var used []byte
	err := tx.QueryRow(`SELECT p.owner_key, p.holder_key, p.partner, p.used FROM trace_key k
		JOIN trace_prekey_own p ON k.idx IN (p.owner_key, p.holder_key) WHERE k.pub = ?`, named[:]).Scan(&k.owner, &k.holder, &partner, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return k, &Problem{Rule: RuleWrongKeys, Text: "it is offered to a key that is not yours"}, nil
	}
	if err != nil {
		return k, nil, fmt.Errorf("couldn't look up the receiving key of %s: %w", g.Path, err)
	}
	switch {
	case !o.Owner.IsZero() && in.d.keys.Public(k.owner) != o.Owner, !o.Holder.IsZero() && in.d.keys.Public(k.holder) != o.Holder:
		return k, &Problem{Rule: RuleWrongKeys, Text: "it is offered to two keys that do not belong together"}, nil
	case partner != in.file.From:
		return k, &Problem{Rule: RuleWrongKeys, Text: fmt.Sprintf("it is offered to a key that was handed to %s, not to %s", partner, in.file.From)}, nil
	case used != nil && string(used) != string(keyUse(g)):
		return k, &Problem{Rule: RuleKeyReused, Text: "its receiving key served another record before"}, nil
	}
	return k, nil, nil
}

// keyUse names the record that used a prekey.
func keyUse(g *Goods) []byte {
	leaf := g.Leaf()
	return append(append([]byte{}, g.Origin[:]...), leaf[:]...)
}

// conflict is a serial number that is known here as another thing.
type conflict struct {
	path  string
	there proof.Hash // origin under which it came in
}

// duplicates finds serial numbers that are known here under another origin, or
// with other attributes.
func (in *receiving) duplicates(tx *sql.Tx) error {
	in.returned = map[string]bool{}
	known := newItemQuery(tx)
	for i := range in.content.Goods {
		var paths []string
		for g := range in.content.Goods[i].All() {
			paths = append(paths, g.Path)
		}
		here, err := itemsOf(known, paths)
		if err != nil {
			return err
		}
		if err := in.compare(tx, &in.content.Goods[i], here); err != nil {
			return err
		}
	}
	return nil
}

// compare holds a record's things against the stock rows of the same paths.
func (in *receiving) compare(tx *sql.Tx, top *Goods, here map[string]*item) error {
	for g := range top.All() {
		it := here[g.Path]
		if it != nil && it.status == StatusOutside && gtinOf(g.Path) != "" {
			in.problems = append(in.problems, Problem{
				Verdict: CannotTell, Rule: RuleDuplicate, Path: g.Path, Next: "compare it with the one that is here; if they are two, hold both as suspect",
				Text: "a thing with this serial number came in from outside the network already: it is the same one, or one of the two is a copy",
			})
		}
		if it == nil || it.salt.IsZero() && it.sealedIn == "" {
			continue
		}
		o, err := openItem(tx, *it)
		if err != nil {
			return err
		}
		if o.origin == g.Origin && o.leaf == g.Leaf() {
			in.returned[g.Path] = in.content.Return
			continue
		}
		in.copies = append(in.copies, conflict{path: g.Path, there: g.Origin})
		in.problems = append(in.problems, Problem{
			Verdict: Stop, Rule: RuleDuplicate, Path: g.Path, Next: nextSuspect,
			Text: "this serial number is known here already, under another commission: one of the two is a copy. Both provenance bundles together prove it",
		})
	}
	return nil
}
