package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/proof"
)

// Cases are the exception cases about goods.
type Cases interface {
	// About is the newest case about a thing that isn't closed, by the thing's path.
	About(tx *sql.Tx, path string) (OpenCase, bool, error)
	// Suspect gives the case of a suspicion: the one that is open about the thing, or
	// else the one that its key opened. Where there is neither, open opens it; without
	// open it is not found.
	Suspect(tx *sql.Tx, s Suspicion, open bool) (number string, found bool, err error)
	// Seen adds a scan to a case's evidence, once.
	Seen(tx *sql.Tx, number string, seen api.Said, by string) error
}

// OpenCase is what an answer says of a case.
type OpenCase struct {
	Number string
	NoData bool   // it asks a partner for data of goods that are here
	With   string // the partner in words
	Opened time.Time
}

// next is what to do while the case is open, and the command that shows it.
func (c OpenCase) next() (step, command string) {
	return "keep it apart until the data is there; case " + c.Number + " says whose turn it is", "pedigree case show " + c.Number
}

// Suspicion is that something makes goods suspect: what a case is opened about. The same
// key opens the same case.
type Suspicion struct {
	Key         proof.Hash
	Path        string
	Lot, Expiry string // YYYY-MM-DD
	Rule, Text  string
	Seller      Seller
	Found       time.Time
	By          string
}

// caseAbout asks for the open case about a thing; without cases there is none.
func (d *Desk) caseAbout(tx *sql.Tx, path string) (OpenCase, bool, error) {
	if d.cases == nil {
		return OpenCase{}, false, nil
	}
	return d.cases.About(tx, path)
}

// cited names the cases about what speaks against a thing. It opens none.
func (j *judging) cited(facts []verdict.Fact) error {
	if j.d.cases == nil {
		return nil
	}
	for i := range facts {
		f := &facts[i]
		if f.Path == "" || !worthACase(f.Rule) {
			continue
		}
		c, found, err := j.d.cases.About(j.tx, f.Path)
		if err != nil {
			return err
		}
		number := c.Number
		if !found && verdict.Suspect(f.Rule) {
			if number, found, err = j.d.cases.Suspect(j.tx, Suspicion{Key: suspicionKey(*f), Path: f.Path}, false); err != nil {
				return err
			}
		}
		if found {
			f.Case = number
		}
	}
	return nil
}

// worthACase tells whether a case can be about what a fact says.
func worthACase(rule string) bool {
	row, known := verdict.RowOf(rule)
	switch rule {
	case verdict.RuleDispensed, verdict.RuleNotHere, verdict.RuleUnreadable, verdict.RuleRecallListOld, verdict.RuleLedgerBehind, verdict.RuleNotAPack:
		return false
	}
	return known && !row.Notice && row.Word != OK
}

// suspicionKey is the key of a fact's case: the thing, and on what the fact stands.
func suspicionKey(f verdict.Fact) proof.Hash {
	ground := f.Basis.Evidence
	if f.Rule == verdict.RuleMakerDenies && ground == "" {
		ground = f.Basis.AsOf.UTC().Format(time.RFC3339) // a note
	}
	return hashOf("suspicion", []byte(f.Path), []byte(f.Rule), []byte(ground))
}

// OpenCases opens the exception cases of the suspect goods among answers, names them in
// the answers, and adds to each that they were scanned. A case that is open, or was
// opened by the same ground before, is taken: asked again, nothing changes.
func (d *Desk) OpenCases(ctx context.Context, answers []verdict.Answer, by string) error {
	if d.cases == nil {
		return nil
	}
	suspect := false
	for _, a := range answers {
		suspect = suspect || suspectAnswer(a)
	}
	if !suspect {
		return nil
	}
	err := d.vault.Update(ctx, func(tx *sql.Tx) error {
		for i := range answers {
			if err := d.openCases(tx, &answers[i], by); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("couldn't open a case about suspect goods: %w", err)
	}
	return nil
}

func suspectAnswer(a verdict.Answer) bool {
	for _, f := range a.Facts {
		if verdict.Suspect(f.Rule) {
			return true
		}
	}
	return false
}

// openCases opens the cases of one answer.
func (d *Desk) openCases(tx *sql.Tx, a *verdict.Answer, by string) error {
	for i := range a.Facts {
		f := &a.Facts[i]
		if !verdict.Suspect(f.Rule) {
			continue
		}
		number, err := d.suspect(tx, *f, by, a.At)
		if err != nil {
			return err
		}
		f.Case = number
		if err := d.cases.Seen(tx, number, SeenSayings.Say("seen/scan", "item", a.Path, "verdict", a.Word.Label(), "rule", f.Rule, "text", f.Text), by); err != nil {
			return err
		}
	}
	return nil
}

// suspect opens the case of a fact that makes goods suspect, or finds it. When it was
// found is told, for the clock may be the ledger's, which is being read.
func (d *Desk) suspect(tx *sql.Tx, f verdict.Fact, by string, found time.Time) (string, error) {
	s := Suspicion{Key: suspicionKey(f), Path: f.Path, Rule: f.Rule, Text: f.Text, Found: found, By: by}
	it, known, err := loadItem(tx, f.Path)
	if err != nil {
		return "", err
	}
	if known {
		s.Lot = it.lot.number
		if it.lot.expiry != "" {
			s.Expiry = expiryText(it.lot.expiry)
		}
		if s.Seller.Org = it.partner; it.status == StatusOutside {
			s.Seller = Seller{GLN: it.partner}
		}
	}
	number, _, err := d.cases.Suspect(tx, s, true)
	return number, err
}

// denied opens the case of a maker's answer that speaks against a pack.
func (d *Desk) denied(tx *sql.Tx, r replyRow, by string) error {
	if d.cases == nil {
		return nil
	}
	for _, f := range replyFacts(r.Path, r) {
		if !verdict.Suspect(f.Rule) {
			continue
		}
		number, err := d.suspect(tx, f, by, r.At)
		if err != nil {
			return err
		}
		if err := d.cases.Seen(tx, number, SeenSayings.Say("seen/answer", "rule", f.Rule, "text", f.Text), by); err != nil {
			return err
		}
	}
	return nil
}
