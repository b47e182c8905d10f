package migrateview

import (
	"database/sql"
	"fmt"
	"strings"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/stocklist"
)

// item is a line that names a thing, and what is made of it.
type item struct {
	line     *stocklist.Line
	grade    int // traceview.KnownProved and so on; 0 for what stays out
	change   string
	document int64
	mention  tiview.Mention // of the document that names it
	work     Work
	rule     string // that decides
}

// finding is something to know or to do about a line.
type finding struct {
	line int
	path string
	rule string
	work Work
	text string
}

// known is what is known of the things of a chunk.
type known struct {
	before    map[string]int // lines that this run has dealt with
	stock     map[string]traceview.Standing
	documents map[string][]tiview.Mention
	zeros     map[string]string // serial numbers that the archive has with zeros in front, by path
}

// gather reads what is known of the lines at hand.
func (c *carrying) gather(tx *sql.Tx) (k known, err error) {
	paths := make([]string, len(c.lines))
	for i := range c.lines {
		paths[i] = c.lines[i].Path
	}
	if k.before, err = linesOf(tx, c.row.n, paths); err != nil {
		return k, err
	}
	if k.stock, err = c.m.Goods.Standings(tx, paths); err != nil {
		return k, err
	}
	if k.documents, err = c.m.Archive.Named(c.ctx, tx, paths); err != nil {
		return k, err
	}
	k.zeros, err = c.withZeros(tx, k)
	return k, err
}

// withZeros looks for serial numbers that no document names, but names with zeros in
// front: a spreadsheet cuts them off.
func (c *carrying) withZeros(tx *sql.Tx, k known) (map[string]string, error) {
	found := map[string]string{}
	var tries []string
	of := map[string]*stocklist.Line{}
	tried := 0
	for i := range c.lines {
		l := &c.lines[i]
		if _, here := k.stock[l.Path]; here || len(k.documents[l.Path]) > 0 || l.Serial == "" || strings.Trim(l.Serial, "0123456789") != "" {
			continue
		}
		if tried++; tried > zerosTried {
			break
		}
		for n := len(l.Serial) + 1; n <= serialMax; n++ {
			path := "/01/" + l.GTIN + "/21/" + strings.Repeat("0", n-len(l.Serial)) + l.Serial
			tries, of[path] = append(tries, path), l
		}
	}
	named, err := c.m.Archive.Named(c.ctx, tx, tries)
	for path := range named {
		found[of[path].Path] = path[strings.LastIndexByte(path, '/')+1:]
	}
	return found, err
}

// decide says what is made of a line.
func (k *chunk) decide(l *stocklist.Line, about known) item {
	it := item{line: l, change: ChangeNone}
	if first, twice := about.before[l.Path]; twice {
		return k.out(it, RuleDuplicate, fmt.Sprintf("Line %d names the same thing.", first))
	}
	about.before[l.Path] = l.Number
	if l.Status == stocklist.Gone {
		return k.out(it, RuleGone, "The list says that it isn't there.")
	}
	k.claimed++
	stock, here := about.stock[l.Path]
	if here && stock.Status != traceview.StatusReported && stock.Status != traceview.StatusOutside {
		return k.onLedger(it, stock)
	}
	if l.Status == stocklist.SetAside {
		return k.out(it, RuleSetAside, "The list says that it may not be sold.")
	}
	if k.c.own(l.Path) {
		return k.out(it, RuleOwnProduct, "GTIN "+l.GTIN+" is this organisation's own.")
	}
	if here && stock.Status == traceview.StatusOutside {
		if rule, text := differs(l, stock.Lot, stock.Expiry, "the stock"); rule != "" && stock.Known != traceview.KnownOwn {
			return k.out(it, rule, text)
		}
	}
	it = k.byArchive(it, about)
	if it.grade == 0 {
		return it
	}
	switch {
	case !here || stock.Status != traceview.StatusOutside:
		it.change = ChangeNew
	case it.grade < stock.Known:
		it.change = ChangeBetter
	default:
		it.grade = stock.Known
	}
	return it
}

// standings say why a thing that the stock has otherwise isn't there to be sold.
var standings = map[int]struct{ rule, text string }{
	traceview.StatusOffered:   {RuleSold, "It was shipped to %s on the ledger, which hasn't received it yet."},
	traceview.StatusAway:      {RuleSold, "%s has received it on the ledger."},
	traceview.StatusExpected:  {RuleExpected, "%s has offered it on the ledger."},
	traceview.StatusEnded:     {RuleEnded, "It left the supply by the records here."},
	traceview.StatusDispensed: {RuleEnded, "It was dispensed here."},
	traceview.StatusRefused:   {RuleNotYours, "It was refused, and is its sender's (%s)."},
	traceview.StatusInCare:    {RuleElsewhere, "The ledger shows it as yours and in the care of %s."},
	traceview.StatusKept:      {RuleNotYours, "The ledger shows it as %s's, and only kept here."},
	traceview.StatusLeft:      {RuleLeft, "It left the network from here."},
}

// onLedger decides about what the stock has on the ledger.
func (k *chunk) onLedger(it item, stock traceview.Standing) item {
	if s, elsewhere := standings[stock.Status]; elsewhere || stock.Status != traceview.StatusOnHand {
		who := stock.Partner
		if who == "" {
			who = "another member"
		}
		return k.out(it, s.rule, strings.ReplaceAll(s.text, "%s", who))
	}
	if rule, text := differs(it.line, stock.Lot, stock.Expiry, "the ledger"); rule != "" {
		return k.out(it, rule, text)
	}
	it.grade = traceview.KnownProved
	return it
}

// differs holds lot and expiry date of a line against what somebody else says of them.
func differs(l *stocklist.Line, lot, expiry, who string) (rule, text string) {
	switch {
	case l.Lot != "" && lot != "" && l.Lot != lot:
		return RuleOtherLot, fmt.Sprintf("The list says lot %s, %s says %s.", l.Lot, who, lot)
	case l.Expiry != "" && expiry != "" && l.Expiry != expiry:
		return RuleOtherExpiry, fmt.Sprintf("The list says expiry %s, %s says %s.", l.Expiry, who, expiry)
	}
	return "", ""
}

// byArchive decides by the partners' documents about what isn't on the ledger.
func (k *chunk) byArchive(it item, about known) item {
	l := it.line
	if list := about.documents[l.Path]; len(list) > 0 {
		m := list[0] // the last one that names it
		if m.Own {
			return k.out(it, RuleSold, fmt.Sprintf("Document %d, which this organisation sent, sells it to %s on %s.", m.Document, orSomebody(m.Buyer), m.Shipped.Format("2006-01-02")))
		}
		if rule, text := differs(l, m.Lot, m.Expiry, fmt.Sprintf("document %d", m.Document)); rule != "" {
			return k.out(it, rule, text)
		}
		it.document, it.mention, it.grade = m.Document, m, traceview.KnownReported
		if m.Signed {
			it.grade = traceview.KnownSigned
		}
		return it
	}
	if serial := about.zeros[l.Path]; serial != "" {
		return k.out(it, RuleSerialZeros, fmt.Sprintf("A document names serial number %s of this product, none names %s.", serial, l.Serial))
	}
	it.grade = traceview.KnownOwn
	return it
}

func orSomebody(gln string) string {
	if gln == "" {
		return "somebody"
	}
	return gln
}

// out leaves a line out.
func (k *chunk) out(it item, rule, text string) item {
	it.grade, it.work, it.rule, it.change = 0, LeftOut, rule, ""
	k.find(it.line.Number, it.line.Path, rule, text)
	return it
}
