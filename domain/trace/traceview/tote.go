package traceview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"pedigree/ledger"
	"pedigree/proof"
)

// PackReport says what came of packing or unpacking.
type PackReport struct {
	Box     string       `json:"box,omitempty"`
	New     bool         `json:"new" doc:"The box was made by this"`
	Items   []string     `json:"items" doc:"What is in the box now, or was taken out"`
	Refused []Refusal    `json:"refused"`
	Entries []proof.Hash `json:"entries"`
}

// Pack puts things into a tote or other box of our own, which is made when its number is
// new. What is still sealed in a case or pallet is opened for it; what is packed in
// another box has to be unpacked first. From then on the things go where the box goes.
// The same call again completes one that was cut off.
func (d *Desk) Pack(ctx context.Context, box string, items []string) (PackReport, error) {
	return d.PackFor(ctx, box, items, Reserved{})
}

// PackFor is Pack for the order of a pick, or of what another order has reserved.
func (d *Desk) PackFor(ctx context.Context, box string, items []string, of Reserved) (PackReport, error) {
	r, err := d.pack(ctx, box, items, of)
	if err != nil {
		return r, fmt.Errorf("couldn't pack: %w", err)
	}
	return r, nil
}

func (d *Desk) pack(ctx context.Context, box string, items []string, of Reserved) (PackReport, error) {
	r := PackReport{Items: []string{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	var err error
	if r.Box, err = itemPath(box); err != nil {
		return r, err
	}
	paths, err := actPaths(items, PackItemsMax)
	if err != nil {
		return r, err
	}
	done, err := d.enact(ctx, "pack", keyOfAct("pack", paths, r.Box), func(w *work) error {
		if err := w.heed(of); err != nil {
			return err
		}
		fresh, err := w.boxFor(r.Box)
		if err != nil {
			return err
		}
		r.New = fresh
		going, err := w.packable(r.Box, paths)
		if err != nil || len(going) == 0 {
			return err
		}
		return w.pack(r.Box, going)
	})
	if err != nil {
		return r, err
	}
	r.Refused, r.Entries = append(r.Refused, done.refused...), append(r.Entries, done.entries...)
	return r, d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, p := range paths {
			it, err := mustItem(tx, p)
			if err != nil {
				return err
			}
			if it.packedIn == r.Box {
				r.Items = append(r.Items, p)
			}
		}
		return nil
	})
}

// boxFor makes a box with a number that is new here, or checks that the one that has it
// takes something in.
func (w *work) boxFor(path string) (fresh bool, err error) {
	it, ok, err := loadItem(w.tx, path)
	if err != nil {
		return false, err
	}
	if !ok {
		if !strings.HasPrefix(path, "/00/") && !strings.HasPrefix(path, "/8003/") {
			return false, fmt.Errorf("%s is not in stock, and a new box is numbered by an SSCC or GRAI", path)
		}
		return true, w.box(&thing{path: path, kind: kindOf(path)})
	}
	if it.status == StatusEnded || it.status == StatusLeft {
		return false, fmt.Errorf("%s is the number of a box that has ended; take a new one, for a number is not used again", path)
	}
	if it.kind == proof.KindUnit {
		return false, fmt.Errorf("%s is a pack; nothing is packed into it", path)
	}
	top, err := w.inHand(path)
	if err == nil && top.path != path {
		err = fmt.Errorf("%s is itself in %s; only an outermost box takes something in, so unpack it first", path, top.path)
	}
	return false, err
}

// packable picks what is not in the box yet, and refuses what can't be packed.
func (w *work) packable(box string, paths []string) ([]string, error) {
	var going []string
	for _, p := range paths {
		if p == box {
			return nil, fmt.Errorf("%s can't be packed into itself", p)
		}
		top, err := w.inHand(p)
		if err != nil {
			return nil, err
		}
		it, err := mustItem(w.tx, p)
		if err != nil {
			return nil, err
		}
		switch {
		case it.packedIn == box:
			continue
		case it.packedIn != "":
			return nil, fmt.Errorf("%s is packed in %s; unpack it first", p, it.packedIn)
		case top.path != p && top.path == box:
			return nil, fmt.Errorf("%s is in %s already", p, box)
		}
		check := shipping{d: w.d}
		if err := w.d.chain.Read(func(s ledger.State) error { return check.checkLedger(w.tx, s, top) }); err != nil {
			return nil, err
		}
		going = append(going, p)
	}
	return going, nil
}

// Unpack takes things out of what they are sealed or packed in, at whatever level: they
// stand by themselves then. With from, everything that is packed directly in that box
// is taken out. The same call again completes one that was cut off.
func (d *Desk) Unpack(ctx context.Context, from string, items []string) (PackReport, error) {
	return d.UnpackFor(ctx, from, items, Reserved{})
}

// UnpackFor is Unpack for the order of a pick, or of what another order has reserved.
func (d *Desk) UnpackFor(ctx context.Context, from string, items []string, of Reserved) (PackReport, error) {
	r, err := d.unpack(ctx, from, items, of)
	if err != nil {
		return r, fmt.Errorf("couldn't unpack: %w", err)
	}
	return r, nil
}

func (d *Desk) unpack(ctx context.Context, from string, items []string, of Reserved) (PackReport, error) {
	r := PackReport{Items: []string{}, Refused: []Refusal{}, Entries: []proof.Hash{}}
	var paths []string
	var err error
	switch {
	case from != "" && len(items) > 0:
		return r, errors.New("name what is taken out, or the box that all of it is taken from; not both")
	case from != "":
		r.Box, err = itemPath(from)
	default:
		paths, err = actPaths(items, PackItemsMax)
	}
	if err != nil {
		return r, err
	}
	done, err := d.enact(ctx, "unpack", keyOfAct("unpack", paths, r.Box), func(w *work) error {
		if err := w.heed(of); err != nil {
			return err
		}
		if r.Box != "" {
			if _, err := w.inHand(r.Box); err != nil {
				return err
			}
			kids, err := packedItems(w.tx, r.Box)
			if err != nil {
				return err
			}
			paths = pathsOf(kids)
		}
		if len(paths) > PackItemsMax {
			return fmt.Errorf("%s holds %d things where at most %d are taken out at once; name a part of them", r.Box, len(paths), PackItemsMax)
		}
		for _, p := range paths {
			if _, err := w.inHand(p); err != nil {
				return err
			}
		}
		return w.surfaceAll(paths, 0)
	})
	if err != nil {
		return r, err
	}
	r.Refused, r.Entries = append(r.Refused, done.refused...), append(r.Entries, done.entries...)
	return r, d.vault.View(ctx, func(tx *sql.Tx) error {
		for _, p := range paths {
			it, err := mustItem(tx, p)
			if err != nil {
				return err
			}
			if inside(&it) == "" {
				r.Items = append(r.Items, p)
			}
		}
		return nil
	})
}
