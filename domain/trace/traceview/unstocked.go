package traceview

import (
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
)

// Arrivals tells of goods that were scanned at the dock, whether or not data names them.
type Arrivals interface {
	// Arrived is the newest scan of a thing that wasn't sent back since.
	Arrived(tx *sql.Tx, path string) (Arrival, bool, error)
}

// Arrival is a scan at the dock.
type Arrival struct {
	Session  int64 // number of the receiving session
	At       time.Time
	Finished bool // the session is done, so that its cases are open
}

// unstocked gathers what is known of a thing that the stock has no row of: that a pack
// with its number was dispensed, recall notices, what its code says, and whether it is
// here without data.
func (j *judging) unstocked(path, text string) ([]verdict.Fact, error) {
	facts, err := j.dispensed(path, 0)
	if err != nil {
		return nil, err
	}
	noticed, err := j.noticed(path, scannedLot(text))
	if err != nil {
		return nil, err
	}
	facts = append(append(facts, noticed...), j.printed(path, text)...)
	missing, err := j.unaccounted(path)
	return append(facts, missing), err
}

// unaccounted says that there is no data of a thing, and whether the thing itself is here:
// by a scan at the dock, or by a case that somebody opened about it.
func (j *judging) unaccounted(path string) (verdict.Fact, error) {
	c, open, err := j.d.caseAbout(j.tx, path)
	if err != nil {
		return verdict.Fact{}, err
	}
	var a Arrival
	arrived := false
	if j.d.arrivals != nil {
		if a, arrived, err = j.d.arrivals.Arrived(j.tx, path); err != nil {
			return verdict.Fact{}, err
		}
	}
	asks := open && c.NoData
	const ask = "pedigree case open product-no-data --partner ID --item "
	switch {
	case arrived:
		f := verdict.New(verdict.RuleProductNoData, path, fmt.Sprintf("It was scanned in receiving session %d on %s, and no data that came names it.", a.Session, a.At.Format(time.DateOnly)), j.here())
		f.Basis.AsOf, f.Basis.Evidence = a.At, fmt.Sprintf("receiving session %d", a.Session)
		switch {
		case asks:
			f.Next, f.Command = c.next()
		case !a.Finished:
			f.Next = fmt.Sprintf("keep it apart, and finish receiving session %d: that opens the case that asks its seller for the data", a.Session)
			f.Command = fmt.Sprintf("pedigree dock finish %d", a.Session)
		default:
			f.Next, f.Command = "keep it apart, and open a case that asks its seller for the data", ask+"'"+path+"'"
		}
		return f, nil
	case asks:
		f := verdict.New(verdict.RuleProductNoData, path, fmt.Sprintf("It is here by case %s of %s, and no data of it came from %s.", c.Number, c.Opened.Format(time.DateOnly), c.With), j.here())
		f.Basis.AsOf, f.Basis.Evidence = c.Opened, "case "+c.Number
		f.Next, f.Command = c.next()
		return f, nil
	}
	f := verdict.New(verdict.RuleUnknown, path, "There is no record of it here. That is not proof of a fake.", j.here())
	f.Next += "; if you hold it and know its seller, open a case that asks for its data"
	f.Command = ask + "'" + path + "'"
	return f, nil
}
