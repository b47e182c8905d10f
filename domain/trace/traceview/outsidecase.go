package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Goods that were bought outside the network stand in the stock by their seller's word.
// A case of them moves as one thing while it is what its seller's document says: with all
// that it held, and nothing taken out.

// outsideGoods is a thing from outside the network with all that came in it, as the stock
// has it: for a document, without salts and seeds.
func outsideGoods(tx queryer, it item) (Goods, error) {
	left := OutsideCaseMax
	return outsideTree(tx, it, 0, &left)
}

func outsideTree(tx queryer, it item, level int, left *int) (Goods, error) {
	if *left--; *left < 0 || level > SealedLevelsMax {
		return Goods{}, fmt.Errorf("%s came from outside the network and holds more than %d things, or more than %d levels: name its packs in several steps", it.path, OutsideCaseMax, SealedLevelsMax)
	}
	g := Goods{Path: it.path, Attrs: it.attrs()}
	paths, err := readPaths(tx, `SELECT path FROM outside_item WHERE container = ? ORDER BY path LIMIT ?`, it.path, OutsideCaseMax+1)
	if err != nil {
		return g, err
	}
	for _, p := range paths {
		in, ok, err := loadItem(tx, p)
		if err != nil {
			return g, err
		}
		if !ok || in.status != StatusOutside {
			return g, broken(it.path, p+" is no longer in it")
		}
		kid, err := outsideTree(tx, in, level+1, left)
		if err != nil {
			return g, err
		}
		g.Sealed = append(g.Sealed, kid)
	}
	if it.kind != proof.KindUnit && len(paths) == 0 {
		return g, broken(it.path, "nothing that came in it is in stock")
	}
	return g, nil
}

// broken refuses a container that isn't what it was when it came.
func broken(path, why string) error {
	return api.Coded(
		fmt.Errorf("%s came from outside the network and doesn't move as one thing: %s", path, why), ledger.Conflict, "trace/broken-case", "name the packs that are in it, each by itself",
	)
}

// answered refuses a thing from outside the network unless, for all that is in it, an
// authorised seller's word stands and nothing speaks against it. Of what was looked at
// before, only what speaks against it since counts.
func (d *Desk) answered(tx *sql.Tx, g *Goods, before bool, what string) error {
	j := d.judging()
	return d.chain.Read(func(st ledger.State) error {
		j.on(tx, st)
		for in := range g.All() {
			facts, _, err := j.of(in.Path, in.Path)
			if err != nil {
				return err
			}
			a := j.sum(in.Path, facts)
			stands := a.Word == verdict.OK && a.Rule == verdict.RuleSellerReported
			if !stands && !(before && a.Word == verdict.CannotTell) {
				return api.Coded(fmt.Errorf("%s came from outside the network and can't be %s: %s [%s]", in.Path, what, a.Text, a.Rule), ledger.Conflict, "trace/not-introduced", a.Next)
			}
		}
		return nil
	})
}

// fromOutside looks at a thing that was bought outside the network, and tells whether it
// is one. A thing out of a case goes alone; what it came in is then broken.
func (l *departing) fromOutside(w *work, path string) (bool, error) {
	it, ok, err := loadItem(w.tx, path)
	if err != nil || !ok || it.status != StatusOutside {
		return false, err
	}
	g, err := outsideGoods(w.tx, it)
	if err == nil {
		err = noneDispensed(w.tx, []Goods{g})
	}
	if err == nil && !l.back {
		err = w.d.answered(w.tx, &g, l.prepared, "sold on")
	}
	l.goods = append(l.goods, g)
	return true, err
}

// leaveOutside takes things from outside the network out of the stock, with all that came
// in them: the ledger knows nothing of them.
func (l *departing) leaveOutside(w *work, list []Goods) error {
	for i := range list {
		var paths []string
		for g := range list[i].All() {
			if _, err := w.tx.Exec(`UPDATE trace_item SET status = ? WHERE path = ? AND status = ?`, StatusLeft, g.Path, StatusOutside); err != nil {
				return fmt.Errorf("couldn't note that %s left: %w", g.Path, err)
			}
			paths = append(paths, g.Path)
		}
		if err := l.left(w, paths); err != nil {
			return err
		}
		if err := endReservations(w.tx, slices.Values(paths)); err != nil {
			return err
		}
	}
	return nil
}

// asPacked refuses a container from outside the network that doesn't hold what its
// seller's document says: then it was opened, or nobody says what is in it.
func (d *Desk) asPacked(ctx context.Context, goods []Goods, sellers []int64) error {
	holds := map[string]map[string]bool{}
	for i := range goods {
		for g := range goods[i].All() {
			if goods[i].Origin.IsZero() && g.Attrs.Kind != proof.KindUnit {
				holds[g.Path] = map[string]bool{}
			}
		}
	}
	if len(holds) == 0 {
		return nil
	}
	for _, n := range sellers {
		if err := d.packedBy(ctx, n, holds); err != nil {
			return fmt.Errorf("couldn't read what document %d says of cases: %w", n, err)
		}
	}
	for i := range goods {
		for g := range goods[i].All() {
			if err := g.asTold(holds[g.Path]); err != nil {
				return err
			}
		}
	}
	return nil
}

// asTold compares a container with what a document says to be in it; nil of no container.
func (g *Goods) asTold(told map[string]bool) error {
	if told == nil {
		return nil
	}
	for i := range g.Sealed {
		if !told[g.Sealed[i].Path] {
			return broken(g.Path, "its seller's document doesn't say that "+g.Sealed[i].Path+" is in it")
		}
		delete(told, g.Sealed[i].Path)
	}
	if len(told) > 0 {
		return broken(g.Path, fmt.Sprintf("its seller's document says that %s is in it too", slices.Min(slices.Collect(maps.Keys(told)))))
	}
	return nil
}

// packedBy adds what a seller's document says to be in containers.
func (d *Desk) packedBy(ctx context.Context, document int64, holds map[string]map[string]bool) error {
	if d.documents == nil {
		return nil
	}
	content, _, err := d.documents.Content(ctx, document)
	if errors.Is(err, vault.ErrNotFound) { // it was erased, and says nothing any more
		return nil
	}
	if err != nil {
		return err
	}
	defer content.Close()
	r, err := epcis.NewReader(content, epcis.Options{})
	if err != nil {
		return err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		packs(e, holds)
	}
}

// packs follows one event into or out of containers.
func packs(e *epcis.Event, holds map[string]map[string]bool) {
	if e.Type != epcis.AggregationEvent || e.Action != epcis.Add && e.Action != epcis.Delete {
		return
	}
	parent, err := gs1.CanonicalPath(e.ParentID)
	if err != nil || holds[parent] == nil {
		return
	}
	if e.Action == epcis.Delete && len(e.Children) == 0 { // all of it
		clear(holds[parent])
	}
	for _, epc := range e.Children {
		path, err := gs1.CanonicalPath(epc)
		switch {
		case err != nil:
		case e.Action == epcis.Add:
			holds[parent][path] = true
		default:
			delete(holds[parent], path)
		}
	}
}
