package dockview

// FailAt has the work end at a point, as an interruption does.
func (d *Docks) FailAt(f func(point string) error) { d.failAt = f }

// Points are those of a finish.
var Points = []string{pointPlanned, pointStocked, pointCarried}
