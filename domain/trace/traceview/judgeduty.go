package traceview

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/gs1"
)

// free adds by what ground the law's duties of tracing don't hold for a thing, where
// something of what they would have brought is missing. Where the ledger shows no
// recall of it, the notices have to be new enough, and where its lot isn't known, none of
// them may name a lot of its product.
func (j *judging) free(path string, b labelled, ledgered bool, facts []verdict.Fact) ([]verdict.Fact, error) {
	missing := slices.IndexFunc(facts, func(f verdict.Fact) bool { return slices.Contains(verdict.Lifted(), f.Rule) })
	if missing < 0 || j.d.products == nil {
		return facts, nil
	}
	duty, err := j.duty(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't look up whether the law's duties hold for %s: %w", path, err)
	}
	if duty.Doubt != "" {
		f := &facts[missing]
		f.Text += " " + duty.Doubt
		f.Command = strings.Join(slices.DeleteFunc([]string{duty.Command, f.Command}, func(s string) bool { return s == "" }), "; ")
	}
	if duty.Ground == "" {
		return facts, nil
	}
	if !ledgered {
		old, err := j.noticesOld(path)
		if err != nil {
			return nil, err
		}
		facts = append(facts, old...)
	}
	if b.lot == "" {
		named, err := j.lotNoticed(path)
		if err != nil {
			return nil, err
		}
		if named {
			f := &facts[missing]
			f.Text += " " + duty.Text + " But a recall notice names a lot of this product, and the lot of this pack isn't known."
			f.Next = "scan the code that has the lot, or type it behind the number, such as (01)" + productOf(path) + "(10)LOT"
			return facts, nil
		}
	}
	if !b.dated {
		duty.Text += " Nothing here tells its expiry date: read it on the pack."
	}
	return append(facts, verdict.New(verdict.RuleNoDuty, path, duty.Text, duty.Basis)), nil
}

// duty is by what ground the law's duties don't hold for a thing. That of a product, which
// is told from all that its sources say, is asked once for all of a list's things.
func (j *judging) duty(path string) (verdict.Duty, error) {
	duty, claimed, err := j.d.products.Exempt(j.tx, path)
	gtin := productOf(path)
	if err != nil || claimed || gtin == "" {
		return duty, err
	}
	key := dutyKey{gtin, j.now.UTC().Truncate(24 * time.Hour).Unix()}
	duty, known := j.duties[key]
	if !known {
		if duty, err = j.d.products.Duty(j.tx, gtin, j.now); err == nil {
			j.duties[key] = duty
		}
	}
	return duty, err
}

// labelled is what is known of a pack's lot and expiry date, by the stock or by its code.
type labelled struct {
	lot   string
	dated bool
}

// labelOf reads it from the stock's row and else from the code.
func labelOf(it *item, text string) labelled {
	b := labelled{it.lot.number, it.lot.expiry != ""}
	if b.lot == "" {
		b.lot = scannedLot(text)
	}
	b.dated = b.dated || scanned(text, "17") != ""
	return b
}

// lotNoticed tells whether a recall notice that counts today names a lot of a product.
func (j *judging) lotNoticed(path string) (bool, error) {
	today := j.now.UTC().Truncate(24 * time.Hour).Unix()
	n := 0
	err := j.tx.QueryRow(`SELECT COUNT(*) FROM (SELECT 1 FROM verdict_notice WHERE gtin = ? AND lot <> '' AND from_day <= ? AND (to_day = 0 OR to_day >= ?) LIMIT 1) AS found`,
		productOf(path), today, today).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("couldn't look for recall notices about %s: %w", path, err)
	}
	return n > 0, nil
}

// printed gathers what the code on a pack says of itself, where nothing else tells of it.
func (j *judging) printed(path, text string) []verdict.Fact {
	day, err := gs1.ParseDate(scanned(text, "17"))
	if err != nil || !expiredBy(day.YYMMDD(), j.now) {
		return nil
	}
	b := j.here()
	b.Known, b.Source = verdict.Reported, "pack"
	return []verdict.Fact{verdict.New(verdict.RuleExpired, path, "By the code on the pack it expired on "+expiryText(day.YYMMDD())+".", b)}
}

// codeOfProduct is the path of a product that a code without a serial number names: an
// EAN or UPC code, a GTIN that was typed, or an element string. Thirteen digits are read
// as a GTIN here, for nobody dispenses a place.
func codeOfProduct(text string) (string, bool) {
	if len(text) > TraceTextMax {
		return "", false
	}
	scan, err := gs1.Parse(text)
	if err != nil {
		gtin, err := gs1.ParseGTIN(strings.TrimSpace(text))
		return "/01/" + string(gtin), err == nil
	}
	gtin, named := scan.GTIN()
	_, serial := scan.Serial()
	return "/01/" + string(gtin), named && !serial && !swallowed(scan, text)
}

// swallowed tells whether the lot in a reader's code may hold a serial number too, for
// want of the separator between them. Then the lot isn't the pack's.
func swallowed(scan gs1.Scan, text string) bool {
	lot, named := scan.Lot()
	return named && scan.Form == gs1.ElementString && !strings.Contains(text, "\x1d") && strings.Contains(lot, "21")
}

// productAlone answers about a code without a serial number. It names no single pack, so
// nothing can be proved of it; where nobody has to trace the product, that is enough. A
// recall of it, or the last day that the code names, stops it all the same.
func (j *judging) productAlone(text string, unreadable verdict.Fact) (string, []verdict.Fact, error) {
	path, ok := codeOfProduct(text)
	if !ok {
		return "", []verdict.Fact{unreadable}, nil
	}
	known, err := j.noticed(path, scannedLot(text))
	if err != nil {
		return "", nil, err
	}
	known = append(known, j.printed(path, text)...)
	alone := verdict.New(verdict.RuleUnknown, path, unreadable.Text, j.here())
	alone.Next, alone.Command = unreadable.Next, unreadable.Command
	facts, err := j.free(path, labelOf(&item{}, text), false, append([]verdict.Fact{alone}, known...))
	if err != nil {
		return "", nil, err
	}
	if slices.ContainsFunc(facts, func(f verdict.Fact) bool { return f.Rule == verdict.RuleNoDuty }) {
		facts[0].Text = "The code has no serial number, so one pack can't be told from another."
		return path, facts, nil
	}
	unreadable.Text, unreadable.Next, unreadable.Command = facts[0].Text, facts[0].Next, facts[0].Command
	if len(known) > 0 {
		unreadable.Path = path
		return path, append(known, unreadable), nil
	}
	return "", []verdict.Fact{unreadable}, nil
}
