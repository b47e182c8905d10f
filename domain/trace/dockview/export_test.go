package dockview

import "context"

// FailAt has the work end at a point, as an interruption does.
func (d *Docks) FailAt(f func(point string) error) { d.failAt = f }

// Points are those of a finish.
var Points = []string{pointPlanned, pointStocked, pointCarried}

// Fill has a session go on as if it had so many scans, none of which is on disk.
func (d *Docks) Fill(ctx context.Context, id int64, scans int) error {
	l, err := d.hold(ctx, id)
	if err != nil {
		return err
	}
	defer d.release(l)
	for len(l.scans) < scans {
		l.scans = append(l.scans, &scanRow{n: len(l.scans) + 1, undone: true})
		l.outcomes = append(l.outcomes, outcome{})
	}
	return nil
}
